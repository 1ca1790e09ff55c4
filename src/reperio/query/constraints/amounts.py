"""Amounts that a query demands: people in the sample, waves, variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from reperio.query.constraints.line import JOINING, Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import COUNTED, STUDIES, word_set
from reperio.query.model import Span

_TIMES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "billion": 10**9}
_SMALL = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_WORDS = "|".join(_SMALL)
_FIGURES = r"(?:\d{1,3}(?:,\d{3}){1,3}(?![\d,.]\d)|\d{1,9}(?:\.\d{1,2})?(?![\d%]|[.,]\d))"
_AMOUNT = (
    rf"(?:(?<![\w.,]){_FIGURES}(?: ?(?:k|m|thousand|million|billion)\b)?|\b(?:{_WORDS}) (?:thousand|million|billion)\b)"
)
_Q = rf"(?<![\w.,-])(?P<q>{_AMOUNT})"
_LEAST = r"over|more than|at least|above|greater than|(?:a )?minimum(?: of)?|exceeding|upwards of|>=|>|≥"
_MOST = r"under|fewer than|less than|below|at most|up to|(?:a )?maximum(?: of)?|<=|<|≤"
_LIMIT = rf"(?:\b|(?=[<>≤≥]))(?P<limit>{_LEAST}|{_MOST}) ?"
_SPECIFIC = "children|adults|women|men|patients|students|pupils|twins|girls|boys|adolescents|infants|babies|mothers|nurses|teenagers"
_NOUN = rf"(?: (?P<noun>{COUNTED})\b|(?= (?:{_SPECIFIC})\b))"
_SAMPLE = r"\b(?:n|sample sizes?|samples?)(?: (?:of|is))? ?"
_SYMBOL = "(?P<limit>>=|>|≥|<=|<|≤)"
_BOUND = rf"(?P<limit>{_LEAST}|{_MOST}) ?{_Q}"
_SAMPLE_NOUNS = frozenset({"participants", "respondents", "subjects"})
_LINKS = word_set("with of having has have including from containing")
_CROWDS = word_set(
    "gatherings crowds events event protests rallies festivals towns cities villages communities settlements firms companies "
    "employers organisations organizations businesses groups group families households venues buildings schools prisons islands "
    "workplaces institutions hospitals countries areas districts municipalities classes lists"
)
_CROWD = 50  # fewer people are a household or a group rather than a sample
_OTHER_LEADS = _CROWDS | (JOINING - {"and"}) | {"to", "killed", "killing"}


def _of_sample(line: Line, match: re.Match[str]) -> bool:
    """Whether it is the sample that is so big, not a town, a firm or a toll."""
    noun, end = match["noun"], match.end()
    if noun in _SAMPLE_NOUNS:
        return True
    if not line.edge_after(end if noun else end + 1 + len(line.word_after(end))):
        return False
    if _amount(match.groupdict().get("q") or match["low"]) < _CROWD:
        return False
    before = line.words_before(match.start(), 2)
    if not before:
        return True
    if before[0] in _LINKS:
        return len(before) == 1 or before[1] in STUDIES
    return before[0] not in _OTHER_LEADS and not before[0].endswith(("ing", "ed"))


def _of_named_sample(line: Line, match: re.Match[str]) -> bool:
    return line.edge_after(match.end())


def _surely(_: Line, __: re.Match[str]) -> bool:
    return True


def _alone(line: Line, match: re.Match[str]) -> bool:
    return line.closed_after(match.end()) and not line.words_before(match.start(), 1)


_SIZES: tuple[tuple[re.Pattern[str], Callable[[Line, re.Match[str]], bool]], ...] = tuple(
    (re.compile(pattern), good)
    for pattern, good in (
        (rf"\bn ?{_SYMBOL} ?{_Q}", _surely),
        (rf"{_SAMPLE}{_BOUND}(?: (?:{COUNTED}))?\b", _of_named_sample),
        (rf"{_LIMIT}{_Q}{_NOUN}", _of_sample),
        (rf"\bbetween (?P<low>{_AMOUNT}) and (?P<high>{_AMOUNT}) (?P<noun>{COUNTED})\b", _of_sample),
        (rf"(?<![\w.,-])(?P<low>{_AMOUNT})(?: ?- ?| to )(?P<high>{_AMOUNT}) (?P<noun>{COUNTED})\b", _of_sample),
        (rf"{_Q}(?:\+| or more){_NOUN}", _of_sample),
        (
            rf"\b(?P<limit>over|more than|at least) (?P<q>{_FIGURES} ?(?:k|thousand|million)|one million|a million)\b",
            _alone,
        ),
    )
)
_COUNT = rf"(?:\d{{1,2}}(?![\d.,%])|(?:{_WORDS})\b)"
_WAVES = re.compile(
    rf"(?:\b(?P<limit>at least|(?:a )?minimum of|more than|over) (?P<n>{_COUNT})|(?<![\w.,-])(?P<m>{_COUNT})(?:\+| or more)) "
    r"(?:waves|sweeps|follow-ups)(?: of (?:data(?: collection)?|follow-up))?\b"
)
_VARIABLES = re.compile(rf"\b(?:over|more than|at least) (?P<q>{_AMOUNT}) variables\b")


def find_sizes(line: Line) -> Iterator[Chip]:
    """Find demands of the size of the sample; bounds are inclusive, since sizes are mostly given rounded."""
    taken: list[tuple[int, int]] = []
    for pattern, good in _SIZES:
        for match in pattern.finditer(line.level):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken):
                continue
            span = _size(match)
            if span is not None and good(line, match):
                taken.append((start, end))
                yield _chip(line, span, start, end, "people")


def _size(match: re.Match[str]) -> Span | None:
    groups = match.groupdict()
    if groups.get("low"):
        lower, upper = _amount(match["low"]), _amount(match["high"])
        return Span("sample_size", lower, upper) if lower <= upper else None
    amount = _amount(match["q"])
    if amount < 2:
        return None
    most = re.fullmatch(_MOST, groups.get("limit") or "at least")
    return Span("sample_size", upper=amount) if most else Span("sample_size", lower=amount)


def find_waves(line: Line) -> Iterator[Chip]:
    """Find demands of how many times people were asked: `at least 3 waves`."""
    for match in _WAVES.finditer(line.level):
        number = match["n"] or match["m"]
        count = float(_SMALL.get(number) or number) + (match["limit"] in {"more than", "over"})
        if line.edge_after(match.end()) and line.word_after(match.end()) != "of":
            yield _chip(line, Span("waves", lower=count), match.start(), match.end(), "waves")


def find_variables(line: Line) -> Iterator[Chip]:
    """Find demands of how many variables there are."""
    for match in _VARIABLES.finditer(line.level):
        if line.edge_after(match.end()):
            yield _chip(line, Span("variables", lower=_amount(match["q"])), match.start(), match.end(), "variables")


def _amount(text: str) -> float:
    match = re.match(r"[\d.,]+|[a-z]+", text)
    number = match.group() if match else "0"
    value = float(_SMALL[number]) if number in _SMALL else float(number.replace(",", ""))
    return value * _TIMES.get(text[len(number) :].strip(), 1)


def _chip(line: Line, span: Span, start: int, end: int, noun: str) -> Chip:
    low, high = (None if value is None else f"{value:,.0f}" for value in (span.lower, span.upper))
    if low is None or high is None:
        label = f"At least {low} {noun}" if high is None else f"At most {high} {noun}"
    else:
        label = f"{low} to {high} {noun}"
    return Chip(facet=span.facet, label=label, words=line.text[start:end], start=start, end=end, span=span)
