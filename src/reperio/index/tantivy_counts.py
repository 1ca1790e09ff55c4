"""Facet counts and groups over the hits of a query: exact, in few requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import tantivy

from reperio.index.ask import Ask, FacetAsk, FacetCounts, Filter, Group
from reperio.index.columns import facet_field
from reperio.index.document import RANGES
from reperio.index.facets import empty_counts, most_frequent, other_filters
from reperio.index.tantivy_hits import Keyed, Ordering
from reperio.index.tantivy_schema import UNKNOWN

EVERY: Final = 2_000_000  # more values than a segment has
FEW_MORE: Final = 12  # values asked for beyond those wanted, to see whether the last ones tie
MOST_BUCKETS: Final = 65_000  # the engine's own limit to an answer

QueryFor = Callable[[tuple[Filter, ...]], tantivy.Query]


class Counting:
    """Counts facets over one state of one index."""

    def __init__(
        self, searcher: tantivy.Searcher, ordering: Ordering, unknown_of: Callable[[str], tantivy.Query]
    ) -> None:
        self._searcher = searcher
        self._ordering = ordering
        self._unknown_of = unknown_of

    def facets(self, ask: Ask, query_for: QueryFor) -> dict[str, FacetCounts]:
        """Count the facets of an ask, each over the hits that all filters but its own leave."""
        if not self._searcher.num_docs:
            return empty_counts([facet.name for facet in ask.facets])
        by_filters: dict[tuple[Filter, ...], list[FacetAsk]] = {}
        for facet in ask.facets:
            by_filters.setdefault(other_filters(ask, facet.name), []).append(facet)
        counted: dict[str, FacetCounts] = {}
        for filters, facets in by_filters.items():
            counted |= self._counted(query_for(filters), facets)
        return {facet.name: counted[facet.name] for facet in ask.facets}

    def _counted(self, query: tantivy.Query, facets: list[FacetAsk]) -> dict[str, FacetCounts]:
        request: dict[str, Any] = {
            facet.name: _terms(facet_field(facet.name), facet.size + FEW_MORE) for facet in facets
        }
        request |= {
            f"{facet.name} known": {"stats": {"field": f"{facet.name}_known"}}
            for facet in facets
            if facet.name in RANGES
        }
        answer = self._searcher.aggregate(query, request)
        return {facet.name: self._read(query, facet, answer) for facet in facets}

    def _read(self, query: tantivy.Query, facet: FacetAsk, answer: Mapping[str, Any]) -> FacetCounts:
        values = _values(answer[facet.name])
        asked = facet.size + FEW_MORE
        if len(values) >= asked and values[-1][1] == values[facet.size][1]:
            values = every_value(self._searcher, query, facet_field(facet.name))
            asked = len(values) + 1
        unknown = dict(values).get(UNKNOWN)
        if unknown is None:
            unknown = self._unknown(query, facet.name) if len(values) >= asked else 0
        known = answer.get(f"{facet.name} known", {})
        return FacetCounts(
            name=facet.name,
            values=most_frequent((pair for pair in values if pair[0] != UNKNOWN), facet.size),
            unknown=unknown,
            minimum=known.get("min"),
            maximum=known.get("max"),
        )

    def _unknown(self, query: tantivy.Query, facet: str) -> int:
        return self._ordering.count(query.and_must_match(self._unknown_of(facet)))


def every_value(searcher: tantivy.Searcher, query: tantivy.Query, field: str) -> list[tuple[str, int]]:
    """Give every value of a column over the hits, with its count."""
    return _values(searcher.aggregate(query, {"all": _terms(field, MOST_BUCKETS)})["all"])


def _terms(field: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size, "segment_size": EVERY}}


def _values(terms: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in terms["buckets"]]


class Grouping:
    """Groups hits by what they belong to."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        ordering: Ordering,
        narrowed: Callable[[tantivy.Query, str, str], tantivy.Query],
    ) -> None:
        self._searcher = searcher
        self._ordering = ordering
        self._narrowed = narrowed

    def total(self, query: tantivy.Query, by: str, hits: int) -> int:
        """Count the groups exactly."""
        if not hits:
            return 0
        answer = self._searcher.aggregate(query, {"groups": _terms(f"{by}_key", MOST_BUCKETS)})["groups"]
        if not answer["sum_other_doc_count"]:
            return len(answer["buckets"])
        addresses = [address for _, address in self._searcher.search(query, hits, count=False).hits]
        return len(set(self._searcher.fast_field_values(f"{by}_key", addresses)))

    def page(self, query: tantivy.Query, ask: Ask, total: int, *, scored: bool) -> tuple[Group, ...]:
        """Give the groups of a page, in the order of their best hit."""
        wanted = ask.offset + ask.limit
        best = self._best_hits(query, ask, wanted, total, scored=scored)
        return tuple(self._group(query, ask, keyed, scored=scored) for keyed in best[ask.offset : wanted])

    def _best_hits(self, query: tantivy.Query, ask: Ask, wanted: int, total: int, *, scored: bool) -> list[Keyed]:
        """Give the best hit of each of the first `wanted` groups, looking deeper until there are enough."""
        depth = max(wanted * 4, 50)
        while True:
            hits = self._ordering.first(query, min(depth, total), ask.sort, scored=scored)
            keys = self._searcher.fast_field_values(f"{ask.group}_key", [address for *_, address in hits])
            best: dict[Any, Keyed] = {}
            for key, keyed in zip(keys, hits, strict=True):
                best.setdefault(key, keyed)
            if len(best) >= wanted or depth >= total:
                return list(best.values())
            depth *= 8

    def _group(self, query: tantivy.Query, ask: Ask, best: Keyed, *, scored: bool) -> Group:
        first = self._ordering.hit(best)
        key = first.root if ask.group == "root" else first.parent or first.id
        members = self._narrowed(query, ask.group, key)
        hits = self._ordering.first(members, ask.group_size, ask.sort, scored=scored)
        return Group(
            key=key,
            total=self._ordering.count(members),
            hits=tuple(self._ordering.hit(keyed) for keyed in hits),
        )
