"""The door to Starlette: a request becomes a page, with the fields that keep browsers from doing more than read.

Requests are bounded here too: what has a body of more than a form's is refused before it is read.
"""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daemon.web.rendering import ATOM, JSON, Page
from daemon.web.showcase import Showcase
from daemon.web.words import LANGUAGES, language_for

SECONDS_FRESH = 15
RETRY_SECONDS = 30
LONGEST_BODY = 8192
LONGEST_PATH = 500

MESSAGES: Final = {404: "not_found", 503: "away", 500: "failed"}

log = structlog.get_logger()


def application(showcase: Showcase, *, routes: Sequence[BaseRoute] = ()) -> ASGIApp:
    """Return the page as an ASGI application; a request may come with the path of the page's URL, or without it.

    Args:
        showcase: what is shown.
        routes: further ones, looked at before the pages.
    """

    def show(request: Request) -> Response:
        return _shown(showcase, request)

    async def refuse(request: Request, failure: Exception) -> Response:
        known = failure if isinstance(failure, HTTPException) else HTTPException(500)
        page = showcase.message(MESSAGES.get(known.status_code, "wrong"), language_of(request))
        return answer(page, status=known.status_code, fields=dict(known.headers or {}))

    pages = Starlette(
        routes=[*routes, Route("/{path:path}", _at_once(show), methods=["GET"])],
        exception_handlers={HTTPException: refuse, Exception: refuse},
    )
    return _Unprefixed(_Guarded(pages, refuse), showcase)


def _at_once(show: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that needs no thread: it only looks into memory."""

    async def endpoint(request: Request) -> Response:
        return show(request)

    return endpoint


def _shown(showcase: Showcase, request: Request) -> Response:
    """Answer with a page of the site.

    Raises:
        HTTPException: there is no such page, or nothing to show yet.
    """
    site, path = showcase.site, str(request.path_params["path"]).removesuffix("/")
    if site is None:
        raise HTTPException(503, headers={"Retry-After": str(RETRY_SECONDS)})
    if path == "":
        return _front_door(site[language_of(request)], request)
    page = site.get(path) if len(path) <= LONGEST_PATH else None
    if page is None:
        raise HTTPException(404)
    return _fresh(page, request, {})


def _front_door(page: Page, request: Request) -> Response:
    return _fresh(page, request, {"Vary": "Accept-Language"})


def _fresh(page: Page, request: Request, fields: dict[str, str]) -> Response:
    """Answer with a page, or say that the asker has it already (RFC 9110, 13.1.2)."""
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    fields = {"ETag": page.tag, "Cache-Control": f"public, max-age={SECONDS_FRESH}"} | fields
    if known & {page.tag, "*"}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=fields)
    return answer(page, fields=fields)


def answer(page: Page, *, status: int = 200, fields: dict[str, str] | None = None) -> Response:
    """Return a page as an answer; one that says nothing of it is kept nowhere."""
    open_to_all = {"Access-Control-Allow-Origin": "*"} if page.media_type in (ATOM, JSON) else {}
    spoken = {"Content-Language": page.language} if page.language else {}
    headers = {"Cache-Control": "no-store", "Content-Type": page.media_type} | open_to_all | spoken | (fields or {})
    return Response(page.body, status_code=status, headers=headers)


def language_of(request: Request) -> str:
    """Return the language of the page that is asked for: as its path says, else as the reader likes."""
    first = request.url.path.lstrip("/").partition("/")[0]
    return first if first in LANGUAGES else language_for(request.headers.get("accept-language", ""))


class _Guarded:
    """Refuses what is longer than any form of ours, and logs what failed; neither ends the server."""

    def __init__(self, app: ASGIApp, refuse: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length[:20]) > LONGEST_BODY:
            response = await self._refuse(Request(scope), _too_long())
            await response(scope, receive, send)
            return
        try:
            await self._app(scope, _bounded(receive), send)
        except Exception as failure:  # one request is the unit of work, and was answered with 500
            log.error("status_page.failed", exc_info=failure)


def _bounded(receive: Receive) -> Receive:
    """Return what reads a body in chunks, of which nobody knows beforehand how long they are together."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > LONGEST_BODY:
            raise _too_long()
        return message

    return bounded


def _too_long() -> HTTPException:
    return HTTPException(413, headers={"Connection": "close"})


class _Unprefixed:
    """Takes the path of the page's own URL off, where the web server before us has left it on."""

    def __init__(self, app: ASGIApp, showcase: Showcase) -> None:
        self._app = app
        self._showcase = showcase

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, prefix = scope["path"], self._showcase.place.prefix
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            scope = {**scope, "path": path.removeprefix(prefix) or "/"}
        await self._app(scope, receive, send)
