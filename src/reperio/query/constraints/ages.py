"""Ages that a query demands of participants: `ages 10 to 16`, `aged 65+`, `under-5s`, `10-16 year olds`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reperio.query.constraints.line import Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import PEOPLE
from reperio.query.model import Span

AGE_MAX = 120
_N = r"(?<![\w.,-])(?P<{0}>\d{{1,3}}(?:\.5)?)(?![\d%]|[.,]\d)"
_OLD = r"(?:[ -]?(?:years?|yrs?)(?:[ -]olds?| of age)?)"
_SURELY_OLD = r"(?:[ -]?(?:years?|yrs?)(?:[ -]olds?| of age))"
_MONTHS = r"(?P<months>[ -]?months?(?:[ -]olds?| of age)?)"
_UNIT = rf"(?:{_MONTHS}|{_OLD})?\b"
_AGED = (
    r"\b(?:(?:at|of|from|between|for) )?(?:the )?(?:aged|ages|age)"
    r"(?: (?:of|range|ranges|group|groups|between|from|bracket)){0,2}[ :]\s*"
)
_SEP = r"(?: ?- ?| (?:to|and|until|through) )(?:age |aged )?"
_MORE = r"(?:\+| ?(?:(?:and|or|&) (?:over|above|older|upwards?|up|more)|plus|upwards?)\b)"
_UP = "over|above|older than|more than|at least|from"
_DOWN = "under|below|younger than|less than|up to"
_LIMIT = rf"(?P<limit>{_UP}|{_DOWN})"
_PEOPLE = "|".join(sorted(PEOPLE | {"those", "aged"}))

_RANGE = re.compile(
    rf"{_AGED}{_N.format('low')}{_OLD}?(?:{_SEP}|(?:, ?\d{{1,3}}){{1,8}},? (?:and|to) ){_N.format('high').replace('-]', ']')}{_UNIT}"
    rf"|\b(?:between )?{_N.format('low2')}(?: ?- ?| (?:to|and) ){_N.format('high2').replace('-]', ']')}{_SURELY_OLD}\b"
)
_UPWARDS = re.compile(
    rf"{_AGED}{_N.format('a')}{_OLD}?{_MORE}|{_N.format('b')}{_OLD}{_MORE}|{_N.format('c')}\+ ?{_SURELY_OLD}\b"
    rf"|\b(?:{_PEOPLE}) (?P<own>{_N.format('d')}{_MORE})"
)
_LIMITED = re.compile(
    rf"\b(?:aged|ages) {_LIMIT} {_N.format('a')}{_UNIT}"
    rf"|\b{_LIMIT.replace('limit', 'limit2')} (?:the )?(?:age of|age) {_N.format('b')}{_UNIT.replace('months', 'months2')}"
    rf"|\b{_LIMIT.replace('limit', 'limit3')} {_N.format('c')}{_SURELY_OLD}\b"
    rf"|\b(?P<limit4>over|under)[ -]{_N.format('d').replace('-]', ']')}'?s\b"
    rf"|\b(?:{_PEOPLE}) (?P<own>(?:(?P<limit5>over|above|older than|under|below|younger than) {_N.format('e')}"
    rf"|(?P<limit6>under|below) {_N.format('f')} years))\b"
    rf"|\b(?P<limit7>before|after|until|by|since|from) (?:the )?(?:age of|age) {_N.format('g')}{_UNIT.replace('months', 'months7')}"
)
_DECADE = re.compile(r"\bin their (?P<tens>[2-9]0)'?s\b")
_ONE = re.compile(
    rf"\b(?P<aged>aged) {_N.format('a')}{_UNIT}|\b(?:at )?(?:the )?ages?(?: of)? {_N.format('b')}{_UNIT.replace('months', 'months2')}"
    rf"|\b{_N.format('c')}[ -]year[ -](?P<olds>olds|old)\b"
)
_OF_DEATH = frozenset("mortality death deaths survival dying died dies expectancy hazard".split())
_OF_SPORT = frozenset("football soccer rugby team teams squad league cricket championship tournament".split())
_OF_LIFE = frozenset(
    "retirement retire retired pension menarche menopause marriage married marrying sex intercourse diagnosis diagnosed onset "
    "initiation started starting began leaving left school-leaving voting drinking consent first abuse abused maltreatment "
    "trauma adversity adversities divorce pregnancy pregnant motherhood fatherhood childbearing convicted conviction "
    "mean average median mental reading bone gestational legal minimum maximum state driving maternal paternal parental "
    "memories experienced separation bereavement bereaved orphaned emigrated arrived arrival".split()
)
_OF_SWEEPS = frozenset("sweep wave survey assessment follow-up interview questionnaire data children girls boys".split())


def find_ages(line: Line) -> Iterator[Chip]:
    """Find what the text demands of ages; `under N` ends at N - 1 (completed years), `over N` begins at N."""
    taken: list[tuple[int, int]] = []
    for pattern, read in ((_RANGE, _range), (_UPWARDS, _upwards), (_LIMITED, _limited), (_DECADE, _tens), (_ONE, _one)):
        for match in pattern.finditer(line.level):
            span = read(line, match)
            start = match.start("own") if match.groupdict().get("own") else match.start()
            if span is None or any(start < end and first < match.end() for first, end in taken):
                continue
            if _sensible(span) and _of_participants(line, start, match.end()):
                taken.append((start, match.end()))
                yield _chip(line, span, start, match.end())


def _range(line: Line, match: re.Match[str]) -> Span | None:
    low, high = (match["low"], match["high"]) if match["low"] else (match["low2"], match["high2"])
    lower, upper = _years(low, match["months"]), _years(high, match["months"])
    if lower > upper or line.level[match.end() :].startswith((" and over", " and above", "+")):
        return None
    return Span("age", lower, upper)


def _upwards(line: Line, match: re.Match[str]) -> Span | None:
    if match["own"] and not line.edge_after(match.end()):
        return None
    return Span("age", lower=float(next(match[name] for name in "abcd" if match[name])))


def _limited(line: Line, match: re.Match[str]) -> Span | None:
    value = _years(
        next(match[name] for name in "abcdefg" if match[name]), match["months"] or match["months2"] or match["months7"]
    )
    limit = next(match[f"limit{n}"] for n in ("", *range(2, 8)) if match[f"limit{n}"])
    if match["own"] and not line.edge_after(match.end()):
        return None
    if limit in {"up to", "until", "by"}:
        return Span("age", upper=value)
    if limit in {"before", *_DOWN.split("|")}:
        return Span("age", upper=value - 1) if value >= 1 else Span("age", upper=value)
    return Span("age", lower=value)


def _tens(_: Line, match: re.Match[str]) -> Span:
    return Span("age", float(match["tens"]), float(match["tens"]) + 9)


def _one(line: Line, match: re.Match[str]) -> Span | None:
    number = match["a"] or match["b"] or match["c"]
    after = line.word_after(match.end())
    settled = line.edge_after(match.end()) and after not in {"and", "or"} and not _number_follows(line, match.end())
    if match["b"] and not (settled or after in _OF_SWEEPS):
        return None
    if match["a"] and _number_follows(line, match.end()):
        return None
    if match["olds"] == "old" and after not in PEOPLE:
        return None
    value = _years(number, match["months"] or match["months2"])
    return Span("age", value, value)


def _number_follows(line: Line, end: int) -> bool:
    return re.match(r" ?(?:,|-|to|and|or|/) ?\d", line.level[end : end + 8]) is not None


def _years(number: str, months: str | None) -> float:
    return round(float(number) / 12, 2) if months else float(number)


def _sensible(span: Span) -> bool:
    return all(0 <= end <= AGE_MAX for end in (span.lower, span.upper) if end is not None)


def _of_participants(line: Line, start: int, end: int) -> bool:
    """Whether the age is not that of a death, a team, or an event of a life."""
    before, after = set(line.words_before(start, 4)), set(line.words_after(end, 2))
    nearest = set(line.words_before(start, 3)) | set(line.words_before(end, 1))
    if (before | after) & _OF_DEATH or after & _OF_SPORT or nearest & _OF_LIFE:
        return False
    return not set(line.words_after(end, 1)) & {"retirement", "pension", "vaccination", "crisis", "exams", "exam"}


def _chip(line: Line, span: Span, start: int, end: int) -> Chip:
    low, high = (None if value is None else f"{value:g}" for value in (span.lower, span.upper))
    if low == high:
        label = f"Age {low}"
    elif low is None or high is None:
        label = f"Ages {low} and over" if high is None else f"Ages up to {high}"
    else:
        label = f"Ages {low} to {high}"
    return Chip(facet="age", label=label, words=line.text[start:end], start=start, end=end, span=span)
