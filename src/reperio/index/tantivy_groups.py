"""Groups of hits by what they belong to: in the order of their best hit, with the best hits of each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec
import tantivy

from reperio.index.ask import Ask, Filter, Group, In, Page
from reperio.index.tantivy_hits import Keyed, Ordering
from reperio.index.tantivy_query import Compiler, silent
from reperio.index.tantivy_tally import Sizes, Tally, named_above

DEPTH: Final = 500
"""Hits among which the best of all groups are looked for first."""

DEEPER: Final = 4
"""Times more hits among which those of the groups left are looked for next."""

Named = Mapping[int, str]
"""Ids of groups by the numbers of their keys."""


class Members(NamedTuple):
    """What was seen of a group: its best hit, and those of its first hits whose order is final."""

    best: Keyed
    first: list[Keyed]


class Looked(NamedTuple):
    """The first hits of all by the keys of their groups, the score down to which they were seen, and if all: sizes."""

    members: dict[Any, list[Keyed]]
    least: float
    sizes: Sizes | None


class Grouping:
    """Groups hits over one state of one index.

    Args:
        compiler: gives queries.
        ordering: puts hits in order.
        tally: counts them.
    """

    def __init__(self, compiler: Compiler, ordering: Ordering, tally: Tally) -> None:
        self._compiler = compiler
        self._searcher = compiler.searcher
        self._ordering = ordering
        self._tally = tally

    def page(self, ask: Ask, *, scored: bool) -> Page:
        """Give the groups of a page, in the order of their best hit, and the number of hits and of groups."""
        named = named_above(ask.filters)
        if named and scored and ask.limit >= len(named) and ask.group_size and not ask.offset and ask.sort == "score":
            sizes, groups = self._every_group(ask)
        else:
            sizes = self._tally.sizes(ask)
            groups = self._groups(ask, sizes, scored=scored) if ask.limit and sizes.hits else []
        return Page(total=sizes.hits, groups=tuple(groups), total_groups=sizes.groups)

    def _groups(self, ask: Ask, sizes: Sizes, *, scored: bool) -> list[Group]:
        wanted = ask.offset + ask.limit
        if not ask.group_size:
            return self._only_counted(ask, sizes)[ask.offset : wanted]
        return self._best_groups(ask, sizes, wanted, scored=scored)

    def _query(self, ask: Ask, *, root: str = "", group: str = "") -> tantivy.Query:
        query = self._compiler.compile(ask.clause, ask.filters, roots_only=ask.roots_only)
        if not root:
            return query
        member = silent(self._compiler.term(group, root))
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, member)])

    # -- groups whose ids are known ----------------------------------------------------------------------------

    def _only_counted(self, ask: Ask, sizes: Sizes) -> list[Group]:
        """Give all groups with their numbers, in the order of their ids."""
        if (named := _all_named(ask, sizes)) is None:
            each = msgspec.structs.replace(ask, group_size=1, offset=0, limit=sizes.groups, sort="score")
            found = self._best_groups(each, sizes, sizes.groups, scored=False)
            return sorted((Group(one.key, one.total, ()) for one in found), key=lambda one: one.key)
        return [Group(name, sizes.of(key), ()) for name, key in sorted((name, key) for key, name in named.items())]

    def _every_group(self, ask: Ask) -> tuple[Sizes, list[Group]]:
        """Give all groups with their best hits, looking ever deeper among those that have not shown theirs.

        Where the first look shows all hits, these need not be counted.
        """
        sizes = self._tally.sizes_at_hand(ask)
        if sizes and not sizes.hits:
            return sizes, []
        looked = self._look(ask, DEPTH)
        sizes = sizes or looked.sizes or self._tally.sizes(ask)
        if (named := _all_named(ask, sizes)) is None:
            return sizes, self._best_groups(ask, sizes, ask.limit, scored=True)
        firsts, depth = self._firsts(ask, sizes, looked), DEPTH
        while (waiting := {key: name for key, name in named.items() if key not in firsts}) and depth < sizes.hits:
            depth *= DEEPER
            below = msgspec.structs.replace(ask, filters=_narrowed(ask.filters, tuple(waiting.values())))
            firsts |= self._firsts(ask, sizes, self._look(below, depth))
        groups = [
            Group(named[key], sizes.of(key), tuple(map(self._ordering.hit, first))) for key, first in firsts.items()
        ]
        return sizes, sorted(groups, key=lambda group: (-group.hits[0].score, group.hits[0].id))

    def _look(self, ask: Ask, depth: int) -> Looked:
        """Look at the first `depth` hits."""
        hits = self._searcher.search(self._query(ask), depth, count=False).hits
        keys = self._searcher.fast_field_values(f"{ask.group}_key", [address for _, address in hits])
        members: dict[Any, list[Keyed]] = {}
        for key, (score, address) in zip(keys, hits, strict=True):
            members.setdefault(key, []).append((score, score, address))
        if len(hits) < depth:
            by_key = {key: len(seen) for key, seen in members.items()}
            return Looked(members, -math.inf, Sizes(len(hits), len(by_key), by_key))
        return Looked(members, hits[-1][0], None)

    def _firsts(self, ask: Ask, sizes: Sizes, looked: Looked) -> dict[Any, list[Keyed]]:
        """Give the best hits of those groups of which the hits looked at tell them for certain."""
        found = {
            key: self._ordering.best(seen, ask.group_size, looked.least if len(seen) < sizes.of(key) else -math.inf)
            for key, seen in looked.members.items()
        }
        return {key: first for key, first in found.items() if first}

    # -- the best groups ---------------------------------------------------------------------------------------

    def _best_groups(self, ask: Ask, sizes: Sizes, wanted: int, *, scored: bool) -> list[Group]:
        members = self._members(ask, min(wanted, sizes.groups), sizes.hits, scored=scored)
        keys = list(members)[ask.offset : wanted]
        return [self._group(ask, members[key], sizes.of(key), scored=scored) for key in keys]

    def _members(self, ask: Ask, wanted: int, total: int, *, scored: bool) -> dict[Any, Members]:
        """Give the best hits of each of the first `wanted` groups or more, looking deeper until there are enough."""
        depth = max(wanted * ask.group_size * 2, 50)
        while True:
            members = self._seen(ask, min(depth, total), scored=scored)
            if len(members) >= wanted or depth >= total:
                return members
            depth *= 8

    def _seen(self, ask: Ask, depth: int, *, scored: bool) -> dict[Any, Members]:
        """Give the groups of the first hits, in the order of their best hit."""
        found = self._ordering.found(self._query(ask), depth, ask.sort, scored=scored)
        keys = self._searcher.fast_field_values(f"{ask.group}_key", [address for *_, address in found.hits])
        members: dict[Any, Members] = {}
        for place, (key, keyed) in enumerate(zip(keys, found.hits, strict=True)):
            of_group = members.setdefault(key, Members(keyed, []))
            if place < found.settled:
                of_group.first.append(keyed)
        return members

    def _group(self, ask: Ask, members: Members, size: int, *, scored: bool) -> Group:
        best = self._ordering.hit(members.best)
        key = best.root if ask.group == "root" else best.parent or best.id
        first = members.first[: ask.group_size]
        if len(first) < min(ask.group_size, size):
            query = self._query(ask, root=key, group=ask.group)
            first = self._ordering.first(query, ask.group_size, ask.sort, scored=scored)
        return Group(key=key, total=size, hits=tuple(self._ordering.hit(keyed) for keyed in first))


def _all_named(ask: Ask, sizes: Sizes) -> Named | None:
    """Give the ids of all groups by the numbers of their keys, where a filter names them; else None."""
    named = named_above(ask.filters) or {}
    return {key: named[key] for key in sizes.by_key} if sizes.by_key.keys() <= named.keys() else None


def _narrowed(filters: tuple[Filter, ...], names: tuple[str, ...]) -> tuple[Filter, ...]:
    """Give filters that leave only what is below some of the ids they name; each group is below its own."""
    return tuple(
        msgspec.structs.replace(chosen, values=names)
        if isinstance(chosen, In) and chosen.facet == "ancestor" and not chosen.negate
        else chosen
        for chosen in filters
    )
