"""Whether a mail is signed or encrypted, and how: told by its parts, nothing is verified or opened.

Sources: RFC 1847 (multipart/signed, multipart/encrypted), RFC 3156 (OpenPGP), RFC 8551 (S/MIME), RFC 9580 6.2 (armour).
"""

from dataclasses import dataclass

from daemon.ingest.armour import ARMOUR
from daemon.ingest.cms import CmsKind, cms_kind, signed_content
from daemon.ingest.parts import Part

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_UNTYPED = frozenset({"application/octet-stream", "application/binary"})
_SMIME_SIGNATURE = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_KINDS = {
    "signed-data": CmsKind.SIGNED, "signed-receipt": CmsKind.SIGNED, "certs-only": CmsKind.CERTIFICATES,
    "enveloped-data": CmsKind.ENVELOPED, "authenveloped-data": CmsKind.ENVELOPED,
}  # fmt: skip


_ARMOURED = b"-----BEGIN PGP MESSAGE-----"
_LONGEST_GREETING = 4_096  # octets of white space before the armour


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
    wrapped = [_smime_kind(leaf) for leaf in leaves if is_smime(leaf)]
    for kind in (CmsKind.ENVELOPED, CmsKind.SIGNED):
        if kind in wrapped:
            return Protection("smime", is_signed=kind is CmsKind.SIGNED, is_encrypted=kind is CmsKind.ENVELOPED)
    if types & _SMIME_SIGNATURE:
        return Protection("smime", is_signed=True)
    if "application/pgp-signature" in types:
        return Protection("pgp", is_signed=True)
    return _armoured(leaves)


def is_sealed(root: Part) -> bool:
    """Tell whether the mail itself is encrypted: what its writer says cannot be read.  A footer may stand below."""
    first = root.leaves()[0]
    if root.content_type == "multipart/encrypted" or first.content_type == "application/pgp-encrypted":
        return True
    if is_smime(first):
        return _smime_kind(first) is CmsKind.ENVELOPED
    return first.main_type == "text" and first.beginning(_LONGEST_GREETING).lstrip().startswith(_ARMOURED)


def is_smime(leaf: Part) -> bool:
    """Tell whether a leaf is an S/MIME part, by its type, or by its name where the type says nothing."""
    return leaf.content_type in _SMIME or (
        leaf.content_type in _UNTYPED and leaf.given_name.lower().endswith((".p7m", ".p7z"))
    )


def signed_inside(leaf: Part) -> bytes:
    """Return the MIME part that is signed inside an S/MIME leaf, or nothing."""
    return signed_content(leaf.decoded()) if is_smime(leaf) else b""


def _smime_kind(leaf: Part) -> CmsKind:
    """Return what an S/MIME part is: what its type says, else what its octets say; else it is taken for encrypted."""
    said = _KINDS.get(leaf.parameters.get("smime-type", "").lower())
    if said is not None:
        return said
    found = cms_kind(leaf.decoded())
    return CmsKind.ENVELOPED if found is CmsKind.UNKNOWN else found


def _armoured(leaves: tuple[Part, ...]) -> Protection:
    """Look for OpenPGP armour in the text itself."""
    for leaf in leaves:
        may_be = leaf.main_type == "text" or leaf.content_type == "application/pgp"
        found = ARMOUR.search(leaf.decoded()[:262_144]) if may_be else None
        if found:
            return Protection("pgp-inline", is_signed=found[1] != b"MESSAGE", is_encrypted=found[1] == b"MESSAGE")
    return Protection()
