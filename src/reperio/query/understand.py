"""What a query demands besides words: filters written in its syntax or said in plain words, as chips to be edited.

A constraint is read only where the catalogue could meet it: a facet that hardly any record states would hide nearly
everything, so there its words stay words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations

import msgspec

from reperio.corpus.store import Corpus
from reperio.corpus.titled import titles_among
from reperio.index.ask import Ask, Between, Filter, In
from reperio.index.backend import Backend
from reperio.query.constraints import Understood, read_constraints, title_key, with_chips
from reperio.query.constraints.fields import read_fields
from reperio.query.constraints.titles import TITLE_WORDS_MAX
from reperio.query.model import RANGE_FILTERS, Chip, Query

STATED_LEAST = 0.001
"""Share of the catalogue that must state a facet for a constraint on it to be read from plain words."""

RUNS_WORDS_MAX = 40
"""Words of a text among which titles are looked for; a longer one is no title, nor a short statement of constraints."""

WORDY = frozenset({"study_design", "country", "language", "sex", "genetic_data"})
"""Facets whose values are found by their words too; an age or a size is not."""

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A query, understood.

    Attributes:
        typed: the query as it came.
        query: the same with its chips as filters, and in `text` only the words that are left.
        chips: what was read from the text, in order.
    """

    typed: Query
    query: Query
    chips: tuple[Chip, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the chips: demanded as filters, they may still add to the order."""
        return tuple(word for chip in self.chips for word in _WORD.findall(chip.words))


class Understanding:
    """Reads queries over one state of the catalogue.

    Args:
        corpus: knows what are titles.
        backend: knows which facets are stated.
    """

    def __init__(self, corpus: Corpus, backend: Backend) -> None:
        self._corpus = corpus
        self._backend = backend
        self._read = lru_cache(maxsize=2048)(self._read_text)
        self._stated = lru_cache(maxsize=None)(self._is_stated)

    def understand(self, query: Query) -> Asked:
        """Read the chips of a query's text."""
        if not query.text or query.like:
            return Asked(typed=query, query=query)
        left, chips = self._read(query.text, query.plain)
        if not chips:
            return Asked(typed=query, query=query)
        return Asked(typed=query, query=with_chips(query, Understood(left, chips)), chips=chips)

    def _read_text(self, text: str, plain: tuple[str, ...]) -> tuple[str, tuple[Chip, ...]]:
        """The words left of a text, and its chips; those that cannot be met become words again."""
        _, written = read_fields(text)
        leave = {title_key(words) for words in plain}
        written = tuple(chip for chip in written if title_key(chip.words) not in leave)
        titles = self._titles_in(text)
        said: tuple[Chip, ...] = ()
        left = list(plain)
        for _ in range(3):
            understood = read_constraints(text, left, titles.__contains__)
            said = () if _is_word(understood) else understood.chips
            unmet = [chip.words for chip in said if not self._stated(chip.facet)]
            if not unmet:
                break
            left += unmet
        chips = tuple(sorted((*written, *said), key=lambda chip: chip.start))
        return without(text, chips), chips

    def _titles_in(self, text: str) -> frozenset[str]:
        """Titles of the catalogue among the runs of words of a text."""
        words = [match.span() for match in _WORD.finditer(text)]
        if not 1 < len(words) <= RUNS_WORDS_MAX:
            return frozenset()
        runs = {title_key(text)} | {
            title_key(text[words[first][0] : words[last - 1][1]])
            for first, last in combinations(range(len(words) + 1), 2)
            if 1 < last - first <= TITLE_WORDS_MAX
        }
        return titles_among(self._corpus.engine, runs)

    def _is_stated(self, facet: str) -> bool:
        stated: Filter = Between(facet) if facet in RANGE_FILTERS else In(facet, (), unknown=True, negate=True)
        known = self._backend.search(Ask(filters=(stated,), limit=0)).total
        held = self._backend.stats().documents.get("catalogue", 0)
        return known > 0 and known >= STATED_LEAST * held


def _is_word(understood: Understood) -> bool:
    """Whether a text is nothing but one thing that words find as well: `twins` alone is a word."""
    chips = understood.chips
    return not understood.text_left.strip() and len(chips) == 1 and chips[0].facet in WORDY


def without(text: str, chips: tuple[Chip, ...]) -> str:
    """A text without the words of some chips, nor the punctuation and joining words that parted them."""
    if not chips:
        return text
    parts, end = [], 0
    for chip in sorted(chips, key=lambda chip: chip.start):
        parts.append(text[end : max(chip.start, end)])
        end = max(end, chip.end)
    kept = [part.strip().strip(" ,;") for part in (*parts, text[end:])]
    joined = " ".join(part for part in kept if re.search(r"\w", part) or part.strip(" ,;.&-"))
    return " ".join(re.sub(r"\(\s*\)|\[\s*\]", " ", joined).split())
