"""What was found near a vector a moment ago: one query asks for variables, their studies, and what is inside of results."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from reperio.index.encoder import Vectors

ASKED_TOGETHER: Final = 250
"""Texts looked for at once: as many as the deepest of these questions asks for."""

KEPT: Final = 16
"""Vectors of which what is near is kept."""

Texts = tuple[Vectors, NDArray[np.int64]]
"""Cosines and numbers of texts, best first."""


class _Kept(msgspec.Struct, frozen=True):
    """How many texts were looked for, down to which cosine, and what was found."""

    count: int
    floor: float
    found: Future[Texts]


class Lately:
    """Remembers for a few vectors which texts are near. Threads that ask for the same at once share one search.

    Args:
        search: looks for so many texts near a vector, down to a least cosine; gives fewer when there are no more.
    """

    def __init__(self, search: Callable[[Vectors, int, float], Texts]) -> None:
        self._search = search
        self._kept: dict[bytes, _Kept] = {}
        self._lock = threading.Lock()

    def get(self, vector: Vectors, wanted: int, floor: float) -> Texts:
        """Give the `wanted` nearest texts of cosine `floor` or more; others may follow."""
        key = vector.tobytes()
        with self._lock:
            kept = self._kept.get(key)
            mine = kept is None or kept.count < wanted or kept.floor > floor
            if kept is None or mine:
                while len(self._kept) >= KEPT:
                    self._kept.pop(next(iter(self._kept)))
                kept = self._kept[key] = _Kept(max(wanted, ASKED_TOGETHER), floor, Future())
        if mine:
            self._look(key, vector, kept)
        cosines, numbers = kept.found.result()
        return cosines[:wanted], numbers[:wanted]

    def _look(self, key: bytes, vector: Vectors, kept: _Kept) -> None:
        try:
            kept.found.set_result(self._search(vector, kept.count, kept.floor))
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            kept.found.set_exception(error)
            raise
