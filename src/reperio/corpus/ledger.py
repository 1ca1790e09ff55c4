"""The rows a batch of records touches, held in memory while the batch is worked out, written at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, TypeVar

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.sql import bindparam

from reperio.corpus.counter import take
from reperio.corpus.payload import hash_of
from reperio.corpus.tables import EDGE, HELD, RECORD, STATEMENT, TALLY, VARIABLE

CHUNK = 1000
_T = TypeVar("_T")
_COLUMNS = ("key", "hash", "id", "source", "record", "kind", "parent", "filled", "keys", "digest", "deleted", "seq")
_STORED = (
    "hash", "id", "source", "record", "kind", "parent", "position", "filled", "keys", "digest", "payload", "deleted",
    "seq", "changed",
)  # fmt: skip


class Line(msgspec.Struct, kw_only=True):
    """A row of the statement table; `mark` says what to do with it in the end."""

    key: int
    hash: int
    id: str
    source: int
    record: int
    kind: int
    parent: int | None = None
    keys: str | None = None
    digest: bytes = b""
    deleted: int = 0
    position: int = 0
    filled: int = 0
    payload: bytes | None = None
    seq: int = 0
    changed: int = 0
    mark: Literal["", "insert", "update", "move"] = ""


def chunks(values: Iterable[_T], size: int = CHUNK) -> Iterator[list[_T]]:
    """Lists of at most `size` values."""
    held: list[_T] = []
    for value in values:
        held.append(value)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held


class Ledger:
    """The statements of a batch of records.

    Attributes:
        unsettled: something changed that settling depends on: not so when variables say something else where they were.
    """

    def __init__(self, connection: Connection, now: int) -> None:
        self.connection = connection
        self.now = now
        self.lines: dict[tuple[str, int], Line] = {}
        self.by_record: dict[int, list[Line]] = {}
        self.by_id: dict[str, list[Line]] = {}
        self._live: Counter[tuple[int, int]] = Counter()
        self._held: Counter[int] = Counter()
        self._parents: dict[int, tuple[str, int]] = {}
        self._edges: dict[int, tuple[str, ...]] = {}
        self.unsettled = False

    # -- reading -----------------------------------------------------------------------------------------------

    def load(self, records: Sequence[int], ids: Iterable[str]) -> None:
        """Load what these records stated, and whatever else has one of these ids."""
        columns = [STATEMENT.c[name] for name in _COLUMNS]
        for some in chunks(records):
            query = select(*columns).where(STATEMENT.c.record.in_(some), STATEMENT.c.deleted == 0)
            self._keep(self.connection.execute(query))
        wanted = {hash_of(identity): identity for identity in ids if identity not in self.by_id}
        for hashes in chunks(wanted):
            found = self.connection.execute(select(*columns).where(STATEMENT.c.hash.in_(hashes)))
            self._keep(row for row in found if wanted[row.hash] == row.id)

    def _keep(self, rows: Iterable[Row[Any]]) -> None:
        for row in rows:
            if (row.id, row.source) not in self.lines:
                self._enter(Line(**dict(zip(_COLUMNS, row, strict=True))))

    def _enter(self, line: Line) -> None:
        self.lines[line.id, line.source] = line
        self.by_record.setdefault(line.record, []).append(line)
        self.by_id.setdefault(line.id, []).append(line)

    def stated_by(self, record: int) -> list[Line]:
        """The live statements of a record."""
        return [line for line in self.by_record.get(record, ()) if line.record == record and not line.deleted]

    # -- changing ----------------------------------------------------------------------------------------------

    def add(self, line: Line, parents: Sequence[str]) -> None:
        """A statement that was not there; its key is given at the end."""
        line.mark = "insert"
        self.unsettled = True
        self._enter(line)
        self._count(line, parents, 1)

    def change(self, line: Line, new: Line, parents: Sequence[str]) -> None:
        """A statement that says something else now, or is back.

        What was announced as a variable keeps its number when it becomes something else, so that settling can tell.
        """
        stays = line.kind == new.kind == VARIABLE and line.parent == new.parent and not line.deleted
        self.unsettled = self.unsettled or not stays or len(parents) > 1
        self._uncount(line)
        announced = line.seq
        for name in _STORED:
            setattr(line, name, getattr(new, name))
        line.seq = announced
        line.mark = line.mark or "update"
        if line.mark == "move":
            line.mark = "update"
        self.by_record.setdefault(line.record, []).append(line)
        self._count(line, parents, 1)

    def move(self, line: Line, record: int) -> None:
        """The same statement, made by another record now."""
        line.record = record
        line.mark = line.mark or "move"
        self.by_record.setdefault(record, []).append(line)

    def remove(self, line: Line) -> None:
        """Make a tombstone; of what was announced as a variable and never as anything else, that of a variable."""
        self.unsettled = True
        self._uncount(line)
        if line.seq:
            line.kind = VARIABLE
        line.deleted, line.payload, line.parent, line.keys, line.digest = 1, None, None, None, b""
        line.mark = line.mark if line.mark == "insert" else "update"

    def _count(self, line: Line, parents: Sequence[str], sign: int) -> None:
        self._live[line.source, line.kind] += sign
        if line.kind == VARIABLE and line.parent is not None:
            self._held[line.parent] += sign
            if parents:
                self._parents[line.parent] = (parents[0], line.record)
            if len(parents) > 1:
                self._edges[id(line)] = tuple(parents[1:])

    def _uncount(self, line: Line) -> None:
        if not line.deleted:
            self._edges.pop(id(line), None)
            self._count(line, (), -1)

    # -- writing -----------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write everything that changed."""
        fresh = [line for line in self.lines.values() if line.mark == "insert"]
        changed = [line for line in self.lines.values() if line.mark == "update"]
        moved = [line for line in self.lines.values() if line.mark == "move"]
        if fresh:
            first = take(self.connection, "statement", len(fresh))
            for number, line in enumerate(fresh, first):
                line.key = number
        self._number([line for line in (*fresh, *changed) if line.kind == VARIABLE])
        self._insert(fresh)
        self._update(changed, _STORED)
        self._update(moved, ("record",))
        self._write_edges(fresh, changed)
        self._write_counts()

    def _number(self, variables: Sequence[Line]) -> None:
        if variables:
            first = take(self.connection, "seq", len(variables))
            for number, line in enumerate(variables, first):
                line.seq = number
        for line in variables:
            line.changed = self.now

    def _insert(self, lines: Sequence[Line]) -> None:
        statement = insert(STATEMENT)
        for some in chunks(lines):
            rows = [{name: getattr(line, name) for name in ("key", *_STORED)} for line in some]
            self.connection.execute(statement, rows)

    def _update(self, lines: Sequence[Line], names: Sequence[str]) -> None:
        statement = (
            update(STATEMENT)
            .where(STATEMENT.c.key == bindparam("the_key"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        for some in chunks(lines):
            rows = [{"the_key": line.key, **{f"new_{name}": getattr(line, name) for name in names}} for line in some]
            self.connection.execute(statement, rows)

    def _write_edges(self, fresh: Sequence[Line], changed: Sequence[Line]) -> None:
        for keys in chunks(line.key for line in changed):
            if self.connection.execute(delete(EDGE).where(EDGE.c.statement.in_(keys))).rowcount:
                self.unsettled = True  # they belonged to several things
        edges = {(line.key, hash_of(parent)) for line in (*fresh, *changed) for parent in self._edges.get(id(line), ())}
        if edges:
            self.connection.execute(
                insert(EDGE), [{"statement": key, "parent": parent} for key, parent in sorted(edges)]
            )

    def _write_counts(self) -> None:
        self._write_tally({pair: number for pair, number in self._live.items() if number})
        self._write_held({parent: number for parent, number in self._held.items() if number or parent in self._parents})

    def _write_tally(self, deltas: dict[tuple[int, int], int]) -> None:
        known = set(map(tuple, self.connection.execute(select(TALLY.c.source, TALLY.c.kind))))
        fresh = [{"source": source, "kind": kind, "live": 0} for source, kind in deltas if (source, kind) not in known]
        if fresh:
            self.connection.execute(insert(TALLY), fresh)
        rows = [{"the_source": source, "the_kind": kind, "delta": number} for (source, kind), number in deltas.items()]
        if rows:
            self.connection.execute(
                update(TALLY)
                .where(TALLY.c.source == bindparam("the_source"), TALLY.c.kind == bindparam("the_kind"))
                .values(live=TALLY.c.live + bindparam("delta")),
                rows,
            )

    def _write_held(self, deltas: dict[int, int]) -> None:
        known: set[int] = set()
        for some in chunks(deltas):
            known.update(self.connection.scalars(select(HELD.c.parent).where(HELD.c.parent.in_(some))))
        fresh = [
            {"parent": parent, "id": self._parents[parent][0], "record": self._parents[parent][1], "variables": number}
            for parent, number in deltas.items()
            if parent not in known and parent in self._parents
        ]
        if fresh:
            self.connection.execute(insert(HELD), fresh)
        rows = [
            {"the_parent": parent, "delta": number} for parent, number in deltas.items() if parent in known and number
        ]
        if rows:
            self.connection.execute(
                update(HELD)
                .where(HELD.c.parent == bindparam("the_parent"))
                .values(variables=HELD.c.variables + bindparam("delta")),
                rows,
            )


def record_keys(connection: Connection, source: int, identifiers: Sequence[str]) -> dict[str, int]:
    """Keys of those records of a source that are known."""
    found: dict[str, int] = {}
    for some in chunks(identifiers):
        query = select(RECORD.c.identifier, RECORD.c.key).where(
            RECORD.c.source == source, RECORD.c.identifier.in_(some)
        )
        found.update((row.identifier, row.key) for row in connection.execute(query))
    return found
