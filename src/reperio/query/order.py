"""The order of results: evidence of words and meaning gathered for the candidates, and fused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from reperio.index.ask import AllOf, AnyOf, Ask, Clause, Hit, Ids, In, Word
from reperio.index.library import Index
from reperio.query.beside import Beside
from reperio.query.exact import named
from reperio.query.held import Held
from reperio.query.match import Match
from reperio.query.model import Query
from reperio.query.rank import Evidence, Fused, fuse, meaning_share, ordered
from reperio.query.scope import ask_ids

RANKED = 200
"""Best results by words that are ranked anew with meaning; after them the order is that of words alone."""

RANKED_CONCEPTS = 400
"""Likewise of a query of several concepts."""

PROMOTED = 50
"""Best results that are checked for being named exactly."""

WEAKEST_SHARE = 0.8
"""Share of the weakest concept in the score of a query of several; the rest is their mean."""

UNSTATED_SHARE = 0.8
"""What a score counts for each condition, read from words, that a result does not state."""

OWN_FIELDS = ("title", "alternate", "abstract", "keyword", "instrument", "population", "design", "place", "people")
"""Fields of a study's own texts. Words that meet in them meet in one description; words of its variables may not."""


class Placed(msgspec.Struct, frozen=True):
    """A hit in its place: what it scored, and what it scored for each concept."""

    hit: Hit
    fused: Fused | None = None
    parts: tuple[Fused | None, ...] = ()


class Order:
    """Orders hits by all evidence.

    Args:
        held: gives the items that may be named exactly.
        index: an open generation.
        beside: threads in which evidence is gathered at once.
    """

    def __init__(self, held: Held, index: Index, beside: Beside) -> None:
        self._held = held
        self._index = index
        self._beside = beside
        self._studies = index.backend.stats().documents.get("variables", 0) > 0

    def _share(self, match: Match) -> float:
        return meaning_share(match.parsed.text, studies=self._studies)

    def reach(self, match: Match) -> int:
        """How many hits by words are to be ordered anew."""
        return RANKED_CONCEPTS if match.parts else RANKED

    def placed(
        self, query: Query, match: Match, hits: Sequence[Hit], ask: Ask, near: Mapping[str, Hit]
    ) -> list[Placed]:
        """Hits in the order shown: the best by words and all that are near, fused; then the rest by words.

        What is fused does not depend on the page asked for, so pages neither overlap nor leave anything out.
        """
        if match.parts and query.scope != "variable":
            return _stated_first(match, self._by_weakest(query, match, hits, ask))
        if not match.parsed.groups and match.unstated:
            return _stated_first(match, [Placed(hit) for hit in hits])
        by_id = {hit.id: hit for hit in hits}
        words = {hit.id: hit.score for hit in hits[:RANKED] if hit.score > 0}
        by_id |= {identity: hit for identity, hit in near.items() if identity not in by_id}
        for identity, hit in near.items():
            if hit.score > words.get(identity, 0.0):
                words[identity] = hit.score
        words |= _by_synonym(match, {one: score for one, score in words.items() if one not in match.synonyms}, near)
        candidates = tuple(sorted(words.keys() | near.keys()))
        evidence = self._evidence(query, match, words, candidates, ask)
        share = self._share(match) if match.vector is not None else float(bool(query.like))
        fused = [one for one in ordered(evidence, share) if one.id in by_id]
        first = self._promoted(match, [Placed(by_id[one.id], one) for one in fused])
        return _stated_first(match, _then(first, hits))

    def _evidence(
        self,
        query: Query,
        match: Match,
        words: dict[str, float],
        candidates: tuple[str, ...],
        ask: Ask,
        complete: frozenset[str] | None = None,
    ) -> Evidence:
        cosines = self._beside.make(self._cosines, query, match, set(candidates))
        phrases = self._beside.make(self._phrases, match, candidates, ask)
        if complete is None:
            complete = self._complete(match, candidates, ask)
        scattered = self._scattered(query, match, complete, ask)
        return Evidence(
            words=words,
            cosines=cosines.result(),
            phrases=phrases.result(),
            complete=complete,
            substituted=frozenset(match.synonyms.keys() & words.keys()) - complete,
            scattered=scattered,
        )

    def _complete(self, match: Match, candidates: tuple[str, ...], ask: Ask) -> frozenset[str]:
        """Those that have all the words: where these are what was asked for, all but what joined without."""
        if ask.clause == match.complete:
            return frozenset(candidates)
        doubtful = frozenset(candidates)
        if isinstance(ask.clause, AnyOf) and ask.clause.at_least == 1:
            others = [one for one in ask.clause.clauses if one != match.complete]
            if len(others) < len(ask.clause.clauses) and all(isinstance(one, Ids) for one in others):
                doubtful &= set(ask_ids(ask.clause))
        certain = frozenset(candidates) - doubtful
        return certain | self._scores(ask, tuple(sorted(doubtful)), match.complete).keys()

    def _scattered(self, query: Query, match: Match, complete: frozenset[str], ask: Ask) -> frozenset[str]:
        """Those that have all the words, but neither in their own texts nor in any one variable."""
        if query.scope == "variable" or len(match.parsed.groups) < 2 or not complete:
            return frozenset()
        own = self._scores(ask, tuple(sorted(complete)), match.parsed.within(OWN_FIELDS).clause())
        apart = complete - own.keys()
        if not apart:
            return frozenset()
        within = Ask(
            collection="variables",
            clause=match.complete,
            filters=(In("ancestor", tuple(sorted(apart))),),
            group="parent" if query.scope == "dataset" else "root",
            group_size=0,
            limit=len(apart),
        )
        return apart - {group.key for group in self._index.backend.search(within).groups}

    # -- several concepts --------------------------------------------------------------------------------------

    def _by_weakest(self, query: Query, match: Match, hits: Sequence[Hit], ask: Ask) -> list[Placed]:
        """Hits by the evidence of that concept of which they have least; those with evidence of all come first."""
        by_id = {hit.id: hit for hit in hits[:RANKED_CONCEPTS]}
        candidates = tuple(sorted(by_id))
        begun = [self._beside.make(self._strengths, query, part, candidates, ask) for part in match.parts]
        strengths = [each.result() for each in begun]
        placed = []
        for identity, hit in by_id.items():
            parts = tuple(found.get(identity) for found in strengths)
            placed.append(Placed(hit, _weakest(identity, parts), parts))
        placed.sort(key=lambda one: (one.parts.count(None), -one.fused.score if one.fused else 0.0, one.hit.id))
        return _then(self._promoted(match, placed), hits)

    def _strengths(self, query: Query, part: Match, candidates: tuple[str, ...], ask: Ask) -> dict[str, Fused]:
        words = self._scores(ask, candidates, part.complete)
        complete = frozenset(words)
        words |= _by_synonym(part, words, candidates)
        evidence = self._evidence(query, part, words, tuple(sorted(words.keys() | part.near.keys())), ask, complete)
        share = meaning_share(part.parsed.text) if part.vector is not None else 0.0
        return {one.id: one for one in fuse(evidence, share)}

    # -- evidence ----------------------------------------------------------------------------------------------

    def _scores(self, ask: Ask, ids: tuple[str, ...], clause: Clause) -> dict[str, float]:
        """Scores of those of some resources that a clause matches."""
        narrowed = Ask(collection=ask.collection, clause=AllOf((Ids(ids), clause)), limit=len(ids))
        return {hit.id: hit.score for hit in self._index.backend.search(narrowed).hits} if ids else {}

    def _phrases(self, match: Match, candidates: tuple[str, ...], ask: Ask) -> dict[str, float]:
        return self._scores(ask, candidates, AnyOf(match.phrases)) if match.phrases else {}

    def near(self, match: Match, ask: Ask) -> dict[str, Hit]:
        """Those near in meaning that pass the filters, with the score of such words as they have.

        Concepts are each weighed by themselves, and nothing is near to no words.
        """
        ids = ask_ids(ask.clause)
        if not ids or (match.parts and ask.collection != "variables"):
            return {}
        clause: Clause = Ids(ids)
        if match.parsed.groups:
            clause = AnyOf((AllOf((clause, match.scoring)), clause))
        page = self._index.backend.search(msgspec.structs.replace(ask, clause=clause, facets=(), limit=len(ids)))
        return {hit.id: hit for hit in page.hits}

    def _cosines(self, query: Query, match: Match, ids: set[str]) -> dict[str, float]:
        if query.like:
            return {identity: near.cosine for identity, near in match.near.items() if identity in ids}
        if match.vector is None:
            return {}
        if query.scope == "variable":
            return {identity: cosine for identity, cosine in match.near_variables.items() if identity in ids}
        cosines = self._index.catalogue.cosines(sorted(ids), match.vector)
        for identity, near in match.near.items():
            if identity in ids and near.cosine > cosines.get(identity, -1.0):
                cosines[identity] = near.cosine
        return cosines

    def _promoted(self, match: Match, placed: list[Placed]) -> list[Placed]:
        """What is named exactly (identifier, title, acronym, variable name) before everything else."""
        head = placed[:PROMOTED]
        items = self._held.items([one.hit.id for one in head])
        exact = [
            one
            for one in head
            if one.hit.id in items and (one.hit.id in match.named or named(items[one.hit.id], match.parsed.text))
        ]
        # A study before the series of its name, what is named itself before what it belongs to.
        exact.sort(key=lambda one: (one.hit.id in match.named, items[one.hit.id].kind == "series"))
        first = {one.hit.id for one in exact}
        return exact + [one for one in placed if one.hit.id not in first]


def in_order(ask: Ask, query: Query, match: Match) -> Ask:
    """An ask in the order chosen; without words by the words of its constraints, else the newest first."""
    if query.sort != "best":
        return msgspec.structs.replace(ask, sort=query.sort)
    if not match.hints:
        return msgspec.structs.replace(ask, sort="newest")
    hints = AnyOf(tuple(Word(word) for word in match.hints), at_least=0)
    return msgspec.structs.replace(ask, clause=AllOf((ask.clause, hints)))


def _weakest(identity: str, parts: tuple[Fused | None, ...]) -> Fused:
    scores = [part.score if part else 0.0 for part in parts]
    mean = sum(scores) / len(scores)
    score = WEAKEST_SHARE * min(scores) + (1 - WEAKEST_SHARE) * mean
    words = sum(part.words for part in parts if part) / len(parts)
    share = words / mean if mean else 0.0
    return Fused(identity, score, score * share, score * (1 - share))


def _by_synonym(match: Match, words: Mapping[str, float], among: Collection[str]) -> dict[str, float]:
    """Word scores of what has only synonyms: their own, and never more than the best of the words."""
    found = {one: score for one, score in match.synonyms.items() if one in among and one not in words}
    most = max(found.values(), default=0.0)
    if not most:
        return {}
    scale = min(1.0, max(words.values(), default=most) / most)
    return {one: score * scale for one, score in found.items()}


def _stated_first(match: Match, placed: list[Placed]) -> list[Placed]:
    """What has all the words and states every condition first; then the less, the more is not stated."""

    def key(one: Placed) -> tuple[bool, float]:
        silent = len(match.unstated.get(one.hit.id, ()))
        return one.hit.id not in match.whole, -one.fused.score * UNSTATED_SHARE**silent if one.fused else silent

    return sorted(placed, key=key) if match.unstated else placed


def _then(first: list[Placed], hits: Sequence[Hit]) -> list[Placed]:
    seen = {one.hit.id for one in first}
    return first + [Placed(hit) for hit in hits if hit.id not in seen]
