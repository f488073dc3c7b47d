"""Keyed signatures in our Message-IDs and addresses (S2.8), so that an answer shows which mail it answers.

A Message-ID is `<v1.CASE.PURPOSE.DAY.TOKEN.RECIPIENT.SIGNATURE@domain>`.  RECIPIENT is a keyed hash of the address
that the mail was made for, SIGNATURE one over all the rest; both are 128 bits in base 32.  Anybody's reply therefore
names the case, and shows besides whether it comes from the very person that we wrote to.

A reply address `support+CASE.PURPOSE.DAY.SIGNATURE@domain` must fit 64 octets before the @ (RFC 5321 4.5.3.1.1): its
signature covers the recipient without naming them, so it can be verified only for a known sender.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import date, timedelta

from daemon.model.mail import Purpose, Reference

_EPOCH = date(2020, 1, 1)
_PURPOSE = f"([{''.join(Purpose)}])"
_SIGNED_ID = re.compile(
    rf"<?v1\.(\d{{1,12}})\.{_PURPOSE}\.(\d{{1,6}})\.([a-z0-9]{{1,32}})\.([a-z2-7]{{26}})\.([a-z2-7]{{26}})@[^<>@\s]+>?"
)
_SIGNED_EXTENSION = re.compile(rf"(\d{{1,12}})\.{_PURPOSE}\.(\d{{1,6}})\.([a-z2-7]{{26}})")
_BOUNCE_EXTENSION = re.compile(r"b\.([a-z0-9]{1,32})\.([a-z2-7]{26})")


@dataclass(frozen=True, slots=True)
class Keyring:
    """Secrets of at least 16 octets: the first signs, all verify (rotation)."""

    secrets: tuple[bytes, ...]

    def __post_init__(self) -> None:
        """Refuse an empty or weak ring."""
        if not self.secrets or any(len(secret) < 16 for secret in self.secrets):
            raise ValueError("a keyring needs at least one key of 16 octets")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signature vouches for."""

    number: int  # of the case, or of what `purpose` is about (`subject_of`); 0: about nothing
    purpose: Purpose
    issued_on: date
    token: str  # [a-z0-9]{1,32}, unique an outgoing mail


def sign_message_id(keyring: Keyring, claim: Claim, *, recipient: str, domain: str) -> str:
    """Return a Message-ID, with angle brackets, for a mail to `recipient`."""
    key = keyring.secrets[0]
    head = f"v1.{claim.number}.{claim.purpose}.{_day(claim.issued_on)}.{claim.token}.{_mac(key, 'to', recipient)}"
    return f"<{head}.{_mac(key, 'id', head)}@{domain}>"


def read_message_id(keyring: Keyring, message_id: str, *, sender: str) -> Reference | None:
    """Return what a Message-ID of ours vouches for, or None where it is not ours or was tampered with.

    Case is folded first: some servers lower- or upper-case what they relay.
    """
    found = _SIGNED_ID.fullmatch(message_id.strip().lower())
    if not found:
        return None
    number, purpose, day, token, to, signature = found.groups()
    head = f"v1.{number}.{purpose}.{day}.{token}.{to}"
    for key in keyring.secrets:
        if hmac.compare_digest(_mac(key, "id", head), signature):
            mine = hmac.compare_digest(_mac(key, "to", sender), to)
            return Reference(int(number), Purpose(purpose), _date(day), mine, token)
    return None


def sign_address(keyring: Keyring, claim: Claim, *, recipient: str, base: str) -> str:
    """Return the plus-address of `base` to which `recipient` may reply."""
    head = f"{claim.number}.{claim.purpose}.{_day(claim.issued_on)}"
    local, _, domain = base.rpartition("@")
    return f"{local}+{head}.{_mac(keyring.secrets[0], 'reply', head, recipient)}@{domain}"


def read_address(keyring: Keyring, address: str, *, sender: str) -> Reference | None:
    """Return what a signed reply address vouches for when `sender` uses it, or None."""
    found = _SIGNED_EXTENSION.fullmatch(_extension(address))
    if not found:
        return None
    number, purpose, day, signature = found.groups()
    head = f"{number}.{purpose}.{day}"
    good = any(hmac.compare_digest(_mac(key, "reply", head, sender), signature) for key in keyring.secrets)
    return Reference(int(number), Purpose(purpose), _date(day), made_for_sender=True) if good else None


def sign_bounce(keyring: Keyring, token: str, *, base: str) -> str:
    """Return the reverse-path (VERP) of the outgoing mail with this token (S3.4)."""
    local, _, domain = base.rpartition("@")
    return f"{local}+b.{token}.{_mac(keyring.secrets[0], 'bounce', token)}@{domain}"


def read_bounce(keyring: Keyring, address: str) -> str | None:
    """Return the token of the outgoing mail that a report to this address is about, or None."""
    found = _BOUNCE_EXTENSION.fullmatch(_extension(address))
    if not found:
        return None
    token, signature = found.groups()
    good = any(hmac.compare_digest(_mac(key, "bounce", token), signature) for key in keyring.secrets)
    return token if good else None


def _mac(key: bytes, *words: str) -> str:
    """Return 128 bits of HMAC-SHA-256 over the words, in 26 letters of base 32."""
    text = "\0".join(words).encode("utf-8", "surrogatepass")
    digest = hmac.digest(key, text, "sha256")[:16]
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()


def _extension(address: str) -> str:
    return address.rpartition("@")[0].partition("+")[2].lower()


def _day(day: date) -> int:
    return (day - _EPOCH).days


def _date(day: str) -> date:
    return _EPOCH + timedelta(days=int(day))
