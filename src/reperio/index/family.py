"""The catalogue in memory while it is indexed: who stands above whom, and what is gathered below."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache

import msgspec

from reperio.corpus.model import Item
from reperio.index.compose import Below, Heritage, language_of

Lookup = Callable[[str], Item | None]


def nowhere(_identity: str) -> Item | None:
    """A look-up that finds nothing."""
    return None


class Line:
    """What stands above an item, and what comes from there.

    Attributes:
        ancestors: top first.
        language: that of the nearest whose language is known; empty when none is.
        heritage: facets and ranges they give.
    """

    def __init__(self, ancestors: tuple[Item, ...], language: str) -> None:
        self.ancestors = ancestors
        self.language = language
        self.heritage = Heritage(ancestors)

    @cached_property
    def digest(self) -> bytes:
        """Changes whenever a document below would."""
        heritage = self.heritage
        said = (heritage.ids, sorted(heritage.facets.items()), sorted(heritage.ranges.items()), self.language)
        return hashlib.blake2b(msgspec.json.encode(said), digest_size=16).digest()


class Family:
    """The catalogue, or the part of it that is written.

    A resource that belongs to several things is shown under the first; it is found inside each of them.

    Args:
        items: what is written.
        outside: finds what stands above an item without being written.
    """

    def __init__(self, items: Iterable[Item], outside: Lookup = nowhere) -> None:
        self.items = {item.id: item for item in items}
        self._outside = lru_cache(maxsize=None)(outside)
        self._below: dict[str, Below] = {}
        self._languages: dict[str, str] = {}
        self._lines: dict[tuple[str, ...], Line] = {}

    def line(self, item: Item) -> Line:
        """What stands above an item: the same as above all that is part of the same."""
        return self.line_of(item.resource.part_of, item.id)

    def line_of(self, parents: tuple[str, ...], identity: str = "") -> Line:
        """What stands above everything that is part of these, the item `identity` itself left out."""
        known = self._lines.get(parents)
        if known is None:
            known = self._lines[parents] = self._new_line(parents, "")
        return self._new_line(parents, identity) if identity in known.heritage.ids else known

    def _new_line(self, parents: tuple[str, ...], identity: str) -> Line:
        ancestors = self._climb(parents, identity)
        return Line(ancestors, self.language(ancestors))

    def _climb(self, parents: tuple[str, ...], identity: str) -> tuple[Item, ...]:
        """Ancestors, top first; an item on a cycle is not above itself."""
        main: list[Item] = []
        others: dict[str, Item] = {}
        seen = {identity}
        waiting = [(parent, place == 0) for place, parent in enumerate(parents)]
        while waiting:
            parent, first = waiting.pop(0)
            above = self.items.get(parent) or self._outside(parent)
            if above is None or parent in seen:
                continue
            seen.add(parent)
            if first:
                main.append(above)
            else:
                others[parent] = above
            waiting += [(each, first and place == 0) for place, each in enumerate(above.resource.part_of)]
        if not main:
            return tuple(others.values())[::-1]
        return (main[-1], *others.values(), *reversed(main[:-1]))

    def language(self, items: Iterable[Item]) -> str:
        """The language of the first of some items whose language is known; empty when none is."""
        for item in items:
            if item.id not in self._languages:
                self._languages[item.id] = language_of(item.resource)
            if self._languages[item.id]:
                return self._languages[item.id]
        return ""

    def below(self, identity: str) -> Below:
        """What was gathered below an item so far."""
        return self._below.setdefault(identity, Below())

    def forget(self, identity: str) -> Below | None:
        """Take what was gathered below an item, which is not needed again."""
        below = self._below.pop(identity, None)
        return below.unpack() if below else None
