"""Column charts: one column a bucket, in one piece or stacked."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from reperio.web.language import number

LEFT = 50.0
RIGHT = 6.0
TOP = 14.0
FOOT = 24.0
STEPS = (1, 2, 2.5, 5, 10)


class Part(msgspec.Struct, frozen=True):
    """A piece of a column: how many, its tone (0 first), what it says, and the search behind it."""

    count: int
    tone: int
    label: str
    url: str


class Column(msgspec.Struct, frozen=True):
    """A column to be drawn: its name, its short name on the axis, its total with the search behind it, its pieces."""

    label: str
    tick: str
    total: int
    url: str
    parts: tuple[Part, ...]


class Drawn(msgspec.Struct, frozen=True):
    """A piece with its place."""

    part: Part
    x: float
    y: float
    width: float
    height: float


class Stack(msgspec.Struct, frozen=True):
    """A column with its place: the whole field it stands in, and its pieces."""

    column: Column
    x: float
    width: float
    pieces: tuple[Drawn, ...]
    named: bool


class ColumnChart(msgspec.Struct, frozen=True, kw_only=True):
    """A column chart.

    Attributes:
        width, height: of the drawing, in its own units (about pixels).
        left, top, base: where columns begin, where the highest ends and where they stand.
        stacks: the columns.
        lines: height and text of the lines behind them.
    """

    width: float
    height: float
    left: float
    top: float
    base: float
    stacks: tuple[Stack, ...]
    lines: tuple[tuple[float, str], ...]


def column_chart(columns: Sequence[Column], *, width: float = 380, height: float = 190) -> ColumnChart | None:
    """A chart of columns; None when there is nothing to draw."""
    highest = max((sum(part.count for part in column.parts) for column in columns), default=0)
    if not highest:
        return None
    step = _step(highest)
    top_value = step * -(-highest // step)
    base = height - FOOT
    scale = (base - TOP) / top_value
    field = (width - LEFT - RIGHT) / len(columns)
    every = max(1, round(34 / field + 0.49))
    stacks = tuple(
        _stack(column, LEFT + place * field, field, base, scale, named=place % every == 0)
        for place, column in enumerate(columns)
    )
    lines = tuple((round(base - at * scale, 2), number(at)) for at in range(0, int(top_value) + 1, int(step)))
    return ColumnChart(width=width, height=height, left=LEFT, top=TOP, base=base, stacks=stacks, lines=lines)


def _stack(column: Column, x: float, field: float, base: float, scale: float, *, named: bool) -> Stack:
    pad = min(field * 0.14, 6)
    pieces = []
    at = base
    for part in column.parts:
        if part.count:
            height = max(part.count * scale, 1.5)
            at -= height
            pieces.append(Drawn(part, round(x + pad, 2), round(at, 2), round(field - 2 * pad, 2), round(height, 2)))
    return Stack(column, round(x, 2), round(field, 2), tuple(pieces), named)


def _step(highest: int) -> int:
    """A round distance between three to five lines."""
    rough = max(highest / 4, 1)
    power = 10.0 ** (len(str(int(rough))) - 1)
    return next(int(step * power) for step in STEPS if step * power >= rough and step * power == int(step * power))
