"""Periods drawn over time: one line a study, dataset or wave."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from reperio.text.dates import Period, years

ROW = 30
HEAD = 22
WIDTH = 400
PAD = 4
LONGEST_LABEL = 54
MOST = 40
EARLIEST = 1500


class Spell(msgspec.Struct, frozen=True):
    """Something with periods, to be drawn: its name, its page, its periods."""

    label: str
    url: str
    periods: tuple[Period, ...]


class Stroke(msgspec.Struct, frozen=True):
    """A period drawn: where it begins and how long it is; `open`: it goes on."""

    x: float
    width: float
    open: bool
    text: str


class Line(msgspec.Struct, frozen=True):
    """A line of the drawing: its name, its page, its height, its strokes and its periods in words."""

    label: str
    short: str
    url: str
    y: float
    strokes: tuple[Stroke, ...]
    text: str


class Timeline(msgspec.Struct, frozen=True):
    """Periods over a common scale of years; `left_out` lines were too many to be drawn."""

    width: int
    height: int
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    left_out: int = 0


def timeline(spells: Sequence[Spell], said: Said) -> Timeline | None:
    """The drawing of what has a known time; None when nothing has. `said` puts a period into words."""
    this_year = datetime.datetime.now(datetime.UTC).year
    known = [(spell, _bounds(spell, this_year)) for spell in spells]
    timed = sorted(((spell, found) for spell, found in known if found), key=lambda pair: (pair[1][0][0], pair[0].label))
    if not timed:
        return None
    first = min(start for _, found in timed for start, _, _, _ in found)
    last = max(end for _, found in timed for _, end, _, _ in found)
    first, last = _rounded(first, last)
    scale = (WIDTH - 2 * PAD) / (last - first)
    lines = tuple(_line(spell, found, place, first, scale, said) for place, (spell, found) in enumerate(timed[:MOST]))
    ticks = tuple((round(PAD + (year - first) * scale, 2), str(year)) for year in _ticks(first, last))
    return Timeline(WIDTH, HEAD + ROW * len(lines) + 6, lines, ticks, max(0, len(timed) - MOST))


class Said(msgspec.Struct, frozen=True):
    """How a period is put into words."""

    ongoing: str = "now"

    def __call__(self, period: Period) -> str:
        """`1990 – 1994`."""
        first, last = years(period)
        end = self.ongoing if period.ongoing else str(last or "")
        start = str(first or "")
        return start if start == end else " – ".join(part for part in (start, end) if part)


Bounds = tuple[float, float, bool, Period]


def _bounds(spell: Spell, this_year: int) -> list[Bounds]:
    """First and last (exclusive) year of each of its periods that are known on both sides, or go on."""
    found = []
    for period in spell.periods:
        first, last = years(period)
        start = first if first is not None else last
        end = this_year if period.ongoing and first else last if last is not None else first
        if start is not None and end is not None and EARLIEST <= start <= end <= this_year + 50:
            found.append((float(start), float(end) + 1, period.ongoing, period))
    return sorted(found, key=lambda one: one[:2])


def _line(spell: Spell, found: list[Bounds], place: int, first: float, scale: float, said: Said) -> Line:
    strokes = tuple(
        Stroke(round(PAD + (start - first) * scale, 2), round(max((end - start) * scale - 1, 2.5), 2), going, said(one))
        for start, end, going, one in found
    )
    short = spell.label if len(spell.label) <= LONGEST_LABEL else spell.label[: LONGEST_LABEL - 1].rstrip() + "…"
    text = ", ".join(dict.fromkeys(stroke.text for stroke in strokes))
    return Line(spell.label, short, spell.url, HEAD + place * ROW, strokes, text)


def _rounded(first: float, last: float) -> tuple[int, int]:
    """The scale: a little more than what is shown, never shorter than five years."""
    start, end = int(first), int(last)
    return (start, end) if end - start >= 5 else (start - (6 - end + start) // 2, end + (6 - end + start) // 2)


def _ticks(first: int, last: int) -> list[int]:
    """Round years, four to eight of them."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200):
        found = [year for year in range(first, last) if year % step == 0]
        if len(found) <= 7:
            return found
    return []
