"""Studies by how many items of a questionnaire they hold, and where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import msgspec
import numpy as np

from reperio.corpus.model import Item
from reperio.index.wording_search import Held
from reperio.index.wordings import CLOSE
from reperio.query.questionnaire.model import Asked

STUDIES_MAX: Final = 20
WEIGHTS: Final = ((0.5, 0.02), (0.6, 0.08), (0.7, 0.25), (0.8, 0.6), (0.9, 0.85), (1.0, 1.0))
"""Likeness and what a match so alike counts: a study of many thousand variables holds something like every item by chance."""


def weight(score: float) -> float:
    """What a match of such a likeness counts, 0 to 1."""
    if score < WEIGHTS[0][0]:
        return 0.0
    return float(np.interp(score, [alike for alike, _ in WEIGHTS], [counts for _, counts in WEIGHTS]))


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """An item found in a study: the variable, how alike, the share of pairs so alike that people put together."""

    item: Item
    score: float
    right: float

    @property
    def is_close(self) -> bool:
        """Whether it is taken for the same question."""
        return self.score >= CLOSE


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A study and what it holds of a questionnaire.

    Attributes:
        study: the study (or dataset that stands alone).
        matches: by item, in their order; None where it has nothing like it.
        score: mean over the items of what each match counts by its likeness (`WEIGHTS`): coverage times likeness.
    """

    study: Item
    matches: tuple[Match | None, ...]
    score: float

    @property
    def close(self) -> int:
        """Items it holds."""
        return sum(match is not None and match.is_close for match in self.matches)

    @property
    def perhaps(self) -> int:
        """Items it holds something like."""
        return sum(match is not None and not match.is_close for match in self.matches)


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a questionnaire: its items, the studies, best first, how many studies hold any item, by what."""

    items: tuple[Asked, ...]
    studies: tuple[Holding, ...] = ()
    total: int = 0
    by_meaning: bool = True


class Placed(msgspec.Struct, frozen=True):
    """A study by id with its best match for each item."""

    root: str
    score: float
    held: dict[int, Held]


def rank(found: Sequence[Sequence[Held]], without: Collection[str] = ()) -> list[Placed]:
    """Studies by the items they hold, best first.

    In a study a wording answers one item only, and an item is answered by one wording: the pairs most alike are made first.

    Args:
        found: for each item, the wordings near to it.
        without: ids of studies that do not count.
    """
    by_root: dict[str, list[tuple[float, int, Held]]] = {}
    for number, some in enumerate(found):
        for held in some:
            if held.root not in without:
                by_root.setdefault(held.root, []).append((held.score, number, held))
    placed = [_placed(root, pairs, len(found)) for root, pairs in by_root.items()]
    return sorted(placed, key=lambda one: (-one.score, one.root))


def _placed(root: str, pairs: list[tuple[float, int, Held]], items: int) -> Placed:
    matched: dict[int, Held] = {}
    taken: set[str] = set()
    for _, number, held in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].id)):
        if number not in matched and held.text not in taken:
            matched[number] = held
            taken.add(held.text)
    return Placed(root, sum(weight(held.score) for held in matched.values()) / items, matched)
