"""Days, instants, statuses and priorities, as readers of each language say them."""

import pytest

from daemon.model.case import Priority, Status
from daemon.model.window import Impact
from daemon.outbound.words import ENGLISH, FRENCH, WORDS, Words, spell_clocks, spell_day, spell_instant, words_of

INSTANTS = [
    (ENGLISH, "America/Denver", "2026-12-18T23:30:00+00:00", "Friday 18 December 2026, 16:30 MST"),
    (FRENCH, "America/Denver", "2026-12-18T23:30:00+00:00", "vendredi 18 décembre 2026 à 16 h 30 (MST)"),
    (ENGLISH, "Europe/Paris", "2026-12-18T23:30:00+00:00", "Saturday 19 December 2026, 00:30 CET"),
    (FRENCH, "Europe/Paris", "2026-08-01T08:05:00+00:00", "samedi 1er août 2026 à 10 h 05 (CEST)"),
    (ENGLISH, "America/Denver", "2026-11-01T07:30:00+00:00", "Sunday 1 November 2026, 01:30 MDT"),
    (ENGLISH, "America/Denver", "2026-11-01T08:30:00+00:00", "Sunday 1 November 2026, 01:30 MST"),
    (ENGLISH, "America/Sao_Paulo", "2026-12-18T23:30:00+00:00", "Friday 18 December 2026, 20:30 UTC-03:00"),
    (ENGLISH, "Asia/Kathmandu", "2026-12-18T23:30:00-07:00", "Saturday 19 December 2026, 12:15 UTC+05:45"),
    (ENGLISH, "Nowhere/Land", "2026-12-18T23:30:00+00:00", "Friday 18 December 2026, 23:30 UTC"),
    (ENGLISH, "", "2026-12-18T23:30:00+00:00", "Friday 18 December 2026, 23:30 UTC"),
    (ENGLISH, "../../etc/passwd", "2026-12-18T23:30:00+00:00", "Friday 18 December 2026, 23:30 UTC"),
]


@pytest.mark.parametrize(("words", "timezone", "instant", "wanted"), INSTANTS)
def test_an_instant_is_told_on_the_readers_clock(words: Words, timezone: str, instant: str, wanted: str) -> None:
    """R11.2 and every mail with a time: wall clock of the reader, with the zone's name, across DST."""
    assert spell_instant(words, instant, timezone=timezone) == wanted


@pytest.mark.parametrize(
    ("words", "day", "wanted"),
    [
        (ENGLISH, "2026-12-08", "Tuesday 8 December 2026"),
        (FRENCH, "2027-02-01", "lundi 1er février 2027"),
        (FRENCH, "2026-08-15T08:00:00-06:00", "samedi 15 août 2026"),
    ],
)
def test_a_day_is_a_date(words: Words, day: str, wanted: str) -> None:
    """R5.1: the last day of reopening is a date; no zone moves it."""
    assert spell_day(words, day) == wanted


@pytest.mark.parametrize(
    ("words", "there", "instant", "wanted"),
    [
        (ENGLISH, "America/Denver", "2026-12-19T05:00:00+00:00", ["Friday 18 December 2026, 22:00 MST"]),
        (ENGLISH, "America/Phoenix", "2026-12-19T05:00:00+00:00", ["Friday 18 December 2026, 22:00 MST"]),
        (
            ENGLISH,
            "America/Phoenix",
            "2026-06-20T04:00:00+00:00",
            ["Friday 19 June 2026, 22:00 MDT", "Friday 19 June 2026, 21:00 MST (your time)"],
        ),
        (
            FRENCH,
            "Europe/Paris",
            "2026-10-26T00:30:00+01:00",
            ["dimanche 25 octobre 2026 à 17 h 30 (MDT)", "lundi 26 octobre 2026 à 00 h 30 (CET), à votre heure"],
        ),
        (
            ENGLISH,
            "Nowhere/Land",
            "2026-12-19T05:00:00+00:00",
            ["Friday 18 December 2026, 22:00 MST", "Saturday 19 December 2026, 05:00 UTC (your time)"],
        ),
    ],
)
def test_r11_2_a_windows_time_is_told_on_both_clocks(words: Words, there: str, instant: str, wanted: list[str]) -> None:
    """R11.2: in MT and the reader's own zone, where that one shows another time at that instant."""
    assert list(spell_clocks(words, instant, here="America/Denver", there=there)) == wanted


@pytest.mark.parametrize("value", ["tomorrow", "2026-12-18T23:30:00", ""])
def test_what_is_no_instant_is_an_error(value: str) -> None:
    """A wrong fact is a defect of ours: it must not become a wrong date in a mail."""
    with pytest.raises(ValueError):
        spell_instant(ENGLISH, value, timezone="UTC")


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_every_status_and_priority_has_a_name(words: Words) -> None:
    """R4, R3: a new code without a word would fail in a mail; it fails here."""
    assert set(words.statuses) == {status.value for status in Status}
    assert set(words.priorities) == {priority.value for priority in Priority}
    assert set(words.impacts) == {impact.value for impact in Impact}
    assert len(words.months) == 12
    assert len(words.weekdays) == 7


def test_an_unknown_language_borrows_english() -> None:
    """A site's own templates may speak any language."""
    assert words_of("de") is ENGLISH
