"""Who may do what and what goes out, in octets: by the daemon's own listener, and by Dovecot, which rewrites some.

Each story is told by both ways in and ends alike; the answers are the mails that left.
"""

import uuid
from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Mailbox
from tests.servers.live_desk import LiveDesk, body_of, by_imap, by_smtp
from tests.servers.running_daemon import make_site, running

ACME, GLOBEX, INITECH = "primary@acme.example", "primary@globex.example", "primary@initech.example"
SECONDARY, COLLEAGUE, STRANGER = "secondary@acme.example", "user@acme.example", "eve@evil.example"
SETTINGS = (
    ("unauthenticated: accept", "unauthenticated: challenge"),
    ("# authserv_ids: [mail.desk.example]", "authserv_ids: [mx.desk.example]"),
    ("  reopening_days: 7", "  burst: 1000\n  governor: {address_hour: 20, address_day: 60}\n  reopening_days: 7"),
)
"""Every test writes with the same few addresses: the bounds of S3.3 are wide, and tried by one of them."""


@pytest.fixture(scope="module", params=["smtp", pytest.param("imap", marks=pytest.mark.dovecot)])
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    """A running daemon, and a way to hand mails in."""
    site = make_site(tmp_path_factory.mktemp(request.param) / "site")
    site.edit(*SETTINGS)
    if request.param == "smtp":
        hand_in = by_smtp(site)
    else:
        server = request.getfixturevalue("dovecot_server")
        hand_in = by_imap(site, Mailbox(server, user=f"support-{uuid.uuid4().hex[:12]}@test.example"))
    with running(site) as daemon:
        yield LiveDesk(site, daemon, hand_in)


def status_of(live: LiveDesk, case: int | None) -> str:
    """Return the status of a case."""
    (row,) = live.site.rows(f"select status from cases where number = {case}")
    return str(row.status)


def test_s2_3_an_unproven_contact_is_asked_and_their_answer_lets_the_mail_in(live: LiveDesk) -> None:
    """S2.3: a short mail to the address on file, without the text; its answer opens the case."""
    asked = live.writes(SECONDARY, "Line 7 is dead", "The cellar is flooded.\n")

    assert (asked.outcome, asked.readers) == ("challenged", [SECONDARY])
    assert "cellar" not in asked.to(SECONDARY).as_string()
    answered = live.replies(SECONDARY, asked.to(SECONDARY), "Yes, that was me.")
    assert answered.outcome == "approved"
    live.daemon.wait_until(
        lambda: live.site.rows("select number from cases where subject = 'Line 7 is dead'"), what="it is a case"
    )


@pytest.mark.parametrize(
    ("sender", "outcome"),
    [
        ("PRIMARY@Acme.Example", "case_opened"),
        ("Acme Primary <primary@acme.example>", "case_opened"),
        ("primary@acme.example.evil.example", "quarantined"),
        ('"primary@acme.example" <eve@evil.example>', "quarantined"),
        ("primary@acme.example (primary) <eve@evil.example>", "quarantined"),
    ],
)
def test_s2_4_the_address_equals_a_listed_one_exactly(live: LiveDesk, sender: str, outcome: str) -> None:
    """S2.1, S2.4: in whatever letters; never a name, a domain or the beginning of one."""
    message = live.message("x@client.example", f"From {sender}", "Please help.\n")
    del message["From"]
    octets = f"From: {sender}\r\n".encode() + message.as_bytes()
    domain = "acme.example" if outcome == "case_opened" else "evil.example"
    head = f"Authentication-Results: mx.desk.example; dmarc=pass header.from={domain}\r\n".encode()

    ended = live.take_octets(head + octets, str(message["Message-ID"]))

    assert ended.outcome == outcome
    assert all(mail["To"] in {ACME, "eve@evil.example"} or "@desk." in mail["To"] for mail in ended.answers)


def test_s2_5_a_reference_opens_no_door_to_another_customer(live: LiveDesk) -> None:
    """S2.5, S2.6: a proven contact of another customer who quotes our mail whole gets a case of their own."""
    theirs = live.writes(ACME, "Our second site", proven="yes")
    stolen = theirs.to(ACME)

    ended = live.replies(INITECH, stolen, "What about this?", proven="yes")

    assert ended.outcome == "case_opened"
    assert ended.case != theirs.case
    assert ACME not in ended.readers
    (row,) = live.site.rows(f"select count(*) as messages from messages where case_number = {theirs.case}")
    assert row.messages == 1


def test_s2_7_only_a_proven_agent_commands(live: LiveDesk) -> None:
    """S2.7, S3.7: a forged agent mail does nothing; the agent's own answer does, and its note stays inside."""
    opened = live.writes(ACME, "No dial tone", proven="yes")
    told = next(mail for mail in opened.answers if "@desk.example" in mail["To"])
    agent = str(told["To"])
    forged = live.writes(agent, f"[SUP-{opened.case}] No dial tone", "#status closed\n\nDone.\n")
    assert forged.outcome in {"challenged", "quarantined"}
    assert (status_of(live, opened.case), ACME in forged.readers) == ("new", False)

    noted = live.replies(agent, told, "#note\n\nThe customer has not paid since May.", proven="yes")
    answered = live.replies(agent, told, "#priority 2\n\nA technician comes.", proven="yes")

    assert (noted.outcome, ACME in noted.readers) == ("agent_note", False)
    assert "A technician comes." in body_of(answered.to(ACME))
    assert status_of(live, opened.case) == "in_progress"


def test_s2_8_no_mail_to_others_holds_an_agents_mark(live: LiveDesk) -> None:
    """S2.8: what our notification signs for the agent is in no octet of what the customer gets, quoted or not."""
    opened = live.writes(ACME, "Crackling", proven="yes")
    told = next(mail for mail in opened.answers if "@desk.example" in mail["To"])
    secrets = [str(told["Reply-To"]), str(told["Message-ID"]).strip("<>")]
    words = "\n".join(line for line in body_of(told).splitlines()[1:] if "#" not in line)
    quoting = f"As I wrote:\n{words}\nSee {secrets[0]} and {secrets[1]}."

    answered = live.replies(str(told["To"]), told, quoting, proven="yes")

    seen = answered.to(ACME).as_string()
    assert all(secret.partition("@")[0].rpartition(".")[2] not in seen for secret in secrets)


@pytest.mark.parametrize(
    "fields", [{"Auto_Submitted": "auto-replied"}, {"Subject": "Automatic reply: Crackling"}, {"X_Autoreply": "yes"}]
)
def test_s3_2_a_programs_answer_changes_nothing_and_is_not_answered(live: LiveDesk, fields: dict[str, str]) -> None:
    """S3.2, R4.8: it is filed, and nobody hears of it."""
    opened = live.writes(ACME, f"Vacation {fields}", proven="yes")
    message = live.message(ACME, "Re: x", "I am away.\n", In_Reply_To=str(opened.to(ACME)["Message-ID"]))
    for name, value in fields.items():
        del message[name]
        message[name.replace("_", "-")] = value

    ended = live.take(message, ACME, proven="yes")

    assert (ended.outcome, ended.answers) == ("auto_reply", ())
    assert status_of(live, opened.case) == "new"


def test_s3_1_a_stranger_hears_nothing_and_a_proven_one_once(live: LiveDesk) -> None:
    """S3.1, R2.4: no mail to whoever proves nothing; a proven stranger is answered once a day."""
    unproven = live.writes("mallory@evil.example", "Cheap lines")
    first = live.writes("bob@elsewhere.example", "A question", proven="yes")
    second = live.writes("bob@elsewhere.example", "Another question", proven="yes")

    assert (unproven.outcome, unproven.answers) == ("quarantined", ())
    assert (first.outcome, first.readers) == ("quarantined", ["bob@elsewhere.example"])
    assert (second.outcome, second.answers) == ("quarantined", ())


def test_r2_3_a_colleagues_request_is_held_until_a_contact_approves(live: LiveDesk) -> None:
    """R2.3, R2.6: the contacts are asked, the first word opens the case for the colleague."""
    held = live.writes(COLLEAGUE, "My headset", "It hums.\n", proven="yes")
    assert held.outcome == "held"
    assert ACME in held.readers

    approved = live.replies(ACME, held.to(ACME), "approve and add", proven="yes")

    assert approved.outcome == "approved"
    live.daemon.wait_until(
        lambda: live.site.rows("select number from cases where subject = 'My headset'"), what="it is a case"
    )


def test_s3_8_an_acknowledgement_quotes_nothing_and_goes_to_the_address_on_file(live: LiveDesk) -> None:
    """S3.1, S3.8: Reply-To names nobody; the text of the request stands in no answer to it."""
    ended = live.writes(
        ACME, "Nothing rings", "Buy cheap pills at evil.example!\n", Reply_To=STRANGER, Cc=ACME, proven="yes"
    )

    outside = [mail for mail in ended.answers if "@desk.example" not in mail["To"]]
    assert [mail["To"] for mail in outside] == [ACME]
    assert "pills" not in outside[0].as_string()
    assert len(outside[0].get_all("Subject") or ()) == 1
    assert "Bcc" not in outside[0]


def test_s3_5_odd_names_and_subjects_add_no_field(live: LiveDesk) -> None:
    """S3.5: line ends hidden in encoded words become no field of what we send."""
    name = '"Ann, Bcc: eve" =?utf-8?q?=2C_the_=22first=22?='
    subject = "=?utf-8?q?Phones=0D=0ABcc=3A_eve=40evil=2Eexample?="
    message = live.message(ACME, "x", "Please help.\n")
    del message["From"], message["Subject"]
    octets = f"From: {name} <{ACME}>\r\nSubject: {subject}\r\n".encode() + message.as_bytes()
    head = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example\r\n"

    ended = live.take_octets(head + octets, str(message["Message-ID"]))

    assert ended.outcome == "case_opened"
    for mail in ended.answers:
        assert (len(mail.get_all("Subject") or ()), mail["Bcc"]) == (1, None)
        assert STRANGER not in str(mail["To"])


def test_s3_4_a_bounce_counts_by_its_signed_path_alone(live: LiveDesk) -> None:
    """S3.4: a report to the path of a mail of ours marks its reader; a forged one does nothing."""
    live.writes(INITECH, "Voicemail", proven="yes")
    path = live.path_of_last(INITECH)
    report = (
        "From: MAILER-DAEMON@mx.initech.example\r\nTo: {to}\r\nSubject: Undelivered\r\nMessage-ID: {id}\r\n"
        "\r\n<primary@initech.example>: 550 5.1.1 no such user\r\n"
    )
    marks = "select count(*) as marked from bounced_contacts"
    before = live.site.rows(marks)[0].marked

    forged = report.format(to=path.replace("+b.", "+b.x"), id=f"<forged.{uuid.uuid4().hex}@mx>")
    live.take_octets(forged.encode(), forged.partition("Message-ID: ")[2].split("\r\n")[0], reverse_path="")
    assert live.site.rows(marks)[0].marked == before

    genuine = report.format(to=path, id=f"<genuine.{uuid.uuid4().hex}@mx>")
    ended = live.take_octets(genuine.encode(), genuine.partition("Message-ID: ")[2].split("\r\n")[0], reverse_path="")
    assert ended.outcome == "bounce"
    assert live.site.rows(marks)[0].marked == before + 1


def test_s3_3_past_the_bound_a_robot_is_not_answered_but_its_mail_is_kept(live: LiveDesk) -> None:
    """S3.3: an address without any sign of a program gets so many answers an hour; every mail opens its case."""
    before = live.site.outgoing
    for number in range(24):
        live.hands_in(live.message(GLOBEX, f"Robot {number}", "beep\n"), GLOBEX, proven="yes")
    live.writes(GLOBEX, "Robot, the last", proven="yes")

    opened = live.site.rows("select subject from cases where subject like 'Robot%'")
    answered = sum(b"\nTo: " + GLOBEX.encode() in octets for octets in live.site.outgoing if octets not in before)
    assert len(opened) == 25
    assert 10 <= answered <= 20
