"""Facet counts and groups over the hits of a query: exact, in few requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import tantivy

from reperio.index.ask import Ask, FacetAsk, FacetCounts, Filter, Group, In, Page
from reperio.index.columns import facet_field
from reperio.index.document import RANGES
from reperio.index.facets import empty_counts, most_frequent, other_filters
from reperio.index.tantivy_hits import Keyed, Ordering
from reperio.index.tantivy_schema import UNKNOWN, key_of

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


class Sizes(NamedTuple):
    """How many hits and groups there are, and how many hits each group has by the number of its key."""

    hits: int
    groups: int
    by_key: Mapping[int, int]

    def of(self, key: int) -> int:
        """How many hits a group has."""
        return self.by_key.get(key, 0)


def _named_groups(ask: Ask, sizes: Sizes) -> dict[int, str] | None:
    """Give the ids of all groups by the numbers of their keys, where a filter names them and all are wanted."""
    if ask.offset or ask.limit < sizes.groups or ask.sort != "score":
        return None
    above = (chosen for chosen in ask.filters if isinstance(chosen, In) and chosen.facet == "ancestor")
    named = {key_of(value): value for chosen in above if not chosen.negate for value in chosen.values}
    return {key: named[key] for key in sizes.by_key} if sizes.by_key.keys() <= named.keys() else None


class Members(NamedTuple):
    """What was seen of a group: its best hit, and those of its first hits whose order is final."""

    best: Keyed
    first: list[Keyed]


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

    def page(self, query: tantivy.Query, ask: Ask, *, scored: bool) -> Page:
        """Give the groups of a page, in the order of their best hit, and the number of hits and of groups."""
        sizes = self._sizes(query, ask.group)
        wanted = ask.offset + ask.limit
        if not ask.limit or not sizes.hits:
            return Page(total=sizes.hits, total_groups=sizes.groups)
        if (named := _named_groups(ask, sizes)) is not None:
            groups = self._every_group(query, ask, sizes, named, scored=scored)
            return Page(total=sizes.hits, groups=tuple(groups), total_groups=sizes.groups)
        members = self._members(query, ask, min(wanted, sizes.groups), sizes.hits, scored=scored)
        keys = list(members)[ask.offset : wanted]
        made = (self._group(query, ask, members[key], sizes.of(key), scored=scored) for key in keys)
        return Page(total=sizes.hits, groups=tuple(made), total_groups=sizes.groups)

    def _every_group(
        self, query: tantivy.Query, ask: Ask, sizes: Sizes, named: Mapping[int, str], *, scored: bool
    ) -> list[Group]:
        """Give all groups there are, whose ids are known: no need to read on until each has shown itself."""
        depth = max(sizes.groups * ask.group_size * 2, 50)
        seen = self._seen(query, ask, min(depth, sizes.hits), scored=scored)
        firsts: list[tuple[int, list[Keyed]]] = []
        for key, identity in named.items():
            first = seen[key].first[: ask.group_size] if key in seen else []
            if len(first) < min(ask.group_size, sizes.of(key)):
                narrowed = self._narrowed(query, ask.group, identity)
                first = self._ordering.first(narrowed, ask.group_size, ask.sort, scored=scored)
            firsts.append((key, first))
        place = {key: number for number, key in enumerate(seen)}
        firsts.sort(key=lambda one: (place.get(one[0], len(place)), -one[1][0][1]))
        return [
            Group(key=named[key], total=sizes.of(key), hits=tuple(self._ordering.hit(keyed) for keyed in first))
            for key, first in firsts
        ]

    def _sizes(self, query: tantivy.Query, by: str) -> Sizes:
        """Count the hits, the groups, and the hits of each group, exactly."""
        request = {"groups": _terms(f"{by}_key", MOST_BUCKETS), "hits": {"value_count": {"field": f"{by}_key"}}}
        if not self._searcher.num_docs:
            return Sizes(0, 0, {})
        answer = self._searcher.aggregate(query, request)
        hits, groups = int(answer["hits"]["value"]), answer["groups"]
        counts = {int(bucket["key"]): int(bucket["doc_count"]) for bucket in groups["buckets"]}
        if not groups["sum_other_doc_count"]:
            return Sizes(hits, len(counts), counts)
        addresses = [address for _, address in self._searcher.search(query, hits, count=False).hits]
        every = Counter(int(key) for key in self._searcher.fast_field_values(f"{by}_key", addresses) if key is not None)
        return Sizes(hits, len(every), every)

    def _members(self, query: tantivy.Query, ask: Ask, wanted: int, total: int, *, scored: bool) -> dict[Any, Members]:
        """Give the best hits of each of the first `wanted` groups or more, looking deeper until there are enough."""
        depth = max(wanted * ask.group_size * 2, 50)
        while True:
            members = self._seen(query, ask, min(depth, total), scored=scored)
            if len(members) >= wanted or depth >= total:
                return members
            depth *= 8

    def _seen(self, query: tantivy.Query, ask: Ask, depth: int, *, scored: bool) -> dict[Any, Members]:
        """Give the groups of the first hits, in the order of their best hit."""
        found = self._ordering.found(query, depth, ask.sort, scored=scored)
        keys = self._searcher.fast_field_values(f"{ask.group}_key", [address for *_, address in found.hits])
        members: dict[Any, Members] = {}
        for place, (key, keyed) in enumerate(zip(keys, found.hits, strict=True)):
            of_group = members.setdefault(key, Members(keyed, []))
            if place < found.settled:
                of_group.first.append(keyed)
        return members

    def _group(self, query: tantivy.Query, ask: Ask, members: Members, size: int, *, scored: bool) -> Group:
        best = self._ordering.hit(members.best)
        key = best.root if ask.group == "root" else best.parent or best.id
        first = members.first[: ask.group_size]
        if len(first) < min(ask.group_size, size):
            narrowed = self._narrowed(query, ask.group, key)
            first = self._ordering.first(narrowed, ask.group_size, ask.sort, scored=scored)
        return Group(key=key, total=size, hits=tuple(self._ordering.hit(keyed) for keyed in first))
