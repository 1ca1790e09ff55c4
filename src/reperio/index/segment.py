"""One set of entries that is never changed once written: what can be found by meaning, and the texts it is found by.

A segment knows nothing of vectors: those of an encoder lie in a directory of their own below it (`reperio.index.rows`),
so that a better encoder can take the place of another without touching what is here. Distinct texts are held once, in
the order of their hashes, which is as good as random: the vectors of the first are a fair sample of all.
"""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from reperio.index.names import Finder, Grouped, Keys, Names, NamesWriter, Numbers, key_of, keys_asked, keys_of, opened

TEXTS = "texts"


class Entry(msgspec.Struct, frozen=True):
    """Something that can be found by the meaning of its texts: a resource, or a variable below `root` and `parent`.

    `language` is that of its texts, empty when not known; a segment does not keep it.
    """

    id: str
    texts: tuple[str, ...]
    root: str = ""
    parent: str = ""
    language: str = ""


class Segment:
    """An opened segment.

    Attributes:
        directory: where it lies.
        ids: ids of entries by number.
        roots: ids of roots by number.
        postings: entries of each text.
        held: texts of each entry.
        homes: of each text, its first entry below each root.
        below: texts below each root.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ids = Names(directory, "ids")
        self.roots, self._parents = Names(directory, "roots"), Names(directory, "parents")
        self._root_of: NDArray[np.int32] = opened(directory / "root_of.npy")
        self._parent_of: NDArray[np.int32] = opened(directory / "parent_of.npy")
        self._texts = Names(directory, TEXTS) if (directory / f"{TEXTS}.offsets.npy").is_file() else None
        self.postings, self.held, self.homes, self.below = self._worked_out() if self._texts is None else self._load()
        self._finder: Finder | None = None
        self._root_finder: Finder | None = None

    def _load(self) -> tuple[Grouped, Grouped, Grouped, Grouped]:
        postings, held, homes, below = (
            Grouped.load(self.directory, stem) for stem in ("postings", "held", "homes", "below")
        )
        return postings, held, homes, below

    def _worked_out(self) -> tuple[Grouped, Grouped, Grouped, Grouped]:
        """Of a segment that an earlier version wrote: the same, in memory."""
        start = np.load(self.directory / "postings.start.npy")
        entry = np.load(self.directory / "postings.entry.npy")
        text = np.repeat(np.arange(len(start) - 1), np.diff(start))
        return _gathered(text, entry, np.asarray(self._root_of), len(start) - 1, len(self.ids), len(self.roots))

    @property
    def is_complete(self) -> bool:
        """Whether it holds its texts, so that they can be encoded again: those of earlier versions do not."""
        return self._texts is not None

    @property
    def texts(self) -> Names:
        """The distinct texts by number; only of a segment that holds them."""
        assert self._texts is not None  # noqa: S101 - `is_complete` says so
        return self._texts

    @property
    def text_keys(self) -> Keys:
        """Hashes of its texts, rising; only of a segment that holds them."""
        found: Keys = opened(self.directory / f"{TEXTS}.keys.npy")
        return found

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def text_count(self) -> int:
        """How many distinct texts its entries have."""
        return len(self.postings)

    def root_numbers(self, entries: Numbers) -> NDArray[np.int32]:
        """Number of the root of each entry."""
        found: NDArray[np.int32] = self._root_of[entries]
        return found

    def root(self, entry: int) -> str:
        """Id of the root of an entry."""
        return self.roots[int(self._root_of[entry])]

    def parent(self, entry: int) -> str:
        """Id of the parent of an entry."""
        return self._parents[int(self._parent_of[entry])]

    def number_of_root(self, root: str) -> int | None:
        """Number of a root; None when no entry stands below it."""
        number = int(self.numbers_of_roots([root])[0])
        return number if number >= 0 else None

    def numbers_of_roots(self, roots: Sequence[str]) -> Numbers:
        """Number of each root, -1 where no entry stands below it."""
        if self._root_finder is None:
            self._root_finder = _finder(self.directory, "roots", self.roots)
        return self._root_finder.numbers(roots)

    def numbers(self, ids: Sequence[str]) -> Numbers:
        """Number of each entry, -1 where it is not here."""
        return self.numbers_of_keys(keys_asked(ids))

    def numbers_of_keys(self, keys: Keys) -> Numbers:
        """Number of each entry by the hash of its id, -1 where it is not here."""
        return self._by_id().of_keys(keys)

    @property
    def id_keys(self) -> Keys:
        """Hashes of its ids, rising."""
        return self._by_id().keys

    def _by_id(self) -> Finder:
        if self._finder is None:
            self._finder = _finder(self.directory, "ids", self.ids)
        return self._finder

    def entries(self) -> Iterator[Entry]:
        """Its entries as they were written; only of a segment that holds its texts."""
        for number in range(len(self)):
            texts = tuple(self.texts[int(text)] for text in self.held.of(number))
            yield Entry(self.ids[number], texts, self.root(number), self.parent(number))


def _finder(directory: Path, stem: str, names: Names) -> Finder:
    path = directory / f"{stem}.keys.npy"
    if path.is_file():
        return Finder(opened(path), opened(directory / f"{stem}.order.npy"))
    keys = keys_of(names)
    order = np.argsort(keys, kind="stable").astype(np.int32)
    return Finder(keys[order], order)


# -- writing -----------------------------------------------------------------------------------------------------------


def write_segment(directory: Path, entries: Iterable[Entry]) -> int:
    """Write a segment aside and move it into place; gives its entries, which may be streamed."""
    aside = directory.with_name(directory.name + ".part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    written = _Written(aside)
    for entry in entries:
        written.put(entry)
    count = written.close()
    shutil.rmtree(directory, ignore_errors=True)
    aside.replace(directory)
    return count


class _Above:
    """Ids of what stands above entries, each once, and the number of it for each entry."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.of = array("i")

    def put(self, name: str) -> None:
        self.of.append(self.numbers.setdefault(name, len(self.numbers)))

    def write(self, directory: Path, stem: str, singular: str) -> NDArray[np.int32]:
        numbers = np.frombuffer(self.of, np.int32) if self.of else np.zeros(0, np.int32)
        Names.write(directory, stem, self.numbers)
        np.save(directory / f"{singular}.npy", numbers)
        return numbers


class _Written:
    """A segment while it is written: flat arrays, so that millions of entries fit into little memory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._ids = NamesWriter(directory, "ids")
        self._texts = NamesWriter(directory, "seen")
        self._number_of: dict[int, int] = {}
        self._id_keys, self._text_of, self._entry_of = array("Q"), array("i"), array("i")
        self._roots, self._parents = _Above(), _Above()

    def put(self, entry: Entry) -> None:
        """Add an entry."""
        number = len(self._ids)
        self._ids.put(entry.id)
        self._id_keys.append(key_of(entry.id))
        self._roots.put(entry.root)
        self._parents.put(entry.parent)
        for text in dict.fromkeys(entry.texts):
            key = key_of(text)
            if key not in self._number_of:
                self._number_of[key] = len(self._number_of)
                self._texts.put(text)
            self._text_of.append(self._number_of[key])
            self._entry_of.append(number)

    def close(self) -> int:
        """Finish; gives the number of entries."""
        with self._ids, self._texts:
            count = len(self._ids)
        _write_keys(self._directory, "ids", _flat(self._id_keys, np.uint64))
        root_of = self._roots.write(self._directory, "roots", "root_of")
        self._parents.write(self._directory, "parents", "parent_of")
        _write_keys(self._directory, "roots", keys_of(self._roots.numbers))
        place = self._order_texts()
        text, entry = place[_flat(self._text_of, np.int32)], _flat(self._entry_of, np.int32)
        groups = _gathered(text, entry, root_of, len(place), count, len(self._roots.numbers))
        for stem, grouped in zip(("postings", "held", "homes", "below"), groups, strict=True):
            grouped.write(self._directory, stem)
        return count

    def _order_texts(self) -> Numbers:
        """Write the texts in the order of their hashes; gives the place of each as it was first seen."""
        keys = np.fromiter(self._number_of, np.uint64, len(self._number_of))
        self._number_of.clear()
        order = np.argsort(keys, kind="stable")
        np.save(self._directory / f"{TEXTS}.keys.npy", keys[order])
        seen = Names(self._directory, "seen")
        Names.write(self._directory, TEXTS, (seen[int(number)] for number in order))
        for path in self._directory.glob("seen.*"):
            path.unlink()
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        return place


def _flat(numbers: array[int], kind: type[np.generic]) -> NDArray[np.generic]:
    return np.frombuffer(numbers, kind) if numbers else np.zeros(0, kind)


def _write_keys(directory: Path, stem: str, keys: NDArray[np.generic]) -> None:
    order = np.argsort(keys, kind="stable")
    np.save(directory / f"{stem}.keys.npy", keys[order])
    np.save(directory / f"{stem}.order.npy", order.astype(np.int32))


def _gathered(
    text: NDArray[np.generic], entry: NDArray[np.generic], root_of: NDArray[np.int32], texts: int, ids: int, roots: int
) -> tuple[Grouped, Grouped, Grouped, Grouped]:
    """What stands together in pairs of a text and an entry, in the order of the entries, grouped four ways."""
    texts_of: Numbers = np.asarray(text, np.int64)
    entries: Numbers = np.asarray(entry, np.int64)
    root: Numbers = root_of[entries].astype(np.int64)
    _, first = np.unique(texts_of * max(roots, 1) + root, return_index=True)
    return (
        Grouped.made(texts_of, entries, texts),
        Grouped.made(entries, texts_of, ids),
        Grouped.made(texts_of[first], entries[first], texts),
        Grouped.made(root[first], texts_of[first], roots),
    )
