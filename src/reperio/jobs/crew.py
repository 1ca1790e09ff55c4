"""The stages, shared with other processes on this and other hosts.

Whoever has nothing to do looks what there is to do: sources that are due, records that changed, what was read and is not
settled, an index that is behind. That is written down as pieces of work, which everybody takes from the same list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Connection

from reperio.corpus.intake import ReadReport, Tally
from reperio.corpus.spans import ask_for_spans, ask_to_settle, read_span, settle, span_of
from reperio.database.tasks import PLAN, standing
from reperio.database.work import IDLE, LEASE_SECONDS, Lease, Queue, Wanted, ask_within
from reperio.database.worker import Handler, Heart, Worker
from reperio.errors import ConfigError
from reperio.index.encoder import Encoder
from reperio.index.shared import SharedEncoder, encode_chunk
from reperio.jobs.workshop import Workshop
from reperio.log import get_logger

log = get_logger(__name__)

STAGES = ("harvest", "read", "settle", "index", "embed")
"""Kinds of work that can be shared out, in the order in which records go through them."""

RANKS = {"embed": 0, "index": 10, "read": 20, "settle": 30, "harvest": 40}
"""What is done first: what somebody waits for, then what frees others to go on."""

PLAN_SECONDS = 1.0
"""Between two looks for what there is to do."""

INDEX_SECONDS = 60.0
"""Between two looks whether the index is behind, say for judgements of people; what was settled is indexed at once."""

AGAIN_SECONDS = 3600.0
"""Until a source whose harvest failed is tried again."""


class Crew:
    """This process as one of those that share the work of a workshop.

    Args:
        workshop: what it works in.
        stages: the kinds of work it takes; all when none is given.
        once: end when there is nothing left to do.
        lease_seconds: how long the work of a silent process is kept for it.

    Raises:
        ConfigError: there is no such stage.
    """

    def __init__(
        self,
        workshop: Workshop,
        stages: Sequence[str] = (),
        *,
        once: bool = False,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        unknown = [stage for stage in stages if stage not in STAGES]
        if unknown:
            raise ConfigError(f"There is no stage {', '.join(unknown)}.", hint=f"Stages: {', '.join(STAGES)}.")
        self.workshop = workshop
        self.stages = tuple(stage for stage in STAGES if not stages or stage in stages)
        self._once = once
        self._lease_seconds = lease_seconds

    @cached_property
    def queue(self) -> Queue:
        """The list of work, beside the tables of those who work."""
        _ = self.workshop.archive, self.workshop.corpus
        return Queue(self.workshop.engine, self._lease_seconds)

    @cached_property
    def worker(self) -> Worker:
        """What takes the work, and is told to stop."""
        handlers: dict[str, Handler] = {
            "harvest": self._harvest, "read": self._read, "settle": self._settle, "index": self._index,
            "embed": self._embed,
        }  # fmt: skip
        taken = {stage: handlers[stage] for stage in self.stages}
        return Worker(self.queue, {**taken, PLAN: self._plan}, self._has(), once=self._once)

    def _has(self) -> list[str]:
        """What work may need: this release and these declarations, an encoder."""
        versions = [self.workshop.version_of(source) for source in self.workshop.sources.values()]
        encoder = self.workshop.encoder if "embed" in self.stages else None
        return [*versions, *([encoder.name] if encoder else [])]

    def ask_for_harvest(self, keys: Sequence[str]) -> int:
        """Ask for harvests of sources, due or not; gives how many had not been asked for already.

        Raises:
            ConfigError: a key is no source's.
        """
        chosen = self.workshop.chosen(keys)
        return self.queue.ask(Wanted(stage="harvest", name=one.key, rank=RANKS["harvest"]) for one in chosen)

    def run(self) -> int:
        """Work until told to stop, or until there is nothing left; gives how many pieces of work were finished."""
        return self.worker.run()

    def stop(self) -> None:
        """Stop in order; what is under way goes on from where it is, here or elsewhere."""
        self.worker.stop()

    # -- what there is to do ---------------------------------------------------------------------------------------

    def _plan(self, lease: Lease) -> None:
        """Look for what there is to do: first at the work, then at what it left, so that nothing falls between."""
        due = self.workshop.due(datetime.now(UTC))
        with self.queue.writing() as connection:
            lease.hold(connection)
            before = standing(connection, STAGES[:3])
            resting = self.queue.finished_lately(connection, "harvest", AGAIN_SECONDS)
            harvests = [Wanted(stage="harvest", name=key, rank=RANKS["harvest"]) for key in due if key not in resting]
            fresh = ask_within(connection, harvests)
            for source in self.workshop.sources.values():
                version = self.workshop.version_of(source)
                fresh += ask_for_spans(connection, source.key, version, self.worker.began)
            fresh += 0 if fresh else ask_to_settle(connection, before)
            idle = not fresh and not before.busy and not self._ask_to_index(connection)
            lease.finish(connection, IDLE if idle else b"", again_in=PLAN_SECONDS, at=before.at)

    def _ask_to_index(self, connection: Connection) -> int:
        """Ask for indexing, where this process does it and something changed since."""
        rests = "index" not in self.stages or self.queue.finished_lately(connection, "index", INDEX_SECONDS)
        if rests or not self.workshop.is_index_behind():
            return 0
        return ask_within(connection, [Wanted(stage="index", name="index", rank=RANKS["index"])])

    # -- doing it --------------------------------------------------------------------------------------------------

    def _harvest(self, lease: Lease) -> None:
        archive = self.workshop.archive.guarded(lease.hold)
        report = self.workshop.harvest_into(archive, lease.task.name, self._told(lease))
        with self.queue.writing() as connection:
            lease.finish(connection)
        if report.outcome == "failed":
            log.warning("harvest.failed", source=report.source, detail=report.detail)

    def _read(self, lease: Lease) -> None:
        read_span(lease, self.workshop.sources[span_of(lease).source], datetime.now(UTC))

    def _settle(self, lease: Lease) -> None:
        then = [Wanted(stage="index", name="index", rank=RANKS["index"], again=True)]
        for report in settle(lease, datetime.now(UTC), then, self._told(lease)):
            self._tell(report)

    def _tell(self, report: ReadReport) -> None:
        log.info("source.read", source=report.source, records=report.records, resources=report.resources)
        source = self.workshop.sources.get(report.source)
        if source is None or not source.expect.fill:
            return
        tally = Tally(ReadReport(source=report.source))
        tally.count_filled(source, self.workshop.corpus.stated(report.source))
        for sentence in tally.failed(source):
            log.warning("expectation.failed", source=report.source, detail=sentence)

    def _index(self, lease: Lease) -> None:
        told = self._told(lease)
        with Heart(self.queue, self.worker.name) as heart:
            shared = self._shared(heart, lambda: self.worker.breathe(lease))
            report = self.workshop.index(progress=told, encoder=shared)
        log.info("index.done", generation=report.generation, rebuilt=report.rebuilt, written=report.written)
        with self.queue.writing() as connection:
            lease.finish(connection)

    def _embed(self, lease: Lease) -> None:
        encoder = self.workshop.encoder
        if encoder is None:
            raise ConfigError("This worker has no encoder.")
        encode_chunk(lease, encoder)

    def _told(self, lease: Lease) -> Callable[[str, int], None]:
        return lambda _stage, _count: self.worker.breathe(lease)

    def _shared(self, heart: Heart, breathe: Callable[[], None]) -> Encoder | None:
        encoder = self.workshop.encoder
        return SharedEncoder(encoder, self.queue, heart, breathe) if encoder else None
