"""What the commands about promises, work and incidents do, and when they are refused (R3, R6, R7, R9, R10, R12)."""

from dataclasses import replace

import pytest

from daemon.model.case import NEW_CASE, Case, Kind, Link, LinkType, Macd, Participant, Priority, Status, WaitingOn
from daemon.model.case_effect import Assign, LinkCases, OpenCase, SetPriority
from daemon.model.charter import Charter
from daemon.model.desk_effect import OpenIncident
from daemon.model.effect import Decision
from daemon.model.facts import LastMail
from daemon.model.notice import AttachmentRef
from daemon.model.outcome import Outcome
from daemon.model.people import Agent, EscalationLevel, Role
from daemon.model.promise_effect import Escalate, RecordTime, SetCarrierDelay, SetEtr, SetMacd, SetVendor
from daemon.model.promises import BUSINESS, HOUR, ONE_BUSINESS_DAY, Charges, Vendor
from tests.rules.making import (
    ACME,
    AGENT,
    DIRECTORY,
    NOW,
    PARTNER,
    PLAN,
    PRIMARY,
    a_case,
    commanded,
    fact,
    mt,
    names,
    notices,
    only,
    statuses,
    told,
    with_participant,
)

BILLING = "billing@desk.example"
BOSS = Agent("boss", "Bo Boss", "boss@desk.example")
CHIEF = Agent("chief", "Cleo Chief", "chief@desk.example")
APPROVING = replace(ACME, mpocs=(replace(ACME.mpocs[0], roles=ACME.mpocs[0].roles | {Role.MACD}), *ACME.mpocs[1:]))
CHARTER = Charter(
    replace(
        PLAN,
        provider=replace(PLAN.provider, billing_address=BILLING),
        vendors=(Vendor("carrier1", "Carrier One", HOUR, ONE_BUSINESS_DAY, BUSINESS),),
        charges=Charges(expedite_cents=15_000),
    ),
    replace(
        DIRECTORY,
        agents=(*DIRECTORY.agents, BOSS, CHIEF),
        escalation=(EscalationLevel(2, "Manager", ("boss",)), EscalationLevel(3, "Vice president", ("chief",))),
    ),
)
FILE = AttachmentRef("invoice.pdf", "application/pdf", 10, "a" * 64)
LAST = LastMail(PRIMARY, "The invoice is wrong.", mt(2026, 11, 17, 9), (FILE,))
CLOSED, RESOLVED = a_case(status=Status.CLOSED), a_case(status=Status.RESOLVED)


def done(text: str, *cases: Case, **fields: object) -> Decision:
    """Return what agent1's text does, which must hold."""
    decision = commanded(text, *(cases or (a_case(),)), **{"charter": CHARTER, **fields})
    assert decision.outcome is not Outcome.COMMAND_FAILED, decision.reason
    return decision


def refused(text: str, *cases: Case, **fields: object) -> str:
    """Return why agent1's text is refused."""
    decision = commanded(text, *(cases or (a_case(),)), **{"charter": CHARTER, **fields})
    assert decision.outcome is Outcome.COMMAND_FAILED, names(decision)
    assert len(decision.effects) == 1
    return decision.reason


def transcript(decision: Decision) -> list[str]:
    """Return the lines of the agent's transcript."""
    return fact(notices(decision, "commands_done")[0], "done").splitlines()


def test_r10_4_time_is_recorded_for_the_agent_on_several_lines() -> None:
    """R10.4: each line is an entry at the mail's receipt; the transcript says how it was read; no customer hears."""
    decision = done("#time 25m\n#time 1,5h")
    entries = [effect for effect in decision.effects if isinstance(effect, RecordTime)]

    assert [(entry.minutes, entry.actor, entry.at) for entry in entries] == [(25, "agent1", NOW), (90, "agent1", NOW)]
    assert transcript(decision) == ["25 min of work", "1 h 30 min of work"]
    assert told(decision) == (("commands_done", AGENT),)


@pytest.mark.parametrize("status", list(Status))
def test_r10_4_time_can_be_recorded_whatever_the_status(status: Status) -> None:
    """R10.4: what was worked was worked; the status stays."""
    decision = done("#time 15m", a_case(status=status))

    assert only(decision, RecordTime).minutes == 15
    assert statuses(decision) == ()


def test_r10_4_a_day_has_24_hours() -> None:
    """R10.4: all lines of a mail together record a day at most."""
    assert "at most 24 hours" in refused("#time 20h\n#time 4h01")
    assert done("#time 20h\n#time 4h")


def test_r1_4_the_time_of_a_call_is_recorded_on_the_case_that_it_opens() -> None:
    """R1.4, R10.4: `#time` beside `#for` counts on the new case."""
    decision = done(f"#for {PRIMARY}\n#time 10m\nShe called.")

    assert (only(decision, RecordTime).case, only(decision, RecordTime).minutes) == (NEW_CASE, 10)
    assert names(decision).index("OpenCase") < names(decision).index("RecordTime")


def test_r3_5_an_etr_is_told_to_everybody_on_the_case() -> None:
    """R3.5: the customer is told the instant; the agent reads it on the plan's wall clock."""
    decision = done("#etr tomorrow 14:00\nThe part is on its way.", with_participant(a_case()))

    assert only(decision, SetEtr).etr == mt(2026, 11, 19, 14)
    assert {notice.to.address for notice in notices(decision, "update")} == {PRIMARY, PARTNER}
    assert fact(notices(decision, "update")[0], "etr") == "2026-11-19T21:00:00+00:00"
    assert transcript(decision) == ["estimated time of resolution 2026-11-19 14:00 MST"]


def test_r3_5_an_etr_without_text_is_told_by_itself() -> None:
    """R3.5: the customer is told, also where the agent wrote nothing."""
    (changed,) = notices(done("#etr 2pm"), "status_changed")

    assert fact(changed, "etr") == "2026-11-18T21:00:00+00:00"


@pytest.mark.parametrize("line", ["#etr 2pm", "#vendor carrier1", "#macd standard", "#p1g", "#master 7"])
@pytest.mark.parametrize("status", [Status.CLOSED, Status.CLOSED_NO_RESPONSE, Status.DUPLICATE, Status.RESOLVED])
def test_r3_11_nothing_is_promised_where_no_clock_runs(line: str, status: Status) -> None:
    """R3.4, R3.11: closed, a duplicate, resolved: no clock runs, so nothing is promised."""
    name = line.split(maxsplit=1)[0]

    assert f"{name} is for a case that is worked on" in refused(line, a_case(status=status))


def test_r3_6_a_vendor_is_named_to_the_customer() -> None:
    """R3.6: the case follows the vendor's times, and the customer reads its name."""
    decision = done("#vendor Carrier One\nWe wait for the carrier.")

    assert only(decision, SetVendor).vendor == "carrier1"
    assert fact(notices(decision, "update")[0], "vendor") == "Carrier One"


def test_r3_6_a_vendor_is_waited_for_no_longer() -> None:
    """R3.6: `none` ends it; of that alone the customer need not hear."""
    decision = done("#vendor none", a_case(vendor="carrier1", waiting_on=WaitingOn.VENDOR))

    assert only(decision, SetVendor).vendor == ""
    assert told(decision) == (("commands_done", AGENT),)
    assert "waits for no vendor" in refused("#vendor none")
    assert "waits for Carrier One already" in refused("#vendor carrier1", a_case(vendor="carrier1"))


def test_r3_6_vendor_alone_lists_the_vendors_and_changes_nothing() -> None:
    """R3.6: with their times, in the transcript, in the agent's language."""
    decision = done("#vendor")

    assert names(decision) == ("Queue",)
    assert transcript(decision) == [
        "carrier1: Carrier One, first answer within 60 minutes, updates within 1 business day"
    ]
    bare = replace(CHARTER, plan=replace(CHARTER.plan, vendors=()))
    assert transcript(done("#vendor", charter=bare)) == ["no vendors are configured (vendors.yaml)"]


def test_r6_1_the_customer_is_told_that_we_wait_for_them() -> None:
    """R6.1: in the reply itself, or by itself."""
    assert fact(notices(done("#waiting\nWhich line?"), "update")[0], "waiting") == "yes"
    assert fact(notices(done("#waiting"), "status_changed")[0], "waiting") == "yes"


def test_r6_1_what_waits_for_something_else_does_not_wait_for_an_answer() -> None:
    """R6.1, R4.4, R10.2: a duplicate, a case to be confirmed or approved; and an approval is not lost to a vendor."""
    approval = a_case(waiting_on=WaitingOn.APPROVAL)

    assert "duplicate" in refused("#waiting", a_case(status=Status.DUPLICATE))
    assert "confirmation already" in refused("#waiting", RESOLVED)
    assert "the approval of the MACD request" in refused("#waiting", approval)
    assert "the approval of the MACD request" in refused("#vendor carrier1", approval)


@pytest.mark.parametrize("lines", ["#waiting\n#status resolved", "#vendor carrier1\n#hold monday"])
def test_r4_1_a_change_of_status_ends_what_was_waited_for(lines: str) -> None:
    """R4.1: the customer reads what holds at the end, not what the line before said."""
    (changed,) = notices(done(lines), "status_changed")

    assert (fact(changed, "waiting"), fact(changed, "vendor")) == ("", "")


def test_r10_1_an_approvers_case_becomes_a_macd_request() -> None:
    """R10.1, R10.2: an approver's own request counts as approved; everybody on the case is told, the charge too."""
    charter = replace(CHARTER, directory=replace(CHARTER.directory, customers=(APPROVING,)))

    decision = done("#macd expedited", with_participant(a_case()), charter=charter)

    assert only(decision, SetMacd).macd is Macd.EXPEDITED
    assert "Approve" in names(decision)
    changed = notices(decision, "macd_changed")
    assert [notice.to.address for notice in changed] == [PRIMARY, PARTNER]
    assert [fact(changed[0], name) for name in ("macd", "approval", "surcharge")] == ["expedited", "", "150.00 USD"]
    assert notices(decision, "status_changed") == ()


def test_r10_2_a_macd_request_of_no_approver_waits_for_one() -> None:
    """R10.2: it waits, and the customer is told so."""
    (changed,) = notices(done("#macd standard"), "macd_changed")

    assert fact(changed, "approval") == "yes"


def test_r10_3_what_is_urgent_out_of_hours_goes_to_the_technical_team() -> None:
    """R10.3: an agent's `#macd expedited` on a Sunday gives the case to the 24x7 team at once."""
    charter = replace(CHARTER, plan=replace(CHARTER.plan, urgent_team="voice"))

    decision = done("#macd expedited", charter=charter, facts={"received_at": mt(2026, 11, 22, 12)})

    assert only(decision, Assign).team == "voice"
    assert not any(isinstance(effect, Assign) for effect in done("#macd expedited", charter=charter).effects)


def test_r10_1_the_same_kind_twice_is_a_slip() -> None:
    """R10.1, R10.2: of an approved request nothing would change; while nobody approved, they are asked anew."""
    request = a_case(kind=Kind.MACD, macd=Macd.STANDARD)

    assert "already, standard" in refused("#macd standard", replace(request, approved_at=NOW))
    assert only(done("#macd standard", request), SetMacd).macd is Macd.STANDARD


def test_r1_4_a_call_may_open_a_macd_request() -> None:
    """R1.4, R10.1: `#macd` beside `#for`; its clocks are those of MACD from the start."""
    opened = only(done(f"#for {PRIMARY}\n#macd standard\nOne more telephone, please."), OpenCase)

    assert (opened.kind, opened.macd) == (Kind.MACD, Macd.STANDARD)


def test_r10_1_a_carriers_delay_is_told_on_macd_requests_alone() -> None:
    """R10.1: until the closing of the extended hours of that day, or of the next business day."""
    macd = a_case(kind=Kind.MACD, macd=Macd.STANDARD)
    decision = done("#carrier-delay saturday", macd)

    assert only(decision, SetCarrierDelay).until == mt(2026, 11, 23, 19)
    assert fact(notices(decision, "status_changed")[0], "carrier_delay") == "2026-11-23"
    assert "only a MACD request" in refused("#carrier-delay monday")
    assert "#carrier-delay needs a date" in refused("#carrier-delay", macd)


def test_r9_2_a_case_is_escalated_level_by_level() -> None:
    """R9.2: to the next level, or to that level by name; manager, agent and customer are told."""
    decision = done("#escalate\nI have told the manager.", facts={"history": "the case so far"})

    assert (only(decision, Escalate).level, only(decision, Escalate).to) == (2, "boss")
    assert notices(decision, "escalated")[0].text == "the case so far"
    assert {("escalated", BOSS.email), ("escalation_report", AGENT), ("escalation_answer", PRIMARY)} < set(
        told(decision)
    )
    assert transcript(decision) == ["escalated to level 2, Manager: Bo Boss"]
    assert only(done("#escalate level 3", a_case(escalation_level=2)), Escalate).to == "chief"


def test_r9_2_no_level_is_skipped() -> None:
    """R9.2: one level at a time; the refusal names the right one."""
    assert "one level at a time (R9.2), #escalate 2" in refused("#escalate 3")
    assert "one level at a time (R9.2), #escalate 2" in refused("#escalate 1")
    assert only(done("#escalate 3", a_case(escalation_level=3)), Escalate).level == 3  # the last is told again
    assert "the case is closed" in refused("#escalate", CLOSED)
    assert "no escalation level is configured" in refused("#escalate", charter=Charter(PLAN, DIRECTORY))


def test_r7_1_an_agent_makes_a_master_case() -> None:
    """R7.1, R7.2: priority 1G by command alone; also for a case that a call opens."""
    decision = done("#p1g Calls fail")

    assert only(decision, SetPriority).priority is Priority.P1G
    assert fact(notices(decision, "status_changed")[0], "priority") == "P1G"
    opened = done(f"#for {PRIMARY}\n#p1g Calls fail\nAll is down.")
    assert (only(opened, OpenCase).priority, only(opened, OpenIncident).title) == (Priority.P1G, "Calls fail")


MASTER = a_case(7, customer="globex", priority=Priority.P1G)


def test_r7_1_a_case_joins_a_master_of_whatever_customer_and_the_customer_hears_nothing() -> None:
    """R7.1, S2.6: no mail to the customer names the master case, nor whose it is."""
    decision = done("#master SUP-7\nWe know of the problem.", with_participant(a_case()), MASTER)

    assert (only(decision, LinkCases).type, only(decision, LinkCases).other) == (LinkType.CHILD_OF, 7)
    to_customer = [notice for notice in notices(decision) if notice.to.address != AGENT]
    assert to_customer
    assert not any("7" in value for notice in to_customer for _, value in notice.facts)
    assert transcript(decision) == ["belongs to the master case SUP-7"]
    assert told(done("#master 7", a_case(), MASTER)) == (("commands_done", AGENT),)


@pytest.mark.parametrize(
    ("case", "master", "fault"),
    [
        pytest.param(a_case(), a_case(7), "SUP-7 is no open master case", id="no P1G"),
        pytest.param(a_case(), replace(MASTER, status=Status.CLOSED), "SUP-7 is no open master case", id="closed"),
        pytest.param(a_case(), a_case(8), "SUP-7 is no open master case", id="not there"),
        pytest.param(a_case(priority=Priority.P1G), MASTER, "a master case joins no other", id="itself a master"),
        pytest.param(a_case(7), MASTER, "a master case joins no other", id="itself"),
        pytest.param(
            a_case(links=(Link(LinkType.CHILD_OF, 9),)),
            MASTER,
            "belongs to the master case SUP-9 already",
            id="a child",
        ),
    ],
)
def test_r7_1_only_an_open_master_is_joined_and_only_once(case: Case, master: Case, fault: str) -> None:
    """R7.1: an open case of priority 1G; no chains of masters."""
    assert fault in refused("#master 7", case, master)


def test_r7_1_a_child_becomes_no_master() -> None:
    """R7.1: it belongs to one."""
    assert "SUP-9 already" in refused("#p1g", a_case(links=(Link(LinkType.CHILD_OF, 9),)))


def test_r12_2_the_customers_last_mail_goes_to_the_billing_desk() -> None:
    """R12.2: text and files, with who wrote it when; the customer hears nothing of it."""
    decision = done("#billing", facts={"last_mail": LAST})
    (forwarded,) = notices(decision, "billing_forwarded")

    assert (forwarded.to.address, forwarded.text, forwarded.attachments) == (BILLING, LAST.text, (FILE,))
    assert [fact(forwarded, name) for name in ("by", "customer", "writer")] == [
        "Robin One",
        "Acme Corporation",
        PRIMARY,
    ]
    assert transcript(decision) == [f"the customer's last mail, forwarded to {BILLING}"]
    assert told(decision) == (("billing_forwarded", BILLING), ("commands_done", AGENT))


def test_r12_2_without_a_billing_desk_the_agent_reads_what_to_do() -> None:
    """R12.2: where to configure the address; and where there is no mail, that."""
    bare = replace(CHARTER, plan=replace(CHARTER.plan, provider=PLAN.provider))

    assert "provider.billing_address in supportd.yaml" in refused("#billing", charter=bare)
    assert "the customer has written nothing" in refused("#billing")


@pytest.mark.parametrize(
    "line", ["#etr 2pm", "#vendor carrier1", "#hold monday", "#note", "#billing", "#escalate", "#cc a@b.example"]
)
def test_r1_4_only_some_commands_stand_beside_for(line: str) -> None:
    """R1.4: the case is not open yet; which commands can stand there is said."""
    assert "only #priority, #p1g, #macd and #time can stand beside it" in refused(f"#for {PRIMARY}\n{line}\nHello")


def test_new_people_are_on_the_case_for_the_mail_at_hand() -> None:
    """R2.6: who is let onto the case gets the text that the same mail carries."""
    decision = done("#cc new@acme.example\nWelcome.")

    assert ("update", "new@acme.example") in told(decision)
    assert Participant("new@acme.example") not in a_case().participants
