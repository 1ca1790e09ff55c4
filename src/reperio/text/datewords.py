"""Finding dates in free text: numbers with slashes, names of months and seasons, decades, centuries, eras."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from reperio.text import days
from reperio.text.days import Span


class Mark(NamedTuple):
    """A date found in a text: where it stands and what it spans (None: it cannot be); `present` marks today's words."""

    start: int
    end: int
    span: Span | None
    present: bool = False


class _Context(NamedTuple):
    """What the whole statement says of its ambiguous parts."""

    month_first: bool
    year_ranges: bool


_ORDINAL = r"(?:st|nd|rd|th|e|er|ste|de|\.)?"
_JOIN = (
    r"\s*(?:-+|to|until|till|through|thru|tot(?: en met)?|t/m|t\.?e\.?m\.?|bis|au|al?|hasta|and|en|und|et|y|/|&|,)\s*"
)
_YEAR = r"(?:1\d{3}|20\d{2})(?!\d)"
_WORD_NUMBERS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "twenty-first": 21,
    "twaalfde": 12,
    "dertiende": 13,
    "veertiende": 14,
    "vijftiende": 15,
    "zestiende": 16,
    "zeventiende": 17,
    "achttiende": 18,
    "negentiende": 19,
    "twintigste": 20,
    "eenentwintigste": 21,
}
_ROMAN = {"xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21}
_DECADE_WORDS = {
    "twenties": 20,
    "thirties": 30,
    "forties": 40,
    "fifties": 50,
    "sixties": 60,
    "seventies": 70,
    "eighties": 80,
    "nineties": 90,
}
_CENTURY = r"(?:centur(?:y|ies)|eeuwe?n?|jahrhunderts?|siecles?|jh\.?)"
_BC = r"(?:b\.?\s?c\.?(?:\s?e\.?)?|v\.?\s?chr\.?|av\.?\s?j\.?-?\s?c\.?)(?![a-z])"
_AD = r"(?:a\.?d\.?|c\.?e\.?|n\.?\s?chr\.?)(?![a-z])"
_PART = (
    r"(?:(?:early|mid|middle|late|first half of the|second half of the|end of the|beginning of the|"
    r"begin|eind)[\s-]+(?:of\s+)?(?:the\s+)?)?"
)
_PRESENT = (
    r"(?:present(?: day)?|today|now|on-?going|current(?:ly)?|to date|till date|continuous|continuing|"
    r"continues|heden|vandaag|nu|heute|laufend|"
    r"aujourd'?hui|en cours|onwards?|nos jours)"
)
_FISCAL = re.compile(
    r"\b(?:school|academic|financial|fiscal|tax|season|studie|study|university|course|"
    r"marketing)[\s-]?(?:years?|jaren|jaar|jahr)\b|\b(?:school|studie)ja(?:ar|ren)\b|schuljahr|annee "
    r"scolaire|wintersemester|\bfy\b"
)
_SURE_RANGE = re.compile(r"(?<!\d)\d{2}(\d{2})\s?[-/]{1,2}\s?(1[3-9]|[2-9]\d|00)(?![\d/.-])")
_MONTH_FIRST = re.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])/\d{2,4}(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(?:1[3-9]|2\d|3[01])/(?:0?[1-9]|1[0-2])/\d{2,4}(?!\d)")


def find_marks(text: str) -> list[Mark]:
    """Find the dates in a folded text, in order. The text is to be short: see the caller's limit."""
    month_first = bool(_MONTH_FIRST.search(text)) and not _DAY_FIRST.search(text)
    context = _Context(month_first, bool(_FISCAL.search(text) or _SURE_RANGE.search(text)))
    marks = []
    for match in _scanner().finditer(text):
        kind = str(match.lastgroup)
        if kind == "present":
            marks.append(Mark(match.start(), match.end(), None, present=True))
        elif kind != "skip":
            marks.append(Mark(match.start(), match.end(), _READERS[kind](match, context)))
    return marks


@cache
def _scanner() -> re.Pattern[str]:
    month = "(?:" + "|".join(sorted(map(re.escape, days.month_numbers()), key=len, reverse=True)) + r")(?![a-z])\.?"
    season = "(?:" + "|".join(sorted(days.SEASONS, key=len, reverse=True)) + r")(?![a-z])"
    ordinal_word = "|".join([*_WORD_NUMBERS, *_ROMAN])
    number = rf"(?:\d{{1,2}}|(?:{ordinal_word})(?!(?!i?e(?:me)?\b)[a-z]))"
    of = r"(?:\s*(?:of|de|van|in)\s+|[\s,.'/-]*)"
    before_year = r"(?!\s*[,.']?\s*(?:\d{1,2}[\s,]+)?\d{4})"
    alternatives = [
        # counts, codes, sums of money and times of day that look like years
        r"(?P<skip>(?:[£$€]\s?|\bn\s?=\s?|\b(?:no\.?|nr\.?|number|nummer|sn|kampnummer)\s)\d[\d.,]*|"
        r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s?(?:[ap]m|z|utc|gmt)?(?:[+-]\d{2}:?\d{2})?|"
        r"\d{4}\s+(?:people|respondents|participants|households|persons|interviews|children|adults|"
        r"individuals)\b)",
        rf"(?P<eras>(?P<era_a>\d{{1,5}})\s*(?:{_BC})?\s*(?:-|to|tot|bis)\s*(?P<era_b>\d{{1,5}})\s*(?P<era_bc>{_BC}))",
        rf"(?P<era>(?P<era_n>\d{{1,5}})\s*(?:(?P<era_before>{_BC})|{_AD}))",
        r"(?P<ymd>(?P<ymd_y>[12]\d{3})(?P<ymd_s>[-/.])(?P<ymd_m>\d{1,2})(?P=ymd_s)(?P<ymd_d>\d{1,2})(?:t\d{2}:?\d{2}(?::?\d{2}(?:\.\d{1,9})?)?\s?(?:z|"
        r"[+-]\d{2}:?\d{2})?)?(?!\d))",
        r"(?P<dmrange>(?P<dn_a>\d{1,2})\.\s?(?P<dn_ma>\d{1,2})\.?\s?-\s?(?P<dn_b>\d{1,2})\.\s?(?P<dn_m>\d{1,2})\.\s?(?P<dn_y>[12]\d{3})(?!\d))",
        r"(?P<dmy>(?P<dmy_a>\d{1,2})(?P<dmy_s>[/.-])\s?(?P<dmy_b>\d{1,2})(?P=dmy_s)\s?(?P<dmy_y>\d{4}|\d{2})(?!\d))",
        rf"(?P<centuries>{_PART}(?P<c_a>{number}){_ORDINAL}(?:\s?{_CENTURY})?{_JOIN}{_PART}(?P<c_b>{number})(?:st|"
        rf"nd|rd|th|thth|e|ste|de|\.)?[\s-]*{_CENTURY}(?:\s?(?P<c_bc>{_BC}))?)",
        rf"(?P<century>(?P<c_n>{number})(?:(?:st|nd|rd|th|e|ste|de|i?eme|\.)?[\s-]*{_CENTURY}|"
        rf"c\b\.?)(?:\s?(?P<c_before>{_BC}))?)",
        rf"(?P<dayrange>(?P<dr_a>\d{{1,2}}){_ORDINAL}\s*(?P<dr_ma>{month})?{_JOIN}(?P<dr_b>\d{{1,2}}){_ORDINAL}[\s.-]*(?:of\s+)?(?P<dr_m>{month}){of}(?P<dr_y>{_YEAR}))",
        rf"(?P<usrange>(?P<us_m>{month})\s*(?P<us_a>\d{{1,2}}){_ORDINAL}{_JOIN}(?P<us_mb>{month})?\s*(?P<us_b>\d{{1,2}}){_ORDINAL},?\s*(?P<us_y>{_YEAR}))",
        rf"(?P<monthrange>(?P<mr_a>{month}){_JOIN}(?P<mr_b>{month}){of}(?P<mr_y>{_YEAR}))",
        rf"(?P<dmon>(?P<dm_d>\d{{1,2}}){_ORDINAL}[\s.-]*(?:of\s+|"
        rf"de\s+)?(?P<dm_m>{month}){of}(?P<dm_y>{_YEAR}|\d{{2}}(?![\d:])))",
        rf"(?P<mond>(?P<md_m>{month})\s*(?P<md_d>\d{{1,2}}){_ORDINAL}(?:\s*,\s*|\s+|-)(?:of\s+)?(?P<md_y>{_YEAR}))",
        rf"(?P<mony>(?P<my_m>{month})(?:{of}(?P<my_y>{_YEAR})|(?:\s?['-](?P<my_yy>\d{{2}})|"
        rf"\s(?P<my_late>3[2-9]|[4-9]\d))(?!\d)))",
        rf"(?P<ymon>(?P<ym_y>{_YEAR})[\s,/-]*(?P<ym_m>{month})(?:[\s-]*(?P<ym_d>\d{{1,2}})(?!\d))?{before_year})",
        r"(?P<my>(?P<mn_m>\d{1,2})\s?[/.-]\s?(?P<mn_y>[12]\d{3})(?!\d|[/.]\d{1,2}[/.]))",
        r"(?P<quarter>q(?P<q_n>[1-4])[\s/-]*(?P<q_y>[12]\d{3})(?!\d)|"
        r"(?P<q_yb>[12]\d{3})[\s/-]*q(?P<q_nb>[1-4])(?!\d))",
        rf"(?P<season>(?:(?P<s_from>{season}){_JOIN})?(?P<s_w>{season})(?:{of}(?P<s_y>{_YEAR}))(?:\s?[/-]{{1,2}}\s?(?P<s_z>\d{{2}}(?:\d{{2}})?)(?![\d/.-]))?)",
        rf"(?P<yseason>(?P<s_yb>{_YEAR})[\s,/-]+(?P<s_wb>{season}){before_year})",
        r"(?P<decade>(?P<dec_y>[12]\d\d0)(?:'?s\b|er(?: jahren?)?\b|-?ies\b)|(?:\bjaren|"
        r"\bannees)\s'?(?P<dec_n>\d0)\b|(?<![\d])'?(?P<dec_s>[2-9]0)'?s\b)",
        rf"(?P<decadeword>(?:nineteen[\s-])?(?P<dec_w>{'|'.join(_DECADE_WORDS)})\b)",
        rf"(?P<years>(?P<y_a>[12]\d{{3}})(?P<y_s>\s?[-/]{{1,2}}\s?)(?P<y_b>\d{{1,2}})(?![\d]|[/.-]\d|\s?%|"
        rf"\s*(?:st|nd|rd|th|e)?\s*{month}))",
        r"(?P<year>(?:1\d{3}|20\d{2}|2100)(?!\d|[.,]\d{3}(?!\d)|\s?%))",
        r"(?P<short>(?<![a-z])'(?P<sh_y>\d{2})(?![\da-z]))",
        rf"(?P<present>\b{_PRESENT}\b)",
    ]
    return re.compile(r"(?<![\d])(?<!\d[.,])(?<![a-z](?=[a-z]))(?:" + "|".join(alternatives) + ")")


def _both(iso: str | None) -> Span | None:
    return Span(iso, iso) if iso else None


def _between(start: str | None, end: str | None) -> Span | None:
    return Span(start, end) if start and end else None


def _month_of(name: str) -> int:
    return days.month_numbers()[name.rstrip(".")]


def _eras(match: re.Match[str], _: _Context) -> Span | None:
    first, last = (1 - int(match[group]) for group in ("era_a", "era_b"))
    return Span(days.year(min(first, last)), days.year(max(first, last))) if min(first, last) >= -9999 else None


def _era(match: re.Match[str], _: _Context) -> Span | None:
    """64 BC is the ISO year -0063: there is a year 0."""
    number = int(match["era_n"])
    value = 1 - number if match["era_before"] else number
    return _both(days.year(value)) if -9999 <= value <= days.YEAR_MAX else None


def _ymd(match: re.Match[str], _: _Context) -> Span | None:
    return _both(days.day(int(match["ymd_y"]), int(match["ymd_m"]), int(match["ymd_d"])))


def _dmy(match: re.Match[str], context: _Context) -> Span | None:
    digits = match["dmy_y"]
    of_year = int(digits) if len(digits) == 4 else days.full_year(int(digits))
    first, second = int(match["dmy_a"]), int(match["dmy_b"])
    if match["dmy_s"] == "/" and (context.month_first or second > 12):
        first, second = second, first
    return _both(days.day(of_year, second, first))


def _dmrange(match: re.Match[str], _: _Context) -> Span | None:
    of_year, first_month, last_month = int(match["dn_y"]), int(match["dn_ma"]), int(match["dn_m"])
    start = days.day(of_year - (first_month > last_month), first_month, int(match["dn_a"]))
    return _between(start, days.day(of_year, last_month, int(match["dn_b"])))


def _century_span(number: int, *, before_christ: bool) -> Span:
    if before_christ:
        return Span(days.year(1 - number * 100), days.year(-(number - 1) * 100))
    return Span(days.year(number * 100 - 100), days.year(number * 100 - 1))


def _ordinal(text: str) -> int:
    return _WORD_NUMBERS.get(text) or _ROMAN.get(text) or int(text)


def _centuries(match: re.Match[str], _: _Context) -> Span | None:
    first, last = (_century_span(_ordinal(match[group]), before_christ=bool(match["c_bc"])) for group in ("c_a", "c_b"))
    numbers = _ordinal(match["c_a"]), _ordinal(match["c_b"])
    return _join(first, last) if min(numbers) >= 1 and max(numbers) <= 21 else None


def _century(match: re.Match[str], _: _Context) -> Span | None:
    number = _ordinal(match["c_n"])
    return _century_span(number, before_christ=bool(match["c_before"])) if 1 <= number <= 21 else None


def _join(first: Span, last: Span) -> Span:
    ends = [iso for span in (first, last) for iso in span if iso]
    ends.sort(key=days.year_number)
    return Span(ends[0], ends[-1])


def _dayrange(match: re.Match[str], _: _Context) -> Span | None:
    last_month, of_year = _month_of(match["dr_m"]), int(match["dr_y"])
    first_month = _month_of(match["dr_ma"]) if match["dr_ma"] else last_month
    start = days.day(of_year - (first_month > last_month), first_month, int(match["dr_a"]))
    return _between(start, days.day(of_year, last_month, int(match["dr_b"])))


def _usrange(match: re.Match[str], _: _Context) -> Span | None:
    first_month, of_year = _month_of(match["us_m"]), int(match["us_y"])
    last_month = _month_of(match["us_mb"]) if match["us_mb"] else first_month
    start = days.day(of_year - (first_month > last_month), first_month, int(match["us_a"]))
    return _between(start, days.day(of_year, last_month, int(match["us_b"])))


def _monthrange(match: re.Match[str], _: _Context) -> Span | None:
    first, last, of_year = _month_of(match["mr_a"]), _month_of(match["mr_b"]), int(match["mr_y"])
    return _between(days.month(of_year - (first > last), first), days.month(of_year, last))


def _dmon(match: re.Match[str], _: _Context) -> Span | None:
    digits = match["dm_y"]
    of_year = int(digits) if len(digits) == 4 else days.full_year(int(digits))
    return _both(days.day(of_year, _month_of(match["dm_m"]), int(match["dm_d"])))


def _mond(match: re.Match[str], _: _Context) -> Span | None:
    return _both(days.day(int(match["md_y"]), _month_of(match["md_m"]), int(match["md_d"])))


def _mony(match: re.Match[str], _: _Context) -> Span | None:
    of_year = int(match["my_y"]) if match["my_y"] else days.full_year(int(match["my_yy"] or match["my_late"]))
    return _both(days.month(of_year, _month_of(match["my_m"])))


def _ymon(match: re.Match[str], _: _Context) -> Span | None:
    of_year, number = int(match["ym_y"]), _month_of(match["ym_m"])
    return _both(days.day(of_year, number, int(match["ym_d"])) if match["ym_d"] else days.month(of_year, number))


def _my(match: re.Match[str], _: _Context) -> Span | None:
    return _both(days.month(int(match["mn_y"]), int(match["mn_m"])))


def _quarter(match: re.Match[str], _: _Context) -> Span | None:
    of_year, number = int(match["q_y"] or match["q_yb"]), int(match["q_n"] or match["q_nb"])
    return _between(days.month(of_year, 3 * number - 2), days.month(of_year, 3 * number))


def _season(match: re.Match[str], _: _Context) -> Span | None:
    of_year, word = int(match["s_y"]), match["s_w"]
    if match["s_z"]:
        last = _second_year(of_year, match["s_z"])
        if days.SEASONS[word] is None and last == of_year + 1:
            return Span(days.month(of_year, 12), days.month(last, 2))
        return Span(days.season(of_year, word).start, days.year(last)) if last and last > of_year else None
    span = days.season(of_year, word)
    return Span(days.season(of_year, match["s_from"]).start, span.end) if match["s_from"] else span


def _yseason(match: re.Match[str], _: _Context) -> Span | None:
    return days.season(int(match["s_yb"]), match["s_wb"])


def _decade(match: re.Match[str], _: _Context) -> Span | None:
    """`1800s` and `1900s` are centuries, `2000s` and all others decades."""
    start = int(match["dec_y"]) if match["dec_y"] else 1900 + int(match["dec_n"] or match["dec_s"])
    length = 100 if start % 100 == 0 and start < 2000 else 10
    return Span(days.year(start), days.year(start + length - 1))


def _decadeword(match: re.Match[str], _: _Context) -> Span | None:
    start = 1900 + _DECADE_WORDS[match["dec_w"]]
    return Span(days.year(start), days.year(start + 9))


def _second_year(first: int, digits: str) -> int | None:
    """The later year of `1851-52`, `1999/00` or `1998/1999`; None when it would lie before the first."""
    if len(digits) == 4:
        return int(digits)
    last = first - first % 10 ** len(digits) + int(digits)
    if last < first and int(digits) == 0:
        last += 10 ** len(digits)
    return last if last > first else None


def _years(match: re.Match[str], context: _Context) -> Span | None:
    first, digits, separator = int(match["y_a"]), match["y_b"], match["y_s"].strip()
    last = _second_year(first, digits)
    if separator == "//":
        wanted = last is not None
    elif separator == "/":
        wanted = last == first + 1 or not 1 <= int(digits) <= 12
    else:
        wanted = (context.year_ranges and last is not None) or not 1 <= int(digits) <= 12
    if wanted:
        return Span(days.year(first), days.year(last)) if last else None
    return _both(days.month(first, int(digits)))


def _year(match: re.Match[str], _: _Context) -> Span | None:
    return _both(match["year"])


def _short(match: re.Match[str], _: _Context) -> Span | None:
    return _both(days.year(days.full_year(int(match["sh_y"]))))


_READERS: dict[str, Callable[[re.Match[str], _Context], Span | None]] = {
    "eras": _eras,
    "era": _era,
    "ymd": _ymd,
    "dmrange": _dmrange,
    "dmy": _dmy,
    "centuries": _centuries,
    "century": _century,
    "dayrange": _dayrange,
    "usrange": _usrange,
    "monthrange": _monthrange,
    "dmon": _dmon,
    "mond": _mond,
    "mony": _mony,
    "ymon": _ymon,
    "my": _my,
    "quarter": _quarter,
    "season": _season,
    "yseason": _yseason,
    "decade": _decade,
    "decadeword": _decadeword,
    "years": _years,
    "year": _year,
    "short": _short,
}
