"""Agents' mails on unscheduled maintenance: what is taken of their words, and what is said not to be (R11.2, R11.6)."""

import pytest

from daemon.rules.commands.windows import LONGEST_TEXT
from tests.scenarios.desk import TestDesk
from tests.scenarios.test_window_mail import (  # noqa: F401 - the fixture is for these tests too
    ACME,
    AGENT,
    MAINTENANCE,
    WHOLE,
    _saturday_noon,
    agent,
    kinds,
    line_of,
    writes,
)

KEY = "announced:mail-1"
WORK = "A switch in the first data centre is replaced."


def words_of(text: str) -> str:
    """Return a mail's text as one line."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    "bare",
    [
        "start 2026-12-05 23:00\nend 02:00\nproducts voice\nreason power",
        "Start: 23:00",
        "products voice, chat",
        "Impact: outage",
        "Reason: it has lost a power supply",
        "- end 2:00",
    ],
)
def test_r11_2_commands_without_their_sign_describe_nothing(desk: TestDesk, bare: str) -> None:
    """R11.2, R11.6: they are named, nothing of the mail is taken, and no customer ever reads them."""
    asked = writes(desk, f"{bare}\n\nWe replace a switch.")

    assert kinds(asked) == ["window_asked"]
    assert "a line that reads like a command without its #" in words_of(asked.answers[0].text)
    announced = agent(desk).replies_to(asked.answers[0], WHOLE)
    assert line_of(announced.told(ACME), "Work") == WORK


@pytest.mark.parametrize(
    "prose",
    ["Start of the work is at night.", "End users notice nothing.", "Products of three sites move.", "Reasons."],
)
def test_r11_2_prose_may_begin_with_a_commands_name(desk: TestDesk, prose: str) -> None:
    """R11.2: a line is prose where nothing behind its first word makes it a command."""
    assert line_of(writes(desk, WHOLE.replace(WORK, prose)).told(ACME), "Work") == prose


def test_r11_6_words_that_are_not_taken_are_said_not_to_be(desk: TestDesk) -> None:
    """R11.6: a draft keeps its description, and an announced window too: the agent reads that, and what replaces it."""
    asked = writes(desk, WHOLE.replace("#end 2:00\n", ""))
    assert "NOT taken" not in asked.answers[0].text
    kept = agent(desk).replies_to(asked.answers[0], "#end 2:00\n\nTwo switches are replaced.").told(AGENT)
    assert 'NOT taken were your words below the commands: "Two switches are replaced."' in words_of(kept.text)

    later = agent(desk).replies_to(kept, "#end 3:00\n\nIt takes longer.").told(AGENT)
    assert "It takes longer." in words_of(later.text)
    corrected = agent(desk).replies_to(later, "#description Two switches are replaced.\n\nThanks!")
    assert "NOT taken" not in corrected.told(AGENT).text
    assert line_of(corrected.told(ACME), "Work") == "Two switches are replaced"


@pytest.mark.parametrize("where", ["#description ", ""])
def test_r11_2_a_text_that_is_too_long_is_refused(desk: TestDesk, where: str) -> None:
    """R11.2: customers read all of it or nothing: it is never cut."""
    long = "word " * (LONGEST_TEXT // 5) + "more"
    text = f"{where}{long}\n{WHOLE.replace(WORK, '')}" if where else WHOLE.replace(WORK, long)
    asked = writes(desk, text)

    assert kinds(asked) == ["window_asked"]
    assert f"at most {LONGEST_TEXT}" in words_of(asked.answers[0].text)


def test_r11_6_a_colleague_manages_it_by_its_name(desk: TestDesk) -> None:
    """R11.6, R11.7: `#window` beside any command, in a mail of their own; the name stands in the transcript."""
    kept = writes(desk, WHOLE).told(AGENT)
    assert f"#window {KEY}" in kept.text

    colleague = agent(desk, "agent2@desk.example")
    moved = colleague.writes("No power supply yet", f"#window {KEY}\n#end 4:00", To=MAINTENANCE)
    assert kinds(moved) == ["maintenance_changed", "maintenance_changed", "window_kept"]
    cancelled = colleague.writes("No power supply", f"#window {KEY}\n#cancel", To=MAINTENANCE)
    assert kinds(cancelled) == ["maintenance_cancelled", "maintenance_cancelled", "window_kept"]


def test_s2_7_two_names_contradict_each_other(desk: TestDesk) -> None:
    """S2.7: which of two is to be cancelled is not guessed."""
    writes(desk, WHOLE)
    asked = agent(desk).writes("No power", f"#window {KEY}\n#cancel announced:mail-7", To=MAINTENANCE)

    assert kinds(asked) == ["window_asked"]
    assert "#window stands alone" in asked.answers[0].text


@pytest.mark.parametrize(("name", "said"), [("announced:nothing", "no window"), ("monthly:2026-12-18", "no window")])
def test_r11_6_a_name_that_nothing_has_makes_no_new_window(desk: TestDesk, name: str, said: str) -> None:
    """R11.6: a mistyped name is told so; what stands beside it is not announced as another window."""
    asked = agent(desk).writes("Switch", f"#window {name}\n{WHOLE}", To=MAINTENANCE)

    assert kinds(asked) == ["window_asked"]
    assert said in asked.answers[0].text


def test_r11_7_the_same_work_at_other_hours_is_changed_not_announced_again(desk: TestDesk) -> None:
    """R11.7: the same name for hours that overlap: refused, with the name of the first and how to change it."""
    writes(desk, WHOLE)
    again = writes(desk, WHOLE.replace("#end 2:00", "#end 3:00"))
    assert kinds(again) == ["window_asked"]
    assert f"write #window {KEY}" in words_of(again.answers[0].text)

    another_night = WHOLE.replace("2026-12-05", "2026-12-06")
    assert "maintenance_ahead" in kinds(writes(desk, another_night))


def test_r11_6_newcomers_are_counted_apart(desk: TestDesk) -> None:
    """R11.7: the transcript tells how many were corrected, and how many hear of it for the first time."""
    kept = writes(desk, WHOLE).told(AGENT)
    told = agent(desk).replies_to(kept, "#products voice, internet").told(AGENT)

    assert "2 contacts who had been told of it get a correction. One contact whom it concerns only now" in words_of(
        told.text
    )


def test_r11_7_whom_new_products_leave_out_it_is_cancelled_for(desk: TestDesk) -> None:
    """R11.2, R11.7: from voice to the portal, which Acme has not: it is called off for them alone."""
    kept = writes(desk, WHOLE).told(AGENT)
    ended = agent(desk).replies_to(kept, "#products portal")

    assert kinds(ended) == ["maintenance_cancelled", "maintenance_changed", "maintenance_ahead", "window_kept"]
    assert "no longer affected" in ended.told(ACME).text


def test_r11_6_help_takes_no_words_and_speaks_of_none(desk: TestDesk) -> None:
    """R11.6: a draft that lacks its description is not said to have one."""
    assert "NOT taken" not in writes(desk, "#help\n\nWe replace a switch.").answers[0].text


def test_r11_2_a_refusal_shows_the_times_as_they_were_understood(desk: TestDesk) -> None:
    """R11.2: `#start 1:00` is today's: the agent sees which hours that made."""
    kept = writes(desk, WHOLE).told(AGENT)
    asked = agent(desk).replies_to(kept, "#start 1:00")

    assert "(2026-12-05 01:00 MST - 2026-12-06 02:00 MST)" in words_of(asked.answers[0].text)


def test_r11_7_what_begins_in_a_year_is_no_unscheduled_work(desk: TestDesk) -> None:
    """R11.6, R11.7: a slip of the year is refused, and tells nobody."""
    asked = writes(desk, WHOLE.replace("2026-12-05", "2027-12-05"))

    assert kinds(asked) == ["window_asked"]
    assert "is the year right?" in asked.answers[0].text


def test_r11_3_the_same_follow_up_is_sent_once(desk: TestDesk) -> None:
    """R11.3: typed twice it is refused; another text goes out."""
    kept = writes(desk, WHOLE).told(AGENT)
    desk.it_is("2026-12-06T02:00:00-07:00")
    desk.ticks()
    for text, sent in (("Calls are set up faster.", True), ("Calls are  set up\nfaster.", False), ("More.", True)):
        ended = agent(desk).replies_to(kept, f"#follow-up\n\n{text}")
        assert ("maintenance_follow_up" in kinds(ended)) == sent
    assert "#follow-up" in ended.answers[-1].text


def test_r11_3_what_was_cancelled_is_not_followed_up(desk: TestDesk) -> None:
    """R11.3: a window that did not take place has no new features."""
    kept = writes(desk, WHOLE).told(AGENT)
    agent(desk).replies_to(kept, "#cancel")
    desk.it_is("2026-12-06T02:00:00-07:00")
    ended = agent(desk).replies_to(kept, "#follow-up\n\nCalls are set up faster.")

    assert kinds(ended) == ["window_asked"]
    assert "nothing to follow up" in ended.answers[0].text
