"""What a monitor reads: counters of this process, and how index, sources and database stand, in Prometheus's form.

A label has one of a bounded number of values: templates of routes, never addresses; nothing that people typed.
`reperio serve` is one process with threads; where several serve a catalogue, each is read on its own.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import cast

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from reperio import __version__
from reperio.errors import ConfigError
from reperio.query.model import Answer, Query
from reperio.settings import Settings
from reperio.web.service import Service

PATH = "/metrics"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
LOOPBACK = ("127.", "::1", "::ffff:127.")
HERE = ("localhost", "127.0.0.1", "[::1]")


class Metrics:
    """The counters of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        kept = self.registry
        build = Gauge("reperio_build_info", "The version that runs; always 1.", ["version"], registry=kept)
        build.labels(__version__).set(1)
        self._requests = Counter(
            "reperio_http_requests",
            "Requests answered, by template of route.",
            ["method", "route", "status"],
            registry=kept,
        )
        self._seconds = Histogram(
            "reperio_http_request_seconds", "Time to the end of an answer.", ["route"], buckets=SECONDS, registry=kept
        )
        self.in_flight = Gauge("reperio_http_requests_in_flight", "Requests under way.", registry=kept)
        self._searches = Counter(
            "reperio_searches", "Searches, by scope and whether anything was found.", ["scope", "found"], registry=kept
        )
        self._search = Histogram("reperio_search_seconds", "Time of a whole search.", buckets=SECONDS, registry=kept)
        self._stages = Histogram(
            "reperio_search_stage_seconds", "Time of a stage of a search.", ["stage"], buckets=SECONDS, registry=kept
        )
        for found in ("yes", "no"):
            self._searches.labels("all", found)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def searched(self, answer: Answer) -> None:
        """Count a search; only its figures are looked at."""
        self._searches.labels(answer.query.scope, "yes" if answer.total else "no").inc()
        self._search.observe(answer.took_ms / 1000)
        for stage, milliseconds in answer.stages.items():
            self._stages.labels(stage).observe(milliseconds / 1000)

    def add(self, collector: Collector) -> None:
        """Let something tell its figures whenever it is asked."""
        self.registry.register(collector)

    def text(self) -> bytes:
        """All of it, as a monitor reads it."""
        return generate_latest(self.registry)


class _Counting:
    """A service whose searches are counted; everything else is the service's own."""

    def __init__(self, service: Service, metrics: Metrics) -> None:
        self._service = service
        self._metrics = metrics

    def __getattr__(self, name: str) -> object:
        return getattr(self._service, name)

    def search(self, query: Query) -> Answer:
        """As the service does."""
        answer = self._service.search(query)
        self._metrics.searched(answer)
        return answer


def counting(service: Service, metrics: Metrics) -> Service:
    """The same service, with its searches counted."""
    return cast("Service", _Counting(service, metrics))


class Standing(Collector):
    """Figures looked up when a monitor asks; `describe` gives none, so that building an application looks up nothing."""

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand."""
        return []


def check(settings: Settings) -> None:
    """Refuse settings that would let nobody in.

    Raises:
        ConfigError: a token is asked for and there is none.
    """
    if settings.metrics == "token" and settings.metrics_token is None:
        raise ConfigError("REPERIO_METRICS=token needs REPERIO_METRICS_TOKEN.", hint="See docs/howto/monitor.md.")


def metrics(request: Request) -> Response:
    """The figures, for who may read them; others are told that there is no such page."""
    site = request.app.state.site
    if not _may_read(request, site.settings):
        return PlainTextResponse("There is no such page.\n", 404, headers={"Cache-Control": "no-store"})
    held: Metrics = request.app.state.metrics
    headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
    return Response(held.text(), headers=headers)


def _may_read(request: Request, settings: Settings) -> bool:
    if settings.metrics == "token" and settings.metrics_token is not None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.metrics_token.get_secret_value().encode())
    if settings.metrics == "local":
        return _is_local(request)
    return settings.metrics == "open"


def _is_local(request: Request) -> bool:
    """Whether a program on this machine asks by itself: not for somebody elsewhere, nor for a page in a browser."""
    if request.client is None or not request.client.host.startswith(LOOPBACK):
        return False
    if any(name in request.headers for name in FORWARDED):
        return False
    host = request.headers.get("host", "")
    return (host if host.endswith("]") else host.rpartition(":")[0] or host) in HERE
