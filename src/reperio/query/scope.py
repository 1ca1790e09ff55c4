"""Asks narrowed to a scope, and the facets of an answer."""

from __future__ import annotations

import msgspec

from reperio.index.ask import AnyOf, Ask, Clause, FacetCounts, Ids, In, Page
from reperio.query.model import Chosen, Query, Scope


def scoped(scope: Scope, ask: Ask, *, within: bool = False) -> Ask:
    """An ask narrowed to a scope; inside a resource, everything below it counts as top-level."""
    if scope == "variable":
        return msgspec.structs.replace(ask, collection="variables")
    if scope == "all":
        return msgspec.structs.replace(ask, roots_only=not within)
    return msgspec.structs.replace(ask, filters=(*ask.filters, In("kind", (scope,))))


def chosen_filters(chosen: Chosen) -> tuple[In, ...]:
    """What the values chosen of a facet ask: any of them in one filter, or every one in a filter of its own."""
    if chosen.every:
        return tuple(In(chosen.facet, (value,), fixed=True) for value in chosen.values)
    return (In(chosen.facet, chosen.values, chosen.unknown),)


def ask_ids(clause: Clause) -> tuple[str, ...]:
    """The ids that a set of members names."""
    if isinstance(clause, Ids):
        return clause.ids
    if isinstance(clause, AnyOf):
        return tuple(one for part in clause.clauses if isinstance(part, Ids) for one in part.ids)
    return ()


def with_chosen(page: Page, query: Query) -> dict[str, FacetCounts]:
    """Facets that have values, those chosen among them whatever their count."""
    facets = {}
    chosen = {one.facet: one.values for one in query.chosen}
    for name, counts in page.facets.items():
        held = {value for value, _ in counts.values}
        missing = tuple((value, 0) for value in chosen.get(name, ()) if value not in held)
        if counts.values or counts.unknown or missing:
            facets[name] = msgspec.structs.replace(counts, values=counts.values + missing)
    return facets
