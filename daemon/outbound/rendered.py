"""A mail as words: what the templates make, and what the composed octets must say again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rendered:
    """The subject in one clean line, and the body twice: as text and as HTML (empty: text alone)."""

    subject: str
    text: str
    html: str = ""
