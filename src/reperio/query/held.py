"""Items of the corpus for results: those of the catalogue that were lately shown are remembered until the corpus changes.

One query asks for most of its items several times, and different queries find the same studies.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus

KEPT: Final = 2_000
"""Items remembered: some 40 MB of studies with long descriptions."""


class Held:
    """Gives items by id. Safe to ask from threads.

    Args:
        corpus: the system of record.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._kept: OrderedDict[str, Item] = OrderedDict()
        self._above: dict[tuple[str, ...], tuple[Item, ...]] = {}
        self._seq = -1
        self._lock = threading.Lock()

    def items(self, ids: Iterable[str]) -> dict[str, Item]:
        """Live items by id, in the order asked; ids that are not there are left out."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        seq = self._corpus.last_seq()
        found = self._remembered(wanted, seq)
        missing = [identity for identity in wanted if identity not in found]
        if missing:
            read = self._corpus.items(missing)
            self._remember(read, seq)
            found |= read
        return {identity: found[identity] for identity in wanted if identity in found}

    def ancestors(self, item: Item) -> tuple[Item, ...]:
        """What an item belongs to, top first; variables of one file belong to the same."""
        key = item.resource.part_of if item.kind == "variable" else (item.id,)
        seq = self._corpus.last_seq()
        self._remembered([], seq)
        with self._lock:
            known = self._above.get(key) if seq == self._seq else None
        if known is None:
            known = tuple(self._corpus.ancestors(item.id))
            with self._lock:
                if seq == self._seq:
                    self._above[key] = known
                    while len(self._above) > KEPT:
                        self._above.pop(next(iter(self._above)))
        return known

    def _remembered(self, wanted: list[str], seq: int) -> dict[str, Item]:
        with self._lock:
            if seq != self._seq:
                self._kept.clear()
                self._above.clear()
                self._seq = seq
            found = {identity: self._kept[identity] for identity in wanted if identity in self._kept}
            for identity in found:
                self._kept.move_to_end(identity)
            return found

    def _remember(self, read: dict[str, Item], seq: int) -> None:
        with self._lock:
            if seq != self._seq:
                return
            self._kept.update((identity, item) for identity, item in read.items() if item.kind != "variable")
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
