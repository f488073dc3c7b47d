"""What is committed is for everybody: no places of one machine, no real addresses, no dead links."""

import re
from pathlib import Path

from tests.repository.sources import ROOT, files

PLACES = re.compile(r"(?<![\w.])/(?:work|home/\w+|root)/[\w.]|/tmp/venv")
ADDRESS = re.compile(r"[\w.+-]+@([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})\b", re.IGNORECASE)
RESERVED = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost|local|internal)$|(?:^|\.)example\.(?:com|net|org)$")
TELEPHONE = re.compile(r"\+1[ -.]?\(?\d{3}\)?[ -.]\d{3}[ -.]?\d{4}|\+1 \d{3} \d{4}\b")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def committed() -> tuple[Path, ...]:
    """Return the text files of the source."""
    return tuple(path for path in files() if b"\0" not in path.read_bytes()[:8000])


def found(pattern: re.Pattern[str], *, among: tuple[Path, ...]) -> list[tuple[str, str]]:
    """Return where a pattern stands: (file, what was found)."""
    return [
        (path.relative_to(ROOT).as_posix(), match.group(match.lastindex or 0))
        for path in among
        if path != Path(__file__)
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]


def test_no_place_of_one_machine_is_named() -> None:
    """A path that exists on the author's machine only helps nobody else."""
    assert found(PLACES, among=committed()) == []


def test_sample_addresses_are_reserved_ones() -> None:
    """RFC 2606: an example never names somebody's real domain."""
    texts = tuple(path for path in committed() if not path.name.endswith(".lock") and path.name != "LICENSE")

    assert [hit for hit in found(ADDRESS, among=texts) if not RESERVED.search(hit[1].lower())] == []


def test_sample_telephone_numbers_are_fictional() -> None:
    """Numbers of the form 555 01xx are kept free for examples."""
    hits = found(TELEPHONE, among=committed())

    assert [hit for hit in hits if not re.search(r"555[ -.]?01\d\d$", hit[1])] == []


def test_links_between_documents_lead_somewhere() -> None:
    """A relative link names a file that is there."""
    documents = tuple(path for path in committed() if path.suffix == ".md")
    dead = [
        (name, link) for name, link in found(LINK, among=documents) if not (ROOT / name).parent.joinpath(link).exists()
    ]

    assert dead == []
