"""A crosswalk: which variables of several studies ask about the same thing.

Variables of one study with the same wording (the waves of a panel) count as one. Across studies, identical wordings meet
first, then the nearest in meaning; everything in a row is near to everything else in it, so that rows do not drift.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from reperio.corpus.model import Item
from reperio.resource.fields import Resource
from reperio.text.characters import fold

ROWS_MAX = 80
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """The variables of one study in one row: the first of them, all of them, how near they are to the row.

    Attributes:
        item: the first variable of that wording.
        items: all of that wording, as in the waves of a panel.
        likeness: least similarity to the other cells of its row, 0 to 1; 1 where the wording is the same.
    """

    item: Item
    items: tuple[Item, ...]
    likeness: float


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One thing asked about: a cell for each study, None where a study has nothing like it.

    Attributes:
        label: the wording of its first cell.
        cells: by study, in the order of the studies.
        likeness: least similarity between any two cells, 0 to 1.
        same: whether all cells have the same wording.
    """

    label: str
    cells: tuple[Cell | None, ...]
    likeness: float
    same: bool


class Crosswalk(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that at least two studies share, those of most studies first.

    Attributes:
        rows: at most `ROWS_MAX`.
        looked_at: number of variables looked at, by study.
        held: number of variables there were to look at, by study.
        by_meaning: whether wordings were compared by meaning; without an encoder only identical ones meet.
        left_off: rows found beyond `ROWS_MAX`.
    """

    rows: tuple[Row, ...] = ()
    looked_at: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    by_meaning: bool = False
    left_off: int = 0


class _Wording(msgspec.Struct, frozen=True):
    """One wording in one study: the study's number, the text compared, its folded form, the variables."""

    study: int
    text: str
    folded: str
    items: tuple[Item, ...]


def wording(resource: Resource) -> str:
    """What a variable asks, in words: its question, else its label."""
    return resource.question[0].value if resource.question else resource.title


def align(studies: Sequence[Sequence[Item]], encode: Encode | None, *, floor: float = 0.75) -> tuple[Row, ...]:
    """Rows of variables of several studies that ask about the same thing; all of them, the widest first.

    Args:
        studies: the variables of each study.
        encode: gives rows of unit length for texts; None to let only identical wordings meet.
        floor: cosine from which two wordings ask about the same.
    """
    wordings = [one for number, items in enumerate(studies) for one in _wordings(number, items)]
    if len({one.study for one in wordings}) < 2:
        return ()
    likeness = _likeness(wordings, encode)
    groups = _joined(wordings, likeness, floor)
    rows = [_row(group, wordings, likeness, len(studies)) for group in groups if len(group) > 1]
    return tuple(sorted(rows, key=lambda row: (-_width(row), -row.likeness, row.label)))


def _width(row: Row) -> int:
    return sum(cell is not None for cell in row.cells)


def _wordings(study: int, items: Sequence[Item]) -> list[_Wording]:
    gathered: dict[str, list[Item]] = {}
    for item in items:
        gathered.setdefault(fold(wording(item.resource)).rstrip(" .?:"), []).append(item)
    return [
        _Wording(study, wording(held[0].resource), folded, tuple(held)) for folded, held in gathered.items() if folded
    ]


def _likeness(wordings: Sequence[_Wording], encode: Encode | None) -> NDArray[np.float32]:
    """Similarity of every two wordings, 0 to 1; what is worded alike is 1."""
    count = len(wordings)
    found = np.zeros((count, count), np.float32)
    if encode is not None:
        vectors = encode([one.text for one in wordings])
        found = np.clip(vectors @ vectors.T, 0.0, 0.999).astype(np.float32)
    places: dict[str, list[int]] = {}
    for place, one in enumerate(wordings):
        places.setdefault(one.folded, []).append(place)
    for same in places.values():
        found[np.ix_(same, same)] = 1.0
    return found


def _joined(wordings: Sequence[_Wording], likeness: NDArray[np.float32], floor: float) -> list[list[int]]:
    """Groups of wordings of different studies, the nearest joined first, none joined with what it is not near to."""
    studies = np.array([one.study for one in wordings])
    left, right = np.nonzero(np.triu((likeness >= floor) & (studies[:, None] != studies[None, :]), 1))
    order = np.lexsort((right, left, -likeness[left, right]))
    group_of = [[place] for place in range(len(wordings))]
    for edge in order:
        one, other = group_of[left[edge]], group_of[right[edge]]
        apart = one is not other and not {int(studies[place]) for place in one} & {int(studies[p]) for p in other}
        if apart and float(likeness[np.ix_(one, other)].min()) >= floor:
            one += other
            for place in other:
                group_of[place] = one
    return [list(group) for group in {id(group): group for group in group_of}.values()]


def _row(group: Sequence[int], wordings: Sequence[_Wording], likeness: NDArray[np.float32], studies: int) -> Row:
    cells: list[Cell | None] = [None] * studies
    for place in group:
        others = [other for other in group if other != place]
        one = wordings[place]
        least = float(likeness[place, others].min())
        cells[one.study] = Cell(item=one.items[0], items=one.items, likeness=round(least, 3))
    least = min(cell.likeness for cell in cells if cell)
    first = next(cell for cell in cells if cell)
    return Row(
        label=wording(first.item.resource),
        cells=tuple(cells),
        likeness=least,
        same=len({wordings[place].folded for place in group}) == 1,
    )
