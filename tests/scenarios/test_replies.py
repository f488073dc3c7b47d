"""An agent's reply before it leaves: it waits for a `#stop`, the guard may hold it back, others may cross it (S3.7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.act import ShellWish, carry_out
from daemon.errors import Permanent
from daemon.model.outcome import Outcome
from daemon.store.database import reading
from daemon.store.mail_views import MailFilter, MailLine, list_mail
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail

PRIMARY = "primary@acme.example"
SECRET = "The customer has not paid any of their invoices since June."


@pytest.fixture
def case(desk: TestDesk) -> int:
    """A case at a desk where replies wait a minute."""
    desk.change(lambda config: replace(config, plan=replace(config.plan, reply_delay=timedelta(minutes=1))))
    return desk.mpoc(PRIMARY).writes("Phones are down").case


def pass_on(desk: TestDesk, seconds: int) -> None:
    """Let seconds go by."""
    desk.now += timedelta(seconds=seconds)


def released(desk: TestDesk, seconds: int = 60) -> Ended:
    """Let the waiting time go by, and a reader take up what waited."""
    pass_on(desk, seconds)
    return desk.read_next()


def line_of(desk: TestDesk, ended: Ended) -> MailLine:
    """Return how a mail stands in `supportd mail list`."""
    with reading(desk.desk.engine) as connection:
        lines = list(list_mail(connection, MailFilter(), prefix="SUP"))
    return next(line for line in lines if line.id == ended.mail_id)


def events(desk: TestDesk, case: int) -> list[str]:
    """Return the names of a case's events."""
    return [event.event for event in desk.case(case).history]


def kinds(mails: tuple[Mail, ...]) -> list[tuple[str, str]]:
    """Return what was sent to whom."""
    return [(mail.kind, mail.to) for mail in mails]


def has_no_effect(desk: TestDesk, case: int) -> bool:
    """Tell whether nothing has become of an agent's reply on a new case."""
    seen = desk.case(case)
    return (seen.status, seen.priority, len(seen.messages)) == ("new", "P4", 1)


def test_s3_7_a_reply_has_no_effect_at_all_until_it_is_released(desk: TestDesk, case: int) -> None:
    """S3.7: commands, status, clocks and mail happen together, a minute later, dated at its receipt."""
    written_at = desk.now
    waits = desk.assignee(case).answers(case, "#priority 2\n\nWe are looking into it.")

    assert (waits.outcome, waits.answers) == (None, ())
    assert has_no_effect(desk, case)
    assert (line_of(desk, waits).state, line_of(desk, waits).case) == ("waiting", f"SUP-{case}")

    reply = released(desk)

    seen = desk.case(case)
    assert reply.outcome is Outcome.AGENT_UPDATE
    assert "We are looking into it." in reply.told(PRIMARY).text
    assert (seen.status, seen.priority) == ("in_progress", "P2")
    assert seen.messages[-1].received_at == written_at
    assert seen.clocks["first_response"].met_at == written_at


def test_s3_7_nobody_takes_up_a_reply_before_its_time(desk: TestDesk, case: int) -> None:
    """S3.7: other mail is read meanwhile, the reply is left alone."""
    desk.assignee(case).answers(case, "We are looking into it.")
    pass_on(desk, 59)

    other = desk.mpoc(PRIMARY).writes("Another thing")

    assert other.outcome is Outcome.CASE_OPENED
    assert has_no_effect(desk, case)


def test_s3_7_stop_cancels_it_and_hands_the_text_back(desk: TestDesk, case: int) -> None:
    """S3.7: the reply ends without effect; its agent reads what was stopped."""
    agent = desk.assignee(case)
    waits = agent.answers(case, "#priority 2\n\nYour router is a museum piece.")
    pass_on(desk, 30)
    stopped = agent.answers(case, "#stop")

    told = stopped.told(agent.address)
    assert kinds(stopped.answers) == [("commands_done", agent.address)]
    assert "stopped: your reply of 09:00:00" in told.text
    assert "Your router is a museum piece." in told.text
    assert "#priority 2" in told.text
    assert line_of(desk, waits).outcome == "command_failed"
    assert "stopped by" in line_of(desk, waits).reason
    assert has_no_effect(desk, case)
    assert "reply_stopped" in events(desk, case)
    pass_on(desk, 3600)
    assert desk.mpoc(PRIMARY).writes("Another thing").outcome is Outcome.CASE_OPENED
    assert has_no_effect(desk, case)


def test_s3_7_what_stands_beside_a_stop_is_sent_in_its_place(desk: TestDesk, case: int) -> None:
    """S3.7: a mail with `#stop` is decided at once, with its text."""
    agent = desk.assignee(case)
    agent.answers(case, "Your router is a museum piece.")
    better = agent.answers(case, "#stop\n\nYour router needs an update.")

    assert "needs an update" in better.told(PRIMARY).text
    assert [message.text for message in desk.case(case).messages][1:] == ["Your router needs an update."]


def test_s3_7_a_stop_that_comes_too_late_finds_nothing(desk: TestDesk, case: int) -> None:
    """S3.7: once it is sent, there is nothing to stop, and the agent hears so."""
    agent = desk.assignee(case)
    agent.answers(case, "We are looking into it.")
    released(desk)

    late = agent.answers(case, "#stop")

    assert late.outcome is Outcome.COMMAND_FAILED
    assert "nothing of yours waits" in late.told(agent.address).text


def test_s3_7_nobody_stops_another_agents_reply(desk: TestDesk, case: int) -> None:
    """S3.7: `#stop` is said by whoever wrote the reply."""
    agent = desk.assignee(case)
    other = next(key for key in ("agent1", "agent2") if desk.agent(key).address != agent.address)
    waits = agent.answers(case, "We are looking into it.")

    vain = desk.agent(other).replies_to(desk.last_mail(agent.address, case), "#stop", authenticated="pass")

    assert vain.outcome is not Outcome.AGENT_UPDATE
    assert line_of(desk, waits).state == "waiting"


def test_r5_6_a_stop_that_came_in_time_counts_however_late_it_is_read(desk: TestDesk, case: int) -> None:
    """R5.6, S3.7: after an outage the reply and its `#stop` lie side by side; nothing is sent."""
    agent = desk.assignee(case)
    desk.reads = False
    agent.answers(case, "Your router is a museum piece.")
    pass_on(desk, 20)
    agent.answers(case, "#stop")
    pass_on(desk, 3600)

    desk.reads_all()

    assert has_no_effect(desk, case)
    assert not [mail for mail in desk.mails_to(PRIMARY) if "museum" in mail.text]


@pytest.mark.parametrize("text", ["#note\n\nLine card 3 again?", "#help", "#priorty 2\n\nHello.", "#time 25m"])
def test_s3_7_what_sends_nothing_to_a_customer_is_decided_at_once(desk: TestDesk, case: int, text: str) -> None:
    """S3.7: notes, help, refusals and commands about ourselves wait for nothing."""
    assert desk.assignee(case).answers(case, text).outcome is not None


@pytest.mark.parametrize("text", ["#priority 1\n\nA technician comes.", "#p1g Calls fail\n\nWe are working on it."])
def test_s3_7_what_makes_it_urgent_is_decided_at_once(desk: TestDesk, case: int, text: str) -> None:
    """S3.7: on a P1 or P1G no reply waits, the one that makes it so included."""
    assert desk.assignee(case).answers(case, text).outcome is Outcome.AGENT_UPDATE
    assert desk.assignee(case).answers(case, "It takes an hour more.").outcome is Outcome.AGENT_UPDATE


def test_s3_7_a_case_for_a_caller_is_opened_at_once(desk: TestDesk, case: int) -> None:
    """S3.7, R1.4: `#for` opens a case, on which nothing could be stopped yet."""
    opened = desk.assignee(case).answers(case, f"#for {PRIMARY}\n\nThe fax is down too.")

    assert opened.outcome is Outcome.CASE_OPENED


def test_s3_7_a_mail_of_the_customer_in_between_is_not_overwritten(desk: TestDesk, case: int) -> None:
    """S3.7, R4.4: who closes or waits has not read it: nothing is sent, the agent has the text back."""
    agent = desk.assignee(case)
    agent.answers(case, "#status resolved\n\nIt should work now.")
    pass_on(desk, 20)
    desk.mpoc(PRIMARY).answers(case, "Now the second floor is down too!")

    refused = released(desk, 40)

    assert refused.outcome is Outcome.COMMAND_FAILED
    assert kinds(refused.answers) == [("command_failed", agent.address)]
    assert "the customer wrote at 09:00:20" in refused.told(agent.address).text
    assert "It should work now." in refused.told(agent.address).text
    assert desk.case(case).status == "new"


def test_s3_7_a_plain_reply_crosses_with_the_customers_mail(desk: TestDesk, case: int) -> None:
    """S3.7: a reply without such commands is sent; what the customer wrote stands beside it."""
    desk.assignee(case).answers(case, "We are looking into it.")
    pass_on(desk, 20)
    desk.mpoc(PRIMARY).answers(case, "Now the second floor is down too!")

    assert "We are looking into it." in released(desk, 40).told(PRIMARY).text
    assert len(desk.case(case).messages) == 3


def test_s3_7_a_command_that_is_not_allowed_any_more_sends_nothing(desk: TestDesk, case: int) -> None:
    """S3.7, R4.9: it is decided on the case as it then stands."""
    agent = desk.assignee(case)
    agent.answers(case, "#etr tomorrow 14:00\n\nTomorrow.")
    carry_out(desk.desk, case, ShellWish(agent.address, ("status closed",), "Done and tested."), now=desk.now)

    refused = released(desk)

    assert refused.outcome is Outcome.COMMAND_FAILED
    assert PRIMARY not in [mail.to for mail in refused.answers]


def test_r5_2_a_waiting_reply_keeps_the_case_open(desk: TestDesk, case: int) -> None:
    """R6.2, R5.6: a reply received before the case would close by itself, released after it, keeps it open."""
    agent = desk.assignee(case)
    agent.answers(case, "#waiting\n\nWhich phones?")
    released(desk)
    desk.passes_until("2026-11-18T15:59:30+00:00")
    agent.answers(case, "Do you still have the trouble?")
    pass_on(desk, 40)
    desk.ticks()

    assert desk.case(case).status == "in_progress"
    released(desk, 30)
    desk.ticks()
    assert desk.case(case).status == "in_progress"


def test_r3_3_a_reply_that_waits_at_the_due_time_is_no_breach(desk: TestDesk, case: int) -> None:
    """R3.3: it was received in time; nobody is told of a breach while it waits, nor after it."""
    desk.passes_until("2026-11-17T15:59:30+00:00")
    desk.assignee(case).answers(case, "We are looking into it.")
    pass_on(desk, 45)
    desk.ticks()
    released(desk, 15)
    desk.ticks()

    assert desk.case(case).clocks["first_response"].state == "met"
    assert not [mail for mail in desk.mails() if mail.kind == "clock_breached"]


def test_s1_3_a_copy_of_a_waiting_reply_is_folded(desk: TestDesk, case: int) -> None:
    """S1.3: the same mail by another way is a duplicate while the first one waits."""
    agent = desk.assignee(case)
    mail = desk.last_mail(agent.address, case)
    raw = (
        f"From: {agent.address}\r\nTo: {mail.message['Reply-To']}\r\nSubject: Re: x\r\nMessage-ID: <1@a.example>\r\n"
        f"In-Reply-To: {mail.message['Message-ID']}\r\n\r\nWe are looking into it.\r\n"
    ).encode()
    assert desk.deliver(raw).outcome is None
    assert desk.deliver(raw, source="imap support").outcome is Outcome.DUPLICATE_MESSAGE

    released(desk)

    assert len([mail for mail in desk.mails_to(PRIMARY) if "We are looking into it." in mail.text]) == 1


def held_back(desk: TestDesk, case: int, text: str = "") -> Ended:
    """Have an agent quote a note of the case to the customer."""
    agent = desk.assignee(case)
    agent.answers(case, f"#note\n\n{SECRET}")
    return agent.answers(case, text or f"#priority 2\n\nHello,\n\n{SECRET}\n")


def test_s3_7_the_guard_holds_a_reply_back_and_says_why(desk: TestDesk, case: int) -> None:
    """S3.7: nothing of it holds; its agent reads what was found, until when, and has the text."""
    agent = desk.assignee(case)
    held = held_back(desk, case)

    told = held.told(agent.address)
    assert kinds(held.answers) == [("reply_held_back", agent.address)]
    assert "the customer has not paid any of their" in told.text
    assert "#priority 2" in told.text
    assert (line_of(desk, held).state, desk.case(case).priority) == ("held_back", "P4")


def test_s3_7_send_anyway_lets_it_go_and_is_on_the_record(desk: TestDesk, case: int) -> None:
    """S3.7: the reply is decided again, without the guard; the history says who overrode what."""
    desk.leaks = True
    agent = desk.assignee(case)
    told = held_back(desk, case).told(agent.address)
    pass_on(desk, 600)
    word = agent.replies_to(told, "#send-anyway")
    assert kinds(word.answers) == [("commands_done", agent.address)]

    sent = desk.read_next()

    assert SECRET in sent.told(PRIMARY).text
    assert desk.case(case).priority == "P2"
    overridden = next(event for event in desk.case(case).history if event.event == "guard_overridden")
    assert overridden.actor == agent.address
    assert "note: the customer has not paid" in overridden.detail


def test_s3_7_a_text_beside_that_word_is_sent_too(desk: TestDesk, case: int) -> None:
    """S3.7: what the word lets go is not replaced by the text beside it."""
    desk.leaks = True
    agent = desk.assignee(case)
    held = held_back(desk, case)
    word = agent.replies_to(held.told(agent.address), "#send-anyway\n\nThe details are above.")
    assert "The details are above." in word.told(PRIMARY).text

    assert SECRET in desk.read_next().told(PRIMARY).text
    assert line_of(desk, held).outcome == "agent_update"


def test_s3_7_a_held_text_beside_that_word_goes_with_the_first(desk: TestDesk, case: int) -> None:
    """S3.7: the guard finds something in the text beside it too: the next such word lets both go."""
    desk.leaks = True
    agent = desk.assignee(case)
    told = held_back(desk, case).told(agent.address)
    both = agent.replies_to(told, "#send-anyway\n\nAs it was at Globex.")
    assert kinds(both.answers) == [("reply_held_back", agent.address)]
    agent.replies_to(told, "#send-anyway")
    desk.reads_all()

    texts = "".join(mail.text for mail in desk.mails_to(PRIMARY))
    assert SECRET in texts
    assert "As it was at Globex." in texts


def test_s3_7_without_that_word_it_expires_within_the_day(desk: TestDesk, case: int) -> None:
    """S3.7: it ends without effect, and the agent has the text once more."""
    agent = desk.assignee(case)
    held = held_back(desk, case)

    ended = released(desk, 24 * 3600)

    assert ended.mail_id == held.mail_id
    assert ended.outcome is Outcome.COMMAND_FAILED
    assert kinds(ended.answers) == [("reply_expired", agent.address)]
    assert SECRET in ended.told(agent.address).text
    assert not [mail for mail in desk.mails_to(PRIMARY) if "paid" in mail.text]


def test_s3_7_a_better_reply_takes_its_place(desk: TestDesk, case: int) -> None:
    """S3.7: what was held back ends when a further reply of its agent takes effect."""
    agent = desk.assignee(case)
    held = held_back(desk, case)
    agent.answers(case, "We are looking into it.")

    assert "We are looking into it." in released(desk).told(PRIMARY).text
    assert line_of(desk, held).outcome == "command_failed"
    assert "a later reply took its place" in line_of(desk, held).reason


@pytest.mark.parametrize("text", ["As for Globex", "Write to x@globex.example", "It is SUP-1002, too", "see SUP-99999"])
def test_s3_7_other_customers_names_domains_and_cases_are_held_back(desk: TestDesk, case: int, text: str) -> None:
    """S3.7: whether a case that is named exists makes no difference."""
    desk.mpoc("primary@globex.example").writes("Our fax is down")

    held = desk.assignee(case).answers(case, text)

    assert (held.outcome, line_of(desk, held).state) == (None, "held_back")


def test_s3_7_the_customers_own_data_is_theirs(desk: TestDesk, case: int) -> None:
    """S3.7: their own name, domain and cases are no secret, nor a note's words that they have read."""
    desk.mpoc(PRIMARY).writes("Another thing")
    agent = desk.assignee(case)
    agent.answers(case, "#note\n\nThey wrote: Please help. Tell them that Acme Corporation comes first.")

    agent.answers(case, "Dear Acme Corporation, SUP-1002 is about primary@acme.example as well.")

    assert "SUP-1002" in released(desk).told(PRIMARY).text


def test_s3_7_on_a_p1_everybody_who_could_step_in_is_told(desk: TestDesk, case: int) -> None:
    """S3.7: a stopped mail on a P1 rings the agent and the team at once."""
    agent = desk.assignee(case)
    agent.answers(case, "#priority 1\n\nA technician comes.")
    held = held_back(desk, case)

    told = [mail.to for mail in held.answers if mail.kind == "reply_held_back"]
    team = desk.desk.config.directory.team("support")
    assert team is not None
    assert agent.address in told
    assert desk.desk.config.directory.agent(team.on_call).email in told  # type: ignore[union-attr]
    assert PRIMARY not in told
    assert len(told) == len(set(told)) >= 2


@pytest.mark.parametrize("command", ["#priority 1", "#p1g Telephone calls fail"])
def test_s3_7_a_case_that_becomes_urgent_rings_for_what_is_held_back_on_it(
    desk: TestDesk, case: int, command: str
) -> None:
    """S3.7: the agent and the team are told of the reply then, once, with its text; `#send-anyway` lets it go."""
    agent = desk.assignee(case)
    held_back(desk, case)

    urgent = agent.answers(case, command)
    later = agent.answers(case, "#note\n\nStill here.")

    told = {mail.to: mail for mail in urgent.answers if mail.kind == "reply_held_back"}
    assert agent.address in told
    assert len(told) == [mail.kind for mail in urgent.answers].count("reply_held_back") >= 2
    assert all(SECRET in mail.text and "the customer has not paid" in mail.text for mail in told.values())
    assert "reply_held_back" not in [mail.kind for mail in later.answers]
    desk.leaks = True
    agent.replies_to(told[agent.address], "#send-anyway")
    assert SECRET in desk.read_next().told(PRIMARY).text


def test_s3_7_the_shell_is_guarded_too(desk: TestDesk, case: int) -> None:
    """S3.7: refused with what was found; the word `send-anyway` among the commands lets it pass, on the record."""
    held_back(desk, case)
    wish = ShellWish("agent1", ("priority 2",), SECRET)
    with pytest.raises(Permanent, match=r"note: the customer has not paid.*send-anyway"):
        carry_out(desk.desk, case, wish, now=desk.now)
    assert desk.case(case).priority == "P4"

    carry_out(desk.desk, case, replace(wish, lines=("priority 2", "send-anyway")), now=desk.now)

    assert SECRET in desk.last_mail(PRIMARY, case).text
    assert "guard_overridden" in events(desk, case)


def test_s3_7_a_new_case_in_an_agents_words_is_guarded(desk: TestDesk, case: int) -> None:
    """S3.7, R1.4: nothing can be held back where there is no case: it is refused, unless the word stands beside it."""
    agent = desk.assignee(case)
    text = f"#for {PRIMARY}\n\nLike at Globex, the fax is down."
    refused = agent.writes("The fax", text, **proof(desk, agent.address, case))

    assert refused.outcome is Outcome.COMMAND_FAILED
    assert "name: Globex" in refused.told(agent.address).text

    opened = agent.writes("The fax", f"#send-anyway\n{text}", **proof(desk, agent.address, case))

    assert opened.outcome is Outcome.CASE_OPENED


def proof(desk: TestDesk, address: str, case: int) -> dict[str, str]:
    """Return what proves an agent: an answer to a mail that they got."""
    return {"In_Reply_To": str(desk.last_mail(address, case).message["Message-ID"])}


def two_agents(desk: TestDesk, case: int) -> tuple[str, str]:
    """Have a case given to the other agent, so that both have mail on it; returns both ids."""
    first = desk.case(case).assignee
    second = next(agent for agent in ("agent1", "agent2") if agent != first)
    desk.agent(first).answers(case, f"#note\n#assign {second}\n\nYours.")
    return first, second


def test_s3_7_two_agents_who_answer_at_once_are_told_of_each_other(desk: TestDesk, case: int) -> None:
    """S3.7: once a pair, as soon as the first of the replies takes effect: the other one can still be stopped."""
    first, second = two_agents(desk, case)
    desk.agent(first).answers(case, "It is the line card.")
    pass_on(desk, 30)
    desk.agent(second).answers(case, "It is the router.")

    out = released(desk, 30)

    crossed = [mail for mail in out.answers if mail.kind == "replies_crossed"]
    assert sorted(mail.to for mail in crossed) == sorted(desk.agent(key).address for key in (first, second))
    assert "It is the router." in next(m for m in crossed if m.to == desk.agent(first).address).text
    assert "It is the line card." in next(m for m in crossed if m.to == desk.agent(second).address).text
    assert "replies_crossed" not in [mail.kind for mail in released(desk, 30).answers]


def test_s3_7_a_reply_within_ten_minutes_crosses(desk: TestDesk, case: int) -> None:
    """S3.7: both have gone out; a quarter of an hour later it is an answer that was read."""
    first, second = two_agents(desk, case)
    notified = desk.last_mail(desk.agent(first).address, case)
    desk.agent(first).answers(case, "It is the line card.")
    released(desk)
    pass_on(desk, 480)
    desk.agent(second).answers(case, "It is the router.")
    assert [mail.kind for mail in released(desk).answers].count("replies_crossed") == 2

    pass_on(desk, 900)
    desk.agent(first).replies_to(notified, "It was the line card.")
    assert "replies_crossed" not in [mail.kind for mail in released(desk).answers]


def test_s3_7_one_agent_does_not_cross_themselves(desk: TestDesk, case: int) -> None:
    """S3.7: a second thought is no crossing."""
    desk.assignee(case).answers(case, "It is the line card.")
    pass_on(desk, 1)
    desk.assignee(case).answers(case, "Or the router.")

    assert "replies_crossed" not in [mail.kind for mail in released(desk, 59).answers]
    assert "replies_crossed" not in [mail.kind for mail in released(desk, 1).answers]


def test_s3_7_no_waiting_time_where_it_is_switched_off(desk: TestDesk, case: int) -> None:
    """S3.7: 0 seconds, as in the example company: replies leave at once."""
    desk.change(lambda config: replace(config, plan=replace(config.plan, reply_delay=timedelta(0))))

    assert "At once." in desk.assignee(case).answers(case, "At once.").told(PRIMARY).text


def test_the_receipt_of_a_reply_is_in_utc(desk: TestDesk, case: int) -> None:
    """S3.7: the reason in `mail list` names the instant at which it goes out."""
    assert desk.now == datetime(2026, 11, 16, 16, tzinfo=UTC)
    waits = desk.assignee(case).answers(case, "We are looking into it.")

    assert "waits until 16:01:00 UTC" in line_of(desk, waits).reason
