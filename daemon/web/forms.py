"""What a browser sends with a form, and whether it is a form of ours; read without trust in anything (R8.2).

Nothing here needs a cookie, so no other site could use one; forms of others are refused all the same, so that nobody
else's readers ask for mails.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from daemon.model.subscriber import Scope, read_scope
from daemon.settings.kinds import read_address
from daemon.web.addresses import Place

MOST_FIELDS = 100
LONGEST_SCOPE = 80
URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, each with all its values."""

    fields: dict[str, list[str]]

    def one(self, name: str) -> str:
        """Return the one value of a field; "" where there is none, or more than one."""
        values = self.fields.get(name, [])
        return values[0] if len(values) == 1 else ""

    def scopes(self) -> tuple[Scope, ...]:
        """Return what is chosen, as far as it can be read."""
        return tuple(scope for text in self.fields.get("scope", ()) if (scope := scope_of(text)))


def scope_of(text: str) -> Scope | None:
    """Return a scope that comes from outside."""
    clean = len(text) <= LONGEST_SCOPE and text.isascii() and text.isprintable()
    return read_scope(text) if clean else None


def address_of(text: str) -> str:
    """Return the mail address that somebody typed, lower-cased; "" where it is none (S2.1, S2.4).

    It is ASCII, of letters that need no quotes, at a domain with a dot: whatever could be two addresses or a field of a
    header is none.
    """
    try:
        address = read_address(text.strip(" "))
    except ValueError:
        return ""
    domain = address.rpartition("@")[2]
    top = domain.rpartition(".")[2]
    return address if "." in domain and not top.isdigit() else ""


def read_form(request: Request, body: bytes) -> Form:
    """Return the fields of a request's body.

    Raises:
        HTTPException: it is no form as browsers send it.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != URLENCODED:
        raise HTTPException(415)
    try:
        text = body.decode("ascii")
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise HTTPException(400) from None
    return Form(fields)


def refuse_foreign(request: Request, place: Place) -> None:
    """Refuse a form that stands on another site.

    Browsers say it (Sec-Fetch-Site) where the page comes by TLS; by plain HTTP there is the field Origin, which says
    "null" of our own pages, since they send no referrer.

    Raises:
        HTTPException: it does.
    """
    site = request.headers.get("sec-fetch-site", "")
    if site:
        foreign = site not in ("same-origin", "none")
    else:
        origin = request.headers.get("origin", "null")
        ours = {urlsplit(place.url).netloc.lower(), request.headers.get("host", "").lower()}
        foreign = origin != "null" and urlsplit(origin).netloc.lower() not in ours
    if foreign:
        raise HTTPException(403)
