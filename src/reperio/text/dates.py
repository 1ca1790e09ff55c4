"""Dates and periods: EDTF (ISO 8601-2), ISO 8601 intervals and free text, to ISO intervals of stated precision."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from reperio.text import edtf
from reperio.text.characters import fold
from reperio.text.datewords import Mark, find_marks
from reperio.text.days import YEAR_MAX, Span, year_number

STATEMENT_MAX = 1000


class Period(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch of time. Ends are ISO 8601 dates of the precision stated: `1986`, `1986-04` or `1986-04-05`.

    Attributes:
        start: first day, month or year; None when unknown.
        end: last day, month or year, inclusive; None when unknown or still going on.
        ongoing: True when the source says that it goes on (`1999/..`, "to present").
    """

    start: str | None = None
    end: str | None = None
    ongoing: bool = False


_ISO_LIKE = re.compile(r"[\d\-/.~?%XuYSTZ:+,\[\]{}\s]+|.*(?:open|unknown).*")
_FOREVER = re.compile(r"[/.]9999(?:-12(?:-31)?)?(?:T[\d:.]+Z?)?$")
# `2004–05` with a dash that no ISO date has is a range of years.
_TYPOGRAPHIC = re.compile(r"(?<!\d)(\d{4})\s?[–—]\s?(\d{2})(?![\d–—-])")
_ELSE = re.compile(r"[,;(]?\s*\b(?:later )?(?:re)?(?:printed|print|cast|published|deposited|gedrukt)\b.*", re.DOTALL)
_ROUGHLY = (
    r"(?:(?:the|about|approx(?:imately|\.)?|circa|ca\.?|c\.?|around|early|mid|late|end of|beginning of|"
    r"start of|years?|jaren?|het|de|den|le|of|in)[\s-]*)*$"
)
_UNTIL = re.compile(
    rf"(?:\b(?:before|until|till|up to|prior to|earlier than|to|tot|bis|vor|voor|avant|jusqu'(?:a|en)|"
    rf"no later than|end(?:ing|s| date)(?: in| on)?[:=]?|end[:=])|^\s*(?:-|/|\.\.))\s*{_ROUGHLY}"
)
_SINCE = re.compile(rf"\b(?:since|seit|sinds|sedert|depuis|ongoing (?:since|from)|desde)\s*{_ROUGHLY}")
_FROM = re.compile(
    rf"\b(?:from|vanaf|ab|as of|start(?:ing|ed|s)?(?: date)?(?: in| from)?[:=]?|begin(?:ning|s|"
    rf"nend)?(?: in)?[:=]?|after|later than|na|nach|apres)\s*{_ROUGHLY}"
)
_AND_BEFORE = re.compile(r"^\s*(?:and|or|en|und|et)\s+(?:earlier|before|eerder|vroeger|fruher|avant)\b")
_ONWARDS = re.compile(
    r"^\s*(?:-+|/|\.\.+|onwards?|and (?:later|after|on|onwards?)|en later|ff?\.?|\+|-\s*\?|to|tot|"
    r"[-/]\s*\.\.+)\s*[.)\]]?\s*$"
)


_MISTYPED = re.compile(r"(?<![\d.,/-])[12]\d{4}\s?[-–]\s?[12]\d{3}(?!\d)|(?<!\d)[12]\d{3}\s?[-–]\s?[12]\d{4}(?!\d)")
"""`20016-2018`: one digit is too many, and nobody knows which."""
_PARTS = re.compile(r"\s*[;\n|]\s*")
_YEARS = r"[12]\d{3}(?:\s?[-–/]\s?[12]\d{3})?"
_LIST_OF_YEARS = re.compile(rf"{_YEARS}(?:\s*,\s*{_YEARS})+(?:,?\s*(?:and|en|und|et|&)\s*{_YEARS})?")
_COMMAS = re.compile(r"\s*,\s*(?:(?:and|en|und|et|&)\s*)?|\s+(?:and|en|und|et|&)\s+")


def read_period(raw: str) -> Period | None:
    """Read one period from ISO, EDTF or free text; None when no period is stated.

    Several dates in one statement give the stretch from the first to the last. What is uncertain or approximate is
    read as stated; decades, centuries (`19th century` is 1800 to 1899, as EDTF's `18XX`) and seasons of the northern
    hemisphere become their first and last year or month, a winter its year. Reversed ranges are turned round; a
    date that cannot be (30 February) gives None.

    Ambiguous spellings: `2004-05` is ISO's May 2004, unless a school or financial year is named or a neighbour can
    only be a range (`1998-99`); `2004/05` and `2004–05` are the years 2004 to 2005; `04/05/1999` is 4 May, unless a
    date beside it can only have its month first. Two-digit years from 40 on are 19xx, others 20xx. `since 1999` and
    `1999-` go on; `from 1999` and `after 1999` have an end that is not known. Only the first 1,000 characters are read.
    """
    return _read(raw[:STATEMENT_MAX].strip())


def read_periods(raw: str) -> tuple[Period, ...]:
    """Read every period of a statement, in order, each once; empty when none is stated.

    Periods are parted by semicolons or line breaks, years and ranges of years also by commas (`1975, 1980-1982`), where
    each part is a period by itself; years that follow one another make one. Any other statement is one period, from
    its first date to its last, as `read_period` reads it.
    """
    return _read_all(raw[:STATEMENT_MAX].strip())


def read_date(raw: str) -> str | None:
    """Read one date to ISO 8601 of the precision stated (`12 March 1999` is `1999-03-12`); None when there is none.

    Of a stretch within one year or month (`Spring 1998`), that year or month is read; a longer one is no date.
    """
    period = read_period(raw)
    if period is None or period.start is None or period.end is None:
        return None
    shared = [a for a, b in zip(_parts(period.start), _parts(period.end), strict=False) if a == b]
    if _parts(period.start)[: len(shared)] != shared or _parts(period.end)[: len(shared)] != shared or not shared:
        return None
    return "-".join(shared)


def interval(period: Period) -> str:
    """Write a period as an ISO 8601 interval (`1986/1987`, open end `1999/..`, unknown start `../1999`).

    One day, month or year stands alone (`1986`); a period without ends is empty.
    """
    if period.start is None and period.end is None:
        return ""
    if period.start == period.end:
        return str(period.start)
    return f"{period.start or '..'}/{period.end or '..'}"


def years(period: Period) -> tuple[int | None, int | None]:
    """First and last calendar year of a period; None where unknown or open."""
    first, last = (None if iso is None else year_number(iso) for iso in (period.start, period.end))
    return first, last


def _parts(iso: str) -> list[str]:
    sign = "-" if iso.startswith("-") else ""
    first, *rest = iso.lstrip("-").split("-")
    return [sign + first, *rest]


@lru_cache(maxsize=8192)
def _read_all(raw: str) -> tuple[Period, ...]:
    parts = [part for part in _PARTS.split(raw) if part.strip()]
    if len(parts) == 1 and _LIST_OF_YEARS.fullmatch(raw):
        parts = _COMMAS.split(raw)
    if len(parts) > 1:
        found = [period for part in parts if (period := _read(part.strip())) and _whole(period)]
        if len(found) == len(parts):
            return tuple(dict.fromkeys(_following(found)))
    single = _read(raw)
    return (single,) if single else ()


def _whole(period: Period) -> bool:
    """Whether a period has both ends or goes on: `start 2011; end 2015` is one period, not two."""
    return period.start is not None and (period.end is not None or period.ongoing)


def _following(periods: list[Period]) -> list[Period]:
    """The periods, years that follow one another joined."""
    joined: list[Period] = []
    for period in periods:
        last = joined[-1] if joined else None
        if (
            last and last.end and period.start and period.end and len(last.end) == len(period.start) == 4
            and int(period.start) == int(last.end) + 1
        ):  # fmt: skip
            joined[-1] = Period(last.start, period.end)
        else:
            joined.append(period)
    return joined


@lru_cache(maxsize=8192)
def _read(raw: str) -> Period | None:
    if (not any(map(str.isdigit, raw)) and len(raw) < 4) or _MISTYPED.search(raw):
        return None
    text = _FOREVER.sub("/..", raw)
    if _ISO_LIKE.fullmatch(text) and (found := edtf.read_span(text)):
        span, ongoing = found
        return _period([span], ongoing=ongoing)
    return _from_words(text)


def _from_words(raw: str) -> Period | None:
    text = fold(_TYPOGRAPHIC.sub(r"\1//\2", raw))
    first = next(iter(find_marks(text)), None)
    if first is None:
        return None
    text = text[: first.end] + _ELSE.sub("", text[first.end :])
    marks = find_marks(text)
    dated = [mark for mark in marks if not mark.present]
    if not dated or any(mark.span is None for mark in dated):
        return None
    spans = [mark.span for mark in dated if mark.span is not None]
    if any(mark.present and mark.start > dated[0].start for mark in marks):
        return _period([Span(span.start, None) for span in spans], ongoing=True)
    if len(dated) == 1:
        return _open_ended(text, dated[0], spans[0])
    return _period(spans)


def _open_ended(text: str, mark: Mark, span: Span) -> Period | None:
    before, after = text[max(0, mark.start - 60) : mark.start], text[mark.end :]
    if _SINCE.search(before) or _ONWARDS.match(after):
        return _period([Span(span.start, None)], ongoing=True)
    if _AND_BEFORE.match(after):
        return _period([Span(None, span.end)])
    if _FROM.search(before):
        return _period([Span(span.start, None)])
    if _UNTIL.search(before):
        return _period([Span(None, span.end)])
    return _period([span])


def _period(spans: list[Span], *, ongoing: bool = False) -> Period | None:
    starts = sorted((span.start for span in spans if span.start), key=_earliest)
    ends = sorted((span.end for span in spans if span.end), key=_latest)
    start, end = starts[0] if starts else None, ends[-1] if ends else None
    if start and end and _earliest(start) > _latest(end):
        start, end = end, start
    if any(year_number(iso) > YEAR_MAX for iso in (start, end) if iso):
        return None
    if end is not None and ongoing and start is not None:
        ongoing = False
    return Period(start, end, ongoing) if start or end else None


def _earliest(iso: str) -> tuple[int, ...]:
    parts = _parts(iso)
    return (int(parts[0]), *(int(part) for part in parts[1:]), *((1,) * (3 - len(parts))))


def _latest(iso: str) -> tuple[int, ...]:
    parts = _parts(iso)
    return (int(parts[0]), *(int(part) for part in parts[1:]), *((12, 31)[len(parts) - 1 :]))
