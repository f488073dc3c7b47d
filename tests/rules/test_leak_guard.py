"""The guard of what leaves the house (S3.7): what it finds and leaves alone, and that its work is linear (S4.2)."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.people import Customer, Directory, Mpoc, Role
from daemon.model.replies import TaggedCase
from daemon.rules.leak_guard import RUN_OF_WORDS, Secrets, leaks, tags_in
from tests.rules.making import DIRECTORY

NOTE = "They have not paid since the summer, so the manager says: no discount before January."
SHORT_NOTE = "Customer is lying again"
OTHERS = (
    ("globex", "Globex", ("globex.example",)),
    ("mueller", "Müller & Söhne", ("mueller-soehne.example", "xn--mller-kva.example")),
    ("zeta", "Zeta AG", ("zeta.example",)),
    ("hyphen", "North-West Freight", ("nwf.example",)),
    ("acme-eu", "Acme Corporation Europe", ("acme-europe.example",)),
    ("north", "Wind", ("wind.example",)),
    ("straße", "Großhandel Weiß", ("weiss.example",)),
)
PEOPLE = replace(
    DIRECTORY,
    customers=(
        DIRECTORY.customers[0],
        *(
            Customer(key, name, domains, (Mpoc("Somebody", f"mpoc@{domains[0]}", frozenset({Role.PRIMARY})),))
            for key, name, domains in OTHERS
        ),
    ),
)
SECRETS = Secrets(
    customer="acme",
    notes=(NOTE, SHORT_NOTE, "call him back", "ok"),
    said=("The line has been down since nine, and nobody has called me back about it yet.",),
    tagged=(TaggedCase(1001, "acme"), TaggedCase(1042, "globex")),
    exceptions=frozenset({"northwind", "nwf.example"}),
    own_names=("Example Telecom", "Robert Globex"),
    own_domains=frozenset({"desk.example"}),
)

FOUND = (
    # words of a note (S3.7)
    (NOTE, "note"),
    ("Dear Sir,\nThey have not paid since\n   the summer, so\nthe manager says no discount\n", "note"),  # re-wrapped
    ("THEY HAVE NOT PAID SINCE THE SUMMER, SO THE manager", "note"),
    ("“They have not paid — since the summer, so the manager…”", "note"),  # smart quotes, dashes, dots
    ("they-have-not-paid-since-the-summer-so-the", "note"),
    ("* they * have * not * paid * since * the * summer * so", "note"),
    ("They have not paid since the summer so they said", "note"),  # eight words of it
    ("I quote: no discount, so the manager says: no discount before January", "note"),
    ("they have not paid since the sum\u00admer, so the manager", "note"),  # a soft hyphen
    ("they ha\u200bve not paid since the summer, so the", "note"),  # a space of no width
    ("they\u00a0have not paid since the summer so the", "note"),
    ("\uff34hey have not paid since the summer so the", "note"),  # a full-width letter
    ("They_have_not_paid_since_the_summer_so_the", "note"),
    ("Well: customer is lying again, I fear", "note"),  # a whole short note
    ("customer\nis\nlying\nagain", "note"),
    # names of other customers, whole, of six letters and more
    ("As at Globex, the card is broken.", "name"),
    ("as at GLOBEX", "name"),
    ("Globex's line", "name"),
    ("Globex’s line", "name"),
    ("the Globex-line", "name"),
    ("(Globex)", "name"),
    ("**Globex** _Globex_", "name"),
    ("Glo\u00adbex", "name"),
    ("ask Müller & Söhne", "name"),
    ("ask MÜLLER & SÖHNE", "name"),
    ("ask Mu\u0308ller & So\u0308hne", "name"),  # letters and their dots apart
    ("ask Müller &\nSöhne", "name"),
    ("ask müller söhne", "name"),
    ("North-West Freight called", "name"),
    ("North West\nFreight called", "name"),
    ("like Acme Corporation Europe", "name"),  # longer than their own
    ("bei Großhandel Weiß", "name"),
    ("bei GROSSHANDEL WEISS", "name"),
    ("our friends of globex.", "name"),
    ("Robert Globex of Globex", "name"),
    # domains, in addresses, in URLs and by themselves
    ("write to x@zeta.example", "domain"),
    ("write to X@ZETA.EXAMPLE", "domain"),
    ("see https://www.zeta.example/status?x=1", "domain"),
    ("see zeta.example.", "domain"),
    ("see zeta.example.Then call", "domain"),  # no space after the full stop
    ("host a.b.c.zeta.example", "domain"),
    ("<zeta.example>", "domain"),
    ("user:pw@zeta.example:8080/x", "domain"),
    ("zeta\uff0eexample", "domain"),  # a full-width dot
    ("see www.mu\u0308ller.example", "domain"),
    ("see www.MÜLLER.example", "domain"),
    ("mpoc@mueller-soehne.example", "domain"),
    # tags of cases that are not theirs, whether they exist or not
    ("as in SUP-1042", "case"),
    ("as in [sup-1042]", "case"),
    ("as in SUP\u20111042", "case"),  # a hyphen that does not break
    ("as in SUP\u20131042", "case"),
    ("as in SUP - 1042", "case"),
    ("as in SUP-01042", "case"),
    ("_SUP-1042_", "case"),
    ("see SUP-999999", "case"),
)

LEFT_ALONE = (
    "",
    "We are looking into it.",
    "They have not paid since the",  # seven words at most
    "They have not yet paid, so the manager says nothing; no discount is known before January.",
    "We call him back.",  # a note that is anybody's words
    "ok",
    "nobody has called me back about it yet",
    "Zeta is a Greek letter",  # not the whole name
    "Wind and rain",  # a name of four letters
    "Globexia, Globexes and myglobex",
    "Müller alone",
    "North-West of the freight",
    "Acme Corporation is yours",
    "Acme Corporation's line",
    "Robert Globex",  # their own contact's name
    "Example Telecom",
    "other@acme.example, www.acme.example, a.b.acme.example",
    "support@desk.example",
    "notzeta.example",
    "zeta.example2",
    "zeta-example zeta example",
    "zeta.example.acme.example",  # a host of their own
    "nwf.example may be said to anybody",
    "SUP-1001 is theirs",
    "MYSUP-1042, SUP1042, SUP-, SUP-x",
    "1042",
)


@pytest.mark.parametrize(("text", "kind"), FOUND)
def test_s3_7_what_a_customer_must_not_read_is_found(text: str, kind: str) -> None:
    """S3.7: a note's words, another customer's name, domain or case tag, however they are written."""
    assert kind in [leak.kind.value for leak in leaks(text, SECRETS, PEOPLE, prefix="SUP")]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_s3_7_what_they_may_read_is_left_alone(text: str) -> None:
    """S3.7: whole names only, of six letters and more; their own data, the desk's, and what the plan excepts."""
    assert leaks(text, SECRETS, PEOPLE, prefix="SUP") == ()


def test_s3_7_letters_are_counted_over_the_whole_name() -> None:
    """S3.7: "Zeta AG" has six letters, "Zeta" alone is no whole name, and an exception is one in any case."""
    assert [str(leak) for leak in leaks("Zeta AG", SECRETS, PEOPLE, prefix="SUP")] == ["name: Zeta AG"]
    excepted = replace(SECRETS, exceptions=frozenset({"zeta ag", "zeta.example"}))
    assert leaks("ZETA AG, zeta.example", excepted, PEOPLE, prefix="SUP") == ()


def test_s3_7_each_thing_is_told_once() -> None:
    """S3.7: its agent reads one line a thing, however often it stands there."""
    found = leaks("Globex globex GLOBEX SUP-1042 SUP-1042", SECRETS, PEOPLE, prefix="SUP")

    assert [str(leak) for leak in found] == ["name: Globex", "case: SUP-1042"]


def test_s2_5_unknown_and_foreign_cases_are_told_alike() -> None:
    """S2.5, S3.7: whether the case exists cannot be read off what the guard says."""
    foreign = leaks("SUP-1042", SECRETS, PEOPLE, prefix="SUP")
    unknown = leaks("SUP-1043", SECRETS, PEOPLE, prefix="SUP")

    assert [str(leak).replace("1043", "1042") for leak in unknown] == [str(leak) for leak in foreign]


def test_s3_7_what_the_customer_knows_is_no_secret_of_a_note() -> None:
    """S3.7: a note that quotes the customer, or an answer to them, holds nobody back who says it again."""
    noted = replace(SECRETS, notes=(SECRETS.said[0],))

    assert leaks(SECRETS.said[0], noted, PEOPLE, prefix="SUP") == ()


OWN = st.sampled_from(
    [
        "Acme Corporation",
        "acme.example",
        "primary@acme.example",
        "https://www.acme.example/x",
        "SUP-1001",
        *SECRETS.said,
    ]
)


@given(st.lists(OWN, max_size=20), st.sampled_from([" ", "\n", ", ", " - "]))
def test_s3_7_the_customers_own_data_is_never_held_back(parts: list[str], between: str) -> None:
    """S3.7: whatever their own is put together to, they may read it."""
    assert leaks(between.join(parts), SECRETS, PEOPLE, prefix="SUP") == ()


@given(st.text(max_size=300), st.sampled_from(["Globex", "x@zeta.example", "SUP-1042", NOTE]), st.text(max_size=300))
def test_s3_7_nothing_around_it_hides_it(before: str, secret: str, after: str) -> None:
    """S3.7: whatever stands before and behind, one line of a secret is found."""
    assert leaks(f"{before}\n{secret}\n{after}", SECRETS, PEOPLE, prefix="SUP")


@given(st.text(max_size=400))
def test_the_guard_reads_anything(text: str) -> None:
    """S4.2: it is total: any text has an answer."""
    leaks(text, SECRETS, PEOPLE, prefix="SUP")
    assert all(number >= 0 for number in tags_in(text, "SUP"))


MANY = Directory(
    customers=tuple(
        Customer(
            f"c{number}",
            f"The Great Company {number}" if number % 2 else f"Company{number} Limited",
            (f"company{number}.example",),
            (Mpoc("Somebody", f"mpoc@company{number}.example", frozenset({Role.PRIMARY})),),
        )
        for number in range(10_000)
    ),
    agents=DIRECTORY.agents,
    teams=DIRECTORY.teams,
    products=(),
    default_team="support",
)
HOSTILE = {
    "words": "the great company ",
    "one word": "a",
    "labels": "a.",
    "dashes": "-",
    "dots": ".",
    "tags": "SUP-1 ",
    "tag without end": "SUP-1",
    "note": f"{' '.join(NOTE.split()[: RUN_OF_WORDS - 1])} ",
    "letters of no width": "\u200b",
    "marks": "e\u0301\u0302",
    "domains": "x@company1x.example ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_s4_2_the_guards_work_grows_linearly(piece: str) -> None:
    """S4.2: four times the text takes about four times as long, with 10,000 customers: never sixteen."""
    secrets = replace(SECRETS, customer="c1")

    def seconds(letters: int) -> float:
        text = (piece * (letters // len(piece) + 1))[:letters]
        began = time.process_time()
        leaks(text, secrets, MANY, prefix="SUP")
        return time.process_time() - began

    seconds(1_000)
    short = min(seconds(16_000) for _ in range(3))

    assert seconds(64_000) < 10 * short + 0.05
