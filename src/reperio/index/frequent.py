"""The most frequent names by their first character.

A few letters begin hundreds of thousands of the names of five million variables, and an engine looks at all that begin as
sought to tell which of them are most frequent: a third of a second for one letter. So the most frequent names of each
first character are read once, aside; among them the most frequent that begin with anything longer are found at once,
and are the same that the engine would give.
"""

from __future__ import annotations

import string
import threading
import weakref
from bisect import bisect_left
from collections.abc import Callable, Sequence
from heapq import nsmallest
from typing import Final

import msgspec

FIRST_CHARACTERS: Final = string.ascii_lowercase + string.digits + "_"
"""What names of variables begin with; names that begin otherwise are few, and looked up in the engine."""
MOST: Final = 5_000
"""Names kept of each first character."""
MANY: Final = 100_000
"""Variables from which on it is worth reading them."""

Names = Sequence[tuple[str, int]]
"""Names and how many variables have each, most frequent first, then in the order of their characters."""
LAST: Final = "\U0010ffff"

_ONE_READER = threading.Lock()


class _Ranked(msgspec.Struct, frozen=True):
    """Names of one first character: by rank; and in order, each with its rank. `whole`: there are no others."""

    by_rank: Names
    ordered: list[str]
    ranks: list[int]
    whole: bool


class FrequentNames:
    """The most frequent names, of one state of an index. What has not been read yet is not known.

    Args:
        look_up: gives the most frequent names that begin with a text, so many at most.
        most: names kept of each first character.
    """

    def __init__(self, look_up: Callable[[str, int], Names], most: int = MOST) -> None:
        self._look_up = look_up
        self._most = most
        self._ranked: dict[str, _Ranked] = {}

    def read(self, first: str) -> None:
        """Read the most frequent names of a first character."""
        names = self._look_up(first, self._most)
        ordered = sorted((name, rank) for rank, (name, _) in enumerate(names))
        self._ranked[first] = _Ranked(
            names, [name for name, _ in ordered], [rank for _, rank in ordered], len(names) < self._most
        )

    def starting(self, prefix: str, limit: int) -> Names | None:
        """Give the most frequent names that begin with a text; None where only the engine can tell."""
        held = self._ranked.get(prefix[:1])
        if held is None:
            return None
        start, stop = bisect_left(held.ordered, prefix), bisect_left(held.ordered, prefix + LAST)
        if stop - start < limit and not held.whole:
            return None
        return [held.by_rank[rank] for rank in nsmallest(limit, held.ranks[start:stop])]

    def read_aside(self) -> threading.Thread:
        """Read all in a thread, which gives up when these names are no longer wanted or the program ends."""
        thread = threading.Thread(target=_read_all, args=(weakref.ref(self),), name="names")
        thread.start()
        return thread


def _read_all(wanted: weakref.ref[FrequentNames]) -> None:
    with _ONE_READER:
        for first in FIRST_CHARACTERS:
            names = wanted()
            if names is None or not threading.main_thread().is_alive():
                return
            names.read(first)
            del names
