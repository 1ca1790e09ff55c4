"""The vectors of a segment's texts by one encoder: as many as there are yet, and the nearest among them.

They lie in a directory of the segment that bears the encoder's name: a row for each text, in order, so that the size of
the file tells how many texts are encoded. Few texts are all compared; of many, codes propose (`reperio.index.coarse`) and
the exact vectors decide. Rows that have no codes yet are compared one by one.
"""

from __future__ import annotations

import os
from functools import cached_property, lru_cache
from pathlib import Path

import faiss
import numpy as np

from reperio.index import coarse
from reperio.index.coarse import Coarse, Mask
from reperio.index.encoder import Vectors
from reperio.index.names import Numbers

__all__ = ["Mask", "Rows", "RowsWriter", "products"]

DIRECT = 4_000
"""Texts down to which those asked for are compared one by one."""
KEPT = 8
"""Vectors whose cosines to all rows are kept, where all are compared."""
ALONE = 1_000
"""Rows that are multiplied by one thread."""
BLOCK = 65_536
ROWS, COARSE, LEGACY = "vectors.f16", "ivf.faiss", "vectors.npy"


class Rows:
    """Vectors of texts by number.

    Args:
        segment: directory of the segment.
        encoder: name of the encoder; empty for the one there is.
        texts: how many texts the segment has.

    Attributes:
        count: how many of them have a vector: the first.
        dimensions: length of a vector; 0 when there is none.
    """

    def __init__(self, segment: Path, encoder: str, texts: int) -> None:
        directory = _directory(segment, encoder)
        self._held: Vectors = _opened(directory, texts)
        self._compare = lru_cache(KEPT)(self._compared)
        self.count = len(self._held)
        self.dimensions = int(self._held.shape[1])
        self._coarse = Coarse(directory / COARSE) if (directory / COARSE).exists() else None
        self._coarsely = min(self._coarse.count, self.count) if self._coarse else 0

    def get(self, texts: Numbers) -> Vectors:
        """Vectors of texts as 32-bit floats; each must have one."""
        return np.asarray(self._held[texts], np.float32)

    def cosines(self, texts: Numbers, vector: Vectors) -> Vectors:
        """Cosines of texts to a vector of unit length; each must have a vector."""
        return products(self.get(texts), vector)

    def nearest(
        self, vector: Vectors, count: int, *, floor: float = -1.0, among: Mask | None = None, thorough: bool = False
    ) -> tuple[Numbers, Vectors]:
        """The nearest texts and their cosines, best first, ties by number, down to `floor`.

        Args:
            vector: of unit length.
            count: how many at most.
            floor: least cosine.
            among: only these texts, a truth value for each of the segment.
            thorough: look through more of the lists; for parts of the whole, the nearest of which may be anywhere.
        """
        if not self.count or not len(vector):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        numbers, cosines = self._candidates(vector, count, floor, among, thorough=thorough)
        good = np.flatnonzero(cosines >= floor)
        order = good[np.lexsort((numbers[good], -cosines[good]))][:count]
        return numbers[order], cosines[order]

    def _candidates(
        self, vector: Vectors, count: int, floor: float, among: Mask | None, *, thorough: bool
    ) -> tuple[Numbers, Vectors]:
        if among is not None and self._coarsely and np.count_nonzero(among[: self.count]) <= DIRECT:
            numbers = np.flatnonzero(among[: self.count])
            return numbers, self.cosines(numbers, vector)
        tail = np.arange(self._coarsely, self.count)
        if among is not None:
            tail = tail[among[tail]]
        cosines = self.cosines(tail, vector) if self._coarsely else self._compare(_key(vector))[tail]
        if len(tail) > count:
            best = np.argpartition(-cosines, count - 1)[:count]
            tail, cosines = tail[best], cosines[best]
        if self._coarse is None:
            return tail, cosines
        mask = None if among is None else among[: self._coarsely]
        near = self._coarse.proposed(vector, count, floor=floor, among=mask, thorough=thorough)
        return np.concatenate([near, tail]), np.concatenate([self.cosines(near, vector), cosines])

    @cached_property
    def _plain(self) -> Vectors:
        """All rows, in memory once asked for: only of few texts."""
        return np.asarray(self._held, np.float32)

    def _compared(self, vector: bytes) -> Vectors:
        """Cosines of all rows: one query asks several times, each time among others."""
        return products(self._plain, np.frombuffer(vector, np.float32))


def _key(vector: Vectors) -> bytes:
    return np.asarray(vector, np.float32).tobytes()


def products(rows: Vectors, vector: Vectors) -> Vectors:
    """Each row times a vector, in blocks so small that BLAS keeps to one thread: waking others costs more than they save."""
    found = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), ALONE):
        np.dot(rows[start : start + ALONE], vector, out=found[start : start + ALONE])
    return found


def _directory(segment: Path, encoder: str) -> Path:
    if encoder and (segment / encoder).is_dir():
        return segment / encoder
    if not encoder and (some := sorted(path for path in segment.iterdir() if (path / ROWS).is_file())):
        return some[0]
    return segment


def _opened(directory: Path, texts: int) -> Vectors:
    path = directory / ROWS
    if (directory / LEGACY).is_file():
        found: Vectors = np.load(directory / LEGACY, mmap_mode="r")
        return found
    if not path.is_file() or not path.stat().st_size:
        return np.zeros((0, 0), np.float32)
    dimensions = int((directory / "dimensions").read_text())
    rows = min(path.stat().st_size // (2 * dimensions), texts)
    if not rows:
        return np.zeros((0, dimensions), np.float32)
    return np.asarray(np.memmap(path, np.float16, "r", shape=(rows, dimensions)))


# -- writing -----------------------------------------------------------------------------------------------------------


class RowsWriter:
    """Adds vectors to a segment, after those it has.

    Args:
        segment: directory of the segment.
        encoder: name of the encoder.
        texts: how many texts the segment has.
        dimensions: length of a vector.
    """

    def __init__(self, segment: Path, encoder: str, texts: int, dimensions: int) -> None:
        self._directory = segment / encoder
        self._texts = texts
        self._dimensions = dimensions
        self._directory.mkdir(exist_ok=True)
        path = self._directory / ROWS
        if not path.exists():
            (self._directory / "dimensions").write_text(str(dimensions))
            path.touch()
        self.count = min(path.stat().st_size // (2 * dimensions), texts)
        if path.stat().st_size != self.count * 2 * dimensions:  # a kill in the middle of a write
            os.truncate(path, self.count * 2 * dimensions)
        self._coarse: faiss.Index | None = None

    @property
    def is_done(self) -> bool:
        """Whether every text has a vector and can be found."""
        return self.count == self._texts and (
            self._texts < coarse.CODED_FROM or coarse.held_by(self._directory / COARSE) >= self._texts
        )

    def add(self, vectors: Vectors) -> None:
        """Add the vectors of the next texts."""
        with (self._directory / ROWS).open("ab") as file:
            file.write(vectors.astype(np.float16).tobytes())
            file.flush()
            os.fsync(file.fileno())
        self.count += len(vectors)

    def publish(self) -> None:
        """Bring the codes up to the rows, where there are enough of them."""
        if self.count < max(coarse.CODED_FROM, min(self._texts, coarse.LISTED_FROM)):
            return
        held: Vectors = np.memmap(self._directory / ROWS, np.float16, "r", shape=(self.count, self._dimensions))
        index = self._coarse or self._begun(held)
        for start in range(int(index.ntotal), self.count, BLOCK):
            index.add(np.asarray(held[start : min(start + BLOCK, self.count)], np.float32))
        self._coarse = index
        aside = self._directory / f"{COARSE}.part"
        faiss.write_index(index, str(aside))
        aside.replace(self._directory / COARSE)

    def _begun(self, held: Vectors) -> faiss.Index:
        path = self._directory / COARSE
        if 0 < coarse.held_by(path) <= self.count:
            return faiss.read_index(str(path))
        return coarse.coded(held, self._texts)
