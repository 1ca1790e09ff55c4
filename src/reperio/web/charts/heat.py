"""Heat maps. A heat map is a table whose cells are coloured, so it is drawn as one: every cell can be read and followed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from reperio.web.charts.tiles import level


class Cell(msgspec.Struct, frozen=True):
    """A cell: how many, what it says to who cannot see its place, the search behind it; `self_` cells are crossed out."""

    count: int
    label: str
    url: str
    level: int = 0
    crossed: bool = False


class Row(msgspec.Struct, frozen=True):
    """A line of cells with its heading."""

    label: str
    url: str
    total: int
    cells: tuple[Cell, ...]


class HeatMap(msgspec.Struct, frozen=True):
    """A heat map: what stands above its columns, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def empty(self) -> int:
        """How many cells hold nothing: the gaps."""
        return sum(not cell.count and not cell.crossed for row in self.rows for cell in row.cells)


def heat_map(columns: Sequence[str], rows: Sequence[Row]) -> HeatMap:
    """The map, its cells darkened by their counts against the highest one."""
    highest = max((cell.count for row in rows for cell in row.cells if not cell.crossed), default=0)
    shaded = (
        msgspec.structs.replace(
            row,
            cells=tuple(msgspec.structs.replace(cell, level=level(cell.count, highest)) for cell in row.cells),
        )
        for row in rows
    )
    return HeatMap(tuple(columns), tuple(shaded))
