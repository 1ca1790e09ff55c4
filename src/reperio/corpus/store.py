"""The corpus: the system of record for what every source states, and for the items made of it."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from reperio.corpus import counter
from reperio.corpus.aliases import acronyms_of
from reperio.corpus.lineage import Start, lineages
from reperio.corpus.migrate import migrate
from reperio.corpus.model import Change, Counts, Item, Noted, SourceState, Statement
from reperio.corpus.naming import UUID
from reperio.corpus.quality import read_standings, read_stated
from reperio.corpus.read import Reader
from reperio.corpus.reviewing import Reviewing
from reperio.corpus.settle import Settler
from reperio.corpus.tables import (
    ALIAS,
    CODES,
    IS_NUMBERED,
    ISSUE,
    ITEM,
    KINDS,
    RECORD,
    SOURCE,
    STATEMENT,
    TALLY,
    VARIABLE,
)
from reperio.corpus.title import fold_acronym
from reperio.corpus.write import Writer, batches
from reperio.database import our_errors
from reperio.errors import NotFoundError, QueryError
from reperio.resource.fields import Resource
from reperio.resource.issues import Issue
from reperio.resource.model import CATALOGUE_KINDS, Kind
from reperio.resource.quality.tally import Standing
from reperio.text.slugs import SLUG_MAX, slugify

CANNOT = "The corpus cannot do this now."
BATCH = 5000
PAGE = 1000


def _now() -> datetime:
    return datetime.now(UTC)


class Corpus(Reviewing):
    """What is held, over one database.

    Writing is in transactions of some thousand resources each, so that a process killed at any moment leaves a whole
    corpus; there is one writer at a time, and readers do not wait for it. After records were replaced or judgements
    passed, `settle` brings the items up to date.

    Args:
        engine: an open database (`reperio.database.open_database`); tables are made when they are missing.
        clock: gives the time now, in UTC.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _now) -> None:
        self.engine = engine
        self.clock = clock
        with our_errors(CANNOT):
            migrate(engine)

    # -- writing -----------------------------------------------------------------------------------------------

    def replace(self, source: str, record: str, resources: Sequence[Resource], issues: Sequence[Issue] = ()) -> Counts:
        """Take in what one record says now; what it said before and no longer says becomes a tombstone."""
        return self.replace_many([Statement(source=source, record=record, resources=resources, issues=issues)])

    def replace_many(self, statements: Iterable[Statement], batch: int = BATCH) -> Counts:
        """Take in many records, about `batch` resources in a transaction. Of what is unchanged nothing is written."""
        total = Counts()
        for some in batches(statements, batch):
            with self._writing() as connection:
                counts = Writer(connection, self.clock()).write(some)
            for name in Counts.__struct_fields__:
                setattr(total, name, getattr(total, name) + getattr(counts, name))
        return total

    def withdraw(self, source: str, record: str) -> Counts:
        """The source no longer has this record: everything it stated becomes a tombstone."""
        return self.replace(source, record, ())

    def settle(self) -> int:
        """Make items of statements and judgements: merge duplicates, connect parents and children, count.

        Gives the number of series, studies and datasets that changed. Settling again does nothing.
        """
        with self._writing() as connection:
            return Settler(connection, int(self.clock().timestamp())).settle()

    def rename(self, identity: str, slug: str) -> str:
        """Give an item another slug; the old one leads to it for ever. Gives the slug as folded.

        Raises:
            NotFoundError: no series, study or dataset has this id.
            QueryError: the slug is empty, looks like a uuid, or is in use.
        """
        folded = slugify(slug)[:SLUG_MAX]
        with self._writing() as connection:
            counter.lock(connection)
            key = Reader(connection).key_of(identity)
            if key is None:
                raise NotFoundError("Nothing has this identifier.", id=identity[:200])
            old = connection.scalar(select(ITEM.c.slug).where(ITEM.c.key == key))
            if folded == old:
                return folded
            used = connection.scalar(select(ITEM.c.key).where(ITEM.c.slug == folded)) is not None
            aliased = connection.scalar(select(ALIAS.c.item).where(ALIAS.c.name == folded))
            if not folded or UUID.fullmatch(folded) or used or aliased not in {None, key}:
                raise QueryError("This slug cannot be used.", slug=folded)
            connection.execute(ALIAS.delete().where(ALIAS.c.name == folded))
            connection.execute(insert(ALIAS), {"name": old, "item": key})
            seq = counter.take(connection, "seq")
            changed = int(self.clock().timestamp())
            connection.execute(update(ITEM).where(ITEM.c.key == key).values(slug=folded, seq=seq, changed=changed))
        return folded

    # -- items -------------------------------------------------------------------------------------------------

    def find(self, key: str) -> Item:
        """The item of an id, uuid (with or without dashes), slug or DOI (however written), in any case.

        A DOI is found once `resolve` has seen what states it.

        Raises:
            QueryError: several things at the top have this DOI; the hint lists them.
            NotFoundError: nothing has or had it.
            GoneError: what had it was withdrawn.
            MovedError: it was merged into, or is an old slug of, `target`.
        """
        with self._reading() as reader:
            return reader.find(key)

    def item(self, identity: str) -> Item:
        """The live item of an id; raises as `find` does."""
        with self._reading() as reader:
            found = reader.items([identity]).get(identity)
            return found if found is not None else reader.find(identity)

    def items(self, ids: Iterable[str], *, variables: bool = False) -> dict[str, Item]:
        """Live items by id, in the order asked; ids that are not there (or were merged) are left out.

        `variables` says that most ids are of variables, which are then looked for first.
        """
        with self._reading() as reader:
            return reader.items(ids, variables=variables)

    def latest(self, ids: Iterable[str], limit: int) -> list[str]:
        """Those of some ids that changed last, at most `limit`, the latest first; ids that are not there are left out."""
        with self._reading() as reader:
            return reader.latest(ids, limit)

    def children(
        self, identity: str, kinds: Sequence[Kind] | None = None, offset: int = 0, limit: int = 100
    ) -> list[Item]:
        """Direct children: series, studies and datasets by slug, then variables by position in their file."""
        with self._reading() as reader:
            return reader.children(identity, kinds, max(0, offset), limit)

    def count_children(self, identity: str, kinds: Sequence[Kind] | None = None) -> int:
        """Number of direct children of these kinds (all kinds when not given)."""
        with self._reading() as reader:
            return reader.count_children(identity, kinds)

    def ancestors(self, identity: str) -> list[Item]:
        """What an item belongs to, top first."""
        with self._reading() as reader:
            return reader.ancestors(identity)

    def lineages(self, starts: Collection[Start]) -> dict[Start, tuple[str, ...]]:
        """Ids of what each start (the ids that an item says it belongs to) names and of all above it, top first.

        Some of them may not be there.
        """
        with self._connect() as connection:
            return lineages(connection, starts)

    def descendants(self, identity: str, kinds: Sequence[Kind] | None = None) -> Iterator[Item]:
        """Everything below an item, nearer first, each once."""
        wants_variables = kinds is None or "variable" in kinds
        seen = {identity}
        level = [identity]
        while level:
            below: list[str] = []
            for parent in level:
                for child in self._all_children(parent, kinds):
                    if child.id not in seen:
                        seen.add(child.id)
                        if child.children or (child.kind != "variable" and wants_variables):
                            below.append(child.id)
                        if kinds is None or child.kind in kinds:
                            yield child
            level = below

    def variables_of(self, identity: str) -> Iterator[Item]:
        """Every variable that is part of an id, live or not, by position in their file. Memory stays flat."""
        yield from self._pages(lambda reader, at: reader.variables_of(identity, at, PAGE), None)

    def _all_children(self, identity: str, kinds: Sequence[Kind] | None) -> Iterator[Item]:
        wanted: tuple[Kind, ...] = (
            CATALOGUE_KINDS if kinds and "variable" not in kinds else (*CATALOGUE_KINDS, "variable")
        )
        offset = 0
        while page := self.children(identity, wanted, offset, PAGE):
            yield from page
            offset += len(page)

    def roots(self, kinds: Sequence[Kind] = CATALOGUE_KINDS, after: str | None = None, limit: int = 100) -> list[Item]:
        """Items that nothing else contains, after the one of id `after`, in order of their first arrival."""
        codes = [CODES[kind] for kind in kinds]
        with self._reading() as reader:
            start = reader.key_of(after) if after else 0
            return [item for _, item in reader.catalogue_page(codes, start or 0, limit, top=True)]

    def walk(self, kinds: Sequence[Kind] | None = None, after: str | None = None, page: int = PAGE) -> Iterator[Item]:
        """Every live item once: first series, studies and datasets, then variables, those of one parent together.

        Memory stays flat. `after` is the id of the last item seen, to go on from there.
        """
        wanted = set(kinds or (*CATALOGUE_KINDS, "variable"))
        with self._reading() as reader:
            stage, place = (reader.place_of(after) if after else None) or (0, 0)
        codes = [CODES[kind] for kind in CATALOGUE_KINDS if kind in wanted]
        if stage == 0 and codes:
            start = place if isinstance(place, int) else 0
            yield from self._pages(lambda reader, at: reader.catalogue_page(codes, at, page), start)
        if "variable" in wanted:
            yield from self._walk_variables(stage, place, page)

    def _walk_variables(self, stage: int, place: int | tuple[int, int, int], page: int) -> Iterator[Item]:
        if stage < 2:
            start = place if isinstance(place, tuple) else None
            yield from self._pages(lambda reader, at: reader.variable_page(at, page), start)
        after = place if stage == 2 and isinstance(place, int) else 0
        yield from self._pages(lambda reader, at: reader.orphan_page(at, page), after)

    def _pages(self, page: Callable[[Reader, Any], list[tuple[Any, Item]]], at: object) -> Iterator[Item]:
        """Items page by page, each page after the place of the last item before; nothing is held open between pages."""
        while True:
            with self._reading() as reader:
                rows = page(reader, at)
            if not rows:
                return
            yield from (item for _, item in rows)
            at = rows[-1][0]

    def aliases(self) -> dict[str, tuple[str, ...]]:
        """What acronyms stand for: ids of live series, studies and top-level datasets by folded acronym (`alspac`).

        Learned from titles, alternate titles and descriptions of every member (see `reperio.corpus.aliases`). It reads
        the whole catalogue: keep what it gives until the corpus changes.
        """
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for item in self.walk(CATALOGUE_KINDS):
            if not item.resource.part_of:
                for acronym in acronyms_of(item.resource):
                    found[fold_acronym(acronym)][item.id] = None
        return {acronym: tuple(ids) for acronym, ids in sorted(found.items())}

    # -- changes -----------------------------------------------------------------------------------------------

    def last_seq(self) -> int:
        """Number of the last change."""
        with self._connect() as connection:
            return counter.current(connection, "seq")

    def last_read(self) -> str:
        """When a source was last read (ISO 8601, UTC); empty when none was."""
        with self._connect() as connection:
            return str(connection.scalar(select(func.max(SOURCE.c.read))) or "")

    def changes(self, since: int = 0, limit: int = 1000) -> list[Change]:
        """Changes after number `since`, in order; go on from the last one's `seq` until none come.

        An id appears once, at its last change. That a parent changed is no change of what is below it, although that
        may inherit from it.
        """
        gone = ITEM.c.lead.is_(None).label("gone")
        catalogue = select(ITEM.c.seq, ITEM.c.id, ITEM.c.kind, gone).where(ITEM.c.seq > since)
        variables = select(STATEMENT.c.seq, STATEMENT.c.id, STATEMENT.c.kind, STATEMENT.c.deleted.label("gone")).where(
            STATEMENT.c.seq > since, IS_NUMBERED, STATEMENT.c.kind == VARIABLE
        )
        with self._connect() as connection:
            first = connection.execute(catalogue.order_by(ITEM.c.seq).limit(limit)).all()
            second = connection.execute(variables.order_by(STATEMENT.c.seq).limit(limit)).all()
        merged = heapq.merge(first, second, key=lambda row: row.seq)
        found = [Change(row.seq, row.id, KINDS[row.kind], bool(row.gone)) for row in merged]  # type: ignore[arg-type]
        return found[:limit]

    # -- state -------------------------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """Live items by kind."""
        items = select(ITEM.c.kind, func.count()).where(ITEM.c.lead.is_not(None)).group_by(ITEM.c.kind)
        variables = select(func.sum(TALLY.c.live)).where(TALLY.c.kind == VARIABLE)
        with self._connect() as connection:
            found = {KINDS[kind]: number for kind, number in connection.execute(items)}
            found["variable"] = int(connection.scalar(variables) or 0)
        return {kind: found.get(kind, 0) for kind in KINDS}

    def states(self) -> list[SourceState]:
        """What is held of each source, by key."""
        with self._connect() as connection:
            sources = connection.execute(select(SOURCE).order_by(SOURCE.c.name)).all()
            tallies = connection.execute(select(TALLY).order_by(TALLY.c.source, TALLY.c.kind)).all()
            issues = connection.execute(
                select(ISSUE.c.source, ISSUE.c.code, func.count().label("number"))
                .group_by(ISSUE.c.source, ISSUE.c.code)
                .order_by(ISSUE.c.source, ISSUE.c.code)
            ).all()
        return [
            SourceState(
                key=source.name, read=source.read,
                counts={KINDS[row.kind]: row.live for row in tallies if row.source == source.key and row.live},
                issues={row.code: row.number for row in issues if row.source == source.key},
            )
            for source in sources
        ]  # fmt: skip

    def standings(self) -> dict[str, Standing]:
        """Quality of what each source states, by key; sources that describe nothing are left out."""
        with self._connect() as connection:
            return read_standings(connection)

    def stated(self, source: str) -> Iterator[Resource]:
        """What a source states now of series, studies and datasets, before any merging."""
        with self._connect() as connection:
            yield from read_stated(connection, source)

    def issues(
        self,
        source: str | None = None,
        code: str | None = None,
        limit: int = 100,
        after: int = 0,
        *,
        record: str | None = None,
    ) -> list[Noted]:
        """Issues in the order they were noted, of a source, a record of it, or a code; `after` is the last key seen."""
        query = (
            select(ISSUE, SOURCE.c.name, RECORD.c.identifier)
            .join(SOURCE, SOURCE.c.key == ISSUE.c.source)
            .join(RECORD, RECORD.c.key == ISSUE.c.record)
            .where(ISSUE.c.key > after)
        )
        if source is not None:
            query = query.where(SOURCE.c.name == source)
        if record is not None:
            query = query.where(RECORD.c.identifier == record)
        if code is not None:
            query = query.where(ISSUE.c.code == code)
        with self._connect() as connection:
            rows = connection.execute(query.order_by(ISSUE.c.key).limit(limit)).all()
        return [
            Noted(
                key=row.key, source=row.name, record=row.identifier,
                issue=Issue(code=row.code, path=row.path, value=row.value, message=row.message, level=row.level),
            )
            for row in rows
        ]  # fmt: skip

    def issue_counts(self, source: str | None = None) -> dict[str, int]:
        """Issues by code, of one source or all, most frequent first."""
        query = select(ISSUE.c.code, func.count()).join(SOURCE, SOURCE.c.key == ISSUE.c.source)
        if source is not None:
            query = query.where(SOURCE.c.name == source)
        with self._connect() as connection:
            rows = connection.execute(query.group_by(ISSUE.c.code)).all()
        return dict(sorted(map(tuple, rows), key=lambda pair: (-pair[1], pair[0])))

    # -- connections -------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with our_errors(CANNOT), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with our_errors(CANNOT), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Reader]:
        with self._connect() as connection:
            yield Reader(connection)
