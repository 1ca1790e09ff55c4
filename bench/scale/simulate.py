"""Scatter and gather, simulated: how long a question takes that waits for every shard.

A question is a task on each shard; a node runs so many at once, and a machine has so many processors for all its nodes.
The answer is there when the last task is, and what the node that gathers adds. Times of tasks are those that were
measured, question by question and shard by shard (`measure.py`), or drawn: one of the questions, since what is slow on one
shard is slow on all, and how far its shards differ from another.

    python bench/scale/simulate.py            compares its predictions with what was measured on one node and on three
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

MEASURED = Path(__file__).parent / "frozen" / "measured.json"
QUESTIONS = 4_000

Draw = Callable[[random.Random, int], list[float]]
"""Gives the times of a question's tasks on so many shards."""


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
    """Times of questions that are asked one after the other, in order of size."""
    chance = random.Random(seed)
    return sorted(answer_time(layout, draw(chance, layout.shards)) for _ in range(questions))


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
        for shard, task in enumerate(draw(chance, layout.shards)):
            own = free[shard % layout.nodes]
            start = max(now, heapq.heappop(own))
            end = start + task
            heapq.heappush(own, end)
            last = max(last, end)
        found.append(last - now + layout.overhead)
    return sorted(found)


def one_of(weights: Sequence[float], apart: float = 0.0) -> Draw:
    """Draw a question by its weight, and how its shards differ from one another from a lognormal of the deviation `apart`."""
    kept = tuple(weights)

    def draw(chance: random.Random, shards: int) -> list[float]:
        weight = chance.choice(kept)
        return [weight * math.exp(chance.gauss(0.0, apart)) for _ in range(shards)]

    return draw


def apart(rows: Sequence[Sequence[float]]) -> float:
    """How far shards differ from one another at the same question: the deviation of the logarithm, in the middle of questions."""
    found = [statistics.stdev(math.log(task) for task in row) for row in rows if len(row) > 1]
    return statistics.median(found) if found else 0.0


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which that share of ordered values lies (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> None:
    """Print predictions beside measurements."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("measured", nargs="?", type=Path, default=MEASURED)
    measured = msgspec.json.decode(options.parse_args().measured.read_bytes())
    print("\n".join([*check(measured), "", *growth(measured)]))


def check(measured: dict) -> list[str]:
    """Rows of a table: what the simulation says of each run, and what was measured.

    Tasks are those of the shards of the run with one node, asked one by one, of each question that was asked; what
    gathering adds is what a question takes that finds nothing.
    """
    rows = [
        "| variables | shards | nodes | predicted p50, p95 ms | measured p50, p95 ms | measured / predicted |",
        "|---|---|---|---|---|---|",
    ]
    for size, shards in sorted({(run["variables"], run["shards"]) for run in measured["runs"]}):
        runs = {run["nodes"]: run for run in measured["runs"] if (run["variables"], run["shards"]) == (size, shards)}
        if 1 not in runs:
            continue
        rows_of_tasks, overhead = runs[1]["shard_ms"], runs[1]["overhead_ms"]
        for nodes, run in sorted(runs.items()):
            layout = Layout(run["shards"], nodes, 1, min(nodes, measured["processors"]), overhead)
            times = sorted(answer_time(layout, tasks) for tasks in rows_of_tasks)
            told = quantile(times, 0.5), quantile(times, 0.95)
            rows.append(
                f"| {size:,} | {shards} | {nodes} | {told[0]:.1f}, {told[1]:.1f} | {run['p50_ms']:.1f}, {run['p95_ms']:.1f} "
                f"| {run['p50_ms'] / told[0]:.2f}, {run['p95_ms'] / told[1]:.2f} |"
            )
    return rows


def line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The straight line nearest to points, relative to their height: where it begins, never below 0, and how it climbs, never falling."""
    if len({place for place, _ in points}) < 2:
        place, height = points[0]
        return 0.0, height / place
    rows = [(1 / height, place / height) for place, height in points]
    ones, mixed, squares = (sum(a * b for a, b in pairs) for pairs in (
        [(one, one) for one, _ in rows], rows, [(two, two) for _, two in rows],
    ))  # fmt: skip
    first, second = sum(one for one, _ in rows), sum(two for _, two in rows)
    begin = (first * squares - second * mixed) / (ones * squares - mixed * mixed)
    climb = (second - begin * mixed) / squares
    if begin < 0:
        return 0.0, second / squares
    return (begin, climb) if climb >= 0 else (first / ones, 0.0)


def growth(measured: dict) -> list[str]:
    """Rows of a table: how long a shard's own part took by the shard's size, beside the line through all sizes but its own."""
    points = shard_points(measured)
    rows = [
        "| variables a shard | a shard's part, p50, p95 ms | by the line of the others, p50, p95 ms | measured / that |",
        "|---|---|---|---|",
    ]
    for size, (half, most) in sorted(points.items()):
        told = []
        for which in (0, 1):
            others = [(place, both[which]) for place, both in points.items() if place != size]
            begin, climb = line(others) if others else (0.0, points[size][which] / size)
            told.append(begin + climb * size)
        rows.append(
            f"| {size:,.0f} | {half:.1f}, {most:.1f} | {told[0]:.1f}, {told[1]:.1f} "
            f"| {half / told[0]:.2f}, {most / told[1]:.2f} |"
        )
    return rows


def shard_points(measured: dict) -> dict[float, tuple[float, float]]:
    """Median and 95th percentile of what was measured shard by shard on one node, by the variables of a shard."""
    found = {}
    for run in measured["runs"]:
        if run["nodes"] == 1:
            tasks = sorted(task for row in run["shard_ms"] for task in row)
            found[run["variables"] / run["shards"]] = (quantile(tasks, 0.5), quantile(tasks, 0.95))
    return found


if __name__ == "__main__":
    main()
