"""Encoders: texts to vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into rows of unit length.

    Attributes:
        name: identity of the model, its weights and its preparation; vectors of different names never mix.
        dimensions: length of a row.
        max_tokens: what is longer is cut.
        close_match: cosine from which two texts mean about the same, calibrated for this model.
    """

    name: str
    dimensions: int
    max_tokens: int
    close_match: float

    def encode(self, texts: Sequence[str], *, purpose: Literal["query", "passage"] = "passage") -> Vectors:
        """Encode texts: float32, one row a text, each of length 1 (a text without words gives a zero row)."""
        ...
