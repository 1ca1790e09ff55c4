"""Strings by number on disk, so that millions cost no Python objects; and numbers by string, through their hashes."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Keys = NDArray[np.uint64]


KEY_BYTES = 16
KEYS_KEPT = 50_000


def text_key(text: str) -> bytes:
    """The 16-byte hash that names a string in files."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def key_of(text: str) -> int:
    """The 64-bit hash that stands for a string; among ten million, two share one with a chance of 1 in 400,000."""
    return int.from_bytes(text_key(text)[:8], "little")


def keys_of(texts: Iterable[str]) -> Keys:
    """The hashes of strings, in order."""
    return np.frombuffer(array("Q", map(key_of, texts)), np.uint64)


_lately_key_of = lru_cache(maxsize=KEYS_KEPT)(key_of)


def keys_asked(texts: Iterable[str]) -> Keys:
    """As `keys_of`, of strings that are asked for many times: one question names the same things over and over."""
    return np.frombuffer(array("Q", map(_lately_key_of, texts)), np.uint64)


def opened(path: Path) -> NDArray[Any]:
    """An array on disk, read where it is looked at; a plain one, since every slice of numpy's own kind is dear."""
    return np.asarray(np.load(path, mmap_mode="r"))


class Names:
    """Strings by number, in two arrays on disk."""

    def __init__(self, directory: Path, stem: str) -> None:
        # Views: reading one string of an array takes ten times as long.
        self._offsets = np.load(directory / f"{stem}.offsets.npy", mmap_mode="r").data
        path = directory / f"{stem}.utf8"
        self._bytes = np.memmap(path, np.uint8, "r").data if path.stat().st_size else memoryview(b"")

    def __getitem__(self, number: int) -> str:
        return str(self._bytes[self._offsets[number] : self._offsets[number + 1]], "utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    @staticmethod
    def write(directory: Path, stem: str, names: Iterable[str]) -> None:
        """Write strings in order; they may be streamed."""
        with NamesWriter(directory, stem) as writer:
            for name in names:
                writer.put(name)


class NamesWriter:
    """Writes strings one by one; complete when it is left."""

    def __init__(self, directory: Path, stem: str) -> None:
        self._offsets_path = directory / f"{stem}.offsets.npy"
        self._file = (directory / f"{stem}.utf8").open("wb")
        self._lengths = array("q")

    def __len__(self) -> int:
        return len(self._lengths)

    def put(self, name: str) -> None:
        """Add a string."""
        self._lengths.append(self._file.write(name.encode("utf-8", "surrogatepass")))

    def __enter__(self) -> NamesWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        offsets = np.zeros(len(self._lengths) + 1, np.int64)
        np.cumsum(np.frombuffer(self._lengths, np.int64), out=offsets[1:])
        np.save(self._offsets_path, offsets)


class Finder:
    """Numbers of strings, by their hashes in order.

    Args:
        keys: hashes, rising.
        order: number of each; None when they are in the order of their numbers.
    """

    def __init__(self, keys: Keys, order: NDArray[np.int32] | None = None) -> None:
        self.keys = keys
        self._order = order

    def numbers(self, texts: Sequence[str]) -> Numbers:
        """Number of each string, -1 where it is not here."""
        return self.of_keys(keys_asked(texts))

    def of_keys(self, keys: Keys) -> Numbers:
        """Number of each hash, -1 where it is not here."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        found = self.keys[places] == keys
        numbers = places if self._order is None else self._order[places]
        return np.where(found, numbers, -1).astype(np.int64)


LONG_RUNS = 50
"""Members of a group from which runs are joined whole: looking up each member costs more."""


class Grouped:
    """Members of groups: for each group a run of one array.

    Args:
        start: where each group's run begins, and the end.
        member: the members, group by group.
    """

    def __init__(self, start: Numbers, member: NDArray[np.int32]) -> None:
        self.start = start
        self.member = member

    def __len__(self) -> int:
        return len(self.start) - 1

    def of(self, group: int) -> Numbers:
        """Members of one group."""
        return np.asarray(self.member[self.start[group] : self.start[group + 1]], np.int64)

    def flat(self, groups: Numbers) -> tuple[Numbers, Numbers]:
        """Members of many groups one after the other, and for each the place of its group in `groups`."""
        starts = np.asarray(self.start[groups], np.int64)
        sizes = np.asarray(self.start[groups + 1], np.int64) - starts
        places = np.repeat(np.arange(len(groups)), sizes)
        if len(groups) and len(places) > LONG_RUNS * len(groups):
            runs = [
                self.member[start : start + size] for start, size in zip(starts.tolist(), sizes.tolist(), strict=True)
            ]
            return np.concatenate(runs).astype(np.int64), places
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.asarray(self.member[np.repeat(starts, sizes) + within], np.int64), places

    @staticmethod
    def made(group_of: Numbers, member: Numbers, groups: int) -> Grouped:
        """Gather members by their group; within a group they keep their order."""
        order = np.argsort(group_of, kind="stable")
        start = np.zeros(groups + 1, np.int64)
        np.cumsum(np.bincount(group_of, minlength=groups), out=start[1:])
        return Grouped(start, np.asarray(member)[order].astype(np.int32))

    def write(self, directory: Path, stem: str) -> None:
        """Keep it on disk."""
        np.save(directory / f"{stem}.start.npy", self.start)
        np.save(directory / f"{stem}.member.npy", self.member)

    @staticmethod
    def load(directory: Path, stem: str) -> Grouped:
        """Open what was kept."""
        return Grouped(opened(directory / f"{stem}.start.npy"), opened(directory / f"{stem}.member.npy"))
