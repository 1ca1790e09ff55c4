"""Scatter and gather, simulated: how long a question takes that waits for every shard.

A question is a task on each shard; a node runs so many at once, and a machine has so many processors for all its nodes.
The answer is there when the last task is, and what the node that gathers adds. Times of tasks are drawn from those that
were measured, shard by shard (`measure.py`), or from a lognormal of the same median and spread.

    python bench/scale/simulate.py            compares its predictions with what was measured on one node and on three
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

MEASURED = Path(__file__).parent / "frozen" / "measured.json"
QUESTIONS = 4_000

Draw = Callable[[random.Random], float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Shards on nodes: how many, how many tasks a node runs at once, how many processors all nodes share.

    `overhead` is what a question takes beside its slowest task, in milliseconds.
    """

    shards: int
    nodes: int
    at_once: int = 1
    processors: int | None = None
    overhead: float = 0.0


def answer_time(layout: Layout, tasks: Sequence[float]) -> float:
    """Time of one question, asked alone, of the times of its tasks: one of each shard, shards in turn over nodes."""
    ends: list[list[float]] = [[0.0] * layout.at_once for _ in range(layout.nodes)]
    shared = [0.0] * (layout.processors or layout.nodes * layout.at_once)
    last = 0.0
    for shard, task in enumerate(tasks):
        own = ends[shard % layout.nodes]
        start = max(heapq.heappop(own), heapq.heappop(shared))
        heapq.heappush(own, start + task)
        heapq.heappush(shared, start + task)
        last = max(last, start + task)
    return last + layout.overhead


def simulate(layout: Layout, draw: Draw, questions: int = QUESTIONS, seed: int = 1) -> list[float]:
    """Times of questions that are asked one after the other, each task drawn for itself, in order of size."""
    chance = random.Random(seed)
    return sorted(answer_time(layout, [draw(chance) for _ in range(layout.shards)]) for _ in range(questions))


def under_load(layout: Layout, draw: Draw, rate: float, questions: int = QUESTIONS, seed: int = 1) -> list[float]:
    """Times of questions that come at random, `rate` a second in the mean, and wait where all are busy.

    Each shard's task goes to its node and waits there for a place; nothing is refused.
    """
    chance = random.Random(seed)
    free = [[0.0] * layout.at_once for _ in range(layout.nodes)]
    now = 0.0
    found = []
    for _ in range(questions):
        now += chance.expovariate(rate) * 1000
        last = now
        for shard in range(layout.shards):
            own = free[shard % layout.nodes]
            start = max(now, heapq.heappop(own))
            end = start + draw(chance)
            heapq.heappush(own, end)
            last = max(last, end)
        found.append(last - now + layout.overhead)
    return sorted(found)


def drawn_from(samples: Sequence[float]) -> Draw:
    """Draw from what was measured."""
    kept = tuple(samples)
    return lambda chance: kept[chance.randrange(len(kept))]


def lognormal(median: float, p95: float) -> Draw:
    """Draw from a lognormal of a median and a 95th percentile."""
    spread = math.log(max(p95, median) / median) / 1.645
    return lambda chance: median * math.exp(chance.gauss(0.0, spread))


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which that share of ordered values lies (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> None:
    """Print predictions beside measurements."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("measured", nargs="?", type=Path, default=MEASURED)
    for told in check(msgspec.json.decode(options.parse_args().measured.read_bytes())):
        print(told)


def check(measured: dict) -> list[str]:
    """Rows of a table: what the simulation says of each run, and what was measured.

    Tasks are those of the shards of the run with one node, asked one by one; what gathering adds is what one shard asked
    by itself takes longer than it says it worked.
    """
    rows = [
        "| variables | nodes | predicted p50, p95 ms | measured p50, p95 ms | measured / predicted |",
        "|---|---|---|---|---|",
    ]
    for size in sorted({run["variables"] for run in measured["runs"]}):
        runs = {run["nodes"]: run for run in measured["runs"] if run["variables"] == size}
        if 1 not in runs:
            continue
        draw, overhead = drawn_from(runs[1]["shard_ms"]), runs[1]["overhead_ms"]
        for nodes, run in sorted(runs.items()):
            layout = Layout(run["shards"], nodes, 1, min(nodes, measured["processors"]), overhead)
            times = simulate(layout, draw)
            told = quantile(times, 0.5), quantile(times, 0.95)
            rows.append(
                f"| {size:,} | {nodes} | {told[0]:.1f}, {told[1]:.1f} | {run['p50_ms']:.1f}, {run['p95_ms']:.1f} "
                f"| {run['p50_ms'] / told[0]:.2f}, {run['p95_ms'] / told[1]:.2f} |"
            )
    return rows


if __name__ == "__main__":
    main()
