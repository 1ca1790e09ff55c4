"""Ages of people, to ranges in years."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from reperio.text.characters import straight
from reperio.text.quantities import words_to_digits
from reperio.text.sweep_ages import ages_in_title, ages_seen

AGE_MAX = 150  # HDR UK's "0-150" is the widest range that catalogues state
STATEMENT_MAX = 4000
PROSE_MAX = 20_000


class AgeRange(msgspec.Struct, frozen=True, omit_defaults=True):
    """Ages in completed years (months and weeks as fractions: 6 months is 0.5); None where unknown or unbounded."""

    lower: float | None = None
    upper: float | None = None


_YEARS = {"y": 1.0, "m": 1 / 12, "w": 7 / 365.25, "d": 1 / 365.25}
_UNIT = (
    r"(?:[\s-]*(?:(?P<{0}y>years?|yrs?|yr|y/?o|y|jaar|jahren?|ans)|(?P<{0}m>months?|mths?|mo|maanden|"
    r"monate?n?|mois)|(?P<{0}w>weeks?|wks?|weken|wochen)|(?P<{0}d>days?|dagen|"
    r"tagen?))\b\.?(?:[\s-]*olds?\b|\s+of\s+age\b)?)?"
)
_VALUE = r"(?<![\d.,])\d{{1,3}}(?:\.\d{{1,2}})?(?![\d%]|,\d{{3}}(?!\d)|\.\d|\s?(?:%|per ?cent))"
_BIRTH = r"\b(?:(?<!of )birth(?! (?:cohort|weight|order|regist|record|year|date|certificat))|newborns?|neonat\w*|geboorte|geburt|naissance)\b"
_POINT = rf"(?:(?P<{{0}}n>{_VALUE})(?:'?s\b)?{_UNIT}|(?P<{{0}}b>{_BIRTH}))"
_TO = (
    r"\s*(?:-|to|till|until|up to|through|tot(?: en met)?|t/m|bis|and|&|/|à)\s*(?:(?:age|aged|ages|"
    r"under|the age of)\s+)?"
)
_MORE = (
    r"(?:\s*\+|[\s,-]*(?:and|or|&|years?|en|und|et)?\s*(?:over|above|older|upwards?|more|plus|beyond|"
    r"ouder|älter|plus)\b)"
)
_OPEN_END = (
    r"\s*(?:-|to|onwards?)\s*(?:\+|$|no (?:upper )?(?:age )?limit|any age|death|and (?:over|above)|"
    r"over|older|onwards?|unlimited|older|∞|none|(?=[;\n]))|\s+onwards?\b"
)
_RANGE = re.compile(rf"{_POINT.format('a')}(?:{_TO}){_POINT.format('b')}(?P<more>{_MORE})?", re.I)
_SINGLE = re.compile(
    rf"(?P<before>[<>≥≤]=?\s*|\b(?:under|below|younger than|less than|up to|until|maximum(?: age)?(?: "
    rf"of)?|max\.?|over|above|older than|more than|at least|minimum(?: age)?(?: of)?|min\.?|from|vanaf|"
    rf"ab|tot|bis)\s+(?:the\s+)?(?:age\s+)?(?:of\s+)?)?{_POINT.format('a')}(?P<more>{_MORE}|"
    rf"{_OPEN_END})?",
    re.I,
)
_NOT_AGES = re.compile(
    r"\b(?:waves?|sweeps?|rounds?|phases?|visits?|year|grades?|class(?:es)?|stages?|key stage|cohort|"
    r"wave|n|p|sd|tests?|module)\s*[:=.#]?\s*\d{1,3}(?:\s*(?:-|to|and|&|"
    r",)\s*\d{1,2})*\b(?!\s*(?:years?|yrs?|months?)\b)"
    r"|\b(?:mean|average|median|modal|sd|s\.d\.|standard deviation)\b[^;\n]{0,40}?\d[\d.]*(?:\s*(?:years?|yrs?))?"
    r"|\b(?:\d{1,2}\s+)?(?:january|february|march|april|june|july|august|september|october|november|"
    r"december)(?:\s+\d{1,2}(?:st|nd|rd|th)?\b)?(?:,?\s+\d{4})?"
    r"|\b\d{1,2}(?:\s*(?:-|to)\s*\d{1,2})?\s*(?:weeks?|wks?)\s*(?:of\s+)?(?:gestation|pregnan)\w*"
    r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b(?:1[89]|20)\d\d\b",
    re.I,
)
_ALL_AGES = re.compile(r"\s*(?:all|any)(?:\s+ages?(?:\s+groups?)?)?\s*\.?\s*", re.I)
_YEARS_AND_MONTHS = re.compile(r"\b(\d{1,2})\s*(?:years?|yrs?)\s+(?:and\s+)?(\d{1,2})\s*(?:months?|mths?)\b", re.I)
_HALF = re.compile(r"(\d)\s?½")
_CLAUSES = re.compile(r"[;\n]|\.\s+(?=[A-Z])")
_CLAUSE_WORDS = 12


def read_ages(raw: str) -> AgeRange | None:
    """Read the range that a statement of ages spans (`16, 18 and 20` spans 16 to 20); None when it states none.

    For fields whose content is an age. For prose, see `find_ages`. A single age is a range of one (`7` is 7 to 7), `18+`
    and `over 50` have no upper end, `under 5` ends at 4 (completed years) and has no lower end, `Birth` is 0, `all
    ages` begins at 0. Means, school years, wave numbers, calendar years and percentages are not ages. `Adults` alone
    states no age: catalogues mean 16, 18 or 21 by it. Only the first 4,000 characters are read.
    """
    return _read(raw[:STATEMENT_MAX].strip())


@lru_cache(maxsize=4096)
def _read(raw: str) -> AgeRange | None:
    if not raw:
        return None
    if _ALL_AGES.fullmatch(raw):
        return AgeRange(lower=0.0)
    text = _HALF.sub(r"\1.5", words_to_digits(straight(raw)))
    text = _YEARS_AND_MONTHS.sub(lambda match: f"{int(match[1]) + int(match[2]) / 12:.2f} years", text)
    text = _NOT_AGES.sub(lambda match: " " if not match.group()[:1].isdigit() else ";", text)
    found: list[AgeRange] = []
    for clause in _CLAUSES.split(text):
        if not found or len(clause.split()) <= _CLAUSE_WORDS // 2:
            found += _in_clause(clause)
    return _span(found)


def _in_clause(clause: str) -> list[AgeRange]:
    """Ranges first; what they leave is read as single ages."""
    found: list[AgeRange] = []
    rest: list[str] = []
    end = 0
    for match in _RANGE.finditer(clause):
        if _listed(clause, match):
            continue
        ages = _from_range(match)
        if ages:
            found.append(ages)
            rest.append(clause[end : match.start()])
            end = match.end()
    rest.append(clause[end:])
    for part in rest:
        found += [ages for match in _SINGLE.finditer(part) if (ages := _from_single(match))]
    return found


def _listed(clause: str, match: re.Match[str]) -> bool:
    """`16, 18 and 20` is a list: its last `and` makes no range by itself (the span comes out the same)."""
    return clause[: match.start()].rstrip().endswith(",") and " and " in match.group() and match["more"] is None


def _from_range(match: re.Match[str]) -> AgeRange | None:
    unit = _unit(match, "b") or _unit(match, "a") or "y"
    low_unit = _unit(match, "a") or unit
    lower, upper = _value(match, "a", low_unit), _value(match, "b", unit)
    if lower is None or upper is None:
        return None
    lower, upper = min(lower, upper), max(lower, upper)
    return AgeRange(lower, None if match["more"] else upper)


def _from_single(match: re.Match[str]) -> AgeRange | None:
    unit = _unit(match, "a") or "y"
    value = _value(match, "a", unit)
    if value is None:
        return None
    if match["more"]:
        return AgeRange(lower=value)
    before = (match["before"] or "").strip().lower()
    if before.startswith((">", "≥", "over", "above", "older", "more", "at least", "min", "from", "vanaf", "ab")):
        return AgeRange(lower=value)
    if before.startswith(("<=", "≤", "up to", "until", "max", "tot", "bis")):
        return AgeRange(upper=value)
    if before:
        return AgeRange(upper=value - 1 if unit == "y" and value >= 1 else value)
    if re.fullmatch(r"[2-9]0'?s", match.group().strip()):  # people in their twenties
        return AgeRange(value, value + 9)
    return AgeRange(value, value)


def _unit(match: re.Match[str], end: str) -> str | None:
    return next((unit for unit in _YEARS if match[f"{end}{unit}"]), None)


def _value(match: re.Match[str], end: str, unit: str) -> float | None:
    if match[f"{end}b"]:
        return 0.0
    years = float(match[f"{end}n"]) * _YEARS[unit]
    return round(years, 3) if years <= AGE_MAX else None


def _span(found: list[AgeRange]) -> AgeRange | None:
    if not found:
        return None
    if len(found) == 2 and found[0].upper is None and found[1].lower is None:  # `minimum 18, maximum 65`
        found = [AgeRange(found[0].lower, found[1].upper)]
    lowers = [ages.lower for ages in found]
    uppers = [ages.upper for ages in found]
    lower = None if None in lowers else min(low for low in lowers if low is not None)
    upper = None if None in uppers else max(up for up in uppers if up is not None)
    if lower is not None and upper is not None and lower > upper:
        lower, upper = upper, lower
    return AgeRange(lower, upper)


_OF_AGE = r"(?:\s*-?\s*(?:years?|yrs?)(?:[\s-]+(?:olds?\b|of\s+age\b))?)?"
_N = r"(?<![\d.,])(\d{1,3})(?![\d%]|[.,]\d)"
_AGED_RANGE = re.compile(
    rf"\b(?:aged?|ages|age range(?:s|d)?|age groups?|age bracket)(?:\s+(?:of|from|between|is|was|were|"
    rf":|range|ranging|ranged|the|in)|\s*[:(=])*\s*{_N}{_OF_AGE}\s*(?:-|to|and|until|"
    rf"through)\s*(?:age\s+)?{_N}(?!\s*(?:and|or)\s+(?:over|above|older))"
    rf"|\bbetween\s+(?:the\s+)?(?:ages\s+(?:of\s+)?)?{_N}\s*(?:-|to|and)\s*{_N}\s*(?:years?\s+(?:old|"
    rf"of\s+age)|-?year-?\s?olds?)"
    rf"|{_N}\s*(?:-|to)\s*{_N}[\s-]+(?:years?|yrs?)[\s-]+(?:olds?\b|of\s+age\b)",
    re.I,
)
_AGED_OVER = re.compile(
    rf"\b(?:aged?|ages)\s+{_N}{_OF_AGE}\s*(?:\+|(?:and|or|&)\s+(?:over|above|older|upwards?|more)\b)"
    rf"|\b(?:aged\s+(?:over|at least)|over the age of|aged? from)\s+{_N}(?!\s*(?:-|to|and)\s*\d)"
    rf"|{_N}\s+years?(?:\s+old|\s+of\s+age)?\s+(?:and|or)\s+(?:over|above|older)\b",
    re.I,
)
_PEOPLE = re.compile(
    r"\b(?:participants?|respondents?|sample|surveys?|survey(?:ed|s)|interview(?:s|ed|ees)?|stud(?:y|"
    r"ies)|cohort|recruit\w*|adults|children|young people|youths?|men|women|people|"
    r"individuals|persons?|clients|employees|workers|carers|everyone|residents|pupils|students|patients|population|males?|females?|adolescents|"
    r"mothers|boys|girls|members)\b",
    re.I,
)
_NOT_THEM = re.compile(
    r"\b(?:exclud\w+|except|other than|not|when|younger than|mean|average|median|proportion of|share of|"
    r"only (?:required|completed|asked|collected)|percentage of|number of|"
    r"projected|expected|per cent of|% of|compared (?:to|with))\b[^.;]{0,40}$",
    re.I,
)
_LEFT_OUT = re.compile(
    r"^[^.;]{0,40}\b(?:excluded|omitted|left out|not (?:included|eligible|interviewed)|increas\w+|"
    r"declin\w+)\b",
    re.I,
)
_OF_ELSE = re.compile(
    r"^[\s-]*(?:(?:years?|yrs?)[\s-]*(?:olds?)?\s*)?(?:months?|weeks?|days?|mackerel|herrings?|cod|salmon|trout|fish\w*|trees?"
    r"|stands?|cattle|cows|sheep|pigs|horses|dogs|buildings?|fields?)\b",
    re.I,
)
"""Months are not years, and not all that has an age is a person."""
_PARENTS = re.compile(r"\b(?:mothers?|fathers?|parents?|carers?|caregivers?|teachers?)\b[^.;,]{0,20}$", re.I)
_CHILDREN = re.compile(r"\b(?:child\w*|bab(?:y|ies)|infants?|birth|births|born|pupils|offspring)\b", re.I)
_SENTENCE = re.compile(r"(?<=[.!?;\n])\s+")


def find_ages(prose: str, *, of_people: bool = False) -> AgeRange | None:
    """Find the ages of participants that prose states beyond doubt ("aged 18 to 64", "seen at 7 and 11"); None otherwise.

    Beyond doubt: the words name ages, people stand in the same sentence, nothing says that these are left out or
    counted, and when several ranges are stated one of them holds all others. Where all that is said is said of people
    (`of_people`), no word for them is needed. The first 20,000 characters are read.
    """
    if not re.search(r"age|year|yrs|birth|month", prose[:PROSE_MAX], re.I):
        return None
    found: set[AgeRange] = set()
    seen: list[float] = []
    for sentence in _SENTENCE.split(words_to_digits(straight(prose[:PROSE_MAX]))):
        if of_people or _PEOPLE.search(sentence):
            found |= set(_stated(sentence))
        seen += ages_seen(sentence) or ()
    if seen:
        found.add(AgeRange(min(seen), max(seen)))
    widest = [ages for ages in found if all(_holds(ages, other) for other in found)]
    return widest[0] if widest else None


def titled_ages(title: str) -> AgeRange | None:
    """Ages that the title of a sweep bears (`Cohort Study: Age 46, Sweep 10`); None when it bears none."""
    found = ages_in_title(straight(title))
    return AgeRange(*found) if found else None


def _stated(sentence: str) -> list[AgeRange]:
    found: list[AgeRange] = []
    for pattern in (_AGED_RANGE, _AGED_OVER):
        for match in pattern.finditer(sentence):
            before, after = (
                sentence[max(0, match.start() - 80) : match.start()],
                sentence[match.end() : match.end() + 60],
            )
            if _NOT_THEM.search(before) or _LEFT_OUT.search(after) or _OF_ELSE.search(after):
                continue
            if _PARENTS.search(before) and _CHILDREN.search(sentence):
                continue
            values = [float(value) for value in match.groups() if value]
            if max(values) <= AGE_MAX and values == sorted(values):
                found.append(AgeRange(values[0], values[1] if len(values) == 2 else None))
    return found


def _holds(wide: AgeRange, narrow: AgeRange) -> bool:
    low = wide.lower is not None and narrow.lower is not None and wide.lower <= narrow.lower
    return low and (wide.upper is None or (narrow.upper is not None and narrow.upper <= wide.upper))
