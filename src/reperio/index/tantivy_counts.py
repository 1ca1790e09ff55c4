"""Facet counts over the hits of a query: exact, in few requests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec
import tantivy

from reperio.index.ask import Ask, FacetAsk, FacetCounts, Filter
from reperio.index.columns import facet_field
from reperio.index.document import RANGES
from reperio.index.facets import empty_counts, most_frequent, other_filters
from reperio.index.tantivy_query import Compiler
from reperio.index.tantivy_schema import UNKNOWN
from reperio.index.tantivy_tally import EVERY, HITS, MOST_BUCKETS, Tally

TOTAL: Final = " total"  # name of the number of hits beside facets
FEW_MORE: Final = 12  # values asked for beyond those wanted, to see whether the last ones tie


class Counting:
    """Counts facets over one state of one index.

    Args:
        matching: gives queries that need not score.
        tally: counts what has no value.
    """

    def __init__(self, matching: Compiler, tally: Tally) -> None:
        self._matching = matching
        self._searcher = matching.searcher
        self._tally = tally
        self._held = lru_cache(maxsize=None)(self._any_value)

    def facets(self, ask: Ask) -> dict[str, FacetCounts]:
        """Count the facets of an ask, each over the hits that all filters but its own leave."""
        if not self._searcher.num_docs:
            return empty_counts([facet.name for facet in ask.facets])
        by_filters: dict[tuple[Filter, ...], list[FacetAsk]] = {}
        for facet in ask.facets:
            by_filters.setdefault(other_filters(ask, facet.name), []).append(facet)
        counted: dict[str, FacetCounts] = {}
        for filters, facets in by_filters.items():
            counted |= self._counted(msgspec.structs.replace(ask, filters=filters), facets)
        return {facet.name: counted[facet.name] for facet in ask.facets}

    def _counted(self, ask: Ask, facets: list[FacetAsk]) -> dict[str, FacetCounts]:
        """Count facets over all hits of an ask, and these on the way."""
        query = self._matching.compile(ask.clause, ask.filters, roots_only=ask.roots_only)
        held = [facet for facet in facets if self._held(facet.name)]
        request: dict[str, Any] = {facet.name: _terms(facet_field(facet.name), facet.size + FEW_MORE) for facet in held}
        request |= {
            f"{facet.name} known": {"stats": {"field": f"{facet.name}_known"}} for facet in held if facet.name in RANGES
        }
        answer = self._searcher.aggregate(query, request | {TOTAL: HITS})
        total = self._tally.keep(ask, int(answer[TOTAL]["value"]))
        nothing = {facet.name: FacetCounts(name=facet.name, values=(), unknown=total) for facet in facets}
        return nothing | {facet.name: self._read(query, facet, answer) for facet in held}

    def _any_value(self, facet: str) -> bool:
        """Whether any document has a value of a facet."""
        field, held = facet_field(facet), self._searcher.num_docs
        if self._searcher.doc_freq(field, UNKNOWN) < held:
            return True
        return self._tally.count(self._matching.term(field, UNKNOWN)) < held

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
        if not self._searcher.doc_freq(facet_field(facet), UNKNOWN):
            return 0
        return self._tally.count(query.and_must_match(self._matching.term(facet_field(facet), UNKNOWN)))


def every_value(searcher: tantivy.Searcher, query: tantivy.Query, field: str) -> list[tuple[str, int]]:
    """Give every value of a column over the hits, with its count."""
    return _values(searcher.aggregate(query, {"all": _terms(field, MOST_BUCKETS)})["all"])


def _terms(field: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size, "segment_size": EVERY}}


def _values(terms: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in terms["buckets"]]
