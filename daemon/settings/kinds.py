"""Kinds of text that stand in the configuration: addresses, domains, names, zones.

Addresses and domains are lower-cased ASCII (S2.4): what no sender could be compared with is refused here.
RFC 5321 4.5.3.1 bounds their lengths; RFC 5322 3.2.3 says what a dot-atom is; RFC 1123 2.1 what a host name is.
"""

import re
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from daemon.settings.nearest import shown, suggestion
from daemon.settings.refusal import refuse

LANGUAGES = ("en", "fr")
"""Those that the templates speak; the same as `Plan.languages`."""

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_HOST_AND_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):([0-9]{1,5})")


def read_address(text: str) -> str:
    """Return a mail address, lower-cased; a refusal says what is wrong with it."""
    if not text.isascii():
        raise refuse("an address holds ASCII letters only: nobody could be recognised by this one (S2.1)")
    address = text.lower()
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise refuse("no mail address: write it as `name@domain.example`")
    if len(local) > 64 or len(domain) > 253 or len(address) > 254:
        raise refuse("too long for a mail address: 64 octets before the @, 254 in all")
    return address


def read_domain(text: str) -> str:
    """Return a mail domain, lower-cased, without a trailing dot."""
    domain = text.lower()
    if not domain.isascii():
        raise refuse("a domain holds ASCII letters only: write an international one in its `xn--` form")
    if "@" in domain:
        raise refuse(f"a domain, not an address: write `{shown(domain.rpartition('@')[2])}`")
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise refuse("no domain: write it as `company.example`")
    return domain


def read_zone(text: str) -> str:
    """Return the name of an IANA time zone."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        raise refuse(_no_zone(text)) from None
    except KeyError:
        raise refuse(_no_zone(text)) from None
    return text


def _no_zone(text: str) -> str:
    zones = sorted(available_timezones())
    near = suggestion(text, zones)
    hint = near if near.startswith("did") else "write it as `America/Denver`"
    return f"no time zone `{shown(text)}`; {hint}"


def read_clean(text: str) -> str:
    """Return one line of text without outer white space; control characters have no place in a name."""
    stripped = text.strip()
    if not stripped:
        raise refuse("must not be empty")
    if not stripped.isprintable():
        raise refuse("must be one line of printable text")
    return stripped


def read_words(text: str) -> str:
    """Return a text of one or more lines without outer white space: customers read it, so it says something."""
    stripped = text.strip()
    if not stripped:
        raise refuse("must not be empty")
    return stripped


def read_language(value: Any) -> str:
    """Return a language that the templates speak."""
    if isinstance(value, str) and value.lower() in LANGUAGES:
        return value.lower()
    names = " or ".join(f"`{name}`" for name in LANGUAGES)
    raise refuse(f"no templates in this language: write {names}")


def read_network(text: str) -> str:
    """Return an IP address or network."""
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        raise refuse("no IP address or network: write `192.0.2.25` or `192.0.2.0/24`") from None


def read_host_and_port(text: str) -> str:
    """Return `host:port`."""
    found = _HOST_AND_PORT.fullmatch(text)
    if not found or not 1 <= int(found.group(3)) <= 65535:
        raise refuse("write it as `127.0.0.1:8026`")
    return text


def read_resolver(text: str) -> str:
    """Return the IP address of a DNS server, with `:port` where it has one of its own."""
    found = _HOST_AND_PORT.fullmatch(text)
    host, port = (found[1] or found[2], int(found[3])) if found else (text, 53)
    try:
        ip_address(host)
    except ValueError:
        raise refuse("no IP address: write `192.0.2.53` or `192.0.2.53:5353`") from None
    if not 1 <= port <= 65535:
        raise refuse("a port is a number from 1 to 65535")
    return text


def in_words(kinds: type[StrEnum]) -> PlainValidator:
    """Return a validator that takes the values of an enumeration and names the nearest for any other."""

    def read(value: Any) -> StrEnum:
        try:
            return kinds(value)
        except ValueError:
            known = [kind.value for kind in kinds]
            raise refuse(f"must be one of the known words; {suggestion(str(value), known)}") from None

    return PlainValidator(read)


def one_of(kinds: type[StrEnum]) -> WithJsonSchema:
    """Return the JSON Schema of an enumeration."""
    return WithJsonSchema({"type": "string", "enum": [kind.value for kind in kinds]})


Text = Annotated[str, Field(max_length=200), AfterValidator(read_clean)]
LongText = Annotated[str, Field(max_length=2000), AfterValidator(read_words)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Address = Annotated[str, AfterValidator(read_address), WithJsonSchema({"type": "string", "format": "email"})]
Domain = Annotated[str, AfterValidator(read_domain), WithJsonSchema({"type": "string", "format": "hostname"})]
ZoneName = Annotated[str, AfterValidator(read_zone), WithJsonSchema({"type": "string"})]
Language = Annotated[str, PlainValidator(read_language), WithJsonSchema({"type": "string", "enum": list(LANGUAGES)})]
Network = Annotated[str, AfterValidator(read_network), WithJsonSchema({"type": "string"})]
Resolver = Annotated[str, AfterValidator(read_resolver), WithJsonSchema({"type": "string"})]
HostAndPort = Annotated[str, AfterValidator(read_host_and_port), WithJsonSchema({"type": "string"})]
Port = Annotated[int, Field(ge=1, le=65535)]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
