"""Harvesting a source into the archive, by whichever protocol it is declared with.

Each batch is stored with the state of the harvest after it, in one transaction. A harvest that is killed at any
moment goes on from there the next time, and ends where an unbroken one would have ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, islice

import msgspec

from reperio.errors import HarvestError, ReperioError, SourceError
from reperio.log import get_logger
from reperio.record.archive import Archive, Outcome
from reperio.record.files import fetch_files, list_files
from reperio.record.http import Fetcher
from reperio.record.identity import safe_identifier
from reperio.record.model import Record
from reperio.record.oai_pmh import Batch, EndlessListError, fetch_oai
from reperio.record.oai_state import forget_tokens
from reperio.record.problem import Problem
from reperio.record.stamps import Stamps
from reperio.source.model import Files, OaiPmh, Source

BATCH_RECORDS = 500
BATCH_BYTES = 16 * 1024 * 1024
MAX_PROBLEMS = 1000

Progress = Callable[[int, int | None], None]
"""Told how many records were met so far, and how many there are when that is known."""

log = get_logger(__name__)


class HarvestReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a harvest went.

    Attributes:
        source: key of the source.
        counts: what became of the records met.
        held: records held of the source now, those deleted not counted.
        seconds: wall time.
        full: everything the source has was met, so that what it no longer has is known to be deleted.
        failed_expectations: sentences, one for each expectation of the declaration that is not met.
        problems: what could not be read, at most 1,000.
        error: what ended the harvest before its end; None when it reached it.
    """

    source: str
    counts: Outcome
    held: int
    seconds: float
    full: bool = False
    failed_expectations: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    error: str | None = None

    @property
    def outcome(self) -> str:
        """`failed`: not at its end, or not as expected; `partial`: something could not be read; else `ok`."""
        if self.error is not None or self.failed_expectations:
            return "failed"
        return "partial" if any(problem.lossy for problem in self.problems) else "ok"

    @property
    def detail(self) -> str:
        """What went wrong, in one text."""
        problems = [f"{problem.place}: {problem.detail}" for problem in self.problems[:5]]
        return " ".join([*([self.error] if self.error else []), *self.failed_expectations, *problems])


def harvest(
    source: Source,
    archive: Archive,
    fetcher: Fetcher,
    *,
    full: bool = False,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> HarvestReport:
    """Bring what is new at a source into the archive.

    Trouble with the source ends up in the report, whose `outcome` says how bad it is; what was met before stands.

    Args:
        source: the declaration, as `load_source` gives it.
        archive: where records go.
        fetcher: the door to the network.
        full: meet everything again, also what the server says has not changed, to learn of silent deletions.
        progress: told after each batch.
        now: when the records are fetched; unset: now.
    """
    work = _Harvest(source, archive, progress or (lambda _done, _total: None), now or datetime.now(UTC))
    run = archive.start_run(source.key)
    log.info("harvest.started", source=source.key, run=run, full=full)
    outcome, detail = "interrupted", ""
    try:
        report = work.run(fetcher, full=full)
        outcome, detail = report.outcome, report.detail
    finally:
        archive.finish_run(run, outcome, work.counts, detail)
    log.info(
        "harvest.finished",
        source=source.key,
        run=run,
        outcome=outcome,
        detail=detail,
        held=report.held,
        seconds=round(report.seconds, 3),
        **msgspec.to_builtins(report.counts),
    )
    return report


class _Harvest:
    def __init__(self, source: Source, archive: Archive, progress: Progress, now: datetime) -> None:
        self._source = source
        self._archive = archive
        self._progress = progress
        self._now = now
        self._problems: list[Problem] = []
        self._failed: list[str] = []
        self._full = False
        self.counts = Outcome()

    def run(self, fetcher: Fetcher, *, full: bool) -> HarvestReport:
        began = time.monotonic()
        error: ReperioError | None = None
        try:
            if isinstance(self._source.harvest, OaiPmh):
                self._harvest_oai(fetcher, full=full)
            else:
                self._harvest_files(self._source.harvest, full=full)
        except (HarvestError, SourceError) as caught:
            error = caught
        held = self._archive.count(self._source.key)
        if error is None:
            self._expect(held)
        return HarvestReport(
            source=self._source.key,
            counts=self.counts,
            held=held,
            seconds=time.monotonic() - began,
            full=self._full,
            failed_expectations=tuple(dict.fromkeys(self._failed)),
            problems=tuple(sorted(self._problems, key=lambda problem: not problem.lossy)[:MAX_PROBLEMS]),
            error=None if error is None else str(error),
        )

    def _harvest_files(self, harvest: Files, *, full: bool) -> None:
        key = self._source.key
        stamps = Stamps(self._source, self._archive.load_state(key), full=full)
        listed = list_files(harvest.path)
        stamps.look(listed, lambda: self._archive.held(key))

        def note(problem: Problem) -> None:
            stamps.forget(problem.place)
            self._note(problem)

        batches = _batches(fetch_files(self._source, now=self._now, report=note, passes=stamps.passes, listed=listed))
        first = list(islice(batches, 2))
        if len(first) < 2 and stamps.held is not None:
            with self._archive.together():
                self._take_little(first, stamps)
            return
        self._archive.begin_pass(key, stamps.state(begun=True))
        for batch in chain(first, batches):
            self.counts += self._archive.store(batch, sighted=True)
            self._progress(self.counts.received, None)
        self.counts += self._archive.sight(key, stamps.same)
        self._full = True
        self._delete_unsighted(stamps.state())

    def _take_little(self, batches: list[list[Record]], stamps: Stamps) -> None:
        """Store what few files gave, all others being as they were: what was met needs no note of its own."""
        met = {safe_identifier(each.identifier) for batch in batches for each in batch}.union(stamps.same)
        for batch in batches:
            self.counts += self._archive.store(batch)
            self._progress(self.counts.received, None)
        self.counts += Outcome(unchanged=len(stamps.same))
        self._full = True
        gone = sorted((stamps.held or set()) - met)
        self._delete(gone if self._trust_pass(len(met)) else [], stamps.state())

    def _harvest_oai(self, fetcher: Fetcher, *, full: bool) -> None:
        key = self._source.key
        batches = fetch_oai(
            self._source,
            fetcher,
            self._archive.load_state(key),
            now=self._now,
            full=full,
            held=lambda names, met: self._archive.urls(key, names, sighted=met),
            report=self._note,
        )
        try:
            for batch in batches:
                self._full = batch.full
                self._store(batch)
        except EndlessListError:
            self._archive.save_state(key, forget_tokens(self._archive.load_state(key), _url(self._source)))
            raise

    def _store(self, batch: Batch) -> None:
        key = self._source.key
        if batch.step == "end" and batch.full:
            self._delete_unsighted(batch.state)
        elif batch.step == "begin" and batch.full:
            self._archive.begin_pass(key, batch.state)
        else:
            self.counts += self._archive.store(batch.records, source=key, state=batch.state, sighted=batch.full)
            self._progress(self.counts.received, batch.total)

    def _delete_unsighted(self, state: dict[str, object]) -> None:
        """Note as deleted what a full pass did not meet; not when the pass itself is in doubt."""
        key = self._source.key
        trusted = self._trust_pass(self._archive.sighted_count(key))
        self._delete(self._archive.unsighted(key) if trusted else [], state)

    def _delete(self, gone: Iterable[str], state: dict[str, object]) -> None:
        """Note as deleted what is gone, and where the harvest stands then."""
        key = self._source.key
        stamp = self._now.astimezone(UTC).isoformat(timespec="seconds")
        records = (
            Record(source=key, identifier=each, body=b"", media_type="", fetched=stamp, deleted=True) for each in gone
        )
        self.counts += self._archive.store(records, source=key, state=state)

    def _trust_pass(self, met: int) -> bool:
        least = self._source.expect.records_min
        if least is not None and met < least:
            self._failed.append(f"{met} records were met, at least {least} are expected; nothing is called deleted.")
            return False
        if not met and self._archive.count(self._source.key):
            self._failed.append("No record was met though some are held; nothing is called deleted.")
            return False
        return not any(problem.lossy for problem in self._problems)

    def _expect(self, held: int) -> None:
        expect = self._source.expect
        if expect.records_min is not None and held < expect.records_min:
            self._failed.append(f"{held} records are held, at least {expect.records_min} are expected.")
        if expect.records_max is not None and held > expect.records_max:
            self._failed.append(f"{held} records are held, at most {expect.records_max} are expected.")

    def _note(self, problem: Problem) -> None:
        log.warning(problem.code, source=self._source.key, place=problem.place, detail=problem.detail)
        if len(self._problems) < MAX_PROBLEMS or problem.lossy:
            self._problems.append(problem)


def _url(source: Source) -> str:
    return "" if isinstance(source.harvest, Files) else str(source.harvest.url)


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += len(record.body)
        if len(batch) >= BATCH_RECORDS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
