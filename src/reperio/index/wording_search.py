"""Finding the wordings nearest to given ones, in every study at once: what search by questionnaire asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np

from reperio.index.encoder import Encoder, Vectors
from reperio.index.likeness import Likeness
from reperio.index.neighbours import Neighbours, Part
from reperio.index.tongues import Tongues
from reperio.index.tongues import likeness as on_scale
from reperio.index.wordings import POSSIBLE, Wordings

CANDIDATES = 80
"""Texts near as a whole, of which the likeness is worked out."""
NEAR_AS_A_WHOLE = 0.2
KEPT = 40
BYTE = 127.0


class Held(msgspec.Struct, frozen=True):
    """A wording that a study holds: how alike to the one asked, its words, the study, one of its variables."""

    score: float
    text: str
    root: str
    id: str


class WordingSearch:
    """Finds wordings by likeness.

    Args:
        neighbours: what the index knows of wordings.
        encoder: the encoder for English.
        second: gives the multilingual encoder, where one is in use.
    """

    def __init__(self, neighbours: Neighbours, encoder: Encoder, second: Callable[[], Encoder] | None = None) -> None:
        self._neighbours = neighbours
        self._encoder = encoder
        self._wordings = Wordings(encoder)
        self._second = second

    def find(self, texts: Sequence[str], *, floor: float = POSSIBLE) -> list[list[Held]]:
        """For each text, where it is asked: the best wording of each study, best first."""
        whole = self._encoder.encode(texts)
        centred, matter = self._wordings.halves(texts)
        found = [
            [one for part in self._neighbours.parts for one in self._near(part, whole[row], centred[row], matter[row])]
            for row in range(len(texts))
        ]
        if self._second is not None and any(part.across for part in self._neighbours.parts):
            for row, more in enumerate(self._across(texts, self._second())):
                found[row] += more
        return [_best_of_each(some, floor) for some in found]

    def _near(self, part: Part, whole: Vectors, centred: Vectors, matter: Vectors) -> list[Held]:
        numbers, _ = part.rows.nearest(whole, CANDIDATES, floor=NEAR_AS_A_WHOLE)
        if not len(numbers):
            return []
        theirs = self._wordings.centred(part.rows.get(numbers))
        scores = (theirs @ centred + np.asarray(part.matter[numbers], np.float32) @ matter / BYTE) / 2
        best = np.argsort(-scores, kind="stable")[:KEPT]
        return [held for place in best for held in _holding(part, int(numbers[place]), float(scores[place]))]

    def _across(self, texts: Sequence[str], second: Encoder) -> Iterator[list[Held]]:
        likeness = Likeness(self._encoder)
        asked_abroad = np.array([likeness.is_foreign(text) for text in texts], bool)
        for is_foreign, vector in zip(asked_abroad, Tongues(second).rows(texts, asked_abroad), strict=True):
            found: list[Held] = []
            for part in self._neighbours.parts:
                if part.across:
                    rows, numbers, foreign = part.across
                    scores = on_scale(np.asarray(rows, np.float32) @ vector / BYTE)
                    if not is_foreign:
                        scores = np.where(foreign, scores, -1.0)
                    for place in np.argsort(-scores, kind="stable")[:KEPT]:
                        found += _holding(part, int(numbers[place]), min(1.0, float(scores[place])))
            yield found


def _holding(part: Part, number: int, score: float) -> Iterator[Held]:
    """The studies that hold a wording, with its first variable in each."""
    entries = part.entries(number)
    _, first = np.unique(part.segment.root_numbers(entries), return_index=True)
    for entry in entries[first].tolist():
        yield Held(score, part.segment.texts[number], part.segment.root(entry), part.segment.ids[entry])


def _best_of_each(found: list[Held], floor: float) -> list[Held]:
    kept: dict[tuple[str, str], Held] = {}
    for one in sorted(found, key=lambda held: (-held.score, held.root, held.id)):
        if one.score >= floor:
            kept.setdefault((one.root, one.text), one)
    return list(kept.values())
