"""Completing what is being typed, alike for every backend."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import chain, zip_longest
from typing import Final

from reperio.index.analysis import Analysis
from reperio.index.ask import Suggestion

LONGEST_PREFIX: Final = 100  # characters of what is typed that are looked at
SHORTEST_TITLE_PREFIX: Final = 2  # one letter begins a word of nearly every title
VOCABULARY_FACETS: Final = {"instrument": "instrument", "topic": "topic"}
"""Facets whose values are suggested, and as what."""
LAST: Final = "\U0010ffff"  # after all that begins with what stands before it


def folded(text: str, analysis: Analysis) -> str:
    """Give a text as its words, each after a space, so that ` dep` finds the beginning of any word."""
    return " " + " ".join(analysis.words(text))


class Completions:
    """Texts to complete to, most frequent first. Every ending that begins with a word stands in one list, in order.

    Args:
        entries: what can be suggested.
        analysis: how text becomes words.
    """

    def __init__(self, entries: Iterable[Suggestion], analysis: Analysis) -> None:
        self._entries = sorted(entries, key=lambda entry: (-entry.count, entry.text))
        self._analysis = analysis
        begun = sorted(
            (text[place:], rank if place == 0 else rank + len(self._entries))
            for rank, entry in enumerate(self._entries)
            for text in (folded(entry.text, analysis),)
            for place in _word_starts(text)
        )
        self._begun = [text for text, _ in begun]
        self._ranks = [rank for _, rank in begun]

    def starting(self, prefix: str, limit: int) -> list[Suggestion]:
        """Give entries that begin with the prefix, then those one of whose words does."""
        sought = folded(prefix[:LONGEST_PREFIX], self._analysis)
        if not sought.strip() or limit <= 0:
            return []
        start, stop = bisect_left(self._begun, sought), bisect_left(self._begun, sought + LAST)
        best = nsmallest(2 * limit, set(self._ranks[start:stop]))  # an entry is at most twice among them
        ranks = dict.fromkeys(rank % len(self._entries) for rank in best)
        return [self._entries[rank] for rank in ranks][:limit]


def _word_starts(text: str) -> list[int]:
    """Where the spaces are that stand before each word of a folded text."""
    return [place for place, character in enumerate(text) if character == " "]


def interleave(lists: Sequence[Sequence[Suggestion]], limit: int) -> tuple[Suggestion, ...]:
    """Take from each list in turn, its best first, no text twice."""
    taken: dict[tuple[str, str], Suggestion] = {}
    for suggestion in chain.from_iterable(zip_longest(*lists)):
        if suggestion is not None:
            taken.setdefault((suggestion.kind, suggestion.text.casefold()), suggestion)
    return tuple(taken.values())[: max(limit, 0)]
