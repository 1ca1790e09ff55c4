"""What is shown inside a result: its best variables and datasets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

import msgspec

from reperio.corpus.model import Item
from reperio.index.ask import Ask, Clause, Group, Hit, In
from reperio.index.library import Index
from reperio.index.meaning import Near
from reperio.query.beside import Beside
from reperio.query.explain import snippets_of
from reperio.query.held import Held
from reperio.query.match import VARIABLE_FLOOR, Match
from reperio.query.model import VariableHit
from reperio.query.rank import Evidence, Fused, fuse

By = Literal["words", "meaning", "both"]

INSIDE = 5
"""Variables shown inside a result."""

DATASETS_INSIDE = 3


class Below(msgspec.Struct, frozen=True):
    """What matches below the results, by id of the result.

    Attributes:
        variables: the best variables.
        totals: how many variables match by words.
        complete: whether these have all the words.
    """

    variables: dict[str, tuple[VariableHit, ...]] = {}
    totals: dict[str, int] = {}
    complete: frozenset[str] = frozenset()


class Inside:
    """Looks below results.

    Args:
        held: gives the items found.
        index: an open generation.
        beside: threads in which it looks for what is near, while what has the words is looked for.
    """

    def __init__(self, held: Held, index: Index, beside: Beside) -> None:
        self._held = held
        self._index = index
        self._beside = beside

    def variables(self, match: Match, ids: list[str], tops: Collection[str], most: int = INSIDE) -> Below:
        """The best matching variables below each result, by words and meaning in equal parts."""
        if not ids or not match.parsed.groups:
            return Below()
        begun = self._beside.make(self._near, match, ids, most)
        groups, complete = self._groups(match, tops, ids, most)
        near = begun.result()
        lexical = {group.key: group.hits for group in groups}
        best = {
            identity: _best(lexical.get(identity, ()), near.get(identity, []), most)
            for identity in lexical.keys() | near.keys()
        }
        items = self._held.items(sorted({one.id for ones in best.values() for one, _ in ones}), variables=True)
        return Below(
            {identity: self._shown(match, ones, items) for identity, ones in best.items()},
            {group.key: group.total for group in groups},
            complete,
        )

    def _near(self, match: Match, ids: list[str], most: int) -> dict[str, list[Near]]:
        if match.vector is None:
            return {}
        return self._index.variables.nearest_within(match.vector, ids, most, floor=VARIABLE_FLOOR)

    def _shown(self, match: Match, ones: list[tuple[Fused, By]], items: dict[str, Item]) -> tuple[VariableHit, ...]:
        return tuple(
            VariableHit(
                items[one.id],
                one.score,
                snippets_of(items[one.id].resource, match.marking, self._index.analysis),
                by,
            )
            for one, by in ones
            if one.id in items
        )

    def _groups(
        self, match: Match, tops: Collection[str], ids: list[str], most: int
    ) -> tuple[list[Group], frozenset[str]]:
        """Variables with all the words below each result; where none has all, those with any."""
        groups = {group.key: group for group in self._groups_of(match.parsed.clause(), tops, ids, most)}
        complete = frozenset(groups)
        if len(match.parsed.groups) > 1 and (without := [one for one in ids if one not in groups]):
            groups |= {group.key: group for group in self._groups_of(match.scoring, tops, without, most)}
        return list(groups.values()), complete

    def _groups_of(self, clause: Clause, tops: Collection[str], ids: list[str], most: int) -> Iterator[Group]:
        """Variables that a clause matches, by the result they stand below: top-level ones at once, others one by one."""
        ask = Ask(collection="variables", clause=clause, limit=most)
        if above := tuple(one for one in ids if one in tops):
            grouped = msgspec.structs.replace(
                ask, filters=(In("ancestor", above),), group="root", group_size=most, limit=len(above)
            )
            yield from self._index.backend.search(grouped).groups
        for one in ids:
            if one not in tops:
                page = self._index.backend.search(msgspec.structs.replace(ask, filters=(In("ancestor", (one,)),)))
                if page.total:
                    yield Group(one, page.total, page.hits)

    def datasets(self, match: Match, items: list[Item]) -> dict[str, tuple[Item, ...]]:
        """The best matching datasets below each result."""
        if not items or not match.parsed.groups:
            return {}
        page = self._index.backend.search(
            Ask(
                clause=match.members,
                filters=(In("ancestor", tuple(item.id for item in items)),),
                group="root",
                group_size=DATASETS_INSIDE,
                limit=len(items),
            )
        )
        held = self._held.items([hit.id for group in page.groups for hit in group.hits])
        return {
            group.key: tuple(held[hit.id] for hit in group.hits if hit.id in held and hit.id != group.key)
            for group in page.groups
        }


def _best(lexical: tuple[Hit, ...], near: list[Near], most: int) -> list[tuple[Fused, By]]:
    """The best variables below one result, and by what each was found."""
    by_words = {hit.id: hit.score for hit in lexical}
    by_meaning = {one.id: one.cosine for one in near}
    return [
        (
            one,
            "both" if one.id in by_words and one.id in by_meaning else "words" if one.id in by_words else "meaning",
        )
        for one in fuse(Evidence(by_words, by_meaning), 0.5)[:most]
    ]
