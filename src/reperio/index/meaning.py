"""Search by meaning: the nearest entries, over all segments of a directory.

Entries and their texts lie in segments (`reperio.index.segment`), the vectors of the texts by one encoder beside them
(`reperio.index.rows`). While an encoder is still at work, what it has encoded is searched and the rest is not; vectors
of two encoders are never compared with one query.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from reperio.index.encoder import Vectors
from reperio.index.growing import add_segment
from reperio.index.lately import Lately, Texts
from reperio.index.names import Numbers
from reperio.index.rows import Mask, Rows
from reperio.index.segment import Entry, Segment
from reperio.index.segments import Live, live_entries, segment_paths

__all__ = ["Entry", "Meaning", "Near", "add_segment"]

OVERSAMPLE = 4
"""For each entry wanted so many texts are looked at, at most: several may be of one entry."""
FEW_SHARE_ENTRIES = 4
"""One text in so many is thought to bring no further entry; more are looked at only where that is too few."""
MOST_TEXTS = 2_000
"""Texts near a query that are looked at for what stands below some roots."""
SHARED_BY_MOST = 20
"""Roots below which a text may stand for being shared to mean something."""


class Near(msgspec.Struct, frozen=True):
    """An entry found and the cosine of its nearest text."""

    id: str
    cosine: float
    root: str = ""
    parent: str = ""


class Searched:
    """A segment with the vectors of one encoder, and which of its entries count.

    Args:
        segment: the segment.
        encoder: name of the encoder; empty for the one there is.
        live: which entries count.
    """

    def __init__(self, segment: Segment, encoder: str, live: Live) -> None:
        self.segment = segment
        self.rows = Rows(segment.directory, encoder, segment.text_count)
        self._live = live
        self._spoken = self._with_live_entries()
        self._lately = Lately(self._search)

    def _with_live_entries(self) -> Mask | None:
        """Texts some entry of which counts; None when all do."""
        if self._live is None:
            return None
        texts = np.unique(self.segment.held.flat(np.flatnonzero(~self._live))[0])
        entries, places = self.segment.postings.flat(texts)
        alive = np.bincount(places, weights=self._live[entries], minlength=len(texts)) > 0
        spoken = np.ones(self.segment.text_count, bool)
        spoken[texts[~alive]] = False
        return spoken

    def living(self, entries: Numbers) -> Numbers:
        """Of some entries those that count."""
        return np.asarray(entries if self._live is None else entries[self._live[entries]], np.int64)

    def near(self, entry: int, cosine: float) -> Near:
        """What stands at an entry's number."""
        return Near(self.segment.ids[entry], cosine, self.segment.root(entry), self.segment.parent(entry))

    def texts(self, vector: Vectors, count: int, floor: float) -> tuple[Numbers, Vectors]:
        """The nearest texts and their cosines, best first."""
        cosines, numbers = self._lately.get(vector, count, floor)
        reach = int(np.searchsorted(-cosines, -floor, side="right"))
        return numbers[:reach], cosines[:reach]

    def _search(self, vector: Vectors, count: int, floor: float) -> Texts:
        numbers, cosines = self.rows.nearest(vector, count, floor=floor, among=self._spoken)
        return cosines, numbers

    def nearest(self, vector: Vectors, limit: int, floor: float) -> list[tuple[int, float]]:
        """The nearest entries and their cosines, best first, each once."""
        for count in (limit + limit // FEW_SHARE_ENTRIES, limit * OVERSAMPLE):
            texts, cosines = self.texts(vector, count, floor)
            found = list(self._entries(texts, cosines, limit))
            if len(found) >= limit or len(texts) < count:
                break
        return found

    def _entries(self, texts: Numbers, cosines: Vectors, limit: int) -> Iterator[tuple[int, float]]:
        """The first entries of texts given best first, at most `limit`, each once."""
        seen: set[int] = set()
        for text, cosine in zip(texts.tolist(), cosines.tolist(), strict=True):
            for entry in self.living(self.segment.postings.of(text)).tolist():
                if len(seen) >= limit:
                    return
                if entry not in seen:
                    seen.add(entry)
                    yield entry, cosine

    def first_of_roots(self, texts: Numbers, cosines: Vectors) -> tuple[Numbers, Vectors]:
        """The best entry below each root with its cosine, of texts given best first."""
        entries, places = self.segment.homes.flat(texts)
        if self._live is not None and not self._live[entries].all():  # others may stand there for those that are gone
            entries, places = self.segment.postings.flat(texts)
            entries, places = entries[self._live[entries]], places[self._live[entries]]
        _, first = np.unique(self.segment.root_numbers(entries), return_index=True)
        return entries[first], cosines[places[first]]

    def within(
        self, vector: Vectors, roots: Numbers, each: int, *, floor: float, texts: int
    ) -> tuple[Numbers, Numbers, Vectors]:
        """The nearest entries below each of some roots, root by root: places of the roots, entries, cosines.

        Args:
            vector: of unit length.
            roots: their numbers.
            each: entries of a root at most.
            floor: least cosine.
            texts: how many of the nearest texts below all of them are looked at.
        """
        below, above = self.segment.below.flat(roots)
        among = np.zeros(self.segment.text_count, bool)
        among[below] = True
        near, cosines = self.rows.nearest(vector, texts, floor=floor, among=among, thorough=True)
        among[:] = False
        among[near] = True
        here = np.flatnonzero(among[below])
        order = np.argsort(near)
        rank, root = order[np.searchsorted(near, below[here], sorter=order)], above[here]
        first = _first_of_each(root, rank, each)
        rank, root = rank[first], root[first]
        entries, places = self.segment.postings.flat(near[rank])
        own = self.segment.root_numbers(entries) == roots[root[places]]
        if self._live is not None:
            own &= self._live[entries]
        entries, places = entries[own], places[own]
        first = _first_of_each(root[places], places, each)
        return root[places[first]], entries[first], cosines[rank[places[first]]]


class Meaning:
    """Nearest entries over all segments of a directory; an entry of a later segment hides that of an earlier one.

    Args:
        directory: of the segments.
        encoder: name of the encoder by whose vectors is searched; empty for the one there is.
    """

    def __init__(self, directory: Path, encoder: str = "") -> None:
        self.directory = directory
        self.segments = [Segment(path) for path in segment_paths(directory)]
        self.searched = [
            Searched(segment, encoder, live)
            for segment, live in zip(self.segments, live_entries(directory, self.segments), strict=True)
        ]

    @property
    def dimensions(self) -> int:
        """Length of the vectors; 0 when there are none."""
        return max((one.rows.dimensions for one in self.searched), default=0)

    @property
    def is_away(self) -> bool:
        """Whether it is left alone, since it did not answer; what is asked of it raises `MeaningError` then."""
        return False

    @property
    def has_failed(self) -> bool:
        """Whether it did not answer when last asked."""
        return False

    @property
    def encoded(self) -> int:
        """Distinct texts of its segments that have a vector."""
        return sum(one.rows.count for one in self.searched)

    @property
    def held(self) -> int:
        """Distinct texts of its segments."""
        return sum(segment.text_count for segment in self.segments)

    def nearest(self, vector: Vectors, limit: int, *, floor: float = -1.0) -> list[Near]:
        """The nearest entries, best first, ties by id; only those of cosine `floor` or more."""
        found: dict[str, Near] = {}
        for one in self.searched:
            for entry, cosine in one.nearest(vector, limit, floor):
                near = one.near(entry, cosine)
                found.setdefault(near.id, near)
        return sorted(found.values(), key=lambda near: (-near.cosine, near.id))[:limit]

    def nearest_roots(self, vector: Vectors, limit: int, *, floor: float = -1.0) -> list[Near]:
        """The nearest entry below each root, best roots first: how near a study comes through its variables."""
        best: dict[str, Near] = {}
        for one in self.searched:
            entries, cosines = one.first_of_roots(*one.texts(vector, limit * OVERSAMPLE, floor))
            for place in np.argsort(-cosines, kind="stable")[:limit]:
                near = one.near(int(entries[place]), float(cosines[place]))
                if near.cosine > best.get(near.root, NOWHERE).cosine:
                    best[near.root] = near
        return sorted(best.values(), key=lambda near: (-near.cosine, near.root))[:limit]

    def nearest_within(
        self, vector: Vectors, roots: Sequence[str], each: int, *, floor: float = -1.0, texts: int = MOST_TEXTS
    ) -> dict[str, list[Near]]:
        """The nearest entries below each of some roots, at most `each`, among the `texts` nearest texts below them."""
        found: dict[str, list[Near]] = {root: [] for root in roots}
        names = list(found)
        for one in self.searched:
            numbers = one.segment.numbers_of_roots(names)
            there = np.flatnonzero(numbers >= 0)
            if not len(there):
                continue
            inside = one.within(vector, numbers[there], each, floor=floor, texts=texts)
            for place, entry, cosine in zip(*(some.tolist() for some in inside), strict=True):
                found[names[there[place]]].append(one.near(entry, cosine))
        return {root: _best_once(nears)[:each] for root, nears in found.items() if nears}

    def sharing(self, root: str, limit: int) -> list[tuple[str, int]]:
        """Roots below which stand the same texts as below a root, with their number, most first.

        Texts that stand below very many (`sex`, `age`) tell nothing and do not count.
        """
        counts: dict[str, int] = {}
        for segment in self.segments:
            for other, count in _sharing(segment, root):
                counts[other] = counts.get(other, 0) + count
        return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:limit]

    def cosines(self, ids: Sequence[str], vector: Vectors) -> dict[str, float]:
        """Exact cosine of these entries to a vector; those without vectors are left out."""
        found: dict[str, float] = {}
        for one, numbers in self._places(ids):
            texts, places = _encoded(one, numbers)
            if len(texts):
                best = np.full(len(ids), -2.0, np.float32)
                np.maximum.at(best, places, one.rows.cosines(texts, vector))
                found |= {ids[place]: float(best[place]) for place in np.unique(places).tolist()}
        return found

    def vector(self, identity: str) -> Vectors | None:
        """Mean vector of an entry's texts, of unit length; None when it has none."""
        for one, numbers in self._places([identity]):
            texts, _ = _encoded(one, numbers)
            if len(texts):
                mean = one.rows.get(texts).mean(0)
                return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)
        return None

    def _places(self, ids: Sequence[str]) -> Iterator[tuple[Searched, Numbers]]:
        """Each segment with the numbers of these entries in it, -1 where they are not or no longer count."""
        for one in self.searched:
            numbers = one.segment.numbers(ids)
            there = numbers[numbers >= 0]
            if len(there):
                gone = np.setdiff1d(there, one.living(there))
                yield one, np.where(np.isin(numbers, gone), -1, numbers)


NOWHERE = Near("", -2.0)


def _first_of_each(group: Numbers, rank: Numbers, count: int) -> Numbers:
    """Places of the first members of each group by rank, `count` at most, group by group; equals keep their order."""
    order = np.lexsort((rank, group))
    sizes = np.unique(group, return_counts=True)[1]
    return order[np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes) < count]


def _best_once(nears: list[Near]) -> list[Near]:
    """Best first, each entry once by its best text."""
    best: dict[str, Near] = {}
    for near in sorted(nears, key=lambda near: (-near.cosine, near.id)):
        best.setdefault(near.id, near)
    return list(best.values())


def _encoded(one: Searched, numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Texts of entries that have a vector, and for each the place of its entry."""
    asked = np.flatnonzero(numbers >= 0)
    texts, places = one.segment.held.flat(numbers[asked])
    done = texts < one.rows.count
    return texts[done], asked[places[done]]


def _sharing(segment: Segment, root: str) -> list[tuple[str, int]]:
    """Other roots of a segment below which stand texts that also stand below a root, with the number of such texts."""
    own = segment.number_of_root(root)
    if own is None:
        return []
    texts = np.asarray(segment.below.of(own), np.int64)
    starts = segment.homes.start
    rare = texts[np.asarray(starts[texts + 1]) - np.asarray(starts[texts]) <= SHARED_BY_MOST]
    entries, _ = segment.homes.flat(rare)
    numbers, counts = np.unique(segment.root_numbers(entries), return_counts=True)
    return [
        (segment.roots[number], count)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True)
        if number != own
    ]
