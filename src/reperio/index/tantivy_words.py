"""Completions and spellings out of a tantivy index.

What is short (instruments, topics, places, the vocabulary) is read once a commit, when first asked for; titles and
names of variables are looked up in the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import tantivy

from reperio.index.analysis import Analysis
from reperio.index.ask import AllOf, Clause, Everything, Suggestion, Word
from reperio.index.columns import exact_field, facet_field
from reperio.index.frequent import MANY, FrequentNames, Names
from reperio.index.spelling import SPELLED_FIELDS, Vocabulary, corrections
from reperio.index.suggestions import LONGEST_PREFIX, SHORTEST_TITLE_PREFIX, VOCABULARY_FACETS, Completions, interleave
from reperio.index.tantivy_counts import every_value
from reperio.index.tantivy_query import Compiler
from reperio.index.tantivy_schema import UNKNOWN

MOST_WORDS: Final = 200_000  # of a field, the most frequent ones


class WordBook:
    """Completions and spellings as of one commit.

    Args:
        catalogue, variables: states of the two indexes.
        analysis: how text becomes words.
    """

    def __init__(self, catalogue: Compiler, variables: Compiler, analysis: Analysis) -> None:
        self._catalogue = catalogue
        self._variables = variables
        self._analysis = analysis
        self._frequent = FrequentNames(self._look_up)
        if variables.searcher.num_docs >= MANY:
            self._frequent.read_aside()

    def suggest(self, prefix: str, limit: int) -> Sequence[Suggestion]:
        """Complete what is being typed."""
        prefix = prefix[:LONGEST_PREFIX]
        words = self._analysis.words(prefix)
        if not words or limit <= 0:
            return ()
        terms = self._terms.starting(prefix, limit)
        return interleave([terms, self._titles(words, limit), self._names(prefix, limit)], limit)

    def _titles(self, words: Sequence[str], limit: int) -> list[Suggestion]:
        *before, last = words
        clauses: list[Clause] = [Word(word, fields=("title",), exact=True) for word in before]
        clauses.append(Word(last, fields=("title",), exact=True, prefix=True))
        searcher = self._catalogue.searcher
        if not searcher.num_docs or len("".join(words)) < SHORTEST_TITLE_PREFIX:
            return []
        query = self._catalogue.compile(AllOf(tuple(clauses)))
        found = [searcher.doc(address) for _, address in searcher.search(query, limit, count=False).hits]
        return [
            Suggestion(text=str(stored.get_first("title")), kind="title", count=1, id=str(stored.get_first("id")))
            for stored in found
            if stored.get_first("title")
        ]

    def _names(self, prefix: str, limit: int) -> list[Suggestion]:
        if not self._variables.searcher.num_docs:
            return []
        sought = prefix.strip().lower()
        found = self._frequent.starting(sought, limit)
        if found is None:
            found = self._look_up(sought, limit)
        return [Suggestion(text=name, kind="variable", count=count) for name, count in found]

    @property
    def _look_up(self) -> Callable[[str, int], Names]:
        """What gives the most frequent names of variables that begin with a text; it does not hold on to this book."""
        searcher = self._variables.searcher
        return lambda prefix, limit: searcher.terms_with_prefix("whole_name", prefix, limit=limit)

    @cached_property
    def _terms(self) -> Completions:
        columns = {facet_field(name): kind for name, kind in VOCABULARY_FACETS.items()} | {"place_name": "place"}
        everything = self._catalogue.compile(Everything())
        searcher = self._catalogue.searcher
        entries = [
            Suggestion(text=value, kind=kind, count=count)
            for column, kind in columns.items()
            if searcher.num_docs
            for value, count in every_value(searcher, everything, column)
            if value != UNKNOWN
        ]
        return Completions(entries, self._analysis)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        counts: Counter[str] = Counter()
        for searcher in self._searchers:
            for name in SPELLED_FIELDS:
                for word, count in searcher.terms_with_prefix(exact_field(name), "", limit=MOST_WORDS):
                    counts[word] += count
        return Vocabulary(counts)

    @property
    def _searchers(self) -> tuple[tantivy.Searcher, ...]:
        return tuple(each.searcher for each in (self._catalogue, self._variables) if each.searcher.num_docs)

    def correct(self, words: Sequence[str]) -> dict[str, str]:
        """Give likely spellings of the words that occur nowhere, or hardly beside a spelling that is very frequent."""
        asked = [word for word in words if self._analysis.words(word)]
        return corrections(asked, self._occurs, lambda _: self._vocabulary)

    def _occurs(self, word: str) -> bool:
        return any(
            compiler.searcher.num_docs and compiler.searcher.search(compiler.clause(Word(word)), 1, count=False).hits
            for compiler in (self._catalogue, self._variables)
        )
