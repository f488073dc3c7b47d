"""What ships with the program: schemas that are fresh, an example that `init` writes, a page that tells every key."""

import json
from pathlib import Path

import pytest

from daemon.errors import Permanent
from daemon.settings import fingerprint, schemas, write_example
from daemon.settings.reference import reference
from daemon.settings.schema import printed
from tests.config.folders import EXAMPLE, example_copy, loaded, replace

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_shipped_schema_is_fresh(name: str) -> None:
    """`config/schemas/` holds what the forms say now: `python -m daemon.settings.reference` writes it anew."""
    assert (EXAMPLE / "schemas" / name).read_text(encoding="utf-8") == printed(schemas()[name])


def test_every_example_file_names_its_schema() -> None:
    """Editors find the schema by the file's first line."""
    for file in [*EXAMPLE.glob("*.yaml"), *EXAMPLE.glob("customers/*.yaml")]:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        schema = file.parent / first.partition("$schema=")[2]
        assert schema.is_file()
        assert json.loads(schema.read_text(encoding="utf-8"))["type"] == "object"


def test_the_page_tells_every_key() -> None:
    """docs/configuration.md holds the generated reference: every key, its type, default and meaning."""
    page = PAGE.read_text(encoding="utf-8")
    for file, table in reference().items():
        assert table in page, f"{file} changed: `python -m daemon.settings.reference` writes the page anew"


def test_init_writes_an_example_that_loads(tmp_path: Path) -> None:
    """`supportd init DIR` gives a configuration that runs as it is, beside its own `var`."""
    written = write_example(tmp_path / "new" / "config")

    config, shipped = loaded(tmp_path / "new" / "config"), loaded(EXAMPLE)

    assert config.settings.delivery.maildir == (tmp_path / "new" / "var" / "outgoing").resolve()
    assert (config.plan, config.directory) == (shipped.plan, shipped.directory)
    assert {path.suffix for path in written} == {".yaml", ".json", ".md"}


def test_init_refuses_to_overwrite(tmp_path: Path) -> None:
    """A folder that holds anything stays as it is."""
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(Permanent, match="nothing was written"):
        write_example(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_init_says_when_it_cannot_write(tmp_path: Path) -> None:
    """A file in the way is told in one line."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(Permanent, match="cannot be written"):
        write_example(tmp_path / "file" / "config")


def test_the_fingerprint_changes_with_every_file(tmp_path: Path) -> None:
    """A changed, added or removed file is noticed; a file that is no configuration is not."""
    config = example_copy(tmp_path)
    seen = [fingerprint(config)]
    assert fingerprint(config) == seen[0]

    replace(config / "products.yaml", "name: Chat", "name: Chats")
    seen.append(fingerprint(config))
    (config / "customers" / "more.yaml").write_text("id: more\n", encoding="utf-8")
    seen.append(fingerprint(config))
    (config / "templates" / "en").mkdir(parents=True)
    (config / "templates" / "en" / "x.j2").write_text("x", encoding="utf-8")
    seen.append(fingerprint(config))
    (config / "articles" / "fr" / "20-users.md").unlink()
    seen.append(fingerprint(config))
    (config / "customers" / "more.yaml").unlink()
    seen.append(fingerprint(config))

    assert len(set(seen)) == len(seen)
    (config / "notes.txt").write_text("x", encoding="utf-8")
    assert fingerprint(config) == seen[-1]


def test_the_fingerprint_of_a_missing_folder_is_no_error(tmp_path: Path) -> None:
    """A folder that vanished for a moment must not end the watch."""
    assert fingerprint(tmp_path / "nowhere") == fingerprint(tmp_path / "elsewhere")
