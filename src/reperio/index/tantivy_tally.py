"""How many hits there are, and in which groups: counted without scores, and remembered.

One question asks for the numbers of the same hits many times: of all variables with its words, of those below each
result, and whether there are any. They are counted once, by what they belong to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, NamedTuple

import msgspec
import tantivy

from reperio.index.ask import AnyOf, Ask, Clause, Filter, Ids, In, Without
from reperio.index.backend import Collection
from reperio.index.columns import facet_field
from reperio.index.kept import Kept
from reperio.index.tantivy_query import Matching
from reperio.index.tantivy_schema import ROOT_MARK, key_of

MOST_BUCKETS: Final = 65_000  # the engine's own limit to an answer
EVERY: Final = 2_000_000  # more values than a segment has
TOTALS_KEPT: Final = 4_096
SIZES_KEPT: Final = 64


class Sizes(NamedTuple):
    """How many hits and groups there are, and how many hits each group has by the number of its key."""

    hits: int
    groups: int
    by_key: Mapping[int, int]

    def of(self, key: int) -> int:
        """How many hits a group has."""
        return self.by_key.get(key, 0)


class Tally:
    """Counts hits and groups over one state of one index.

    Args:
        matching: gives queries that need not score.
    """

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self._searcher = matching.searcher
        self._totals: Kept[int] = Kept(TOTALS_KEPT)
        self._sizes: Kept[Sizes] = Kept(SIZES_KEPT)

    # -- hits --------------------------------------------------------------------------------------------------

    def total(self, ask: Ask) -> int:
        """Count what an ask matches. Variables are counted by what they belong to, which is asked for next.

        Ids beside words are counted by themselves, of which there are few.
        """
        key = _plain(ask)
        if (known := self._totals.get(key)) is not None:
            return known
        match ask.clause:
            case AnyOf(clauses=(words, Ids() as ids), at_least=1) if not isinstance(words, Ids):
                others = msgspec.structs.replace(key, clause=Without(ids, words))
                total = self.total(msgspec.structs.replace(key, clause=words)) + self.total(others)
            case _ if ask.collection == "variables" and not ask.filters:
                total = self.sizes(msgspec.structs.replace(key, group="root")).hits
            case _:
                total = self.count(self._query(key))
        return self._totals.keep(key, total)

    def count(self, query: tantivy.Query) -> int:
        """Count the documents that match."""
        if not self._searcher.num_docs:
            return 0
        answer = self._searcher.aggregate(query, {"hits": {"value_count": {"field": "root_key"}}})
        return int(answer["hits"]["value"])

    def most(self, clauses: tuple[Clause, ...], collection: Collection) -> int:
        """Count the clauses that the document matches that most of them match.

        Where most of them meet in some document this is found by counting such documents, which is asked for next.
        """
        if not clauses or not self._searcher.num_docs:
            return 0
        for needed in range(len(clauses), 0, -1):
            some = AnyOf(clauses, at_least=needed)
            if not self._matching.is_quick_by_choices(some):
                return self._most(clauses)
            if self.total(Ask(collection=collection, clause=some)):
                return needed
        return 0

    def _most(self, clauses: tuple[Clause, ...]) -> int:
        each = [tantivy.Query.const_score_query(self._matching.clause(clause), 1.0) for clause in clauses]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in each])
        return max((round(score) for score, _ in self._searcher.search(query, 1, count=False).hits), default=0)

    def _query(self, ask: Ask) -> tantivy.Query:
        return self._matching.compile(ask.clause, ask.filters, roots_only=ask.roots_only)

    # -- groups ------------------------------------------------------------------------------------------------

    def sizes(self, ask: Ask) -> Sizes:
        """Count the hits, the groups, and the hits of each group, exactly."""
        key = _plain(ask)
        if (known := self._sizes.get(key)) is not None:
            return known
        sizes = self._below_roots(key) or self._counted(self._query(key), ask.group)
        return self._sizes.keep(key, sizes)

    def _below_roots(self, ask: Ask) -> Sizes | None:
        """Give the sizes of some groups out of those of all, where these are known and the filter is for no more."""
        if ask.group != "root" or len(ask.filters) != 1 or (named := named_above(ask.filters)) is None:
            return None
        whole = self._sizes.get(msgspec.structs.replace(ask, filters=()))
        if whole is None or not all(key in self._roots or self._is_bare(name) for key, name in named.items()):
            return None
        by_key = {key: whole.by_key[key] for key in named if key in whole.by_key}
        return Sizes(sum(by_key.values()), len(by_key), by_key)

    def _is_bare(self, name: str) -> bool:
        return not self._searcher.doc_freq(facet_field("ancestor"), name)

    @cached_property
    def _roots(self) -> frozenset[int]:
        """Numbers of the keys of all that stands at the top and has something below it."""
        top = self._matching.term("top", ROOT_MARK)
        return frozenset(self._counted(self._matching.all_but(top), "root").by_key)

    def _counted(self, query: tantivy.Query, by: str) -> Sizes:
        terms = {"field": f"{by}_key", "size": MOST_BUCKETS, "segment_size": EVERY}
        if not self._searcher.num_docs:
            return Sizes(0, 0, {})
        answer = self._searcher.aggregate(query, {"groups": {"terms": terms}})["groups"]
        counts = {int(bucket["key"]): int(bucket["doc_count"]) for bucket in answer["buckets"]}
        if not answer["sum_other_doc_count"]:
            return Sizes(sum(counts.values()), len(counts), counts)
        hits = self.count(query)
        addresses = [address for _, address in self._searcher.search(query, hits, count=False).hits]
        every = Counter(int(key) for key in self._searcher.fast_field_values(f"{by}_key", addresses) if key is not None)
        return Sizes(hits, len(every), every)


def named_above(filters: Iterable[Filter]) -> dict[int, str] | None:
    """Give the ids above what some filters leave, by the numbers of their keys; None where they name none."""
    above = [
        chosen for chosen in filters if isinstance(chosen, In) and chosen.facet == "ancestor" and not chosen.negate
    ]
    if not above or any(chosen.unknown for chosen in above):
        return None
    return {key_of(value): value for chosen in above for value in chosen.values}


def _plain(ask: Ask) -> Ask:
    """Give what of an ask bears on its numbers."""
    return Ask(
        collection=ask.collection, clause=ask.clause, filters=ask.filters, roots_only=ask.roots_only, group=ask.group
    )
