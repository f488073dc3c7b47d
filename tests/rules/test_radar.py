"""The radar (R7): what looks alike and what does not, in two languages; what is usual; to whom it is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks import storms as invented
from daemon.model.incident import Incident, Storm
from daemon.model.plan import RadarPolicy
from daemon.model.radar import Cluster, Heard, Listened, Whose
from daemon.rules.radar.clusters import MOST_MAILS, Window, clusters
from daemon.rules.radar.past import Past, chance, most_a_month_ago
from daemon.rules.radar.storms import Known, news_of
from daemon.rules.radar.words import MOST_WORDS, ear_of, listen, stems_of

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
EAR = ear_of(invented.directory())
POLICY = RadarPolicy()
DOWN = (
    ("Phones are down", "There is no dial tone on any line."),
    ("URGENT trunk", "SIP trunk down, nobody gets a dial tone."),
    ("Phones dead", "No dial tone since five minutes, all lines down."),
    ("calls fail", "Lines are down, no tone when dialing."),
)


def mail(number: int, said: tuple[str, str], *, customer: int | None = None, ago: timedelta = HOUR / 4) -> Listened:
    """Return a mail of a customer, each of another one where none is named."""
    who = f"c{number if customer is None else customer}"
    heard = Heard(message=number + 1, case=number + 1, customer=who, subject=said[0], text=said[1], at=NOW - ago)
    return listen(heard, EAR)


def found(mails: list[Listened], past: Past | None = None) -> tuple[Cluster, ...]:
    """Return what the radar finds among the mails of the last hour."""
    return clusters(Window(tuple(mails), past or Past(), NOW - HOUR, NOW), POLICY)


def words(text: str, *, customer: int = 0) -> set[str]:
    """Return the telling words of a text."""
    return set(mail(0, ("", text), customer=customer).words)


class TestWords:
    """What of a mail is telling."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            pytest.param("connection", "connections", id="plural"),
            pytest.param("connection", "connexion", id="French"),
            pytest.param("telefon", "téléphonie", id="ph"),
            pytest.param("failed", "failing", id="endings"),
            pytest.param("registers", "registration", id="the beginning counts"),
        ],
    )
    def test_r7_1_forms_of_a_word_are_one(self, one: str, other: str) -> None:
        """A light stemmer, the same for every language."""
        assert words(one) == words(other)

    @pytest.mark.parametrize("one", ["The line is dead", "An outage", "All are offline", "en panne", "hors service"])
    def test_r7_1_kinds_of_trouble_are_one_word(self, one: str) -> None:
        """Whatever a trouble is called, in English or French; the word is shown as it was written."""
        assert "!down" in words(one)
        assert words("lost") == words("loss") == words("coupure") == {"!lost"}

    @pytest.mark.parametrize("said", ["phones", "CALLS", "SIP", "téléphone", "VoIP"])
    def test_r1_1_keywords_of_a_product_are_one_word(self, said: str) -> None:
        """Synonyms are known through `Product.keywords` alone."""
        assert words(said) == {"=voice"}

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("Hello team,\n\nplease help us asap, thank you.\n\nBest regards", id="English"),
            pytest.param("Bonjour,\n\nmerci de nous aider, c'est urgent.\n\nCordialement,", id="French"),
            pytest.param("Bitte danke", id="German"),
            pytest.param("> phones are down\n| router failing", id="quoted"),
            pytest.param(
                "See https://desk.example/x or ask it@customer1.example, 10.0.0.1, host.example", id="addresses"
            ),
            pytest.param("+1 555 0100, 2026-11-18, A4711", id="numbers"),
            pytest.param("Ask Maria Keller about it", id="somebody's name"),
            pytest.param("Acme Clinic 0", id="the customer's own name"),
            pytest.param("-- \nrouter failing", id="signature"),
        ],
    )
    def test_r7_1_boilerplate_says_nothing(self, text: str) -> None:
        """Greetings, signatures, quotes, addresses, numbers and names are no words."""
        assert words(text) <= {"ask"}

    def test_s4_2_a_mail_without_end_is_read_as_far_as_counts(self) -> None:
        """S4.2: letters, words and customers' names are bounded."""
        assert len(words(" ".join(f"w{'abcdefghij'[i % 10]}{'klmnopqrst'[i // 10 % 10]}xyz" for i in range(5000)))) <= (
            MOST_WORDS
        )

    def test_r7_1_a_title_has_words_like_a_mail(self) -> None:
        """An incident's title is held against a cluster's words."""
        assert stems_of("Phones: no dial tone", EAR) == {"=voice", "dial", "ton"}


class TestAlike:
    """What makes a cluster, and what does not."""

    def test_r7_1_three_customers_in_words_of_their_own(self) -> None:
        """Different wordings of one trouble meet; the words and products that they share are told."""
        (cluster,) = found([mail(number, said) for number, said in enumerate(DOWN[:3])])

        assert cluster.customers == {"c0", "c1", "c2"}
        assert {"dial", "tone"} <= set(cluster.words)
        assert cluster.products == ("voice",)

    def test_r7_1_two_languages_meet_through_the_product_and_kindred_words(self) -> None:
        """English and French mails on one product, with words of one root, are one cluster."""
        said = (
            ("Internet connection lost", "No connection since ten."),
            ("Plus de connexion internet", "Connexion perdue."),
            ("fibre: connexion perdue", "Plus de connexion internet."),
        )
        (cluster,) = found([mail(number, one) for number, one in enumerate(said)])
        assert len(cluster.customers) == 3

    UNLIKE: tuple[tuple[str, list[Listened]], ...] = (
        ("one customer writes five times", [mail(n, DOWN[n % 4], customer=7) for n in range(5)]),
        ("two customers", [mail(0, DOWN[0]), mail(1, DOWN[1])]),
        ("boilerplate", [mail(n, ("Hello", "Dear team, please help, thank you. Best regards")) for n in range(5)]),
        ("one product, three matters", [
            mail(0, ("Phone for new starter", "Luke starts on Monday.")),
            mail(1, ("phones", "The headset crackles.")),
            mail(2, ("Call recording", "We need the recording of last Tuesday.")),
        ]),
        ("one word", [mail(n, ("Question", f"{said} the warehouse")) for n, said in enumerate(("Paint", "Sell"))]),
    )  # fmt: skip

    @pytest.mark.parametrize(("why", "mails"), UNLIKE, ids=[why for why, _ in UNLIKE])
    def test_r7_1_what_is_no_cluster(self, why: str, mails: list[Listened]) -> None:
        """Customers count once; greetings, a product or a word alone are nothing."""
        assert found(mails) == (), why

    def test_r7_1_two_storms_at_once_are_two(self) -> None:
        """No mail is in two clusters, nor with those that name another product, though both are down."""
        portal = ("Portal error", "White page with service unavailable after login.")
        both = [mail(n, said) for n, said in enumerate(DOWN)] + [mail(10 + n, portal) for n in range(4)]

        found_both = found(both)

        assert sorted(cluster.products for cluster in found_both) == [("portal",), ("voice",)]

    def test_s4_2_only_the_newest_mails_count(self) -> None:
        """S4.2: a flood is bounded."""
        flood = [mail(n, DOWN[n % 4], customer=n % 100) for n in range(MOST_MAILS + 100)]
        assert sum(len(cluster.mails) for cluster in found(flood)) <= MOST_MAILS


class TestUsual:
    """A storm is one against what is usual."""

    @staticmethod
    def past(said: tuple[str, str], times: list[timedelta]) -> Past:
        """Return a past with such mails then, and a hundred ordinary ones a week."""
        ordinary = [
            mail(n, ("Handset", "The display stays black."), customer=n % 90, ago=WEEK * (n % 5 + 1) + HOUR * (n % 48))
            for n in range(500)
        ]
        such = [mail(1000 + n, said, customer=n % 90, ago=ago) for n, ago in enumerate(times)]
        made = Past()
        made.add(sorted(ordinary + such, key=lambda one: one.at))
        return made

    PASSWORD = ("Password forgotten", "Please reset a forgotten password.")

    def test_r7_1_without_a_past_it_is_a_storm(self) -> None:
        """Five in an hour of what nobody wrote in five weeks."""
        mails = [mail(n, self.PASSWORD) for n in range(5)]
        assert len(found(mails, self.past(("Fan", "noise"), [WEEK]))) == 1

    @pytest.mark.parametrize(
        ("why", "times"),
        [
            (
                "every week at this hour",
                [week * WEEK + HOUR * part / 10 for week in range(1, 6) for part in range(1, 6)],
            ),
            ("every day", [timedelta(days=day) + HOUR * (day % 7) for day in range(1, 35) for _ in range(6)]),
            ("the invoices' day a month ago", [timedelta(days=31) + HOUR * part / 10 for part in range(8)]),
        ],
    )
    def test_r7_1_what_is_usual_is_no_storm(self, why: str, times: list[timedelta]) -> None:
        """The same hour of the week, the share of all mails, and the same day a month ago."""
        mails = [mail(n, self.PASSWORD) for n in range(5)]
        assert found(mails, self.past(self.PASSWORD, times)) == (), why

    def test_r7_1_what_was_looked_at_is_not_looked_at_again(self) -> None:
        """A look begins from what is new."""
        mails = tuple(mail(n, said) for n, said in enumerate(DOWN))
        assert clusters(Window(mails, Past(), NOW - HOUR, NOW, looked_at=4), POLICY) == ()
        assert len(clusters(Window(mails, Past(), NOW - HOUR, NOW, looked_at=3), POLICY)) == 1

    def test_r7_1_a_desk_without_a_past_hears_only_what_is_clear(self) -> None:
        """What comes every Monday is new in the first week: four alike are told where weeks without them are known."""
        mails = [mail(n, self.PASSWORD, ago=HOUR * n / 5) for n in range(4)]
        assert len(found(mails, self.past(("Fan", "noise"), [WEEK]))) == 1
        assert found(mails) == ()

    @pytest.mark.parametrize(("day", "most"), [(27, 0), (28, 3), (1, 0)])
    def test_r7_1_a_month_before_the_31st_of_march(self, day: int, most: int) -> None:
        """The same day of the last month, its last one where it is shorter."""
        now = datetime(2026, 3, 31, 10, tzinfo=UTC)
        then = now.replace(month=2, day=day)
        alike = tuple(replace(mail(n, self.PASSWORD), at=then) for n in range(3))
        assert most_a_month_ago(alike, since=now - HOUR, now=now) == most

    @pytest.mark.parametrize(
        ("number", "mean", "seen", "likely"),
        [
            (0, 2.0, 8, 1.0),
            (1, 2.0, 8, 0.83317),
            (3, 0.1, 8, 2.0978e-4),
            (3, 0.1, 0, 3.2853e-3),  # what was never seen may be what was not seen yet
            (6, 1.0, 20, 9.3703e-4),
            (30, 1.0, 10**9, 1.4366e-33),  # what is well known: Poisson
        ],
    )
    def test_r7_1_the_chance_of_so_many(self, number: int, mean: float, seen: int, likely: float) -> None:
        """So many or more: Poisson's tail, integrated over the gamma distribution of its mean."""
        assert chance(number, mean, seen=seen) == pytest.approx(likely, rel=1e-3)


class TestNews:
    """Which cluster agents hear of."""

    CLUSTER = found([mail(n, said) for n, said in enumerate(DOWN)])[0]

    def known(self, *storms: Storm, incidents: tuple[Incident, ...] = ()) -> Known:
        """Return what is known: cases 1 to 9 are of customers c0 to c8."""
        whose = {number + 1: Whose(f"c{number}", "x") for number in range(9)}
        return Known(now=NOW, storms=storms, incidents=incidents, whose=whose)

    def test_r7_1_a_new_one_is_news(self) -> None:
        """It is kept with its cases, words and products."""
        storm = news_of(self.CLUSTER, self.known(), POLICY, EAR)
        assert storm is not None
        assert (storm.id, storm.cases, storm.products) == (0, (1, 2, 3, 4), ("voice",))

    @pytest.mark.parametrize(
        ("cases", "words", "ago", "is_told"),
        [
            ((1, 2, 3), ("tone",), HOUR, False),
            ((1, 2), ("tone",), HOUR, True),  # twice as many customers
            ((7, 8, 9), ("dial", "tone"), HOUR, True),  # other cases in the same words: 3 and 4 more customers
            ((6, 7, 8, 9), ("white", "page"), HOUR, True),  # another matter
            ((5, 6, 7, 8, 9), ("dial", "tone"), HOUR, False),
            ((1, 2, 3, 4), ("dial", "tone"), 6 * HOUR, True),  # after the pause
        ],
    )
    def test_r7_1_the_same_storm_is_told_again_when_it_doubles(
        self, cases: tuple[int, ...], words: tuple[str, ...], ago: timedelta, *, is_told: bool
    ) -> None:
        """Within the pause, only twice as many customers are news."""
        before = Storm(id=5, at=NOW - ago, cases=cases, words=words, products=("voice",))
        storm = news_of(self.CLUSTER, self.known(before), POLICY, EAR)
        assert (storm is not None) is is_told

    @pytest.mark.parametrize(
        ("title", "products", "is_told"),
        [
            ("Phones: no dial tone", ("voice",), False),
            ("No dial tone", (), False),  # of every product
            ("Portal error", ("portal",), True),
        ],
    )
    def test_r7_1_an_open_incident_is_known(self, title: str, products: tuple[str, ...], *, is_told: bool) -> None:
        """What belongs to an incident of the product is no news."""
        incident = Incident(case=99, title=title, products=products, opened_at=NOW)
        storm = news_of(self.CLUSTER, self.known(incidents=(incident,)), POLICY, EAR)
        assert (storm is not None) is is_told
