"""Hits in a stable order: by score or by a field, ties by id.

The engine gives ties in the order of its segments, which merging changes; they are put into the order of their ids
here. Where more than `LARGEST_TIE` hits tie (a label that a thousand variables share) they stay in the engine's order,
decided by the size of the tie alone, so that pages never overlap either way.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any, Final

import numpy as np
import tantivy

from reperio.index.ask import Hit, Sort

LARGEST_TIE: Final = 1_000
SLACK: Final = 64
MOST_SCORED: Final = 20_000  # hits up to which sorting by a field breaks ties by score

_FIELD_OF: Final[dict[Sort, tuple[str, bool]]] = {
    "newest": ("published", False),
    "oldest": ("published", True),
    "size": ("size", False),
    "title": ("title_order", True),
    "position": ("position", True),
}
_NUMBERS: Final = ("published", "size", "position")

Keyed = tuple[Any, float, tantivy.DocAddress]
"""Key of the order (score, number or text), score, and address of a hit."""
Asking = Callable[[int], list[Keyed]]
"""Gives the first so many hits of a query."""


class Ordering:
    """Gives the hits of a query in order, from one state of one index."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    def count(self, query: tantivy.Query) -> int:
        """Count the documents that match."""
        found = self._searcher.search(query, 1, count=True)
        return int(found.count or 0)  # type: ignore[attr-defined]  # absent from the engine's stubs

    def first(self, query: tantivy.Query, wanted: int, sort: Sort, *, scored: bool) -> list[Keyed]:
        """Give the first `wanted` hits; `scored` says whether scores differ at all."""
        if wanted <= 0 or not self._searcher.num_docs:
            return []
        if sort == "score":
            return (
                self._settled(self._by_score(query), wanted)
                if scored
                else self._by_field(query, "id", ascending=True)(wanted)
            )
        field, ascending = _FIELD_OF[sort]
        if scored and field in _NUMBERS and (total := self.count(query)) <= MOST_SCORED:
            every = self._by_number_and_score(query, total, field, ascending=ascending)
            return self._settled(lambda limit: every[:limit], wanted)
        return self._settled(self._by_field(query, field, ascending=ascending), wanted)

    def hit(self, keyed: Keyed) -> Hit:
        """Read who a hit is."""
        _, score, address = keyed
        stored = self._searcher.doc(address)
        identifier, parent = stored.get_first("id"), stored.get_first("parent")
        return Hit(
            id=str(identifier),
            score=score,
            root=str(stored.get_first("root") or ""),
            parent="" if parent == identifier else str(parent),
        )

    def _by_score(self, query: tantivy.Query) -> Asking:
        def ask(limit: int) -> list[Keyed]:
            hits = self._searcher.search(query, limit, count=False).hits
            return [(score, score, address) for score, address in hits]

        return ask

    def _by_field(self, query: tantivy.Query, field: str, *, ascending: bool) -> Asking:
        order = tantivy.Order.Asc if ascending else tantivy.Order.Desc

        def ask(limit: int) -> list[Keyed]:
            hits = self._searcher.search(query, limit, count=False, order_by_field=field, order=order).hits
            return [(key, 0.0, address) for key, address in hits]

        return ask

    def _by_number_and_score(self, query: tantivy.Query, total: int, field: str, *, ascending: bool) -> list[Keyed]:
        """Order all hits by a number (unknown last), then by score."""
        hits = self._searcher.search(query, max(total, 1), count=False).hits
        numbers = self._searcher.fast_field_values(field, [address for _, address in hits])
        sign = 1 if ascending else -1
        keys = np.array([np.inf if number is None else sign * number for number in numbers], dtype=np.float64)
        scores = np.array([score for score, _ in hits], dtype=np.float64)
        order = np.lexsort((-scores, keys))
        return [((keys[at], hits[at][0]), hits[at][0], hits[at][1]) for at in order.tolist()]

    def _settled(self, ask: Asking, wanted: int) -> list[Keyed]:
        """Put the ties among the first `wanted` into the order of their ids."""
        limit = wanted + SLACK
        found = ask(limit)
        if len(found) == limit and found[wanted - 1][0] == found[-1][0]:
            limit = wanted + LARGEST_TIE + 1
            found = ask(limit)
        settled: list[Keyed] = []
        for _, tied in groupby(found, key=lambda keyed: keyed[0]):
            run = list(tied)
            whole = len(found) < limit or len(settled) + len(run) < len(found)
            settled += self._by_id(run) if whole and 1 < len(run) <= LARGEST_TIE else run
            if len(settled) >= wanted:
                break
        return settled[:wanted]

    def _by_id(self, tied: list[Keyed]) -> list[Keyed]:
        return sorted(tied, key=lambda keyed: str(self._searcher.doc(keyed[2]).get_first("id")))
