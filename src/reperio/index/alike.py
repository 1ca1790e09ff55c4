"""Working out which questions are asked elsewhere: the neighbours of every distinct wording of a segment.

Beside each segment of variables stands a directory `alike`: for each text at most `KEPT` neighbours of a score of
`POSSIBLE` or more, of its own or an earlier segment, named by the hashes of their texts, so that segments can be joined.
A text of an earlier segment finds the later ones by looking where it is named. The work is done in steps that are kept
as they are made: it can be left at any moment and goes on there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from reperio.index.coarse import trained
from reperio.index.encoder import Encoder, Vectors
from reperio.index.growing import Pace
from reperio.index.likeness import Likeness
from reperio.index.names import Keys, Numbers
from reperio.index.rows import Rows
from reperio.index.segment import Segment
from reperio.index.segments import segment_paths
from reperio.index.tongues import Tongues, likeness, product_of
from reperio.index.wordings import POSSIBLE, Wordings

KEPT = 16
"""Neighbours kept of a text."""
EXACT_BELOW = 20_000
STEP = 8_192
"""Texts worked on between two looks at the clock."""
BLOCK = 512
PROBES = 16
CANDIDATES = 32
ACROSS_MOST = 100_000
"""Texts that the multilingual encoder reads at most, so that questions meet across languages; above, only those not in English,
and of these so many: it reads some 75 a second."""
STEPS = 250
"""Steps a score is kept in."""
ALIKE = "alike"
NOBODY = np.uint64(0)
Steps = NDArray[np.uint8]


def extend(
    directory: Path,
    wordings: Wordings,
    second: Callable[[], Encoder] | None = None,
    pace: Pace | None = None,
) -> bool:
    """Work out the neighbours of the segments of a directory where that was not done; gives whether it is done for all.

    Args:
        directory: of the segments, which have the vectors of the encoder.
        wordings: gives the vectors that are compared.
        second: gives the multilingual encoder, where one is in use.
        pace: says when to leave off.
    """
    pace = pace or Pace()
    paths = segment_paths(directory)
    for place, path in enumerate(paths):
        segment = Segment(path)
        if segment.is_complete and not (path / ALIKE).is_dir():
            work = _Work(segment, [Segment(one) for one in paths[:place] if (one / ALIKE).is_dir()], wordings)
            if not (work.ensure(pace) and work.mine(pace)):
                return False
            work.finish(second)
    return True


def lacks_neighbours(directory: Path) -> bool:
    """Whether the neighbours of some segment have not been worked out."""
    return any(not (path / ALIKE).is_dir() and Segment(path).is_complete for path in segment_paths(directory))


class _Work:
    """The neighbours of one segment in the making.

    Args:
        segment: the segment.
        earlier: segments before it that have theirs.
        wordings: gives the vectors that are compared.
    """

    def __init__(self, segment: Segment, earlier: Sequence[Segment], wordings: Wordings) -> None:
        self._segment = segment
        self._count = segment.text_count
        self._earlier = earlier
        self._wordings = wordings
        self._aside = segment.directory / f"{ALIKE}.part"
        self._aside.mkdir(exist_ok=True)
        self._keys = segment.text_keys

    def _some(self, start: int) -> list[str]:
        return [self._segment.texts[number] for number in range(start, min(start + STEP, self._count))]

    def ensure(self, pace: Pace) -> bool:
        """Encode what is to be compared, and lay it out in order; gives whether all of it is there."""
        path, row_bytes = self._aside / "rows.f16", 2 * self._wordings.dimensions
        path.touch()
        done = path.stat().st_size // row_bytes
        with path.open("r+b") as file:
            file.truncate(done * row_bytes)
            file.seek(done * row_bytes)
            for start in range(done, self._count, STEP):
                if pace.is_over:
                    return False
                texts = self._some(start)
                file.write(self._wordings.rows(texts).astype(np.float16).tobytes())
                pace.step(len(texts))
        return True

    def _rows(self) -> Vectors:
        shape = (self._count, self._wordings.dimensions)
        if not self._count:
            return np.zeros(shape, np.float32)
        found: Vectors = np.memmap(self._aside / "rows.f16", np.float16, "r", shape=shape)
        return found

    def mine(self, pace: Pace) -> bool:
        """Find the neighbours of each text; gives whether that is done for all."""
        held = self._rows()
        coarse = self._coarse(held) if self._count >= EXACT_BELOW else None
        everything = np.asarray(held, np.float32) if coarse is None else held
        near, score = (self._results(name, kind) for name, kind in (("near", np.uint64), ("score", np.uint8)))
        done = self._aside / "done"
        for start in range(int(done.read_text()) if done.exists() else 0, self._count, STEP):
            if pace.is_over:
                return False
            numbers = np.arange(start, min(start + STEP, self._count))
            for block in np.array_split(numbers, max(1, len(numbers) // BLOCK)):
                near[block], score[block] = self._nearest(block, everything, coarse)
            near.flush()
            score.flush()
            done.write_text(str(int(numbers[-1]) + 1))
        return True

    def _results(self, name: str, kind: type[np.generic]) -> np.memmap:
        path = self._aside / f"{name}.npy"
        if path.exists():
            found: np.memmap = np.load(path, mmap_mode="r+")
            return found
        return np.lib.format.open_memmap(path, "w+", kind, (self._count, KEPT))

    def _coarse(self, held: Vectors) -> faiss.Index:
        path = self._aside / "ivf.faiss"
        if not path.exists():
            coarse = trained(held, self._count)
            for start in range(0, self._count, STEP):
                coarse.add(np.asarray(held[start : start + STEP], np.float32))
            faiss.write_index(coarse, f"{path}.part")
            Path(f"{path}.part").replace(path)
        found = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        found.nprobe = PROBES  # type: ignore[attr-defined]  # faiss gives the class of the file at run time
        return found

    def _nearest(self, numbers: Numbers, held: Vectors, coarse: faiss.Index | None) -> tuple[Keys, Steps]:
        """Hashes and scores of the neighbours of some texts, best first."""
        rows = np.asarray(held[numbers], np.float32)
        near, scores = _near_rows(rows, held, coarse)
        scores[near == numbers[:, None]] = -1.0
        keys = np.where(near >= 0, self._keys[np.maximum(near, 0)], NOBODY)
        for segment in self._earlier:
            more = self._of_earlier(segment, numbers, rows)
            keys, scores = np.concatenate([keys, more[0]], axis=1), np.concatenate([scores, more[1]], axis=1)
        return _best(keys, scores)

    def _of_earlier(self, segment: Segment, numbers: Numbers, rows: Vectors) -> tuple[Keys, Vectors]:
        """Hashes and scores of texts of an earlier segment: those near as a whole, compared as wordings."""
        theirs = Rows(segment.directory, self._wordings.encoder.name, segment.text_count)
        own = Rows(self._segment.directory, self._wordings.encoder.name, self._count).get(numbers)
        keys = np.zeros((len(numbers), CANDIDATES), np.uint64)
        scores = np.full((len(numbers), CANDIDATES), -1.0, np.float32)
        held = segment.text_keys
        for place, vector in enumerate(own):
            near, _ = theirs.nearest(vector, CANDIDATES, floor=POSSIBLE / 2)
            if len(near):
                keys[place, : len(near)] = held[near]
                texts = [segment.texts[int(number)] for number in near]
                scores[place, : len(near)] = self._wordings.rows(texts) @ rows[place]
        return keys, scores

    def finish(self, second: Callable[[], Encoder] | None) -> None:
        """Add what meets across languages, and put the result into use."""
        matter = np.lib.format.open_memmap(
            self._aside / "matter.npy", "w+", np.int8, (self._count, self._wordings.encoder.dimensions)
        )
        for start in range(0, self._count, STEP):
            texts = self._some(start)
            matter[start : start + len(texts)] = in_bytes(self._wordings.halves(texts)[1])
        matter.flush()
        foreign = _Foreign(self._segment, second, self._wordings.encoder)
        if len(foreign.read):
            self._add(foreign.pairs())
            np.save(self._aside / "tongues.number.npy", foreign.read.astype(np.int32))
            np.save(self._aside / "tongues.foreign.npy", foreign.is_foreign)
            np.save(self._aside / "tongues.npy", in_bytes(foreign.vectors))
        for name in ("rows.f16", "ivf.faiss", "done"):
            (self._aside / name).unlink(missing_ok=True)
        (self._aside / "encoder").write_text(self._wordings.encoder.name)
        self._aside.replace(self._aside.with_name(ALIKE))

    def _add(self, pairs: Iterator[tuple[int, int, float]]) -> None:
        near, score = (self._results(name, kind) for name, kind in (("near", np.uint64), ("score", np.uint8)))
        for one, other, how_alike in pairs:
            key, step = self._keys[other], int(min(max(how_alike, 0.0), 1.0) * STEPS)
            held = np.flatnonzero(near[one] == key)
            place = int(held[0]) if len(held) else int(score[one].argmin())
            if step > score[one, place]:
                near[one, place], score[one, place] = key, step
        near.flush()
        score.flush()


def _best(keys: Keys, scores: Vectors) -> tuple[Keys, Steps]:
    """Of candidates the best of a score that counts, each once."""
    scores = np.where((scores >= POSSIBLE) & (keys != NOBODY), scores, 0.0)
    order = np.argsort(-scores, axis=1, kind="stable")
    keys, scores = np.take_along_axis(keys, order, axis=1), np.take_along_axis(scores, order, axis=1)
    same = np.sort(keys, axis=1)
    for row in np.flatnonzero(((same[:, 1:] == same[:, :-1]) & (same[:, 1:] != NOBODY)).any(axis=1)):
        _, first = np.unique(keys[row], return_index=True)
        again = np.setdiff1d(np.arange(keys.shape[1]), first)
        scores[row, again] = 0.0
    order = np.argsort(-scores, axis=1, kind="stable")[:, :KEPT]
    keys, scores = np.take_along_axis(keys, order, axis=1), np.take_along_axis(scores, order, axis=1)
    found = np.zeros((len(keys), KEPT), np.uint64)
    steps = np.zeros((len(keys), KEPT), np.uint8)
    found[:, : keys.shape[1]] = np.where(scores > 0, keys, NOBODY)
    steps[:, : keys.shape[1]] = (np.minimum(scores, 1.0) * STEPS).astype(np.uint8)
    return found, steps


def _near_rows(rows: Vectors, held: Vectors, coarse: faiss.Index | None) -> tuple[Numbers, Vectors]:
    """For each row the nearest of those held and the products."""
    if coarse is None:
        products = rows @ held.T
        wanted = min(CANDIDATES, len(held))
        near = np.argpartition(-products, wanted - 1, axis=1)[:, :wanted]
        return near, np.take_along_axis(products, near, axis=1)
    _, near = coarse.search(rows, CANDIDATES)
    scores = np.einsum("qd,qkd->qk", rows, np.asarray(held[np.maximum(near, 0)], np.float32))
    return near, np.where(near >= 0, scores, -1.0)


class _Foreign:
    """Texts as the multilingual encoder has them, where some are in another language than English."""

    def __init__(self, segment: Segment, second: Callable[[], Encoder] | None, first: Encoder) -> None:
        self.read = np.zeros(0, np.int64)
        self.is_foreign = np.zeros(0, bool)
        self.vectors: Vectors = np.zeros((0, 1), np.float32)
        if second is None:
            return
        tells = Likeness(first)
        foreign = np.fromiter((tells.is_foreign(text) for text in segment.texts), bool, segment.text_count)
        if foreign.any():
            few = segment.text_count <= ACROSS_MOST
            self.read = np.arange(segment.text_count) if few else np.flatnonzero(foreign)[:ACROSS_MOST]
            self.is_foreign = foreign[self.read]
            texts = [segment.texts[int(number)] for number in self.read]
            self.vectors = Tongues(second()).rows(texts, self.is_foreign)

    def pairs(self) -> Iterator[tuple[int, int, float]]:
        """Pairs of texts one of which is in another language than English, both ways."""
        asking = np.flatnonzero(self.is_foreign)
        for start in range(0, len(asking), BLOCK):
            numbers = asking[start : start + BLOCK]
            near, products = _near_rows(self.vectors[numbers], self.vectors, None)
            good = (products >= product_of(POSSIBLE)) & (near != numbers[:, None])
            for place, column in zip(*np.nonzero(good), strict=True):
                left, right = int(self.read[numbers[place]]), int(self.read[near[place, column]])
                score = float(likeness(products[place, column]))
                yield left, right, score
                yield right, left, score


def in_bytes(vectors: Vectors) -> NDArray[np.int8]:
    """Vectors of unit length, each number in a byte: products of two are out by some 0.003."""
    return np.asarray(np.clip(np.rint(vectors * 127), -127, 127), np.int8)
