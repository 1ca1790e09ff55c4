"""Likely spellings of words that occur nowhere, from the words that do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

SHORTEST: Final = 4  # shorter words are as near to too many others
TWO_EDITS_FROM: Final = 7  # length from which two edits may be corrected
RARE: Final = 2  # documents in which a spelling must occur to be proposed, unless all are rarer
LIKELIER: Final = 20  # times more frequent that a spelling must be to stand for one that occurs, or that is nearer
MISTYPED_FROM: Final = 7  # length from which a word that occurs is taken to be mistyped

SPELLED_FIELDS: Final = (
    "title", "alternate", "abstract", "keyword", "instrument", "place", "children", "label", "question", "concept",
)  # fmt: skip
"""Text fields whose words are proposed as spellings."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_BIT = {letter: 1 << place for place, letter in enumerate(_ALPHABET)}


def distance(first: str, second: str, most: int) -> int:
    """Count the edits between two words: letters put in, left out, changed, or swapped with a neighbour.

    Gives `most` + 1 when there are more than `most`.
    """
    return OSA.distance(first, second, score_cutoff=most)


def _letters(word: str) -> int:
    """Give the set of letters of a word as bits; two words k edits apart differ in at most 2k of them."""
    bits = 0
    for letter in word:
        bits |= _BIT.get(letter, 1 << 36)
    return bits


class Vocabulary:
    """The words of a corpus, ready to find near ones quickly.

    Args:
        counts: number of documents by word.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        kept = {word: count for word, count in counts.items() if _proposable(word)}
        self._words = list(kept)
        self._places = {word: place for place, word in enumerate(self._words)}
        self._counts: NDArray[np.int64] = np.fromiter(kept.values(), np.int64, len(kept))
        self._lengths: NDArray[np.int16] = np.array([len(word) for word in kept], np.int16)
        self._letters: NDArray[np.uint64] = np.array([_letters(word) for word in kept], np.uint64)

    def __len__(self) -> int:
        return len(self._words)

    def nearest(self, word: str) -> str | None:
        """Give the likeliest spelling of a word: fewest edits, then same first letter, then most frequent.

        One that takes more edits, but is far more frequent, is likelier.
        """
        ranked = self._ranked(word)
        if not ranked:
            return None
        first = min([found for found in ranked if found[2] >= RARE] or ranked, key=_likeliest)
        many = [found for found in ranked if found[2] >= LIKELIER * first[2] and not found[1]]
        return min(many, key=_likeliest, default=first)[3]

    def mistyped(self, word: str) -> str | None:
        """Give the spelling that a word that does occur is a likely slip of; None when it is as likely meant."""
        if len(word) < MISTYPED_FROM or word not in self._places:
            return None
        own = int(self._counts[self._places[word]])
        far = [found for found in self._ranked(word) if found[0] == 1 and found[2] >= LIKELIER * own and not found[1]]
        far = [found for found in far if not _is_form(word, found[3])]
        return min(far, key=_likeliest)[3] if far else None

    def _ranked(self, word: str) -> list[tuple[int, bool, int, str]]:
        """Near words: edits, whether the first letter differs, documents, the word."""
        if not _proposable(word) or not self._words:
            return []
        most = 2 if len(word) >= TWO_EDITS_FROM else 1
        return [
            (edits, self._words[at][0] != word[0], int(self._counts[at]), self._words[at])
            for at in self._candidates(word, most)
            if 0 < (edits := OSA.distance(word, self._words[at], score_cutoff=most)) <= most
        ]

    def _candidates(self, word: str, most: int) -> list[int]:
        near = np.abs(self._lengths - len(word)) <= most
        different = np.bitwise_count(self._letters ^ np.uint64(_letters(word)))
        return [int(at) for at in np.flatnonzero(near & (different <= 2 * most))]


def corrections(
    words: Iterable[str], occurs: Callable[[str], bool], vocabulary: Callable[[str], Vocabulary]
) -> dict[str, str]:
    """Give likely spellings of words that occur nowhere, or hardly beside a spelling that is very frequent.

    Args:
        words: as typed.
        occurs: whether any document has a word, in any of its forms.
        vocabulary: the words among which to look for the spelling of a word, itself with them if it occurs.
    """
    found: dict[str, str] = {}
    for word in words:
        lower = word.strip().lower()
        if not occurs(word):
            near = vocabulary(lower).nearest(lower)
        else:
            near = None if word.isupper() or len(lower) < MISTYPED_FROM else vocabulary(lower).mistyped(lower)
        if near:
            found[word] = near
    return found


def _is_form(word: str, other: str) -> bool:
    """Whether one word is the other with an ending: `teenagers` is no slip of `teenager`."""
    return word.startswith(other) or other.startswith(word)


def _likeliest(found: tuple[int, bool, int, str]) -> tuple[int, bool, int, str]:
    edits, other_letter, count, word = found
    return edits, other_letter, -count, word


def _proposable(word: str) -> bool:
    return SHORTEST <= len(word) <= 40 and word.isalpha()
