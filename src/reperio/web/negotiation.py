"""Which language a page is spoken in: the one in its address, else the one chosen before, else one that the browser asks for."""

from __future__ import annotations

from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reperio.web.assets import PATH as ASSETS_PATH
from reperio.web.language import Speech, speaking
from reperio.web.problem import MACHINE_PATHS

PARAMETER = "lang"
COOKIE = "reperio_language"
KEPT_SECONDS = 365 * 24 * 3600
FILES = (".csv", ".xlsx", ".json", ".ris", ".bib", ".atom", ".xml", ".txt", ".png", ".ico", ".svg")
"""Endings of what is no page: it speaks English, whoever asks."""


class Languages:
    """Lets every page be drawn in the language its asker reads, of those that the site offers."""

    def __init__(self, app: ASGIApp, offered: Sequence[str], english: Sequence[str] = ()) -> None:
        """Paths that begin as those of `english` do are in English for everybody."""
        self.app = app
        self.offered = tuple(offered)
        self.apart = (*MACHINE_PATHS, ASSETS_PATH, *english)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Choose the language, take the choice out of the address, pass the request on and mark its answer."""
        if scope["type"] != "http" or self._is_apart(scope["path"]):
            await self.app(scope, receive, send)
            return
        asked, query = _taken_out(scope["query_string"].decode("latin-1"))
        asked = asked if asked in self.offered else ""
        headers = Headers(scope=scope)
        chosen = asked or spoken(headers, self.offered)
        said = Speech(language=chosen, offered=self.offered, path=scope["path"], query=query)

        async def mark(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(MutableHeaders(scope=message), chosen, asked if asked != _kept(headers) else "", scope["scheme"])
            await send(message)

        with speaking(said):
            await self.app({**scope, "query_string": query.encode("latin-1")}, receive, mark)

    def _is_apart(self, path: str) -> bool:
        return path.startswith(self.apart) or path.endswith(FILES)


def _taken_out(query: str) -> tuple[str, str]:
    """The language named in an address, and the rest of its parameters as they were."""
    if f"{PARAMETER}=" not in query:
        return "", query
    pairs = parse_qsl(query, keep_blank_values=True)
    named = [value for name, value in pairs if name == PARAMETER]
    rest = [(name, value) for name, value in pairs if name != PARAMETER]
    return (named[-1], urlencode(rest)) if named else ("", query)


def spoken(headers: Headers, offered: Sequence[str]) -> str:
    """The language that headers ask for, of those offered: the one chosen before, else as the browser prefers."""
    kept = _kept(headers)
    if kept in offered:
        return kept
    return preferred(headers.get("accept-language", ""), offered)


def _kept(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def preferred(accepted: str, offered: Sequence[str]) -> str:
    """The first language offered that `Accept-Language` ranks highest (RFC 9110, 12.5.4); the site's own when none is."""
    ranked = []
    for place, part in enumerate(accepted.split(",")[:40]):
        name, _, weight = part.partition(";")
        ranked.append((-_weight(weight), place, name.strip().lower().partition("-")[0]))
    wanted = [name for rank, _, name in sorted(ranked) if rank < 0]
    return next((offered[0] if name == "*" else name for name in wanted if name == "*" or name in offered), offered[0])


def _weight(text: str) -> float:
    name, _, value = text.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(float(value), 1.0)
    except ValueError:
        return 0.0


def _mark(headers: MutableHeaders, language: str, chosen: str, scheme: str) -> None:
    """Say what the answer depends on; keep a language that was chosen just now."""
    headers.add_vary_header("Accept-Language")
    headers.add_vary_header("Cookie")
    if headers.get("content-type", "").startswith("text/html"):
        headers["Content-Language"] = language
    if chosen:
        secure = "; Secure" if scheme == "https" else ""
        headers.append(
            "Set-Cookie", f"{COOKIE}={chosen}; Path=/; Max-Age={KEPT_SECONDS}; SameSite=Lax; HttpOnly{secure}"
        )
        headers["Cache-Control"] = "private, no-cache"
