"""The octets after DATA: the same message however the network cut it, in memory once (S1.5)."""

import tracemalloc
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from daemon.ingest.reception import Budget, Content

PIECE = 64 * 2**10
LARGE = b"".join(b".dots and a line of seventy octets, more or less, to fill it all%6d\r\n" % n for n in range(150_000))


def content(limit: int = 2**30) -> Content:
    """Return an empty content with room for everything."""
    return Content(limit, Budget(limit))


def as_sent(message: bytes) -> bytes:
    """Return a message as it is read: a CRLF before it, its dots stuffed, and the dot line (RFC 5321 4.5.2)."""
    return (b"\r\n" + message).replace(b"\r\n.", b"\r\n..") + b".\r\n"


def taken(sent: bytes, cuts: list[int]) -> bytes:
    """Return what the content makes of octets that come in pieces."""
    into, edges = content(), [0, *sorted({cut % len(sent) for cut in cuts}), len(sent)]
    for first, last in pairwise(edges):
        into.add(sent[first:last])
    return into.octets()


@given(
    lines=st.lists(
        st.sampled_from([b"", b".", b"..", b".\r", b"\r", b"\n.", b"text", b". text", b"\x00"]), max_size=12
    ),
    cuts=st.lists(st.integers(min_value=0, max_value=200), max_size=20),
)
def test_s1_1_a_message_is_the_same_wherever_it_is_cut(lines: list[bytes], cuts: list[int]) -> None:
    """S1.1: dots are unstuffed whatever lies at the edge of a piece; not an octet is more or less."""
    message = b"".join(line + b"\r\n" for line in lines)

    assert taken(as_sent(message), cuts) == message


def test_s1_5_a_large_mail_is_in_memory_once() -> None:
    """S1.5: taking 10 MB needs 10 MB, and an eighth for growing: the bound on octets in flight is one on memory."""
    sent, into = as_sent(LARGE), content()
    tracemalloc.start()
    try:
        for start in range(0, len(sent), PIECE):
            into.add(sent[start : start + PIECE])
        message = into.octets()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert message == LARGE
    assert peak < 1.2 * len(LARGE)


def test_s1_5_what_is_refused_is_not_kept() -> None:
    """S1.5: past the limit what came is thrown away at once, and the budget has it back; later pieces count nothing."""
    budget = Budget(1_000)
    into = Content(100, budget)
    for _ in range(3):
        into.add(b"x" * 60)

    assert into.refusal
    assert into.counted == 0
    assert budget.holds(1_000)
    assert into.octets() == b""
