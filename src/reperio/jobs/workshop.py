"""Wires the stages.

A `Workshop` is built at an edge from settings. Its stages can each be interrupted at any moment and go on where they
stopped: what is committed stays, what is not is done again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

import msgspec
from sqlalchemy import Engine

from reperio import __version__
from reperio.corpus.intake import ReadReport, Tally
from reperio.corpus.spans import STAGE, Mark, load_mark, read_span, span_of, write_read
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.database.process import may_live, name_of_process
from reperio.database.work import Queue
from reperio.database.worker import claimed
from reperio.errors import ConfigError, NotFoundError, NotReadyError, SourceError
from reperio.index.build import BuildReport, Means, build, update
from reperio.index.encoder import Encoder, load_encoder
from reperio.index.enrich import Mode
from reperio.index.generation import load_manifest
from reperio.index.library import Library
from reperio.index.multilingual import Multilingual
from reperio.index.opensearch_address import parse_address
from reperio.index.opensearch_generations import Cluster
from reperio.index.static import Static
from reperio.index.thesaurus import Thesauri
from reperio.index.turn import Turn
from reperio.log import get_logger
from reperio.query.service import SearchService
from reperio.record.archive import Archive
from reperio.record.harvest import HarvestReport, harvest
from reperio.record.http import Fetcher
from reperio.record.model import Record
from reperio.resource.fields import fields
from reperio.resource.read.registry import READERS, read_record
from reperio.resource.read.report import Report, Reporter
from reperio.settings import Settings
from reperio.source.load import load_sources
from reperio.source.model import Source

log = get_logger(__name__)

Progress = Callable[[str, int], None]
"""Told what is being done and how many more are done."""

READ_BATCH = 64
READING = 5
"""Raised when reading changes between releases: every record is then read again."""
INTERVALS = {"daily": timedelta(days=1), "weekly": timedelta(weeks=1), "monthly": timedelta(days=30)}
"""How long after a good harvest a source is due again, by its schedule."""


def quiet(_stage: str, _count: int) -> None:
    """Progress told to nobody."""


class Workshop:
    """Everything Reperio does, over one home directory."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def engine(self) -> Engine:
        """The database of archive and corpus."""
        return open_database(self.settings.database_url)

    @cached_property
    def queue(self) -> Queue:
        """The work that is shared with other processes."""
        return Queue(self.engine)

    @cached_property
    def archive(self) -> Archive:
        """Raw records."""
        return Archive(self.engine)

    @cached_property
    def corpus(self) -> Corpus:
        """The system of record."""
        return Corpus(self.engine)

    @cached_property
    def encoder(self) -> Encoder | None:
        """The encoder the settings name."""
        if self.settings.model == "static":
            return self._static.encoder()
        return load_encoder(self.settings.model, threads=self.settings.threads)

    @cached_property
    def stand_in(self) -> Static | None:
        """The encoder that stands in while the vectors of the default one are being made; None beside another."""
        return self._static if self.settings.model == "minilm" else None

    @cached_property
    def _static(self) -> Static:
        return Static(self.settings.cache_dir / "models", threads=self.settings.threads)

    @cached_property
    def second(self) -> Multilingual | None:
        """The encoder across languages; None where it is off or the first encoder is not the English one."""
        if self.settings.multilingual == "off" or self.settings.model != "minilm":
            return None
        return Multilingual(
            self.settings.cache_dir / "models", self.settings.multilingual, threads=self.settings.threads
        )

    @cached_property
    def library(self) -> Library:
        """The index generations."""
        url = self.settings.index_url
        return Library(self.settings.index_dir, Cluster(parse_address(url.get_secret_value())) if url else None)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The declared sources, each checked to name a reader that exists.

        Raises:
            SourceError: a declaration is wrong.
        """
        sources = load_sources(self.settings.sources)
        for source in sources.values():
            unknown = set(source.expect.fill) - set(fields())
            if unknown:
                raise SourceError(
                    f"Source {source.key} expects {', '.join(sorted(unknown))} to be filled, which is no field.",
                    hint="docs/reference/fields.md lists the fields.",
                )
            if source.reader is not None and source.reader not in READERS:
                raise SourceError(
                    f"Source {source.key} names the reader {source.reader!r}, which there is not.",
                    hint=f"Readers: {', '.join(sorted(READERS))}.",
                )
        return sources

    def chosen(self, keys: Sequence[str]) -> list[Source]:
        """The sources of these keys; all when none is given.

        Raises:
            ConfigError: a key is no source's, or no source is declared.
        """
        if not self.sources:
            raise ConfigError(
                f"No source is declared in {self.settings.sources}.",
                hint="`reperio init` writes an example; REPERIO_SOURCES names another directory.",
            )
        unknown = [key for key in keys if key not in self.sources]
        if unknown:
            raise ConfigError(f"No source is called {', '.join(unknown)}.", hint=f"Sources: {', '.join(self.sources)}.")
        return [self.sources[key] for key in keys or self.sources]

    # -- stages ------------------------------------------------------------------------------------------------

    def due(self, now: datetime) -> list[str]:
        """Keys of the sources whose schedule says that it is time: never harvested well, or longer ago than declared."""
        return [
            source.key for source in self.sources.values() if source.schedule != "never" and self._is_due(source, now)
        ]

    def _is_due(self, source: Source, now: datetime) -> bool:
        good = [run for run in self.archive.runs(source.key) if run.outcome in {"ok", "partial"}]
        return not good or now - datetime.fromisoformat(good[0].started) >= INTERVALS[source.schedule]

    def harvest(
        self, keys: Sequence[str] = (), *, full: bool = False, progress: Progress = quiet
    ) -> Iterator[HarvestReport]:
        """Fetch what changed at the sources into the archive, one report a source.

        Raises:
            BackendError: another process is harvesting one of them.
        """
        for source in self.chosen(keys):
            with claimed(self.queue, "harvest", source.key) as lease:
                report = self.harvest_into(self.archive.guarded(lease.hold), source.key, progress, full=full)
            yield report

    def harvest_into(
        self, archive: Archive, key: str, progress: Progress = quiet, *, full: bool = False
    ) -> HarvestReport:
        """Fetch what changed at one source into an archive."""
        source = self.sources[key]
        fetcher = Fetcher(
            source.politeness, contact=self.settings.contact, allow_private=self.settings.allow_private_addresses
        )
        return harvest(source, archive, fetcher, full=full, progress=_steps(key, progress))

    def read(
        self, keys: Sequence[str] = (), *, everything: bool = False, progress: Progress = quiet
    ) -> Iterator[ReadReport]:
        """Read records that changed since they were last read into the corpus, one report a source; then settle.

        Settling makes items of statements; resolving then judges which of them are one study across catalogues.
        """
        chosen = self.chosen(keys)
        self._read_spans()
        for source in chosen:
            yield self._read_source(source, everything=everything, progress=progress)
        self.corpus.settle()
        self.corpus.resolve(progress=progress)
        self.corpus.settle()

    def _read_spans(self) -> None:
        """Read what workers were asked to read and have not in hand: the sources count as read up to there."""
        versions = [self.version_of(source) for source in self.sources.values()]
        self.queue.free(may_live)
        while lease := self.queue.take(name_of_process(), [STAGE], versions):
            read_span(lease, self.sources[span_of(lease).source], datetime.now(UTC))

    def _read_source(self, source: Source, *, everything: bool, progress: Progress) -> ReadReport:
        started = time.perf_counter()
        with self.queue.reading() as connection:
            mark = load_mark(connection, source.key)
        version = self.version_of(source)
        since = 0 if everything or mark.version != version else mark.seq
        report = ReadReport(source=source.key)
        tally = Tally(report)
        for batch in _batches(self.archive.records(source.key, since), READ_BATCH):
            said = list(tally.statements(source, [record for _, record in batch]))
            read = list(zip((seq for seq, _ in batch), said, strict=True))
            mark = Mark(seq=batch[-1][0], version=version, began=time.time())
            with self.queue.writing() as connection:
                report.changed += write_read(connection, source.key, mark, read, self.corpus.clock())
            progress(source.key, len(batch))
        tally.finish()
        report.failed_expectations = self._unmet(source, tally, partly=bool(since))
        report.seconds = time.perf_counter() - started
        log.info("source.read", source=source.key, records=report.records, resources=report.resources)
        return report

    def version_of(self, source: Source) -> str:
        """What reading a source depends on besides its records: when it changes, every record is read again."""
        return f"{__version__} {READING} {_fingerprint(source)}"

    def _unmet(self, source: Source, tally: Tally, *, partly: bool) -> list[str]:
        """Fill rates that are not met, over everything the source states, also when only what changed was read."""
        if partly and tally.report.records and source.expect.fill:
            tally = Tally(ReadReport(source=source.key))
            tally.count_filled(source, self.corpus.stated(source.key))
        elif partly:
            return []
        return tally.failed(source)

    def report(self, key: str, record: str | None = None, *, progress: Progress = quiet) -> Report:
        """Read a source's archived records (or one of them) without storing anything, and tell what came of it.

        Raises:
            ConfigError: no source has this key.
            NotFoundError: the source has no record of this identifier.
        """
        (source,) = self.chosen([key])
        reporter = Reporter(source.key, record or "")
        for each in self._records(source, record):
            if not each.deleted:
                reporter.add(each, read_record(each, source))
            progress(source.key, 1)
        return reporter.result()

    def _records(self, source: Source, identifier: str | None) -> Iterator[Record]:
        if identifier is None:
            yield from (record for _, record in self.archive.records(source.key))
            return
        found = self.archive.get(source.key, identifier)
        if found is None:
            raise NotFoundError(f"Source {source.key} has no record {identifier!r}.", hint="Harvest it first.")
        yield found

    def index(
        self,
        *,
        full: bool = False,
        progress: Progress = quiet,
        encoder: Encoder | None = None,
        meaning: Mode = "full",
    ) -> BuildReport:
        """Bring the index up to the corpus: in place when little changed, aside and swapped otherwise.

        What changes while vectors are being made is written first, and then these go on. Another process that wants to
        index, too, goes first then; it leaves these vectors to this one.

        Args:
            full: build it anew in any case.
            progress: told what is done.
            encoder: encodes in place of the encoder the settings name, and must be the same model.
            meaning: `full`; `static` to be content with the encoder that stands in; `none` to leave it for later.

        Raises:
            BackendError: another process is indexing.
            ConfigError: nothing can stand in for the encoder that the settings name.
        """
        if meaning == "static" and self.stand_in is None and self.settings.model != "static":
            raise ConfigError(
                f"The static encoder stands in for the default one only; REPERIO_MODEL is {self.settings.model}.",
                hint="Leave `--meaning static` out, or set REPERIO_MODEL=static.",
            )
        with self.library.writing() as turn:
            report = self._indexed(progress, encoder or self.encoder, meaning, turn, full=full)
            while not report.finished:
                if turn.is_wanted():
                    if turn.is_continued:
                        break
                    turn.let_others(lambda: progress("texts", 0))
                more = self._indexed(progress, encoder or self.encoder, meaning, turn)
                report = msgspec.structs.replace(
                    more, rebuilt=report.rebuilt or more.rebuilt, written=report.written + more.written,
                    encoded=report.encoded + more.encoded, searchable_seconds=report.searchable_seconds,
                    seconds=report.seconds + more.seconds,
                )  # fmt: skip
            return report

    def _indexed(
        self, progress: Progress, encoder: Encoder | None, meaning: Mode, turn: Turn, *, full: bool = False
    ) -> BuildReport:
        seq, cache = self.corpus.last_seq(), self.settings.cache_dir
        means: Means = {
            "stand_in": self.stand_in, "mode": meaning,
            "waits": lambda: turn.is_wanted() or self.corpus.last_seq() > seq,
        }  # fmt: skip
        if not full:
            report = update(self.corpus, self.library, encoder, cache, progress, self.second, **means)
            if report is not None:
                return report
        return build(self.corpus, self.library, encoder, cache, progress, self.second, **means)

    def is_index_behind(self) -> bool:
        """Whether the corpus has changed since the index in use was brought up to it."""
        try:
            path = self.library.generations.current()
        except NotReadyError:
            return self.corpus.last_seq() > 0
        return load_manifest(path).seq < self.corpus.last_seq()

    def service(self) -> SearchService:
        """What the pages, the API and the command line ask."""
        return SearchService(
            self.corpus,
            self.library,
            self.encoder,
            self.sources,
            query_max_chars=self.settings.query_max_chars,
            second=self.second,
            stand_in=self.stand_in,
            thesauri=Thesauri(self.settings.thesauri_dir),
        )


def _fingerprint(source: Source) -> str:
    """Hash of what a declaration tells its reader; when it changes, every record is read again."""
    told = source.model_dump_json(exclude={"harvest", "schedule", "politeness", "expect", "credit"})
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def _steps(key: str, progress: Progress) -> Callable[[int, int | None], None]:
    """Turn totals so far into steps."""
    before = 0

    def told(done: int, _total: int | None) -> None:
        nonlocal before
        progress(key, done - before)
        before = done

    return told


def _batches(records: Iterator[tuple[int, Record]], size: int) -> Iterator[list[tuple[int, Record]]]:
    batch: list[tuple[int, Record]] = []
    held = 0
    for numbered in records:
        batch.append(numbered)
        held += len(numbered[1].body)
        if len(batch) >= size or held > 8_000_000:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
