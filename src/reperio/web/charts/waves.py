"""Waves drawn over time: a lane for each study, a mark for each wave in which something was asked."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from reperio.web.charts.timeline import EARLIEST
from reperio.web.words import apart

WIDTH = 640
LANE = 44
HEAD = 22
PAD = 10
UNTIMED = 70
"""Room at the right for marks whose time is not known."""
LONGEST_LABEL = 80
MOST = 30
RADIUS = 6
TICK = 26
"""Room that the name of a year needs before the edge."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Something asked once: in which study, under what name, when.

    Attributes:
        study: title of the study, with its page.
        label: name of the wave, or of the variable where no wave is stated.
        url: page of the variable.
        first, last: years, None when not known.
        is_own: whether it is the one the page is about.
    """

    study: str
    study_url: str
    label: str
    url: str
    first: int | None = None
    last: int | None = None
    is_own: bool = False


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A mark drawn: its middle, its width (0 for a point), its name, its page."""

    x: float
    width: float
    name: str
    url: str
    is_own: bool


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A study drawn: name, page, height, marks from the earliest, and what the marks say in words."""

    label: str
    short: str
    url: str
    y: float
    marks: tuple[Mark, ...]
    untimed: tuple[Mark, ...]


class Waves(msgspec.Struct, frozen=True, kw_only=True):
    """The drawing; `left_out` studies were too many to be drawn."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    edge: float
    left_out: int = 0

    @property
    def has_own(self) -> bool:
        """Whether one of the marks is that which the page is about."""
        return any(mark.is_own for lane in self.lanes for mark in (*lane.marks, *lane.untimed))


def waves(asked: Sequence[Asked]) -> Waves | None:
    """The drawing of what was asked; None when no time is known or there is only one."""
    years = [year for one in asked for year in (one.first, one.last) if year is not None and year >= EARLIEST]
    if len(asked) < 2 or not years:
        return None
    first, last = min(years), max(years) + 1
    if last - first < 6:
        first, last = first - 2, last + 2
    edge = WIDTH - UNTIMED
    scale = (edge - 2 * PAD) / (last - first)
    studies: dict[str, list[Asked]] = {}
    for one in asked:
        studies.setdefault(one.study, []).append(one)
    order = sorted(studies, key=lambda study: (min(one.first or last for one in studies[study]), study))
    lanes = tuple(
        _lane(studies[study], HEAD + place * LANE, first, scale, edge) for place, study in enumerate(order[:MOST])
    )
    placed = ((round(PAD + (year - first) * scale, 1), str(year)) for year in _ticks(first, last))
    ticks = tuple((x, year) for x, year in placed if x < edge - TICK)
    return Waves(
        width=WIDTH,
        height=HEAD + LANE * len(lanes) + 4,
        lanes=lanes,
        ticks=ticks,
        edge=edge,
        left_out=max(0, len(order) - MOST),
    )


def _lane(asked: Sequence[Asked], y: float, first: int, scale: float, edge: float) -> Lane:
    timed = sorted((one for one in asked if one.first is not None), key=lambda one: (one.first or 0, one.label))
    marks = tuple(
        Mark(
            x=round(PAD + ((one.first or 0) + 0.5 - first) * scale, 1),
            width=round(((one.last or one.first or 0) - (one.first or 0)) * scale, 1),
            name=_named(one),
            url=one.url,
            is_own=one.is_own,
        )
        for one in timed
    )
    without = [one for one in asked if one.first is None]
    step = min(2.5 * RADIUS, (UNTIMED - 2 * RADIUS) / max(1, len(without)))
    untimed = tuple(
        Mark(x=round(edge + RADIUS + place * step, 1), width=0, name=_named(one), url=one.url, is_own=one.is_own)
        for place, one in enumerate(without)
    )
    label = asked[0].study
    short = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
    return Lane(label=label, short=short, url=asked[0].study_url, y=y, marks=marks, untimed=untimed)


def _named(one: Asked) -> str:
    label = apart(one.label, one.study)
    if one.first is None:
        return label
    years = str(one.first) if one.last in (None, one.first) else f"{one.first}–{one.last}"
    return label if years in label.replace("-", "–") else f"{label}, {years}"


def _ticks(first: int, last: int) -> list[int]:
    for step in (1, 2, 5, 10, 20, 50, 100):
        found = [year for year in range(first, last + 1) if year % step == 0]
        if len(found) <= 9:
            return found
    return []
