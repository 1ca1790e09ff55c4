"""How much of what is nearest the approximate search finds, and how long it takes, beside comparing everything.

    python bench/speed/recall.py HOME [--queries 200] [--into docs/explanation/performance.md]

Questions are texts of the index with half of their words, encoded by the encoder whose vectors the index has. Truth is
the product with every vector. Told: recall@10 without a filter, inside a tenth of the texts drawn at random, and inside
the study with the most texts; time of each search by the clock and by the processor, medians and 95th percentiles. Takes
about a minute for a million texts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from reperio.index.encoder import Encoder, Vectors
from reperio.index.library import meaning_path
from reperio.index.meaning import Meaning, Searched
from reperio.index.names import Numbers
from reperio.index.recall import exact
from reperio.index.rows import Mask
from reperio.jobs import Workshop
from reperio.settings import Settings

FIRST = 10
BAR = 0.95
BEGIN, END = "<!-- recall -->", "<!-- /recall -->"


class Found(msgspec.Struct, frozen=True):
    """Recall and times (milliseconds) of one kind of search."""

    name: str
    texts: int
    recall: float
    p50: float
    p95: float
    cpu_p50: float


def measure(home: Path, queries: int = 200, seed: int = 7) -> tuple[str, int, list[Found]]:
    """The encoder, the distinct texts of variables, and what was found for each kind of search.

    Args:
        home: an indexed home.
        queries: questions asked of each kind.
        seed: draws them.
    """
    workshop = Workshop(Settings(home=home))
    path, manifest = workshop.library.current()
    encoder = _encoder(workshop, manifest.model)
    meaning = Meaning(meaning_path(path, "variables"), manifest.model)
    shelf = max(meaning.searched, key=lambda one: one.rows.count)
    random = np.random.default_rng(seed)
    asked = _asked(shelf, encoder, queries, random)
    count = shelf.rows.count
    tenth = random.random(shelf.segment.text_count) < 0.1
    sizes = np.diff(shelf.segment.below.start)
    largest = np.zeros(shelf.segment.text_count, bool)
    largest[shelf.segment.below.of(int(sizes.argmax()))] = True
    kinds: list[tuple[str, Mask | None]] = [
        ("everything", None),
        ("a tenth at random", tenth),
        ("the largest study", largest),
    ]
    return manifest.model, count, [_found(shelf, asked, name, among) for name, among in kinds]


def _encoder(workshop: Workshop, model: str) -> Encoder:
    if workshop.stand_in is not None and workshop.stand_in.name == model:
        return workshop.stand_in.encoder()
    assert workshop.encoder is not None
    return workshop.encoder


def _asked(shelf: Searched, encoder: Encoder, queries: int, random: np.random.Generator) -> Vectors:
    texts = []
    for number in random.choice(shelf.rows.count, min(4 * queries, shelf.rows.count), replace=False):
        words = shelf.segment.texts[int(number)].split()
        if len(words) > 2:
            texts.append(" ".join(random.permutation(words)[: (len(words) + 1) // 2]))
    vectors = encoder.encode(texts[:queries], purpose="query")
    return vectors[vectors.any(axis=1)]


def _found(shelf: Searched, asked: Vectors, name: str, among: Mask | None) -> Found:
    truth = exact(shelf, asked, FIRST, among)
    hits, wall, cpu = 0.0, [], []
    for vector, best in zip(asked, truth, strict=True):
        found, seconds, busy = _timed(
            lambda vector=vector: shelf.rows.nearest(vector, FIRST, among=among, thorough=among is not None)[0]
        )
        hits += len(np.intersect1d(found, best)) / max(1, len(best))
        wall.append(seconds)
        cpu.append(busy)
    size = shelf.rows.count if among is None else int(among[: shelf.rows.count].sum())
    p50, p95 = np.percentile(wall, [50, 95]) * 1000
    return Found(name, size, hits / len(asked), float(p50), float(p95), float(np.median(cpu)) * 1000)


def _timed(search: Callable[[], Numbers]) -> tuple[Numbers, float, float]:
    begun, busy = time.perf_counter(), time.process_time()
    found = search()
    return found, time.perf_counter() - begun, time.process_time() - busy


def table(model: str, count: int, rows: list[Found]) -> str:
    """The figures as a table."""
    lines = [
        f"Distinct texts of variables: {count:,}; encoder {model}.\n",
        "| searched | texts | recall@10 | p50 ms | p95 ms | p50 ms of processor |\n|---|---|---|---|---|---|",
        *(
            f"| {one.name} | {one.texts:,} | {one.recall:.3f} | {one.p50:.1f} | {one.p95:.1f} | {one.cpu_p50:.1f} |"
            for one in rows
        ),
    ]
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("home", type=Path)
    options.add_argument("--queries", type=int, default=200)
    options.add_argument("--into", type=Path, help="document whose table is replaced, between its markers")
    given = options.parse_args()
    model, count, rows = measure(given.home, given.queries)
    print(table(model, count, rows))
    if given.into is not None:
        text = given.into.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        given.into.write_text(f"{before}{BEGIN}\n{table(model, count, rows)}\n{END}{after}", encoding="utf-8")
    worst = min(one.recall for one in rows)
    print(f"The bar of {BAR} is {'reached' if worst >= BAR else 'NOT reached'}.")
    return 0 if worst >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
