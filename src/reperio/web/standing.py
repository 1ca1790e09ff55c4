"""How index and sources stand, as figures for a monitor, looked up when it asks and kept for half a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from reperio.errors import ReperioError
from reperio.log import get_logger
from reperio.query.view import Condition, SourceView
from reperio.record.archive import Run
from reperio.web.metrics import Standing
from reperio.web.readiness import Readiness

log = get_logger(__name__)

KEPT_SECONDS = 30.0
PATIENCE_SECONDS = 3.0
GOOD = frozenset({"ok", "partial"})
OUTCOMES = ("ok", "partial", "failed", "interrupted")


class IndexStanding(Standing):
    """Readiness and the index generation in use."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def collect(self) -> Iterable[Metric]:
        """The figures."""
        found = self._readiness.at_hand(PATIENCE_SECONDS)
        ready = found is not None and not found.failed and not self._readiness.stopping
        yield GaugeMetricFamily("reperio_ready", "1 when people can be sent here.", value=int(ready))
        if found is None:
            return
        degraded = GaugeMetricFamily("reperio_degraded", "1 when a part does less than it should.", labels=["part"])
        for part in ("meaning", "cluster"):
            degraded.add_metric([part], int(part in found.degraded))
        yield degraded
        if found.measures is not None:
            yield from _index(found)


def _index(found: Condition) -> Iterable[Metric]:
    held = found.measures
    if held is None:
        return
    info = GaugeMetricFamily("reperio_index_info", "The generation in use; always 1.", labels=["generation", "model"])
    info.add_metric([held.generation, held.model], 1)
    yield info
    documents = GaugeMetricFamily("reperio_index_documents", "Documents in the index.", labels=["collection"])
    vectors = GaugeMetricFamily("reperio_index_vectors", "Documents that have vectors.", labels=["collection"])
    for name, count in sorted(held.documents.items()):
        documents.add_metric([name], count)
        vectors.add_metric([name], held.vectors.get(name, 0))
    yield documents
    yield vectors
    yield GaugeMetricFamily(
        "reperio_index_behind_changes", "Changes of the corpus not in the index.", value=found.behind
    )
    if held.changed:
        yield GaugeMetricFamily(
            "reperio_index_changed_timestamp_seconds", "When the index was last written.", value=held.changed
        )


class Harvests(msgspec.Struct, frozen=True):
    """What is known of a source's harvests.

    Attributes:
        source: its key.
        last: when the last one that ended began; None before the first.
        good: when the last good one began.
        outcome: how the last one ended.
        failures: how many ended badly since the last good one.
        fetched: records that the last one met.
    """

    source: str
    last: float | None = None
    good: float | None = None
    outcome: str = ""
    failures: int = 0
    fetched: int = 0


def harvests_of(source: str, runs: Sequence[Run]) -> Harvests:
    """Sum up runs, the newest first; one that is under way does not count yet."""
    ended = [run for run in runs if run.outcome is not None]
    if not ended:
        return Harvests(source)
    failures = next((place for place, run in enumerate(ended) if run.outcome in GOOD), len(ended))
    good = ended[failures] if failures < len(ended) else None
    return Harvests(
        source, _stamp(ended[0].started), _stamp(good.started) if good else None, ended[0].outcome or "", failures,
        ended[0].counts.received,
    )  # fmt: skip


def _stamp(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


class SourceStanding(Standing):
    """What is held of each declared source, and how its harvests went."""

    def __init__(self, sources: Callable[[], Sequence[SourceView]], runs: Callable[[str], Sequence[Run]]) -> None:
        self._sources = sources
        self._runs = runs
        self._lock = threading.Lock()
        self._held: tuple[float, list[Metric]] | None = None

    def collect(self) -> Iterable[Metric]:
        """The figures, those of half a minute ago at most; none while the database does not answer."""
        with self._lock:
            now = time.monotonic()
            if self._held is None or now - self._held[0] > KEPT_SECONDS:
                try:
                    self._held = (now, self._look())
                except ReperioError as error:
                    log.warning("metrics.unread", reason=error.detail)
                    self._held = (now, [])
            return self._held[1]

    def _look(self) -> list[Metric]:
        views = self._sources()
        return [_items(views), *_runs([harvests_of(one.source.key, self._runs(one.source.key)) for one in views])]


def _items(views: Sequence[SourceView]) -> Metric:
    items = GaugeMetricFamily("reperio_source_items", "What a source states now.", labels=["source", "kind"])
    for view in views:
        for kind, count in sorted(view.state.counts.items()) if view.state else ():
            items.add_metric([view.source.key, kind], count)
    return items


def _runs(found: Sequence[Harvests]) -> Iterable[Metric]:
    name = "reperio_harvest"
    last = GaugeMetricFamily(f"{name}_last_timestamp_seconds", "When the last harvest began.", labels=["source"])
    good = GaugeMetricFamily(f"{name}_good_timestamp_seconds", "When the last good harvest began.", labels=["source"])
    failures = GaugeMetricFamily(f"{name}_failures", "Bad harvests since the last good one.", labels=["source"])
    fetched = GaugeMetricFamily(f"{name}_records", "Records that the last harvest met.", labels=["source"])
    outcome = GaugeMetricFamily(
        f"{name}_outcome", "1 for how the last harvest ended, 0 for the others.", labels=["source", "outcome"]
    )
    for one in found:
        if one.last is None:
            continue
        last.add_metric([one.source], one.last)
        if one.good is not None:
            good.add_metric([one.source], one.good)
        failures.add_metric([one.source], one.failures)
        fetched.add_metric([one.source], one.fetched)
        for name_ in OUTCOMES:
            outcome.add_metric([one.source, name_], int(one.outcome == name_))
    return [last, good, failures, fetched, outcome]
