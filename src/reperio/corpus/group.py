"""Which ids are about the same thing, and what belongs to what: pure functions of what is stated and judged.

Ids merge when they share a DOI of their own, when one names the other's id as its identifier, when a person says so,
or when the rules find it likely. They never merge when one is above the other, when both stand below the same parent
(unless a person says so), when their kinds differ and they are not both at the top, or when a person says no. A DOI
that something above states too is that thing's, and a DOI that one source gives to more than `DOI_SHARED_MAX` things
names none of them.

Every id that a person or a DOI connects is looked at in an order that depends on nothing but the ids, so the outcome
does not depend on what was harvested first. What is only likely comes last, the likeliest first, and never brings two
ids of one source together that are not likely to be one themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

DOI_SHARED_MAX = 3
Verdicts = Mapping[tuple[str, str], str]
Likely = Mapping[tuple[str, str], float]


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One id of a series, study or dataset, and what its statements say, as far as it matters here.

    Attributes:
        id: the id.
        rank: smaller leads: kind (series first), then the more complete, then the id.
        kind: number of its kind.
        parents: ids it is stated to be part of.
        dois: its DOIs.
        names: identifiers it states that may be ids of others.
        sources: keys of the sources that state it.
    """

    id: str
    rank: tuple[int, int, str]
    kind: int
    parents: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def group(units: Mapping[str, Unit], verdicts: Verdicts, likely: Likely | None = None) -> dict[str, tuple[str, ...]]:
    """Ids by the id that leads them, leader first, the rest by rank.

    `verdicts` (yes or no) and `likely` (probabilities) are by (smaller id, larger id).
    """
    forest = {identity: [identity] for identity in units}
    for left, right, judged in _candidates(units, verdicts):
        one, other = forest[left], forest[right]
        if one is not other and _may_join(one, other, units, verdicts, judged=judged):
            _join(forest, one, other)
    for left, right in _by_likelihood(units, likely or {}):
        one, other = forest[left], forest[right]
        if (
            one is not other
            and _may_join(one, other, units, verdicts)
            and _keeps_sources(one, other, units, likely or {})
        ):
            _join(forest, one, other)
    found: dict[str, tuple[str, ...]] = {}
    for identity, members in forest.items():
        if members[0] == identity:
            ranked = sorted(members, key=lambda member: units[member].rank)
            found[ranked[0]] = tuple(ranked)
    return found


def _join(forest: dict[str, list[str]], one: list[str], other: list[str]) -> None:
    one += other
    for identity in other:
        forest[identity] = one


def _by_likelihood(units: Mapping[str, Unit], likely: Likely) -> list[tuple[str, str]]:
    held = [pair for pair in likely if pair[0] in units and pair[1] in units]
    return sorted(held, key=lambda pair: (-likely[pair], pair))


def _keeps_sources(one: Sequence[str], other: Sequence[str], units: Mapping[str, Unit], likely: Likely) -> bool:
    """Whether joining brings no two ids of one source together, but those likely to be one themselves."""
    return not any(
        set(units[left].sources) & set(units[right].sources) and _pair(left, right) not in likely
        for left in one
        for right in other
    )


def _candidates(units: Mapping[str, Unit], verdicts: Verdicts) -> Iterator[tuple[str, str, bool]]:
    """Pairs to consider, those judged first, each kind in order of their ids."""
    for (left, right), verdict in sorted(verdicts.items()):
        if verdict == "yes" and left in units and right in units:
            yield left, right, True
    pairs = {
        _pair(unit.id, name) for unit in units.values() for name in unit.names if name in units and name != unit.id
    }
    for sharing in _shared_dois(units).values():
        ordered = sorted(sharing)
        pairs |= {(left, right) for at, left in enumerate(ordered) for right in ordered[at + 1 :]}
    for left, right in sorted(pairs):
        yield left, right, False


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _shared_dois(units: Mapping[str, Unit]) -> dict[str, list[str]]:
    """Ids by DOI, for DOIs that are identity."""
    holders: dict[str, list[str]] = defaultdict(list)
    for unit in units.values():
        for doi in set(unit.dois):
            holders[doi].append(unit.id)
    shared = {}
    for doi, ids in holders.items():
        if len(ids) < 2:
            continue
        held = set(ids)
        own = [identity for identity in ids if not held & ancestors(identity, units)]
        count = Counter(source for identity in own for source in set(units[identity].sources))
        if len(own) > 1 and max(count.values()) <= DOI_SHARED_MAX:
            shared[doi] = own
    return shared


def ancestors(identity: str, units: Mapping[str, Unit]) -> set[str]:
    """Every id stated above an id. Where statements run in a circle, an id is above itself."""
    found: set[str] = set()
    todo = [identity]
    while todo:
        unit = units.get(todo.pop())
        for parent in unit.parents if unit else ():
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    return found


def _may_join(
    one: Sequence[str], other: Sequence[str], units: Mapping[str, Unit], verdicts: Verdicts, *, judged: bool = False
) -> bool:
    return not any(
        verdicts.get(_pair(left, right)) == "no"
        or (not judged and _are_apart(units[left], units[right]))
        or left in ancestors(right, units)
        or right in ancestors(left, units)
        for left in one
        for right in other
    )


def _are_apart(left: Unit, right: Unit) -> bool:
    """Siblings, and different kinds of which one is inside something."""
    if set(left.parents) & set(right.parents):
        return True
    return left.kind != right.kind and bool(left.parents or right.parents)


def canonical(groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The leading id of every id."""
    return {member: leader for leader, members in groups.items() for member in members}


def belongs(
    groups: Mapping[str, Sequence[str]], units: Mapping[str, Unit], leaders: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """What each leading id belongs to, canonical where the parent is there, as stated where not."""
    found = {}
    for leader, members in groups.items():
        stated = [leaders.get(parent, parent) for member in members for parent in units[member].parents]
        found[leader] = tuple(dict.fromkeys(parent for parent in stated if parent != leader))
    return found


def without_circles(parents: Mapping[str, Collection[str]]) -> tuple[dict[str, tuple[str, ...]], set[str]]:
    """Parents that are there, without the links that run in circles, and the ids that lie on circles.

    What cannot be taken off from above nor from below lies on a circle or between two; all links among those go.
    """
    known = {child: {parent for parent in above if parent in parents} for child, above in parents.items()}
    below: dict[str, set[str]] = defaultdict(set)
    for child, above in known.items():
        for parent in above:
            below[parent].add(child)
    rest = _peel(_peel(set(known), known, below), below, known)
    kept = {
        child: tuple(
            parent for parent in dict.fromkeys(parents[child]) if parent in above and not {child, parent} <= rest
        )
        for child, above in known.items()
    }
    return kept, rest


def _peel(nodes: set[str], links: Mapping[str, set[str]], back: Mapping[str, set[str]]) -> set[str]:
    """What remains when nodes without links (to what remains) are taken off again and again."""
    left = {node: len(links.get(node, set()) & nodes) for node in nodes}
    free = [node for node, count in left.items() if not count]
    while free:
        node = free.pop()
        del left[node]
        for other in back.get(node, ()):
            if other in left:
                left[other] -= 1
                if not left[other]:
                    free.append(other)
    return set(left)


def sums_below(own: Mapping[str, int], parents: Mapping[str, Iterable[str]]) -> Counter[str]:
    """Each number counted once for its id and for everything above it."""
    total: Counter[str] = Counter()
    for identity, number in own.items():
        for above in {identity} | _above(identity, parents):
            total[above] += number
    return total


def _above(identity: str, parents: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    todo = [identity]
    while todo:
        for parent in parents.get(todo.pop(), ()):
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    return found
