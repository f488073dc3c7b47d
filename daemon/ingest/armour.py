"""OpenPGP armour in a text (RFC 9580 6.2 and 7): found, and taken off what is signed in clear.

Nothing is verified.  One pass over the lines.
"""

import re

ARMOUR = re.compile(rb"^-----BEGIN PGP (MESSAGE|SIGNED MESSAGE)-----", re.MULTILINE)
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"


def without_armour(text: str) -> str:
    """Return a text without the lines that a clear signature adds to it, its escaped hyphens restored."""
    if _SIGNED not in text:
        return text
    kept: list[str] = []
    state = ""
    for line in text.split("\n"):
        bare = line.rstrip()
        if bare == _SIGNED:
            state = "head"
        elif state == "head":
            state = "head" if bare else "text"
        elif bare == _SIGNATURE and state == "text":
            state = "signature"
        elif state == "signature":
            state = "" if bare == _END else "signature"
        else:
            kept.append(line.removeprefix("- ") if state == "text" else line)
    return "\n".join(kept)
