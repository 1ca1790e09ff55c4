"""Groups of hits by what they belong to: in the order of their best hit, with the best hits of each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
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
        sizes = self._tally.sizes(ask)
        wanted = ask.offset + ask.limit
        named = _all_named(ask, sizes)
        if not ask.limit or not sizes.hits:
            groups: Iterable[Group] = ()
        elif not ask.group_size:
            groups = self._only_counted(ask, sizes, named)[ask.offset : wanted]
        elif named and scored and not ask.offset and ask.limit >= sizes.groups and ask.sort == "score":
            groups = self._every_group(ask, sizes, named)
        else:
            groups = self._best_groups(ask, sizes, wanted, scored=scored)
        return Page(total=sizes.hits, groups=tuple(groups), total_groups=sizes.groups)

    def _query(self, ask: Ask, *, root: str = "", group: str = "") -> tantivy.Query:
        query = self._compiler.compile(ask.clause, ask.filters, roots_only=ask.roots_only)
        if not root:
            return query
        member = silent(self._compiler.term(group, root))
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, member)])

    # -- groups whose ids are known ----------------------------------------------------------------------------

    def _only_counted(self, ask: Ask, sizes: Sizes, named: Named | None) -> list[Group]:
        """Give all groups with their numbers, in the order of their ids."""
        if named is None:
            each = msgspec.structs.replace(ask, group_size=1, offset=0, limit=sizes.groups, sort="score")
            found = self.page(each, scored=False).groups
            return sorted((Group(one.key, one.total, ()) for one in found), key=lambda one: one.key)
        return [Group(name, sizes.of(key), ()) for name, key in sorted((name, key) for key, name in named.items())]

    def _every_group(self, ask: Ask, sizes: Sizes, named: Named) -> list[Group]:
        """Give all groups with their best hits, looking ever deeper among those that have not shown theirs."""
        depth = DEPTH
        firsts = self._firsts(ask, sizes, named, depth)
        while (waiting := {key: name for key, name in named.items() if key not in firsts}) and depth < sizes.hits:
            depth *= DEEPER
            firsts |= self._firsts(ask, sizes, waiting, depth)
        groups = [
            Group(named[key], sizes.of(key), tuple(map(self._ordering.hit, first))) for key, first in firsts.items()
        ]
        return sorted(groups, key=lambda group: (-group.hits[0].score, group.hits[0].id))

    def _firsts(self, ask: Ask, sizes: Sizes, named: Named, depth: int) -> dict[int, list[Keyed]]:
        """Give the best hits of those groups of which the first `depth` hits of all tell them for certain."""
        among = msgspec.structs.replace(ask, filters=_narrowed(ask.filters, tuple(named.values())))
        hits = self._searcher.search(self._query(among), min(depth, sizes.hits), count=False).hits
        least = hits[-1][0] if len(hits) == depth else -math.inf
        members: dict[Any, list[Keyed]] = {}
        keys = self._searcher.fast_field_values(f"{ask.group}_key", [address for _, address in hits])
        for key, (score, address) in zip(keys, hits, strict=True):
            members.setdefault(key, []).append((score, score, address))
        found = {
            key: self._ordering.best(seen, ask.group_size, least if len(seen) < sizes.of(key) else -math.inf)
            for key, seen in members.items()
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
