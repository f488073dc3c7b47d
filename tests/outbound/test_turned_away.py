"""A server that takes mail from nobody is told from an address that is wrong (S1.6)."""

import pytest

from daemon.model.notice_kinds import NoticeKind
from daemon.outbound.outcomes import Deferred, Outcome, Refused, Sent, Unknown
from daemon.outbound.recording import Untried
from daemon.outbound.turned_away import TurnedAway
from tests.outbound.mails import mail_of

DENIED = Refused(554, "554 5.7.1 relay access denied")
LATER = Deferred("451 4.3.0 try again later")


def after(*outcomes: Outcome | Untried, people: int = 100) -> str:
    """Return the trouble after these outcomes, each about another of so many people in turn."""
    turned_away = TurnedAway()
    for number, outcome in enumerate(outcomes):
        mail = mail_of(NoticeKind.UPDATE, to_address=f"user{number % people}@acme.example")
        turned_away.note([(mail, outcome)])
    return turned_away.trouble


@pytest.mark.parametrize("outcome", [DENIED, LATER])
def test_s1_6_nobody_gets_mail_any_more(outcome: Refused | Deferred) -> None:
    """S1.6: several people in a row, refused or put off, are the server's trouble; its words are told."""
    assert after(*[outcome] * 4) == ""
    assert outcome.reason in after(*[outcome] * 5)


def test_s1_6_one_that_is_taken_ends_the_row() -> None:
    """S1.6: also one whose answer was lost: it may have arrived."""
    assert after(*[DENIED] * 9, Sent("250 taken")) == ""
    assert after(*[DENIED] * 9, Unknown("no answer")) == ""
    assert after(*[DENIED] * 4, Sent("250 taken"), *[DENIED] * 4) == ""


def test_s1_6_one_wrong_address_is_no_trouble_of_the_server() -> None:
    """S3.6: however often somebody is refused, it stays about them."""
    assert after(*[DENIED] * 50, people=4) == ""


def test_s1_6_what_never_reached_the_server_counts_for_nothing() -> None:
    """S3.5: a mail that cannot be built, or was not tried, says nothing of the server."""
    assert after(*[Refused(0, "the mail cannot be built")] * 9, *[Untried()] * 9) == ""
