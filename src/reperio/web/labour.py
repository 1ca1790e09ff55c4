"""The work that is shared out, and who does it, as figures for a monitor."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from reperio.database.work import WorkState
from reperio.errors import ReperioError
from reperio.log import get_logger
from reperio.web.metrics import Standing

log = get_logger(__name__)

STATES = ("waiting", "taken", "failed")


class WorkStanding(Standing):
    """Pieces of work by stage and state, and the workers that were heard of lately."""

    def __init__(self, state: Callable[[], WorkState]) -> None:
        self._state = state

    def collect(self) -> Iterable[Metric]:
        """The figures; none while the database does not answer."""
        try:
            now = self._state()
        except ReperioError as error:
            log.warning("metrics.unread", reason=error.detail)
            return
        work = GaugeMetricFamily("reperio_work", "Pieces of work not done, by stage.", labels=["stage", "state"])
        for stage, held in now.stages.items():
            for state in STATES:
                work.add_metric([stage, state], getattr(held, state))
        yield work
        living = sum(worker.is_alive for worker in now.workers)
        yield GaugeMetricFamily("reperio_workers", "Workers heard of lately.", value=living)
