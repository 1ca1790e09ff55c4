"""What a study covers in which wave, drawn: topics, else instruments, by waves, else by its files; a dot for each.

The larger a dot, the more variables; every dot, row and column leads to the search for these variables, and the numbers stand
in a table beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import sqrt
from typing import Final

import msgspec

from reperio.corpus.model import Item
from reperio.index.ask import FacetCounts
from reperio.query.model import Query
from reperio.web.charts.heat import Cell, HeatMap, Row, heat_map
from reperio.web.language import N_, Names
from reperio.web.language import gettext as _
from reperio.web.links import only
from reperio.web.site import Site

COLUMNS: Final = 24
ROWS: Final = 14
VALUES: Final = 200
FILES: Final = 24
LEFT: Final = 250
STEP: Final = 34
HEAD: Final = 150
RIGHT: Final = 80
LARGEST: Final = 14.0
SMALLEST: Final = 2.5
SHORT: Final = 36
SHORT_COLUMN: Final = 21
END: Final = 10
_FIGURES = re.compile(r"\d+")
KINDS = Names({"topic": N_("Topics"), "instrument": N_("Instruments")})
BY = Names({"wave": N_("by wave"), "file": N_("by file")})


class Dot(msgspec.Struct, frozen=True):
    """A dot drawn: its middle, its radius, its name, the search behind it."""

    x: float
    y: float
    radius: float
    name: str
    url: str


class Head(msgspec.Struct, frozen=True):
    """The name of a row or column drawn, short and whole, where it stands, and the search behind it."""

    short: str
    label: str
    url: str
    at: float


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn: its title, the table of the same numbers, size, names, dots; columns and rows too many to draw."""

    title: str
    corner: str
    table: HeatMap
    width: int
    height: int
    columns: tuple[Head, ...]
    rows: tuple[Head, ...]
    dots: tuple[Dot, ...]
    left_out: int = 0


class _Column(msgspec.Struct, frozen=True):
    """A wave or a file: its name, and the query for its variables."""

    label: str
    query: Query


def coverage(site: Site, item: Item) -> Coverage | None:
    """What the variables below an item cover; None where they state too little to draw."""
    if not item.variables or item.kind == "variable":
        return None
    key = ("coverage", site.service.status().generation, item.id)
    return site.kept.get(key, lambda: _coverage(site, item))


def _coverage(site: Site, item: Item) -> Coverage | None:
    query = Query(scope="variable", within=item.id, meaning=False)
    counts = site.service.facets(query, ("wave", *KINDS), size=VALUES)
    total = site.service.total(query)
    by, columns, left_out = _columns(site, item, query, counts)
    if len(columns) < 2:
        return None
    for facet in KINDS:
        # What every variable has was stated of the whole, not of them.
        values = [(value, count) for value, count in _values(counts, facet) if count < total]
        table = _table(site, facet, values, query, columns)
        if len(table.rows) > 1:
            title = f"{KINDS[facet]} {BY[by]}"
            return _drawn(site, title, KINDS[facet], table, columns, left_out)
    return None


def _columns(site: Site, item: Item, query: Query, counts: dict[str, FacetCounts]) -> tuple[str, list[_Column], int]:
    waves = sorted((wave for wave, _count in _values(counts, "wave")), key=in_order)
    if len(waves) > 1:
        return "wave", [_Column(wave, only(query, "wave", wave)) for wave in waves[:COLUMNS]], len(waves[COLUMNS:])
    files = [child for child in site.service.children(item.id, limit=VALUES) if child.variables]
    ordered = sorted(files, key=lambda child: (_first_year(child), in_order(child.resource.title)))
    made = [
        _Column(child.resource.title, Query(scope="variable", within=child.id, meaning=False))
        for child in ordered[:FILES]
    ]
    return "file", made, len(ordered[FILES:])


def _first_year(item: Item) -> str:
    return next((period.start or period.end or "9" for period in item.resource.temporal), "9")


def in_order(name: str) -> tuple[int, list[int], str]:
    """By the first year in a name, then `Wave 2` before `Wave 10`."""
    figures = [int(found) for found in _FIGURES.findall(name)[:6]]
    return next((year for year in figures if 1900 <= year <= 2100), 9999), figures, name


def _values(counts: dict[str, FacetCounts], name: str) -> tuple[tuple[str, int], ...]:
    return counts[name].values if name in counts else ()


def _table(
    site: Site, facet: str, values: Sequence[tuple[str, int]], query: Query, columns: Sequence[_Column]
) -> HeatMap:
    held = [dict(_values(site.service.facets(one.query, (facet,), size=VALUES), facet)) for one in columns]
    rows = []
    for value, count in values:
        cells = tuple(
            Cell(
                found.get(value, 0),
                f"{value}, {column.label}",
                site.links.search(only(column.query, facet, value)) if found.get(value) else "",
            )
            for found, column in zip(held, columns, strict=True)
        )
        rows.append(Row(value, site.links.search(only(query, facet, value)), count, cells))
    rows = [row for row in rows if any(cell.count for cell in row.cells)]
    rows.sort(key=lambda row: -sum(cell.count for cell in row.cells))
    return heat_map([column.label for column in columns], rows[:ROWS])


def _drawn(site: Site, title: str, corner: str, table: HeatMap, columns: Sequence[_Column], left_out: int) -> Coverage:
    most = max((cell.count for row in table.rows for cell in row.cells), default=1) or 1
    dots = [
        Dot(
            x=LEFT + STEP * (place + 0.5),
            y=HEAD + STEP * (line + 0.5),
            radius=round(max(SMALLEST, LARGEST * sqrt(cell.count / most)), 1),
            name=_("%(what)s: %(count)s") % {"what": cell.label, "count": cell.count},
            url=cell.url,
        )
        for line, row in enumerate(table.rows)
        for place, cell in enumerate(row.cells)
        if cell.count
    ]
    return Coverage(
        title=title,
        corner=corner,
        table=table,
        width=LEFT + STEP * len(columns) + RIGHT,
        height=HEAD + STEP * len(table.rows) + 4,
        columns=tuple(
            Head(short, one.label, site.links.search(one.query), LEFT + STEP * (place + 0.5))
            for place, (one, short) in enumerate(zip(columns, _told_apart([one.label for one in columns]), strict=True))
        ),
        rows=tuple(
            Head(_cut(row.label, SHORT), row.label, row.url, HEAD + STEP * (line + 0.5))
            for line, row in enumerate(table.rows)
        ),
        dots=tuple(dots),
        left_out=left_out,
    )


def _told_apart(names: Sequence[str]) -> list[str]:
    """Short names of columns; of those that begin alike the end is kept, in which they differ."""
    cut = [_cut(name, SHORT_COLUMN) for name in names]
    return [
        short
        if cut.count(short) == 1 or short == name
        else f"{name[: SHORT_COLUMN - END - 1].rstrip()}…{name[-END:].lstrip()}"
        for name, short in zip(names, cut, strict=True)
    ]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
