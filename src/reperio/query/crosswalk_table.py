"""A crosswalk that people edit: constructs by studies, each variable compared with the one its row is recoded to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from reperio.corpus.model import Item
from reperio.index.wordings import POSSIBLE
from reperio.query.crosswalk import wording
from reperio.query.sameness import Compared, Comparison
from reperio.resource.write.recode import Recode

VARIABLES_MAX: Final = 120
OWN_ROW: Final = -1
"""In place of the number of a row: one of its own."""
Rows = Callable[[Sequence[str]], NDArray[np.float32]]
"""Gives texts as rows whose products are likenesses."""


class Chosen(msgspec.Struct, frozen=True):
    """A variable that is in a crosswalk, what it belongs to (top first), and the number of its row; None: to be placed."""

    item: Item
    ancestors: tuple[Item, ...] = ()
    row: int | None = None

    @property
    def study(self) -> Item:
        """The study it belongs to, else itself."""
        return self.ancestors[0] if self.ancestors else self.item


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A variable in its cell.

    Attributes:
        chosen: the variable.
        score: how alike its wording is to that of the target, None without an encoder or for the target.
        compared: with the target, from it to the target; None for the target itself.
    """

    chosen: Chosen
    score: float | None = None
    compared: Compared | None = None

    @property
    def is_target(self) -> bool:
        """Whether the others of its row are recoded to it."""
        return self.compared is None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A construct: its name and its variables by study, in the order of the studies."""

    label: str
    cells: tuple[tuple[Entry, ...], ...]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The crosswalk: studies in order, that which others are recoded to first; a line for each construct."""

    studies: tuple[Item, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def entries(self) -> list[tuple[Line, Entry]]:
        """Every variable with its line."""
        return [(line, entry) for line in self.lines for cell in line.cells for entry in cell]


def placed(chosen: Sequence[Chosen], labels: Sequence[str], rows: Rows | None) -> tuple[list[Chosen], list[str]]:
    """Variables without a row put where they are most alike, else into rows of their own; and the labels of the rows.

    Rows without variables are dropped, the others numbered anew.
    """
    vectors = rows([wording(one.item.resource) for one in chosen]) if rows is not None and chosen else None
    groups: list[list[int]] = [[] for _ in labels]
    waiting: list[int] = []
    for place, one in enumerate(chosen):
        if one.row is not None and 0 <= one.row < len(groups):
            groups[one.row].append(place)
        elif one.row == OWN_ROW:
            groups.append([place])
        else:
            waiting.append(place)
    for place in waiting:
        best = _best_row(place, groups, vectors, chosen)
        if best is None:
            groups.append([place])
        else:
            groups[best].append(place)
    names = [*labels, *[""] * (len(groups) - len(labels))]
    kept = [(group, name) for group, name in zip(groups, names, strict=True) if group]
    found = [
        msgspec.structs.replace(chosen[place], row=number) for number, (group, _) in enumerate(kept) for place in group
    ]
    return found, [name or wording(chosen[group[0]].item.resource)[:120] for group, name in kept]


def _best_row(
    place: int, groups: list[list[int]], vectors: NDArray[np.float32] | None, chosen: Sequence[Chosen]
) -> int | None:
    best, found = POSSIBLE, None
    own = wording(chosen[place].item.resource).casefold()
    for number, group in enumerate(groups):
        for other in group:
            same = wording(chosen[other].item.resource).casefold() == own
            score = 1.0 if same else float(vectors[place] @ vectors[other]) if vectors is not None else 0.0
            if score > best:
                best, found = score, number
    return found


def make_table(chosen: Sequence[Chosen], labels: Sequence[str], rows: Rows | None, target: str = "") -> Table:
    """The table of placed variables; `target` is the id of the study that others are recoded to, else the first."""
    studies = {one.study.id: one.study for one in chosen}
    order = sorted(studies, key=lambda identity: identity != target)
    lines = [
        _line([one for one in chosen if one.row == number], label, order, rows) for number, label in enumerate(labels)
    ]
    return Table(studies=tuple(studies[identity] for identity in order), lines=tuple(lines))


def _line(chosen: Sequence[Chosen], label: str, order: Sequence[str], rows: Rows | None) -> Line:
    ordered = sorted(chosen, key=lambda one: order.index(one.study.id))
    vectors = rows([wording(one.item.resource) for one in ordered]) if rows is not None and len(ordered) > 1 else None
    cells: dict[str, list[Entry]] = {identity: [] for identity in order}
    comparison = Comparison(ordered[0].item.resource) if len(ordered) > 1 else None
    for place, one in enumerate(ordered):
        score = round(float(vectors[0] @ vectors[place]), 3) if vectors is not None and place else None
        compared = comparison.with_other(one.item.resource) if comparison is not None and place else None
        cells[one.study.id].append(Entry(chosen=one, score=score, compared=compared))
    return Line(label=label, cells=tuple(tuple(cells[identity]) for identity in order))


def recodes(table: Table) -> list[Recode]:
    """What a recode template needs of each variable."""
    return [
        Recode(
            construct=line.label,
            study=entry.chosen.study.resource.title,
            variable=entry.chosen.item.resource.name or "",
            wording=wording(entry.chosen.item.resource),
            steps=entry.compared.scales.steps if entry.compared else (),
            note=_note(entry.compared) if entry.compared else "The others are recoded to this one.",
            is_target=entry.is_target or bool(entry.compared and entry.compared.scales.verdict == "identical"),
        )
        for line, entry in table.entries
    ]


def _note(compared: Compared) -> str:
    said = [f"Response scale: {compared.scales.verdict}. {compared.scales.reason}"]
    said += [told.reason for told in (compared.polarity, compared.period) if told.verdict == "different"]
    return " ".join(said)
