"""Unscheduled maintenance by an agent's mail: announced at once, completed, confirmed, corrected, cancelled (R11.6)."""

from dataclasses import replace

import pytest

from daemon.model.mail_effect import MarkContact
from daemon.model.outcome import Outcome
from daemon.store import addresses
from daemon.store.database import transaction
from tests.scenarios.desk import Ended, TestDesk, Writer
from tests.scenarios.post import Mail

ACME, GLOBEX, INITECH = "primary@acme.example", "primary@globex.example", "primary@initech.example"
MAINTENANCE = "support+maintenance@desk.example"
NOON = "2026-12-05T12:00:00-07:00"
WHOLE = """#start 2026-12-05 23:00
#end 2:00
#products voice
#impact outage
#reason It has lost a power supply.

A switch in the first data centre is replaced.
"""


@pytest.fixture(autouse=True)
def _saturday_noon(desk: TestDesk) -> None:
    desk.change(lambda config: replace(config, plan=replace(config.plan, windows=())))
    desk.it_is(NOON)
    desk.ticks()


def agent(desk: TestDesk) -> Writer:
    """Return an agent whose mail is authenticated."""
    return desk.somebody("agent1@desk.example", authenticated="pass")


def writes(desk: TestDesk, text: str, subject: str = "Replacement of a switch") -> Ended:
    """Let the agent write to the maintenance address."""
    return agent(desk).writes(subject, text, To=MAINTENANCE)


def at(desk: TestDesk, instant: str) -> list[tuple[str, str]]:
    """Return what `tick` sends at an instant: its kind, and to whom."""
    before = desk.mails()
    desk.it_is(instant)
    desk.ticks()
    return [(mail.kind, mail.to) for mail in desk.mails(after=before[-1].id if before else 0)]


def kinds(ended: Ended) -> list[tuple[str, str]]:
    """Return what a mail made the desk send."""
    return [(mail.kind, mail.to) for mail in ended.answers]


def words(mail: Mail) -> str:
    """Return a mail's text as one line."""
    return " ".join(mail.text.split())


def test_r11_6_a_complete_one_is_announced_at_once(desk: TestDesk) -> None:
    """R11.6, R11.2: the contacts of customers with the product hear of it at once, then its start and its end."""
    ended = writes(desk, WHOLE)

    assert ended.outcome is Outcome.AGENT_UPDATE
    assert kinds(ended) == [
        ("maintenance_ahead", ACME),
        ("maintenance_ahead", INITECH),
        ("window_kept", "agent1@desk.example"),
    ]
    text = words(ended.told(ACME))
    for part in ("Replacement of a switch", "Voice", "A switch in the first data centre", "lost a power supply"):
        assert part in text
    assert "23:00" in text
    assert "01:00" in text  # 23:00 MT is 01:00 in New York
    assert at(desk, "2026-12-05T22:59:00-07:00") == []
    assert at(desk, "2026-12-05T23:00:00-07:00") == [("maintenance_begun", ACME), ("maintenance_begun", INITECH)]
    assert at(desk, "2026-12-06T02:00:00-07:00") == [("maintenance_ended", ACME), ("maintenance_ended", INITECH)]


@pytest.mark.parametrize(
    ("left_out", "asked"),
    [
        ("#start 2026-12-05 23:00", "#start DATE TIME"),
        ("#end 2:00", "#end DATE TIME"),
        ("#products voice", "#products NAME, NAME"),
        ("#reason It has lost a power supply.", "#reason TEXT"),
        ("A switch in the first data centre is replaced.", "#description TEXT"),
    ],
)
def test_r11_2_what_is_missing_is_asked_for_and_the_answer_completes_it(
    desk: TestDesk, left_out: str, asked: str
) -> None:
    """R11.2: without date, products, description or reason nothing is announced; an answer adds what is missing."""
    asking = writes(desk, WHOLE.replace(left_out, ""))
    assert kinds(asking) == [("window_asked", "agent1@desk.example")]
    question = asking.answers[0]
    assert asked in question.text

    completing = left_out if left_out.startswith("#") else f"#description {left_out}"
    ended = agent(desk).replies_to(question, completing)

    assert [kind for kind, _ in kinds(ended)] == ["maintenance_ahead", "maintenance_ahead", "window_kept"]


def test_r11_6_inside_the_day_it_must_be_confirmed(desk: TestDesk) -> None:
    """R11.6: inside 05:00-23:00 it is warned about, and goes through only when confirmed."""
    asking = writes(desk, WHOLE.replace("#start 2026-12-05 23:00", "#start 22:30"))
    assert kinds(asking) == [("window_asked", "agent1@desk.example")]
    assert "#confirm" in asking.answers[0].text

    ended = agent(desk).replies_to(asking.answers[0], "#confirm")

    assert ("maintenance_ahead", ACME) in kinds(ended)


def test_r11_6_one_that_has_begun_says_so(desk: TestDesk) -> None:
    """R11.6: where it could not be given before, it goes out right after the start, and says so; no start follows."""
    desk.it_is("2026-12-05T23:30:00-07:00")
    ended = writes(desk, WHOLE)

    assert "before" in words(ended.told(ACME))
    assert at(desk, "2026-12-05T23:31:00-07:00") == []
    assert at(desk, "2026-12-06T02:00:00-07:00") == [("maintenance_ended", ACME), ("maintenance_ended", INITECH)]


def test_r11_7_moved_and_cancelled_by_a_reply(desk: TestDesk) -> None:
    """R11.7: a reply to the transcript moves or cancels it: the same people get a correction, each once."""
    kept = writes(desk, WHOLE).told("agent1@desk.example")
    moved = agent(desk).replies_to(kept, "#start 2026-12-06 23:00\n#end 2:00")
    cancelled = agent(desk).replies_to(moved.told("agent1@desk.example"), "#cancel")

    assert kinds(moved)[:2] == [("maintenance_changed", ACME), ("maintenance_changed", INITECH)]
    assert kinds(cancelled)[:2] == [("maintenance_cancelled", ACME), ("maintenance_cancelled", INITECH)]
    assert at(desk, "2026-12-05T23:00:00-07:00") == []
    assert at(desk, "2026-12-06T23:00:00-07:00") == []
    again = agent(desk).replies_to(kept, "#start 2026-12-07 23:00\n#end 2:00")
    assert kinds(again) == [("window_asked", "agent1@desk.example")]
    assert "cancelled" in again.answers[0].text


def test_r11_7_words_alone_correct_nothing(desk: TestDesk) -> None:
    """R11.7: "Thanks!" in answer to the transcript is no new description for all contacts."""
    kept = writes(desk, WHOLE).told("agent1@desk.example")
    ended = agent(desk).replies_to(kept, "Thanks!")

    assert kinds(ended) == [("window_asked", "agent1@desk.example")]
    assert at(desk, "2026-12-05T22:00:00-07:00") == []


def test_r11_7_who_is_affected_only_now_is_told_ahead(desk: TestDesk) -> None:
    """R11.7, R11.2: a product that is added brings in its customers; who knew gets the correction."""
    kept = writes(desk, WHOLE).told("agent1@desk.example")
    ended = agent(desk).replies_to(kept, "#products voice, internet")

    assert sorted(kinds(ended)[:3]) == [
        ("maintenance_ahead", GLOBEX),
        ("maintenance_changed", ACME),
        ("maintenance_changed", INITECH),
    ]


def test_r11_3_a_follow_up_tells_more(desk: TestDesk) -> None:
    """R11.3: after it a follow-up about new features may be sent."""
    kept = writes(desk, WHOLE).told("agent1@desk.example")
    at(desk, "2026-12-06T02:00:00-07:00")
    ended = agent(desk).replies_to(kept, "#follow-up\n\nCalls are set up faster now.")

    assert kinds(ended)[:2] == [("maintenance_follow_up", ACME), ("maintenance_follow_up", INITECH)]
    assert "Calls are set up faster now." in ended.told(ACME).text


def test_r11_2_a_wrong_command_changes_nothing(desk: TestDesk) -> None:
    """R11.2, S2.7: all of a mail's commands hold or none; the agent gets each fault, and the commands."""
    ended = writes(desk, WHOLE.replace("voice", "voce").replace("outage", "total"))

    assert kinds(ended) == [("window_asked", "agent1@desk.example")]
    assert ended.outcome is Outcome.COMMAND_FAILED
    text = ended.answers[0].text
    assert "voce" in text
    assert "total" in text
    assert "#follow-up [WINDOW]" in text


def test_s3_7_no_customer_is_named(desk: TestDesk) -> None:
    """S3.7: everybody with the product reads it, so the guard looks for every customer's name."""
    ended = writes(desk, WHOLE.replace("in the first data centre", "of Acme Corporation"))

    assert kinds(ended) == [("window_asked", "agent1@desk.example")]
    assert "Acme Corporation" in ended.answers[0].text


def test_s3_4_a_contact_who_cannot_be_reached_is_replaced(desk: TestDesk) -> None:
    """S3.4: the maintenance contact's mail bounces for good: another contact of theirs is told."""
    with transaction(desk.desk.engine) as connection:
        addresses.mark(connection, MarkContact(address=ACME, why="550 5.1.1", at=desk.now))

    ended = writes(desk, WHOLE)

    assert ("maintenance_ahead", "secondary@acme.example") in kinds(ended)
    assert ("maintenance_ahead", ACME) not in kinds(ended)


@pytest.mark.parametrize("address", [ACME, "user@acme.example", "agent1@desk.example", "x@stranger.example"])
def test_s2_7_nobody_else_announces_anything(desk: TestDesk, address: str) -> None:
    """S2.7: customers, colleagues, strangers and an agent without proof: their mail there is judged as any other."""
    ended = desk.somebody(address).writes("Replacement of a switch", WHOLE, To=MAINTENANCE)

    assert not [mail for mail in ended.answers if mail.kind.startswith(("maintenance", "window"))]
    assert at(desk, "2026-12-05T23:00:00-07:00") == []


def test_s2_8_the_transcript_in_other_hands_does_nothing(desk: TestDesk) -> None:
    """S2.8: the transcript was signed for one agent: a customer who answers it cancels nothing."""
    kept = writes(desk, WHOLE).told("agent1@desk.example")
    desk.mpoc(ACME).replies_to(kept, "#cancel")

    assert at(desk, "2026-12-05T23:00:00-07:00") == [("maintenance_begun", ACME), ("maintenance_begun", INITECH)]


def test_r11_6_two_mails_announce_two_windows(desk: TestDesk) -> None:
    """R11.6: each mail to the maintenance address is about a window of its own; each is told of its end."""
    writes(desk, WHOLE)
    writes(desk, WHOLE.replace("23:00", "23:30"), subject="Replacement of another switch")

    assert len(at(desk, "2026-12-06T03:00:00-07:00")) == 4


def test_r11_6_in_french(desk: TestDesk) -> None:
    """R11.6: an agent whose language is French is asked and told in French."""
    french = desk.somebody("agent3@desk.example", authenticated="pass")
    asking = french.writes("Remplacement", "#products voice\n\nUn commutateur est remplacé.", To=MAINTENANCE)

    assert kinds(asking) == [("window_asked", "agent3@desk.example")]
    assert "quand" in asking.answers[0].text
