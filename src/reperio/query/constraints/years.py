"""Years that a query demands of the data: `after 2000`, `since 1990`, `in the 1990s`, `between 1990 and 2005`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from reperio.query.constraints.line import Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import EVENTS, word_set
from reperio.query.model import Span

_YEAR = r"(?:1[5-9]\d\d|20\d\d)(?![\w%]|[.,]\d|-\d\d?\b)"
_Y = rf"(?<![\w.,-])(?P<y>{_YEAR})"
_FIRST = r"(?<![\w.,-])(?P<first>1[5-9]\d\d|20\d\d)"
_LAST = r"(?<![\w.,])(?P<last>1[5-9]\d\d|20\d\d)(?![\w%-]|[.,]\d)"
_BEFORE_DECADE = word_set("the of early mid late post pre to and or since before after by early- late- mid-")
_COLLECTED = word_set(
    "collected conducted carried gathered recorded surveyed interviewed fielded observed measured sampled"
)
_DATED = word_set("built born made introduced founded arrived left people children generation generations those")
_MOVED = word_set(
    "born built arrived moved immigrated emigrated married divorced founded established enacted graduated diagnosed"
)
_AGED = re.compile(r"\bage[ds]? (?:of )?\d+ ?$|\byears? old ?$")


def _range(_: Line, match: re.Match[str]) -> Span | None:
    first, last = float(match["first"]), float(match["last"])
    return Span("year", first, last) if first <= last else None


def _bare_range(line: Line, match: re.Match[str]) -> Span | None:
    alone = line.closed_after(match.end()) or line.word_after(match.end()) == "in"
    return _range(line, match) if alone else None


def _limit(_: Line, match: re.Match[str]) -> Span:
    year, word = float(match["y"]), match["word"]
    if word in {"after", "later than"}:
        return Span("year", lower=year + 1)
    return Span("year", upper=year if word in {"until", "till", "up to"} else year - 1)


def _since(_: Line, match: re.Match[str]) -> Span:
    return Span("year", lower=float(match["y"]))


def _in(line: Line, match: re.Match[str]) -> Span | None:
    """`aged 16 in 1970` says when people were born."""
    aged = _AGED.search(line.plain, max(0, match.start() - 20), match.start())
    return None if aged else Span("year", float(match["y"]), float(match["y"]))


def _decade(_: Line, match: re.Match[str]) -> Span:
    return Span("year", float(match["y"]), float(match["y"]) + 9)


def _bare_decade(line: Line, match: re.Match[str]) -> Span | None:
    alone = line.closed_after(match.end()) and line.word_before(match.start()) not in _BEFORE_DECADE
    return _decade(line, match) if alone else None


_GRAMMAR: tuple[tuple[re.Pattern[str], Callable[[Line, re.Match[str]], Span | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"\bbetween {_FIRST} and {_LAST}", _range),
        (rf"\bfrom {_FIRST} ?(?:to|until|till|through|-) ?{_LAST}", _range),
        (rf"{_FIRST}(?: ?- ?| to ){_LAST}", _bare_range),
        (rf"\b(?P<word>after|before|until|till|up to|prior to|later than|earlier than) {_Y}", _limit),
        (rf"\bsince {_Y}", _since),
        (r"\bsince (?:the )?(?P<y>1[5-9]\d0|20\d0)'?s\b", _since),
        (rf"(?:\bfrom )?{_Y} (?:onwards?|or later|and later|and after)\b", _since),
        (rf"\b(?:in|during) (?:the year )?{_Y}", _in),
        (r"\b(?:in|during|from|throughout) (?:the )?(?P<y>1[5-9]\d0|20\d0)'?s\b(?!-)", _decade),
        (r"(?<![\w.,'-])(?P<y>1[5-9]\d0|20\d0)'?s\b(?!-)", _bare_decade),
    )
)


def find_years(line: Line) -> Iterator[Chip]:
    """Find what the text demands of years; `after 2000` begins with 2001, `before 1980` ends with 1979."""
    if not any(map(str.isdigit, line.level)):
        return
    taken: list[tuple[int, int]] = []
    for pattern, read in _GRAMMAR:
        for match in pattern.finditer(line.level):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken):
                continue
            span = read(line, match)
            if span is not None and line.edge_after(end) and not _dates_something_else(line, start):
                taken.append((start, end))
                yield _chip(line, span, start, end)


def _dates_something_else(line: Line, start: int) -> bool:
    """Whether the year is that of a birth, a building, an election: `born in 1958`, `houses built before 1919`."""
    before = line.words_behind(start, 4)
    if not before or before[0] in _COLLECTED or before[:2] == ["out", "carried"]:
        return False
    return before[0].endswith("ed") or before[0] in EVENTS or before[0] in _DATED or not _MOVED.isdisjoint(before)


def _chip(line: Line, span: Span, start: int, end: int) -> Chip:
    low, high = (None if value is None else f"{value:g}" for value in (span.lower, span.upper))
    if low == high:
        label = f"Year {low}"
    elif low is None or high is None:
        label = f"Years from {low}" if high is None else f"Years up to {high}"
    else:
        label = f"Years {low} to {high}"
    return Chip(facet="year", label=label, words=line.text[start:end], start=start, end=end, span=span)
