"""Amounts that a query demands: people in the sample, waves, variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reperio.query.constraints.line import JOINING, Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import COUNTED, STUDIES
from reperio.query.model import Span

_TIMES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "billion": 10**9}
_SMALL = {word: n for n, word in enumerate("a two three four five six seven eight nine ten".split(), 1)} | {"one": 1}
_WORDS = "|".join(_SMALL)
_Q = (
    rf"(?:(?<![\w.,-])\d{{1,3}}(?:,\d{{3}}){{1,3}}(?![\d,.]\d)|(?<![\w.,-])\d{{1,9}}(?:\.\d{{1,2}})?(?![\d%]|[.,]\d)|\b(?:{_WORDS})(?= (?:thousand|million)))"
    r"(?: ?(?:k|m|thousand|million|billion)\b)?"
)
_LEAST = r"over|more than|at least|above|greater than|(?:a )?minimum(?: of)?|exceeding|upwards of|>=|>|≥"
_MOST = r"under|fewer than|less than|below|at most|up to|(?:a )?maximum(?: of)?|<=|<|≤"
_SPECIFIC = (
    "children|adults|women|men|patients|students|pupils|twins|girls|boys|adolescents|infants|babies|mothers|nurses|teenagers"
)
_NOUN = rf"(?: (?P<noun>{COUNTED})| (?=(?:{_SPECIFIC})\b))"
_SIZE = re.compile(
    rf"(?:\b|(?=[<>≤≥]))(?P<limit>{_LEAST}|{_MOST}) ?(?P<q>{_Q}){_NOUN}"
    rf"|\b(?:n|sample sizes?|samples?)(?: (?:of|is))? ?(?P<limit2>{_LEAST}|{_MOST}) ?(?P<q2>{_Q})(?P<noun2> (?:{COUNTED}))?"
    rf"|\bbetween (?P<low>{_Q}) and (?P<high>{_Q}) (?P<noun3>{COUNTED})|(?P<low4>{_Q})(?: ?- ?| to )(?P<high4>{_Q.replace('.,-]', '.,]')}) (?P<noun4>{COUNTED})"
    rf"|(?P<q5>{_Q})(?:\+| or more){_NOUN.replace('noun', 'noun5')}"
    rf"|(?P<alone>\b(?:over|more than|at least) (?P<q6>{_Q}))"
)
_NUMBER = rf"(?P<{{0}}>\d{{{{1,2}}}}(?![\d.,%])|{_WORDS}\b)".format
_WAVES = re.compile(
    rf"(?:\b(?P<word>at least|(?:a )?minimum of|more than|over) {_NUMBER('n')}|(?<![\w.,-]){_NUMBER('m')}(?:\+| or more)) "
    r"(?P<noun>waves|sweeps|follow-ups)(?: of (?:data(?: collection)?|follow-up))?\b"
)
_VARIABLES = re.compile(rf"\b(?P<limit>over|more than|at least) (?P<q>{_Q}) variables\b")
_SAMPLE_NOUNS = frozenset({"participants", "respondents", "subjects"})
_LINKS = frozenset("with of having has have including from containing".split())


def find_sizes(line: Line) -> Iterator[Chip]:
    """Find demands of the size of the sample; bounds are inclusive, since sizes are mostly given rounded."""
    for match in _SIZE.finditer(line.level):
        span = _size(match)
        start, end = match.start(), match.end()
        while line.level[end - 1] == " ":
            end -= 1
        if span is None or (span.lower is not None and span.upper is not None and span.lower > span.upper):
            continue
        if match["alone"]:
            good = _million(match["q6"]) and line.closed_after(end) and not line.words_before(start, 1)
        else:
            good = _of_sample(line, match, start, end)
        if good:
            yield _chip(line, span, start, end, "people")


def _size(match: re.Match[str]) -> Span | None:
    low, high = match["low"] or match["low4"], match["high"] or match["high4"]
    if low and high:
        return Span("sample_size", _amount(low), _amount(high))
    number = match["q"] or match["q2"] or match["q5"] or match["q6"]
    limit = match["limit"] or match["limit2"] or "at least"
    amount = _amount(number)
    if amount < 2:
        return None
    return Span("sample_size", upper=amount) if re.fullmatch(_MOST, limit) else Span("sample_size", lower=amount)


def _million(number: str) -> bool:
    return number.endswith(("million", "thousand", "k"))


def _of_sample(line: Line, match: re.Match[str], start: int, end: int) -> bool:
    """Whether it is the sample that is so big, not a town, a firm or a toll."""
    if match["q2"]:
        return line.word_before(start) not in {"p", "mean"} and (match["noun2"] is not None or line.edge_after(end))
    noun = match["noun"] or match["noun3"] or match["noun4"] or match["noun5"]
    if noun is not None and not line.edge_after(end):
        return False
    if noun in _SAMPLE_NOUNS:
        return True
    if noun is None and not line.edge_after(end + 1 + len(line.word_after(end))):
        return False
    before = line.words_before(start, 2)
    if not before:
        return True
    if before[0] in _LINKS:
        return len(before) == 1 or before[1] in STUDIES
    return before[0] not in JOINING - {"and"} | {"to", "killed", "killing"} and not before[0].endswith(("ing", "ed"))


def find_waves(line: Line) -> Iterator[Chip]:
    """Find demands of how many times people were asked: `at least 3 waves`."""
    for match in _WAVES.finditer(line.level):
        number = match["n"] or match["m"]
        count = float(_SMALL.get(number) or number) + (match["word"] in {"more than", "over"})
        if line.edge_after(match.end()) and line.word_after(match.end()) != "of":
            yield _chip(line, Span("waves", lower=count), match.start(), match.end(), "waves")


def find_variables(line: Line) -> Iterator[Chip]:
    """Find demands of how many variables there are."""
    for match in _VARIABLES.finditer(line.level):
        if line.edge_after(match.end()):
            yield _chip(line, Span("variables", lower=_amount(match["q"])), match.start(), match.end(), "variables")


def _amount(text: str) -> float:
    number, times = re.fullmatch(r"([\d.,]+|[a-z]+?)(?: ?(k|m|thousand|million|billion))?", text).groups()  # type: ignore[union-attr]
    value = float(_SMALL[number]) if number in _SMALL else float(number.replace(",", ""))
    return value * _TIMES.get(times or "", 1)


def _chip(line: Line, span: Span, start: int, end: int, noun: str) -> Chip:
    low, high = (None if value is None else f"{value:,.0f}" for value in (span.lower, span.upper))
    if low is None or high is None:
        label = f"At least {low} {noun}" if high is None else f"At most {high} {noun}"
    else:
        label = f"{low} to {high} {noun}"
    return Chip(facet=span.facet, label=label, words=line.text[start:end], start=start, end=end, span=span)
