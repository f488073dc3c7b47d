"""Words behind our own addresses (R9.1, R10.3)."""

import pytest

from daemon.rules.plus_words import plus_words
from tests.rules.making import PLAN, SECOND

ROWS = [
    (("support+macd@desk.example",), {"macd"}),
    (("Support+MACD@Desk.Example",), {"macd"}),
    (("support+expedite@desk.example", "support@desk.example", SECOND.replace("@", "+macd@")), {"macd", "expedite"}),
    (("support+escalate@desk.example",), {"escalate"}),
    (("support+anything@desk.example",), set()),
    (("support+macd.expedite@desk.example",), set()),
    (("support+1042.a.2000.aaaaaaaaaaaaaaaaaaaaaaaaaa@desk.example",), set()),
    (("sales+macd@desk.example", "support+macd@elsewhere.example"), set()),
    (("support+mac\u212a@desk.example",), set()),
    ((), set()),
]


@pytest.mark.parametrize(("addresses", "words"), ROWS)
def test_r10_3_only_known_words_behind_our_own_addresses_count(addresses: tuple[str, ...], words: set[str]) -> None:
    """R9.1, R10.3: the word of `support+WORD@`, case-blind; a signed extension or another's address says nothing."""
    assert plus_words(addresses, PLAN) == words
