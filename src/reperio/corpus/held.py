"""What settling works on: light rows of statements and items, without their payloads."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from reperio.corpus.group import Unit
from reperio.corpus.tables import IN_CATALOGUE, ITEM, SOURCE, STATEMENT

FORM = "2"
"""Part of every signature: a later way of merging remakes every item."""


class Stated(msgspec.Struct, frozen=True):
    """A live statement of a series, study or dataset, without its payload."""

    key: int
    id: str
    source: str
    record: int
    source_key: int
    kind: int
    filled: int
    digest: bytes
    parents: tuple[str, ...]
    dois: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, str, str]:
        """Smaller leads: kind, completeness, id, source."""
        return (self.kind, -self.filled, self.id, self.source)


class Wanted(msgspec.Struct, kw_only=True):
    """What a live item should be."""

    members: list[Stated]
    ids: tuple[str, ...]
    part_of: tuple[str, ...]
    variables: int
    children: int
    top: bool

    @property
    def signature(self) -> bytes:
        """Changes whenever the merged resource would."""
        said = [(stated.id, stated.source, stated.digest.hex()) for stated in self.members]
        return hashlib.blake2b(msgspec.json.encode((FORM, said, self.part_of)), digest_size=16).digest()


class _Keys(msgspec.Struct):
    parents: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Row(msgspec.Struct):
    """A row of the item table, without its payload."""

    key: int
    hash: int
    id: str
    kind: int
    slug: str | None = None
    lead: int | None = None
    moved_to: int | None = None
    stated: int = 0
    top: int = 0
    members: str = "[]"
    signature: bytes | None = None
    variables: int = 0
    children: int = 0
    seq: int = 0
    changed: int = 0
    payload: bytes | None = None


LIGHT = tuple(name for name in Row.__struct_fields__ if name != "payload")
_KEYS = msgspec.json.Decoder(_Keys)


def load_stated(connection: Connection) -> dict[str, list[Stated]]:
    """Live statements of series, studies and datasets by id, the one that leads first."""
    sources = {row.key: row.name for row in connection.execute(select(SOURCE.c.key, SOURCE.c.name))}
    names = ("key", "id", "source", "record", "kind", "filled", "digest", "keys")
    query = select(*(STATEMENT.c[name] for name in names)).where(IN_CATALOGUE, STATEMENT.c.deleted == 0)
    found: dict[str, list[Stated]] = defaultdict(list)
    for row in connection.execute(query):
        keys = _KEYS.decode(row.keys)
        found[row.id].append(
            Stated(
                row.key, row.id, sources[row.source], row.record, row.source, row.kind, row.filled, row.digest,
                keys.parents, keys.dois, keys.names,
            )
        )  # fmt: skip
    for members in found.values():
        members.sort(key=lambda stated: stated.rank)
    return dict(found)


def load_rows(connection: Connection) -> dict[str, Row]:
    """Rows of the item table by id."""
    query = select(*(ITEM.c[name] for name in LIGHT))
    return {row.id: Row(**dict(zip(LIGHT, row, strict=True))) for row in connection.execute(query)}


def unit_of(members: Sequence[Stated]) -> Unit:
    """What all statements of one id say together."""
    lead = members[0]
    return Unit(
        id=lead.id, rank=(lead.kind, lead.rank[1], lead.id), kind=lead.kind,
        parents=tuple(dict.fromkeys(parent for stated in members for parent in stated.parents if parent != lead.id)),
        dois=tuple(dict.fromkeys(doi for stated in members for doi in stated.dois)),
        names=tuple(dict.fromkeys(name for stated in members for name in stated.names)),
        sources=tuple(dict.fromkeys(stated.source for stated in members)),
    )  # fmt: skip
