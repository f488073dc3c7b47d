"""The charts of the weekly report, looked at pixel by pixel where it matters."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from daemon.model.notice_kinds import NoticeKind
from daemon.outbound.building import build
from daemon.outbound.charts import KEPT, MISSED, WIDTH, Group, bars, names_of, pictures_of
from daemon.outbound.compose import compose
from daemon.outbound.guard import faults
from daemon.outbound.samples import PROVIDER
from tests.outbound.mails import mail_of
from tests.outbound.packaged import TEMPLATES

NO_FIGURES = json.dumps({"sla": [], "ages": [{"age": "0-1", "cases": 0}]})


def colours_of(octets: bytes) -> dict[str, int]:
    """Return how many pixels have which colour."""
    counted = Image.open(io.BytesIO(octets)).convert("RGB").getcolors(2**20) or []
    return {"#" + bytes(colour).hex().upper(): number for number, colour in counted if isinstance(colour, tuple)}


def test_the_same_figures_give_the_same_octets() -> None:
    """S3.6: a picture has no hidden input: neither the clock nor chance, nor a date in the file."""
    groups = (Group("P1", (3, 1)), Group("P4", (12, 0)))

    assert bars(groups, (KEPT, MISSED)) == bars(groups, (KEPT, MISSED))


def test_a_bar_is_as_long_as_its_value() -> None:
    """A bar of twice the value has twice the pixels; one that is not nought is seen, one that is nought is not."""
    ten = colours_of(bars((Group("P1", (10, 5)),), (KEPT, MISSED)))
    small = colours_of(bars((Group("P1", (100_000, 1)),), (KEPT, MISSED)))
    nought = colours_of(bars((Group("P1", (10, 0)),), (KEPT, MISSED)))

    assert ten[KEPT] == pytest.approx(2 * ten[MISSED], rel=0.02)
    assert small[MISSED] > 100
    assert MISSED not in nought


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=6))
def test_whatever_the_figures_a_picture_comes_out(values: list[tuple[int, int]]) -> None:
    """However large or many, the values fit: the paper's edge stays white."""
    octets = bars([Group(f"P{number}", pair) for number, pair in enumerate(values)], (KEPT, MISSED))
    picture = Image.open(io.BytesIO(octets)).convert("RGB")

    assert picture.width == WIDTH
    assert {picture.getpixel((WIDTH - 1, y)) for y in range(picture.height)} == {(255, 255, 255)}
    assert len(octets) < 60_000


def test_only_the_weekly_report_carries_pictures() -> None:
    """S4.5: no other mail shows one."""
    assert [kind for kind in NoticeKind if pictures_of(mail_of(kind))] == [NoticeKind.WEEKLY_REPORT]


def test_what_has_nothing_to_show_shows_nothing() -> None:
    """A week without promises and cases has no empty chart, and its mail no place for one."""
    mail = mail_of(NoticeKind.WEEKLY_REPORT, fact_figures=NO_FIGURES)

    assert names_of(mail) == ()
    assert pictures_of(mail) == ()


def test_s3_5_a_picture_that_was_exchanged_is_found_out() -> None:
    """S3.5: the octets that may leave carry exactly the pictures that were drawn, under their own ids."""
    mail = mail_of(NoticeKind.WEEKLY_REPORT)
    rendered = TEMPLATES.render(mail, PROVIDER)
    sla, ages = rendered.pictures
    octets = compose(mail, rendered, PROVIDER, ())

    assert faults(octets, mail, rendered, provider=PROVIDER, files=()) == ()
    for wrong in (
        octets.replace(b"Content-ID: <sla.", b"Content-ID: <oth."),
        octets.replace(b"image/png", b"image/gif", 1),
        octets.replace(b'filename="ages.png"', b'filename="ages.exe"'),
    ):
        assert faults(wrong, mail, rendered, provider=PROVIDER, files=()) != ()
    assert (sla.name, ages.name) == ("sla", "ages")
    assert build(mail, TEMPLATES, PROVIDER, files=()) == octets
