"""Years that a query demands of the data: `after 2000`, `since 1990`, `in the 1990s`, `between 1990 and 2005`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reperio.query.constraints.line import Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import EVENTS
from reperio.query.model import Span

_Y = r"(?<![\w.,-])(?P<{0}>1[5-9]\d\d|20\d\d)(?![\w%]|[.,]\d|-\d\d?\b)"
_RANGE = re.compile(
    rf"\bbetween {_Y.format('a')} and {_Y.format('b')}|\bfrom {_Y.format('c')} (?:to|until|till|through) {_Y.format('d')}"
    rf"|(?<![\w.,-])(?P<e>1[5-9]\d\d|20\d\d)(?: ?- ?| to )(?P<f>1[5-9]\d\d|20\d\d)(?![\w%-]|[.,]\d)"
)
_LIMIT = re.compile(
    rf"\b(?P<word>after|since|before|until|till|up to|prior to|later than|earlier than) (?P<tens>the )?{_Y.format('a')[:-len('(?![\w%]|[.,]\d|-\d\d?\b)')]}(?P<s>'?s)?(?![\w%]|[.,]\d|-\d)"
    rf"|(?:\bfrom )?{_Y.format('b')} (?P<on>onwards?|or later|and later|and after)\b"
)
_IN = re.compile(rf"\b(?:in|during) (?:the year )?{_Y.format('a')}")
_DECADE = re.compile(
    r"(?P<lead>\b(?:in|during|from|throughout) (?:the )?)?(?<![\w.,'-])(?P<tens>1[5-9]\d0|20\d0)'?s\b(?!-)"
)
_COLLECTED = frozenset(
    "collected conducted carried gathered recorded surveyed interviewed fielded observed measured sampled".split()
)
_DATED = frozenset("built born made introduced founded arrived left people children generation generations those".split())


def find_years(line: Line) -> Iterator[Chip]:
    """Find what the text demands of years; `after 2000` begins with 2001, `before 1980` ends with 1979."""
    taken: list[tuple[int, int]] = []
    for pattern, read in ((_RANGE, _range), (_LIMIT, _limit), (_IN, _in), (_DECADE, _decade)):
        for match in pattern.finditer(line.level):
            span = read(line, match)
            start, end = match.span()
            if span is None or any(start < last and first < end for first, last in taken):
                continue
            if line.edge_after(end) and not _dates_something_else(line, start):
                taken.append((start, end))
                yield _chip(line, span, start, end)


def _range(line: Line, match: re.Match[str]) -> Span | None:
    first, last = (float(match[names[0]] or match[names[1]] or match[names[2]]) for names in ("ace", "bdf"))
    if first > last or (match["e"] and not line.closed_after(match.end()) and line.word_after(match.end()) != "in"):
        return None
    return Span("year", first, last)


def _limit(line: Line, match: re.Match[str]) -> Span | None:
    if match["on"]:
        return Span("year", lower=float(match["b"]))
    year, word = float(match["a"]), match["word"]
    if match["s"]:
        decade = match["a"].endswith("0") and word in {"since", "before"}
        return (Span("year", lower=year) if word == "since" else Span("year", upper=year - 1)) if decade else None
    if match["tens"]:
        return None
    if word == "since":
        return Span("year", lower=year)
    if word in {"after", "later than"}:
        return Span("year", lower=year + 1)
    return Span("year", upper=year if word in {"until", "till", "up to"} else year - 1)


def _in(line: Line, match: re.Match[str]) -> Span | None:
    aged = re.search(r"\baged?\b|\byears? old", line.level[max(0, match.start() - 30) : match.start()])
    year = float(match["a"])
    return None if aged else Span("year", year, year)


def _decade(line: Line, match: re.Match[str]) -> Span | None:
    if not match["lead"] and (line.word_before(match.start()) in _BEFORE_DECADE or not line.closed_after(match.end())):
        return None
    first = float(match["tens"])
    return Span("year", first, first + 9)


_BEFORE_DECADE = frozenset("the of early mid late post pre to and or since before after by early- late- mid-".split())


def _dates_something_else(line: Line, start: int) -> bool:
    """Whether the year is that of a birth, a building, an election: `born in 1958`, `houses built before 1919`."""
    before = line.words_before(start, 2)
    if not before:
        return False
    if before[0] in _COLLECTED or (before[0] == "out" and before[1:] == ["carried"]):
        return False
    return before[0].endswith("ed") or not (EVENTS | _DATED).isdisjoint(before[:1]) or "born" in before


def _chip(line: Line, span: Span, start: int, end: int) -> Chip:
    low, high = (None if value is None else f"{value:g}" for value in (span.lower, span.upper))
    if low == high:
        label = f"Year {low}"
    elif low is None or high is None:
        label = f"Years from {low}" if high is None else f"Years up to {high}"
    else:
        label = f"Years {low} to {high}"
    return Chip(facet="year", label=label, words=line.text[start:end], start=start, end=end, span=span)
