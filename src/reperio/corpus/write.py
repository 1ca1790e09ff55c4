"""Taking in what records say: new and changed statements are written, what is no longer said becomes a tombstone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.sql import bindparam

from reperio.corpus.counter import lock, put, take
from reperio.corpus.ledger import Ledger, Line, chunks, record_keys
from reperio.corpus.model import Counts, Statement
from reperio.corpus.payload import compress, expand, filled, hash_of, write_origins, write_payload
from reperio.corpus.quality import write_quality
from reperio.corpus.rivals import Rivals
from reperio.corpus.tables import CODES, ISSUE, RECORD, SOURCE, VARIABLE
from reperio.resource.fields import Resource, decode
from reperio.resource.issues import Issue
from reperio.resource.model import Origin
from reperio.resource.quality.tally import Tally, tally_of

ID_MAX = 2000


class Writer:
    """Writes one batch of records inside one transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        lock(connection)
        self.connection = connection
        self.now = now
        self.ledger = Ledger(connection, int(now.timestamp()))
        self.rivals = Rivals(connection)
        self.counts = Counts()
        self._sources: dict[str, int] = {}
        self._records: dict[tuple[str, str], int] = {}
        self._issues: list[tuple[int, int, Issue]] = []
        self._quality: list[tuple[int, int, Tally]] = []

    def write(self, batch: Sequence[Statement]) -> Counts:
        """Write what each record of the batch says now; no record may occur twice."""
        self._find_sources({statement.source for statement in batch})
        self._find_records(batch)
        ids = {resource.id for statement in batch for resource in statement.resources}
        self.ledger.load(sorted(self._records.values()), ids)
        self.rivals.load(sorted(self._records.values()), sorted(ids | self.ledger.by_id.keys()))
        for statement in batch:
            self._take(statement)
        self.ledger.write()
        self.rivals.write()
        self._write_issues()
        write_quality(self.connection, self._quality)
        if self.ledger.unsettled:
            put(self.connection, "stale", 1)
            put(self.connection, "resolved", 0)
        return self.counts

    # -- sources and records -----------------------------------------------------------------------------------

    def _find_sources(self, names: set[str]) -> None:
        rows = self.connection.execute(select(SOURCE.c.name, SOURCE.c.key).where(SOURCE.c.name.in_(names)))
        self._sources = {row.name: row.key for row in rows}
        for name in sorted(names - self._sources.keys()):
            self._sources[name] = take(self.connection, "source")
            self.connection.execute(insert(SOURCE), {"key": self._sources[name], "name": name})
        read = self.now.isoformat(timespec="seconds")
        self.connection.execute(update(SOURCE).where(SOURCE.c.key.in_(self._sources.values())).values(read=read))

    def _find_records(self, batch: Sequence[Statement]) -> None:
        for name, source in self._sources.items():
            wanted = [clean(statement.record) for statement in batch if statement.source == name]
            for identifier, key in record_keys(self.connection, source, wanted).items():
                self._records[name, identifier] = key
        known, fresh = [], []
        for statement in batch:
            origins = write_origins(_common(statement))
            pair = (statement.source, clean(statement.record))
            if pair in self._records and statement.unread:
                continue
            if pair in self._records:
                known.append({"the_key": self._records[pair], "new_origins": origins})
            else:
                fresh.append({"source": self._sources[pair[0]], "identifier": pair[1], "origins": origins})
        self._write_records(known, fresh)

    def _write_records(self, known: list[dict[str, object]], fresh: list[dict[str, object]]) -> None:
        if known:
            statement = update(RECORD).where(RECORD.c.key == bindparam("the_key"))
            self.connection.execute(statement.values(origins=bindparam("new_origins")), known)
        if fresh:
            names = {key: name for name, key in self._sources.items()}
            first = take(self.connection, "record", len(fresh))
            for number, row in enumerate(fresh, first):
                row["key"] = number
                self._records[names[row["source"]], str(row["identifier"])] = number  # type: ignore[index]
            self.connection.execute(insert(RECORD), fresh)

    # -- statements --------------------------------------------------------------------------------------------

    def _take(self, statement: Statement) -> None:
        source = self._sources[statement.source]
        record = self._records[statement.source, clean(statement.record)]
        common = _common(statement)
        before = {line.id for line in self.ledger.stated_by(record)} | self.rivals.ids_of(record)
        said: set[str] = set()
        self._issues += [(source, record, issue) for issue in statement.issues]
        if statement.unread:
            return
        self._quality.append((source, record, tally_of(statement.resources)))
        for resource in statement.resources:
            if resource.id in said:
                self._note(
                    source, record, "id.repeated", resource.id, "The record states this id twice; the last counts."
                )
            if self._state(resource, source, record, common):
                said.add(resource.id)
        for identity in before - said:
            self._drop(identity, source, record)

    def _state(self, resource: Resource, source: int, record: int, common: Sequence[Origin]) -> bool:
        """Enter one resource; False when it cannot be kept."""
        try:
            body, digest = write_payload(resource, common)
        except UnicodeEncodeError:
            body, digest = b"", b""
        if not body or not resource.id or len(resource.id) > ID_MAX or "\0" in resource.id:
            self._note(source, record, "resource.unwritable", resource.id, "The id or a text of it cannot be stored.")
            return False
        if self._is_taken(resource.id, source, CODES[resource.kind]):
            self._note(source, record, "id.taken", resource.id, "Another source states a variable of this id.")
            return False
        if self._says_the_same((resource.id, source), record, digest):
            self.counts.unchanged += 1
        else:
            self._enter(_line(resource, record, source, body, digest), resource.part_of)
        return True

    def _says_the_same(self, key: tuple[str, int], record: int, digest: bytes) -> bool:
        """Whether this record states what counts, says just that again, and no other record says anything of it."""
        line = self.ledger.lines.get(key)
        if line is None or line.deleted or line.record != record or line.digest != digest:
            return False
        return not self.rivals.by_id.get(key)

    def _enter(self, new: Line, parents: Sequence[str]) -> None:
        """Let a statement count, or keep it behind the one that does."""
        key = (new.id, new.source)
        line = self.ledger.lines.get(key)
        if line is None or line.deleted or line.record == new.record:
            self.rivals.drop(key, new.record)
            self._put(line, new, parents)
            self._give_way(key)
            return
        if line.digest != new.digest or self.rivals.differs(key, new.digest):
            self._note(
                new.source, new.record, "id.restated", new.id, "Another record says something else; the fuller counts."
            )
        if self.rivals.outranks(new, line):
            self.rivals.put_copy(line, new)
            self.rivals.drop(key, new.record)
            self._put(line, new, parents)
        else:
            self.rivals.put(new)
            self.counts.unchanged += 1

    def _put(self, line: Line | None, new: Line, parents: Sequence[str]) -> None:
        """Let a statement count, in place of the one that did."""
        if line is not None and not line.deleted and line.digest == new.digest:
            self.counts.unchanged += 1
            if line.record != new.record:
                self.ledger.move(line, new.record)
            return
        if line is None:
            self.ledger.add(new, parents)
            self.counts.added += 1
            return
        if line.deleted:
            self.counts.added += 1
        else:
            self.counts.changed += 1
        self.ledger.change(line, new, parents)

    def _give_way(self, key: tuple[str, int]) -> None:
        """Let the best rival count when what counts says less than before."""
        line, best = self.ledger.lines[key], self.rivals.best(key)
        if best is not None and self.rivals.outranks(best, line):
            self.rivals.put_copy(line, best)
            self._promote(line, best)

    def _promote(self, line: Line, best: Line) -> None:
        self.rivals.drop((best.id, best.source), best.record)
        if line.digest == best.digest:
            self.ledger.move(line, best.record)
        else:
            self.ledger.change(line, best, decode(expand(best.payload or b"")).part_of)

    def _drop(self, identity: str, source: int, record: int) -> None:
        """The record says nothing about this id any more; another that does counts now, if there is one."""
        key = (identity, source)
        line = self.ledger.lines.get(key)
        if line is None or line.record != record or line.deleted:
            self.rivals.drop(key, record)
            return
        best = self.rivals.best(key)
        if best is None or self._is_taken(identity, source, best.kind):
            self.ledger.remove(line)
            self.counts.removed += 1
        else:
            self.counts.changed += line.digest != best.digest
            self._promote(line, best)

    def _is_taken(self, identity: str, source: int, kind: int) -> bool:
        """Variables do not merge, so an id has one source where a variable is involved."""
        return any(
            line.source != source and not line.deleted and VARIABLE in {line.kind, kind}
            for line in self.ledger.by_id.get(identity, ())
        )

    # -- issues ------------------------------------------------------------------------------------------------

    def _note(self, source: int, record: int, code: str, value: str, message: str) -> None:
        issue = Issue(code=code, path="/id", value=value[:500], message=message, level="error")
        self._issues.append((source, record, issue))

    def _write_issues(self) -> None:
        for keys in chunks(self._records.values()):
            self.connection.execute(delete(ISSUE).where(ISSUE.c.record.in_(keys), ISSUE.c.settled == 0))
        for some in chunks(self._issues):
            self.connection.execute(insert(ISSUE), [issue_row(*noted) for noted in some])
        self.counts.issues += len(self._issues)


def issue_row(source: int, record: int, issue: Issue, settled: int = 0) -> dict[str, object]:
    """A row of the issue table."""
    return {
        "source": source, "record": record, "settled": settled, "code": clean(issue.code), "path": clean(issue.path),
        "value": clean(issue.value), "message": clean(issue.message), "level": issue.level,
    }  # fmt: skip


def clean(text: str) -> str:
    """Text that every database takes: no null characters, no half surrogate pairs."""
    return text.encode("utf-8", "replace").decode().replace("\0", "�")


def batches(statements: Iterable[Statement], size: int) -> Iterable[list[Statement]]:
    """Lists of statements with about `size` resources, no record twice in one list."""
    held: list[Statement] = []
    names: set[tuple[str, str]] = set()
    weight = 0
    for statement in statements:
        name = (statement.source, clean(statement.record))
        if held and (name in names or weight >= size):
            yield held
            held, names, weight = [], set(), 0
        held.append(statement)
        names.add(name)
        weight += len(statement.resources) + 1
    if held:
        yield held


def _common(statement: Statement) -> Sequence[Origin]:
    return statement.resources[0].origins if statement.resources else ()


def _line(resource: Resource, record: int, source: int, body: bytes, digest: bytes) -> Line:
    kind = CODES[resource.kind]
    is_variable = kind == VARIABLE
    parents = resource.part_of
    return Line(
        key=0, hash=hash_of(resource.id), id=resource.id, source=source, record=record, kind=kind,
        parent=hash_of(parents[0]) if is_variable and parents else None,
        position=_small(resource.position) if is_variable else 0,
        filled=0 if is_variable else filled(resource),
        keys=None if is_variable else _keys(resource),
        digest=digest, payload=compress(body),
    )  # fmt: skip


def _small(position: int | None) -> int:
    return min(max(position or 0, 0), 2**62)


def _keys(resource: Resource) -> str:
    """What settling needs to know of a study: what it is part of, its DOIs, identifiers that may be ids of others."""
    names = [identifier.value.lower() for identifier in resource.identifiers if identifier.scheme == "accession"]
    return msgspec.json.encode(
        {"parents": resource.part_of, "dois": resource.dois, "names": [name for name in names if "/" in name]}
    ).decode()
