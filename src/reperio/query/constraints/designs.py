"""Study designs that a query demands: `birth cohort`, `twin studies`, `qualitative interviews`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reperio.query.constraints.gazette import countries
from reperio.query.constraints.line import Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import METHODS, TOPICS, word_set
from reperio.query.model import Chosen


class Wording(NamedTuple):
    """A way to name a design.

    `alone`: it may stand as an adjective before anything; otherwise it is complete and something else must begin
    behind it. `single`: it could end the name of one study (`Millennium Cohort Study`), so no noun may lead to it.
    """

    value: str
    pattern: re.Pattern[str]
    alone: bool = False
    single: bool = False


_MANY = r"(?:studies|surveys|datasets|data|research|designs)"
_ONE = r"(?:study|survey|dataset|design)"


def _plural(value: str, pattern: str) -> Wording:
    return Wording(value, re.compile(rf"(?<![\w'-])(?:{pattern})(?![\w'-])"))


def _single(value: str, pattern: str) -> Wording:
    return Wording(value, re.compile(rf"(?<![\w'-])(?:{pattern})(?![\w'-])"), single=True)


def _adjective(value: str, pattern: str) -> Wording:
    return Wording(value, re.compile(rf"(?<![\w'-])(?:{pattern})(?![\w'-])"), alone=True)


_WORDINGS = (
    _plural("birth cohort", rf"birth[ -]cohort {_MANY}|birth[ -]cohorts"),
    _single("birth cohort", rf"birth[ -]cohort(?: {_ONE})?"),
    _plural("ageing cohort", rf"age?ing cohorts(?: {_MANY})?"),
    _plural("cohort", rf"(?:prospective |retrospective )?cohort {_MANY}|cohorts"),
    _single("cohort", rf"(?:prospective |retrospective |population-based )?cohort(?: {_ONE})?"),
    _plural("twin", rf"twin (?:{_MANY}|cohorts|samples?|pairs|registers|registries)|twins"),
    _single("twin", rf"twin (?:{_ONE}|cohort|registry|register)"),
    _plural("panel", rf"panel {_MANY}"),
    _single("panel", rf"panel {_ONE}"),
    _plural("repeated cross-sectional", rf"(?:repeat(?:ed)?|serial) cross[- ]section(?:s|al(?: {_MANY})?)"),
    _plural("trial", r"randomi[sz]ed (?:controlled |clinical |control )?trials|rcts|(?:clinical|controlled) trials"),
    _plural("trial", r"randomi[sz]ed (?:controlled |clinical |control )?trial|rct|(?:clinical|controlled) trial"),
    _plural("mixed methods", rf"mixed[- ]methods?(?: (?:{_MANY}|{_ONE}))?"),
    _plural("case-control", rf"(?:nested )?case[- ]control (?:{_MANY}|{_ONE})|case[- ]control"),
    _plural("observational", rf"observational {_MANY}"),
    _plural("experimental", r"experimental (?:studies|data|datasets)"),
    _plural("administrative", r"administrative (?:data|records|datasets)"),
    _plural("registry", r"(?:registry|register)(?:-based)? (?:data|studies)|(?:registry|register)-based"),
    _plural("time series", r"time[- ]series data"),
    _plural("ethnographic", r"ethnographic (?:studies|study|data|fieldwork|research)|ethnography"),
    _plural("qualitative", rf"qualitative (?:{_MANY}|study|evidence|material)"),
    Wording("qualitative", re.compile(r"(?<![\w'-])qualitative(?= interviews\b)"), alone=True),
    _plural("qualitative", r"qualitative"),
    _single("longitudinal", rf"longitudinal {_ONE}"),
    _adjective("longitudinal", r"longitudinal(?: (?:studies|surveys|datasets))?|longitudinal(?= data\b)"),
    _single("cross-sectional", r"cross[- ]sectional (?:study|dataset|design)"),
    _adjective("cross-sectional", r"cross[- ]sectional(?: (?:studies|surveys|datasets))?"),
)  # fmt: skip
_ADJECTIVES = word_set(
    "large large-scale small prospective representative international population-based a an the any new"
)
_MAY_LEAD = _ADJECTIVES | word_set("in from with for and using of on among within one is are or by")
_DESIGN_WORDS = word_set(
    "twin cohort panel birth household population population-based online national studies surveys data and"
)
_NOT_LONGITUDINAL = word_set("bar bars muscle muscles axis section wave waves fasciculus ligament")
_WEIGHTS = word_set("weight weights weighting")
_ONE_STUDY = word_set("study survey panel cohort")
_COMPARED = word_set(
    "between across by successive different younger older recent earlier later age school year marriage"
)


def find_designs(line: Line) -> Iterator[Chip]:
    """Find the designs demanded, each at most once; words that are the topic (`cohort effects`) are left alone."""
    taken: list[tuple[int, int]] = []
    for wording in _WORDINGS:
        for match in wording.pattern.finditer(line.level):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken):
                continue
            if _demanded(line, wording, start, end):
                taken.append((start, end))
                yield Chip(
                    facet="study_design",
                    label=f"Design: {wording.value}",
                    words=line.text[start:end],
                    start=start,
                    end=end,
                    chosen=Chosen("study_design", (wording.value,)),
                )


def _demanded(line: Line, wording: Wording, start: int, end: int) -> bool:
    before, after = line.words_before(start, 2), line.words_after(end, 3)
    first = before[0] if before else ""
    if METHODS.intersection(after[:2]) or first in TOPICS or "quantitative" in after[:2] + before:
        return False
    if wording.alone:
        return _adjective_demanded(first, after)
    if not (line.edge_after(end) or _has_head(line.level[start:end])):
        return False
    if wording.value == "panel" and after[:1] == ["of"]:  # `panel study of income dynamics`
        return False
    if wording.single:
        return not before or first in _MAY_LEAD or first in countries()
    return _plural_demanded(line.level[start:end], first)


def _adjective_demanded(first: str, after: list[str]) -> bool:
    """Whether `longitudinal` is about data: not about weights, and no part of a name (`longitudinal aging study`)."""
    if _NOT_LONGITUDINAL.intersection(after[:1]) or _WEIGHTS.intersection(after):
        return False
    if _ONE_STUDY.intersection(after[1:]) and _DESIGN_WORDS.isdisjoint(after[:1]):
        return False
    return not first or first in _MAY_LEAD or _ONE_STUDY.isdisjoint(after)


def _has_head(words: str) -> bool:
    """Whether the wording names what is studied (`cohort studies`): then it is complete whatever follows."""
    return words.endswith(("studies", "study", "surveys", "survey", "datasets", "fieldwork"))


def _plural_demanded(words: str, first: str) -> bool:
    if words in {"cohorts", "twins"}:
        return not first or first in {"in", "among", "with", "from", "using"}
    if words.endswith("cohorts"):
        return first not in _COMPARED
    if "trial" in words:
        return first not in {"in", "of", "for", "into", "by", "time"}
    return not (words == "ethnography" and first)
