"""Vectors of texts, kept once each.

`TextVectors` is an append-only store beside the indexes: one row of 16-bit floats for each distinct text an encoder has
seen, found by the text's hash. Texts repeated over waves, files and rebuilds are encoded once; a build that was killed
goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reperio.index.encoder import Encoder, Vectors

KEY_BYTES = 16
CHUNK = 512
"""Texts encoded between two writes: what a kill can cost."""

Rows = NDArray[np.int64]
Progress = Callable[[int], None]


def text_key(text: str) -> bytes:
    """The 16-byte hash that names a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


class TextVectors:
    """The vectors one encoder has made.

    Args:
        directory: where `keys.bin` (16 bytes a row) and `vectors.f16` lie; made when missing.
        dimensions: length of a vector.
    """

    def __init__(self, directory: Path, dimensions: int) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._keys_path, self._vectors_path = directory / "keys.bin", directory / "vectors.f16"
        self._row_bytes = dimensions * 2
        self.dimensions = dimensions
        self._row_of: dict[bytes, int] = {}
        self._mend()
        keys = self._keys_path.read_bytes()
        for row in range(len(keys) // KEY_BYTES):
            self._row_of[keys[row * KEY_BYTES : (row + 1) * KEY_BYTES]] = row

    def __len__(self) -> int:
        return len(self._row_of)

    def _mend(self) -> None:
        """Cut both files to the rows that both hold whole, as after a kill in the middle of a write."""
        for path in (self._keys_path, self._vectors_path):
            path.touch()
        rows = min(
            self._keys_path.stat().st_size // KEY_BYTES,
            self._vectors_path.stat().st_size // self._row_bytes,
        )
        os.truncate(self._keys_path, rows * KEY_BYTES)
        os.truncate(self._vectors_path, rows * self._row_bytes)

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The texts without a vector, each once, in order."""
        seen: dict[bytes, str] = {}
        for text in texts:
            key = text_key(text)
            if key not in self._row_of and key not in seen:
                seen[key] = text
        return list(seen.values())

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
        for key in keys:
            self._row_of[key] = len(self._row_of)

    def rows(self, texts: Sequence[str]) -> Rows:
        """Row of each text, -1 where it has none."""
        return np.fromiter((self._row_of.get(text_key(text), -1) for text in texts), np.int64, len(texts))

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of these rows as float32; a row of -1 gives zeros."""
        if not len(self):
            return np.zeros((len(rows), self.dimensions), np.float32)
        held = np.memmap(self._vectors_path, np.float16, "r", shape=(len(self), self.dimensions))
        found = np.asarray(held[np.maximum(rows, 0)], np.float32)
        found[rows < 0] = 0.0
        return found
