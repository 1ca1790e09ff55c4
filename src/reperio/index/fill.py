"""Filling an index from the corpus: every item once, whole studies gathered on the way.

Variables come first and leave their words with everything above them; then the catalogue is written with what was
gathered. What is to be encoded is spooled to disk, so that the index can answer by words while meaning is still being
computed; the words of variables wait compressed, so that memory stays with the catalogue's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import msgspec

from reperio.corpus.model import Item
from reperio.index.backend import Backend
from reperio.index.compose import Below, Heritage, compose, language_of, meaning_of
from reperio.index.document import Document
from reperio.index.meaning import Entry

Progress = Callable[[str, int], None]
"""Told the stage (`variables`, `catalogue`, `texts`) and how many more are done."""


def quiet(_stage: str, _count: int) -> None:
    """Progress told to nobody."""


class Spool:
    """Entries on their way to the encoder: JSON lines in a file that takes its name when it is complete."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._aside = path.with_name(path.name + ".part")
        self._file: BinaryIO = self._aside.open("wb")
        self._encoder = msgspec.json.Encoder()

    def put(self, entry: Entry) -> None:
        """Add an entry that has something to encode."""
        if entry.texts:
            self._file.write(self._encoder.encode(entry) + b"\n")

    def close(self) -> None:
        """Finish writing."""
        self._file.close()
        self._aside.replace(self.path)

    @staticmethod
    def entries(path: Path) -> Iterator[Entry]:
        """Read entries back; none from a spool that was never finished."""
        if not path.is_file():
            return
        decoder = msgspec.json.Decoder(Entry)
        with path.open("rb") as file:
            for line in file:
                yield decoder.decode(line)

    @staticmethod
    def texts(path: Path) -> Iterator[str]:
        """Every text of the entries."""
        for entry in Spool.entries(path):
            yield from entry.texts


Lookup = Callable[[str], Item | None]


def nowhere(_identity: str) -> Item | None:
    """A look-up that finds nothing."""
    return None


class Family:
    """The catalogue in memory: who stands above whom, and what was gathered below.

    A resource that belongs to several things is shown under the first; it is found inside each of them.

    Args:
        items: the catalogue, or the part of it that is written.
        outside: finds what stands above an item without being written.
    """

    def __init__(self, items: Iterable[Item], outside: Lookup = nowhere) -> None:
        self.items = {item.id: item for item in items}
        self._outside = lru_cache(maxsize=None)(outside)
        self._below: dict[str, Below] = {}
        self._languages: dict[str, str] = {}
        self._chains: dict[str, tuple[Item, ...]] = {}
        self._heritages: dict[tuple[str, ...], Heritage] = {}

    def ancestors(self, item: Item) -> tuple[Item, ...]:
        """What stands above an item, top first; safe with cycles."""
        parents = item.resource.part_of
        known = self._chains.get(parents[0]) if len(parents) == 1 else ()
        if known:
            return known
        chain = self._climb(item)
        if len(parents) == 1:
            self._chains[parents[0]] = chain
        return chain

    def _climb(self, item: Item) -> tuple[Item, ...]:
        main: list[Item] = []
        others: dict[str, Item] = {}
        seen = {item.id}
        waiting = [(parent, place == 0) for place, parent in enumerate(item.resource.part_of)]
        while waiting:
            identity, first = waiting.pop(0)
            above = self.items.get(identity) or self._outside(identity)
            if above is None or identity in seen:
                continue
            seen.add(identity)
            if first:
                main.append(above)
            else:
                others[identity] = above
            waiting += [(parent, first and place == 0) for place, parent in enumerate(above.resource.part_of)]
        if not main:
            return tuple(others.values())[::-1]
        return (main[-1], *others.values(), *reversed(main[:-1]))

    def heritage(self, item: Item, ancestors: Sequence[Item]) -> Heritage:
        """What an item takes from its ancestors: the same as all that is part of the same."""
        parents = item.resource.part_of
        if parents not in self._heritages:
            self._heritages[parents] = Heritage(ancestors)
        return self._heritages[parents]

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


def fill(
    catalogue: Iterable[Item],
    variables: Iterable[Item],
    backend: Backend,
    spools: dict[str, Spool],
    progress: Progress = quiet,
    outside: Lookup = nowhere,
) -> dict[str, int]:
    """Write every item to a backend and spool what is to be encoded; gives the documents written by collection.

    Args:
        catalogue: every series, study and dataset (of the part that is filled).
        variables: every variable of them; streamed.
        backend: takes the documents; committed at the end.
        spools: `catalogue` and `variables`.
        progress: told of the work done.
        outside: finds what stands above the part that is filled and is not of it.
    """
    family = Family(catalogue, outside)
    written = {
        "variables": backend.upsert(_variables(family, variables, spools["variables"], progress)),
        "catalogue": backend.upsert(_catalogue(family, spools["catalogue"], progress)),
    }
    backend.commit()
    for spool in spools.values():
        spool.close()
    return written


def _variables(family: Family, variables: Iterable[Item], spool: Spool, progress: Progress) -> Iterator[Document]:
    """Documents of variables, those of one parent together, and what they leave with everything above them."""
    for _, siblings in groupby(variables, key=lambda item: item.resource.part_of):
        yield from _siblings(family, siblings, spool, progress)


def _siblings(family: Family, siblings: Iterable[Item], spool: Spool, progress: Progress) -> Iterator[Document]:
    gathered = Below()
    ancestors: tuple[Item, ...] = ()
    language = ""
    for item in siblings:
        if not gathered.variables:
            ancestors = family.ancestors(item)
            language = family.language(ancestors)
        gathered.take_variable(item.resource, language)
        spool.put(meaning_of(item, ancestors))
        progress("variables", 1)
        yield compose(item, ancestors, language=language, heritage=family.heritage(item, ancestors))
    packed = gathered.pack()
    for ancestor in ancestors:
        family.below(ancestor.id).take_siblings(gathered, packed)


def _catalogue(family: Family, spool: Spool, progress: Progress) -> Iterator[Document]:
    chains = {item.id: family.ancestors(item) for item in family.items.values() if item.resource.part_of}
    languages = {identity: family.language((family.items[identity], *chains[identity])) for identity in chains}
    for identity, ancestors in chains.items():
        for ancestor in ancestors:
            family.below(ancestor.id).take_dataset(family.items[identity].resource, languages[identity])
    for item in family.items.values():
        ancestors = chains.get(item.id, ())
        spool.put(meaning_of(item, ancestors, family.language((item, *ancestors))))
        progress("catalogue", 1)
        yield compose(item, ancestors, family.forget(item.id), family.language(ancestors))
