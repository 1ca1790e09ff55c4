"""What stands above many items at once: their lines up the tree, in as many statements as the tree is deep."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import BindParameter, Connection, bindparam, select

from reperio.corpus.ledger import chunks
from reperio.corpus.payload import hash_of
from reperio.corpus.tables import ITEM, PART

Start = tuple[str, ...]
"""Ids that something belongs to, as it states them."""

_OVER = ITEM.alias("over")
_HASHES: BindParameter[int] = bindparam("hashes", expanding=True)
# Built once: to build a statement costs as much as to ask it.
_PARENTS = (
    select(ITEM.c.id.label("child"), _OVER.c.key, _OVER.c.id)
    .join(PART, PART.c.child == ITEM.c.key)
    .join(_OVER, _OVER.c.key == PART.c.parent)
    .where(ITEM.c.hash.in_(_HASHES))
)


def lineages(connection: Connection, starts: Collection[Start]) -> dict[Start, tuple[str, ...]]:
    """Ids of what each start names and of all that stands above it, top first; some of them may not be there."""
    above: dict[str, list[tuple[int, str]]] = {}
    wanted = {parent for start in starts for parent in start}
    while wanted:
        above |= {identity: [] for identity in wanted}
        for some in chunks(wanted):
            rows = connection.execute(_PARENTS, {"hashes": [hash_of(identity) for identity in some]})
            for child, key, parent in rows:
                above.setdefault(child, []).append((key, parent))
        wanted = {parent for child in wanted for _, parent in above[child]} - above.keys()
    return {start: _line(start, above) for start in starts}


def _line(start: Iterable[str], above: dict[str, list[tuple[int, str]]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    level = list(start)
    while level := [parent for parent in level if parent not in found]:
        found |= dict.fromkeys(level)
        level = [parent for _, parent in sorted({one for child in level for one in above[child]})]
    return tuple(reversed(found))
