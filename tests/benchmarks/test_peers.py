"""What stands between the bench and its peers: spools, the door, and what is kept for the next run."""

import asyncio
from pathlib import Path

import pytest

from benchmarks import kept
from benchmarks.corpus import make_corpus
from benchmarks.exchange import send_all
from benchmarks.peers.door import open_door
from benchmarks.peers.spool import BEGUN, made_spools, mails, put


def test_a_spool_gives_mails_in_order_and_once(tmp_path: Path) -> None:
    """The oldest first; a mail is gone once the next one is asked for, and one half written is not seen."""
    (spool,) = made_spools(tmp_path, 1)
    for number, octets in ((11, b"third"), (2, b"second"), (1, b"first")):
        put(spool, number, octets)
    (spool / f"00000000{BEGUN}").write_bytes(b"half")
    come = mails(spool)

    assert [next(come) for _ in range(3)] == [b"first", b"second", b"third"]
    assert sorted(path.name for path in spool.iterdir()) == [f"00000000{BEGUN}", "00000011"]


def test_the_door_hands_on_the_same_octets(tmp_path: Path) -> None:
    """Every mail of a corpus comes through unchanged, to each spool in turn."""
    corpus = make_corpus(6, seed=3, name="door")
    spools = made_spools(tmp_path, 2)
    with open_door(spools) as port:
        asyncio.run(send_all(corpus, port))

    assert {spool: len(list(spool.iterdir())) for spool in spools} == dict.fromkeys(spools, 3)
    come = {path.read_bytes() for spool in spools for path in spool.iterdir()}
    assert come == {request.octets for request in corpus}


def test_what_is_kept_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made again when what it is made from has changed, and the outdated one is gone."""
    monkeypatch.setattr(kept, "KEPT", tmp_path / "kept")
    source, made = tmp_path / "source", list[Path]()

    def make(path: Path) -> None:
        path.write_text(source.read_text())
        made.append(path)

    source.write_text("one")
    first = [kept.kept_file("desk", [source], make) for _ in range(2)]
    source.write_text("two")
    last = kept.kept_file("desk", [source], make)

    assert len(made) == 2
    assert first[0] == first[1] != last
    assert (last.read_text(), [path.name for path in (tmp_path / "kept").iterdir()]) == ("two", [last.name])
