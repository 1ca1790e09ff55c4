"""Which questions are asked elsewhere: the neighbours of every distinct wording, worked out when the index is built.

Beside each segment of vectors of variables stands a directory `alike`: the distinct texts in the order of their vectors,
a hash of each, and for each at most `KEPT` neighbours of a score of `POSSIBLE` or more, of its own or an earlier segment.
A text of an earlier segment finds the later ones by looking where it is named. Where the step was not done (no encoder, an
older index), nothing is known, and that is told apart from a text that has no neighbour.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import faiss
import msgspec
import numpy as np
from numpy.typing import NDArray

from reperio.index.encoder import Encoder, Vectors
from reperio.index.likeness import Likeness
from reperio.index.meaning import Names, Segment
from reperio.index.tongues import Tongues, likeness, product_of
from reperio.index.vectors import Progress, TextVectors, text_key
from reperio.index.wordings import POSSIBLE, Wordings

KEPT = 16
"""Neighbours kept of a text."""
EXACT_BELOW = 20_000
BLOCK = 512
PROBES = 16
CANDIDATES = 32
ACROSS_MOST = 100_000
"""Texts that the multilingual encoder reads at most, so that questions meet across languages; above, only those not in English."""
STEPS = 250
"""Steps a score is kept in."""
ALIKE = "alike"

Pair = tuple[int, int, float]
"""Two numbers of texts and their score."""


class NearText(msgspec.Struct, frozen=True):
    """A wording and the ids of the variables worded so.

    Attributes:
        text: the wording.
        score: how alike; 1 for the wording asked about.
        ids: the variables, at most so many as were asked for.
        count: how many variables there are.
    """

    text: str
    score: float
    ids: tuple[str, ...]
    count: int


# -- making --------------------------------------------------------------------------------------------------------


def extend(
    directory: Path,
    texts: Callable[[], Iterable[str]],
    store: TextVectors,
    wordings: Wordings,
    second: Callable[[], Encoder] | None = None,
    progress: Progress = lambda _: None,
) -> int:
    """Work out the neighbours of the last segment of a directory, when that was not done; gives its distinct texts.

    Args:
        directory: of the segments.
        texts: every text of the segment's entries.
        store: where their vectors are.
        wordings: gives the vectors that are compared.
        second: gives the multilingual encoder, where one is in use.
        progress: told of texts encoded.
    """
    paths = sorted(path for path in directory.glob("segment-*") if path.is_dir() and path.suffix != ".part")
    if not paths or (paths[-1] / ALIKE).is_dir():
        return 0
    own = _in_order(texts(), store)
    wordings.ensure(own, progress)
    near = _Near(len(own))
    number = len(paths) - 1
    foreign = _Foreign(own, second, wordings.encoder)
    for pairs in (_among(own, wordings), foreign.pairs()):
        for one, other, score in pairs:
            near.add(one, number, other, score)
    for place, path in enumerate(paths[:-1]):
        if (path / ALIKE).is_dir():
            for one, other, score in _against(own, Segment(path), path, wordings, store):
                near.add(one, place, other, score)
    _write(paths[-1] / ALIKE, own, near, wordings, foreign)
    return len(own)


def _in_order(texts: Iterable[str], store: TextVectors) -> list[str]:
    """Distinct texts in the order of the vectors of their segment."""
    by_row: dict[int, str] = {}
    for text in texts:
        row = int(store.rows([text])[0])
        if row >= 0:
            by_row.setdefault(row, text)
    return [by_row[row] for row in sorted(by_row)]


class _Near:
    """The best neighbours of each text."""

    def __init__(self, count: int) -> None:
        self.text = np.full((count, KEPT), -1, np.int32)
        self.segment = np.zeros((count, KEPT), np.uint8)
        self.score = np.zeros((count, KEPT), np.uint8)

    def add(self, one: int, segment: int, other: int, score: float) -> None:
        """Keep a neighbour when it is among the best; the same one is kept once, by its best score."""
        step = int(min(max(score, 0.0), 1.0) * STEPS)
        held = np.flatnonzero((self.text[one] == other) & (self.segment[one] == segment))
        place = int(held[0]) if len(held) else int(self.score[one].argmin())
        if step > self.score[one, place]:
            self.text[one, place], self.segment[one, place], self.score[one, place] = other, segment, step


def _among(texts: Sequence[str], wordings: Wordings) -> Iterator[Pair]:
    """Pairs of texts that are near, each both ways."""
    if len(texts) < 2:
        return
    with TemporaryDirectory() as aside:
        shape = (len(texts), wordings.dimensions)
        held = np.lib.format.open_memmap(Path(aside) / "rows.npy", "w+", np.float16, shape)
        for start in range(0, len(texts), 8192):
            held[start : start + 8192] = wordings.rows(texts[start : start + 8192])
        yield from _near_rows(held, np.arange(len(texts)), POSSIBLE)


def _near_rows(held: Vectors, asking: NDArray[np.int64], floor: float) -> Iterator[Pair]:
    """For each row that asks, the nearest other rows of a product of `floor` or more."""
    coarse = _coarse(held) if len(held) >= EXACT_BELOW else None
    everything = np.asarray(held, np.float32) if coarse is None else held
    for start in range(0, len(asking), BLOCK):
        numbers = asking[start : start + BLOCK]
        rows = np.asarray(held[numbers], np.float32)
        if coarse is None:
            products = rows @ everything.T
            wanted = min(CANDIDATES, len(held))
            near = np.argpartition(-products, wanted - 1, axis=1)[:, :wanted]
            scores = np.take_along_axis(products, near, axis=1)
        else:
            _, near = coarse.search(rows, CANDIDATES)
            scores = np.einsum("qd,qkd->qk", rows, np.asarray(held[np.maximum(near, 0)], np.float32))
        good = (scores >= floor) & (near >= 0) & (near != numbers[:, None])
        for place, column in zip(*np.nonzero(good), strict=True):
            yield int(numbers[place]), int(near[place, column]), float(scores[place, column])


def _coarse(held: Vectors) -> faiss.Index:
    count, dimensions = held.shape
    lists = int(4 * np.sqrt(count))
    coarse = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    sample = np.random.default_rng(7).choice(count, min(count, lists * 40), replace=False)
    coarse.train(np.asarray(held[np.sort(sample)], np.float32))
    for start in range(0, count, 65_536):
        coarse.add(np.asarray(held[start : start + 65_536], np.float32))
    coarse.nprobe = PROBES
    return coarse


class _Foreign:
    """Texts as the multilingual encoder has them, where some are in another language than English."""

    def __init__(self, texts: Sequence[str], second: Callable[[], Encoder] | None, first: Encoder) -> None:
        self.read = np.zeros(0, np.int64)
        self.is_foreign = np.zeros(0, bool)
        self.vectors: Vectors = np.zeros((0, 1), np.float32)
        if second is None:
            return
        likeness = Likeness(first)
        foreign = np.array([likeness.is_foreign(text) for text in texts], bool)
        if foreign.any():
            self.read = np.arange(len(texts)) if len(texts) <= ACROSS_MOST else np.flatnonzero(foreign)
            self.is_foreign = foreign[self.read]
            self.vectors = Tongues(second()).rows([texts[int(number)] for number in self.read], self.is_foreign)

    def pairs(self) -> Iterator[Pair]:
        """Pairs of texts one of which is in another language than English, both ways."""
        if not len(self.read):
            return
        for one, other, product in _near_rows(self.vectors, np.flatnonzero(self.is_foreign), product_of(POSSIBLE)):
            left, right, score = int(self.read[one]), int(self.read[other]), float(likeness(np.asarray(product, np.float32)))
            yield left, right, score
            yield right, left, score


def _against(
    texts: Sequence[str], segment: Segment, path: Path, wordings: Wordings, store: TextVectors
) -> Iterator[Pair]:
    """Pairs of a text and a text of an earlier segment."""
    theirs = Names(path / ALIKE, "texts")
    whole = store.vectors(store.rows(texts))
    for number, row in enumerate(wordings.rows(texts)):
        near = [other for _, other in segment.texts(whole[number], CANDIDATES, POSSIBLE / 2)]
        if near:
            for other, score in zip(near, wordings.rows([theirs[other] for other in near]) @ row, strict=True):
                if score >= POSSIBLE:
                    yield number, other, float(score)


def _write(directory: Path, texts: Sequence[str], near: _Near, wordings: Wordings, foreign: _Foreign) -> None:
    aside = directory.with_name(f"{ALIKE}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    keys = np.array([_key(text) for text in texts], np.uint64)
    order = np.argsort(keys, kind="stable").astype(np.int32)
    np.save(aside / "keys.npy", keys[order])
    np.save(aside / "order.npy", order)
    for name in ("text", "segment", "score"):
        np.save(aside / f"{name}.npy", getattr(near, name))
    Names.write(aside, "texts", texts)
    matter = np.lib.format.open_memmap(aside / "matter.npy", "w+", np.int8, (len(texts), wordings.encoder.dimensions))
    for start in range(0, len(texts), 8192):
        matter[start : start + 8192] = in_bytes(wordings.halves(texts[start : start + 8192])[1])
    matter.flush()
    if len(foreign.read):
        np.save(aside / "tongues.number.npy", foreign.read.astype(np.int32))
        np.save(aside / "tongues.foreign.npy", foreign.is_foreign)
        np.save(aside / "tongues.npy", in_bytes(foreign.vectors))
    aside.replace(directory)


def in_bytes(vectors: Vectors) -> NDArray[np.int8]:
    """Vectors of unit length, each number in a byte: products of two are out by some 0.003."""
    return np.asarray(np.clip(np.rint(vectors * 127), -127, 127), np.int8)


def _key(text: str) -> int:
    return int.from_bytes(text_key(text)[:8], "little")


# -- asking --------------------------------------------------------------------------------------------------------


class Part:
    """The neighbours of one segment.

    Attributes:
        segment: the segment.
        texts: its distinct texts.
        matter: what each says about somebody, in bytes.
        across: vectors of the multilingual encoder in bytes, their texts' numbers, and whether these are not in English;
            None where there are none.
    """

    def __init__(self, path: Path) -> None:
        aside = path / ALIKE
        self.segment = Segment(path)
        self.keys, self.order, self.near, self.near_segment, self.score, self.matter = (
            np.load(aside / f"{name}.npy", mmap_mode="r")
            for name in ("keys", "order", "text", "segment", "score", "matter")
        )
        self.texts = Names(aside, "texts")
        self.across = (
            tuple(np.load(aside / f"tongues{name}.npy", mmap_mode="r") for name in ("", ".number", ".foreign"))
            if (aside / "tongues.npy").exists()
            else None
        )

    def number(self, text: str) -> int | None:
        """Number of a text; None when it is not here."""
        key = np.uint64(_key(text))
        place = int(np.searchsorted(self.keys, key))
        return int(self.order[place]) if place < len(self.keys) and self.keys[place] == key else None


class Neighbours:
    """Neighbours of wordings, over all segments of a directory."""

    def __init__(self, directory: Path) -> None:
        paths = sorted(path for path in directory.glob("segment-*") if path.is_dir() and path.suffix != ".part")
        self._parts = [Part(path) if (path / ALIKE).is_dir() else None for path in paths]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The neighbours of each segment that has them."""
        return tuple(part for part in self._parts if part is not None)

    @property
    def is_known(self) -> bool:
        """Whether neighbours were worked out at all."""
        return any(part is not None for part in self._parts)

    def of(self, texts: Sequence[str], *, floor: float = POSSIBLE, each: int = 50) -> list[NearText] | None:
        """The wordings near to any of some, these themselves first, then the nearest.

        Args:
            texts: the wordings of a variable.
            floor: least score.
            each: ids given of a wording, at most.

        Returns:
            None when nothing is known of any of them.
        """
        own = [(which, number) for text in texts for which, number in self._places(text)]
        if not own:
            return None
        best: dict[str, float] = {}
        for which, number in own:
            for place, other, score in self._near(which, number):
                part = self._parts[place]
                if part is not None and score >= floor:
                    text = part.texts[other]
                    best[text] = max(best.get(text, 0.0), score)
        best |= dict.fromkeys(texts, 1.0)
        found = (self._near_text(text, score, each) for text, score in best.items())
        return sorted(
            (one for one in found if one.count), key=lambda one: (-one.score, one.text not in texts, one.text)
        )

    def _places(self, text: str) -> list[tuple[int, int]]:
        places = ((which, part.number(text)) for which, part in enumerate(self._parts) if part is not None)
        return [(which, number) for which, number in places if number is not None]

    def _near(self, which: int, number: int) -> Iterator[tuple[int, int, float]]:
        own = self._parts[which]
        if own is not None:
            for other, place, step in zip(own.near[number], own.near_segment[number], own.score[number], strict=True):
                if other >= 0:
                    yield int(place), int(other), step / STEPS
        for later in range(which + 1, len(self._parts)):
            part = self._parts[later]
            if part is not None:
                for row, column in np.argwhere((part.near == number) & (part.near_segment == which)):
                    yield later, int(row), part.score[row, column] / STEPS

    def _near_text(self, text: str, score: float, each: int) -> NearText:
        ids: list[str] = []
        count = 0
        for which, number in self._places(text):
            part = self._parts[which]
            if part is not None:
                entries = part.segment.entries(number)
                count += len(entries)
                ids += [part.segment.ids[int(entry)] for entry in entries[: each - len(ids)]]
        return NearText(text, round(score, 3), tuple(dict.fromkeys(ids)), count)
