"""Ages that a query demands of participants: `ages 10 to 16`, `aged 65+`, `under-5s`, `10-16 year olds`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from reperio.query.constraints.line import Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import PEOPLE, word_set
from reperio.query.model import Span

AGE_MAX = 120

# A number; the second of a range may have a dash before it.
_NUMBER = r"\d{1,3}(?:\.5)?(?![\d%]|[.,]\d)"
_N = rf"(?<![\w.,-])(?P<n>{_NUMBER})"
_LOW = rf"(?<![\w.,-])(?P<low>{_NUMBER})"
_HIGH = rf"(?<![\w.,])(?P<high>{_NUMBER})"
_OLD = r"(?:[ -]?(?:years?|yrs?)(?:[ -]olds?| of age)?)"
_SURELY_OLD = r"(?:[ -]?(?:years?|yrs?)(?:[ -]olds?| of age))"
_UNIT = rf"(?:(?P<months>[ -]?months?(?:[ -]olds?| of age)?)|{_OLD})?\b"
_AGED = (
    r"\b(?:(?:at|of|from|between|for) )?(?:the )?(?:aged|ages|age)"
    r"(?: (?:of|range|ranges|group|groups|between|from|bracket)){0,2}[ :] ?"
)
_TO = r"(?: ?- ?| (?:to|and|until|through) )(?:age |aged )?"
_LIST = r"(?:, ?\d{1,3}){1,8},? (?:and|to) "
_MORE = r"(?:\+| ?(?:(?:and|or|&) (?:over|above|older|upwards?|up|more)|plus|upwards?)\b)"
_OVER = "over|above|older than|more than|at least|from"
_UNDER = "under|below|younger than|less than|up to"
_LIMIT = rf"(?P<limit>{_OVER}|{_UNDER})"
_WHO = "|".join(sorted(PEOPLE | {"those"}))

_OF_DEATH = word_set("mortality death deaths survival dying died dies expectancy expectation hazard")
_OF_SPORT = word_set("football soccer rugby team teams squad league cricket championship tournament")
_OF_LIFE = word_set(
    "retirement retire retired pension menarche menopause marriage married marrying sex intercourse diagnosis diagnosed onset "
    "initiation started starting began leaving left school-leaving voting drinking consent first abuse abused maltreatment "
    "trauma adversity adversities divorce pregnancy pregnant motherhood fatherhood childbearing convicted conviction "
    "mean average median mental reading bone gestational legal minimum maximum state driving maternal paternal parental "
    "memories experienced separation bereavement bereaved orphaned emigrated arrived arrival"
)
_OF_SWEEPS = word_set("sweep wave survey assessment follow-up interview questionnaire data children girls boys")
_NUMBER_FOLLOWS = re.compile(r" ?(?:,|-|to|and|or|/) ?\d|-")


def _range(line: Line, match: re.Match[str]) -> Span | None:
    lower, upper = _years(match, "low"), _years(match, "high")
    followed = line.level[match.end() :].startswith(("+", " and over", " and above", " or over"))
    return None if lower > upper or followed else Span("age", lower, upper)


def _from_birth(_: Line, match: re.Match[str]) -> Span:
    return Span("age", 0.0, _years(match, "n"))


def _upwards(_: Line, match: re.Match[str]) -> Span:
    return Span("age", lower=_years(match, "n"))


def _upwards_at_edge(line: Line, match: re.Match[str]) -> Span | None:
    return _upwards(line, match) if line.edge_after(match.end()) else None


def _limited(_: Line, match: re.Match[str]) -> Span:
    value, limit = _years(match, "n"), match["limit"]
    if limit in {"up to", "until", "by"}:
        return Span("age", upper=value)
    if limit == "before" or limit in _UNDER.split("|"):
        return Span("age", upper=value - 1 if value >= 1 else value)
    return Span("age", lower=value)


def _limited_at_edge(line: Line, match: re.Match[str]) -> Span | None:
    return _limited(line, match) if line.edge_after(match.end()) else None


def _tens(_: Line, match: re.Match[str]) -> Span:
    return Span("age", float(match["n"]), float(match["n"]) + 9)


def _aged_one(line: Line, match: re.Match[str]) -> Span | None:
    if _NUMBER_FOLLOWS.match(line.level, match.end()):
        return None
    return Span("age", _years(match, "n"), _years(match, "n"))


def _at_one(line: Line, match: re.Match[str]) -> Span | None:
    settled = line.edge_after(match.end()) or line.word_after(match.end()) in _OF_SWEEPS
    settled &= line.word_before(match.start()) not in {"to", "until", "through", "till"}
    return _aged_one(line, match) if settled else None


def _old_one(line: Line, match: re.Match[str]) -> Span | None:
    people = match["olds"] == "olds" or line.word_after(match.end()) in PEOPLE
    return _aged_one(line, match) if people else None


_GRAMMAR: tuple[tuple[re.Pattern[str], Callable[[Line, re.Match[str]], Span | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"{_AGED}{_LOW}{_OLD}?(?:{_TO}|{_LIST}){_HIGH}{_UNIT}", _range),
        (rf"\b(?:from )?birth to (?:age |the age of )?(?P<n>{_NUMBER})\b", _from_birth),
        (rf"{_AGED}{_LOW}[ -]?months? (?:to|-) {_HIGH}(?P<months>[ -]?months?)\b", _range),
        (rf"\b(?:between )?{_LOW}(?: ?- ?| (?:to|and) ){_HIGH}{_SURELY_OLD}\b", _range),
        (rf"{_AGED}{_N}{_OLD}?{_MORE}", _upwards),
        (rf"{_N}{_OLD}{_MORE}", _upwards),
        (rf"{_N}\+ ?{_SURELY_OLD}\b", _upwards),
        (rf"\b(?:{_WHO}) (?P<own>{_N}{_MORE})", _upwards_at_edge),
        (rf"\b(?:aged|ages) {_LIMIT} {_N}{_UNIT}", _limited),
        (rf"\b{_LIMIT} (?:the )?(?:age of|age) {_N}{_UNIT}", _limited),
        (rf"\b{_LIMIT} {_N}{_SURELY_OLD}\b", _limited),
        (rf"\b(?P<limit>over|under)[ -](?P<n>{_NUMBER})'?s\b", _limited),
        (rf"\b(?:{_WHO}) (?P<own>(?P<limit>over|above|older than|under|below|younger than) {_N})\b", _limited_at_edge),
        (rf"\b(?:{_WHO}) (?P<own>(?P<limit>under|below) {_N} years)\b", _limited_at_edge),
        (rf"\b(?P<limit>before|after|until|by|since|from) (?:the )?(?:age of|age) {_N}{_UNIT}", _limited_at_edge),
        (r"\bin their (?P<n>[2-9]0)'?s\b", _tens),
        (rf"\baged {_N}{_UNIT}", _aged_one),
        (rf"\b(?:at )?(?:the )?ages?(?: of)? {_N}{_UNIT}", _at_one),
        (rf"{_N}[ -]year[ -](?P<olds>olds|old)\b", _old_one),
    )
)


def find_ages(line: Line) -> Iterator[Chip]:
    """Find what the text demands of ages; `under N` ends at N - 1 (completed years), `over N` begins at N."""
    if not any(map(str.isdigit, line.level)):
        return
    taken: list[tuple[int, int]] = []
    for pattern, read in _GRAMMAR:
        for match in pattern.finditer(line.level):
            start, end = match.start("own") if "own" in pattern.groupindex else match.start(), match.end()
            if any(start < last and first < end for first, last in taken):
                continue
            span = read(line, match)
            if span is not None and _sensible(span) and _of_participants(line, start, end):
                taken.append((start, end))
                yield _chip(line, span, start, end)


def _years(match: re.Match[str], name: str) -> float:
    groups = match.groupdict()
    value = float(groups[name])
    return round(value / 12, 2) if groups.get("months") else value


def _sensible(span: Span) -> bool:
    return all(0 <= end <= AGE_MAX for end in (span.lower, span.upper) if end is not None)


def _of_participants(line: Line, start: int, end: int) -> bool:
    """Whether the age is not that of a death, a team, or an event of a life."""
    before, after = line.words_before(start, 4), line.words_after(end, 2)
    if _OF_DEATH.intersection(before + after) or _OF_SPORT.intersection(after) or _OF_LIFE.intersection(before[:3]):
        return False
    return not {"retirement", "pension", "vaccination", "crisis", "exams", "exam"}.intersection(after[:1])


def _chip(line: Line, span: Span, start: int, end: int) -> Chip:
    low, high = (None if value is None else f"{value:g}" for value in (span.lower, span.upper))
    if low == high:
        label = f"Age {low}"
    elif low is None or high is None:
        label = f"Ages {low} and over" if high is None else f"Ages up to {high}"
    else:
        label = f"Ages {low} to {high}"
    return Chip(facet="age", label=label, words=line.text[start:end], start=start, end=end, span=span)
