"""How much of what is nearest the search finds, beside comparing everything."""

from __future__ import annotations

import numpy as np

from reperio.index.encoder import Vectors
from reperio.index.meaning import Meaning, Searched
from reperio.index.names import Numbers
from reperio.index.rows import Mask

BLOCK = 65_536


def exact(one: Searched, asked: Vectors, count: int, among: Mask | None = None) -> list[Numbers]:
    """The nearest texts of each question in a segment, by every vector; `among` tells which texts count."""
    best = np.full((len(asked), count), -2.0, np.float32)
    numbers = np.full((len(asked), count), -1, np.int64)
    for start in range(0, one.rows.count, BLOCK):
        texts = np.arange(start, min(start + BLOCK, one.rows.count))
        if among is not None:
            texts = texts[among[texts]]
        products = asked @ one.rows.get(texts).T
        every = np.concatenate([best, products], axis=1)
        which = np.concatenate([numbers, np.broadcast_to(texts, products.shape)], axis=1)
        kept = np.argpartition(-every, count - 1, axis=1)[:, :count]
        best, numbers = np.take_along_axis(every, kept, axis=1), np.take_along_axis(which, kept, axis=1)
    return [row[row >= 0] for row in numbers]


def recall_at(meaning: Meaning, asked: Vectors, count: int = 10) -> float:
    """Share of the exact nearest texts of each question that are found, over the largest segment."""
    largest = max(meaning.searched, key=lambda one: one.rows.count)
    truth = exact(largest, asked, count)
    found = [largest.rows.nearest(vector, count)[0] for vector in asked]
    return float(
        np.mean([len(np.intersect1d(one, best)) / max(1, len(best)) for one, best in zip(found, truth, strict=True)])
    )
