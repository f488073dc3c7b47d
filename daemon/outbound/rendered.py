"""A mail as words: what the templates make, and what the composed octets must say again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that the HTML shows in its place, by its Content-ID."""

    name: str
    content_id: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """The subject in one clean line, the body twice, as text and as HTML (empty: text alone), and its pictures."""

    subject: str
    text: str
    html: str = ""
    pictures: tuple[Picture, ...] = ()
