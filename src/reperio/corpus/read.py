"""Reading items back: by id, uuid or slug, one or many, up and down the tree."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, func, or_, select, tuple_

from reperio.corpus.by_doi import find_by_doi
from reperio.corpus.ledger import chunks
from reperio.corpus.lineage import lineages
from reperio.corpus.model import Item
from reperio.corpus.naming import UUID
from reperio.corpus.payload import hash_of, hash_of_uuid, read_payload
from reperio.corpus.tables import (
    ALIAS,
    CODES,
    EDGE,
    IS_NUMBERED,
    ITEM,
    KINDS,
    PART,
    RECORD,
    SOURCE,
    STATEMENT,
    VARIABLE,
)
from reperio.errors import GoneError, MovedError, NotFoundError
from reperio.resource.fields import Resource
from reperio.resource.model import CATALOGUE_KINDS, Kind
from reperio.text.slugs import uuid_of

KEY_MAX = 2000
_MEMBERS = msgspec.json.Decoder(list[tuple[str, str]])
_UNSAFE = re.compile("[\0\ud800-\udfff]")
_LEAD = STATEMENT.alias("lead")


def _catalogue() -> Select[Any]:
    """Live items with the statement that leads them."""
    return (
        select(
            ITEM.c.key, ITEM.c.id, ITEM.c.slug, ITEM.c.members, ITEM.c.payload, ITEM.c.variables, ITEM.c.children,
            ITEM.c.seq, ITEM.c.changed, _LEAD.c.payload.label("said"), RECORD.c.origins,
        )
        .join(_LEAD, _LEAD.c.key == ITEM.c.lead)
        .join(RECORD, RECORD.c.key == _LEAD.c.record)
    )  # fmt: skip


def _variables() -> Select[Any]:
    """Live variables."""
    return (
        select(
            STATEMENT.c.key, STATEMENT.c.id, STATEMENT.c.parent, STATEMENT.c.position, STATEMENT.c.seq,
            STATEMENT.c.changed, STATEMENT.c.payload, RECORD.c.origins, SOURCE.c.name.label("source"),
        )
        .join(RECORD, RECORD.c.key == STATEMENT.c.record)
        .join(SOURCE, SOURCE.c.key == STATEMENT.c.source)
        .where(STATEMENT.c.kind == VARIABLE, STATEMENT.c.deleted == 0)
    )  # fmt: skip


# Built once: to build a statement costs as much as to ask it.
_HASHES: BindParameter[int] = bindparam("hashes", expanding=True)
_CATALOGUE_BY_HASH = _catalogue().where(ITEM.c.hash.in_(_HASHES))
_VARIABLES_BY_HASH = _variables().where(STATEMENT.c.hash.in_(_HASHES))
_LEADER = ITEM.alias("target")
_LEADERS_BY_HASH = (
    select(ITEM.c.id, _LEADER.c.id.label("leader"))
    .join(_LEADER, _LEADER.c.key == ITEM.c.moved_to)
    .where(ITEM.c.hash.in_(_HASHES), ITEM.c.stated == 1)
)


class Reader:
    """Answers questions about items over one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # -- one ---------------------------------------------------------------------------------------------------

    def find(self, key: str) -> Item:
        """See `Corpus.find`."""
        name = key.strip()
        if name and len(name) <= KEY_MAX and not _UNSAFE.search(name):
            folded = name.lower()
            found = self._find_uuid(folded) if UUID.fullmatch(folded) else self._find_id(folded)
            found = found or self._find_slug(folded) or find_by_doi(self.connection, name, self.items, self._leaders)
            if found is not None:
                return found
        raise NotFoundError("Nothing has this identifier.", key=name[:200])

    def _find_uuid(self, uuid: str) -> Item | None:
        digits = uuid.replace("-", "")
        return self._resolve(hash_of_uuid(digits), lambda identity: uuid_of(identity) == digits)

    def _find_id(self, identity: str) -> Item | None:
        return self._resolve(hash_of(identity), lambda other: other == identity)

    def _resolve(self, hashed: int, is_it: Any) -> Item | None:
        """The live item of that hash; what is no longer there answers with an error."""
        rows = [row for row in self.connection.execute(_state().where(ITEM.c.hash == hashed)) if is_it(row.id)]
        if any(row.lead is not None for row in rows):
            return self.items([row.id for row in rows])[rows[0].id]
        query = _variables().where(STATEMENT.c.hash == hashed)
        variables = [row for row in self.connection.execute(query) if is_it(row.id)]
        if variables:
            return self._of_variables(variables)[0]
        if rows:
            raise self._departed(rows[0])
        gone = select(STATEMENT.c.id).where(STATEMENT.c.hash == hashed, STATEMENT.c.kind == VARIABLE)
        for identity in self.connection.scalars(gone):
            if is_it(identity):
                raise GoneError("Its source has withdrawn it.", id=identity)
        return None

    def _departed(self, row: Row[Any]) -> GoneError | MovedError:
        target = self._follow(row)
        if target is None:
            return GoneError("Its source has withdrawn it.", id=row.id)
        return MovedError("It was merged with another record.", target=target.id, id=row.id)

    def _follow(self, row: Row[Any]) -> Row[Any] | None:
        """The live row that a row leads to, if any."""
        seen: set[int] = set()
        while row.lead is None:
            if row.moved_to is None or row.key in seen:
                return None
            seen.add(row.key)
            row = self.connection.execute(_state().where(ITEM.c.key == row.moved_to)).one()
        return row

    def _find_slug(self, slug: str) -> Item | None:
        row = self.connection.execute(_state().where(ITEM.c.slug == slug)).first()
        if row is not None:
            if row.lead is not None:
                return self.items([row.id])[row.id]
            raise self._departed(row)
        query = _state().join(ALIAS, ALIAS.c.item == ITEM.c.key).where(ALIAS.c.name == slug)
        row = self.connection.execute(query).first()
        if row is None:
            return None
        target = self._follow(row)
        if target is None:
            raise GoneError("Its source has withdrawn it.", id=row.id)
        raise MovedError("It has another name now.", target=target.id, id=row.id)

    # -- many --------------------------------------------------------------------------------------------------

    def items(self, ids: Iterable[str], *, variables: bool = False) -> dict[str, Item]:
        """Live items by id, in the order asked; ids that are not there are left out. `variables`: most of them are."""
        wanted = [identity for identity in dict.fromkeys(ids) if not _UNSAFE.search(identity)]
        found: dict[str, Item] = {}
        ways = (self._variables_of, self._catalogue_of) if variables else (self._catalogue_of, self._variables_of)
        for some in chunks(wanted):
            rest = {hash_of(identity): identity for identity in some}
            for way in ways:
                found.update((item.id, item) for item in way(list(rest)))
                rest = {hashed: identity for hashed, identity in rest.items() if identity not in found}
                if not rest:
                    break
        return {identity: found[identity] for identity in wanted if identity in found}

    def _catalogue_of(self, hashes: Sequence[int]) -> list[Item]:
        return self._of_catalogue(self.connection.execute(_CATALOGUE_BY_HASH, {"hashes": hashes}))

    def _variables_of(self, hashes: Sequence[int]) -> list[Item]:
        return self._of_variables(self.connection.execute(_VARIABLES_BY_HASH, {"hashes": hashes}).all())

    def _of_catalogue(self, rows: Iterable[Row[Any]]) -> list[Item]:
        return [_catalogue_item(row) for row in rows]

    def _of_variables(self, rows: Sequence[Row[Any]]) -> list[Item]:
        resources = [read_payload(row.payload, row.origins) for row in rows]
        leaders = self._leaders({parent for resource in resources for parent in resource.part_of})
        return [_variable_item(row, _under(resource, leaders)) for row, resource in zip(rows, resources, strict=True)]

    def _leaders(self, ids: Iterable[str]) -> dict[str, str]:
        """Canonical ids of those that were merged into another."""
        found: dict[str, str] = {}
        for some in chunks({hash_of(identity) for identity in ids}):
            rows = self.connection.execute(_LEADERS_BY_HASH, {"hashes": some})
            found.update((row.id, row.leader) for row in rows)
        return found

    def latest(self, ids: Iterable[str], limit: int) -> list[str]:
        """Those of some live ids that changed last, the latest first."""
        moments: list[tuple[int, int, str]] = []
        for some in chunks(list(dict.fromkeys(identity for identity in ids if not _UNSAFE.search(identity)))):
            wanted = {hash_of(identity): identity for identity in some}
            items = select(ITEM.c.changed, ITEM.c.seq, ITEM.c.id).where(
                ITEM.c.hash.in_(wanted), ITEM.c.lead.is_not(None)
            )
            variables = select(STATEMENT.c.changed, STATEMENT.c.seq, STATEMENT.c.id).where(
                STATEMENT.c.hash.in_(wanted), STATEMENT.c.kind == VARIABLE, STATEMENT.c.deleted == 0
            )
            for query in (items, variables):
                rows = self.connection.execute(query)
                moments += [(row.changed, row.seq, row.id) for row in rows if wanted.get(hash_of(row.id)) == row.id]
            moments = heapq.nlargest(limit, moments)
        return [identity for _, _, identity in moments]

    # -- up and down -------------------------------------------------------------------------------------------

    def key_of(self, identity: str) -> int | None:
        """Key of the live catalogue item of an id."""
        if _UNSAFE.search(identity):
            return None
        query = select(ITEM.c.key).where(
            ITEM.c.hash == hash_of(identity), ITEM.c.id == identity, ITEM.c.lead.is_not(None)
        )
        return self.connection.scalar(query)

    def children(self, identity: str, kinds: Sequence[Kind] | None, offset: int, limit: int) -> list[Item]:
        """Children of an item: what is in the catalogue by slug, then variables by position."""
        key = self.key_of(identity)
        if key is None or limit <= 0:
            return []
        found: list[Item] = []
        codes = [CODES[kind] for kind in kinds or CATALOGUE_KINDS if kind != "variable"]
        held = 0
        if codes:
            below = PART.join(ITEM, ITEM.c.key == PART.c.child)
            held = self._number(
                select(func.count()).select_from(below).where(PART.c.parent == key, ITEM.c.kind.in_(codes))
            )
            query = (
                _catalogue().join(PART, PART.c.child == ITEM.c.key).where(PART.c.parent == key, ITEM.c.kind.in_(codes))
            )
            found = self._of_catalogue(self.connection.execute(query.order_by(ITEM.c.slug).offset(offset).limit(limit)))
        if len(found) < limit and (kinds is None or "variable" in kinds):
            query = _variables().where(self._inside(key)).order_by(STATEMENT.c.position, STATEMENT.c.key)
            rows = self.connection.execute(query.offset(max(0, offset - held)).limit(limit - len(found)))
            found += self._of_variables(rows.all())
        return found

    def count_children(self, identity: str, kinds: Sequence[Kind] | None) -> int:
        """Number of direct children of these kinds."""
        key = self.key_of(identity)
        if key is None:
            return 0
        codes = [CODES[kind] for kind in kinds or KINDS]
        below = PART.join(ITEM, ITEM.c.key == PART.c.child)
        number = self._number(
            select(func.count()).select_from(below).where(PART.c.parent == key, ITEM.c.kind.in_(codes))
        )
        if VARIABLE in codes:
            inside = self._inside(key), STATEMENT.c.kind == VARIABLE, STATEMENT.c.deleted == 0
            number += self._number(select(func.count()).select_from(STATEMENT).where(*inside))
        return number

    def variables_of(
        self, identity: str, after: tuple[int, int] | None, limit: int
    ) -> list[tuple[tuple[int, int], Item]]:
        """Variables that are part of an id, by (position, key); of an id that nothing live has, those that name it."""
        key = self.key_of(identity)
        inside = STATEMENT.c.parent == hash_of(identity) if key is None else self._inside(key)
        place = (STATEMENT.c.position, STATEMENT.c.key)
        query = _variables().where(inside).order_by(*place).limit(limit)
        if after is not None:
            query = query.where(tuple_(*place) > after)
        rows = self.connection.execute(query).all()
        places = [(row.position, row.key) for row in rows]
        return list(zip(places, self._of_variables(rows), strict=True))

    def _number(self, query: Select[Any]) -> int:
        return int(self.connection.scalar(query) or 0)

    def _inside(self, key: int) -> Any:
        """Variables of an item: their parent is one of the ids it is made of."""
        query = select(ITEM.c.hash).where(or_(ITEM.c.key == key, ITEM.c.moved_to == key), ITEM.c.stated == 1)
        hashes = list(self.connection.scalars(query))
        extra = list(self.connection.scalars(select(EDGE.c.statement).where(EDGE.c.parent.in_(hashes)).limit(1)))
        if not extra:
            return STATEMENT.c.parent.in_(hashes)
        return or_(
            STATEMENT.c.parent.in_(hashes),
            STATEMENT.c.key.in_(select(EDGE.c.statement).where(EDGE.c.parent.in_(hashes))),
        )

    def ancestors(self, identity: str) -> list[Item]:
        """What an item belongs to, top first."""
        item = self.items([identity]).get(identity)
        if item is None:
            return []
        start = item.resource.part_of if item.kind == "variable" else (identity,)
        items = self.items(lineages(self.connection, [start])[start])
        items.pop(identity, None)
        return list(items.values())

    # -- all ---------------------------------------------------------------------------------------------------

    def catalogue_page(
        self, codes: Sequence[int], after: int, limit: int, *, top: bool = False
    ) -> list[tuple[int, Item]]:
        """Live catalogue items after a key, with their keys."""
        query = _catalogue().where(ITEM.c.key > after, ITEM.c.kind.in_(codes)).order_by(ITEM.c.key).limit(limit)
        if top:
            query = query.where(ITEM.c.top == 1)
        rows = self.connection.execute(query).all()
        return list(zip((row.key for row in rows), self._of_catalogue(rows), strict=True))

    def variable_page(self, after: tuple[int, int, int] | None, limit: int) -> list[tuple[tuple[int, int, int], Item]]:
        """Variables that have a parent, by (parent, position, key)."""
        place = (STATEMENT.c.parent, STATEMENT.c.position, STATEMENT.c.key)
        query = _variables().where(STATEMENT.c.parent.is_not(None)).order_by(*place).limit(limit)
        if after is not None:
            query = query.where(tuple_(*place) > after)
        rows = self.connection.execute(query).all()
        places = [(row.parent, row.position, row.key) for row in rows]
        return list(zip(places, self._of_variables(rows), strict=True))

    def orphan_page(self, after: int, limit: int) -> list[tuple[int, Item]]:
        """Variables without any parent, by key."""
        query = _variables().where(STATEMENT.c.parent.is_(None), IS_NUMBERED, STATEMENT.c.key > after)
        rows = self.connection.execute(query.order_by(STATEMENT.c.key).limit(limit)).all()
        return list(zip((row.key for row in rows), self._of_variables(rows), strict=True))

    def place_of(self, identity: str) -> tuple[int, int | tuple[int, int, int]] | None:
        """Where `walk` stands at an id: stage 0 and its key, 1 and its place, or 2 and its key."""
        if (key := self.key_of(identity)) is not None:
            return 0, key
        if _UNSAFE.search(identity):
            return None
        query = _variables().where(STATEMENT.c.hash == hash_of(identity), STATEMENT.c.id == identity)
        row = self.connection.execute(query).first()
        if row is None:
            return None
        return (2, row.key) if row.parent is None else (1, (row.parent, row.position, row.key))


def _state() -> Select[Any]:
    return select(ITEM.c.key, ITEM.c.id, ITEM.c.lead, ITEM.c.moved_to)


def _catalogue_item(row: Row[Any]) -> Item:
    resource = read_payload(row.said, row.origins) if row.payload is None else read_payload(row.payload)
    members = _MEMBERS.decode(row.members)
    return Item(
        resource=resource, slug=row.slug,
        members=tuple(dict.fromkeys(identity for identity, _ in members)),
        sources=tuple(dict.fromkeys(source for _, source in members)),
        variables=row.variables, children=row.children, seq=row.seq, changed=_moment(row.changed),
    )  # fmt: skip


def _variable_item(row: Row[Any], resource: Resource) -> Item:
    return Item(
        resource=resource, slug=resource.uuid, members=(resource.id,), sources=(row.source,), seq=row.seq,
        changed=_moment(row.changed),
    )  # fmt: skip


def _under(resource: Resource, leaders: dict[str, str]) -> Resource:
    part_of = tuple(dict.fromkeys(leaders.get(parent, parent) for parent in resource.part_of))
    return resource if part_of == resource.part_of else msgspec.structs.replace(resource, part_of=part_of)


@lru_cache(maxsize=4096)
def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
