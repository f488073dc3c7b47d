"""Agents' mails on unscheduled maintenance as people really write them: thanks, prefixes, other shifts (R11.6)."""

from dataclasses import replace

import pytest

from daemon.model.outcome import Outcome
from tests.scenarios.desk import Ended, TestDesk, Writer
from tests.scenarios.post import Mail

ACME, INITECH, AGENT = "primary@acme.example", "primary@initech.example", "agent1@desk.example"
MAINTENANCE = "support+maintenance@desk.example"
WHOLE = """#start 2026-12-05 23:00
#end 2:00
#products voice
#reason It has lost a power supply.

A switch in the first data centre is replaced.
"""


@pytest.fixture(autouse=True)
def _saturday_noon(desk: TestDesk) -> None:
    desk.change(lambda config: replace(config, plan=replace(config.plan, windows=())))
    desk.it_is("2026-12-05T12:00:00-07:00")
    desk.ticks()


def agent(desk: TestDesk, address: str = AGENT) -> Writer:
    """Return an agent whose mail is authenticated."""
    return desk.somebody(address, authenticated="pass")


def writes(desk: TestDesk, text: str, subject: str = "Replacement of a switch") -> Ended:
    """Let the agent write to the maintenance address."""
    return agent(desk).writes(subject, text, To=MAINTENANCE)


def kinds(ended: Ended) -> list[str]:
    """Return the kinds of what a mail made the desk send."""
    return [mail.kind for mail in ended.answers]


def line_of(mail: Mail, label: str) -> str:
    """Return what stands behind a label."""
    return next(line.partition(":")[2].strip() for line in mail.text.splitlines() if line.startswith(f"{label}:"))


@pytest.mark.parametrize("left_out", ["#reason It has lost a power supply.", "#start 2026-12-05 23:00"])
def test_r11_2_thanks_below_what_was_asked_for_is_no_description(desk: TestDesk, left_out: str) -> None:
    """R11.2: words in the answer that completes a window do not replace the description that is known."""
    asking = writes(desk, WHOLE.replace(left_out, ""))
    ended = agent(desk).replies_to(asking.answers[0], f"{left_out}\n\nYes, please go ahead. Thanks!")

    assert line_of(ended.told(ACME), "Work") == "A switch in the first data centre is replaced."


@pytest.mark.parametrize("subject", ["Re: Replacement of a switch", "Fwd: AW: Replacement of a switch"])
def test_r11_2_reply_prefixes_are_no_part_of_its_name(desk: TestDesk, subject: str) -> None:
    """R11.2: customers read what the subject is about."""
    assert line_of(writes(desk, WHOLE, subject=subject).told(ACME), "Maintenance") == "Replacement of a switch"


def test_r11_2_a_mail_that_was_wrong_keeps_its_name_when_it_is_sent_again(desk: TestDesk) -> None:
    """R11.2: the agent sends it again as a reply, as asked: its name is what the first subject said."""
    asking = writes(desk, WHOLE.replace("voice", "voce"))
    ended = agent(desk).replies_to(asking.answers[0], WHOLE)

    assert line_of(ended.told(ACME), "Maintenance") == "Replacement of a switch"


def test_r11_2_without_a_subject_its_name_is_asked_for(desk: TestDesk) -> None:
    """R11.2: nothing goes out without a name; `#title` gives it, the subject of an answer does not."""
    asking = writes(desk, WHOLE, subject="")
    assert kinds(asking) == ["window_asked"]
    assert "#title TEXT" in asking.answers[0].text

    ended = agent(desk).replies_to(asking.answers[0], "#title Replacement of a switch")
    assert line_of(ended.told(ACME), "Maintenance") == "Replacement of a switch"


def test_r11_6_work_that_could_not_wait_begins_now(desk: TestDesk) -> None:
    """R11.6: `#start now` is the minute in which the mail came; its readers read that it could not be told before."""
    desk.it_is("2026-12-05T23:10:40-07:00")
    ended = writes(desk, WHOLE.replace("2026-12-05 23:00", "now"))

    assert line_of(ended.told(ACME), "Start") == "Saturday 5 December 2026, 23:10 MST"
    assert "could not give you notice" in " ".join(ended.told(ACME).text.split())


def test_r11_7_an_announced_one_that_moves_into_the_day_is_not_said_to_be_unannounced(desk: TestDesk) -> None:
    """R11.6, R11.7: the change is asked for again with `#confirm`; until then all stands as customers were told."""
    kept = writes(desk, WHOLE).told(AGENT)
    asked = agent(desk).replies_to(kept, "#start 2026-12-06 14:00\n#end 16:00")

    assert kinds(asked) == ["window_asked"]
    assert "with #confirm" in asked.answers[0].text
    assert "NOT been announced" not in asked.answers[0].text
    moved = agent(desk).replies_to(asked.answers[0], "#confirm\n#start 2026-12-06 14:00\n#end 16:00")
    assert kinds(moved) == ["maintenance_changed", "maintenance_changed", "window_kept"]


@pytest.mark.parametrize("stray", ["#impact outage", "- #confirm"])
def test_s3_7_commands_below_the_text_never_reach_a_customer(desk: TestDesk, stray: str) -> None:
    """S3.7, R11.2: they are no part of the description: the mail is refused as a whole."""
    ended = writes(desk, f"{WHOLE}\n{stray}\n")

    assert kinds(ended) == ["window_asked"]
    assert "at the very top" in ended.answers[0].text


def test_r11_6_the_same_again_tells_nobody_twice(desk: TestDesk) -> None:
    """R11.6: a mail that its client sent again, as another message, announces nothing anew."""
    writes(desk, WHOLE)
    again = writes(desk, WHOLE)

    assert kinds(again) == ["window_asked"]
    assert "announced:mail-1" in again.answers[0].text


def test_r11_7_a_new_mail_cancels_nothing_and_says_so(desk: TestDesk) -> None:
    """R11.7: `#cancel` in a mail that answers none of ours names no window: it is not said to be cancelled."""
    writes(desk, WHOLE)
    ended = writes(desk, "#cancel")

    assert ended.outcome is Outcome.COMMAND_FAILED
    assert "reply to the mail about it, or name it" in ended.answers[0].text


def test_r11_7_a_colleague_cancels_it_by_its_name(desk: TestDesk) -> None:
    """R11.7, S2.8: whose shift it is has no mail that was signed for them; the window has a name."""
    writes(desk, WHOLE)
    colleague = agent(desk, "agent2@desk.example")
    ended = colleague.writes("No power supply", "#cancel announced:mail-1", To=MAINTENANCE)

    assert kinds(ended) == ["maintenance_cancelled", "maintenance_cancelled", "window_kept"]
    again = colleague.writes("No power supply", "#cancel announced:mail-1", To=MAINTENANCE)
    assert kinds(again) == ["window_asked"]


def test_s2_8_whoever_has_a_colleagues_transcript_reads_what_to_do(desk: TestDesk) -> None:
    """S2.8: it was signed for the other one: nothing changes, and the answer says where such commands go."""
    kept = writes(desk, WHOLE).told(AGENT)
    ended = agent(desk, "agent2@desk.example").replies_to(kept, "#end 4:00")

    assert kinds(ended) == ["command_failed"]
    assert "write to the maintenance address" in " ".join(ended.answers[0].text.split())


def test_r11_3_an_announced_one_is_followed_up_by_its_name(desk: TestDesk) -> None:
    """R11.3: any window has a follow-up, by the name that `maintenance list` shows."""
    writes(desk, WHOLE)
    early = writes(desk, "#follow-up announced:mail-1\n\nCalls are set up faster now.")
    assert "it has not begun" in early.answers[0].text

    desk.it_is("2026-12-06T02:00:00-07:00")
    desk.ticks()
    ended = writes(desk, "#follow-up announced:mail-1\n\nCalls are set up faster now.", subject="New features")

    assert kinds(ended) == ["maintenance_follow_up", "maintenance_follow_up", "window_kept"]


@pytest.mark.parametrize("commands", ["#follow-up\n#cancel", "#cancel\n#start 2026-12-06 23:00\n#end 2026-12-07 1:00"])
def test_s2_7_commands_that_contradict_each_other_do_nothing(desk: TestDesk, commands: str) -> None:
    """S2.7: all of a mail's commands hold or none: nothing is followed up and silently not cancelled."""
    kept = writes(desk, WHOLE).told(AGENT)
    ended = agent(desk).replies_to(kept, f"{commands}\n\nIt is off.")

    assert kinds(ended) == ["window_asked"]
    assert "stands alone" in ended.answers[0].text


def test_s3_7_an_answer_to_a_customer_stays_one_with_the_maintenance_address_beside(desk: TestDesk) -> None:
    """S3.7, R4.2: what is sent to a case's reply address too is for its customer, who waits for it."""
    case = desk.mpoc(ACME).writes("Phones are down").case
    told = desk.last_mail(desk.assignee(case).address, case)
    answer_to = str(told.message["Reply-To"])
    ended = agent(desk, desk.assignee(case).address).replies_to(told, "We are on it.", To=f"{answer_to},{MAINTENANCE}")

    assert ended.case == case
    assert "window_asked" not in kinds(ended)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-12-12 23:00", "2026-12-12 22:00", "it ends before it begins"),
        ("2026-12-04 23:00", "2026-12-05 2:00", "it would be over already"),
    ],
)
def test_r11_2_times_that_make_no_sense_are_told_plainly(desk: TestDesk, start: str, end: str, said: str) -> None:
    """R11.2: an end before the start, and one that is past, are refused with what is wrong about them."""
    ended = writes(desk, WHOLE.replace("2026-12-05 23:00", start).replace("#end 2:00", f"#end {end}"))

    assert kinds(ended) == ["window_asked"]
    assert said in ended.answers[0].text


def ticks(desk: TestDesk, instant: str) -> list[tuple[str, str]]:
    """Return what `tick` sends at an instant: its kind, and to whom."""
    before = desk.mails()
    desk.it_is(instant)
    desk.ticks()
    return [(mail.kind, mail.to) for mail in desk.mails(after=before[-1].id)]


def test_r11_7_work_that_overran_gets_a_later_end_and_ends_again(desk: TestDesk) -> None:
    """R11.7: who was told that it is over hears when it will be, and then that it is; the agent may notice late."""
    kept = writes(desk, WHOLE).told(AGENT)
    ticks(desk, "2026-12-05T23:00:00-07:00")
    assert ("maintenance_ended", ACME) in ticks(desk, "2026-12-06T02:00:00-07:00")

    desk.it_is("2026-12-06T02:20:00-07:00")
    ended = agent(desk).replies_to(kept, "#end 4:00")

    assert kinds(ended) == ["maintenance_changed", "maintenance_changed", "window_kept"]
    assert ticks(desk, "2026-12-06T03:59:00-07:00") == []
    assert ("maintenance_ended", ACME) in ticks(desk, "2026-12-06T04:00:00-07:00")


@pytest.mark.parametrize(
    ("instant", "commands"),
    [
        ("2026-12-06T02:20:00-07:00", "#start 2026-12-06 03:00\n#end 4:00"),
        ("2026-12-06T02:20:00-07:00", "#end 4:00\n#impact none"),
        ("2026-12-06T02:20:00-07:00", "#reason It was another power supply."),
        ("2026-12-07T02:00:00-07:00", "#end 2026-12-07 04:00"),
    ],
)
def test_r11_7_nothing_else_of_one_that_is_over_changes(desk: TestDesk, instant: str, commands: str) -> None:
    """R11.7: past its end only a later end can be told, and for a day."""
    kept = writes(desk, WHOLE).told(AGENT)
    desk.it_is("2026-12-06T02:00:00-07:00")
    desk.ticks()

    desk.it_is(instant)
    ended = agent(desk).replies_to(kept, commands)

    assert kinds(ended) == ["window_asked"]
    assert "it is over" in ended.answers[0].text


@pytest.mark.parametrize(
    "below", ["Best regards,\nAgent One\nDesk of the provider", "Thanks!", "Cordialement", "Agent One", "Agent\n"]
)
def test_r11_2_a_greeting_at_the_end_is_no_part_of_the_description(desk: TestDesk, below: str) -> None:
    """R11.2: customers read what the work is, not how the agent ends their mails."""
    ended = writes(desk, f"{WHOLE}\n{below}")

    assert line_of(ended.told(ACME), "Work") == "A switch in the first data centre is replaced."


def test_r11_2_a_greeting_alone_describes_nothing(desk: TestDesk) -> None:
    """R11.2: who writes only thanks below the commands is asked what the work is."""
    ended = writes(desk, WHOLE.replace("A switch in the first data centre is replaced.", "Many thanks\nAgent One"))

    assert kinds(ended) == ["window_asked"]
