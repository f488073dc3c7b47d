"""When invoices are due, to whom they go, whose a PDF is, and when the billing desk is told (R12.1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.model.effect import Queue
from daemon.model.invoice import Flaw, InvoiceFile, InvoiceMonth, SentInvoice, ToldInvoices
from daemon.model.people import Customer, Directory, Mpoc, Role
from daemon.model.plan import InvoicePolicy
from daemon.rules.invoice_months import due_at, is_ours, months_due, next_due_at, other_months
from daemon.rules.invoice_owner import owner_named
from daemon.rules.invoices import (
    PAUSE,
    invoice_keys,
    is_lost,
    missing,
    readers,
    refusals,
    report,
    send_invoice,
    to_send,
    without_repeats,
)
from tests.rules.making import (
    ACME,
    CHARTER,
    DENVER,
    DIRECTORY,
    FOREIGN,
    GLOBEX,
    OTHER,
    PLAN,
    PRIMARY,
    fact,
    mt,
    notices,
)

DUE = mt(2026, 11, 27, 9)


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2026-06", "2026-06-27T15:00"),  # a Saturday, in summer
        ("2026-09", "2026-09-27T15:00"),  # a Sunday
        ("2026-11", "2026-11-27T16:00"),  # the day after Thanksgiving: no business day here
        ("2026-12", "2026-12-27T16:00"),  # a Sunday between holidays
        ("2027-02", "2027-02-27T16:00"),  # a Saturday, in the shortest month
        ("2027-03", "2027-03-27T15:00"),  # two weeks into summer time
        ("2028-02", "2028-02-27T16:00"),  # a Sunday of a leap year
        ("2029-05", "2029-05-27T15:00"),  # the Sunday before Memorial Day
    ],
)
def test_r12_1_due_at_nine_on_the_plans_wall_clock(month: str, due: str) -> None:
    """R12.1: the 27th at 09:00 MT, whatever day it is, in winter and in summer."""
    first = datetime.fromisoformat(f"{month}-01").date()

    assert due_at(first, PLAN) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_r12_1_each_27th_of_five_years_is_at_nine() -> None:
    """R12.1: 60 months, both changes of the clock in each year: 09:00 in Denver on the 27th, each month once."""
    now, found = mt(2026, 1, 1), []
    while (now := next_due_at(now, PLAN)) < mt(2031, 1, 1):
        found.append(now.astimezone(DENVER))

    assert len(found) == 60
    assert {(at.day, at.hour, at.minute) for at in found} == {(27, 9, 0)}
    assert len({(at.year, at.month) for at in found}) == 60


@pytest.mark.parametrize(
    ("now", "months"),
    [
        (DUE - timedelta(seconds=1), ["2026-09", "2026-10"]),
        (DUE, ["2026-10", "2026-11"]),
        (mt(2026, 12, 1), ["2026-10", "2026-11"]),
        (mt(2027, 1, 26, 23), ["2026-11", "2026-12"]),
        (mt(2027, 1, 27, 9), ["2026-12", "2027-01"]),
    ],
)
def test_r12_1_the_month_due_last_and_the_one_before_are_caught_up(now: datetime, months: list[str]) -> None:
    """R12.1: after an outage, also one that a whole month fell into; across the turn of a year."""
    assert [due.month for due in months_due(now, PLAN)] == months


def test_r12_1_another_day_can_be_configured() -> None:
    """R12.1: the day is the plan's."""
    plan = replace(PLAN, invoices=InvoicePolicy(day=5))

    assert [due.due for due in months_due(mt(2026, 11, 5, 9), plan)] == [mt(2026, 10, 5, 9), mt(2026, 11, 5, 9)]


@pytest.mark.parametrize(
    ("began", "now", "has_folder", "ours"),
    [
        ("before", "months later", False, True),  # an outage
        ("never", "that day", False, True),  # nothing was put in: told, also by a desk of yesterday
        ("after", "next day", True, True),  # the first month, a day late
        ("after", "next day", False, False),  # a desk that is new has missed nothing
    ],
)
def test_r12_1_a_new_desk_has_missed_nothing(began: str, now: str, has_folder: bool, ours: bool) -> None:
    """R12.1: the month due last is sent where it has a folder; told of where the desk was there."""
    last = months_due(DUE, PLAN)[-1]
    beginnings = {"before": DUE - timedelta(days=1), "never": None, "after": DUE + timedelta(hours=1)}
    moments = {"that day": DUE, "next day": DUE + timedelta(days=2), "months later": DUE + timedelta(days=29)}

    assert is_ours(last, now=moments[now], began=beginnings[began], has_folder=has_folder) is ours


def test_r12_1_a_new_desk_sends_no_month_before_its_time() -> None:
    """R12.1: an archive in the folder is not sent anew."""
    before = months_due(DUE, PLAN)[0]

    assert not is_ours(before, now=DUE, began=DUE, has_folder=True)


FINANCE = Mpoc("Acme Finance", "finance@acme.example", frozenset({Role.FINANCE}), language="fr")
FINANCED = replace(ACME, mpocs=(*ACME.mpocs, FINANCE))
BOTH = (Role.FINANCE, Role.PRIMARY)


@pytest.mark.parametrize(
    ("customer", "roles", "marked", "got"),
    [
        (FINANCED, (Role.FINANCE,), (), [FINANCE.email]),
        (FINANCED, (Role.PRIMARY,), (), [PRIMARY]),
        (FINANCED, BOTH, (), [FINANCE.email, PRIMARY]),
        (replace(FINANCED, invoices_to=(Role.PRIMARY,)), (Role.FINANCE,), (), [PRIMARY]),  # its own file says so
        (ACME, (Role.FINANCE,), (), [PRIMARY]),  # nobody is its finance contact
        (ACME, BOTH, (), [PRIMARY]),  # once, though as two
        (FINANCED, (Role.FINANCE,), (FINANCE.email,), [PRIMARY]),  # S3.4
        (FINANCED, BOTH, (PRIMARY,), [FINANCE.email]),
        (FINANCED, BOTH, (FINANCE.email, PRIMARY), []),
        (ACME, (Role.FINANCE,), (PRIMARY,), []),  # never to a contact who is neither
    ],
)
def test_r12_1_s3_4_to_whom_an_invoice_goes(
    customer: Customer, roles: tuple[Role, ...], marked: tuple[str, ...], got: list[str]
) -> None:
    """R12.1, S3.4: finance, primary or both, as configured; the primary where a role has nobody who can be reached."""
    plan = replace(PLAN, invoices=InvoicePolicy(roles=roles))

    assert [mpoc.email for mpoc in readers(customer, plan, frozenset(marked))] == got


LONGER = Customer(id="holding", name="Acme Corporation Holding", domains=(), mpocs=ACME.mpocs[:1])
SHORT = Customer(id="ibm", name="I.B.M.", domains=("ibm.example",), mpocs=())
TOTAL = Customer(id="c-17", name="Total", domains=(), mpocs=())
FIVE = Directory((ACME, GLOBEX, LONGER, SHORT, TOTAL), (), (), (), "support")


@pytest.mark.parametrize(
    ("text", "customer", "owner"),
    [
        ("Invoice to Acme Corporation", ACME, ACME),
        ("INVOICE\nACME\nCORPORATION", ACME, ACME),  # however it is set
        ("Invoice to Globex", ACME, GLOBEX),
        ("to Acme Corporation, for the line to Globex", ACME, ACME),
        ("Invoice 4711, 125.00 USD", ACME, None),  # names nobody: goes by its file name
        ("", ACME, None),
        ("to Globexia", ACME, None),  # a whole word only
        ("to I.B.M.", ACME, SHORT),  # six letters are for the guard (S3.7): no invoice goes to another customer
        ("to I.B.M.", SHORT, SHORT),
        ("Customer ACME", ACME, ACME),  # its id
        ("Customer C-17", TOTAL, TOTAL),
        ("to billing@ibm.example", ACME, SHORT),  # a listed domain
        ("to www.ibm.example", ACME, SHORT),
        (f"attn. {PRIMARY}", ACME, ACME),  # a contact's address
        (f"attn. {FOREIGN}", ACME, GLOBEX),
        ("Total 125.00, to Acme Corporation", ACME, ACME),
        ("Total 125.00, to Globex", TOTAL, GLOBEX),  # a short name may be any word: what is surer comes first
        ("to Acme Corporation Holding", ACME, LONGER),  # the longer name is not the shorter one
        ("to Acme Corporation Holding", LONGER, LONGER),
        ("to Acme Corporation", LONGER, ACME),
    ],
)
def test_r12_1_whose_a_pdf_is(text: str, customer: Customer, owner: Customer | None) -> None:
    """R12.1: its own customer's where it names that one, else whom it names; the surest first, short names too."""
    assert owner_named(text, customer, FIVE) == owner


def test_r12_1_last_months_file_is_refused_as_this_months() -> None:
    """R12.1: what went to a customer as another month's is refused, and says which; nobody else's is looked at."""
    files = (a_file("acme"), a_file("globex", sha256="bb"))
    elsewhere = {("acme", "aa"): "2026-10", ("globex", "aa"): "2026-10"}

    assert without_repeats(files, elsewhere) == (replace(files[0], flaw=Flaw.SENT_BEFORE, detail="2026-10"), files[1])
    assert other_months("2026-12")[:3] == ("2027-01", "2026-11", "2026-10")
    assert other_months("2026-12")[-1] == "2025-12"


def a_file(customer: str, *, sha256: str = "aa", flaw: Flaw | None = None, is_settled: bool = True) -> InvoiceFile:
    """Return a customer's file."""
    return InvoiceFile(name=f"{customer}.pdf", customer=customer, sha256=sha256, flaw=flaw, is_settled=is_settled)


def gone(customer: str, row: int, *, sha256: str = "aa") -> SentInvoice:
    """Return an invoice that was sent on the day."""
    return SentInvoice(customer, row, sha256, PRIMARY, "sent", DUE, DUE)


def told_in(row: int, *refused: str) -> ToldInvoices:
    """Return a report of the day."""
    return ToldInvoices(row, DUE, frozenset(refused))


def month(*files: InvoiceFile, **more: object) -> InvoiceMonth:
    """Return November with these files."""
    return InvoiceMonth(month="2026-11", files=files, **more)  # type: ignore[arg-type]


def test_r12_1_each_reader_gets_the_pdf_under_a_key_of_its_own() -> None:
    """R12.1: keys are numbered, so that a contact with another address gets no second invoice."""
    charter = replace(CHARTER, directory=Directory((FINANCED,), (), (), (), "support"))
    plan = replace(charter.plan, invoices=InvoicePolicy(roles=BOTH))
    decision = send_invoice(a_file("acme"), month(), replace(charter, plan=plan))

    sent = notices(decision)
    assert [(notice.to.address, notice.to.language) for notice in sent] == [(FINANCE.email, "fr"), (PRIMARY, "en")]
    assert [notice.key for notice in sent] == list(invoice_keys("2026-11", "acme")[:2])
    assert {notice.attachments[0].name for notice in sent} == {"acme-2026-11.pdf"}
    assert all(isinstance(effect, Queue) and not effect.cancelled for effect in decision.effects)


def test_r12_1_what_is_sent_is_not_to_be_sent() -> None:
    """R12.1: sent once; a flawed file and one for nobody are not sent at all."""
    files = (a_file("acme"), a_file("globex", flaw=Flaw.NO_PDF))

    assert to_send(month(*files), CHARTER) == files[:1]
    assert to_send(month(*files, sent=(gone("acme", 1),)), CHARTER) == ()
    assert to_send(month(*files, marked=frozenset({PRIMARY, FOREIGN, OTHER})), CHARTER) == ()


def test_r12_1_missing_is_who_has_no_file_and_was_sent_nothing() -> None:
    """R12.1: a refused file is told as such; a file that was taken away after it was sent is not missing."""
    files = (a_file("acme", flaw=Flaw.NO_PDF),)

    assert missing(month(*files), DIRECTORY) == (GLOBEX,)
    assert missing(month(sent=(gone("acme", 1),)), DIRECTORY) == (GLOBEX,)


REPORTED = {
    "the first time": (month(), True),
    "the first time, though all is well": (month(a_file("acme"), sent=(gone("acme", 1), gone("globex", 2))), True),
    "nothing new": (month(sent=(gone("acme", 1),), told=(told_in(2),)), False),
    "one came late": (month(sent=(gone("acme", 1), gone("globex", 3)), told=(told_in(2),)), True),
    "told of the late one": (month(sent=(gone("acme", 1), gone("globex", 3)), told=(told_in(2), told_in(4))), False),
    "one more is refused": (month(a_file("acme", flaw=Flaw.NO_PDF), told=(told_in(2),)), True),
    "the same is refused": (
        month(a_file("acme", flaw=Flaw.NO_PDF), told=(told_in(1, "acme.pdf: it is not a PDF"), told_in(2))),
        False,
    ),
    "one is being written": (month(a_file("acme", flaw=Flaw.CUT_OFF, is_settled=False), told=(told_in(2),)), False),
    "one was replaced": (month(a_file("acme", sha256="bb"), sent=(gone("acme", 1),), told=(told_in(2),)), True),
    "one did not arrive": (month(sent=(gone("acme", 1),), lost=frozenset({1}), told=(told_in(2),)), True),
}


@pytest.mark.parametrize("what", REPORTED)
def test_r12_1_when_the_billing_desk_is_told(what: str) -> None:
    """R12.1: once on the day, and again only where late ones went, or something more did not go or arrive."""
    standing, is_told = REPORTED[what]

    assert (report(standing, CHARTER, now=DUE + PAUSE) is not None) is is_told


def test_r12_1_what_went_by_its_file_name_alone_is_remarked() -> None:
    """R12.1: the billing desk reads once which invoices nothing in them could vouch for."""
    file = replace(a_file("acme"), names_its_own=False)
    decision = report(month(file, a_file("globex"), sent=(gone("acme", 1), gone("globex", 2))), CHARTER, now=DUE)
    again = report(month(file, sent=(gone("acme", 1), gone("globex", 3)), told=(told_in(2),)), CHARTER, now=DUE + PAUSE)

    assert decision is not None
    assert fact(notices(decision)[0], "unchecked") == "acme.pdf"
    assert again is not None
    assert fact(notices(again)[0], "unchecked") == ""


def test_r12_1_reports_keep_their_distance() -> None:
    """R12.1: who puts late files in one after the other causes a report an hour at most."""
    standing = month(sent=(gone("acme", 3),), told=(told_in(2),))

    assert report(standing, CHARTER, now=DUE + PAUSE - timedelta(seconds=1)) is None
    decision = report(standing, CHARTER, now=DUE + PAUSE)
    assert decision is not None
    (notice,) = notices(decision)
    assert fact(notice, "late") == "Acme Corporation"
    assert fact(notice, "missing") == "Globex"
    assert fact(notice, "sent") == "1"


@pytest.mark.parametrize("flaw", list(Flaw))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_r12_1_every_flaw_is_said_in_both_languages(flaw: Flaw, language: str) -> None:
    """R12.1: the billing desk is told why, in words."""
    (refusal,) = refusals(month(a_file("acme", flaw=flaw)), CHARTER, language)

    assert str(refusal).startswith("acme.pdf: ")
    assert len(refusal.why) > 8


@pytest.mark.parametrize(
    ("state", "bounced_at", "lost"),
    [
        ("sent", None, False),
        ("queued", None, False),
        ("failed", None, True),  # S3.6: given up
        ("sent", DUE + timedelta(minutes=5), True),  # S3.4: it came back
        ("sent", DUE + timedelta(days=6), False),  # another mail did
        ("sent", DUE - timedelta(days=1), False),
    ],
)
def test_s3_4_s3_6_an_invoice_that_did_not_arrive(state: str, bounced_at: datetime | None, *, lost: bool) -> None:
    """S3.4, S3.6, R12.1: given up, or bounced within days: the billing desk is told."""
    assert is_lost(replace(gone("acme", 1), state=state), bounced_at) is lost
