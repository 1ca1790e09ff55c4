"""Finding an item by its DOI.

The keys under which things are compared (`corpus_block`) name every DOI, so finding one needs no index of its own; an
item is found from the moment it was resolved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, select

from reperio.corpus.blocking import hash_key
from reperio.corpus.model import Item
from reperio.corpus.tables import BLOCK, PROFILE
from reperio.errors import QueryError
from reperio.text.identifiers import read_identifier

HOLDERS_MAX = 200
LISTED_MAX = 10
Items = Callable[[Iterable[str]], dict[str, Item]]


def find_by_doi(
    connection: Connection, key: str, items: Items, leaders: Callable[[Iterable[str]], dict[str, str]]
) -> Item | None:
    """The item that states this DOI, however it is written; None when it is no DOI, or nothing has it.

    What stands at the top is meant rather than its parts. `items` gives live items by id, `leaders` what ids were
    merged into.

    Raises:
        QueryError: several items at the top have it; `context` lists their ids.
    """
    identifier = read_identifier(key)
    if identifier is None or identifier.scheme != "doi":
        return None
    doi = identifier.value.lower()
    query = (
        select(PROFILE.c.id)
        .join(BLOCK, BLOCK.c.profile == PROFILE.c.key)
        .where(BLOCK.c.hash == hash_key(f"doi:{doi}"))
        .order_by(PROFILE.c.id)
        .limit(HOLDERS_MAX)
    )
    ids = list(connection.scalars(query))
    merged = leaders(ids)
    held = items(dict.fromkeys(merged.get(identity, identity) for identity in ids)).values()
    having = [item for item in held if doi in {one.lower() for one in item.resource.dois}]
    return _the_one([item for item in having if not item.resource.part_of] or having, doi)


def _the_one(having: list[Item], doi: str) -> Item | None:
    if len(having) > 1:
        ids = [item.id for item in having[:LISTED_MAX]]
        raise QueryError(f"Several things have the DOI {doi}.", hint=f"Ask for one of: {', '.join(ids)}.", ids=ids)
    return having[0] if having else None
