"""Rivals: what further records of one source state about an id that one of them already states.

Of several records of a source that state one id, the fullest statement counts; of equally full ones that of the record
whose identifier sorts last. It does not depend on which was read first. The others are kept here, and when the one that
counts is withdrawn or says less, the next one counts: nothing has to be read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.sql import bindparam

from reperio.corpus.ledger import Line, chunks
from reperio.corpus.payload import hash_of
from reperio.corpus.tables import RECORD, RIVAL, STATEMENT

_NAMES = ("record", "id", "hash", "source", "kind", "parent", "position", "filled", "keys", "digest", "payload")
Key = tuple[str, int]


class Rivals:
    """The rivals of a batch of records, held in memory while the batch is worked out."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.by_id: dict[Key, dict[int, Line]] = {}
        self.by_record: dict[int, set[Key]] = {}
        self._identifiers: dict[int, str] = {}
        self._stored: set[tuple[int, str]] = set()
        self._gone: set[tuple[int, str]] = set()
        self._fresh: dict[tuple[int, str], Line] = {}

    def load(self, records: Sequence[int], ids: Iterable[str]) -> None:
        """Load what is kept of these records, and of these ids."""
        columns = [RIVAL.c[name] for name in _NAMES]
        wanted = dict.fromkeys(ids)
        for some in chunks(records):
            for row in self.connection.execute(select(*columns).where(RIVAL.c.record.in_(some))):
                self._enter(Line(key=0, **dict(zip(_NAMES, row, strict=True))))
        for some_ids in chunks(wanted):
            by_hash = {hash_of(identity) for identity in some_ids}
            for row in self.connection.execute(select(*columns).where(RIVAL.c.hash.in_(by_hash))):
                if row.id in wanted:
                    self._enter(Line(key=0, **dict(zip(_NAMES, row, strict=True))))

    def _enter(self, line: Line) -> None:
        self._stored.add((line.record, line.id))
        self._keep(line)

    def _keep(self, line: Line) -> None:
        key = (line.id, line.source)
        self.by_id.setdefault(key, {})[line.record] = line
        self.by_record.setdefault(line.record, set()).add(key)

    # -- asking ------------------------------------------------------------------------------------------------

    def ids_of(self, record: int) -> set[str]:
        """Ids that a record states and another record states better."""
        return {identity for identity, _ in self.by_record.get(record, ())}

    def best(self, key: Key) -> Line | None:
        """The rival that would count if the statement that does were not there."""
        return max(self.by_id.get(key, {}).values(), key=self._rank, default=None)

    def outranks(self, one: Line, other: Line) -> bool:
        """Whether `one` counts rather than `other`, when different records state them."""
        return self._rank(one) > self._rank(other)

    def _rank(self, line: Line) -> tuple[int, int, str]:
        return (-line.kind, line.filled, self._identifier(line.record))

    def _identifier(self, record: int) -> str:
        if record not in self._identifiers:
            found = self.connection.scalar(select(RECORD.c.identifier).where(RECORD.c.key == record))
            self._identifiers[record] = found or ""
        return self._identifiers[record]

    def differs(self, key: Key, digest: bytes) -> bool:
        """Whether a rival says something else."""
        return any(line.digest != digest for line in self.by_id.get(key, {}).values())

    # -- changing ----------------------------------------------------------------------------------------------

    def put(self, line: Line) -> None:
        """Keep a statement that does not count."""
        held = self.by_id.get((line.id, line.source), {}).get(line.record)
        if held is not None and held.digest == line.digest:
            return
        self._keep(line)
        self._fresh[line.record, line.id] = line

    def put_copy(self, line: Line, same: Line) -> None:
        """Keep what a statement says that no longer counts; `same` is a newer one, which may say the same."""
        copy = Line(**{name: getattr(line, name) for name in _NAMES}, key=0)
        if copy.payload is None and same.digest == line.digest:
            copy.payload, copy.position = same.payload, same.position
        elif copy.payload is None:
            query = select(STATEMENT.c.payload, STATEMENT.c.position).where(STATEMENT.c.key == line.key)
            copy.payload, copy.position = self.connection.execute(query).one()
        self.put(copy)

    def drop(self, key: Key, record: int) -> None:
        """Forget what a record says about an id, because it counts now or is no longer said."""
        if self.by_id.get(key, {}).pop(record, None) is None:
            return
        self.by_record[record].discard(key)
        self._fresh.pop((record, key[0]), None)
        if (record, key[0]) in self._stored:
            self._gone.add((record, key[0]))

    def write(self) -> None:
        """Write what changed."""
        stale = self._gone | (self._fresh.keys() & self._stored)
        if stale:
            which = (RIVAL.c.record == bindparam("the_record")) & (RIVAL.c.id == bindparam("the_id"))
            rows = [{"the_record": record, "the_id": identity} for record, identity in sorted(stale)]
            self.connection.execute(delete(RIVAL).where(which), rows)
        for some in chunks(self._fresh.values()):
            self.connection.execute(insert(RIVAL), [{name: getattr(line, name) for name in _NAMES} for line in some])
