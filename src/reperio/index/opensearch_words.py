"""Completions and spellings out of a cluster.

What is short (instruments, topics, places) is read once a state, when first asked for; titles, names of variables and
near spellings are looked up in the engine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from reperio.index.analysis import Analysis
from reperio.index.ask import AllOf, Clause, Suggestion, Word
from reperio.index.backend import Collection
from reperio.index.columns import exact_field, facet_field
from reperio.index.opensearch_counts import MOST_BUCKETS
from reperio.index.opensearch_query import DSL
from reperio.index.spelling import SHORTEST, SPELLED_FIELDS, Vocabulary, corrections
from reperio.index.suggestions import LONGEST_PREFIX, SHORTEST_TITLE_PREFIX, VOCABULARY_FACETS, Completions, interleave

NEAR_WORDS: Final = 50  # words looked at for a spelling, of each field
COLLECTIONS: Final[tuple[Collection, ...]] = ("catalogue", "variables")
_RESERVED = re.compile(r"([^\w\s])")

Search = Callable[[Collection, DSL], Mapping[str, Any]]
Compile = Callable[[Collection, Clause], DSL]


class WordBook:
    """Completions and spellings as of one state.

    Args:
        search: sends a search of a collection.
        compiled: gives the query of a clause in a collection.
        analysis: how text becomes words.
    """

    def __init__(self, search: Search, compiled: Compile, analysis: Analysis) -> None:
        self._search = search
        self._compiled = compiled
        self._analysis = analysis

    def suggest(self, prefix: str, limit: int) -> Sequence[Suggestion]:
        """Complete what is being typed."""
        prefix = prefix[:LONGEST_PREFIX]
        words = self._analysis.words(prefix)
        if not words or limit <= 0:
            return ()
        terms = self._terms.starting(prefix, limit)
        return interleave([terms, self._titles(words, limit), self._names(prefix, limit)], limit)

    def _titles(self, words: Sequence[str], limit: int) -> list[Suggestion]:
        if len("".join(words)) < SHORTEST_TITLE_PREFIX:
            return []
        *before, last = words
        clauses = [Word(word, fields=("title",), exact=True) for word in before]
        query = self._compiled("catalogue", AllOf((*clauses, Word(last, fields=("title",), exact=True, prefix=True))))
        order = [{"_score": "desc"}, {"id": "asc"}]
        answer = self._search("catalogue", {"query": query, "size": limit, "sort": order, "_source": ["id", "title"]})
        stored = [hit["_source"] for hit in answer["hits"]["hits"]]
        return [Suggestion(text=one["title"], kind="title", count=1, id=one["id"]) for one in stored if one["title"]]

    def _names(self, prefix: str, limit: int) -> list[Suggestion]:
        begun = prefix.strip().lower()
        starting = _RESERVED.sub(r"\\\1", begun) + ".*"
        terms = {"field": "whole_name", "size": limit, "shard_size": limit + 1000, "include": starting}
        query = {"prefix": {"whole_name": begun}}
        answer = self._search("variables", {"query": query, "size": 0, "aggs": {"names": {"terms": terms}}})
        return [
            Suggestion(text=bucket["key"], kind="variable", count=bucket["doc_count"])
            for bucket in answer["aggregations"]["names"]["buckets"]
        ]

    @cached_property
    def _terms(self) -> Completions:
        columns = {facet_field(name): kind for name, kind in VOCABULARY_FACETS.items()} | {"place_name": "place"}
        aggs = {column: {"terms": {"field": column, "size": MOST_BUCKETS // len(columns)}} for column in columns}
        answer = self._search("catalogue", {"size": 0, "aggs": aggs})["aggregations"]
        entries = [
            Suggestion(text=bucket["key"], kind=kind, count=bucket["doc_count"])
            for column, kind in columns.items()
            for bucket in answer[column]["buckets"]
        ]
        return Completions(entries, self._analysis)

    # -- spellings -------------------------------------------------------------------------------------------------

    def correct(self, words: Sequence[str]) -> dict[str, str]:
        """Give likely spellings of the words that occur nowhere, or hardly beside a spelling that is very frequent."""
        asked = [word for word in words if len(word.strip()) >= SHORTEST and self._analysis.words(word)]
        return corrections(asked, self._occurs, self._near)

    def _occurs(self, word: str) -> bool:
        return any(
            self._search(name, {"query": self._compiled(name, Word(word)), "size": 0, "terminate_after": 1})["hits"][
                "total"
            ]["value"]
            for name in COLLECTIONS
        )

    def _near(self, word: str) -> Vocabulary:
        """Words near to one, as the engine tells them, and the word itself, with the number of documents of each."""
        counts: Counter[str] = Counter()
        request = {name: {"text": word, "term": _spelling(exact_field(name))} for name in SPELLED_FIELDS}
        own = {name: {"filter": {"term": {exact_field(name): word}}} for name in SPELLED_FIELDS}
        for collection in COLLECTIONS:
            answer = self._search(collection, {"size": 0, "suggest": request, "aggs": own})
            if itself := sum(answer["aggregations"][name]["doc_count"] for name in SPELLED_FIELDS):
                counts[word] += itself
            for told in answer["suggest"].values():
                for option in (option for entry in told for option in entry["options"]):
                    counts[option["text"]] += option["freq"]
        return Vocabulary(counts)


def _spelling(field: str) -> DSL:
    """Ask for all words up to two edits away, the rare ones too."""
    return {
        "field": field,
        "analyzer": "whitespace",
        "suggest_mode": "always",
        "max_edits": 2,
        "prefix_length": 0,
        "min_word_length": SHORTEST,
        "size": NEAR_WORDS,
        "shard_size": NEAR_WORDS * 2,
        "max_inspections": 20,
        "min_doc_freq": 0,
        "string_distance": "damerau_levenshtein",
        "accuracy": 0.1,
    }
