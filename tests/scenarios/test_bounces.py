"""What bounces and complaints do, and what forged ones do not (S3.4, R4.8)."""

from collections.abc import Callable

import pytest

from daemon.model.outcome import Outcome
from daemon.receive import delivery_failed
from daemon.store.addresses import bounced_among
from daemon.store.database import reading
from tests.scenarios import reports
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail

PRIMARY, SECONDARY = "primary@acme.example", "secondary@acme.example"
Report = Callable[[Mail], bytes]
HARD: tuple[Report, ...] = (reports.postfix, reports.exchange, reports.qmail, reports.gmail, reports.old_gateway)
SOFT = (
    ("4.4.1", "connect to mail.acme.example[192.0.2.7]:25: Connection timed out"),
    ("5.2.2", "552 5.2.2 Mailbox full"),
    ("5.7.1", "550 5.7.1 Message rejected as spam by Content Filtering"),
    ("5.3.4", "552 5.3.4 Message size exceeds fixed limit"),
)


def acknowledged(desk: TestDesk) -> tuple[int, Mail]:
    """Return a case, and the mail of ours that its requester got."""
    opened = desk.mpoc(PRIMARY).writes("Lines")
    return opened.case, opened.told(PRIMARY)


def bounced(desk: TestDesk, mail: Mail, octets: bytes) -> Ended:
    """Deliver a report to the reverse-path of a mail, with a null reverse-path of its own."""
    return desk.deliver(octets, recipients=(mail.reverse_path,), reverse_path="")


def marked(desk: TestDesk, *addresses: str) -> dict[str, str]:
    """Return which of the addresses are marked, and why."""
    with reading(desk.desk.engine) as connection:
        return {found.address: found.why for found in bounced_among(connection, addresses)}


@pytest.mark.parametrize("report", HARD, ids=lambda report: report.__name__)
def test_s3_4_a_hard_bounce_marks_the_contact_and_tells_the_agent(desk: TestDesk, report: Report) -> None:
    """S3.4: in every server's form; bound to its row, on the record, told to the agent and to nobody else."""
    case, mail = acknowledged(desk)

    ended = bounced(desk, mail, report(mail))

    assert (ended.outcome, ended.case) == (Outcome.BOUNCE, case)
    assert [(told.kind, told.to) for told in ended.answers] == [("delivery_failed", desk.assignee(case).address)]
    assert list(marked(desk, PRIMARY, SECONDARY)) == [PRIMARY]
    assert desk.case(case).history[-1].event == "mail_bounced"
    assert desk.case(case).status == "new"


@pytest.mark.parametrize(("status", "said"), SOFT)
def test_s3_4_a_soft_bounce_marks_nobody(desk: TestDesk, status: str, said: str) -> None:
    """S3.4: late, full, too large or refused for its content: on the record, and that is all."""
    case, mail = acknowledged(desk)

    ended = bounced(desk, mail, reports.postfix(mail, status=status, said=said))

    assert (ended.outcome, ended.answers) == (Outcome.BOUNCE, ())
    assert not marked(desk, PRIMARY)
    assert desk.case(case).history[-1].event == "mail_bounced"


def test_s3_4_who_writes_with_a_proof_is_marked_no_longer(desk: TestDesk) -> None:
    """S3.4: an address that writes is alive; a program's mail and a forged one prove nothing."""
    case, mail = acknowledged(desk)
    bounced(desk, mail, reports.postfix(mail))

    desk.mpoc(PRIMARY).answers(case, "I am away.", Auto_Submitted="auto-replied")
    desk.somebody(PRIMARY, authenticated="fail").writes("Forged")
    assert marked(desk, PRIMARY)
    desk.mpoc(PRIMARY).answers(case, "Mail works again.")
    assert not marked(desk, PRIMARY)


def _wrong_mac(path: str) -> str:
    head, _, domain = path.rpartition("@")
    last = "a" if head[-1] != "a" else "b"
    return f"{head[:-1]}{last}@{domain}"


def _other_token(path: str) -> str:
    local, _, mac = path.rpartition("@")[0].rpartition(".")
    return f"{local[:-1]}{'0' if local[-1] != '0' else '1'}.{mac}@desk.example"


FORGERIES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("the right token with a wrong signature", _wrong_mac),
    ("another token with that signature", _other_token),
    ("no signature", lambda path: f"{path.rpartition('@')[0].rpartition('.')[0]}@desk.example"),
    ("the plain address", lambda _path: "support@desk.example"),
)


@pytest.mark.parametrize(("_what", "forge"), FORGERIES, ids=[what for what, _ in FORGERIES])
@pytest.mark.parametrize("report", [*HARD[:4], reports.complaint], ids=lambda report: report.__name__)
def test_s3_4_a_forged_bounce_is_filed_and_does_nothing(
    desk: TestDesk, report: Report, _what: str, forge: Callable[[str], str]
) -> None:
    """S3.4: also where it names our Message-ID and returns our mail: nobody is told, nothing is marked or recorded."""
    case, mail = acknowledged(desk)
    before, path = desk.case(case), forge(mail.reverse_path)
    octets = report(mail).replace(mail.reverse_path.encode(), path.encode())

    ended = desk.deliver(octets, recipients=(path,), reverse_path="")

    assert (ended.outcome, ended.answers) == (Outcome.BOUNCE, ())
    assert not marked(desk, PRIMARY)
    assert desk.case(case) == before


def test_r4_8_a_bounce_stops_the_clock_of_silence(desk: TestDesk) -> None:
    """R4.8, S3.4: a customer who got no mail is not silent: the case does not close by itself."""
    case, _ = acknowledged(desk)
    asked = desk.assignee(case).answers(case, "#waiting\n\nWhich line is it?").told(PRIMARY)
    bounced(desk, asked, reports.qmail(asked))

    desk.days_pass(20)
    desk.ticks()

    assert desk.case(case).status not in ("closed", "closed_no_response")


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "Auth-Failure (dmarc)"])
def test_s3_4_feedback_that_is_no_complaint_does_nothing(desk: TestDesk, kind: str) -> None:
    """S3.4: a mail taken out of the spam (RFC 6430) and a failed check (RFC 6591) say nothing against our mail."""
    case, mail = acknowledged(desk)
    raw = reports.complaint(mail).replace(b"Feedback-Type: abuse", f"Feedback-Type: {kind}".encode())

    ended = bounced(desk, mail, raw)

    assert (ended.outcome, ended.answers) == (Outcome.BOUNCE, ())
    assert not marked(desk, PRIMARY)
    assert PRIMARY in [told.to for told in desk.assignee(case).answers(case, "#priority 3").answers]


@pytest.mark.parametrize("to", ["", "support@desk.example"])
def test_s3_4_who_complains_gets_nothing_by_itself_until_they_write(desk: TestDesk, to: str) -> None:
    """S3.4, RFC 5965: bound by the signed reverse-path that the report is sent to or names."""
    case, mail = acknowledged(desk)
    path = to or mail.reverse_path
    ended = desk.deliver(reports.complaint(mail, to=path), recipients=(path,), reverse_path="fbl@isp.example")

    assert [told.kind for told in ended.answers] == ["delivery_failed"]
    assert marked(desk, PRIMARY)[PRIMARY].startswith("complaint")
    assert desk.case(case).history[-1].event == "mail_complained"
    agent = desk.assignee(case)
    assert PRIMARY not in [told.to for told in agent.answers(case, "#priority 3").answers]
    assert PRIMARY in [told.to for told in agent.answers(case, "Do you want our mail?").answers]
    assert PRIMARY in [told.to for told in desk.mpoc(PRIMARY).writes("Yes, I do").answers]


def test_s3_2_a_vacation_note_to_a_reverse_path_is_no_bounce(desk: TestDesk) -> None:
    """S3.2, S3.4: some responders answer the reverse-path: filed, and the address is alive."""
    case, mail = acknowledged(desk)
    note = (
        f"From: {PRIMARY}\r\nTo: {mail.reverse_path}\r\nSubject: Out of office: {mail.subject}\r\n\r\nBack Monday.\r\n"
    )

    ended = bounced(desk, mail, note.encode())

    assert (ended.outcome, ended.answers) == (Outcome.BOUNCE, ())
    assert not marked(desk, PRIMARY)
    assert desk.case(case).status == "new"


def test_s3_4_a_vacation_responder_that_also_bounces(desk: TestDesk) -> None:
    """S3.2, S3.4: both for every mail of a month: the agent is told once a mail, and no mail begets another."""
    case, mail = acknowledged(desk)
    seen, told = mail.id - 1, list[Mail]()
    for _ in range(6):
        new = [one for one in desk.mails(after=seen) if one.to == PRIMARY]
        seen = max(one.id for one in desk.mails())
        for one in new:
            told += bounced(desk, one, reports.postfix(one)).answers
            away = f"From: {PRIMARY}\r\nSubject: Automatic reply: {one.subject}\r\n\r\nAway.\r\n".encode()
            told += desk.deliver(away, reverse_path="").answers
        desk.days_pass(5)
        desk.ticks()

    assert {one.kind for one in told} == {"delivery_failed"}
    assert len(told) <= 2
    assert desk.case(case).status == "new"


def test_s3_4_a_failure_is_told_once_however_often_it_is_reported(desk: TestDesk) -> None:
    """S3.4: a server that reports the same mail again and again, or a reader who does, rings nobody twice."""
    case, mail = acknowledged(desk)
    told: list[Mail] = []
    for number in range(5):
        told += bounced(desk, mail, reports.postfix(mail).replace(b"AB12C", b"AB12%d" % number)).answers
    told += bounced(desk, mail, reports.complaint(mail)).answers
    told += bounced(desk, mail, reports.complaint(mail).replace(b"abuse", b"fraud")).answers

    assert [one.kind for one in told] == ["delivery_failed", "delivery_failed"]
    assert "unwanted" in told[1].text
    assert [event.event for event in desk.case(case).history].count("mail_bounced") == 5


def test_s3_4_of_an_agents_dead_address_another_one_is_told(desk: TestDesk) -> None:
    """S3.4, S1.6: whoever cannot be reached cannot be told so; and the word of it goes round between no two."""
    case, _ = acknowledged(desk)
    agent = desk.assignee(case)
    assigned = next(mail for mail in desk.mails_to(agent.address) if mail.kind == "case_assigned")

    ended = bounced(desk, assigned, reports.postfix(assigned))

    (told,) = ended.answers
    assert told.to not in (agent.address, PRIMARY)
    assert agent.address in told.text
    assert bounced(desk, told, reports.postfix(told)).answers == ()


def test_s3_4_mail_on_no_case_that_bounces_is_told_to_who_is_on_call(desk: TestDesk) -> None:
    """S3.4: a question about a held request, say: the contact is marked, and an agent hears of it."""
    held = desk.somebody("user@acme.example", authenticated="pass").writes("A phone")
    asked = held.told(PRIMARY)

    (told,) = bounced(desk, asked, reports.postfix(asked)).answers

    assert (told.kind, told.to) == ("delivery_failed", "agent1@desk.example")
    assert PRIMARY in told.text
    assert list(marked(desk, PRIMARY)) == [PRIMARY]


@pytest.mark.parametrize(
    ("said", "dead"), [("550 5.1.1 no such user", True), ("554 5.7.1 spam", False), ("552 5.3.4 too large", False)]
)
def test_s3_4_an_address_that_our_own_server_refuses_is_marked(desk: TestDesk, said: str, *, dead: bool) -> None:
    """S3.4, S3.6: `5yz` for an address that is none is a bounce; of other words the agent alone is told."""
    case, mail = acknowledged(desk)

    delivery_failed(desk.desk, mail.id, reason=said, now=desk.now)

    assert list(marked(desk, PRIMARY)) == ([PRIMARY] if dead else [])
    assert desk.last_mail(desk.assignee(case).address, case).kind == "delivery_failed"


def _to_support(mail: Mail, raw: bytes) -> bytes:
    """Return a report as a server leaves it in a folder whose own bounces name nobody: the path in Delivered-To."""
    named = f"To: {mail.reverse_path}".encode()
    delivered = f"Delivered-To: {mail.reverse_path}\r\n".encode()
    return delivered + raw.replace(named, b"To: undisclosed-recipients:;")


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("report", [*HARD[:4], reports.complaint], ids=lambda report: report.__name__)
def test_s3_4_a_report_in_an_imap_folder_counts(desk: TestDesk, report: Report, *, hidden: bool) -> None:
    """S3.4: IMAP keeps no envelope: the signed reverse-path stands in To, or in the field of whoever delivered it."""
    case, mail = acknowledged(desk)
    raw = b"Return-Path: <>\r\n" + (_to_support(mail, report(mail)) if hidden else report(mail))

    ended = desk.deliver(raw, recipients=(), reverse_path=None, source="imap support")

    assert (ended.outcome, ended.case) == (Outcome.BOUNCE, case)
    assert [told.kind for told in ended.answers] == ["delivery_failed"]
    assert list(marked(desk, PRIMARY)) == [PRIMARY]


@pytest.mark.parametrize(("_what", "forge"), FORGERIES, ids=[what for what, _ in FORGERIES])
def test_s3_4_a_forged_report_in_an_imap_folder_does_nothing(
    desk: TestDesk, _what: str, forge: Callable[[str], str]
) -> None:
    """S3.4: what a header names counts for as little as what an envelope does, unless it is signed."""
    _, mail = acknowledged(desk)
    raw = reports.postfix(mail).replace(mail.reverse_path.encode(), forge(mail.reverse_path).encode())

    ended = desk.deliver(raw, recipients=(), reverse_path=None, source="imap support")

    assert (ended.outcome, ended.answers) == (Outcome.BOUNCE, ())
    assert not marked(desk, PRIMARY)
