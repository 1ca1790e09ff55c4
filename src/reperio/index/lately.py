"""What was found near a vector a moment ago: one query asks for variables, their studies, and what is inside of results."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reperio.index.encoder import Vectors

ASKED_TOGETHER: Final = 1_200
"""Texts looked for at once: as many as the deepest of these questions asks for."""

KEPT: Final = 16
"""Vectors of which what is near is kept."""

Texts = tuple[Vectors, NDArray[np.int64]]
"""Cosines and numbers of texts, best first."""


class Lately:
    """Remembers for a few vectors which texts are near.

    Args:
        search: looks for so many texts near a vector; gives fewer when there are no more.
    """

    def __init__(self, search: Callable[[Vectors, int], Texts]) -> None:
        self._search = search
        self._kept: dict[bytes, tuple[int, Texts]] = {}
        self._lock = threading.Lock()

    def get(self, vector: Vectors, wanted: int) -> Texts:
        """Give the `wanted` nearest texts."""
        key = vector.tobytes()
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or kept[0] < wanted:
            looked_for = max(wanted, ASKED_TOGETHER)
            kept = looked_for, self._search(vector, looked_for)
            with self._lock:
                while len(self._kept) >= KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = kept
        cosines, numbers = kept[1]
        return cosines[:wanted], numbers[:wanted]
