"""Strings by number, on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np


class Names:
    """Strings by number, in two arrays on disk, so that millions cost no Python objects."""

    def __init__(self, directory: Path, stem: str) -> None:
        self._offsets = np.load(directory / f"{stem}.offsets.npy", mmap_mode="r")
        path = directory / f"{stem}.utf8"
        self._bytes = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.zeros(0, np.uint8)

    def __getitem__(self, number: int) -> str:
        return bytes(self._bytes[self._offsets[number] : self._offsets[number + 1]]).decode()

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @staticmethod
    def write(directory: Path, stem: str, names: Sequence[str]) -> None:
        """Write strings in order."""
        encoded = [name.encode() for name in names]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(name) for name in encoded], out=offsets[1:])
        np.save(directory / f"{stem}.offsets.npy", offsets)
        (directory / f"{stem}.utf8").write_bytes(b"".join(encoded))
