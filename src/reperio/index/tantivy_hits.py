"""Hits in a stable order: by score or by a field, ties by id.

The engine gives ties in the order of its segments, which merging changes; they are put into the order of their ids
here. Where more than `LARGEST_TIE` hits tie (a label that a thousand variables share) they stay in the engine's order,
decided by the size of the tie alone, so that pages never overlap either way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import tantivy

from reperio.index.ask import Hit, Sort

LARGEST_TIE: Final = 1_000
SLACK: Final = 64
SHALLOW: Final = 500  # hits before a page up to which they are simply read
MOST_SCORED: Final = 20_000  # hits up to which sorting by a field breaks ties by score

IDENTITIES_KEPT: Final = 50_000  # documents of which ids are remembered: lists of hits share most of their heads

_FIELD_OF: Final[dict[Sort, tuple[str, bool]]] = {
    "newest": ("published", False),
    "oldest": ("published", True),
    "size": ("size", False),
    "title": ("title_order", True),
    "position": ("position", True),
}
_NUMBERS: Final = ("published", "size", "position")

Address = tantivy.DocAddress
Identity = tuple[str, str, str]
"""Ids of a document, its root and its parent."""
Keyed = tuple[Any, float, Address]
"""Key of the order (score, number or text), score, and address of a hit."""
Asking = Callable[[int], list[Keyed]]
"""Gives the first so many hits of a query."""


class Found(NamedTuple):
    """The first hits of a query in order, how many there are in all, and up to where ties are in the order of ids."""

    total: int
    hits: list[Keyed]
    settled: int


class Ordering:
    """Gives the hits of a query in order, from one state of one index."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._identities = lru_cache(maxsize=IDENTITIES_KEPT)(self._read)

    def count(self, query: tantivy.Query) -> int:
        """Count the documents that match."""
        return self._search(query, 1, count=True)[1]

    def found(self, query: tantivy.Query, wanted: int, sort: Sort, *, scored: bool) -> Found:
        """Give the first `wanted` hits and the number of all; `scored` says whether scores differ at all."""
        if wanted <= 0 or not self._searcher.num_docs:
            return Found(self.count(query) if self._searcher.num_docs else 0, [], 0)
        wanted = min(wanted, self._searcher.num_docs)
        if sort == "score" and scored:
            return self._by_score(query, wanted)
        total = self.count(query)
        return self._sorted(query, min(wanted, total), total, sort, scored=scored) if total else Found(0, [], 0)

    def page(
        self, query: tantivy.Query, offset: int, limit: int, sort: Sort, *, scored: bool
    ) -> tuple[int, list[Keyed]]:
        """Give the number of all hits, and a page of them; of what stands before a deep page nothing is read."""
        if offset > SHALLOW and limit and sort != "score" and self._searcher.num_docs:
            total = self.count(query)
            field, ascending = _FIELD_OF[sort]
            if not (scored and field in _NUMBERS and total <= MOST_SCORED):
                return total, self._window(query, field, offset, limit, ascending=ascending) if offset < total else []
        found = self.found(query, offset + limit if limit else 0, sort, scored=scored)
        return found.total, found.hits[offset:]

    def _window(self, query: tantivy.Query, field: str, offset: int, limit: int, *, ascending: bool) -> list[Keyed]:
        """Give a page of a list by a field, looking around it as far as ties reach."""
        order = tantivy.Order.Asc if ascending else tantivy.Order.Desc
        for reach in (SLACK, LARGEST_TIE + 1):
            begin = max(0, offset - reach)
            asked = offset + limit + reach - begin
            hits = self._searcher.search(
                query, asked, count=False, offset=begin, order_by_field=field, order=order
            ).hits
            found: list[Keyed] = [(key, 0.0, address) for key, address in hits]
            last = min(offset + limit - begin, len(found)) - 1
            tied_before = begin > 0 and offset - begin < len(found) and found[0][0] == found[offset - begin][0]
            tied_behind = len(found) == asked and found[last][0] == found[-1][0]
            if not tied_before and not tied_behind:
                break
        settled: list[Keyed] = []
        for _, tied in groupby(found, key=lambda keyed: keyed[0]):
            run = list(tied)
            whole = (settled or not begin) and (len(settled) + len(run) < len(found) or len(found) < asked)
            settled += self.by_id(run) if whole and 1 < len(run) <= LARGEST_TIE else run
        return settled[offset - begin :][:limit]

    def first(self, query: tantivy.Query, wanted: int, sort: Sort, *, scored: bool) -> list[Keyed]:
        """Give the first `wanted` hits."""
        return self.found(query, wanted, sort, scored=scored).hits

    def _sorted(self, query: tantivy.Query, wanted: int, total: int, sort: Sort, *, scored: bool) -> Found:
        if sort == "score":
            hits = self._by_field(query, "id", ascending=True)(wanted)
            return Found(total, hits, len(hits))
        field, ascending = _FIELD_OF[sort]
        if scored and field in _NUMBERS and total <= MOST_SCORED:
            every = self._by_number_and_score(query, total, field, ascending=ascending)
            return Found(total, *self._settled(lambda limit: every[:limit], wanted))
        return Found(total, *self._settled(self._by_field(query, field, ascending=ascending), wanted))

    def _search(self, query: tantivy.Query, limit: int, *, count: bool) -> tuple[list[tuple[float, Address]], int]:
        found = self._searcher.search(query, limit, count=count)
        return found.hits, int(found.count or 0)  # type: ignore[attr-defined]  # absent from the engine's stubs

    def hit(self, keyed: Keyed) -> Hit:
        """Read who a hit is."""
        _, score, address = keyed
        identifier, root, parent = self._known(address)
        return Hit(id=identifier, score=score, root=root, parent="" if parent == identifier else parent)

    def _known(self, address: Address) -> Identity:
        return self._identities(address.segment_ord, address.doc)

    def _by_score(self, query: tantivy.Query, wanted: int) -> Found:
        """Count and rank in one pass; what ties is asked for again only where ties reach beyond what was asked."""
        scored, total = self._search(query, wanted + SLACK, count=True)
        first = [(score, score, address) for score, address in scored]

        def ask(limit: int) -> list[Keyed]:
            if limit <= wanted + SLACK:
                return first
            return [(score, score, address) for score, address in self._search(query, limit, count=False)[0]]

        return Found(total, *self._settled(ask, min(wanted, len(first)), slack=wanted + SLACK))

    def best(self, hits: list[Keyed], wanted: int, least: float) -> list[Keyed]:
        """Give the best `wanted` of some hits, ties by id; nothing where one as good may be among those not seen.

        Args:
            hits: hits by score, the best first.
            wanted: how many to give.
            least: score down to which hits were seen; minus infinity when all were.
        """
        if math.isfinite(least):
            worst = hits[wanted - 1][0] if len(hits) >= wanted else None
            if worst is None or (worst == least and sum(score == least for score, *_ in hits) <= LARGEST_TIE):
                return []
        best: list[Keyed] = []
        for _, tied in groupby(hits, key=lambda keyed: keyed[0]):
            run = list(tied)
            best += self.by_id(run) if 1 < len(run) <= LARGEST_TIE else run
            if len(best) >= wanted:
                break
        return best[:wanted]

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

    def _settled(self, ask: Asking, wanted: int, *, slack: int = 0) -> tuple[list[Keyed], int]:
        """Put the ties among the first `wanted` into the order of their ids; tell how many are so ordered."""
        limit = slack or wanted + SLACK
        found = ask(limit)
        if found and len(found) == limit and found[wanted - 1][0] == found[-1][0]:
            limit = wanted + LARGEST_TIE + 1
            found = ask(limit)
        settled, ordered = found[:], wanted
        for start, end in _ties(found):
            if start >= wanted:
                break
            if (len(found) < limit or end < len(found)) and end - start <= LARGEST_TIE:
                settled[start:end] = self.by_id(found[start:end])
            else:
                ordered = min(ordered, start)
        return settled[:wanted], min(ordered, len(found))

    def by_id(self, tied: list[Keyed]) -> list[Keyed]:
        """Put hits into the order of their ids."""
        return sorted(tied, key=lambda keyed: self._known(keyed[2])[0])

    def _read(self, segment: int, number: int) -> Identity:
        stored = self._searcher.doc(tantivy.DocAddress(segment, number))
        return str(stored.get_first("id")), str(stored.get_first("root") or ""), str(stored.get_first("parent"))


def _ties(found: list[Keyed]) -> Iterator[tuple[int, int]]:
    """Where hits of the same key begin and end; most hits are alone with theirs."""
    start = 0
    for at, (before, after) in enumerate(pairwise(found), 1):
        if before[0] != after[0]:
            if at - start > 1:
                yield start, at
            start = at
    if len(found) - start > 1:
        yield start, len(found)
