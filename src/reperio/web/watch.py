"""Around every request: a number for it, its time, its place in the counts and in the log.

The number comes in as `X-Request-ID` where a proxy gives one, and goes out with the answer; each event that is logged
meanwhile carries it as `request_id`.
"""

from __future__ import annotations

import re
import secrets
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reperio.log import get_logger
from reperio.settings import Settings
from reperio.web.metrics import Metrics
from reperio.web.readiness import Readiness

log = get_logger(__name__)

HEADER = "X-Request-ID"
NOWHERE = "none"
"""Route of what leads nowhere: addresses that people make up are no labels."""

_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def number_of(headers: Headers) -> str:
    """The number that a proxy gave, when it looks like one; else one of our own."""
    given = headers.get(HEADER, "")
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(16)


def route_of(scope: Scope) -> str:
    """Template of the route that a path leads to, such as `/search/items/{key:path}`: the first that fits, as in routing."""
    app = scope.get("app")
    for route in app.routes if app else ():
        if isinstance(route, Route) and route.path_regex.match(scope["path"]):
            return route.path
    return NOWHERE


class Watch:
    """Counts, times, numbers and logs requests; asks for connections to be closed once the server stops."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics, readiness: Readiness) -> None:
        self.app = app
        self.told = settings.log_requests
        self.metrics = metrics
        self.readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with a number."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number = number_of(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = number
        status, begun = 500, time.perf_counter()

        async def mark(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = number
                if self.readiness.stopping:
                    headers["Connection"] = "close"
            await send(message)

        self.metrics.in_flight.inc()
        with structlog.contextvars.bound_contextvars(request_id=number):
            try:
                await self.app(scope, receive, mark)
            finally:
                self.metrics.in_flight.dec()
                self._tell(scope, status, time.perf_counter() - begun)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        self.metrics.answered(scope["method"], route, status, seconds)
        if self.told == "off":
            return
        asked = {}
        if self.told == "full":
            asked = {"path": scope["path"], "query": scope["query_string"].decode("latin-1")}
        milliseconds = round(seconds * 1000, 1)
        log.info("request.answered", method=scope["method"], route=route, status=status, ms=milliseconds, **asked)
