"""The archive: every raw record as fetched, compressed, with the order in which records changed.

Each change of a record gives it a new sequence number; numbers grow and are committed in order, so that a reader
who remembers the last one it saw misses nothing. An unchanged record keeps its number and costs nothing later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, delete, exists, func, insert, select, update

from reperio.database import create_tables, our_errors
from reperio.record.identity import safe_identifier, safe_text
from reperio.record.model import Record
from reperio.record.tables import clock, history, metadata, record, run, sighting, state
from reperio.record.write import CHUNK, chunks, lock_clock, note_sightings, start_clock, store_chunk, unpack

PAGE = 1000
PAGE_BYTES = 16 * 1024 * 1024


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What storing did, in records.

    Attributes:
        new: not held before, or held as deleted.
        changed: held with another body, media type or format.
        unchanged: held just so.
        deleted: newly known to be gone.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})

    @property
    def received(self) -> int:
        """Records met, whatever became of them."""
        return self.new + self.changed + self.unchanged + self.deleted


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version a record had: its number, its digest, whether it was a deletion, when it was fetched."""

    seq: int
    digest: str
    deleted: bool
    fetched: str


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One harvest of a source.

    Attributes:
        started: when it began (ISO 8601, UTC).
        finished: when it ended; None while under way.
        outcome: `ok`, `partial`, `failed`, `interrupted`; None while under way.
        counts: what it stored.
        detail: what went wrong, in a sentence.
    """

    id: int
    source: str
    started: str
    finished: str | None
    outcome: str | None
    counts: Outcome
    detail: str


class Archive:
    """Raw records in a database; makes its tables when they are missing.

    Args:
        engine: the database.
        guard: called at the beginning of each transaction that stores something; what it raises undoes the transaction.
        is_made: its tables are known to be there.
    """

    def __init__(
        self, engine: Engine, guard: Callable[[Connection], None] | None = None, *, is_made: bool = False
    ) -> None:
        self._engine = engine
        self._guard = guard
        self._held: Connection | None = None
        if not is_made:
            with our_errors():
                create_tables(engine, metadata)
                start_clock(engine)

    def guarded(self, guard: Callable[[Connection], None]) -> Archive:
        """The same archive for one harvest, which may write as long as `guard` lets it."""
        return Archive(self._engine, guard, is_made=True)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let everything that is read and stored within be one transaction; for one thread."""
        with self._writing() as connection:
            self._held = connection
            try:
                yield
            finally:
                self._held = None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._held is not None:
            yield self._held
            return
        with our_errors(), self._engine.begin() as connection:
            if self._guard is not None:
                self._guard(connection)
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._held is not None:
            yield self._held
            return
        with our_errors(), self._engine.connect() as connection:
            yield connection

    def store(
        self,
        records: Iterable[Record],
        *,
        state: dict[str, Any] | None = None,
        source: str | None = None,
        sighted: bool = False,
    ) -> Outcome:
        """Store records, and with them the state of a source's harvest, in one transaction.

        Args:
            records: what was fetched; of several with one identifier the last one is kept.
            state: where the harvest of `source` stands once these records are stored.
            source: key of the source that `state` belongs to.
            sighted: also note that the records were met in the present pass (see `unsighted`).
        """
        if state is not None and source is None:
            raise ValueError("a state belongs to a source")
        counts: Counter[str] = Counter()
        with self._writing() as connection:
            seq = lock_clock(connection)
            for chunk in chunks(records):
                seq = store_chunk(connection, chunk, seq, counts)
                if sighted:
                    note_sightings(connection, chunk)
            connection.execute(update(clock).where(clock.c.name == "seq").values(value=seq))
            if state is not None and source is not None:
                _write_state(connection, source, state)
        return Outcome(**counts)

    def sight(self, source: str, identifiers: Iterable[str]) -> Outcome:
        """Note that records which are held were met in the present pass, unchanged (see `unsighted`)."""
        names = list(dict.fromkeys(identifiers))
        with self._writing() as connection:
            for start in range(0, len(names), CHUNK):
                rows = [{"source": source, "identifier": name} for name in names[start : start + CHUNK]]
                connection.execute(insert(sighting), rows)
        return Outcome(unchanged=len(names))

    def records(self, source: str, since: int = 0) -> Iterator[tuple[int, Record]]:
        """Give what changed after number `since`, deletions included, in order; at most some 16 MB are held at once."""
        while True:
            plan = select(record.c.seq, record.c.size).where(record.c.source == source, record.c.seq > since)
            with self._reading() as connection:
                page = connection.execute(plan.order_by(record.c.seq).limit(PAGE)).all()
            if not page:
                return
            for first, last in _spans([(row.seq, row.size) for row in page]):
                yield from self._span(source, first, last)
            since = page[-1].seq

    def _span(self, source: str, first: int, last: int) -> list[tuple[int, Record]]:
        plan = select(record).where(record.c.source == source, record.c.seq.between(first, last))
        with self._reading() as connection:
            rows = connection.execute(plan.order_by(record.c.seq)).all()
        return [(row.seq, unpack(row)) for row in rows]

    def get(self, source: str, identifier: str) -> Record | None:
        """Give the newest version of a record, be it a deletion; None when it was never met."""
        plan = select(record).where(record.c.source == source, record.c.identifier == safe_identifier(identifier))
        with self._reading() as connection:
            row = connection.execute(plan).first()
        return unpack(row) if row else None

    def history(self, source: str, identifier: str) -> list[Version]:
        """Give the versions a record had, oldest first."""
        plan = select(history).where(history.c.source == source, history.c.identifier == safe_identifier(identifier))
        with self._reading() as connection:
            rows = connection.execute(plan.order_by(history.c.seq)).all()
        return [Version(seq=row.seq, digest=row.digest, deleted=bool(row.deleted), fetched=row.fetched) for row in rows]

    def urls(self, source: str, identifiers: Iterable[str], *, sighted: bool = False) -> dict[str, str | None]:
        """Give where each of the `identifiers` that is held, and not deleted, came from.

        Args:
            source: key of the source.
            identifiers: which records.
            sighted: only those the present pass has met.
        """
        met = exists().where(sighting.c.source == record.c.source, sighting.c.identifier == record.c.identifier)
        names = [safe_identifier(identifier) for identifier in identifiers]
        found: dict[str, str | None] = {}
        with self._reading() as connection:
            for start in range(0, len(names), CHUNK):
                plan = select(record.c.identifier, record.c.url).where(
                    record.c.source == source,
                    record.c.deleted == 0,
                    record.c.identifier.in_(names[start : start + CHUNK]),
                )
                plan = plan.where(met) if sighted else plan
                found.update((row.identifier, row.url) for row in connection.execute(plan))
        return found

    def held(self, source: str) -> set[str]:
        """Give the identifiers of all records held that are not deleted."""
        plan = select(record.c.identifier).where(record.c.source == source, record.c.deleted == 0)
        with self._reading() as connection:
            return set(connection.execute(plan).scalars())

    def count(self, source: str) -> int:
        """Count the records held that are not deleted."""
        plan = select(func.count()).where(record.c.source == source, record.c.deleted == 0)
        with self._reading() as connection:
            return int(connection.execute(plan).scalar_one())

    def size(self, source: str) -> tuple[int, int]:
        """Give the bytes of the bodies held, raw and as stored."""
        stored = func.coalesce(func.sum(func.length(record.c.body)), 0)
        plan = select(func.coalesce(func.sum(record.c.size), 0), stored).where(record.c.source == source)
        with self._reading() as connection:
            raw, packed = connection.execute(plan).one()
        return int(raw), int(packed)

    def last_seq(self, source: str) -> int:
        """Give the number of the newest change; 0 when nothing is held."""
        plan = select(func.max(record.c.seq)).where(record.c.source == source)
        with self._reading() as connection:
            return int(connection.execute(plan).scalar() or 0)

    def sources(self) -> list[str]:
        """Give the keys of the sources records are held of, sorted."""
        with self._reading() as connection:
            return list(connection.execute(select(record.c.source).distinct().order_by(record.c.source)).scalars())

    def begin_pass(self, source: str, state: dict[str, Any]) -> None:
        """Forget what earlier passes over `source` met, and save its state, in one transaction."""
        with self._writing() as connection:
            connection.execute(delete(sighting).where(sighting.c.source == source))
            _write_state(connection, source, state)

    def unsighted(self, source: str) -> list[str]:
        """Give the identifiers held, and not deleted, that the present pass has not met."""
        met = exists().where(sighting.c.source == record.c.source, sighting.c.identifier == record.c.identifier)
        plan = select(record.c.identifier).where(record.c.source == source, record.c.deleted == 0, ~met)
        with self._reading() as connection:
            return list(connection.execute(plan.order_by(record.c.identifier)).scalars())

    def sighted_count(self, source: str) -> int:
        """Count what the present pass has met."""
        plan = select(func.count()).where(sighting.c.source == source)
        with self._reading() as connection:
            return int(connection.execute(plan).scalar_one())

    def load_state(self, source: str) -> dict[str, Any]:
        """Give where the harvest of `source` stands; empty before the first."""
        with self._reading() as connection:
            text = connection.execute(select(state.c.state).where(state.c.source == source)).scalar()
        return msgspec.json.decode(text, type=dict[str, Any]) if text else {}

    def save_state(self, source: str, value: dict[str, Any]) -> None:
        """Replace the state of `source`."""
        with self._writing() as connection:
            _write_state(connection, source, value)

    def start_run(self, source: str) -> int:
        """Log that a harvest begins; earlier ones of this source without an end were interrupted."""
        open_ones = (run.c.source == source) & run.c.outcome.is_(None)
        values = {"source": source, "started": _now(), "counts": "{}", "detail": ""}
        with self._writing() as connection:
            connection.execute(update(run).where(open_ones).values(outcome="interrupted"))
            key = connection.execute(insert(run).values(**values)).inserted_primary_key
        if key is None:
            raise RuntimeError("the database gave no key for a new run")
        return int(key[0])

    def finish_run(self, run_id: int, outcome: str, counts: Outcome | None = None, detail: str = "") -> None:
        """Log how a harvest ended."""
        text = msgspec.json.encode(counts or Outcome()).decode()
        values = {"finished": _now(), "outcome": outcome, "counts": text, "detail": safe_text(detail)}
        with self._writing() as connection:
            connection.execute(update(run).where(run.c.id == run_id).values(**values))

    def runs(self, source: str | None = None, limit: int = 20) -> list[Run]:
        """Give the latest harvests, newest first."""
        plan = select(run).order_by(run.c.id.desc()).limit(limit)
        if source is not None:
            plan = plan.where(run.c.source == source)
        with self._reading() as connection:
            rows = connection.execute(plan).mappings().all()
        return [Run(**{**row, "counts": msgspec.json.decode(row["counts"], type=Outcome)}) for row in rows]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write_state(connection: Connection, source: str, value: dict[str, Any]) -> None:
    text = msgspec.json.encode(value).decode()
    done = connection.execute(update(state).where(state.c.source == source).values(state=text, saved=_now()))
    if done.rowcount == 0:
        connection.execute(insert(state).values(source=source, state=text, saved=_now()))


def _spans(sizes: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut numbers into spans whose bodies come to some 16 MB at most (a larger one stands alone)."""
    first, last, total = sizes[0][0], sizes[0][0], 0
    for seq, size in sizes:
        if total and total + size > PAGE_BYTES:
            yield first, last
            first, total = seq, 0
        last, total = seq, total + size
    yield first, last
