"""Settling: from statements and judgements to items.

Grouping is worked out anew for all series, studies and datasets (light rows, some tens of thousands), so that it is a
pure function of what is stated and judged; only what came out different is written. Variables are counted, not visited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, Select, delete, insert, select, update
from sqlalchemy.sql import bindparam

from reperio.corpus.counter import current, lock, put, take
from reperio.corpus.doubts import write_issues
from reperio.corpus.group import belongs, canonical, group, sums_below, without_circles
from reperio.corpus.held import LIGHT, Row, Stated, Wanted, load_rows, load_stated, unit_of
from reperio.corpus.ledger import chunks
from reperio.corpus.merge import merge
from reperio.corpus.naming import Namer
from reperio.corpus.payload import compress, hash_of, read_payload, write_payload
from reperio.corpus.tables import EDGE, HELD, IN_CATALOGUE, ITEM, PART, RECORD, STATEMENT, VARIABLE
from reperio.corpus.verdicts import verdicts_in_force
from reperio.resource.fields import Resource


class Settler:
    """Settles the corpus inside one transaction."""

    def __init__(self, connection: Connection, now: int) -> None:
        lock(connection)
        self.connection = connection
        self.now = now
        self.stated: dict[str, list[Stated]] = {}
        self.rows: dict[str, Row] = {}
        self._fresh: set[str] = set()
        self._dirty: dict[str, None] = {}
        self._news: dict[str, None] = {}
        self._remade: set[str] = set()

    def settle(self) -> int:
        """Bring every item up to date; gives the number of items that changed."""
        if not current(self.connection, "stale"):
            return 0
        self._load()
        units = {identity: unit_of(members) for identity, members in self.stated.items()}
        groups = group(units, *_verdicts(self.connection))
        leaders = canonical(groups)
        before = self._leaders_before()
        above = belongs(groups, units, leaders)
        parents, circles = without_circles(above)
        wanted = self._wanted(groups, above, parents, leaders)
        self._retire(wanted, leaders)
        self._remake(wanted)
        self._announce_turned()
        self._write_rows()
        self._write_parts(parents)
        self._bump_variables(leaders, before)
        write_issues(self.connection, self.stated, above, circles)
        put(self.connection, "stale", 0)
        return len(self._news)

    # -- loading -----------------------------------------------------------------------------------------------

    def _load(self) -> None:
        self.stated = load_stated(self.connection)
        self.rows = load_rows(self.connection)

    def _leaders_before(self) -> dict[str, str]:
        """The leading id of every id, as it was."""
        by_key = {row.key: row for row in self.rows.values()}
        return {
            row.id: by_key[row.moved_to].id for row in self.rows.values() if row.moved_to is not None and row.stated
        }

    def _wanted(
        self,
        groups: Mapping[str, Sequence[str]],
        above: Mapping[str, tuple[str, ...]],
        parents: Mapping[str, tuple[str, ...]],
        leaders: Mapping[str, str],
    ) -> dict[str, Wanted]:
        variables = self._count_variables(parents, leaders)
        children: dict[str, int] = defaultdict(int)
        for over in parents.values():
            for parent in over:
                children[parent] += 1
        return {
            leader: Wanted(
                members=[stated for identity in ids for stated in self.stated[identity]], ids=tuple(ids),
                part_of=above[leader], variables=variables.get(leader, 0), children=children.get(leader, 0),
                top=not parents[leader],
            )
            for leader, ids in groups.items()
        }  # fmt: skip

    # -- counting ----------------------------------------------------------------------------------------------

    def _count_variables(self, parents: Mapping[str, tuple[str, ...]], leaders: Mapping[str, str]) -> Mapping[str, int]:
        by_hash = {hash_of(identity): leader for identity, leader in leaders.items()}
        own: dict[str, int] = defaultdict(int)
        for row in self.connection.execute(select(HELD.c.parent, HELD.c.variables).where(HELD.c.variables > 0)):
            if row.parent in by_hash:
                own[by_hash[row.parent]] += row.variables
        total = sums_below(own, parents)
        for first, others, number in self._shared(by_hash):
            reached = set().union(*(sums_below({other: 1}, parents) for other in others))
            for leader in reached - set(sums_below({first: 1} if first else {}, parents)):
                total[leader] += number
        return total

    def _shared(self, by_hash: Mapping[int, str]) -> Iterable[tuple[str | None, frozenset[str], int]]:
        """Variables that belong to several things: by first parent, other parents, and how many there are."""
        others: dict[int, set[str]] = defaultdict(set)
        for row in self.connection.execute(select(EDGE.c.statement, EDGE.c.parent)):
            if row.parent in by_hash:
                others[row.statement].add(by_hash[row.parent])
        counts: dict[tuple[str | None, frozenset[str]], int] = defaultdict(int)
        for keys in chunks(others):
            query = select(STATEMENT.c.key, STATEMENT.c.parent).where(STATEMENT.c.key.in_(keys))
            for row in self.connection.execute(query.where(STATEMENT.c.deleted == 0)):
                counts[by_hash.get(row.parent), frozenset(others[row.key])] += 1
        return [(first, other, number) for (first, other), number in counts.items()]

    # -- items -------------------------------------------------------------------------------------------------

    def _row(self, identity: str, kind: int) -> Row:
        row = self.rows.get(identity)
        if row is None:
            row = self.rows[identity] = Row(0, hash_of(identity), identity, kind)
            self._fresh.add(identity)
        return row

    def _retire(self, wanted: Mapping[str, Wanted], leaders: Mapping[str, str]) -> None:
        """What leads no longer: merged into another, or gone."""
        for identity in sorted(self.stated.keys() - self.rows.keys()):
            self._row(identity, self.stated[identity][0].kind)
        first = take(self.connection, "item", len(self._fresh)) if self._fresh else 0
        for number, identity in enumerate(sorted(self._fresh), first):
            self.rows[identity].key = number
        for row in self.rows.values():
            if row.id in wanted:
                continue
            target = leaders.get(row.id) or self._successor(row, leaders)
            moved_to = self.rows[target].key if target else row.moved_to
            stated = int(row.id in leaders)
            if row.lead is not None:
                self._news[row.id] = None
            if row.lead is not None or (row.moved_to, row.stated) != (moved_to, stated):
                self._dirty[row.id] = None
            row.lead, row.moved_to, row.stated, row.signature, row.payload = None, moved_to, stated, None, None
            row.top = 0
            self._remade.add(row.id)

    def _successor(self, row: Row, leaders: Mapping[str, str]) -> str | None:
        """Where to send those who ask for a withdrawn item that had been merged with others."""
        if row.lead is None:
            return None
        members = [member[0] for member in msgspec.json.decode(row.members)]
        return next((leaders[member] for member in members if member in leaders), None)

    def _remake(self, wanted: Mapping[str, Wanted]) -> None:
        """Make or remake the items that differ from what they should be."""
        namer = Namer(self.connection)
        changed = [leader for leader in sorted(wanted) if self.rows[leader].signature != wanted[leader].signature]
        for leaders in chunks(changed, 500):
            merged = self._merged({leader: wanted[leader] for leader in leaders})
            slugs = namer.name({leader: merged[leader] for leader in leaders if not self.rows[leader].slug})
            for leader in leaders:
                self._fill(self.rows[leader], wanted[leader], merged[leader])
                self.rows[leader].slug = slugs.get(leader) or self.rows[leader].slug
        for leader, want in wanted.items():
            self._recount(self.rows[leader], want)

    def _fill(self, row: Row, want: Wanted, merged: Resource) -> None:
        lead = want.members[0]
        row.kind, row.lead, row.moved_to, row.stated = lead.kind, lead.key, None, 1
        row.members = msgspec.json.encode([(stated.id, stated.source) for stated in want.members]).decode()
        row.signature = want.signature
        alone = len(want.members) == 1 and lead.parents == want.part_of
        row.payload = None if alone else compress(write_payload(merged, ())[0])
        self._remade.add(row.id)
        self._dirty[row.id] = self._news[row.id] = None

    def _recount(self, row: Row, want: Wanted) -> None:
        counted = (want.variables, want.children, int(want.top))
        if counted != (row.variables, row.children, row.top):
            row.variables, row.children, row.top = counted
            self._dirty[row.id] = self._news[row.id] = None

    def _announce_turned(self) -> None:
        """What those who follow changes hold as a variable is another kind of thing now, or merged into one."""
        turned = IN_CATALOGUE & (STATEMENT.c.seq != 0)  # `> 0` would go through every variable, by their index
        for identity in self.connection.scalars(select(STATEMENT.c.id).where(turned)):
            if identity in self.rows:
                self._dirty[identity] = self._news[identity] = None
        self.connection.execute(update(STATEMENT).where(turned).values(seq=0))

    def _merged(self, wanted: Mapping[str, Wanted]) -> dict[str, Resource]:
        keys = [stated.key for want in wanted.values() for stated in want.members]
        held: dict[int, Resource] = {}
        for some in chunks(keys):
            query = (
                select(STATEMENT.c.key, STATEMENT.c.payload, RECORD.c.origins)
                .join(RECORD, RECORD.c.key == STATEMENT.c.record)
                .where(STATEMENT.c.key.in_(some))
            )
            for row in self.connection.execute(query):
                held[row.key] = read_payload(row.payload, row.origins)
        return {
            leader: merge([held[stated.key] for stated in want.members], want.part_of)
            for leader, want in wanted.items()
        }

    # -- writing -----------------------------------------------------------------------------------------------

    def _write_rows(self) -> None:
        news = sorted(self._news, key=lambda identity: (self.rows[identity].lead is not None, identity))
        first = take(self.connection, "seq", len(news)) if news else 0
        for number, identity in enumerate(news, first):
            self.rows[identity].seq, self.rows[identity].changed = number, self.now
        names = Row.__struct_fields__
        fresh = [row for row in self.rows.values() if row.id in self._fresh]
        for some in chunks(fresh):
            self.connection.execute(insert(ITEM), [{name: getattr(row, name) for name in names} for row in some])
        held = [self.rows[identity] for identity in self._dirty if identity not in self._fresh]
        self._update([row for row in held if row.id in self._remade], names[1:])
        self._update([row for row in held if row.id not in self._remade], LIGHT[1:])

    def _update(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        statement = (
            update(ITEM)
            .where(ITEM.c.key == bindparam("the_key"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        for some in chunks(rows):
            self.connection.execute(
                statement,
                [{"the_key": row.key, **{f"new_{name}": getattr(row, name) for name in names}} for row in some],
            )

    def _write_parts(self, parents: Mapping[str, tuple[str, ...]]) -> None:
        held = {(row.child, row.parent) for row in self.connection.execute(select(PART.c.child, PART.c.parent))}
        want = {(self.rows[child].key, self.rows[parent].key) for child, above in parents.items() for parent in above}
        gone = [{"the_child": child, "the_parent": parent} for child, parent in held - want]
        if gone:
            same = (PART.c.child == bindparam("the_child")) & (PART.c.parent == bindparam("the_parent"))
            self.connection.execute(delete(PART).where(same), gone)
        fresh = [{"child": child, "parent": parent} for child, parent in sorted(want - held)]
        if fresh:
            self.connection.execute(insert(PART), fresh)

    def _bump_variables(self, leaders: Mapping[str, str], before: Mapping[str, str]) -> None:
        """Variables whose parent answers to another id now, or is gone, have changed."""
        gone = [row.hash for identity in self._news if (row := self.rows[identity]).lead is None and not row.stated]
        moved = gone + [
            hash_of(identity)
            for identity in sorted(leaders.keys() | before.keys())
            if leaders.get(identity, identity) != before.get(identity, identity)
        ]
        retired = [row.hash for identity in self._news if (row := self.rows[identity]).lead is None]
        below = select(EDGE.c.statement).where(EDGE.c.parent.in_(bindparam("hashes", expanding=True)))
        for column, hashes in ((STATEMENT.c.parent, moved), (STATEMENT.c.hash, retired)):
            for some in chunks(hashes, 200):
                self._bump(list(self.connection.scalars(self._live_variables().where(column.in_(some)))))
        for some in chunks(moved, 200):
            keys = list(self.connection.scalars(below, {"hashes": some}))
            for part in chunks(keys):
                self._bump(list(self.connection.scalars(self._live_variables().where(STATEMENT.c.key.in_(part)))))

    @staticmethod
    def _live_variables() -> Select[tuple[int]]:
        return select(STATEMENT.c.key).where(STATEMENT.c.kind == VARIABLE, STATEMENT.c.deleted == 0)

    def _bump(self, keys: Sequence[int]) -> None:
        if not keys:
            return
        first = take(self.connection, "seq", len(keys))
        statement = update(STATEMENT).where(STATEMENT.c.key == bindparam("the_key"))
        statement = statement.values(seq=bindparam("new_seq"), changed=self.now)
        for some in chunks(enumerate(keys, first)):
            self.connection.execute(statement, [{"the_key": key, "new_seq": number} for number, key in some])


def _verdicts(connection: Connection) -> tuple[Mapping[tuple[str, str], str], Mapping[tuple[str, str], float]]:
    held = verdicts_in_force(connection)
    return held.decided, held.likely
