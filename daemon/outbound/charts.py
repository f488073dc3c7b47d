"""Figures as pictures: bars with their values printed on, in colours that colour-blind people tell apart.

The one door to Pillow.  The same figures give the same octets.  Colours are Okabe and Ito's ("Color Universal Design").
Each picture repeats what the mail says in a table; mail clients that show no pictures lose nothing.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from daemon.model.notice import OutgoingMail
from daemon.model.notice_kinds import NoticeKind
from daemon.outbound.rendered import Picture

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

KEPT: Final = "#0072B2"  # blue
MISSED: Final = "#D55E00"  # vermilion
_INK: Final = "#1d2530"
_PAPER: Final = "#ffffff"
_LINE: Final = "#c5ccd6"

WIDTH: Final = 1120  # twice the width at which it is shown, for dense screens
MARGIN, LABEL, BAR, GAP = 24, 100, 40, 22
THINNEST: Final = 4  # what is not nought is seen
TEXT_SIZE: Final = 28


@dataclass(frozen=True, slots=True)
class Group:
    """Bars that stand together under one label, a value a colour."""

    label: str  # ASCII: the font that Pillow brings has nothing else, so words stand in the HTML
    values: tuple[int, ...]


def content_id(mail: OutgoingMail, name: str) -> str:
    """Return the Content-ID of a picture of a mail: unique in the world, as RFC 2392 asks."""
    return f"{name}.{mail.message_id.strip('<>')}"


def names_of(mail: OutgoingMail) -> tuple[str, ...]:
    """Return the names of the pictures that a notice carries."""
    return tuple(name for name, _, _ in _charts(mail))


def pictures_of(mail: OutgoingMail) -> tuple[Picture, ...]:
    """Return the pictures that a notice carries."""
    return tuple(
        Picture(name, content_id(mail, name), bars(groups, colours)) for name, colours, groups in _charts(mail)
    )


def _charts(mail: OutgoingMail) -> Iterator[tuple[str, tuple[str, ...], list[Group]]]:
    """Give the charts of the weekly report that have anything to show."""
    if mail.notice.kind is not NoticeKind.WEEKLY_REPORT:
        return
    figures = json.loads(dict(mail.notice.facts)["figures"] or "{}")
    promises = [Group(row["priority"], (row["kept"], row["missed"])) for row in figures.get("sla", ())]
    ages = [Group(row["age"], (row["cases"],)) for row in figures.get("ages", ())]
    for name, colours, groups in (("sla", (KEPT, MISSED), promises), ("ages", (KEPT,), ages)):
        if any(sum(group.values) for group in groups):
            yield name, colours, groups


def bars(groups: Sequence[Group], colours: Sequence[str]) -> bytes:
    """Return a PNG of horizontal bars; each value stands at the end of its bar, a nought too.

    Args:
        groups: at least one, in the order in which they stand.
        colours: of the values of each group, in their order.
    """
    from PIL import Image, ImageDraw, ImageFont

    height = 2 * MARGIN + len(groups) * (len(colours) * BAR + GAP) - GAP
    picture = Image.new("RGB", (WIDTH, height), _PAPER)
    font = ImageFont.load_default(size=TEXT_SIZE)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow's wheels bring FreeType"
    _Sheet(ImageDraw.Draw(picture), font).groups(groups, colours)
    octets = io.BytesIO()
    picture.quantize(colors=32).save(octets, "PNG", optimize=True)
    return octets.getvalue()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A picture under way."""

    draw: "ImageDraw"
    font: "FreeTypeFont"

    def groups(self, groups: Sequence[Group], colours: Sequence[str]) -> None:
        """Draw the bars, each as long as its share of the greatest."""
        greatest = max(1, *(value for group in groups for value in group.values))
        room = WIDTH - 2 * MARGIN - LABEL - int(self.font.getlength(f" {greatest} "))
        y = MARGIN
        for group in groups:
            self._text((MARGIN + LABEL - 18, y + len(colours) * BAR // 2), group.label, anchor="rm")
            for colour, value in zip(colours, group.values, strict=True):
                self._bar(y, colour, value, max(room * value // greatest, THINNEST if value else 0))
                y += BAR
            y += GAP
        self.draw.line((MARGIN + LABEL, MARGIN - 8, MARGIN + LABEL, y - GAP + 8), fill=_LINE, width=2)

    def _bar(self, y: int, colour: str, value: int, length: int) -> None:
        x = MARGIN + LABEL
        if length:
            self.draw.rectangle((x, y + 3, x + length, y + BAR - 4), fill=colour)
        self._text((x + length + 12, y + BAR // 2), str(value), anchor="lm")

    def _text(self, place: tuple[int, int], text: str, *, anchor: str) -> None:
        self.draw.text(place, text, fill=_INK, font=self.font, anchor=anchor)
