"""How alike two questions are: the meaning of their wordings, apart from who answers and for what time.

A sentence encoder sees much in a short item that has nothing to do with what it asks: `Child`, `Do you`, `in the last
two weeks`. So each wording is seen in several ways, whole and without such words, plain and as what it says about
somebody; of each way what all items share is taken off (the mean of some items about nothing in particular), and the
cosines are averaged. Nothing here is fitted to any set.

English is read by the first encoder. Where a text is in another language, both are read by the multilingual one.
Negation is not part of likeness (`restless` and `not restless` ask about one thing); it is told beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import numpy as np

from reperio.index.encoder import Encoder, Vectors
from reperio.index.language import detect_query
from reperio.index.tongues import ENGLISH, Tongues
from reperio.index.tongues import likeness as on_scale

FRAMES: Final = ("{}", "someone who: {}", "symptom or behaviour: {}")
"""What an item is put into: what it says of somebody counts for more then, and its grammar for less."""

NEUTRAL: Final = ENGLISH

_ABOUT_WHOM: Final = (
    "i you he she it they we child children your his my her their our him them me himself herself yourself myself "
    "themselves the a an study who that this"
)
_PERSONS: Final = frozenset(_ABOUT_WHOM.split())
_PERIOD: Final = re.compile(
    r"\b(?:in|over|during|within|for)\s+the\s+(?:last|past)\s+(?:\w+\s+)?(?:day|week|month|year|fortnight)s?\b",
    re.IGNORECASE,
)
_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|nobody|nothing|none|without|cannot|seldom|rarely|hardly|\w+n['’]t|dont|cant|doesnt)\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’]\w+)?")

FOREIGN_PIECES: Final = 2.6
"""Pieces the first encoder cuts a word into, on average, from which a text is in a language it does not know."""


class Alike(msgspec.Struct, frozen=True):
    """How alike two questions are.

    Attributes:
        score: 1 for the same wording; about 0 for questions that share nothing.
        opposed: whether one of them is negated and the other not: answers then run the other way.
    """

    score: float
    opposed: bool = False


def is_negated(text: str) -> bool:
    """Whether a wording is negated: an odd number of words that negate."""
    return len(_NEGATION.findall(text)) % 2 == 1


def matter(text: str) -> str:
    """What a wording is about: without who it is about, and without the time it asks for."""
    kept = [word for word in _WORD.findall(_PERIOD.sub(" ", text.lower())) if word not in _PERSONS]
    return " ".join(kept) or text


class Likeness:
    """Compares questions.

    Args:
        first: the encoder for English.
        second: gives the multilingual encoder, when a text needs it; None to compare all texts by the first.
    """

    def __init__(self, first: Encoder, second: Callable[[], Encoder] | None = None) -> None:
        self._first = first
        self._second = second
        self._centres = [self._encoded(NEUTRAL, frame, way).mean(0) for frame in FRAMES for way in WAYS]

    def alike(self, one: str, other: str) -> Alike:
        """How alike two wordings are."""
        return Alike(float(self.scores([one], [other])[0, 0]), is_negated(one) != is_negated(other))

    def scores(self, ones: Sequence[str], others: Sequence[str]) -> Vectors:
        """Scores of every pair: a row for each of `ones`, a column for each of `others`."""
        texts = list(dict.fromkeys((*ones, *others)))
        place = {text: number for number, text in enumerate(texts)}
        rows, columns = ([place[text] for text in some] for some in (ones, others))
        found = self._by_first(texts, rows, columns)
        foreign = np.array([self.is_foreign(text) for text in texts])
        if self._second is None or not foreign.any():
            return found
        vectors = Tongues(self._second()).rows(texts, foreign)
        across = on_scale(vectors[rows] @ vectors[columns].T)
        return np.where(foreign[rows][:, None] | foreign[columns][None, :], across, found).astype(np.float32)

    def is_foreign(self, text: str) -> bool:
        """Whether a text is in a language that the first encoder does not know."""
        if (language := detect_query(text)) not in {"", "en"}:
            return True
        letters = [sign for sign in text if sign.isalpha()]
        if sum(not sign.isascii() for sign in letters) > len(letters) / 20:
            return True
        pieces = getattr(self._first, "pieces_per_word", None)
        return not language and pieces is not None and pieces(text) >= FOREIGN_PIECES

    def _by_first(self, texts: list[str], rows: list[int], columns: list[int]) -> Vectors:
        ways = [(frame, way) for frame in FRAMES for way in WAYS]
        total = np.zeros((len(rows), len(columns)), np.float32)
        for centre, (frame, way) in zip(self._centres, ways, strict=True):
            vectors = self._encoded(texts, frame, way) - centre
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
            total += vectors[rows] @ vectors[columns].T
        return np.asarray(total / len(ways), np.float32)

    def _encoded(self, texts: Sequence[str], frame: str, way: Callable[[str], str]) -> Vectors:
        return self._first.encode([frame.format(way(text).lower()) for text in texts], purpose="query")


WAYS: Final[tuple[Callable[[str], str], ...]] = (str, matter)
"""How a wording is seen: whole, and by what it is about."""
