"""Near misses: records that meet every constraint but one, told with the one that they fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.index.ask import Ask, Between, Filter, Hit, Ids, In
from reperio.index.library import Index
from reperio.query.match import Match
from reperio.query.model import RANGE_FILTERS, Chip, Chosen, Demand, NearMiss, Query, Scope, Span
from reperio.query.order import in_order
from reperio.query.scope import chosen_filters
from reperio.query.understand import Asked, without
from reperio.text.dates import years
from reperio.text.languages import language_name
from reperio.text.places import country_name

FEW = 20
"""Results up to which near misses are looked for."""

MISSES = 5
AMONG = 100
"""Best results by words among which those that fail fewest constraints are sought."""


class Constraint(msgspec.Struct, frozen=True, kw_only=True):
    """One thing demanded besides words.

    Attributes:
        facet: the facet that it narrows.
        label: what it demands, for people.
        filters: what it asks of the index.
        words: the words that say it; empty when it was chosen from the filters.
        without: the query as typed without it.
        demand: what it demands, in no words.
    """

    facet: str
    label: str
    filters: tuple[Filter, ...]
    without: Query
    demand: Demand
    words: str = ""


Failing = tuple[str, tuple[Constraint, ...]]
"""The id of a record, and the constraints that it fails."""


class Asks(Protocol):
    """What looking for near misses needs of a discovery."""

    corpus: Corpus
    index: Index

    def ask(self, query: Query, match: Match, filters: tuple[Filter, ...], scope: Scope | None = None) -> Ask:
        """What to ask of the index for all results of a query."""
        ...


def constraints_of(asked: Asked) -> list[Constraint]:
    """Every constraint of a query: chosen ones, then those read from its text; countries read are one."""
    typed = msgspec.structs.replace(asked.typed, page=1)
    return [*_chosen(typed), *_read(typed, asked.chips)]


def read_from_text(asked: Asked) -> tuple[Constraint, ...]:
    """The constraints read from the text of a query, whatever is chosen or paged to."""
    typed = Query(text=asked.typed.text, plain=asked.typed.plain)
    return tuple(_read(typed, asked.chips))


def _chosen(typed: Query) -> Iterator[Constraint]:
    for one in typed.chosen:
        rest = tuple(other for other in typed.chosen if other != one)
        yield Constraint(facet=one.facet, label=_label(one), filters=chosen_filters(one),
                         without=msgspec.structs.replace(typed, chosen=rest), demand=Demand(one.facet, (one,)))  # fmt: skip
    for span in typed.spans:
        spans = tuple(other for other in typed.spans if other != span)
        yield Constraint(facet=span.facet, label=_span_label(span), filters=(_between(span),),
                         without=msgspec.structs.replace(typed, spans=spans), demand=Demand(span.facet, (), (span,)))  # fmt: skip


def _read(typed: Query, chips: tuple[Chip, ...]) -> Iterator[Constraint]:
    countries = tuple(chip for chip in chips if chip.facet == "country")
    for some in [countries] * bool(countries) + [(chip,) for chip in chips if chip not in countries]:
        filters = [In(chip.chosen.facet, chip.chosen.values, chip.chosen.unknown) for chip in some if chip.chosen]
        if len(filters) > 1:
            filters = [In("country", tuple(sorted({value for one in filters for value in one.values})))]
        spans = [_between(chip.span) for chip in some if chip.span]
        yield Constraint(
            facet=some[0].facet,
            label=", ".join(chip.label for chip in some),
            filters=(*filters, *spans),
            without=msgspec.structs.replace(typed, text=without(typed.text, some)),
            words=" ".join(chip.words for chip in some),
            demand=Demand(
                some[0].facet,
                tuple(chip.chosen for chip in some if chip.chosen),
                tuple(chip.span for chip in some if chip.span),
            ),
        )


def near_misses(
    asks: Asks, asked: Asked, match: Match, total: int, shown: frozenset[str] = frozenset()
) -> tuple[NearMiss, ...]:
    """Records that fail exactly one constraint, the best first, when few results meet all.

    Those `shown` already, since they do not state something, are none. When nothing meets all, and too few fail one
    only, those of the best by words that fail fewest fill up the list.
    """
    constraints = constraints_of(asked)
    if not constraints or total > FEW or asked.query.page > 1 or asked.query.scope == "variable":
        return ()
    always: tuple[Filter, ...] = ()
    if asked.query.within:
        always = (In("ancestor", (asks.corpus.find(asked.query.within).id,)),)
    every = (*always, *(one for constraint in constraints for one in constraint.filters))
    met = {hit.id for hit in _hits(asks, asked.query, match, every, total)} if total else set()
    met |= shown
    failing: list[tuple[float, str, Constraint]] = []
    for left_out in constraints:
        others = (*always, *(one for other in constraints if other is not left_out for one in other.filters))
        hits = [hit for hit in _hits(asks, asked.query, match, others, len(met) + MISSES) if hit.id not in met]
        failing += [(-hit.score, hit.id, left_out) for hit in hits[:MISSES]]
    failing.sort(key=lambda one: one[:2])
    told: list[Failing] = [(identity, (constraint,)) for _, identity, constraint in failing[:MISSES]]
    if not total and len(told) < MISSES and len(constraints) > 2 and match.parsed.groups:
        told += _failing_fewest(asks, asked.query, match, constraints, always)[: MISSES - len(told)]
    return _told(asks, told)


def _failing_fewest(
    asks: Asks, query: Query, match: Match, constraints: list[Constraint], always: tuple[Filter, ...]
) -> list[Failing]:
    """Of the best by words, those that fail more than one constraint but not all, fewest first."""
    ids = [hit.id for hit in _hits(asks, query, match, always, AMONG)]
    failed: dict[str, list[Constraint]] = {identity: [] for identity in ids}
    for constraint in constraints:
        ask = Ask(clause=Ids(tuple(ids)), filters=constraint.filters, limit=len(ids))
        meeting = {hit.id for hit in asks.index.backend.search(ask).hits} if ids else set()
        for identity in ids:
            if identity not in meeting:
                failed[identity].append(constraint)
    some = [(identity, tuple(fails)) for identity, fails in failed.items() if 1 < len(fails) < len(constraints)]
    return sorted(some, key=lambda one: len(one[1]))  # stable: the best by words first


def _hits(asks: Asks, query: Query, match: Match, filters: tuple[Filter, ...], limit: int) -> tuple[Hit, ...]:
    ask = asks.ask(query, match, filters)
    if not match.parsed.groups:
        ask = in_order(ask, msgspec.structs.replace(query, sort="best"), match)
    return asks.index.backend.search(msgspec.structs.replace(ask, facets=(), limit=limit)).hits


def _told(asks: Asks, failing: list[Failing]) -> tuple[NearMiss, ...]:
    items = asks.corpus.items([identity for identity, _ in failing])
    return tuple(
        NearMiss(
            item=items[identity],
            facet=first.facet,
            asked=first.label,
            held="" if _is_unknown(asks, identity, first.facet) else _held(items[identity], first.facet),
            words=first.words,
            others=tuple(other.label for other in others),
            demands=tuple(one.demand for one in (first, *others)),
        )
        for identity, (first, *others) in failing
        if identity in items
    )


def _is_unknown(asks: Asks, identity: str, facet: str) -> bool:
    """Whether the index knows nothing of a facet of a record, not even from what stands below it."""
    stated: Filter = Between(facet) if facet in RANGE_FILTERS else In(facet, (), unknown=True, negate=True)
    return not asks.index.backend.search(Ask(clause=Ids((identity,)), filters=(stated,), limit=0)).total


def _held(item: Item, facet: str) -> str:
    """What a record says of a facet, for people; `something else` where only its parts say it."""
    resource = item.resource
    values: dict[str, list[str]] = {
        "age": [_ends(age.lower, age.upper) for age in resource.ages],
        "year": [_ends(*years(period)) for period in resource.temporal],
        "sample_size": [f"{resource.sample_size:,}"] if resource.sample_size else [],
        "waves": [str(resource.waves)] if resource.waves else [],
        "variables": [f"{item.variables:,}"] if item.variables else [],
        "country": [country_name(place.country) for place in resource.spatial if place.country],
        "language": [language_name(code) for code in resource.languages],
        "study_design": list(resource.study_designs),
        "access": [resource.access] if resource.access else [],
        "sex": [resource.sex] if resource.sex else [],
        "source": list(item.sources),
    }
    found = list(dict.fromkeys(filter(None, values.get(facet, []))))
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return ", ".join(found[:3]) + more if found else "something else"


def _ends(lower: float | None, upper: float | None) -> str:
    low, high = (None if end is None else f"{end:g}" for end in (lower, upper))
    if low is None or high is None:
        return f"from {low}" if low else f"up to {high}" if high else ""
    return low if low == high else f"{low} to {high}"


def _label(chosen: Chosen) -> str:
    names = {"country": country_name, "language": language_name}
    values = [names.get(chosen.facet, str)(value) for value in chosen.values]
    return " and ".join(values) if chosen.every else " or ".join([*values, *["not stated"] * chosen.unknown])


def _span_label(span: Span) -> str:
    return _ends(span.lower, span.upper)


def _between(span: Span) -> Between:
    return Between(span.facet, span.lower, span.upper, span.unknown)
