"""Dates and intervals in ISO 8601 and its extension EDTF (ISO 8601-2, levels 0 to 2), to plain spans."""

from __future__ import annotations

import re

from reperio.text import days
from reperio.text.days import Span

_TIME = re.compile(
    r"(?<=\d{4}-\d\d-\d\d)[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d{1,9})?)?)?\s?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)?$"
)
_QUALIFIERS = re.compile(r"[?~%]")
_POINT = re.compile(r"(?P<sign>-?)(?P<year>[\dXu]{4})(?:-(?P<month>[\dXu]{2})(?:-(?P<day>[\dXu]{2}))?)?(?:S\d+)?")
_BASIC = re.compile(r"(1[5-9]\d\d|20\d\d)(\d{2})(\d{2})")
_LONG_YEAR = re.compile(r"Y-?\d{5,}")
_SHORT_END = re.compile(r"\d{2}(?:-\d{2})?")
_OPEN = {"..", "open", "unknown", ""}
# Level 2 goes on to 41 (`1910-30`, a southern autumn), which nobody writes and which everybody means as years.
_SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}


def read_point(text: str) -> Span | None:
    """Read one date (`1986-04`, `196X`, `2001-21`, `1984?`, `1986-04-05T10:00Z`) as the span it covers; None if it is none."""
    text = _TIME.sub("", text.strip())
    basic = _BASIC.fullmatch(text)
    if basic:
        text = "-".join(basic.groups())
    match = _POINT.fullmatch(_QUALIFIERS.sub("", text))
    if match is None:
        return None
    lowest, highest = (_year(match, digit) for digit in "09")
    if lowest is None or highest is None:
        return None
    if match["month"] is None or lowest != highest or not match["month"].isdigit():
        return _ordered(lowest, highest)
    return _within_year(lowest, int(match["month"]), match["day"])


def read_span(text: str) -> tuple[Span, bool] | None:
    """Read an interval, a set or a point; the flag says that its end is open (`1999/..`). None if it is none of them."""
    text = text.strip()
    if len(text) > 2 and text[0] in "[{" and text[-1] in "]}":
        return _read_set(text[1:-1])
    for separator in ("/", ".."):
        if separator in text and text not in _OPEN:
            if text.count(separator) > 1:
                return _read_dotted(text)
            first, last = text.split(separator)
            return _read_interval(first, last or (".." if separator == ".." else ""))
    point = read_point(text)
    return (point, False) if point else None


def _read_dotted(text: str) -> tuple[Span, bool] | None:
    start, slash, end = text.partition("/")
    return _read_interval(start, end) if slash and "/" not in end else None


def _read_interval(first: str, last: str) -> tuple[Span, bool] | None:
    first, last = first.strip(), last.strip()
    if _SHORT_END.fullmatch(last):  # `2004-05-01/31` leaves out what its ends share
        last = first[: len(first) - len(last)] + last if len(first) >= len(last) + 5 else last
    start = None if first.lower() in _OPEN else read_point(first)
    end = None if last.lower() in _OPEN else read_point(last)
    if (
        (start is None and first.lower() not in _OPEN)
        or (end is None and last.lower() not in _OPEN)
        or not (start or end)
    ):
        return None
    # `1999..` and `1999/..` go on; `1999/` has an end that nobody knows
    return Span(start.start if start else None, end.end if end else None), last.lower() in {"..", "open"}


def _read_set(body: str) -> tuple[Span, bool] | None:
    spans = [read_span(part) for part in body.split(",")[:200]]
    starts = [span[0].start for span in spans if span and span[0].start]
    ends = [span[0].end for span in spans if span and span[0].end]
    if None in spans or not starts or not ends:
        return None
    return Span(min(starts), max(ends)), False


def _year(match: re.Match[str], digit: str) -> int | None:
    value = int(re.sub("[Xu]", digit, match["year"]))
    if match["year"][0] in "Xu":
        return None
    return -value if match["sign"] else value


def _ordered(lowest: int, highest: int) -> Span:
    low, high = sorted((lowest, highest))
    return Span(days.year(low), days.year(high))


def _within_year(of_year: int, number: int, day: str | None) -> Span | None:
    if number in _SEASONS and (day is None or not day.isdigit()):
        return days.season(of_year, _SEASONS[number])
    stated = days.month(of_year, number) if day is None or not day.isdigit() else days.day(of_year, number, int(day))
    return Span(stated, stated) if stated else None
