"""Deep pages of lists by title.

The engine sorts by number quickly at any depth, but reads the titles of all that stands before a page. So of a long list
its titles are read once, in order, with how many hits have each; then any page of it is found by its few titles.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from itertools import groupby
from typing import Final

import numpy as np
import tantivy
from numpy.typing import NDArray

from reperio.index.tantivy_hits import LARGEST_TIE, Keyed, Ordering

FIELD: Final = "title_order"
TITLES_READ: Final = 100  # hits before a page up to which titles are simply read
MOST_TITLES: Final = 65_000  # the engine's own limit to an answer
MOST_SHARING: Final = 4_000  # hits that the titles of a page may have; more are read in order
KEPT: Final = 6  # lists of which the titles are kept

Contents = tuple[list[str], NDArray[np.int64]]
"""Titles in order, and how many hits there are up to the end of each."""


class TitleLists:
    """Long lists by title, over one state of one index.

    Args:
        schema: the engine's schema.
        searcher: the state.
        ordering: puts ties in order.
    """

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, ordering: Ordering) -> None:
        self._schema = schema
        self._searcher = searcher
        self._ordering = ordering
        self._kept: OrderedDict[Hashable, Contents | None] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, key: Hashable, query: tantivy.Query, offset: int, limit: int) -> tuple[int, list[Keyed]] | None:
        """Give the number of hits and a page of them; None where the titles cannot tell where it lies.

        Args:
            key: what the list is known by; equal for equal queries.
            query: what is listed.
            offset: hits before the page, fewer than there are.
            limit: hits on it.
        """
        contents = self._contents(key, query)
        if contents is None:
            return None
        titles, ends = contents
        first = int(np.searchsorted(ends, offset, side="right"))
        last = int(np.searchsorted(ends, min(offset + limit, int(ends[-1])), side="left"))
        before = int(ends[first - 1]) if first else 0
        expected = int(ends[last]) - before if first <= last else 0
        if not 0 < expected <= MOST_SHARING:
            return None
        hits = self._hits(query, titles[first : last + 1], expected)
        return (int(ends[-1]), hits[offset - before :][:limit]) if len(hits) == expected else None

    def _hits(self, query: tantivy.Query, titles: list[str], expected: int) -> list[Keyed]:
        among = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, FIELD, titles), 0.0)
        narrowed = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, among)])
        found = self._searcher.search(
            narrowed, expected + 1, count=False, order_by_field=FIELD, order=tantivy.Order.Asc
        ).hits
        keyed: list[Keyed] = [(title, 0.0, address) for title, address in found]
        settled: list[Keyed] = []
        for _, tied in groupby(keyed, key=lambda one: one[0]):
            run = list(tied)
            settled += self._ordering.by_id(run) if 1 < len(run) <= LARGEST_TIE else run
        return settled

    def _contents(self, key: Hashable, query: tantivy.Query) -> Contents | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        read = self._read(query)
        with self._lock:
            self._kept[key] = read
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return read

    def _read(self, query: tantivy.Query) -> Contents | None:
        terms = {"field": FIELD, "size": MOST_TITLES, "segment_size": MOST_TITLES, "order": {"_key": "asc"}}
        found = self._searcher.aggregate(query, {"titles": {"terms": terms}})["titles"]
        buckets = found["buckets"]
        if not buckets or found["sum_other_doc_count"] or len(buckets) >= MOST_TITLES:
            return None
        counts = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}
        titles = sorted(counts, key=str.encode)
        ends = np.cumsum([counts[title] for title in titles])
        return (titles, ends) if int(ends[-1]) == self._ordering.count(query) else None
