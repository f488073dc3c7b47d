"""Whether a mail is signed or encrypted, and how: told by its parts, nothing is verified or opened.

Sources: RFC 1847 (multipart/signed, multipart/encrypted), RFC 3156 (OpenPGP), RFC 8551 (S/MIME), RFC 9580 6.2 (armour).
"""

import re
from dataclasses import dataclass

from daemon.ingest.parts import Part

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SMIME_SIGNATURE = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_ARMOUR = re.compile(rb"^-----BEGIN PGP (MESSAGE|SIGNED MESSAGE)-----", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Protection:
    """How a mail is protected; `kind` is "smime", "pgp", "pgp-inline" or empty."""

    kind: str = ""
    is_signed: bool = False
    is_encrypted: bool = False


def read_protection(root: Part) -> Protection:
    """Return how the message is protected, by its outermost protected part."""
    leaves = root.leaves()
    types = {leaf.content_type for leaf in leaves}
    if "application/pgp-encrypted" in types:
        return Protection("pgp", is_encrypted=True)
    enveloped = next((leaf for leaf in leaves if leaf.content_type in _SMIME), None)
    if enveloped is not None:
        is_signed = enveloped.parameters.get("smime-type", "").lower() in {"signed-data", "signed-receipt"}
        return Protection("smime", is_signed=is_signed, is_encrypted=not is_signed)
    if types & _SMIME_SIGNATURE:
        return Protection("smime", is_signed=True)
    if "application/pgp-signature" in types:
        return Protection("pgp", is_signed=True)
    return _armoured(leaves)


def _armoured(leaves: tuple[Part, ...]) -> Protection:
    """Look for OpenPGP armour in the text itself."""
    for leaf in leaves:
        found = _ARMOUR.search(leaf.decoded()[:262_144]) if leaf.main_type == "text" else None
        if found:
            return Protection("pgp-inline", is_signed=found[1] != b"MESSAGE", is_encrypted=found[1] == b"MESSAGE")
    return Protection()
