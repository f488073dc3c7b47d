"""All hostile mails, by family."""

import os

from tests.mail.hostile import (
    addresses,
    charsets,
    encodings,
    headers,
    html,
    names,
    nesting,
    quotes,
    reports,
    words,
    wrapped,
)
from tests.mail.hostile.message import Hostile

FAMILIES: dict[str, tuple[Hostile, ...]] = {
    "addresses": addresses.CASES,
    "charsets": charsets.CASES,
    "encodings": encodings.CASES,
    "headers": headers.CASES,
    "html": html.CASES,
    "names": names.CASES,
    "nesting": nesting.CASES,
    "quotes": quotes.CASES,
    "reports": reports.CASES,
    "words": words.CASES,
    "wrapped": wrapped.CASES,
}
LARGEST = int(os.environ.get("SUPPORTD_HOSTILE_MB", "1")) * 2**20
"""Octets to which the largest are grown: SUPPORTD_HOSTILE_MB=25 is as much as may come, and takes minutes."""
IS_WHOLE = LARGEST >= 25 * 2**20
HOSTILE: dict[str, Hostile] = {f"{family}: {one.name}": one for family, cases in FAMILIES.items() for one in cases}
