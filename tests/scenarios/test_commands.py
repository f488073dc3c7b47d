"""Every command by real mail, on both databases: what the case is then, and what the customer reads (interface.md)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from daemon import act
from daemon.errors import Permanent
from daemon.model.outcome import Outcome
from daemon.store.database import reading
from daemon.store.tables import time_entries
from tests.scenarios.desk import Ended, TestDesk

PRIMARY = "primary@acme.example"
GLOBEX = "primary@globex.example"
BILLING = "billing@desk.example"
HTML = """<html><body><div dir="ltr">#time: 1h&nbsp;20<br># etr 2026\u201311\u201317 2&nbsp;pm.<br>
#vendor \u201cCarrier One\u201d<br><br>The carrier looks for the cable.</div><br><div class="gmail_quote">
<div class="gmail_attr">On Mon wrote:<br></div><blockquote class="gmail_quote">#status closed</blockquote></div>
</body></html>"""


@pytest.fixture
def case(desk: TestDesk) -> int:
    """A case that an agent works on."""
    number = desk.mpoc(PRIMARY).writes("Invoices are late", "Where are they?\n").case
    desk.assignee(number).answers(number, "We are looking into it.")
    return number


def answered(desk: TestDesk, case: int, text: str) -> Ended:
    """Return how the assignee's answer ended, which must hold."""
    reply = desk.assignee(case).answers(case, text)
    assert reply.outcome is not Outcome.COMMAND_FAILED, reply.reason
    return reply


def minutes(desk: TestDesk, case: int) -> list[tuple[str, int]]:
    """Return the entries of work on a case: who, how long."""
    query = select(time_entries).where(time_entries.c.case_number == case).order_by(time_entries.c.id)
    with reading(desk.desk.engine) as connection:
        return [(row.agent, row.minutes) for row in connection.execute(query)]


def test_r10_4_time_is_recorded_and_stays_inside(desk: TestDesk, case: int) -> None:
    """R10.4: two entries; the agent reads how they were understood, the customer reads nothing of them."""
    reply = answered(desk, case, "#time 25m\n#time 1,5h\n\nThe cable is replaced.")

    assert minutes(desk, case) == [(desk.case(case).assignee, 25), (desk.case(case).assignee, 90)]
    assert desk.case(case).minutes_worked == 115
    assert "1 h 30 min of work" in reply.told(desk.assignee(case).address).text
    assert "25" not in reply.told(PRIMARY).text.split("Invoices")[0]


def test_r3_5_the_customer_reads_when_it_will_be_resolved(desk: TestDesk, case: int) -> None:
    """R3.5: in their own time zone; the next update is due then."""
    reply = answered(desk, case, "#etr tomorrow 2pm\n\nThe part comes tomorrow.")

    assert "16:00 EST" in reply.told(PRIMARY).text  # 14:00 in Denver
    assert desk.case(case).etr is not None
    assert desk.case(case).clocks["update"].due == desk.case(case).etr


def test_r3_6_the_customer_reads_for_whom_we_wait(desk: TestDesk, case: int) -> None:
    """R3.6: by name; the vendor's response time holds; a public list of vendors changes nothing."""
    listed = desk.assignee(case).answers(case, "#vendor")
    assert "carrier-one: Carrier One, first answer" in listed.told(desk.assignee(case).address).text
    assert desk.case(case).waiting_on is None

    reply = answered(desk, case, "#vendor Carrier One\n\nThe line is theirs.")

    assert "Carrier One" in reply.told(PRIMARY).text
    assert (desk.case(case).vendor, desk.case(case).waiting_on) == ("carrier-one", "vendor")


def test_r6_1_the_customer_reads_that_we_wait_for_them(desk: TestDesk, case: int) -> None:
    """R6.1: the case waits for the customer, and its clock of silence runs."""
    reply = answered(desk, case, "#waiting\n\nWhich floor is it?")

    assert "answer" in reply.told(PRIMARY).text
    assert desk.case(case).waiting_on == "customer"
    assert desk.case(case).clocks["waiting"].state == "running"


@pytest.mark.parametrize("text", ["#status closed", "#note\n#status closed\n\nThey never pay in time."])
def test_r4_7_a_closing_without_words_says_done_and_tested(desk: TestDesk, case: int, text: str) -> None:
    """R4.7: the customer reads the sentence once, the record keeps it, a note stays inside."""
    reply = answered(desk, case, text)

    told = reply.told(PRIMARY)
    assert told.kind == "update"
    assert told.text.count("done and has been tested") == 1
    assert "never pay" not in told.text
    assert "done and has been tested" in [message for message in desk.case(case).messages if message.public][-1].text


def test_r10_1_a_case_becomes_a_macd_request_whose_carrier_needs_longer(desk: TestDesk, case: int) -> None:
    """R10.1: the customer reads of both; an approver's own case is approved at once."""
    reply = answered(desk, case, "#macd standard\n\nThis changes your licences.")

    assert "macd_changed" in [mail.kind for mail in reply.answers if mail.to == PRIMARY]
    assert (desk.case(case).kind, desk.case(case).macd, desk.case(case).waiting_on) == ("macd", "standard", None)

    reply = answered(desk, case, "#carrier-delay 1 december\n\nThe carrier is slow.")

    assert "1 December 2026" in reply.told(PRIMARY).text
    assert desk.case(case).clocks["completion"].due == datetime(2026, 12, 2, 2, tzinfo=UTC)  # 19:00 in Denver


def test_r9_2_an_agent_escalates_for_a_customer(desk: TestDesk, case: int) -> None:
    """R9.2: manager, customer and record are told; the manager's own command on the case acknowledges (R9.3)."""
    reply = answered(desk, case, "#escalate\n\nI have told my manager.")

    manager = reply.told("manager@desk.example")
    assert "Where are they?" in manager.text
    assert {"update", "escalation_answer"} == {mail.kind for mail in reply.answers if mail.to == PRIMARY}
    assert desk.case(case).escalation_level == 2

    desk.agent("manager").replies_to(manager, "#time 5m")

    assert desk.case(case).clocks["manager_ack"].state == "met"
    assert [event.event for event in desk.case(case).history].count("escalation_acknowledged") == 1


def test_r7_1_a_case_joins_a_master_and_its_customer_reads_nothing_of_it(desk: TestDesk, case: int) -> None:
    """R7.1, R7.2, S2.6: the master may be another customer's; its title is told, neither its number nor its name."""
    master = desk.mpoc(GLOBEX).writes("All is down", "Help.\n").case
    answered(desk, master, "#p1g All is down")
    assert desk.case(master).priority == "P1G"

    reply = answered(desk, case, f"#master SUP-{master}\n\nWe know what it is.")

    assert [(link.type, link.case) for link in desk.case(case).links] == [("child_of", f"SUP-{master}")]
    assert [(link.type, link.case) for link in desk.case(master).links] == [("master_of", f"SUP-{case}")]
    mails = [mail for mail in reply.answers if mail.to == PRIMARY]
    assert [mail.kind for mail in mails] == ["incident_joined", "update"]
    assert "All is down" in mails[0].text
    assert not any(f"SUP-{master}".encode() in mail.octets or b"globex" in mail.octets.lower() for mail in mails)


def test_r12_2_the_customers_last_mail_goes_to_the_billing_desk_with_its_files(desk: TestDesk, case: int) -> None:
    """R12.2: text and attachment, to the configured address; the customer hears nothing."""
    desk.mpoc(PRIMARY).answers(case, "The invoice of October is wrong.")
    reply = answered(desk, case, "#billing")

    forwarded = reply.told(BILLING)
    assert forwarded.kind == "billing_forwarded"
    assert "The invoice of October is wrong." in forwarded.text
    assert PRIMARY in forwarded.text
    assert PRIMARY not in [mail.to for mail in reply.answers]


def test_r12_2_files_go_to_the_billing_desk_too(desk: TestDesk) -> None:
    """R12.2: what the customer attached is attached again, the same octets."""
    raw = (
        f"From: {PRIMARY}\r\nTo: support@desk.example\r\nSubject: Invoice\r\nMessage-ID: <file@client.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nIt is wrong.\r\n"
        '--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="oct.pdf"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ=\r\n--x--\r\n"
    )
    number = desk.deliver(raw.encode(), reverse_path=PRIMARY).case

    (file,) = answered(desk, number, "#billing").told(BILLING).message.iter_attachments()

    assert (file.get_filename(), file.get_content()) == ("oct.pdf", b"%PDF-1.4")


def test_r12_2_without_a_billing_desk_nothing_is_forwarded(desk: TestDesk, case: int) -> None:
    """R12.2: the agent reads what to configure."""
    plan = desk.desk.config.plan
    bare = replace(plan, provider=replace(plan.provider, billing_address=""))
    desk.change(lambda config: replace(config, plan=bare))

    reply = desk.assignee(case).answers(case, "#billing")

    assert reply.outcome is Outcome.COMMAND_FAILED
    assert "provider.billing_address" in reply.told(desk.assignee(case).address).text


@pytest.mark.parametrize("line", ["#stop", "#send-anyway"])
def test_nothing_waits_yet_that_could_be_stopped_or_sent(desk: TestDesk, case: int, line: str) -> None:
    """interface.md: the commands are there, and say politely that there is nothing to do."""
    reply = desk.assignee(case).answers(case, line)

    assert f"nothing of yours waits: there is nothing for {line} to do" in reply.told(desk.assignee(case).address).text


def test_what_a_mail_client_makes_of_commands_is_read(desk: TestDesk, case: int) -> None:
    """interface.md: line breaks of HTML, no-break spaces, curly quotes, long dashes, a space, a colon, full stops."""
    reply = answered_in_html(desk, case)

    seen = desk.case(case)
    assert reply.outcome is Outcome.AGENT_UPDATE, reply.reason
    assert (seen.status, seen.vendor, seen.minutes_worked) == ("in_progress", "carrier-one", 80)
    assert seen.etr is not None
    assert seen.etr.isoformat() == "2026-11-17T21:00:00+00:00"
    assert "#" not in reply.told(PRIMARY).text.split("The carrier looks")[0].replace("##-", "").replace("-##", "")


def answered_in_html(desk: TestDesk, case: int) -> Ended:
    """Deliver the assignee's answer as a client writes it: HTML alone."""
    agent = desk.assignee(case)
    got = desk.last_mail(agent.address, case)
    head = (
        f"From: {agent.address}\r\nTo: {got.message['Reply-To']}\r\nSubject: Re: {got.subject}\r\n"
        f"Message-ID: <html@client.example>\r\nIn-Reply-To: {got.message['Message-ID']}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return desk.deliver((head + HTML).encode(), reverse_path=agent.address)


def test_help_is_in_the_agents_language(desk: TestDesk) -> None:
    """interface.md: `#help` lists every command; agent3 reads French."""
    number = desk.mpoc(PRIMARY).writes("Invoices are late", "Where are they?\n").case
    desk.assignee(number).answers(number, "#assign agent3")

    text = desk.agent("agent3").answers(number, "#help").told("agent3@desk.example").text

    assert "#send-anyway" in text
    assert "#time 25m" in text
    assert "note votre temps de travail" in " ".join(text.split())


def test_case_do_takes_every_command(desk: TestDesk, case: int) -> None:
    """interface.md: what an agent can do by mail, from the shell, in one go, or nothing at all."""
    lines = ("time 1h20", "etr tomorrow 9:30", "vendor carrier-one", "macd standard", "escalate", "billing")
    said = act.carry_out(desk.desk, case, act.ShellWish("agent1", lines, ""), now=desk.now)

    assert said.splitlines()[:2] == ["1 h 20 min of work", "estimated time of resolution 2026-11-17 09:30 MST"]
    seen = desk.case(case)
    assert (seen.minutes_worked, seen.vendor, seen.macd, seen.escalation_level) == (80, "carrier-one", "standard", 2)
    assert "Where are they?" in desk.mails_to("manager@desk.example")[-1].text
    assert "Where are they?" in desk.mails_to(BILLING)[-1].text
    with pytest.raises(Permanent, match="is no time of work"):
        act.carry_out(desk.desk, case, act.ShellWish("agent1", ("time soon", "priority 1"), ""), now=desk.now)
    assert desk.case(case).priority == "P4"


def test_case_do_says_what_was_asked(desk: TestDesk, case: int) -> None:
    """interface.md: the vendors and the list of commands are answered on the screen, not by mail."""
    before = len(desk.mails())

    vendors = act.carry_out(desk.desk, case, act.ShellWish("agent1", ("vendor",), ""), now=desk.now)
    commands = act.carry_out(desk.desk, case, act.ShellWish("agent1", ("help",), ""), now=desk.now)

    assert vendors.startswith("carrier-one: Carrier One, first answer")
    assert "#send-anyway: " in commands
    assert len(desk.mails()) == before
