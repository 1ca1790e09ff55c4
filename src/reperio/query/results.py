"""Results as shown: passages, variables and datasets inside, what there is of each concept, and the reasons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import zip_longest

import msgspec

from reperio.corpus.model import Item
from reperio.index.ask import Snippet
from reperio.index.library import Index
from reperio.query.beside import Beside
from reperio.query.exact import named
from reperio.query.explain import Grounds, reasons_of, snippets_of
from reperio.query.held import Held
from reperio.query.inside import INSIDE, Below, Inside
from reperio.query.match import Match, Nearness
from reperio.query.model import Found, Query, Reason, Result, VariableHit
from reperio.query.order import Placed
from reperio.query.rank import Fused
from reperio.query.understand import Asked

INSIDE_CONCEPT = 2
"""Variables shown for each concept inside a result."""


class Seen(msgspec.Struct, frozen=True):
    """What was looked up of a page of results, by id.

    Attributes:
        items: the results.
        snippets: passages of their own texts.
        below: what matches below them, for each concept of the text.
        datasets: the datasets shown inside.
    """

    items: dict[str, Item]
    snippets: dict[str, tuple[Snippet, ...]]
    below: list[Below]
    datasets: dict[str, tuple[Item, ...]]

    def of(self, identity: str) -> tuple[Item, tuple[Snippet, ...], tuple[Item, ...]]:
        """A result, its passages and its datasets."""
        return self.items[identity], self.snippets[identity], self.datasets.get(identity, ())


class Results:
    """Makes results of hits in their places.

    Args:
        held: gives the items.
        index: an open generation.
        inside: looks below results.
        beside: threads in which it looks, while passages are cut.
    """

    def __init__(self, held: Held, index: Index, inside: Inside, beside: Beside) -> None:
        self._held = held
        self._index = index
        self._inside = inside
        self._beside = beside

    def of(self, asked: Asked, match: Match, placed: Sequence[Placed]) -> tuple[Result, ...]:
        """One page of results. Those of a query without words are there because they meet its constraints."""
        results = self._of(asked.query, match, placed)
        return tuple(_with_constraints(result, asked, match) for result in results) if asked.chips else results

    def _of(self, query: Query, match: Match, placed: Sequence[Placed]) -> tuple[Result, ...]:
        items = self._held.items([one.hit.id for one in placed])
        held = [one for one in placed if one.hit.id in items]  # the others were withdrawn since the index was built
        ids = [one.hit.id for one in held]
        tops = {one.hit.id for one in held if one.hit.root == one.hit.id}
        above = [items[identity] for identity in ids if items[identity].children] if query.scope == "all" else []
        datasets = self._beside.make(self._inside.datasets, match, above)
        parts = match.parts or (match,)
        most = INSIDE_CONCEPT if match.parts else INSIDE
        below = [
            self._beside.make(self._inside.variables, part, ids, tops, most)
            for part in parts
            if query.scope != "variable"
        ]
        snippets = {one: snippets_of(items[one].resource, match.marking, self._index.analysis) for one in ids}
        seen = Seen(items, snippets, [each.result() for each in below], datasets.result())
        if match.parts and below:
            return tuple(self._of_several(match, one, seen) for one in held)
        asked = bool(match.parsed.groups or query.like)
        return tuple(self._result(match, one, seen, asked=asked) for one in held)

    def _result(self, match: Match, one: Placed, seen: Seen, *, asked: bool) -> Result:
        identity = one.hit.id
        item, snippets, datasets = seen.of(identity)
        below = seen.below[0] if seen.below else Below()
        near = match.near.get(identity)
        if near is None and identity in match.near_variables:
            near = Nearness(match.near_variables[identity])
        variables = below.variables.get(identity, ())
        grounds = Grounds(
            fused=one.fused,
            exact=named(item, match.parsed.text),
            snippets=snippets,
            near=near,
            variables=variables,
            variables_total=below.totals.get(identity, 0),
            datasets=len(datasets),
            corrected=frozenset(right for _, right in match.corrections),
            synonyms=frozenset(one.text.lower() for one in match.terms),
            typed=match.parsed.words,
        )
        return Result(
            item=item,
            score=one.fused.score if one.fused else 0.0,
            reasons=match.alike.get(identity) or (reasons_of(grounds) if asked else ()),
            snippets=snippets,
            variables=variables,
            variables_total=grounds.variables_total,
            datasets=datasets,
            ancestors=self._held.ancestors(item) if one.hit.parent else (),
        )

    def _of_several(self, match: Match, one: Placed, seen: Seen) -> Result:
        item, snippets, datasets = seen.of(one.hit.id)
        parts = one.parts or (None,) * len(match.parts)
        found = tuple(
            self._found(part, item, fused, under)
            for part, fused, under in zip(match.parts, parts, seen.below, strict=True)
        )
        variables = [
            hit for hits in zip_longest(*(each.variables for each in found)) for hit in hits if hit is not None
        ]
        exact = named(item, match.parsed.text)
        first = (Reason("identifier" if exact == "identifier" else "title", exact, (), 1.0),) if exact else ()
        return Result(
            item=item,
            score=one.fused.score if one.fused else 0.0,
            reasons=(*first, *_reasons_of(found, one)) or (Reason("words", "contents"),),
            snippets=snippets,
            variables=tuple(_once(variables))[:INSIDE],
            datasets=datasets,
            ancestors=self._held.ancestors(item) if one.hit.parent else (),
            concepts=found,
        )

    def _found(self, part: Match, item: Item, fused: Fused | None, below: Below) -> Found:
        snippets = snippets_of(item.resource, part.marking, self._index.analysis)
        marked = sorted((one for one in snippets if one.marks), key=lambda one: -len(one.marks))
        variables = below.variables.get(item.id, ())
        if item.id not in below.complete:  # words of it alone, in different variables, are no evidence
            variables = tuple(hit for hit in variables if hit.by != "words" or len(part.parsed.groups) == 1)
        by_words = fused is not None and fused.words > 0
        by_meaning = item.id in part.near
        return Found(
            concept=part.parsed.text,
            by="both" if by_words and by_meaning else "words" if by_words else "meaning" if by_meaning else "",
            strength=fused.score if fused else 0.0,
            snippets=tuple(marked),
            variables=variables,
            variables_total=below.totals.get(item.id, 0) if item.id in below.complete else 0,
        )


def _with_constraints(result: Result, asked: Asked, match: Match) -> Result:
    """A result with the constraints that it meets as reasons, and those it does not state."""
    unstated = match.unstated.get(result.item.id, ())
    met = [Reason("constraint", chip.facet, (chip.label,)) for chip in asked.chips if chip.facet not in unstated]
    return msgspec.structs.replace(result, reasons=(*result.reasons, *met), unstated=unstated)


def _reasons_of(found: Sequence[Found], placed: Placed) -> list[Reason]:
    """What each concept counts: its words by the field that shows most of them, and its nearness in meaning."""
    reasons = []
    parts = placed.parts or (None,) * len(found)
    whole = sum(part.score for part in parts if part) or 1.0
    score = placed.fused.score if placed.fused else 0.0
    for each, part in zip(found, parts, strict=True):
        if part is None:
            continue
        if part.words > 0:
            reasons.append(_of_words(each, score * part.words / whole))
        if part.meaning > 0:
            reasons.append(Reason("meaning", "", (each.concept,), score * part.meaning / whole))
    return sorted(reasons, key=lambda reason: -reason.weight)


def _of_words(each: Found, weight: float) -> Reason:
    if each.snippets or not each.variables:
        return Reason("words", each.snippets[0].field if each.snippets else "contents", (each.concept,), weight)
    waves = tuple(dict.fromkeys(hit.item.resource.wave for hit in each.variables if hit.item.resource.wave))
    return Reason("variable", "contents", (each.concept,), weight, waves=waves, count=each.variables_total)


def _once(hits: Collection[VariableHit]) -> list[VariableHit]:
    """Variables, each once, although several concepts found it."""
    kept: dict[str, VariableHit] = {}
    for hit in hits:
        kept.setdefault(hit.item.id, hit)
    return list(kept.values())
