"""Items of the corpus for results: those that were lately shown are remembered until the corpus changes.

One query asks for most of its items several times, different queries find the same studies, and who narrows a search or
goes back sees the same variables again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus

KEPT: Final = 10_000
"""Items of the catalogue remembered: some 200 MB of studies with long descriptions."""

VARIABLES_KEPT: Final = 20_000
"""Variables remembered beside them: some 60 MB."""


class Held:
    """Gives items by id. Safe to ask from threads.

    Args:
        corpus: the system of record.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._catalogue: OrderedDict[str, Item] = OrderedDict()
        self._variables: OrderedDict[str, Item] = OrderedDict()
        self._above: dict[tuple[str, ...], tuple[Item, ...]] = {}
        self._seq = -1
        self._lock = threading.Lock()

    def look(self) -> None:
        """Forget everything if the corpus has changed; to be called when a question begins."""
        seq = self._corpus.last_seq()
        with self._lock:
            if seq != self._seq:
                self._catalogue.clear()
                self._variables.clear()
                self._above.clear()
                self._seq = seq

    def items(self, ids: Iterable[str], *, variables: bool = False) -> dict[str, Item]:
        """Live items by id, in the order asked; ids that are not there are left out. `variables`: most of them are."""
        wanted = list(dict.fromkeys(ids))
        found, seq = self._remembered(wanted)
        missing = [identity for identity in wanted if identity not in found]
        if missing:
            read = self._corpus.items(missing, variables=variables)
            self._remember(read, seq)
            found |= read
        return {identity: found[identity] for identity in wanted if identity in found}

    def ancestors(self, item: Item) -> tuple[Item, ...]:
        """What an item belongs to, top first; variables of one file belong to the same."""
        return self.lines([item])[item.id]

    def lines(self, items: Iterable[Item]) -> dict[str, tuple[Item, ...]]:
        """What each of some items belongs to, top first, by their ids; what is not remembered is read at once."""
        starts = {item.id: item.resource.part_of if item.kind == "variable" else (item.id,) for item in items}
        with self._lock:
            known, seq = {start: self._above[start] for start in starts.values() if start in self._above}, self._seq
        if missing := [start for start in dict.fromkeys(starts.values()) if start not in known]:
            read = self._read_lines(missing)
            self._remember_lines(read, seq)
            known |= read
        return {own: tuple(one for one in known[start] if one.id != own) for own, start in starts.items()}

    def _read_lines(self, starts: list[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[Item, ...]]:
        above = self._corpus.lineages(starts)
        found = self.items(identity for line in above.values() for identity in line)
        return {start: tuple(found[one] for one in line if one in found) for start, line in above.items()}

    def _remember_lines(self, read: dict[tuple[str, ...], tuple[Item, ...]], seq: int) -> None:
        with self._lock:
            if seq == self._seq:
                self._above.update(read)
                while len(self._above) > KEPT:
                    self._above.pop(next(iter(self._above)))

    def _remembered(self, wanted: list[str]) -> tuple[dict[str, Item], int]:
        with self._lock:
            found: dict[str, Item] = {}
            for kept in (self._catalogue, self._variables):
                for identity in wanted:
                    if (item := kept.get(identity)) is not None:
                        kept.move_to_end(identity)
                        found[identity] = item
            return found, self._seq

    def _remember(self, read: dict[str, Item], seq: int) -> None:
        with self._lock:
            if seq != self._seq:  # read before a change that another question has seen
                return
            for identity, item in read.items():
                (self._variables if item.kind == "variable" else self._catalogue)[identity] = item
            for kept, most in ((self._catalogue, KEPT), (self._variables, VARIABLES_KEPT)):
                while len(kept) > most:
                    kept.popitem(last=False)
