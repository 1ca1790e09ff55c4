"""How many hits there are, and in which groups: counted without scores, and remembered.

One question asks for the numbers of the same hits many times: of all variables with its words, of those below each
result, and whether there are any. They are counted once, by what they belong to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

import msgspec
import tantivy

from reperio.index.ask import AllOf, AnyOf, Ask, Clause, Filter, Ids, In, Without
from reperio.index.backend import Collection
from reperio.index.columns import facet_field
from reperio.index.kept import Kept
from reperio.index.tantivy_query import Matching, silent
from reperio.index.tantivy_schema import ROOT_MARK, key_of

MOST_BUCKETS: Final = 65_000  # the engine's own limit to an answer
EVERY: Final = 2_000_000  # more values than a segment has
TOTALS_KEPT: Final = 4_096
SIZES_KEPT: Final = 64
KINDS_KEPT: Final = 256
MOST_MET: Final = 4_096  # documents with most of several words up to which they are counted one by one
FEW_CLAUSES: Final = 5  # clauses up to which it is tried whether all meet, then all but one, ...

HITS: Final[dict[str, Any]] = {"value_count": {"field": "root_key"}}
"""Asks for the number of hits: every document has a root."""


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
        self._by_kind: Kept[Mapping[str, int]] = Kept(KINDS_KEPT)

    # -- hits --------------------------------------------------------------------------------------------------

    def total(self, ask: Ask) -> int:
        """Count what an ask matches. Variables are counted by what they belong to, which is asked for next.

        Ids beside the words of variables are counted by themselves, of which there are few. Studies and datasets are
        counted at once, since each is asked for beside the other.
        """
        key = _plain(ask)
        return self._totals.found(key, lambda: self._total(key))

    def _total(self, ask: Ask) -> int:
        match ask.clause:
            case _ if ask.collection == "catalogue" and (kind := _one_kind(ask)):
                return self._kinds(msgspec.structs.replace(ask, filters=ask.filters[:-1])).get(kind, 0)
            case AnyOf(clauses=(words, Ids() as ids), at_least=1) if _are_variables(ask) and not isinstance(words, Ids):
                return self.total(msgspec.structs.replace(ask, clause=words)) + self._beside(ids, words, ask)
            case _ if _are_variables(ask) and not ask.filters:
                return self.sizes(msgspec.structs.replace(ask, group="root")).hits
            case _:
                return self.count(self._query(ask))

    def keep(self, ask: Ask, total: int) -> int:
        """Remember how many an ask matches, which was found otherwise, and give it."""
        return self._totals.keep(_plain(ask), total)

    def _kinds(self, ask: Ask) -> Mapping[str, int]:
        """Count what an ask matches by kind."""
        return self._by_kind.found(ask, lambda: self._count_kinds(ask))

    def _count_kinds(self, ask: Ask) -> Mapping[str, int]:
        if not self._searcher.num_docs:
            return {}
        terms = {"field": facet_field("kind"), "size": MOST_BUCKETS, "segment_size": EVERY}
        buckets = self._searcher.aggregate(self._query(ask), {"kinds": {"terms": terms}})["kinds"]["buckets"]
        return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}

    def _beside(self, ids: Ids, words: Clause, ask: Ask) -> int:
        """Count those of some ids that an ask leaves and words do not match.

        Where most of several words are demanded each id is asked how many it has, of which there are few: the engine
        would count them for every document.
        """
        if not (isinstance(words, AnyOf) and words.at_least > 1):
            return self.count(self._query(msgspec.structs.replace(ask, clause=Without(ids, words))))
        among = self._query(msgspec.structs.replace(ask, clause=ids))
        scored = self._by_number(words.clauses, len(ids.ids), among)
        return sum(round(score) < words.at_least for score, _ in scored)

    def count(self, query: tantivy.Query) -> int:
        """Count the documents that match."""
        if not self._searcher.num_docs:
            return 0
        return int(self._searcher.aggregate(query, {"hits": HITS})["hits"]["value"])

    def most(self, clauses: tuple[Clause, ...], collection: Collection) -> int:
        """Count the clauses that the document matches that most of them match.

        Where most of them meet in some document this is found by counting such documents, which is asked for next.
        """
        if not clauses or not self._searcher.num_docs:
            return 0
        every = len(clauses)
        if self._totals.get(Ask(collection=collection, clause=AllOf(clauses))) == 0:
            every -= 1
        for needed in range(every, 0, -1):
            some = AnyOf(clauses, at_least=needed)
            if len(clauses) > FEW_CLAUSES or not self._matching.is_quick_by_choices(some):
                return self._most(clauses, collection)
            if self.total(Ask(collection=collection, clause=some)):
                return needed
        return 0

    def _most(self, clauses: tuple[Clause, ...], collection: Collection) -> int:
        """Count the clauses that most match; where few documents match so many they are counted at once."""
        hits = self._by_number(clauses, MOST_MET)
        most = round(hits[0][0]) if hits else 0
        if hits and (len(hits) < MOST_MET or round(hits[-1][0]) < most):
            met = [address for score, address in hits if round(score) == most]
            ask = Ask(collection=collection, clause=AnyOf(clauses, at_least=most))
            self.keep(ask, len(met))
            self._sizes.keep(msgspec.structs.replace(ask, group="root"), self._of_each(met, "root"))
        return most

    def _by_number(
        self, clauses: tuple[Clause, ...], limit: int, among: tantivy.Query | None = None
    ) -> list[tuple[float, tantivy.DocAddress]]:
        """Give the documents (all of some) that most clauses match, each with the number of these as its score."""
        each = [tantivy.Query.const_score_query(self._matching.clause(clause), 1.0) for clause in clauses]
        asked = [(tantivy.Occur.Should, one) for one in each]
        if among is not None:
            asked.append((tantivy.Occur.Must, silent(among)))
        return self._searcher.search(tantivy.Query.boolean_query(asked), max(limit, 1), count=False).hits

    def _query(self, ask: Ask) -> tantivy.Query:
        return self._matching.compile(ask.clause, ask.filters, roots_only=ask.roots_only)

    # -- groups ------------------------------------------------------------------------------------------------

    def sizes(self, ask: Ask) -> Sizes:
        """Count the hits, the groups, and the hits of each group, exactly.

        What has all of several words is counted everywhere: so it is sooner found than among what is below many roots,
        and asked for elsewhere.
        """
        key = _plain(ask)
        if isinstance(key.clause, AllOf) and self._roots_named(key):
            self.sizes(msgspec.structs.replace(key, filters=()))
        return self.sizes_at_hand(key) or self._sizes.found(key, lambda: self._counted(self._query(key), key.group))

    def sizes_at_hand(self, ask: Ask) -> Sizes | None:
        """Give sizes that need no counting: they are known, or those of all are; None where they do."""
        key = _plain(ask)
        if (known := self._sizes.get(key)) is not None:
            return known
        whole = self._sizes.get(msgspec.structs.replace(key, filters=()))
        if whole is None or not (named := self._roots_named(key)):
            return None
        by_key = {root: whole.by_key[root] for root in named if root in whole.by_key}
        return Sizes(sum(by_key.values()), len(by_key), by_key)

    def _roots_named(self, ask: Ask) -> Mapping[int, str]:
        """Give the roots below which groups are asked for, by the numbers of their keys; none where there is more to it."""
        if ask.group != "root" or len(ask.filters) != 1:
            return {}
        named = named_above(ask.filters) or {}
        return named if all(key in self._roots or self._is_bare(name) for key, name in named.items()) else {}

    def _is_bare(self, name: str) -> bool:
        return not self._searcher.doc_freq(facet_field("ancestor"), name)

    @cached_property
    def _roots(self) -> frozenset[int]:
        """Numbers of the keys of all that stands at the top and has something below it."""
        top = self._matching.term("top", ROOT_MARK)
        return frozenset(self._counted(self._matching.all_but(top), "root").by_key)

    def _counted(self, query: tantivy.Query, by: str) -> Sizes:
        if not self._searcher.num_docs:
            return Sizes(0, 0, {})
        terms = {"field": f"{by}_key", "size": MOST_BUCKETS, "segment_size": EVERY}
        answer = self._searcher.aggregate(query, {"groups": {"terms": terms}})["groups"]
        counts = {int(bucket["key"]): int(bucket["doc_count"]) for bucket in answer["buckets"]}
        if not answer["sum_other_doc_count"]:
            return Sizes(sum(counts.values()), len(counts), counts)
        hits = self.count(query)
        return self._of_each([address for _, address in self._searcher.search(query, hits, count=False).hits], by)

    def _of_each(self, addresses: list[tantivy.DocAddress], by: str) -> Sizes:
        """Count documents that were found by what they belong to."""
        every = Counter(int(key) for key in self._searcher.fast_field_values(f"{by}_key", addresses) if key is not None)
        return Sizes(len(addresses), len(every), every)


def _are_variables(ask: Ask) -> bool:
    return ask.collection == "variables"


def _one_kind(ask: Ask) -> str:
    """The kind that the last filter of an ask is for; empty where it is for something else."""
    match ask.filters[-1:]:
        case (In(facet="kind", values=(kind,), unknown=False, negate=False),):
            return kind
        case _:
            return ""


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
