"""Keys and signatures as a sender's own server makes them: DKIM (RFC 6376, RFC 8463) and ARC seals (RFC 8617)."""

import base64
import random
from dataclasses import dataclass
from functools import cache
from typing import Any

import dkim
import nacl.signing

EXPONENT = 65_537


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair: the private half as dkimpy takes it, the record that publishes the public half."""

    private: bytes
    record: str
    algorithm: bytes


@cache
def rsa_key(bits: int = 1_024, seed: int = 1) -> Key:
    """Return an RSA key, always the same for a seed."""
    draw = random.Random(seed)
    p, q = _prime(draw, bits // 2), _prime(draw, bits // 2)
    n, d = p * q, pow(EXPONENT, -1, (p - 1) * (q - 1))
    numbers = (0, n, EXPONENT, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    private = base64.b64encode(_sequence(*map(_integer, numbers)))
    public = base64.b64encode(_sequence(_integer(n), _integer(EXPONENT))).decode()
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + private + b"\n-----END RSA PRIVATE KEY-----\n"
    return Key(pem, f"v=DKIM1; k=rsa; p={public}", b"rsa-sha256")


@cache
def ed25519_key() -> Key:
    """Return an Ed25519 key, always the same."""
    pair = nacl.signing.SigningKey(b"supportd tests, a seed of 32 oct")
    public = base64.b64encode(bytes(pair.verify_key)).decode()
    return Key(base64.b64encode(bytes(pair)), f"v=DKIM1; k=ed25519; p={public}", b"ed25519-sha256")


def signed(raw: bytes, domain: str, *, key: Key | None = None, selector: str = "s1", **options: Any) -> bytes:
    """Return the message with a DKIM signature on top; `options` are dkimpy's."""
    used = key or rsa_key()
    options.setdefault("signature_algorithm", used.algorithm)
    signature: bytes = dkim.sign(raw, selector.encode(), domain.encode(), used.private, **options)
    return signature + raw


def sealed(raw: bytes, domain: str, results: str, *, key: Key | None = None) -> bytes:
    """Return the message with an ARC set of `domain` on top: what it saw, and its seal."""
    seen = f"Authentication-Results: mx.{domain}; {results}\r\n".encode() + raw
    fields: list[bytes] = dkim.arc_sign(
        seen, b"s1", domain.encode(), (key or rsa_key()).private, f"mx.{domain}".encode()
    )
    return b"".join(fields) + raw


def _prime(draw: random.Random, bits: int) -> int:
    """Return a probable prime (Miller-Rabin) with its two highest bits set."""
    while True:
        number = draw.getrandbits(bits) | (3 << (bits - 2)) | 1
        if number % EXPONENT != 1 and all(number % small for small in (3, 5, 7, 11, 13, 17, 19)) and _is_prime(number):
            return number


def _is_prime(number: int) -> bool:
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23):
        power = pow(base, odd, number)
        if power in {1, number - 1}:
            continue
        if not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
            return False
    return True


def _integer(number: int) -> bytes:
    return _field(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _sequence(*fields: bytes) -> bytes:
    return _field(0x30, b"".join(fields))


def _field(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content
