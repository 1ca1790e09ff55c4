"""Completing what is being typed, alike for every backend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import Final

from reperio.index.analysis import Analysis
from reperio.index.ask import Suggestion

LONGEST_PREFIX: Final = 100  # characters of what is typed that are looked at
SHORTEST_TITLE_PREFIX: Final = 2  # one letter begins a word of nearly every title
VOCABULARY_FACETS: Final = {"instrument": "instrument", "topic": "topic"}
"""Facets whose values are suggested, and as what."""


def folded(text: str, analysis: Analysis) -> str:
    """Give a text as its words, each after a space, so that ` dep` finds the beginning of any word."""
    return " " + " ".join(analysis.words(text))


class Completions:
    """Texts to complete to, most frequent first.

    Args:
        entries: what can be suggested.
        analysis: how text becomes words.
    """

    def __init__(self, entries: Iterable[Suggestion], analysis: Analysis) -> None:
        ordered = sorted(entries, key=lambda entry: (-entry.count, entry.text))
        self._entries = [(folded(entry.text, analysis), entry) for entry in ordered]
        self._analysis = analysis

    def starting(self, prefix: str, limit: int) -> list[Suggestion]:
        """Give entries that begin with the prefix, then those one of whose words does."""
        sought = folded(prefix[:LONGEST_PREFIX], self._analysis)
        if not sought.strip():
            return []
        found = [(text, entry) for text, entry in self._entries if sought in text]
        found.sort(key=lambda pair: not pair[0].startswith(sought))
        return [entry for _, entry in found[:limit]]


def interleave(lists: Sequence[Sequence[Suggestion]], limit: int) -> tuple[Suggestion, ...]:
    """Take from each list in turn, its best first, no text twice."""
    taken: dict[tuple[str, str], Suggestion] = {}
    for suggestion in chain.from_iterable(zip_longest(*lists)):
        if suggestion is not None:
            taken.setdefault((suggestion.kind, suggestion.text.casefold()), suggestion)
    return tuple(taken.values())[: max(limit, 0)]
