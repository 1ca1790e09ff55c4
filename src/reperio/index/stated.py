"""What a resource itself states, as facets and ranges of its document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter

from reperio.resource.fields import Resource
from reperio.resource.instruments import with_families
from reperio.resource.model import Agent, Concept
from reperio.text.dates import years

TERM_WORDS = 6
"""Words of a statement of method that may still be a term; longer ones stay in the record and out of the facets."""

Bounds = tuple[float | None, float | None]


def hull(one: Bounds | None, other: Bounds) -> Bounds:
    """The smallest range that holds both; an unknown end gives way to a known one."""
    if one is None:
        return other
    lows = [low for low in (one[0], other[0]) if low is not None]
    highs = [high for high in (one[1], other[1]) if high is not None]
    return (min(lows) if lows else None, max(highs) if highs else None)


def span(one: Bounds | None, other: Bounds) -> Bounds:
    """The smallest range that holds both, where an open end is no end: `16 and over` beside 10 to 15 is 10 and over."""
    if one is None:
        return other
    low = None if None in (one[0], other[0]) else min(one[0] or 0.0, other[0] or 0.0)
    high = None if None in (one[1], other[1]) else max(one[1] or 0.0, other[1] or 0.0)
    return (low, high)


def facets_of(resource: Resource) -> dict[str, tuple[str, ...]]:
    """Values of the keyword facets that a resource itself states."""
    found: dict[str, tuple[str, ...]] = {"kind": (resource.kind,), "source": (resource.source,)}
    if resource.topics or resource.keywords or resource.concepts:
        found["topic"] = _labels((*resource.topics, *resource.keywords, *resource.concepts))
    if resource.instruments:
        found["instrument"] = with_families(resource.instruments)
    if resource.wave:
        found["wave"] = (resource.wave,)
    held = _read_others(resource)
    if held == _NOTHING_HELD:  # as of most variables, of which there are millions
        return found
    for (facet, (_, values_of)), value in zip(_OTHERS.items(), held, strict=True):
        if value not in _NOTHING and (values := values_of(resource)):
            found[facet] = values
    return found


def _labels(concepts: Iterable[Concept]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facet_label(concept.label) for concept in concepts))


def _names(agents: Iterable[Agent]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(agent.name for agent in agents))


_NOTHING = (None, "", ())

_OTHERS: dict[str, tuple[str, Callable[[Resource], tuple[str, ...]]]] = {
    "keyword": ("keywords", lambda it: _labels(it.keywords)),
    "study_design": ("study_designs", lambda it: it.study_designs),
    "country": ("spatial", lambda it: tuple(dict.fromkeys(each.country for each in it.spatial if each.country))),
    "language": ("languages", lambda it: it.languages),
    "access": ("access", lambda it: (it.access or "",)),
    "sex": ("sex", lambda it: (it.sex or "",)),
    "genetic_data": ("genetic_data", lambda it: (("no", "yes")[bool(it.genetic_data)],)),
    "licence": ("licences", lambda it: tuple(dict.fromkeys(each.spdx or each.name for each in it.licences))),
    "time_method": ("time_methods", lambda it: _terms(it.time_methods)),
    "analysis_unit": ("analysis_units", lambda it: _terms(it.analysis_units)),
    "collection_mode": ("collection_modes", lambda it: _terms(it.collection_modes)),
    "sampling": ("sampling", lambda it: _terms(it.sampling)),
    "creator": ("creators", lambda it: _names(it.creators)),
    "publisher": ("publishers", lambda it: _names(it.publishers)),
    "funder": ("funders", lambda it: _names(it.funders)),
}
"""Keyword facets that few variables state, the field each is made of, and how."""

_read_others = attrgetter(*(name for name, _ in _OTHERS.values()))
_NOTHING_HELD = _read_others(Resource(id="", kind="variable", source=""))


def _terms(concepts: Iterable[Concept]) -> tuple[str, ...]:
    """Terms of a vocabulary, and other statements short enough to be terms: sentences are read, not chosen from a list."""
    return tuple(dict.fromkeys(each.label for each in concepts if each.code or len(each.label.split()) <= TERM_WORDS))


def facet_label(label: str) -> str:
    """A term as a facet shows it: thesaurus capitals (`ALCOHOL USE`) become a sentence's case, acronyms stay."""
    if len(label) > 5 and label.isupper():
        return label.capitalize()
    return label[:1].upper() + label[1:] if label.islower() else label


def ranges_of(resource: Resource) -> dict[str, Bounds]:
    """Number facets that a resource itself states."""
    ranges: dict[str, Bounds] = {}
    for period in resource.temporal:
        first, last = years(period)
        if first is not None or last is not None:
            upper = None if last is None else float(last)
            bounds = (None if first is None else float(first), upper)
            known = ranges.get("year")
            # An end that is open stays open: hull() would close it.
            ranges["year"] = (hull(known, bounds)[0], None) if period.ongoing else hull(known, bounds)
    for ages in resource.ages:
        ranges["age"] = span(ranges.get("age"), (ages.lower, ages.upper))
    if resource.sample_size is not None:
        ranges["sample_size"] = (float(resource.sample_size), float(resource.sample_size))
    if resource.waves is not None:
        ranges["waves"] = (float(resource.waves), float(resource.waves))
    return ranges
