"""How often the log hears of a trouble that lasts (S1.6)."""

from daemon.outage import LONGEST_SILENCE, Outage


class Hand:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


def heard_in(outage: Outage, clock: Hand, seconds: int, *, pause: int = 10) -> list[int]:
    """Return when, in seconds, the log hears of a trouble that is met every `pause` seconds."""
    heard = []
    for _ in range(0, seconds, pause):
        if outage.is_news():
            heard.append(outage.seconds)
        clock.seconds += pause
    return heard


def test_s1_6_an_outage_is_told_at_once_then_ever_more_rarely() -> None:
    """S1.6: a day of tries every ten seconds is about thirty lines, the last ones an hour apart."""
    clock = Hand()
    heard = heard_in(Outage(clock), clock, 86_400)

    assert heard[:6] == [0, 60, 180, 420, 900, 1_860]
    assert {later - sooner for sooner, later in zip(heard[-10:], heard[-9:], strict=False)} == {int(LONGEST_SILENCE)}
    assert len(heard) < 32


def test_s1_6_the_end_of_an_outage_tells_how_long_it_was_and_the_next_one_is_news() -> None:
    """S1.6: once it is over, the next trouble is told at once."""
    clock = Hand()
    outage = Outage(clock)
    assert outage.end() == 0

    heard_in(outage, clock, 50)

    assert outage.end() == 50
    assert outage.seconds == 0
    assert heard_in(outage, clock, 20) == [0]


def test_s1_6_another_kind_of_trouble_is_news() -> None:
    """S1.6: a server that comes back and refuses us is no longer merely away, and the log says so."""
    clock = Hand()
    outage = Outage(clock)

    assert outage.is_news("away")
    clock.seconds += 10
    assert not outage.is_news("away")
    assert outage.is_news("refused")
    assert outage.seconds == 10
