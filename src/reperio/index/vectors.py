"""Vectors of texts, kept once each.

`TextVectors` is an append-only store beside the indexes: one row of 16-bit floats for each distinct text an encoder has
seen, found by the text's hash. Texts repeated over waves, files and rebuilds are encoded once; a build that was killed
goes on where it stopped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reperio.index.encoder import Encoder, Vectors
from reperio.index.names import KEY_BYTES, Finder, key_of, text_key

__all__ = ["CHUNK", "KEY_BYTES", "Progress", "Rows", "TextVectors", "text_key"]

CHUNK = 512
"""Texts encoded between two writes: what a kill can cost."""

Rows = NDArray[np.int64]
Progress = Callable[[int], None]


class TextVectors:
    """The vectors one encoder has made.

    Args:
        directory: where `keys.bin` (16 bytes a row) and `vectors.f16` lie, named after the encoder; made when missing.
        dimensions: length of a vector.
    """

    def __init__(self, directory: Path, dimensions: int) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._keys_path, self._vectors_path = directory / "keys.bin", directory / "vectors.f16"
        self._row_bytes = dimensions * 2
        self.dimensions = dimensions
        self.encoder = directory.name
        self._added: dict[int, int] = {}
        self._mend()
        halves = np.fromfile(self._keys_path, np.uint64)[:: KEY_BYTES // 8]
        order = np.argsort(halves, kind="stable").astype(np.int32)
        self._found = Finder(halves[order], order)
        self._count = len(halves)

    def __len__(self) -> int:
        return self._count

    def _mend(self) -> None:
        """Cut both files to the rows that both hold whole, as after a kill in the middle of a write."""
        sizes = {self._keys_path: KEY_BYTES, self._vectors_path: self._row_bytes}
        for path in sizes:
            if not path.exists():
                path.touch()
        rows = min(path.stat().st_size // size for path, size in sizes.items())
        for path, size in sizes.items():
            if path.stat().st_size != rows * size:
                os.truncate(path, rows * size)

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The texts without a vector, each once, in order."""
        wanted = list(dict.fromkeys(texts))
        return [text for text, row in zip(wanted, self.rows(wanted), strict=True) if row < 0]

    def ensure(self, texts: Iterable[str], encoder: Encoder, progress: Progress = lambda _: None) -> int:
        """Encode the texts that have no vector yet; gives how many. `progress` is told of each chunk's size."""
        waiting = iter(self.missing(texts))
        made = 0
        at_once = max(CHUNK, getattr(encoder, "at_once", 0))
        while chunk := list(islice(waiting, at_once)):
            self._append(chunk, encoder.encode(chunk))
            made += len(chunk)
            progress(len(chunk))
        return made

    def _append(self, texts: Sequence[str], vectors: Vectors) -> None:
        keys = [text_key(text) for text in texts]
        with self._vectors_path.open("ab") as file:
            file.write(vectors.astype(np.float16).tobytes())
            file.flush()
            os.fsync(file.fileno())
        with self._keys_path.open("ab") as file:
            file.write(b"".join(keys))
            file.flush()
            os.fsync(file.fileno())
        for text in texts:
            self._added[key_of(text)] = self._count
            self._count += 1

    def rows(self, texts: Sequence[str]) -> Rows:
        """Row of each text, -1 where it has none."""
        found = self._found.numbers(texts)
        if self._added:
            for place in np.flatnonzero(found < 0):
                found[place] = self._added.get(key_of(texts[int(place)]), -1)
        return found

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of these rows as float32; a row of -1 gives zeros."""
        if not len(self):
            return np.zeros((len(rows), self.dimensions), np.float32)
        held = np.memmap(self._vectors_path, np.float16, "r", shape=(len(self), self.dimensions))
        found = np.asarray(held[np.maximum(rows, 0)], np.float32)
        found[rows < 0] = 0.0
        return found
