"""Lowering the demand where few records have all the words: most of them, and never where nothing has half."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations

from reperio.index.ask import AllOf, AnyOf, Clause, Without
from reperio.query.parse import Parsed

LARGE = 10_000
"""Resources held from which a shared word or some nearness is certain by chance, so that there can be nothing to show."""

HALF = 0.5
"""Share of what the words tell (by their rareness) that some resource must have for the search to be relaxed."""

WEIGHED_MOST = 7
"""Words up to which they are weighed; of more, half is by their number."""

Count = Callable[[Clause], int]
"""How many records of the catalogue a clause matches."""


def relaxed(parsed: Parsed, count: Count, few: int, held: int) -> tuple[Clause, int, tuple[str, ...]]:
    """The strictest demand that enough resources meet: all words but one, but two, ...; one word at least."""
    groups = len(parsed.groups)
    if groups == 1:
        return parsed.clause(), 0, ()
    if held >= LARGE and not _reaches_half(parsed, count, held):
        return parsed.clause(), 0, ()
    enough, strict = 1, groups  # `enough` words are few enough to ask for, `strict` are too many
    while strict - enough > 1:
        middle = (enough + strict) // 2
        if count(parsed.clause(at_least=middle)) >= few:
            enough = middle
        else:
            strict = middle
    missing = _dispensable(parsed, count) if enough == groups - 1 else ()
    return parsed.clause(at_least=enough), enough, missing


def _reaches_half(parsed: Parsed, count: Count, held: int) -> bool:
    """Whether any resource has half of the words: else what is sought is not there, whatever shares a word with it."""
    if len(parsed.groups) > WEIGHED_MOST:
        return count(parsed.clause(at_least=len(parsed.groups) // 2)) > 0
    halves = _halves(parsed, count, held)
    clause: Clause = AnyOf(halves)
    return count(Without(clause, AnyOf(parsed.excluded)) if parsed.excluded else clause) > 0


def _halves(parsed: Parsed, count: Count, held: int) -> tuple[Clause, ...]:
    """The smallest sets of words that are half of a text: a rare word is more of it than a common one."""
    weights = [math.log(1 + held / (count(group.clause) + 0.5)) for group in parsed.groups]
    places = range(len(weights))
    sets: list[frozenset[int]] = []
    for size in range(1, len(weights)):
        for chosen in combinations(places, size):
            whole = sum(weights[place] for place in chosen) >= HALF * sum(weights)
            if whole and not any(smaller <= frozenset(chosen) for smaller in sets):
                sets.append(frozenset(chosen))
    return tuple(
        AllOf(tuple(parsed.groups[place].clause for place in sorted(some)))
        if len(some) > 1
        else parsed.groups[next(iter(some))].clause
        for some in sets
    )


def _dispensable(parsed: Parsed, count: Count) -> tuple[str, ...]:
    """The words without any one of which more have all the others."""
    every = count(parsed.clause())
    return tuple(
        group.label
        for place, group in enumerate(parsed.groups)
        if count(parsed.clause((*parsed.groups[:place], *parsed.groups[place + 1 :]))) > every
    )
