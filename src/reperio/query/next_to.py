"""The variables next to a variable in its file."""

from __future__ import annotations

from typing import Final

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.index.ask import Ask, In
from reperio.index.backend import Backend

AROUND: Final = 40
"""Variables among which a variable is looked for at its place: a file may leave places empty, or give one twice."""


def next_to(item: Item, file_id: str, backend: Backend, corpus: Corpus) -> tuple[Item | None, Item | None]:
    """The variables before and after a variable in its file; None at the ends, and where its place is not known."""
    position = item.resource.position
    if position is None:
        return None, None
    place = max(0, position - 1 - AROUND // 2)
    inside = In("ancestor", (file_id,))
    ask = Ask(collection="variables", filters=(inside,), sort="position", offset=place, limit=AROUND)
    ids = [hit.id for hit in backend.search(ask).hits]
    if item.id not in ids:
        return None, None
    at = ids.index(item.id)
    sides = ids[max(0, at - 1) : at], ids[at + 1 : at + 2]
    found = corpus.items([identity for side in sides for identity in side], variables=True)
    before, after = (next(map(found.get, side), None) for side in sides)
    return before, after
