"""Global incidents (R7): a master, its children, one update to everybody, and what no customer can do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.act import Telling, link_cases, update_incident
from daemon.model.incident import Incident, UpdateKind
from daemon.model.mail_effect import MarkContact
from daemon.model.outcome import Outcome
from daemon.model.subscriber import Scope, read_scope
from daemon.store import subscribers
from daemon.store.addresses import mark
from daemon.store.database import reading, transaction
from daemon.store.incidents import incidents_of
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail

ACME, SECOND, GLOBEX, INITECH = (
    "primary@acme.example", "secondary@acme.example", "primary@globex.example", "primary@initech.example",
)  # fmt: skip
NEWS = "A fibre is cut. A crew is on its way."
LATER = "The fibre is mended. All calls work again."
READER = "reader@elsewhere.example"


def command(desk: TestDesk, case: int, text: str) -> Ended:
    """Let the technician who has a case write on it."""
    return desk.assignee(case).answers(case, text)


def made_master(desk: TestDesk, line: str = "#p1g Telephone calls fail") -> int:
    """Open the master of an incident, by a mail on no case."""
    agent = desk.somebody("agent1@desk.example", authenticated="pass")
    return agent.writes("A master", f"{line}\n").case


def joined(desk: TestDesk, writer: str, master: int) -> int:
    """Open a customer's case and let it join a master."""
    case = desk.mpoc(writer).writes("No calls").case
    command(desk, case, f"#master {master}")
    return case


def subscribe(desk: TestDesk, address: str, *scopes: str, language: str = "en") -> None:
    """Let somebody have asked for updates, and confirmed that."""
    wanted: list[Scope] = [scope for text in scopes if (scope := read_scope(text))]
    known = {"language": language, "token": f"{address:x<26}"[:26], "asked_at": desk.now}
    with transaction(desk.desk.engine) as connection:
        found = subscribers.ask(connection, address, wanted, **known)
        subscribers.confirm(connection, found.id, now=desk.now)


def incident(desk: TestDesk, master: int) -> Incident:
    """Return what the public sees of a master."""
    with reading(desk.desk.engine) as connection:
        (found,) = incidents_of(connection, [master])
    return found


def outside(ended: Ended) -> list[tuple[str, str]]:
    """Return what people outside the desk got."""
    return sorted((mail.kind, mail.to) for mail in ended.answers if not mail.to.endswith("@desk.example"))


@pytest.fixture
def master(desk: TestDesk) -> int:
    """An open incident without a customer; there is a status page."""
    url = "https://status.desk.example"
    desk.change(lambda config: replace(config, plan=replace(config.plan, status_url=url)))
    return made_master(desk)


def test_r7_4_one_update_reaches_every_child_in_its_own_thread(desk: TestDesk, master: int) -> None:
    """R7.4: each child's people, the public record, the subscribers; no customer sees another."""
    mine, theirs = joined(desk, ACME, master), joined(desk, GLOBEX, master)
    subscribe(desk, READER, "platform:voice", language="fr")
    subscribe(desk, "other@elsewhere.example", "platform:chat")
    before = desk.last_mail(ACME, mine)

    update = command(desk, master, NEWS)

    assert outside(update) == [
        ("incident_update", ACME), ("incident_update", GLOBEX), ("status_incident", READER),
    ]  # fmt: skip
    mail = update.told(ACME)
    assert mail.subject == f"[SUP-{mine}] No calls"
    assert before.message["Message-ID"] in mail.message["References"]
    assert NEWS in mail.text
    assert "Telephone calls fail" in mail.text
    assert [(message.text, message.public) for message in desk.case(theirs).messages][-1] == (NEWS, True)
    assert [(told.kind, told.text) for told in incident(desk, master).updates] == [
        (UpdateKind.OPENED, ""), (UpdateKind.UPDATE, NEWS),
    ]  # fmt: skip


def test_r3_2_an_update_meets_and_restarts_the_clocks_of_each_child(desk: TestDesk, master: int) -> None:
    """R3.2, R4.2, R7.3: it is an agent's public reply on each: a new case is in progress, the next interval runs."""
    case = joined(desk, ACME, master)
    assert desk.case(case).clocks["first_response"].met_at is None
    desk.days_pass(0.01)

    command(desk, master, NEWS)

    for number in (case, master):
        seen = desk.case(number)
        assert (seen.status, seen.clocks["first_response"].met_at) == ("in_progress", desk.now)
        assert seen.clocks["update"].start == desk.now


def test_r7_4_the_subscriber_has_one_click_out_and_reads_nobodys_name(desk: TestDesk, master: int) -> None:
    """R8.2, RFC 8058: two scopes, one mail, and one click that ends both; its link leads to the incident."""
    subscribe(desk, READER, "platform:voice", f"incident:{master}")

    mail = command(desk, master, NEWS).told(READER)

    token = f"{READER:x<26}"[:26]
    assert f"https://status.desk.example/unsubscribe/{token}?scope=incident:{master}&scope=platform:voice" in mail.text
    assert f"https://status.desk.example/en/incident/{master}\n" in mail.text.replace("\r", "")
    assert "SUP-" not in mail.text
    assert "Agent One" not in mail.text


def test_r7_1_a_case_that_joins_later_gets_the_last_update(desk: TestDesk, master: int) -> None:
    """R7.1, R7.4: the last one with words, in its own thread; the master's number stays inside."""
    command(desk, master, "We look into it.")
    desk.days_pass(0.01)
    command(desk, master, NEWS)
    case = desk.mpoc(ACME).writes("No calls").case

    reply = command(desk, case, f"#master SUP-{master}")

    mail = reply.told(ACME)
    assert mail.kind == "incident_joined"
    assert NEWS in mail.text
    assert "We look into it." not in mail.text
    assert f"SUP-{master}" not in mail.text


def test_r7_5_resolving_the_master_resolves_the_children(desk: TestDesk, master: int) -> None:
    """R7.5, R4.4: worked-on children await the confirmation; a confirmation closes that one alone."""
    mine, theirs = joined(desk, ACME, master), joined(desk, GLOBEX, master)
    held = joined(desk, INITECH, master)
    command(desk, held, "#hold monday")

    resolved = command(desk, master, f"#status resolved\n\n{LATER}")

    assert [desk.case(number).status for number in (master, mine, theirs, held)] == ["resolved_follow_up"] * 4
    assert LATER in resolved.told(ACME).text
    assert [kind for kind, _ in outside(resolved)] == ["incident_resolved"] * 3
    assert "3 linked cases" in resolved.told(desk.assignee(master).address).text
    assert incident(desk, master).resolved_at == desk.now
    desk.mpoc(ACME).answers(mine, "confirmed")
    desk.mpoc(GLOBEX).answers(theirs, "It still fails.")
    assert [desk.case(number).status for number in (mine, theirs, master)] == [
        "closed", "in_progress", "resolved_follow_up",
    ]  # fmt: skip


def test_r4_4_a_resolved_child_closes_by_silence(desk: TestDesk, master: int) -> None:
    """R4.4, R7.5: the mail names the time at which the case closes by itself, and so it does."""
    case = joined(desk, ACME, master)
    command(desk, master, "#status resolved")

    desk.passes_until("2026-11-19T17:00:00+00:00")

    assert desk.case(case).status == "closed"
    assert desk.case(master).status == "closed"  # nobody is asked: it has no customer


def test_r7_5_closed_and_duplicate_children_stay_as_they_are(desk: TestDesk, master: int) -> None:
    """R7.4, R7.5: nobody works on them: they get no update, and no status."""
    closed, double, primary = (joined(desk, ACME, master) for _ in range(3))
    command(desk, closed, "#status closed\n\nDone.")
    command(desk, double, f"#duplicate {primary}")

    assert [mail.to for mail in command(desk, master, NEWS).answers if mail.kind == "incident_update"] == [ACME]
    command(desk, master, f"#status closed\n\n{LATER}")

    assert [desk.case(number).status for number in (closed, double, primary)] == [
        "closed", "duplicate", "resolved_follow_up",
    ]  # fmt: skip
    assert incident(desk, master).resolved_at == desk.now


def test_r7_5_an_incident_that_goes_on_is_open_again(desk: TestDesk, master: int) -> None:
    """R7.3: by an agent's command, with its children that await a confirmation; words after the end change nothing."""
    case = joined(desk, ACME, master)
    command(desk, master, "#status resolved")
    desk.days_pass(0.01)
    command(desk, master, "The carrier sends a report.")
    assert incident(desk, master).resolved_at is not None
    assert desk.case(case).status == "resolved_follow_up"

    again = command(desk, master, "#status in-progress\n\nIt is back.")

    assert incident(desk, master).resolved_at is None
    assert desk.case(case).status == "in_progress"
    assert outside(again) == [("incident_update", ACME)]


def test_r7_1_a_customers_own_case_becomes_the_master(desk: TestDesk) -> None:
    """R7.1, R7.4: its people get the update as any; the products are those that subject and title name."""
    master = desk.mpoc(ACME).writes("Telephone calls fail").case
    command(desk, master, f"#p1g Telephone calls fail\n\n{NEWS}")
    joined(desk, GLOBEX, master)

    update = command(desk, master, LATER)

    assert incident(desk, master).title == "Telephone calls fail"
    assert incident(desk, master).products == ("voice",)
    assert outside(update) == [("incident_update", GLOBEX), ("update", ACME)]


def test_s2_6_no_customers_subject_becomes_a_title(desk: TestDesk) -> None:
    """S2.6, S3.7, R7.1: one that names a customer is held back; without one it is plain, and the agent reads it."""
    case = desk.mpoc(ACME).writes("Contract 4711 of Maria Muster, 12 Main Street").case

    held = command(desk, case, "#p1g Acme Corporation cannot call")
    assert held.outcome is None
    assert desk.case(case).priority == "P4"

    done = command(desk, case, "#p1g\n\nWe work on it.")
    assert incident(desk, case).title == "Service disruption"
    told = done.told(desk.assignee(case).address)
    assert "all read the title: Service disruption (#public-title corrects it)" in " ".join(told.text.split())


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("Initech is hit too.", "name: Initech", id="a name"),
        pytest.param("Ask admin@globex.example.", "domain: globex.example", id="a domain"),
        pytest.param("See SUP-1001.", "case: SUP-1001", id="a case"),
        pytest.param("See SUP-9999.", "case: SUP-9999", id="no case at all"),
    ],
)
def test_s3_7_no_word_of_a_master_names_a_customer(desk: TestDesk, master: int, words: str, found: str) -> None:
    """S3.7: nobody is its reader's own; the mail waits, the agent and the team are told at once, nobody else is."""
    case = joined(desk, GLOBEX, master)

    held = command(desk, master, f"We work on it. {words}")

    assert held.outcome is None
    assert outside(held) == []
    assert found in held.reason
    assert {mail.kind for mail in held.answers} == {"reply_held_back"}
    assert "agent1@desk.example" in [mail.to for mail in held.answers]
    assert len(incident(desk, master).updates) == 1
    assert len(desk.case(case).messages) == 1


def test_r7_1_the_agent_reads_what_everybody_reads_and_can_correct_it(desk: TestDesk) -> None:
    """R7.1, S2.6: another title is on the page and in later mails; nobody is told of it, the record says who did it."""
    master = desk.mpoc(ACME).writes("No calls").case
    done = command(desk, master, "#p1g Calls to Main Street fail")
    joined(desk, GLOBEX, master)

    corrected = command(desk, master, "#public-title Telephone calls fail")
    update = command(desk, master, NEWS)

    assert "Calls to Main Street fail" in done.told("agent1@desk.example").text
    assert "Telephone calls fail" in corrected.told("agent1@desk.example").text
    assert outside(corrected) == []
    assert incident(desk, master).title == "Telephone calls fail"
    assert "Telephone calls fail" in update.told(GLOBEX).text
    assert "Main Street" not in update.told(GLOBEX).text
    assert [event.actor for event in desk.case(master).history if event.event == "incident_retitled"] == [
        "agent1@desk.example"
    ]


def test_s3_7_another_title_is_guarded_too(desk: TestDesk, master: int) -> None:
    """S3.7: one that names a customer holds the mail back; a case that is no master has none."""
    held = command(desk, master, "#public-title Calls to Globex fail")
    case = desk.mpoc(ACME).writes("No calls").case
    refused = command(desk, case, "#public-title Calls fail")

    assert held.outcome is None
    assert "Globex" not in incident(desk, master).title
    assert "the master of no global incident" in refused.reason


def test_s3_7_the_masters_own_customer_is_named_to_nobody_either(desk: TestDesk) -> None:
    """S3.7: what its own customer may read is not for the children; a note of the master is for nobody."""
    master = desk.mpoc(ACME).writes("Telephone calls fail").case
    command(desk, master, "#p1g Telephone calls fail")
    command(desk, master, "#note\n\nThe carrier forgot to pay its electricity bill.")
    joined(desk, GLOBEX, master)

    for words in ("The lines of Acme Corporation are back.", "The carrier forgot to pay its electricity bill."):
        assert command(desk, master, words).outcome is None


def test_s3_7_an_agent_may_insist(desk: TestDesk, master: int) -> None:
    """S3.7: `#send-anyway` lets it go, and the record says who did."""
    desk.leaks = True
    case = joined(desk, GLOBEX, master)
    command(desk, master, "Initech is a word too.")

    released = command(desk, master, "#send-anyway")
    assert released.outcome is Outcome.AGENT_UPDATE
    sent = desk.read_next()

    assert ("incident_update", GLOBEX) in outside(sent)
    assert "guard_overridden" in [event.event for event in desk.case(master).history]
    assert desk.case(case).status == "in_progress"


def test_s3_7_on_no_case_the_word_stands_beside_the_title(desk: TestDesk) -> None:
    """S3.7: there is nothing yet that could be held back: refused, and opened once the agent insists."""
    desk.leaks = True
    agent = desk.somebody("agent1@desk.example", authenticated="pass")

    refused = agent.writes("x", "#p1g Calls to Globex fail\n")
    opened = agent.writes("x", "#send-anyway\n#p1g Calls to Globex fail\n")

    assert (refused.outcome, opened.outcome) == (Outcome.COMMAND_FAILED, Outcome.CASE_OPENED)
    assert incident(desk, opened.case).title == "Calls to Globex fail"


CUSTOMERS_WAYS: dict[str, Callable[[TestDesk, int, int], Ended]] = {
    "a command": lambda desk, case, _: desk.mpoc(ACME).answers(case, "#p1g All is down\n\nDo it."),
    "a command that joins": lambda desk, case, master: desk.mpoc(ACME).answers(case, f"#master SUP-{master}"),
    "a new mail": lambda desk, _case, _: desk.mpoc(ACME).writes("#p1g", "#p1g All is down"),
    "the master's tag": lambda desk, _case, master: desk.mpoc(ACME).writes(f"Re: [SUP-{master}] Telephone calls fail"),
    "a colleague": lambda desk, _case, master: desk.somebody("end.user@acme.example", authenticated="pass").writes(
        f"[SUP-{master}] x", "#p1g"
    ),
    "a forged agent": lambda desk, _case, master: desk.somebody("agent1@desk.example").writes(
        f"Re: [SUP-{master}] Telephone calls fail", f"#master {master}\n\nAll is well."
    ),
}


@pytest.mark.parametrize("way", CUSTOMERS_WAYS)
def test_r7_2_no_customers_mail_sets_joins_or_sees_an_incident(desk: TestDesk, master: int, way: str) -> None:
    """R7.2, S2.5: whatever they write and however, the incident, its cases and everybody else's stay as they are."""
    case, theirs = desk.mpoc(ACME).writes("No calls").case, joined(desk, GLOBEX, master)
    before = desk.case(theirs)

    ended = CUSTOMERS_WAYS[way](desk, case, master)

    assert len(incident(desk, master).updates) == 1
    assert [link.case for link in desk.case(master).links] == [f"SUP-{theirs}"]
    assert (desk.case(case).priority, desk.case(case).links) == ("P4", ())
    assert desk.case(theirs) == before
    assert not any(f"SUP-{master}" in mail.text for mail in ended.answers if mail.to == ACME)


def test_r7_2_an_answer_to_an_update_stays_on_the_customers_own_case(desk: TestDesk, master: int) -> None:
    """R7.2, R7.4: it goes to the case's technician, and to nobody else's thread."""
    mine, theirs = joined(desk, ACME, master), joined(desk, GLOBEX, master)
    mail = command(desk, master, NEWS).told(ACME)

    answer = desk.mpoc(ACME).replies_to(mail, "#status resolved\n\nIt works again here.")

    assert (answer.outcome, answer.case) == (Outcome.CASE_UPDATED, mine)
    assert "It works again here." in desk.case(mine).messages[-1].text
    assert (desk.case(theirs).status, desk.case(master).status) == ("in_progress", "in_progress")
    assert len(desk.case(master).messages) == 1


def test_r2_6_a_participant_of_a_child_hears_of_it_too(desk: TestDesk, master: int) -> None:
    """R7.4, R2.6: everybody on each child, each a mail of their own (S3.6)."""
    case = desk.mpoc(ACME).writes("No calls", Cc="partner@partner.example").case
    command(desk, case, f"#master {master}")

    assert outside(command(desk, master, NEWS)) == [
        ("incident_update", "partner@partner.example"), ("incident_update", ACME),
    ]  # fmt: skip


def test_s3_4_another_contact_hears_of_it_where_the_first_bounces(desk: TestDesk, master: int) -> None:
    """S3.4: on a P1G the next contact for cases is told in their place."""
    joined(desk, ACME, master)
    with transaction(desk.desk.engine) as connection:
        mark(connection, MarkContact(address=ACME, why="550 no such user", at=desk.now))

    assert outside(command(desk, master, NEWS)) == [("incident_update", SECOND)]


def test_s3_4_nobody_who_cannot_be_asked_is_silent(desk: TestDesk, master: int) -> None:
    """S3.4, R4.4: the end of an incident reaches another contact; the requester's silence closes nothing."""
    case = joined(desk, ACME, master)
    with transaction(desk.desk.engine) as connection:
        mark(connection, MarkContact(address=ACME, why="550 no such user", at=desk.now))

    end = command(desk, master, f"#status resolved\n\n{LATER}")
    desk.passes_until("2026-11-23T16:00:00+00:00")

    assert outside(end) == [("incident_resolved", SECOND)]
    assert "closes by itself" not in end.told(SECOND).text
    assert desk.case(case).status == "resolved_follow_up"
    assert "silence_paused" in [event.event for event in desk.case(case).history]
    assert not [mail for mail in desk.mails_to(ACME) if mail.kind == "confirmation_reminder"]


def test_r7_3_reminders_grow_louder_until_the_customers_are_told(desk: TestDesk, master: int) -> None:
    """R7.3: fifteen minutes, half an hour, three quarters; an update ends them."""
    assigned = desk.last_mail("agent1@desk.example", master)  # the reminders' own replies are notes
    desk.agent("agent1").replies_to(assigned, NEWS)  # 16:00: the next is due at 17:00

    done = desk.passes_until("2026-11-16T17:50:00+00:00")

    told = [step.detail for step in done if "overdue" in step.detail]
    assert [words.partition(":")[0] for words in told] == [
        f"update overdue for {minutes} minutes" for minutes in (15, 30, 45)
    ]
    (louder,) = [mail for mail in desk.mails_to("manager@desk.example") if mail.kind == "clock_overdue"][:1]
    assert "15" in louder.text
    desk.agent("agent1").replies_to(assigned, LATER)
    assert not [step for step in desk.passes_until("2026-11-16T18:40:00+00:00") if "overdue" in step.detail]


def test_r7_3_s3_7_who_answers_a_reminder_learns_that_nobody_was_told(desk: TestDesk, master: int) -> None:
    """R7.3, S3.7: it is a note; the answer says so and how to tell everybody, the way that it names works."""
    case = joined(desk, GLOBEX, master)
    desk.passes_until("2026-11-16T17:01:00+00:00")
    breached = [mail for mail in desk.mails_to("agent1@desk.example") if mail.kind == "clock_breached"][-1]
    note = desk.agent("agent1").replies_to(breached, NEWS)
    done = note.told("agent1@desk.example")

    assert "NOBODY outside reads it" in breached.text
    assert "news for those who are affected" in breached.text
    assert outside(note) == []
    assert "nobody outside was told" in done.text
    held = desk.agent("agent1").replies_to(done, NEWS)
    assert held.outcome is None
    desk.agent("agent1").replies_to(held.told("agent1@desk.example"), "#send-anyway")
    assert ("incident_update", GLOBEX) in outside(desk.read_next())
    assert desk.case(case).status == "in_progress"


def test_r7_3_a_late_tick_tells_only_the_latest(desk: TestDesk, master: int) -> None:
    """R7.3: after an outage the breach is told, and once how long it has been."""
    command(desk, master, NEWS)
    desk.now += timedelta(hours=2, minutes=5)

    details = [step.detail for step in desk.ticks() if step.case == master]

    assert [words for words in details if "not told" not in words][1:] == [
        "update overdue for 60 minutes: agent1, manager told"
    ]


def test_r7_1_a_master_waits_for_nobody(desk: TestDesk, master: int) -> None:
    """R7.3: it cannot wait for a customer, be a duplicate, or lose its priority while cases belong to it."""
    case = joined(desk, ACME, master)

    for line in ("#waiting", f"#duplicate {case}", "#priority 2", "#macd standard"):
        assert command(desk, master, line).outcome is Outcome.COMMAND_FAILED
    assert desk.case(master).priority == "P1G"


def kinds(mails: tuple[Mail, ...], to: str) -> list[str]:
    """Return what somebody got."""
    return [mail.kind for mail in mails if mail.to == to]


def test_r7_1_a_mistaken_master_is_none_any_more(desk: TestDesk) -> None:
    """R3.8: without children its priority can be changed; the incident is over for the public."""
    master = desk.mpoc(ACME).writes("Telephone calls fail").case
    command(desk, master, "#p1g Telephone calls fail")

    reply = command(desk, master, "#priority 2")

    assert kinds(reply.answers, ACME) == ["status_changed"]
    assert incident(desk, master).resolved_at == desk.now


@pytest.mark.both_databases
def test_r7_4_a_case_that_joins_during_an_update_gets_it_once(desk: TestDesk) -> None:
    """R7.4: with the others, or as the last update once it has joined; older and newer cases than the master's."""
    older = [desk.mpoc(writer).writes("No calls").case for writer in (ACME, GLOBEX, INITECH)]
    master = made_master(desk)
    newer = [desk.mpoc(writer).writes("No calls").case for writer in (ACME, GLOBEX, INITECH)]
    cases = [case for pair in zip(older, newer, strict=True) for case in pair]

    def join() -> None:
        for case in cases:
            link_cases(desk.desk, master, (case,), agent="agent1", now=desk.now)

    def tell() -> None:
        for number in range(6):
            update_incident(desk.desk, master, Telling(text=f"News {number}.", agent="agent1"), now=desk.now)

    with ThreadPoolExecutor(2) as pool:  # one joins, one tells: what is told by one is told in order
        for done in (pool.submit(join), pool.submit(tell)):
            done.result()

    mails = [mail for mail in desk.mails() if mail.kind.startswith("incident_")]
    for case in cases:
        got = [mail for mail in mails if f"[SUP-{case}]" in mail.subject]
        news = [number for mail in got for number in range(6) if f"News {number}." in mail.text]
        assert got[0].kind == "incident_joined"
        assert news == list(range(news[0] if news else 6, 6))  # from where it joined, each once and in order
