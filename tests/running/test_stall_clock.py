"""How long a reader has been at one mail, and what its end means for that mail (S1.2, S4.1)."""

import pytest

from daemon.reader.aftermath import cause_of, limit_of
from daemon.reader.reading import PAUSES, Phase, Standing, pause_after
from daemon.reader.stall import StallClock


def test_time_at_one_thing_adds_up() -> None:
    """Looked at each half second, a word that stays has been there as long as it seems."""
    clock = StallClock(longest_step=1.0)

    assert [clock.look(7, at=at) for at in (0.0, 0.5, 1.0, 1.5)] == [0.0, 0.5, 1.0, 1.5]


def test_another_word_begins_anew() -> None:
    """The next mail has its own time."""
    clock = StallClock(longest_step=1.0)
    clock.look(7, at=0.0)
    clock.look(7, at=0.9)

    assert clock.look(9, at=1.0) == 0.0
    assert clock.look(9, at=1.5) == 0.5


def test_a_pause_of_the_watcher_counts_against_nobody() -> None:
    """S1.2: when the whole daemon stood still for an hour, its readers did too: one step counts, not the hour."""
    clock = StallClock(longest_step=1.0)
    clock.look(7, at=0.0)

    assert clock.look(7, at=3600.0) == 0.0 + 1.0


@pytest.mark.parametrize(
    ("phase", "slow_lane", "seconds"),
    [
        (Phase.PARSING, False, 2.0),  # S4.1
        (Phase.PARSING, True, 10.0),  # S4.1
        (Phase.DECIDING, False, 120.0),
        (Phase.IDLE, False, float("inf")),
    ],
)
def test_the_limits(phase: Phase, seconds: float, *, slow_lane: bool) -> None:
    """S4.1: 2 s in the ordinary readers, 10 s in the slow lane; waiting is not limited."""
    assert limit_of(phase, slow_lane=slow_lane) == seconds


@pytest.mark.parametrize(
    "standing", [Standing(Phase.PARSING, 1), Standing(Phase.DECIDING, 2**40), Standing(Phase.IDLE, 0)]
)
def test_phase_and_mail_share_a_word(standing: Standing) -> None:
    """Both are read at once, so that a death never blames the mail before or after."""
    assert Standing.unpacked(standing.packed()) == standing


@pytest.mark.parametrize(
    ("status", "words"),
    [(-11, "signal 11"), (99, "more memory"), (1, "status 1"), (None, "status None")],
)
def test_causes_are_told_in_words(status: int | None, words: str) -> None:
    """S1.2: quarantined "with its reason"."""
    assert words in cause_of(status)


def test_a_mail_that_we_fail_on_rests_longer_each_time() -> None:
    """S1.2: at once, then with growing pauses, never given up."""
    pauses = [pause_after(releases) for releases in range(8)]

    assert pauses == sorted(pauses)
    assert pauses[0] == PAUSES[0]
    assert pauses[-1] == PAUSES[-1]
