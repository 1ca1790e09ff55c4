"""Writes the variables of a home, their vectors and questions as files that peers load (`peers.py`).

    python bench/speed/export.py HOME DIRECTORY [--questions 100] [--seed 7]

`variables.jsonl` has one variable a line: text (label, wording, answers), study, and nine facets, those that it states and
those of its study. `vectors.npy` (16-bit floats, one row a variable) are those of the home where it has an encoder;
elsewhere directions drawn for each word, by its hash, and summed: near where words are shared, and as long.
"""

from __future__ import annotations

import argparse
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from inside import service_of
from numpy.typing import NDArray
from questions import draw

from reperio.corpus.model import Item
from reperio.resource.fields import Resource

DIMENSIONS = 384  # of directions that are drawn
AT_ONCE = 4096


def main() -> None:
    """Write the files."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("home", type=Path)
    options.add_argument("directory", type=Path)
    options.add_argument("--questions", type=int, default=100)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--most", type=int, default=10**9, help="variables at most")
    given = options.parse_args()
    given.directory.mkdir(parents=True, exist_ok=True)
    service = service_of(given.home)
    discovery = service.discovery()
    embed = _Embedding(discovery.encoder)
    roots: dict[str, Resource] = {}
    count = min(given.most, discovery.index.backend.stats().documents["variables"])
    held = np.lib.format.open_memmap(given.directory / "vectors.npy", "w+", np.float16, (count, embed.dimensions))
    encoder = msgspec.json.Encoder()
    row = 0
    texts: list[str] = []
    with (given.directory / "variables.jsonl").open("wb") as file:
        for item in discovery.corpus.walk(["variable"]):
            if row + len(texts) >= count:
                break
            line = _line(item, _root(discovery.corpus, item, roots))
            file.write(encoder.encode(line) + b"\n")
            texts.append(line["text"])
            if len(texts) == AT_ONCE:
                held[row : row + len(texts)] = embed(texts)
                row, texts = row + len(texts), []
        held[row : row + len(texts)] = embed(texts)
        row += len(texts)
    held.flush()
    asked = [one for one in draw(given.home, given.questions, given.seed) if one.query.text]
    words = [one.query.text for one in asked if one.query.page == 1 and one.query.sort == "best"]
    np.save(given.directory / "questions.npy", embed(words))
    (given.directory / "questions.json").write_bytes(encoder.encode(words))
    print(f"{row} variables, {len(words)} questions; vectors: {embed.name}")


class _Embedding:
    """Vectors of texts: by the encoder of the home, or of the words."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder
        self.name = encoder.name if encoder else "words, by hash"
        self.dimensions = int(encoder.dimensions) if encoder else DIMENSIONS

    def __call__(self, texts: list[str]) -> NDArray[np.float16]:
        if not texts:
            return np.zeros((0, self.dimensions), np.float16)
        if self._encoder is not None:
            return np.asarray(self._encoder.encode(texts), np.float16)
        rows = np.array([sum((_direction(word) for word in set(text.lower().split())), _NOWHERE) for text in texts])
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float16)


_NOWHERE = np.zeros(DIMENSIONS, np.float32)


@lru_cache(maxsize=200_000)
def _direction(word: str) -> NDArray[np.float32]:
    return np.random.default_rng(zlib.crc32(word.encode())).standard_normal(DIMENSIONS).astype(np.float32)


def _root(corpus: Any, item: Item, roots: dict[str, Resource]) -> Resource | None:
    parent = item.resource.part_of[0] if item.resource.part_of else ""
    if parent not in roots:
        above = corpus.ancestors(item.id)
        if not above:
            return None
        roots[parent] = above[0].resource
    return roots[parent]


def _line(item: Item, root: Resource | None) -> dict[str, Any]:
    variable = item.resource
    texts = [variable.title, *(text.value for text in variable.question), *(one.label for one in variable.categories)]
    facets = {"study": root.id if root else item.id, "source": item.sources[0] if item.sources else ""}
    for name, values in (
        ("wave", [variable.wave] if variable.wave else []),
        ("instrument", list(variable.instruments)),
        ("topic", [one.label for one in (*variable.topics, *(root.topics if root else ()))]),
        ("keyword", [one.label for one in (root.keywords if root else ())]),
        ("country", [place.country or place.name for place in (root.spatial if root else ())]),
        ("design", list(root.study_designs) if root else []),
        ("method", [one.label for one in (root.time_methods if root else ())]),
        ("publisher", [one.name for one in (root.publishers if root else ())]),
    ):
        facets[name] = next((value for value in values if value), "")
    return {"id": item.id, "text": " ".join(dict.fromkeys(texts))[:2000]} | facets


if __name__ == "__main__":
    main()
