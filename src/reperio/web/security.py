"""Headers that every answer carries, and answers that need not be made again."""

from __future__ import annotations

import hashlib

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reperio.errors import ReperioError
from reperio.web.assets import PATH as ASSETS_PATH
from reperio.web.language import language
from reperio.web.problem import MACHINE_PATHS
from reperio.web.site import Site

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After, X-Request-ID, X-Total-Count",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = SHARED | {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
FRESH = "public, max-age=60, stale-while-revalidate=300"


class SecureHeaders:
    """Adds the headers of safety to every answer, and to the API that any site may read it (without credentials)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        machine = scope["path"].startswith(MACHINE_PATHS)
        if machine and scope["method"] == "OPTIONS":
            await _answer_preflight(send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if machine:
                    headers.update(SHARED)
            await send(message)

        await self.app(scope, receive, add)


async def _answer_preflight(send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in PREFLIGHT.items()]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class Conditional:
    """Gives what depends on index and corpus an ETag of their states, and answers 304 where the asker has it already.

    The tag is taken before the answer is made, so an answer is never older than its tag.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 304, or pass the request on and tag its answer."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or self._is_apart(scope["path"]):
            await self.app(scope, receive, send)
            return
        tag = await run_sync(self._tag, scope["path"], scope["query_string"])
        if tag and tag in Headers(scope=scope).get("if-none-match", ""):
            await _not_modified(send, tag)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200 and tag:
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", FRESH)
                if tag == await run_sync(self._tag, scope["path"], scope["query_string"]):
                    # else it changed meanwhile: of which state the answer is, is not known
                    headers.setdefault("ETag", tag)
            await send(message)

        await self.app(scope, receive, add)

    def _is_apart(self, path: str) -> bool:
        """Whether an answer does not depend on the index alone: assets, forms, what operators see."""
        apart = (
            ASSETS_PATH,
            "/health-check",
            "/health/",
            "/metrics",
            *map(self.site.links.page, ("admin", "feedback")),
        )
        return path.startswith(apart)

    def _tag(self, path: str, query: bytes) -> str:
        try:
            now = self.site.service.status()
        except ReperioError:
            return ""
        parts = (self.site.edition, now.generation, now.revision, language(), path, "")
        digest = hashlib.sha256("|".join(map(str, parts)).encode() + query).hexdigest()
        return f'W/"{digest[:24]}"'


async def _not_modified(send: Send, tag: str) -> None:
    headers = [(b"etag", tag.encode()), (b"cache-control", FRESH.encode())]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
