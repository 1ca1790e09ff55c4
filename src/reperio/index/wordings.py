"""Wordings as vectors whose products are likenesses: the quick form of `reperio.index.likeness`.

Of the ways in which likeness sees a wording, two are kept: whole (that vector exists already, for searching) and as what it
says about somebody. The mean of their cosines tells questions apart about as well as all six do (`bench/matching`
measures both), and costs one more encoding of each distinct text in place of five.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from reperio.index.encoder import Encoder, Purpose, Vectors
from reperio.index.likeness import FRAMES, NEUTRAL, matter
from reperio.index.vectors import Progress, TextVectors

CLOSE: Final = 0.8
"""Score from which two wordings are shown as the same question, unless a word tells them apart. Of pairs that do not belong
together, 1 in 10,000 reaches it (development set of the bench of matching). Among the nearest of a large catalogue, where the
likest of many are picked, far more of those that reach it are false: a lower threshold would not do there."""

POSSIBLE: Final = 0.5
"""Score from which they are offered as perhaps the same: of pairs drawn at random, half of those belong together."""

CALIBRATION: Final = (
    (0.2, 0.03), (0.25, 0.06), (0.3, 0.09), (0.35, 0.14), (0.4, 0.2), (0.45, 0.28), (0.5, 0.4), (0.55, 0.55), (0.6, 0.72),
    (0.65, 0.88), (0.7, 0.92), (1.0, 0.95),
)  # fmt: skip
"""Score and the share of pairs of such a score that people had put together, of pairs as they come; straight lines between."""


def share_right(score: float) -> float:
    """Of pairs of such a score, the share that people had put together (4 % of all pairs were)."""
    scores, shares = zip(*CALIBRATION, strict=True)
    return float(np.interp(score, scores, shares))


class MatterEncoder:
    """An encoder that sees of each text what it says about somebody."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = f"{encoder.name}-matter"
        self.dimensions = encoder.dimensions
        self.max_tokens = encoder.max_tokens
        self.related = encoder.related
        self.close_match = encoder.close_match
        self.at_once = getattr(encoder, "at_once", 0)

    def encode(self, texts: Sequence[str], *, purpose: Purpose = "passage") -> Vectors:
        """Encode texts, each without who it is about and put into a frame."""
        return self._encoder.encode([FRAMES[1].format(matter(text).lower()) for text in texts], purpose=purpose)


class Wordings:
    """Gives wordings as rows of unit length, the product of two of which is how alike they are.

    Args:
        encoder: the encoder for English, by which texts were encoded for searching.
        cache: where vectors are kept by the encoder's name; None to encode anew each time.
        whole: the store of what the encoder made for searching, when it is open already.
    """

    def __init__(self, encoder: Encoder, cache: Path | None = None, whole: TextVectors | None = None) -> None:
        self.encoder = encoder
        self._whole, self._matter = encoder, MatterEncoder(encoder)
        self._stores: tuple[TextVectors, TextVectors] | None = None
        if cache is not None:
            self._stores = (
                whole or TextVectors(cache / encoder.name, encoder.dimensions),
                TextVectors(cache / self._matter.name, encoder.dimensions),
            )
        self._centres = [one.encode([text.lower() for text in NEUTRAL]).mean(0) for one in (self._whole, self._matter)]

    @property
    def dimensions(self) -> int:
        """Length of a row."""
        return 2 * self._whole.dimensions

    def ensure(self, texts: Sequence[str], progress: Progress = lambda _: None) -> int:
        """Encode into the cache what is not there yet; gives how many. A kill costs a chunk."""
        if self._stores is None:
            return 0
        whole, part = self._stores
        whole.ensure(texts, self._whole)
        return part.ensure(texts, self._matter, progress)

    def rows(self, texts: Sequence[str]) -> Vectors:
        """A row for each text."""
        return joined(*self.halves(texts))

    def halves(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """For each text its wording as a whole, and what it says about somebody; each centred, of unit length."""
        if self._stores is None:
            both = [one.encode(texts) for one in (self._whole, self._matter)]
        else:
            self.ensure(texts)
            both = [store.vectors(store.rows(texts)) for store in self._stores]
        return self.centred(both[0]), _unit(both[1] - self._centres[1])

    def centred(self, vectors: Vectors) -> Vectors:
        """Vectors of whole texts as searching has them, without what all items share, of unit length."""
        return _unit(vectors - self._centres[0])


def joined(whole: Vectors, part: Vectors) -> Vectors:
    """Both halves as one row of unit length."""
    return np.asarray(np.concatenate([whole, part], axis=1) / np.sqrt(2), np.float32)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)
