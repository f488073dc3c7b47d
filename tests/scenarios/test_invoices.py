"""Invoices from a folder, by the desk's clock (R12.1), and the billing desk that is told (R12.2)."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from daemon.desk import open_desk
from daemon.model.due import Action
from daemon.model.mail_effect import MarkContact, UnmarkContact
from daemon.model.outcome import Outcome
from daemon.model.people import Role
from daemon.model.setup import Config
from daemon.store import addresses, outbox
from daemon.store.database import transaction
from daemon.store.tables import signing_keys
from daemon.tick import tick
from tests.pdfs import a_pdf, encrypted
from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail

BILLING = "billing@desk.example"
PRIMARY = "primary@acme.example"
NAMES = {"acme": "Acme Corporation", "globex": "Globex", "initech": "Initech"}
DUE = "2026-11-27T16:00:00+00:00"  # a Friday after Thanksgiving: a holiday of this desk; 09:00 in Denver


@pytest.fixture
def folder(desk: TestDesk, tmp_path: Path) -> Path:
    """The folder of November; the desk looks for it."""
    root = tmp_path / "invoices"
    (root / "2026-11").mkdir(parents=True)

    def with_folder(config: Config) -> Config:
        return replace(config, settings=replace(config.settings, invoices=root))

    desk.change(with_folder)
    return root / "2026-11"


def put(folder: Path, *customers: str) -> None:
    """Put each customer's invoice into a month's folder."""
    folder.mkdir(exist_ok=True)
    for customer in customers:
        (folder / f"{customer}.pdf").write_bytes(a_pdf("Invoice", f"to {NAMES[customer]}", folder.name))


def of_kind(desk: TestDesk, kind: str) -> tuple[Mail, ...]:
    """Return the mails of a kind that were sent so far."""
    return tuple(mail for mail in desk.mails() if mail.kind == kind)


def invoices(desk: TestDesk) -> list[str]:
    """Return who got an invoice so far."""
    return [mail.to for mail in of_kind(desk, "invoice")]


def reports(desk: TestDesk) -> list[str]:
    """Return the texts that the billing desk got so far."""
    assert {mail.to for mail in of_kind(desk, "invoices_report")} <= {BILLING}
    return [mail.text for mail in of_kind(desk, "invoices_report")]


def later(desk: TestDesk, hours: float) -> list[Action]:
    """Let time go by, then do what is due; returns what of it was about invoices."""
    desk.days_pass(hours / 24)
    return [one.action for one in desk.ticks() if "invoice" in one.detail]


def test_r12_1_invoices_go_out_at_nine_of_the_27th_on_a_holiday_too(desk: TestDesk, folder: Path) -> None:
    """R12.1: at 09:00 MT and not before, each once, as it lay in the folder; the billing desk is told that all went."""
    put(folder, *NAMES)
    desk.it_is("2026-11-27T15:59:59+00:00")
    assert desk.ticks() == ()

    desk.it_is(DUE)
    done = desk.ticks()

    assert [one.action for one in done] == [Action.INVOICE_QUEUED] * 3 + [Action.NOTICE_QUEUED]
    assert {one.at.isoformat() for one in done} == {DUE}
    mail = next(mail for mail in of_kind(desk, "invoice") if mail.to == PRIMARY)
    (attached,) = mail.message.iter_attachments()
    assert attached.get_filename() == "acme-2026-11.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_payload(decode=True) == (folder / "acme.pdf").read_bytes()
    (text,) = reports(desk)
    assert "3" in text
    assert "Acme" not in text
    assert later(desk, 24 * 20) == []


@pytest.mark.parametrize(("language", "month"), [("en", "November 2026"), ("fr", "novembre 2026")])
def test_r12_1_the_invoice_is_told_in_the_readers_language(
    desk: TestDesk, folder: Path, language: str, month: str
) -> None:
    """R12.1: the mail names the month as people say it, in the language of who reads it."""

    def speaks(config: Config) -> Config:
        acme, *others = config.directory.customers
        mpocs = tuple(replace(mpoc, language=language) for mpoc in acme.mpocs)
        directory = replace(config.directory, customers=(replace(acme, mpocs=mpocs), *others))
        return replace(config, directory=directory)

    desk.change(speaks)
    put(folder, "acme")
    desk.it_is(DUE)
    desk.ticks()

    (mail,) = of_kind(desk, "invoice")
    assert month in mail.subject
    assert month in mail.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_r12_1_a_missing_invoice_is_reported_and_sent_when_it_comes(
    desk: TestDesk, folder: Path, language: str
) -> None:
    """R12.1: never silently skipped: reported once; sent the day it comes, and that is reported too."""
    desk.change(lambda config: replace(config, plan=replace(config.plan, languages=(language, "en"))))
    put(folder, "acme")
    desk.it_is(DUE)
    desk.ticks()
    assert later(desk, 1) == []
    (first,) = reports(desk)
    assert "Globex" in first
    assert "Initech" in first
    assert "Acme" not in first

    put(folder, "globex")
    assert later(desk, 24 * 2) == [Action.INVOICE_QUEUED, Action.NOTICE_QUEUED]
    assert later(desk, 1) == []

    assert len(invoices(desk)) == 2
    _, second = reports(desk)
    assert "Globex" in second
    assert "Initech" in second


BAD = {
    "acme.pdf": (b"Dear customer,", "it is not a PDF"),
    "globex.pdf": (a_pdf("Invoice", "to Acme Corporation"), "it is Acme Corporation's"),
    "initech.pdf": (encrypted(a_pdf("Initech")), "it is encrypted"),
    "hooli.pdf": (a_pdf("Hooli"), "no customer has this id"),
    "Acme.pdf": (a_pdf("Acme Corporation"), "no customer has this id; capitals count (acme)"),
    "acme.PDF": (a_pdf("Acme Corporation"), "its name is not"),
}


def test_r12_1_what_is_no_invoice_of_this_customers_is_refused(desk: TestDesk, folder: Path) -> None:
    """R12.1: a PDF that is none, or another customer's, goes to nobody; the billing desk is told the file and why."""
    for name, (octets, _) in BAD.items():
        (folder / name).write_bytes(octets)
    (folder / ".acme.pdf.part").write_bytes(b"nobody's business yet")
    desk.it_is(DUE)
    desk.ticks()

    assert invoices(desk) == []
    (text,) = reports(desk)
    said = " ".join(text.split())
    assert [name for name, (_, why) in BAD.items() if f"{name}: {why}" not in said] == []
    assert "part" not in said


def test_r12_1_a_copy_of_last_months_folder_goes_to_nobody(desk: TestDesk, folder: Path) -> None:
    """R12.1: last month's PDF is not this month's: it is refused, the billing desk is told; the right one goes."""
    put(folder, *NAMES)
    desk.it_is(DUE)
    desk.ticks()
    december = folder.with_name("2026-12")
    shutil.copytree(folder, december)

    desk.it_is("2026-12-27T16:00:00+00:00")
    assert [one.action for one in desk.ticks() if "2026-12" in one.detail] == [Action.NOTICE_QUEUED]
    assert len(invoices(desk)) == 3
    assert reports(desk)[-1].count("as the invoice of 2026-11") == 3

    put(december, "acme")
    assert later(desk, 2) == [Action.INVOICE_QUEUED, Action.NOTICE_QUEUED]


def test_r12_1_the_same_file_in_two_months_that_are_due_goes_as_the_first(desk: TestDesk, folder: Path) -> None:
    """R12.1: also where an outage made both months due at once: the earlier is sent, the later refused."""
    put(folder, "acme")
    shutil.copytree(folder, folder.with_name("2026-12"))
    desk.it_is("2026-12-28T16:00:00+00:00")
    desk.ticks()
    later(desk, 2)

    assert len(invoices(desk)) == 1
    assert "as the invoice of 2026-11" in " ".join(" ".join(reports(desk)).split())


def test_r12_1_folders_and_links_are_refused(desk: TestDesk, folder: Path, tmp_path: Path) -> None:
    """R12.1: only a file that lies in the folder itself is sent: a link could lead to anything."""
    (tmp_path / "elsewhere.pdf").write_bytes(a_pdf("Acme Corporation"))
    (folder / "acme.pdf").symlink_to(tmp_path / "elsewhere.pdf")
    (folder / "globex.pdf").mkdir()
    desk.it_is(DUE)
    desk.ticks()

    assert invoices(desk) == []
    (text,) = reports(desk)
    assert text.count("not an ordinary file") == 2


def test_r12_1_a_folder_that_cannot_be_read_is_reported(desk: TestDesk, folder: Path) -> None:
    """R12.1: never silently skipped: everybody's is missing, and why; they go once it can be read."""
    folder.rmdir()
    folder.write_bytes(b"no folder")
    desk.it_is(DUE)
    desk.ticks()
    (text,) = reports(desk)
    assert "2026-11: it cannot be opened: Not a directory" in text
    assert all(name in text for name in NAMES.values())

    folder.unlink()
    put(folder, *NAMES)
    assert later(desk, 2) == [Action.INVOICE_QUEUED] * 3 + [Action.NOTICE_QUEUED]


def test_r12_1_a_folder_that_comes_late_is_found(desk: TestDesk, folder: Path) -> None:
    """R12.1: a desk that is new and has no folder tells nobody; once there is one, its invoices go within a minute."""
    folder.rmdir()
    began = datetime.fromisoformat("2026-12-01T16:00:00+00:00")
    with transaction(desk.desk.engine) as connection:
        connection.execute(update(signing_keys).values(created_at=began))
    desk.now = began
    assert [one for one in desk.ticks() if "invoice" in one.detail] == []

    put(folder, "acme")
    assert later(desk, 1 / 60) == [Action.INVOICE_QUEUED, Action.NOTICE_QUEUED]


def test_r12_1_a_scanned_invoice_is_taken(desk: TestDesk, folder: Path) -> None:
    """R12.1: one without text cannot be checked for its customer's name; it goes by its file name."""
    (folder / "acme.pdf").write_bytes(a_pdf())
    desk.it_is(DUE)
    desk.ticks()

    assert invoices(desk) == [PRIMARY]


def test_r12_1_an_invoice_may_name_another_customer_beside_its_own(desk: TestDesk, folder: Path) -> None:
    """R12.1: one customer may be named on another's invoice: who is not named at all makes it another's."""
    (folder / "acme.pdf").write_bytes(a_pdf("To Acme Corporation", "Line to Globex, Springfield"))
    desk.it_is(DUE)
    desk.ticks()

    assert invoices(desk) == [PRIMARY]


def test_r12_1_a_refused_file_is_told_once_and_goes_when_it_is_mended(desk: TestDesk, folder: Path) -> None:
    """R12.1: the same refusal is told once; another one anew; the right file is sent, as a late one."""
    put(folder, "globex", "initech")
    (folder / "acme.pdf").write_bytes(b"oops")
    desk.it_is(DUE)
    desk.ticks()
    assert later(desk, 2) == []

    (folder / "acme.pdf").write_bytes(a_pdf("to Globex"))
    assert later(desk, 2) == [Action.NOTICE_QUEUED]
    put(folder, "acme")
    assert later(desk, 2) == [Action.INVOICE_QUEUED, Action.NOTICE_QUEUED]

    assert len(reports(desk)) == 3
    assert "Acme Corporation" in reports(desk)[-1]


def test_r12_1_a_file_that_is_still_being_written_is_waited_for(desk: TestDesk, folder: Path) -> None:
    """R12.1: a late file whose end is missing is no refusal while it grows: the next look finds it whole."""
    put(folder, "globex", "initech")
    desk.it_is(DUE)
    desk.ticks()
    whole = a_pdf("to Acme Corporation")
    (folder / "acme.pdf").write_bytes(whole[:100])
    assert later(desk, 2) == []
    (folder / "acme.pdf").write_bytes(whole[:200])
    assert later(desk, 1) == []

    (folder / "acme.pdf").write_bytes(whole)
    assert later(desk, 1) == [Action.INVOICE_QUEUED, Action.NOTICE_QUEUED]


def test_r12_1_a_file_that_stays_cut_off_is_refused(desk: TestDesk, folder: Path) -> None:
    """R12.1: what has not grown by the next look is not being written any more."""
    put(folder, "globex", "initech")
    desk.it_is(DUE)
    desk.ticks()
    (folder / "acme.pdf").write_bytes(a_pdf("to Acme Corporation")[:100])
    assert later(desk, 2) == []
    assert later(desk, 1) == [Action.NOTICE_QUEUED]

    assert "acme.pdf: its end is missing" in reports(desk)[-1]


def test_r12_1_a_replaced_invoice_is_not_sent_again(desk: TestDesk, folder: Path) -> None:
    """R12.1: each invoice is sent once: that the PDF is another now, the billing desk is told, once."""
    put(folder, *NAMES)
    desk.it_is(DUE)
    desk.ticks()
    (folder / "acme.pdf").write_bytes(a_pdf("Acme Corporation", "corrected"))

    assert later(desk, 2) == [Action.NOTICE_QUEUED]
    assert later(desk, 48) == []

    assert invoices(desk).count(PRIMARY) == 1
    assert "acme.pdf: it was replaced" in reports(desk)[-1]


def test_r12_1_another_finance_contact_makes_no_other_invoice(desk: TestDesk, folder: Path) -> None:
    """R12.1: sent once, whoever is the finance contact by the next look."""
    put(folder, *NAMES)
    desk.it_is(DUE)
    desk.ticks()

    def moved(config: Config) -> Config:
        acme, *others = config.directory.customers
        first, second = acme.mpocs
        finance = frozenset({Role.FINANCE})
        acme = replace(acme, mpocs=(replace(first, roles=first.roles - finance), replace(second, roles=finance)))
        return replace(config, directory=replace(config.directory, customers=(acme, *others)))

    desk.change(moved)
    assert later(desk, 24) == []


def test_r12_1_a_restart_sends_nothing_twice_and_forgets_nothing(desk: TestDesk, folder: Path) -> None:
    """R12.1: what was sent stands in the database; a new process finds what came while the old one was down."""
    put(folder, "acme")
    desk.it_is(DUE)
    desk.ticks()
    put(folder, "globex")
    desk.days_pass(1)

    restarted = TestDesk(open_desk(desk.desk.config, now=desk.now), now=desk.now)
    again = [one.action for one in restarted.ticks()]
    restarted.desk.engine.dispose()

    assert again == [Action.INVOICE_QUEUED, Action.NOTICE_QUEUED]
    assert len(invoices(desk)) == 2


@pytest.mark.both_databases
def test_r12_1_two_daemons_send_each_invoice_once(desk: TestDesk, folder: Path) -> None:
    """R12.1: two nodes tick at once over one folder: each invoice once, one report."""
    put(folder, *NAMES)
    desk.it_is(DUE)
    other = open_desk(desk.desk.config, now=desk.now)

    with ThreadPoolExecutor(2) as nodes:
        found = nodes.map(lambda node: tick(node, now=desk.now), (desk.desk, other))
        done = [one.action for ticked in found for one in ticked]
    other.engine.dispose()

    assert sorted(done) == [Action.INVOICE_QUEUED] * 3 + [Action.NOTICE_QUEUED]
    assert len(invoices(desk)) == 3
    assert len(reports(desk)) == 1


def test_r12_1_an_outage_over_the_27th_is_caught_up(desk: TestDesk, folder: Path) -> None:
    """R12.1: two months went by: each invoice of both is sent, each month is reported."""
    put(folder, "acme")
    put(folder.parent / "2026-12", "acme", "globex")
    desk.it_is("2026-12-30T03:00:00+00:00")

    done = [one.action for one in desk.ticks() if "invoice" in one.detail]

    assert sorted(done) == sorted([Action.INVOICE_QUEUED] * 3 + [Action.NOTICE_QUEUED] * 2)
    assert len(reports(desk)) == 2
    assert later(desk, 2) == []


def test_r12_1_a_month_before_the_desk_is_not_its_own(desk: TestDesk, folder: Path) -> None:
    """R12.1: a desk that begins on the 16th of November sends no invoices of September that lie in the folder."""
    put(folder.parent / "2026-09", "acme")
    desk.ticks()

    assert invoices(desk) == []
    assert reports(desk) == []


def mark(desk: TestDesk, address: str) -> None:
    """Let mail to an address bounce from now on."""
    with transaction(desk.desk.engine) as connection:
        addresses.mark(connection, MarkContact(address=address, why="550 no such user", at=desk.now))


def test_s3_4_another_contact_gets_the_invoice_where_the_first_bounces(desk: TestDesk, folder: Path) -> None:
    """S3.4: mail to the finance contact bounces: the primary contact gets the invoice."""

    def with_finance(config: Config) -> Config:
        acme, *others = config.directory.customers
        first, second = acme.mpocs
        acme = replace(
            acme,
            mpocs=(replace(first, roles=frozenset({Role.PRIMARY})), replace(second, roles=frozenset({Role.FINANCE}))),
        )
        return replace(config, directory=replace(config.directory, customers=(acme, *others)))

    desk.change(with_finance)
    mark(desk, "secondary@acme.example")
    put(folder, "acme")
    desk.it_is(DUE)
    desk.ticks()

    assert invoices(desk) == [PRIMARY]


def test_s3_4_an_invoice_that_reaches_nobody_is_reported_and_goes_once_somebody_can_be_reached(
    desk: TestDesk, folder: Path
) -> None:
    """S3.4, R12.1: where mail to each of them bounces it is not sent into the void, but told; later it goes."""
    mark(desk, PRIMARY)
    put(folder, *NAMES)
    desk.it_is(DUE)
    desk.ticks()
    assert PRIMARY not in invoices(desk)
    assert "acme.pdf: nobody there can be reached" in reports(desk)[0]

    with transaction(desk.desk.engine) as connection:
        addresses.unmark(connection, UnmarkContact(address=PRIMARY).address)

    assert later(desk, 2) == [Action.INVOICE_QUEUED, Action.NOTICE_QUEUED]


def test_s3_6_an_invoice_that_cannot_be_delivered_is_reported(desk: TestDesk, folder: Path) -> None:
    """S3.6, R12.1: one that the mail server refuses for good is told to the billing desk, once."""
    put(folder, *NAMES)
    desk.it_is(DUE)
    desk.ticks()
    row = next(mail.id for mail in of_kind(desk, "invoice") if mail.to == PRIMARY)
    with transaction(desk.desk.engine) as connection:
        outbox.claim(connection, "courier", now=desk.now, limit=10)
        outbox.record_failed(connection, row, sender="courier", error="550 no such user")

    assert later(desk, 2) == [Action.NOTICE_QUEUED]
    assert later(desk, 2) == []

    assert f"the mail to {PRIMARY} did not arrive" in reports(desk)[-1]


def test_r12_1_without_a_billing_desk_who_is_on_call_is_told(desk: TestDesk, folder: Path) -> None:
    """R12.1: a missing PDF is told to somebody in any event: to who is on call for the default team."""

    def bare(config: Config) -> Config:
        provider = replace(config.plan.provider, billing_address="")
        return replace(config, plan=replace(config.plan, provider=provider))

    desk.change(bare)
    put(folder, "acme")
    desk.it_is(DUE)
    desk.ticks()

    directory = desk.desk.config.directory
    team = directory.team(directory.default_team)
    assert team is not None
    agent = directory.agent(team.on_call)
    assert agent is not None
    assert [mail.to for mail in of_kind(desk, "invoices_report")] == [agent.email]


def test_r12_2_what_a_customer_answers_to_an_invoice_reaches_the_billing_desk(desk: TestDesk, folder: Path) -> None:
    """R12.2: the answer opens a case; `#billing` forwards it, files and all, to the billing desk."""
    put(folder, "acme")
    desk.it_is(DUE)
    desk.ticks()
    (invoice,) = of_kind(desk, "invoice")

    ended = desk.mpoc(PRIMARY).replies_to(invoice, "The second line is wrong.")
    done = desk.assignee(ended.case).answers(ended.case, "#billing")

    assert ended.outcome is Outcome.CASE_OPENED
    forwarded = done.told(BILLING)
    assert forwarded.kind == "billing_forwarded"
    assert "The second line is wrong." in forwarded.text
