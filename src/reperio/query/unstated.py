"""Records that do not state what a query demands in plain words, for when few do.

Descriptions are sparse: most do not say how old people were. So when few records meet every condition read from the
words, what does not state some of them goes on after those that do, labelled so. What states something else stays out
(it is a near miss). The set depends on the text alone, so that counts stay what choosing gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from reperio.index.analysis import is_stop_word
from reperio.index.ask import AllOf, AnyOf, Ask, Between, Clause, Everything, Filter, Ids, In, Phrase, Word
from reperio.index.backend import Backend
from reperio.query.concepts import GENERAL
from reperio.query.match import Match
from reperio.query.misses import Constraint
from reperio.query.understand import WORDY
from reperio.text.places import country_name

ENOUGH = 20
"""Records with all the words that meet every condition, from which nothing else is shown."""

JOINING = 100
"""Records that join at most, of those at the top and of all."""

STATED_MOST = 300
"""Records that meet every condition, but have not all the words, that stay in the set then; the best by words."""

_WORD = re.compile(r"[^\W\d_]{2,}")


class Unstated(msgspec.Struct, frozen=True):
    """What joins although it does not state everything.

    Attributes:
        stated: how many records at the top have all the words and state everything.
        whole: the ids of these, and of what is like them below the top.
        missing: the facets that a record does not state, by id; those that its words tell count as stated.
        members: ids of the whole set.
        loose: the conditions, each met or not stated.
    """

    stated: int
    whole: frozenset[str]
    missing: dict[str, tuple[str, ...]]
    members: tuple[str, ...]
    loose: tuple[Filter, ...]


def with_unstated(match: Match, constraints: tuple[Constraint, ...], backend: Backend) -> Match:
    """A match widened by what does not state some of the conditions, when few state all; else as it is."""
    finder = _Finder(match, constraints, backend)
    found = finder.find() if constraints and (match.parsed.groups or finder.evidence) else None
    if found is None:
        return match
    within = Ids(found.members)
    members = set(found.members)
    return msgspec.structs.replace(
        match,
        lexical=AnyOf((AllOf((within, match.scoring)), within)),
        near={one: near for one, near in match.near.items() if one in members},
        synonyms={one: score for one, score in match.synonyms.items() if one in members},
        unstated=found.missing,
        stated=found.stated,
        whole=found.whole,
        loose=found.loose,
    )


class _Finder:
    def __init__(self, match: Match, constraints: tuple[Constraint, ...], backend: Backend) -> None:
        self._match = match
        self._constraints = constraints
        self._backend = backend
        self._strict = tuple(one for constraint in constraints for one in constraint.filters)
        self._loose = tuple(map(_loosened, self._strict))
        self.evidence = {one.facet: told for one in constraints if (told := _told_by_words(one)) is not None}

    def find(self) -> Unstated | None:
        """What joins; None when enough records state everything."""
        complete = self._match.complete if self._match.parsed.groups and not self._match.parts else self._match.members
        held = self._count(complete, self._strict)
        if held >= ENOUGH:
            return None
        stated = self._ids(self._match.members, self._strict, STATED_MOST)
        joining = self._joining()
        missing = self._missing([one for one in joining if one not in set(stated)])
        if not missing:
            return None
        whole = frozenset(self._ids(complete, self._strict, STATED_MOST))
        return Unstated(held, whole, missing, tuple(sorted({*stated, *missing})), self._loose)

    def _joining(self) -> list[str]:
        hints = AnyOf(tuple(self.evidence.values()), at_least=0 if self._match.parsed.groups else 1)
        wanted: Clause = self._match.members
        if self.evidence:
            wanted = AllOf((wanted, hints)) if self._match.parsed.groups else hints
        tops = self._ids(wanted, self._loose, JOINING, roots_only=True)
        return [*tops, *self._ids(wanted, self._loose, JOINING)]

    def _missing(self, joining: list[str]) -> dict[str, tuple[str, ...]]:
        """What each record does not state, nor tell by its words; without words to search for they must tell it."""
        missing: dict[str, list[str]] = {identity: [] for identity in joining}
        without_words = not self._match.parsed.groups
        for constraint in self._constraints:
            silent = set(joining) - set(self._among(joining, Everything(), constraint.filters))
            if constraint.facet in self.evidence:
                told = set(self._among(sorted(silent), self.evidence[constraint.facet], ()))
                if without_words:
                    missing = {one: facets for one, facets in missing.items() if one not in silent - told}
                silent -= told
            for identity in silent & missing.keys():
                missing[identity].append(constraint.facet)
        return {identity: tuple(facets) for identity, facets in missing.items()}

    def _among(self, ids: list[str], clause: Clause, filters: tuple[Filter, ...]) -> list[str]:
        return self._ids(AllOf((Ids(tuple(ids)), clause)), filters, len(ids)) if ids else []

    def _ids(self, clause: Clause, filters: Iterable[Filter], limit: int, *, roots_only: bool = False) -> list[str]:
        page = self._backend.search(Ask(clause=clause, filters=tuple(filters), limit=limit, roots_only=roots_only))
        return [hit.id for hit in page.hits]

    def _count(self, clause: Clause, filters: tuple[Filter, ...]) -> int:
        return self._backend.search(Ask(clause=clause, filters=filters, roots_only=True, limit=0)).total


def _told_by_words(constraint: Constraint) -> Clause | None:
    """What in a text says the same as a facet: the words asked with; of countries any of these, or their names."""
    words = [word for word in _WORD.findall(constraint.words) if not is_stop_word(word) and word.lower() not in GENERAL]
    if constraint.facet not in WORDY or not words:
        return None
    if constraint.facet != "country":
        return AllOf(tuple(Word(word) for word in words))
    names = [country_name(value) for one in constraint.demand.chosen for value in one.values]
    return AnyOf((*(Word(word) for word in words), *(Phrase(name) for name in names)))


def _loosened(chosen: Filter) -> Filter:
    if isinstance(chosen, Between):
        return Between(chosen.facet, chosen.lower, chosen.upper, unknown=True, fixed=True)
    return In(chosen.facet, chosen.values, unknown=True, fixed=True)
