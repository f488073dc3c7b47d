"""Whatever octets stand in whatever file, loading ends in a Config or in ConfigInvalid with places (S4.6)."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daemon.settings.node import Node
from daemon.settings.yaml_text import NotYaml, read_yaml
from tests.config.folders import EXAMPLE, faults

FILES = (
    *("supportd.yaml", "agents.yaml", "products.yaml", "calendar.yaml", "maintenance.yaml", "vendors.yaml"),
    *("customers/acme.yaml", "customers/initech.yaml"),
)
PIECES = st.sampled_from(
    [
        *b"a: - [ ] { } &x *x !! <<: ? | > ' \\U0011ffff".split(),
        *b"%YAML --- ... # agents: id:x mpocs: 1e999 -0 null".split(),
        b'"',
        b": ",
        b"- ",
        b"\n",
        b"  ",
        b"\t",
        b"\r",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xa8",
        b"9" * 20,
        b"\n  - ",
    ]
)
OCTETS = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(b"".join))


def tree_or_refusal(octets: bytes) -> Node | NotYaml:
    """Return what the YAML door makes of some octets; any exception but its own comes through."""
    try:
        return read_yaml(octets)
    except NotYaml as error:
        return error


@given(octets=OCTETS)
@example(octets=b'"\\U0011ffff"')
@example(octets=b"&x [*x]")
@settings(max_examples=300, deadline=None)
def test_any_octets_are_a_tree_or_refused(octets: bytes) -> None:
    """S4.6: the YAML door lets out nothing but a tree, or a refusal with a place."""
    found = tree_or_refusal(octets)

    assert min(found.place) >= 1
    assert isinstance(found, Node) or found.message.isprintable()


@given(octets=OCTETS, file=st.sampled_from(FILES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_octets_in_any_file_raise_only_config_invalid(octets: bytes, file: str) -> None:
    """S4.6: a bad file never takes the daemon down; its faults stand in order, each at a place."""
    with TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        shutil.copytree(EXAMPLE, config, ignore=shutil.ignore_patterns("schemas", "__pycache__"))
        (config / file).write_bytes(octets)

        found = faults(config)

    assert all(fault.line >= 1 and fault.column >= 1 for fault in found)
    assert list(found) == sorted(found, key=lambda fault: (fault.file, fault.line, fault.column, fault.message))


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("value", ["null", "1", "text", "[]", "{}", "true", "[[]]", "{a: {b: [c]}}", "1.5", "[null]"])
def test_a_wrong_kind_of_value_for_any_key_is_told(file: str, value: str, tmp_path: Path) -> None:
    """S4.6: each top key of each file may hold a value of any kind; faults name places within the file."""
    config = tmp_path / "config"
    (config / "customers").mkdir(parents=True)
    for key in read_yaml((EXAMPLE / file).read_bytes()).keys:
        (config / file).write_text(f"{key}: {value}\n", encoding="utf-8")

        found = [fault for fault in faults(config) if fault.file == file]

        assert all(fault.line == 1 for fault in found)
