"""Agents' mail that must not be carried out: a program's, an encrypted one, one that would give their power away."""

import email
import email.policy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from daemon.model.outcome import Outcome
from daemon.model.setup import Config
from tests.scenarios.desk import Ended, TestDesk, Writer
from tests.scenarios.post import Mail

PRIMARY = "primary@acme.example"
ZERO_WIDTH = "\u200b"


@pytest.fixture(name="case")
def _case(desk: TestDesk) -> int:
    return desk.mpoc(PRIMARY).writes("Phones are down").case


def kinds(ended: Ended) -> list[str]:
    """Return the kinds of what a mail made the desk send."""
    return [mail.kind for mail in ended.answers]


def with_file(desk: TestDesk, case: int, attach: Callable[[EmailMessage, Mail], None], text: str) -> Ended:
    """Have the case's agent answer, with a file made of the notification that they got."""
    agent = desk.assignee(case)
    told = desk.last_mail(agent.address, case)
    message = agent._message("Re: Phones are down", text)
    message.replace_header("To", str(told.message["Reply-To"]))
    message["In-Reply-To"] = told.message["Message-ID"]
    attach(message, told)
    return desk.take(message, writer=agent)


def as_mail(message: EmailMessage, told: Mail) -> None:
    """Attach it as Thunderbird does."""
    message.add_attachment(email.message_from_bytes(told.octets, policy=email.policy.default))


def as_octets(message: EmailMessage, told: Mail) -> None:
    """Attach it as a file that was saved."""
    message.add_attachment(told.octets, maintype="application", subtype="octet-stream", filename="saved.eml")


def as_text(message: EmailMessage, told: Mail) -> None:
    """Attach its text."""
    message.add_attachment(told.text, filename="notes.txt")


def as_utf_16(message: EmailMessage, told: Mail) -> None:
    """Attach its header as Outlook's .msg files keep it."""
    octets = b"\xd0\xcf\x11\xe0" + str(told.message["Message-ID"]).encode("utf-16-le")
    message.add_attachment(octets, maintype="application", subtype="vnd.ms-outlook", filename="mail.msg")


def as_mail_in_a_mail(message: EmailMessage, told: Mail) -> None:
    """Attach a mail to which it is attached, in base64."""
    outer = EmailMessage()
    outer["Subject"] = "Fwd"
    outer.set_content("See below.")
    outer.add_attachment(told.octets, maintype="application", subtype="octet-stream", filename="inner.eml")
    message.add_attachment(outer)


@pytest.mark.parametrize("attach", [as_mail, as_octets, as_text, as_utf_16, as_mail_in_a_mail])
def test_s2_8_an_attached_notification_gives_nobody_an_agents_power(
    desk: TestDesk, case: int, attach: Callable[[EmailMessage, Mail], None]
) -> None:
    """S2.8: what was signed for an agent leaves in no file either; the agent reads which one it is."""
    ended = with_file(desk, case, attach, "See the attached.\n")

    assert kinds(ended) == ["command_failed"]
    assert "holds a mail that was made for an agent alone" in " ".join(ended.answers[0].text.split())
    assert desk.mails_to(PRIMARY)[-1].kind == "acknowledgement"


def test_s2_8_such_a_file_may_stay_inside(desk: TestDesk, case: int) -> None:
    """S2.8, S3.7: a note is read by agents only."""
    assert with_file(desk, case, as_octets, "#note\n\nThis is what I got.\n").outcome is Outcome.AGENT_NOTE


def test_s2_8_other_files_go_to_the_customer(desk: TestDesk, case: int) -> None:
    """S2.8: the customer's own mail, attached, gives no power."""

    def attach(message: EmailMessage, _: Mail) -> None:
        customers = desk.mails_to(PRIMARY)[-1]
        message.add_attachment(email.message_from_bytes(customers.octets, policy=email.policy.default))

    assert with_file(desk, case, attach, "This is what you got.\n").told(PRIMARY).kind == "update"


@pytest.mark.parametrize(
    "form",
    [
        lambda address: address,
        lambda address: "mailto:" + address.replace("+", "%2B"),
        lambda address: address.replace("@", "%40"),
        lambda address: address.replace("@", " @ "),
        lambda address: ZERO_WIDTH.join((address[:20], address[20:])),
        lambda address: address.replace("+", "&#43;"),
    ],
)
def test_s2_8_no_form_of_an_agents_address_reaches_the_customer(
    desk: TestDesk, case: int, form: Callable[[str], str]
) -> None:
    """S2.8: it is taken out, as links and editors write it too."""
    agent = desk.assignee(case)
    address = str(desk.last_mail(agent.address, case).message["Reply-To"])
    mac = address.partition("@")[0].rpartition(".")[2]

    sent = agent.answers(case, f"Please write to {form(address)} again.\n").told(PRIMARY)

    assert mac not in sent.text.replace(ZERO_WIDTH, "")
    assert mac.encode() not in sent.octets


@pytest.mark.parametrize("mark", [{"Precedence": "bulk"}, {"Precedence": "list", "List_Id": "<all.desk.example>"}])
def test_s2_7_a_programs_mail_under_an_agents_name_does_nothing(
    desk: TestDesk, case: int, mark: dict[str, object]
) -> None:
    """S2.7, S3.2: an old vacation program's note is no answer and no command; its agent is told once a day."""
    agent = desk.assignee(case)

    first = agent.answers(case, "#status closed\n\nI am on holiday.\n", **mark)
    second = agent.answers(case, "I am on holiday.\n", **mark)

    assert (first.outcome, second.outcome) == (Outcome.AUTO_REPLY, Outcome.AUTO_REPLY)
    assert (kinds(first), kinds(second)) == (["command_failed"], [])
    assert desk.case(case).status == "new"
    desk.days_pass(1)
    assert kinds(agent.answers(case, "I am on holiday.\n", **mark)) == ["command_failed"]


def test_s3_2_what_outlook_sets_in_peoples_mail_stops_no_agent(desk: TestDesk, case: int) -> None:
    """S3.2: the field that only forbids automatic answers stands in what people write."""
    ended = desk.assignee(case).answers(case, "A technician comes.\n", X_Auto_Response_Suppress="All")

    assert ended.told(PRIMARY).kind == "update"


ENVELOPED = "MIAGCSqGSIb3DQEHA6CAMIACAQAxggE="
SEALED = {
    "S/MIME": ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", ENVELOPED),
    "PGP/MIME": (
        'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
        (
            "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
            "--b\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n--b--\r\n"
        ),
    ),
    "PGP": ("text/plain", "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA12345\r\n-----END PGP MESSAGE-----\r\n"),
}


@pytest.mark.parametrize("kind", SEALED)
def test_s2_7_an_encrypted_mail_is_handed_back(desk: TestDesk, case: int, kind: str) -> None:
    """S2.7, S3.7: what cannot be read may be a note: it goes to no customer, answers nothing, and its agent is told."""
    content_type, body = SEALED[kind]
    ended = _octets_of(desk, desk.assignee(case), case, content_type, body)

    assert kinds(ended) == ["command_failed"]
    assert "encrypted" in ended.answers[0].text
    assert desk.case(case).status == "new"


def _octets_of(desk: TestDesk, agent: Writer, case: int, content_type: str, body: str) -> Ended:
    told = desk.last_mail(agent.address, case)
    header = {
        "From": agent.address,
        "To": str(told.message["Reply-To"]),
        "Subject": "Re: Phones are down",
        "Message-ID": "<sealed.1@desk.example>",
        "In-Reply-To": str(told.message["Message-ID"]),
        "MIME-Version": "1.0",
        "Content-Type": content_type,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in header.items())
    octets = f"{head}\r\n{body}".encode()
    return desk.deliver(octets, recipients=(header["To"],), reverse_path=agent.address)


def test_s2_7_an_answer_under_the_desks_own_address_is_told_of(desk: TestDesk, case: int) -> None:
    """S2.7, S1.2: from a shared mailbox it proves no agent; it is quarantined, and the case's agent hears of it."""
    agent = desk.assignee(case)
    ours = desk.somebody("support@desk.example", authenticated="pass")

    ended = ours.replies_to(desk.last_mail(agent.address, case), "#status resolved\n\nWe have fixed it.\n")

    assert ended.outcome is Outcome.QUARANTINED
    assert kinds(ended) == ["outsider_wrote"]
    assert ended.answers[0].to == agent.address
    assert desk.case(case).status == "new"


def test_s3_3_our_own_mail_that_comes_back_under_another_id_is_a_loop(desk: TestDesk, case: int) -> None:
    """S3.3: what we wrote names no mail that was made for an agent, and is told to nobody."""
    ours = desk.somebody("support@desk.example", authenticated="pass")

    ended = ours.replies_to(desk.mails_to(PRIMARY)[-1], "Thank you for writing to us.\n")

    assert (ended.outcome, ended.answers) == (Outcome.LOOP, ())


def test_s3_7_a_reply_of_somebody_who_left_is_told_of(desk: TestDesk, case: int) -> None:
    """S3.7, S1.2: it waited while its writer left: it is quarantined, and whoever has the case now hears of it."""
    desk.change(lambda config: replace(config, plan=replace(config.plan, reply_delay=timedelta(seconds=60))))
    agent = desk.assignee(case)
    agent.answers(case, "#status resolved\n\nDone.\n")
    desk.change(lambda config: without(config, agent.address))
    desk.now += timedelta(seconds=90)
    desk.ticks()

    ended = desk.read_next()

    assert ended.outcome is Outcome.QUARANTINED
    assert kinds(ended) == ["outsider_wrote"]
    assert desk.case(case).status == "new"


def without(config: Config, address: str) -> Config:
    """Return the configuration once an agent has left; a colleague stands in for them everywhere."""
    left = config.directory.agent(address)
    assert left is not None
    stays = next(one.id for one in config.directory.agents if one.id != left.id)

    def put(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stays if one == left.id else one for one in ids))

    teams = tuple(
        replace(team, members=put(team.members), on_call=put((team.on_call,))[0]) for team in config.directory.teams
    )
    agents = tuple(one for one in config.directory.agents if one.id != left.id)
    return replace(config, directory=replace(config.directory, agents=agents, teams=teams))
