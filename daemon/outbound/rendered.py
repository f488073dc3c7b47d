"""A mail as words: what the templates make, and what the composed octets must say again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that the HTML shows in its place, by its Content-ID."""

    name: str
    content_id: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Invitation:
    """An event for the reader's calendar: what is to be done with it (RFC 5546), and the calendar, its line ends LF."""

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """The subject in one clean line, the body twice, as text and as HTML (empty: text alone), and its pictures.

    The event for the reader's calendar stands beside them as a third form of the same news.
    """

    subject: str
    text: str
    html: str = ""
    pictures: tuple[Picture, ...] = ()
    invitation: Invitation | None = None
