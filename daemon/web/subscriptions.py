"""Subscriptions by e-mail (R8.2): the routes of their forms and links, asked in few threads of their own.

Links in mails only show a page with a button, since scanners of mail follow links; what changes anything is a POST.
Nothing tells whether an address is subscribed: each answer to the form is the same, and takes the same time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.act import subscribing
from daemon.act.subscribing import Standing, Wanted
from daemon.clock import Clock
from daemon.desk import Desk
from daemon.errors import Temporary
from daemon.model.subscriber import Scope, is_token
from daemon.rules.subscribing import QUESTION
from daemon.web import addresses
from daemon.web.answering import RETRY_SECONDS, answer, language_of
from daemon.web.forms import Form, address_of, read_form, refuse_foreign, scope_of
from daemon.web.showcase import Showcase
from daemon.web.turnstile import Bounds, Turnstile, client_of
from daemon.web.words import LANGUAGES

AT_ONCE = 4
"""So many requests may ask the database at the same time; the others wait."""
ANSWER_SECONDS = 0.3
"""An answer to the form comes after this time, or later, whatever had to be done."""
ONE_CLICK = (b"List-Unsubscribe", b"One-Click")
"""RFC 8058, 3.1: in the body, which may be of two media types."""
MOST_SCOPES = 100
"""In one link: each is looked up."""
PRIVATE = {"X-Robots-Tag": "noindex"}
HOUR = "3600"

Answer = Callable[["Asked"], Response]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    language: str
    token: str
    scopes: tuple[str, ...]  # of the query
    form: Form


@dataclass(slots=True)
class Subscriptions:
    """The pages of subscriptions, before a desk."""

    desk: Callable[[], Desk]
    showcase: Showcase
    clock: Clock
    bounds: Bounds = field(default_factory=Bounds)
    answer_after: float = ANSWER_SECONDS
    _turnstile: Turnstile = field(init=False)
    _room: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._turnstile = Turnstile(self.bounds)
        self._room = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> tuple[Route, ...]:
        """Return where all of this stands."""
        return (
            Route("/{language}/subscribe", self._shown(self._form), methods=["GET"]),
            Route("/{language}/subscribe", self._asking, methods=["POST"]),
            Route("/{language}/confirm/{token}", self._shown(self._question), methods=["GET"]),
            Route("/{language}/confirm/{token}", self._posted(self._confirmed), methods=["POST"]),
            Route("/{language}/subscription/{token}", self._shown(self._managed), methods=["GET"]),
            Route("/{language}/subscription/{token}", self._posted(self._changed), methods=["POST"]),
            Route("/unsubscribe/{token}", self._shown(self._parting), methods=["GET"]),
            Route("/unsubscribe/{token}", self._one_click, methods=["POST"]),
        )

    # --- how requests come in ---------------------------------------------------------------------------------------

    def _shown(self, give: Answer) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that changes nothing."""

        async def endpoint(request: Request) -> Response:
            return await self._in_a_thread(give, _asked(request, Form({})))

        return endpoint

    def _posted(self, give: Answer) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that takes a form of ours."""

        async def endpoint(request: Request) -> Response:
            refuse_foreign(request, self.showcase.place)
            form = read_form(request, await request.body())
            return await self._in_a_thread(give, _asked(request, form))

        return endpoint

    async def _asking(self, request: Request) -> Response:
        """Take a new subscription; the answer takes the same time for each address."""
        ready = asyncio.get_running_loop().time() + self.answer_after
        refuse_foreign(request, self.showcase.place)
        asked = _asked(request, read_form(request, await request.body()))
        wanted = Wanted(address_of(asked.form.one("address")), asked.language, asked.form.scopes())
        if not wanted.address or not wanted.scopes:
            return await self._in_a_thread(self._again, asked)
        peer = request.client.host if request.client else ""
        client = client_of(peer, ",".join(request.headers.getlist("x-forwarded-for")))
        if not self._turnstile.admits(client, now=self.clock()):
            response = self._said(asked, "too_many", status=429)
            response.headers["Retry-After"] = HOUR
            return response
        response = await self._in_a_thread(lambda _: self._taken(asked, wanted), asked)
        await asyncio.sleep(ready - asyncio.get_running_loop().time())
        return response

    async def _one_click(self, request: Request) -> Response:
        """End what a mail came under, on the word of a mail program, or of the button on our page (RFC 8058)."""
        body = await request.body()
        if not all(word in body for word in ONE_CLICK):
            raise HTTPException(400)
        return await self._in_a_thread(self._parted, _asked(request, Form({})))

    async def _in_a_thread(self, give: Answer, asked: Asked) -> Response:
        """Answer in a thread that may wait for the database.

        Raises:
            HTTPException: it is away.
        """
        try:
            async with self._room:
                return await run_in_threadpool(give, asked)
        except Temporary:
            raise HTTPException(503, headers={"Retry-After": str(RETRY_SECONDS)}) from None

    def _page(self, template: str, asked: Asked, shown: Mapping[str, object], *, status: int = 200) -> Response:
        context = {"path": addresses.home(asked.language), **shown}
        return answer(self.showcase.page(template, asked.language, **context), status=status, fields=PRIVATE)

    def _said(self, asked: Asked, what: str, *, about: object = "", status: int = 200) -> Response:
        """Return a page that says what was done, with the number or name that its sentence holds."""
        return self._page("said.html.j2", asked, {"what": what, "about": about}, status=status)

    # --- asking -----------------------------------------------------------------------------------------------------

    def _form(self, asked: Asked) -> Response:
        return self._with_form(asked, fault="")

    def _again(self, asked: Asked) -> Response:
        fault = "no_scope" if address_of(asked.form.one("address")) else "bad_address"
        return self._with_form(asked, fault=fault, status=400)

    def _with_form(self, asked: Asked, *, fault: str, status: int = 200) -> Response:
        desk, chosen = self.desk(), asked.form.scopes()
        incidents = [(scope, subscribing.name_of(desk, scope)) for scope in chosen if scope.kind == "incident"]
        shown = {
            "path": addresses.subscribe(asked.language),
            "platforms": desk.config.directory.products,
            "incidents": [(scope, name) for scope, name in incidents[:1] if name],
            "chosen": {str(scope) for scope in chosen},
            "address": asked.form.one("address")[:254],
            "fault": fault,
        }
        return self._page("subscribe.html.j2", asked, shown, status=status)

    def _taken(self, asked: Asked, wanted: Wanted) -> Response:
        if not asked.form.one("website"):  # a field that only programs see
            subscribing.ask(self.desk(), wanted, now=self.clock())
        return self._said(asked, "asked", about=QUESTION.days)

    # --- confirming -------------------------------------------------------------------------------------------------

    def _question(self, asked: Asked) -> Response:
        return self._with_standing("confirm.html.j2", asked)

    def _confirmed(self, asked: Asked) -> Response:
        if not subscribing.confirm(self.desk(), asked.token, asked.form.scopes(), now=self.clock()):
            raise HTTPException(404)
        return self._with_standing("confirmed.html.j2", asked)

    def _with_standing(self, template: str, asked: Asked) -> Response:
        path = addresses.confirm(asked.language, asked.token)
        return self._page(template, asked, {"standing": self._standing(asked), "token": asked.token, "path": path})

    # --- managing ---------------------------------------------------------------------------------------------------

    def _managed(self, asked: Asked) -> Response:
        standing = self._standing(asked)
        taken = {one.scope.of for one in standing.confirmed if one.scope.kind == "platform"}
        products = self.desk().config.directory.products
        shown = {
            "standing": standing,
            "platforms": [product for product in products if product.id not in taken],
            "token": asked.token,
            "path": addresses.subscription(asked.language, asked.token),
        }
        return self._page("subscription.html.j2", asked, shown)

    def _changed(self, asked: Asked) -> Response:
        """Carry out a button of the page; it is shown again, unless nothing is left to manage."""
        desk, language, form = self.desk(), asked.language, asked.form
        match form.one("do"):
            case "end" if form.scopes():
                known = subscribing.end(desk, asked.token, form.scopes()[:1])
            case "add":
                known = subscribing.add(desk, asked.token, form.scopes(), now=self.clock())
            case "speak" if form.one("language") in LANGUAGES:
                language = form.one("language")
                known = subscribing.speak(desk, asked.token, language)
            case "erase":
                known = subscribing.erase(desk, asked.token)
            case _:
                raise HTTPException(400)
        if not known:
            raise HTTPException(404)
        if subscribing.standing_of(desk, asked.token, now=self.clock()) is None:
            return self._said(asked, "erased")
        page = self.showcase.place.link(addresses.subscription(language, asked.token))
        return Response(status_code=303, headers={"Location": page, "Cache-Control": "no-store"} | PRIVATE)

    # --- parting ----------------------------------------------------------------------------------------------------

    def _parting(self, asked: Asked) -> Response:
        """Ask whether a subscription is to be ended; it says the same of each token."""
        scopes = _wanted_scopes(asked)
        shown = {"token": asked.token, "scopes": scopes, "names": self._names(scopes)}
        return self._page("unsubscribe.html.j2", asked, shown)

    def _parted(self, asked: Asked) -> Response:
        """End the subscriptions under which a mail came; one that is not there any more is ended too."""
        scopes = _wanted_scopes(asked)
        names = self._names(scopes)
        subscribing.end(self.desk(), asked.token, scopes)
        return self._said(asked, "ended", about=names)

    def _names(self, scopes: tuple[Scope, ...]) -> str:
        """Return what the page calls these, in a row; "" where none is there any more."""
        desk = self.desk()
        return ", ".join(filter(None, (subscribing.name_of(desk, scope) for scope in scopes)))

    # --- what several need ------------------------------------------------------------------------------------------

    def _standing(self, asked: Asked) -> Standing:
        """Return what stands of the subscriber whose token this is.

        Raises:
            HTTPException: there is none.
        """
        standing = subscribing.standing_of(self.desk(), asked.token, now=self.clock())
        if standing is None:
            raise HTTPException(404)
        return standing


def _asked(request: Request, form: Form) -> Asked:
    """Return what is asked.

    Raises:
        HTTPException: there is no such page: another language, or no token.
    """
    language, token = request.path_params.get("language"), request.path_params.get("token", "")
    if (language is not None and language not in LANGUAGES) or (token and not is_token(token)):
        raise HTTPException(404)
    return Asked(language or language_of(request), token, tuple(request.query_params.getlist("scope")), form)


def _wanted_scopes(asked: Asked) -> tuple[Scope, ...]:
    """Return what is to be ended.

    Raises:
        HTTPException: there is nothing, more than any mail of ours names, or something that is no scope.
    """
    scopes = [scope for text in asked.scopes[:MOST_SCOPES] if (scope := scope_of(text))]
    if not scopes or len(scopes) != len(asked.scopes):
        raise HTTPException(404)
    return tuple(scopes)
