"""What is like an item: near in meaning, of the same facts, asking the same. Never the same study in another guise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from reperio.corpus.model import Item
from reperio.index.ask import AllOf, Ask, Everything, In
from reperio.index.library import Index
from reperio.query.held import Held
from reperio.query.model import Reason
from reperio.resource.fields import Resource
from reperio.text.characters import fold
from reperio.text.places import country_name

MEANING_SHARE = 0.6
"""Share of nearness in meaning in likeness; facts and shared variables have the rest."""

FACTS: dict[str, float] = {
    "instrument": 0.10, "topic": 0.05, "keyword": 0.05, "study_design": 0.05, "country": 0.03, "age": 0.04,
}  # fmt: skip
"""What each fact adds at most."""

VARIABLES_SHARE = 0.08
MANY_VARIABLES = 50
"""Shared variables from which more of them add nothing."""

NEAR = 60
BY_FACTS = 40
KEPT = 1000
"""Items of which what is like them is remembered."""
TITLES_KEPT = 10_000
"""Titles of which it is remembered what they are without their editions: the same are compared with many."""

_EDITION = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th) edition|(?:edition|version|release|rev(?:ision)?|v) ?\d+(?:\.\d+)*"
    r"|waves? \d+(?: ?(?:-|to|and) ?\d+)?|(?:special|secure|teaching|end user) (?:licen[cs]e )?(?:access|version|dataset))\b"
)
_SIGNS = re.compile(r"[\W_]+")


class Alike(msgspec.Struct, frozen=True):
    """Something like an item: how much (0 to 1), and why, strongest first."""

    id: str
    score: float
    reasons: tuple[Reason, ...]


class Likeness:
    """Finds what is like an item.

    Args:
        held: gives items and what they belong to.
        index: an open generation.
        floor: cosine below which nothing is near.
    """

    def __init__(self, held: Held, index: Index, floor: float) -> None:
        self._held = held
        self._index = index
        self._floor = floor
        self._kept: dict[tuple[str, int], list[Alike]] = {}

    def to(self, item: Item, limit: int) -> list[Alike]:
        """What is most like an item, best first; itself, its relatives and its other editions left out."""
        key = (item.id, limit)
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = self._found(item, limit)
        return self._kept[key]

    def _found(self, item: Item, limit: int) -> list[Alike]:
        root = self._root(item)
        cosines = self._near(item, root)
        elsewhere = frozenset(cosines)
        shared = dict(self._index.variables.sharing(item.id, BY_FACTS)) if root == item.id else {}
        candidates = cosines.keys() | shared.keys() | self._of_same_instruments(item)
        items = self._held.items(sorted(candidates - {item.id, root}))
        missing = [one for one in items if one not in cosines]
        vector = self._index.catalogue.vector(item.id)
        if vector is not None and missing:
            cosines |= self._index.catalogue.cosines(missing, vector)
        found = [
            _alike(item.resource, other, cosines.get(identity, 0.0), shared.get(identity, 0))
            for identity, other in items.items()
            if not (_is_same(item, other) or (identity not in elsewhere and self._is_below(other, root)))
        ]
        found.sort(key=lambda one: (-one.score, one.id))
        return _each_study_once(found, items)[:limit]

    def _root(self, item: Item) -> str:
        return next((ancestor.id for ancestor in self._held.ancestors(item)), item.id)

    def _near(self, item: Item, root: str) -> dict[str, float]:
        """What is near in meaning and stands below another root, with its cosine."""
        vector = self._index.catalogue.vector(item.id)
        if vector is None:
            return {}
        nears = self._index.catalogue.nearest(vector, NEAR, floor=self._floor)
        return {near.id: near.cosine for near in nears if near.root != root and near.id != item.id}

    def _of_same_instruments(self, item: Item) -> set[str]:
        if not item.resource.instruments:
            return set()
        ask = Ask(
            clause=AllOf((Everything(),)),
            filters=(In("instrument", item.resource.instruments), In("kind", (item.kind,))),
            limit=BY_FACTS,
        )
        return {hit.id for hit in self._index.backend.search(ask).hits}

    def _is_below(self, other: Item, root: str) -> bool:
        return bool(other.resource.part_of) and self._root(other) == root


def _is_same(item: Item, other: Item) -> bool:
    """Whether another is the same study: merged with it, related to it, or another edition of it."""
    if set(item.members) & set(other.members) or _names(item.resource) & _names(other.resource):
        return True
    return bool(set(item.resource.identifiers) & set(other.resource.identifiers))


def _names(resource: Resource) -> set[str]:
    """Titles without what tells editions and waves of one study apart."""
    titles = [text.value for text in (*resource.titles, *resource.alternate_titles)]
    return {name for title in titles if len(name := _bare(title)) > 3}


@lru_cache(maxsize=TITLES_KEPT)
def _bare(title: str) -> str:
    return _SIGNS.sub(" ", _EDITION.sub(" ", fold(title))).strip()


def _alike(own: Resource, other: Item, cosine: float, shared: int) -> Alike:
    reasons = []
    if cosine > 0:
        reasons.append(Reason("meaning", "", (), MEANING_SHARE * cosine))
    for facet, weight in FACTS.items():
        mine, theirs = _FACTS[facet](own), _FACTS[facet](other.resource)
        if both := [value for value in mine if value in theirs]:
            part = weight * len(both) / min(len(mine), len(theirs))
            reasons.append(Reason("like", facet, tuple(both[:4]), part))
    if ages := _ages_shared(own, other.resource):
        reasons.append(Reason("like", "age", (ages,), FACTS["age"]))
    if shared:
        part = VARIABLES_SHARE * min(shared, MANY_VARIABLES) / MANY_VARIABLES
        reasons.append(Reason("like", "variables", (), part, count=shared))
    reasons.sort(key=lambda reason: -reason.weight)
    return Alike(other.id, sum(reason.weight for reason in reasons), tuple(reasons))


def _labels(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip().lower() for value in values if value.strip()))


_FACTS: dict[str, Callable[[Resource], tuple[str, ...]]] = {
    "instrument": lambda resource: tuple(resource.instruments),
    "topic": lambda resource: _labels(concept.label for concept in resource.topics),
    "keyword": lambda resource: _labels(concept.label for concept in resource.keywords),
    "study_design": lambda resource: tuple(resource.study_designs),
    "country": lambda resource: tuple(
        dict.fromkeys(country_name(place.country) for place in resource.spatial if place.country)
    ),
    "age": lambda _: (),
}


def _ages_shared(own: Resource, other: Resource) -> str:
    """The ages that both cover, when they are most of what either covers."""
    for mine in own.ages:
        for theirs in other.ages:
            if None in (mine.lower, mine.upper, theirs.lower, theirs.upper):
                continue
            lower, upper = max(mine.lower or 0, theirs.lower or 0), min(mine.upper or 0, theirs.upper or 0)
            widest = max((mine.upper or 0) - (mine.lower or 0), (theirs.upper or 0) - (theirs.lower or 0))
            if upper >= lower and (upper - lower) >= 0.5 * widest:
                return f"{lower:g} to {upper:g}" if upper > lower else f"{lower:g}"
    return ""


def _each_study_once(found: list[Alike], items: dict[str, Item]) -> list[Alike]:
    """Of several editions of one other study only the one most like."""
    kept: list[Alike] = []
    seen: set[str] = set()
    for one in found:
        names = _names(items[one.id].resource)
        if not names & seen:
            kept.append(one)
        seen |= names
    return kept
