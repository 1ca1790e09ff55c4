"""Search by meaning: nearest vectors, over segments that are never changed once written.

A segment holds entries (what is found), the distinct texts they stand for, and the vectors of these texts. A rebuild
writes one segment; small changes add a segment and hide the entries it replaces, so a change is visible at once without
touching what is there. Up to `EXACT_BELOW` texts the search is exact; above, an inverted file with 8-bit codes (faiss
IVF-SQ8) proposes and the exact vectors decide.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import faiss
import msgspec
import numpy as np
from numpy.typing import NDArray

from reperio.index.encoder import Vectors
from reperio.index.lately import Lately, Texts
from reperio.index.names import Names
from reperio.index.vectors import TextVectors

EXACT_BELOW = 200_000
PROBES = 32
OVERSAMPLE = 4
SHARED_BY_MOST = 20
"""Roots below which a text may stand for being shared to mean something."""


class Entry(msgspec.Struct, frozen=True):
    """Something that can be found by the meaning of its texts: a resource, or a variable below `root` and `parent`.

    `language` is that of its texts, empty when not known.
    """

    id: str
    texts: tuple[str, ...]
    root: str = ""
    parent: str = ""
    language: str = ""


class Near(msgspec.Struct, frozen=True):
    """An entry found and the cosine of its nearest text."""

    id: str
    cosine: float
    root: str = ""
    parent: str = ""


class Segment:
    """One immutable set of entries with their vectors."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ids = Names(directory, "ids")
        self.roots, self._root_of = (
            Names(directory, "roots"),
            np.load(directory / "root_of.npy", mmap_mode="r"),
        )
        self._parents, self._parent_of = (
            Names(directory, "parents"),
            np.load(directory / "parent_of.npy", mmap_mode="r"),
        )
        self._start = np.load(directory / "postings.start.npy", mmap_mode="r")
        self._entry = np.load(directory / "postings.entry.npy", mmap_mode="r")
        self._vectors: Vectors = np.load(directory / "vectors.npy", mmap_mode="r")
        self._coarse = self._load_coarse()
        self._lately = Lately(self._search)
        self._texts_of: dict[int, list[int]] | None = None
        self._root_number: dict[str, int] | None = None

    def _load_coarse(self) -> faiss.Index | None:
        path = self.directory / "ivf.faiss"
        if not path.exists():
            return None
        coarse = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        coarse.nprobe = PROBES  # type: ignore[attr-defined]  # faiss gives the class of the file at run time
        return coarse

    def near(self, number: int, cosine: float) -> Near:
        """What stands at an entry's number."""
        return Near(
            self.ids[number],
            cosine,
            self.roots[self._root_of[number]],
            self._parents[self._parent_of[number]],
        )

    @property
    def dimensions(self) -> int:
        """Length of the vectors."""
        return int(self._vectors.shape[1])

    def entries(self, text: int) -> NDArray[np.int64]:
        """Numbers of the entries that a text stands for."""
        found: NDArray[np.int64] = self._entry[self._start[text] : self._start[text + 1]]
        return found

    def number_of_root(self, root: str) -> int | None:
        """Number of a root; None when no entry stands below it."""
        if self._root_number is None:
            self._root_number = {self.roots[number]: number for number in range(len(self.roots))}
        return self._root_number.get(root)

    def sharing(self, root: str) -> list[tuple[str, int]]:
        """Other roots below which stand texts that also stand below a root, with the number of such texts."""
        own = self.number_of_root(root)
        if own is None:
            return []
        roots = self._root_of[self._entry]
        texts = np.repeat(np.arange(len(self._start) - 1), np.diff(self._start))
        held = np.zeros(len(self._start) - 1, bool)
        held[texts[roots == own]] = True
        shared = held[texts]
        pairs = np.unique(texts[shared].astype(np.int64) * len(self.roots) + roots[shared])
        text, other = np.divmod(pairs, len(self.roots))
        common = np.bincount(text, minlength=len(held)) > SHARED_BY_MOST
        numbers, counts = np.unique(other[~common[text]], return_counts=True)
        return [
            (self.roots[int(number)], int(count))
            for number, count in zip(numbers, counts, strict=True)
            if number != own
        ]

    def root_numbers(self, numbers: NDArray[np.int64]) -> NDArray[np.int32]:
        """Number of the root of each entry."""
        found: NDArray[np.int32] = self._root_of[numbers]
        return found

    def texts(self, vector: Vectors, count: int, floor: float) -> list[tuple[float, int]]:
        """The nearest distinct texts as (cosine, number), best first, down to `floor`."""
        wanted = min(len(self._vectors), count)
        if not wanted:
            return []
        cosines, numbers = self._lately.get(vector, wanted)
        reach = min(wanted, int(np.searchsorted(-cosines, -floor, side="right")))
        return list(zip(cosines[:reach].tolist(), numbers[:reach].tolist(), strict=True))

    def _search(self, vector: Vectors, wanted: int) -> Texts:
        wanted = min(wanted, len(self._vectors))
        if self._coarse is not None:
            _, near = self._coarse.search(vector[None, :], wanted)
            candidates = np.sort(near[0][near[0] >= 0])
            cosines = np.asarray(self._vectors[candidates], np.float32) @ vector
        else:
            cosines = self._vectors @ vector
            candidates = np.argpartition(-cosines, wanted - 1)[:wanted]
            cosines = cosines[candidates]
        order = np.lexsort((candidates, -cosines))
        return cosines[order], candidates[order]

    def vectors(self, texts: NDArray[np.int64]) -> Vectors:
        """Vectors of distinct texts."""
        return np.asarray(self._vectors[texts], np.float32)

    def cosine(self, number: int, vector: Vectors) -> float | None:
        """Best cosine of an entry's texts to a vector; None when it has no vector."""
        texts = self._by_entry().get(number)
        return float((np.asarray(self._vectors[texts], np.float32) @ vector).max()) if texts else None

    def mean_vector(self, number: int) -> Vectors | None:
        """Mean vector of an entry's texts, of unit length; None when it has no vector."""
        texts = self._by_entry().get(number)
        if not texts:
            return None
        mean = np.asarray(self._vectors[texts], np.float32).mean(0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)

    def _by_entry(self) -> dict[int, list[int]]:
        if self._texts_of is None:
            self._texts_of = {}
            for text in range(len(self._start) - 1):
                for number in self.entries(text):
                    self._texts_of.setdefault(int(number), []).append(text)
        return self._texts_of


def write_segment(directory: Path, entries: Iterable[Entry], store: TextVectors) -> int:
    """Write a segment aside and move it into place; texts must have their vectors in `store`. Gives its entries."""
    aside = directory.with_name(directory.name + ".part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    ids: list[str] = []
    numbers: dict[str, dict[str, int]] = {"roots": {}, "parents": {}}
    above: dict[str, list[int]] = {"roots": [], "parents": []}
    rows: list[int] = []
    owners: list[int] = []
    for entry in entries:
        for stem, name in (("roots", entry.root), ("parents", entry.parent)):
            above[stem].append(numbers[stem].setdefault(name, len(numbers[stem])))
        for row in store.rows(entry.texts):
            if row >= 0:
                rows.append(int(row))
                owners.append(len(ids))
        ids.append(entry.id)
    distinct, text_of = np.unique(np.asarray(rows, np.int64), return_inverse=True)
    order = np.argsort(text_of, kind="stable")
    starts = np.zeros(len(distinct) + 1, np.int64)
    np.cumsum(np.bincount(text_of, minlength=len(distinct)), out=starts[1:])
    np.save(aside / "postings.start.npy", starts)
    np.save(aside / "postings.entry.npy", np.asarray(owners, np.int64)[order])
    Names.write(aside, "ids", ids)
    for stem, singular in (("roots", "root_of"), ("parents", "parent_of")):
        Names.write(aside, stem, list(numbers[stem]))
        np.save(aside / f"{singular}.npy", np.asarray(above[stem], np.int32))
    _write_vectors(aside, distinct, store)
    shutil.rmtree(directory, ignore_errors=True)
    aside.replace(directory)
    return len(ids)


def _write_vectors(directory: Path, rows: NDArray[np.int64], store: TextVectors) -> None:
    exact = len(rows) < EXACT_BELOW
    shape = (len(rows), store.dimensions)
    kind = np.float32 if exact else np.float16
    held = np.lib.format.open_memmap(directory / "vectors.npy", "w+", kind, shape)
    for start in range(0, len(rows), 65_536):
        held[start : start + 65_536] = store.vectors(rows[start : start + 65_536])
    held.flush()
    if not exact:
        _write_coarse(directory / "ivf.faiss", held)


def _write_coarse(path: Path, vectors: Vectors) -> None:
    count, dimensions = vectors.shape
    lists = int(4 * np.sqrt(count))
    quantiser = faiss.IndexFlatIP(dimensions)
    coarse = faiss.IndexIVFScalarQuantizer(
        quantiser, dimensions, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    sample = np.random.default_rng(7).choice(count, min(count, lists * 40), replace=False)
    coarse.train(np.asarray(vectors[np.sort(sample)], np.float32))
    for start in range(0, count, 65_536):
        coarse.add(np.asarray(vectors[start : start + 65_536], np.float32))
    faiss.write_index(coarse, str(path))


class Meaning:
    """Nearest entries over all segments of a directory; an entry of a later segment hides that of an earlier one."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.segments = [Segment(path) for path in _segment_paths(directory)]
        self._hidden: dict[str, int] = {}
        """Ids whose entries in segments before that number no longer count."""
        for which, segment in enumerate(self.segments[1:], 1):
            self._hidden.update((segment.ids[number], which) for number in range(len(segment.ids)))
        removed = directory / REMOVED
        for line in removed.read_text(encoding="utf-8").splitlines() if removed.exists() else ():
            before, identity = line.split(" ", 1)
            self._hidden[identity] = max(int(before), self._hidden.get(identity, 0))
        self._places: dict[str, tuple[Segment, int]] | None = None

    @property
    def dimensions(self) -> int:
        """Length of the vectors; 0 when there are none."""
        return self.segments[0].dimensions if self.segments else 0

    def nearest(self, vector: Vectors, limit: int, *, floor: float = -1.0) -> list[Near]:
        """The nearest entries, best first, ties by id; only those of cosine `floor` or more."""
        found: dict[str, Near] = {}
        for which, segment in enumerate(self.segments):
            held = 0
            for cosine, text in segment.texts(vector, limit * OVERSAMPLE + len(self._hidden), floor):
                for number in segment.entries(text):
                    near = segment.near(int(number), cosine)
                    if self._hidden.get(near.id, 0) <= which and near.id not in found:
                        found[near.id] = near
                        held += 1
                if held >= limit:
                    break
        return sorted(found.values(), key=lambda near: (-near.cosine, near.id))[:limit]

    def nearest_roots(self, vector: Vectors, limit: int, *, floor: float = -1.0) -> list[Near]:
        """The nearest entry below each root, best roots first: how near a study comes through its variables."""
        best: dict[str, Near] = {}
        for which, segment in enumerate(self.segments):
            for cosine, text in segment.texts(vector, limit * OVERSAMPLE, floor):
                numbers = segment.entries(text)
                _, first = np.unique(segment.root_numbers(numbers), return_index=True)
                for near in (segment.near(int(numbers[place]), cosine) for place in first):
                    if self._hidden.get(near.id, 0) <= which and cosine > best.get(near.root, NOWHERE).cosine:
                        best[near.root] = near
        return sorted(best.values(), key=lambda near: (-near.cosine, near.root))[:limit]

    def nearest_within(
        self, vector: Vectors, roots: Sequence[str], each: int, *, floor: float = -1.0, texts: int = 4000
    ) -> dict[str, list[Near]]:
        """The nearest entries below each of some roots, at most `each`, among the `texts` nearest texts."""
        found: dict[str, list[Near]] = {root: [] for root in roots}
        for which, segment in enumerate(self.segments):
            wanted = [number for root in found if (number := segment.number_of_root(root)) is not None]
            if not wanted:
                continue
            is_wanted = np.zeros(len(segment.roots), bool)
            is_wanted[wanted] = True
            for cosine, text in segment.texts(vector, texts, floor):
                numbers = segment.entries(text)
                for number in numbers[is_wanted[segment.root_numbers(numbers)]][: each * len(wanted)]:
                    near = segment.near(int(number), cosine)
                    if self._hidden.get(near.id, 0) <= which:
                        found[near.root].append(near)
        return {
            root: sorted(nears, key=lambda near: (-near.cosine, near.id))[:each]
            for root, nears in found.items()
            if nears
        }

    def sharing(self, root: str, limit: int) -> list[tuple[str, int]]:
        """Roots below which stand the same texts as below a root, with their number, most first.

        Texts that stand below very many (`sex`, `age`) tell nothing and do not count.
        """
        counts: dict[str, int] = {}
        for segment in self.segments:
            for other, count in segment.sharing(root):
                counts[other] = counts.get(other, 0) + count
        return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:limit]

    def cosines(self, ids: Sequence[str], vector: Vectors) -> dict[str, float]:
        """Exact cosine of these entries to a vector; those without vectors are left out."""
        found = {}
        for identity in ids:
            if place := self._place(identity):
                cosine = place[0].cosine(place[1], vector)
                if cosine is not None:
                    found[identity] = cosine
        return found

    def vector(self, identity: str) -> Vectors | None:
        """Mean vector of an entry's texts, of unit length; None when it has none."""
        place = self._place(identity)
        return place[0].mean_vector(place[1]) if place else None

    def _place(self, identity: str) -> tuple[Segment, int] | None:
        if self._places is None:
            self._places = {}
            for which, segment in enumerate(self.segments):
                for number in range(len(segment.ids)):
                    if self._hidden.get(segment.ids[number], 0) <= which:
                        self._places[segment.ids[number]] = (segment, number)
        return self._places.get(identity)


NOWHERE = Near("", -2.0)
REMOVED = "removed.txt"


def _segment_paths(directory: Path) -> list[Path]:
    return sorted(path for path in directory.glob("segment-*") if path.is_dir() and path.suffix != ".part")


def add_segment(directory: Path, entries: Iterable[Entry], removed: Iterable[str], store: TextVectors) -> int:
    """Add changed entries to a directory and note removed ids. Gives the number of entries written."""
    directory.mkdir(parents=True, exist_ok=True)
    number = len(_segment_paths(directory))
    count = write_segment(directory / f"segment-{number:06d}", entries, store)
    gone = [f"{number + 1} {identity}\n" for identity in removed]
    if gone:
        _append_durably(directory / REMOVED, "".join(gone))
    return count


def count_segments(directory: Path) -> int:
    """How many segments a directory holds; every search asks each of them."""
    return len(_segment_paths(directory))


def _append_durably(path: Path, text: str) -> None:
    """Add to a file whole or not at all: a line cut short would name something else."""
    aside = path.with_name(f"{path.name}.part")
    held = path.read_bytes() if path.exists() else b""
    with aside.open("wb") as file:
        file.write(held + text.encode())
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
