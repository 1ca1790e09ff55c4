"""Reading shared by several workers: the changed records of a source are cut into spans, each a piece of work.

Asking for spans moves the mark up to which a source has been read in the same transaction, so from then on the list of
work is what remembers them. A span is committed in one transaction with the note that it is done; so is what one process
reads by itself, with the mark. A record that changed while it was read is left out: its newer version has, or will have,
a span of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from reperio.corpus.counter import lock
from reperio.corpus.intake import ReadReport, Tally
from reperio.corpus.model import Statement
from reperio.corpus.resolve import Progress, Resolver
from reperio.corpus.settle import Settler
from reperio.corpus.write import Writer, batches
from reperio.database.tasks import TASK, Standing
from reperio.database.work import Lease, Wanted, ask_within
from reperio.record.tables import record, state
from reperio.record.write import unpack
from reperio.source.model import Source

SPAN_RECORDS = 64
SPAN_BYTES = 8 * 1024 * 1024
SPANS_AT_ONCE = 500
"""Spans asked for in one go; what is left is asked for when these are done."""

BATCH = 5000
"""Resources written at a time within the transaction of a span."""

STAGE, SETTLE = "read", "settle"
PATIENCE_SECONDS = 600.0
"""How long what was read waits to be settled while harvests are still under way."""


class Span(msgspec.Struct, frozen=True):
    """Records of a source from one sequence number to another, both included."""

    source: str
    first: int
    last: int


class Mark(msgspec.Struct):
    """How far a source has been read, by which release and declaration, chosen by a process begun when."""

    seq: int = 0
    version: str = ""
    began: float = 0.0


def mark_key(source: str) -> str:
    """Under which the archive keeps the mark of a source."""
    return f"read:{source}"


# -- asking for spans --------------------------------------------------------------------------------------------


def ask_for_spans(connection: Connection, source: str, version: str, began: float) -> int:
    """Ask for what changed at a source since it was last read; gives how many spans are new.

    When the release or the declaration is another, everything is read again; of two processes that differ in it the
    one begun later is right.
    """
    mark = load_mark(connection, source)
    if mark.version != version:
        if mark.began > began:
            return 0
        old = TASK.c.name.startswith(f"{source}:", autoescape=True)
        connection.execute(delete(TASK).where(TASK.c.stage == STAGE, old, TASK.c.state == "open"))
        mark = Mark(version=version, began=began)
    spans = _spans(connection, source, mark.seq)
    if not spans or _open_spans(connection, source) >= SPANS_AT_ONCE:
        return 0
    mark.seq = spans[-1].last
    save_mark(connection, source, mark)
    return ask_within(
        connection,
        (
            Wanted(
                stage=STAGE, name=f"{source}:{span.first}-{span.last}", payload=msgspec.json.encode(span), rank=20,
                needs=version,
            )
            for span in spans
        ),
    )  # fmt: skip


def _open_spans(connection: Connection, source: str) -> int:
    mine = TASK.c.name.startswith(f"{source}:", autoescape=True)
    asked = select(func.count()).where(TASK.c.stage == STAGE, mine, TASK.c.state == "open")
    return int(connection.execute(asked).scalar_one())


def _spans(connection: Connection, source: str, since: int) -> list[Span]:
    changed = select(record.c.seq, record.c.size).where(record.c.source == source, record.c.seq > since)
    rows = connection.execute(changed.order_by(record.c.seq).limit(SPAN_RECORDS * SPANS_AT_ONCE)).all()
    spans: list[Span] = []
    first, number, size = 0, 0, 0
    for place, row in enumerate(rows):
        first = first or row.seq
        number, size = number + 1, size + row.size
        if number >= SPAN_RECORDS or size >= SPAN_BYTES or place == len(rows) - 1:
            spans.append(Span(source, first, row.seq))
            first, number, size = 0, 0, 0
    return spans


def ask_to_settle(connection: Connection, before: Standing) -> int:
    """Ask for settling once everything that was read is in, or has waited long for a harvest to end.

    Args:
        connection: in the transaction that has looked for records to read, and found none.
        before: how the work stood before that look: what ended since may have left more to read.
    """
    if not before.has(STAGE, "done") or before.has(STAGE, "open"):
        return 0
    waited = before.at - before.since[STAGE, "done"]
    if before.has("harvest", "open") and waited < PATIENCE_SECONDS:
        return 0
    return ask_within(connection, [Wanted(stage=SETTLE, name=SETTLE, rank=30)])


# -- doing it ----------------------------------------------------------------------------------------------------


def span_of(lease: Lease) -> Span:
    """The span of a lease."""
    return msgspec.json.decode(lease.task.payload, type=Span)


def read_span(lease: Lease, source: Source, moment: datetime) -> ReadReport:
    """Read a span into the corpus and finish its lease, in one transaction."""
    span = span_of(lease)
    report = ReadReport(source=source.key)
    tally = Tally(report)
    with lease.queue.reading() as connection:
        within = (record.c.source == span.source) & record.c.seq.between(span.first, span.last)
        rows = connection.execute(select(record).where(within).order_by(record.c.seq)).all()
    statements = list(tally.statements(source, map(unpack, rows)))
    tally.finish()
    with lease.queue.writing() as connection:
        lease.hold(connection)
        report.changed += _write(connection, [row.seq for row in rows], statements, moment)
        lease.finish(connection, msgspec.json.encode(report))
    return report


def write_read(
    connection: Connection, source: str, mark: Mark, read: Sequence[tuple[int, Statement]], moment: datetime
) -> int:
    """Write what records said, by their sequence numbers, and how far the source is read then, in one transaction.

    Gives how many resources are new or other than before.
    """
    changed = _write(connection, [seq for seq, _ in read], [statement for _, statement in read], moment)
    save_mark(connection, source, mark)
    return changed


def load_mark(connection: Connection, source: str) -> Mark:
    """How far a source has been read."""
    held = connection.execute(select(state.c.state).where(state.c.source == mark_key(source))).scalar()
    return msgspec.json.decode(held, type=Mark) if held else Mark()


def save_mark(connection: Connection, source: str, mark: Mark) -> None:
    """Note how far a source has been read, or is asked to be."""
    key, text = mark_key(source), msgspec.json.encode(mark).decode()
    if not connection.execute(update(state).where(state.c.source == key).values(state=text)).rowcount:
        connection.execute(insert(state).values(source=key, state=text, saved=""))


def _write(connection: Connection, seqs: Sequence[int], statements: Sequence[Statement], moment: datetime) -> int:
    """Write what records said, but not of those that changed since: what they say now is, or will be, read by itself."""
    lock(connection)
    still = _held(connection, seqs)
    newest = [statement for seq, statement in zip(seqs, statements, strict=True) if seq in still]
    changed = 0
    for some in batches(newest, BATCH):
        counts = Writer(connection, moment).write(some)
        changed += counts.added + counts.changed + counts.removed
    return changed


def _held(connection: Connection, seqs: Sequence[int]) -> set[int]:
    """Those of some sequence numbers whose record has not changed since."""
    found: set[int] = set()
    for start in range(0, len(seqs), 500):
        some = seqs[start : start + 500]
        found.update(connection.scalars(select(record.c.seq).where(record.c.seq.in_(some))))
    return found


def settle(lease: Lease, moment: datetime, then: Sequence[Wanted], progress: Progress) -> list[ReadReport]:
    """Settle, resolve and settle again, ask for what comes next and finish the lease, in one transaction.

    Gives what the spans read since the last time came to, by source.
    """
    at, seconds = moment.isoformat(timespec="seconds"), int(moment.timestamp())
    with lease.queue.writing() as connection:
        lease.hold(connection)
        Settler(connection, seconds).settle()
        Resolver(connection, at, progress=progress).resolve()
        Settler(connection, seconds).settle()
        done = (TASK.c.stage == STAGE) & (TASK.c.state == "done")
        results = [bytes(row) for row in connection.scalars(select(TASK.c.result).where(done).order_by(TASK.c.key))]
        connection.execute(delete(TASK).where(done))
        ask_within(connection, then)
        lease.finish(connection)
    return list(_by_source(results))


def _by_source(results: Sequence[bytes]) -> Iterator[ReadReport]:
    totals: dict[str, ReadReport] = {}
    for report in (msgspec.json.decode(result, type=ReadReport) for result in results):
        totals.setdefault(report.source, ReadReport(source=report.source)).add(report)
    yield from totals.values()
