"""The YAML door: what plain words mean, where keys and values stand, and what is bounded."""

import pytest

from daemon.settings.node import Document
from daemon.settings.yaml_text import MAX_NODES, NotYaml, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("22:00", "22:00"),
        ("2026-12-24", "2026-12-24"),
        ("true", True),
        ("~", None),
        ("", None),
        ("007", 7),
        ("1.5", 1.5),
        ("0x1f", "0x1f"),
        ('"1"', "1"),
        ("'true'", "true"),
        ("2026.11.22", "2026.11.22"),
    ],
)
def test_plain_words_follow_the_core_schema(text: str, value: object) -> None:
    """Hours and dates are text until a form asks for them; only true and false are booleans."""
    assert read_yaml(f"key: {text}\n".encode()).plain() == {"key": value}


def test_every_key_and_value_knows_its_place() -> None:
    """Lines and columns count from 1, in characters, as editors do."""
    document = Document("f", read_yaml("a: 1\nbä:\n  - {c: ü, d: x}\n".encode()))

    assert document.place(("a",)) == (1, 4)
    assert document.key_place(("bä",)) == (2, 1)
    assert document.place(("bä", 0, "d")) == (3, 15)
    assert document.key_place(("bä", 0, "d")) == (3, 12)
    assert document.place(("bä", 0, "missing")) == (3, 5)


def test_an_alias_repeats_its_anchor() -> None:
    """Anchors are fine within limits."""
    assert read_yaml(b"a: &x [1, 2]\nb: *x\n").plain() == {"a": [1, 2], "b": [1, 2]}


def test_aliases_are_counted_written_out() -> None:
    """S4.6: a document may not grow beyond its limit, however few octets say so."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(NotYaml, match=str(MAX_NODES)):
        read_yaml("\n".join(lines).encode())


def test_a_byte_order_mark_is_no_fault() -> None:
    """Some editors write one."""
    assert read_yaml(b"\xef\xbb\xbfa: 1\n").plain() == {"a": 1}
