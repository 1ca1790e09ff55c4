"""What a cluster needs for so many variables and datasets: shards, room, memory, hours of encoding, and money.

Every number that is not measured is an assumption of `Assumptions`, told with the result.

    python bench/scale/model.py               prints the table for the sizes of SIZES
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

import msgspec
from simulate import MEASURED, Layout, apart, line, one_of, quantile, shard_points, simulate, under_load

SIZES = {
    "the original": (5_200_000, 26_000),
    "ten of it": (52_000_000, 260_000),
    "a continent": (200_000_000, 10_000_000),
    "everything": (1_000_000_000, 50_000_000),
}
"""Variables and datasets (or studies)."""
GB = 10**9
MILLION = 10**6
VECTORS = 20_000
"""Taken in when measured: more than are all looked at, so that the graph is walked."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the model takes for granted.

    Attributes:
        bytes_variable, bytes_dataset: of words, filters and facets, in one copy; measured.
        bytes_vector: of a vector with its graph and what it stands for, in one copy; measured.
        texts_variable: distinct texts below a study for each of its variables; measured on a real catalogue (`texts.py`).
        texts_dataset: passages encoded of a dataset; likewise.
        shard_ms: median time of a task by a shard's variables: where the line begins, and milliseconds a million; measured.
        shard_p95_ms: its 95th percentile likewise; measured.
        questions: for each question that was asked its own line; measured.
        task_p95_ms: the longest that this is to be: shards are so small.
        shard_apart: how far shards differ from one another at the same question (`simulate.apart`); measured.
        fixed_ms: what a question takes besides its slowest task; measured.
        texts_second, passages_second: wordings and passages encoded a second by one core; measured (`bench/speed/encoding.py`).
        documents_second: documents written a second by one core of an indexing host; measured.
        taken_second, vectors_second: documents and vectors taken in and merged a second by one core of a node; measured.
        copies: of each shard.
        cached: share of the words, and of the vectors, that is to lie in memory for answers to be quick.
        node_memory, node_cores: of a node; half its memory is for the page cache.
        shards_core: shards that a core of a node serves.
        core_month, gb_month_memory, gb_month_disk: prices in euros, of rented machines.
    """

    bytes_variable: float = 700
    bytes_dataset: float = 20_000
    bytes_vector: float = 2_600
    texts_variable: float = 0.8
    texts_dataset: float = 1.1
    shard_ms: tuple[float, float] = (5.0, 10.0)
    shard_p95_ms: tuple[float, float] = (20.0, 200.0)
    questions: tuple[tuple[float, float], ...] = ((5.0, 10.0),)
    shard_apart: float = 0.2
    task_p95_ms: float = 500.0
    fixed_ms: float = 3.0
    texts_second: float = 218.0
    passages_second: float = 69.0
    documents_second: float = 1_500.0
    taken_second: float = 1_500.0
    vectors_second: float = 200.0
    copies: int = 2
    cached: tuple[float, float] = (0.3, 1.0)
    node_memory: int = 64
    node_cores: int = 16
    shards_core: float = 1.0
    core_month: float = 10.0
    gb_month_memory: float = 2.0
    gb_month_disk: float = 0.1

    @property
    def shard_variables(self) -> int:
        """Variables of a shard at most, in whole hundred thousands."""
        begin, climb = self.shard_p95_ms
        return max(1, int(10 * (self.task_p95_ms - begin) / climb)) * 100_000


@dataclass(frozen=True, slots=True)
class Need:
    """What a size needs: shards, nodes, GB of disk and memory over all nodes, core-hours, euros, milliseconds."""

    shards: int
    nodes: int
    disk_gb: float
    memory_gb: float
    encoding_hours: float
    writing_hours: float
    encoding_euros: float
    month_euros: float
    p50_ms: float
    p95_ms: float
    p95_busy_ms: float


def need(variables: int, datasets: int, given: Assumptions, rate: float = 20.0) -> Need:
    """What so many variables and datasets need; `rate` questions a second for the busy figure."""
    shards = max(1, math.ceil(variables / given.shard_variables))
    texts = variables * given.texts_variable + datasets * given.texts_dataset
    words = variables * given.bytes_variable + datasets * given.bytes_dataset
    vectors = texts * given.bytes_vector
    encoding = variables * given.texts_variable / given.texts_second
    encoding_hours = (encoding + datasets * given.texts_dataset / given.passages_second) / 3600
    disk = (words + vectors) * given.copies * 1.5  # merging needs room of its own
    memory = (words * given.cached[0] + vectors * given.cached[1]) * given.copies
    by_memory = math.ceil(memory / (given.node_memory * GB / 2))
    by_shards = math.ceil(shards * given.copies / (given.node_cores * given.shards_core))
    nodes = max(3 if shards > 1 else 1, by_memory, by_shards)
    layout = Layout(shards, nodes, given.node_cores, overhead=given.fixed_ms)
    draw = one_of([by_line(told, variables / shards) for told in given.questions], given.shard_apart)
    alone = simulate(layout, draw, 1_000)
    busy = under_load(layout, draw, rate, 1_000)
    month = nodes * (given.node_cores * given.core_month + given.node_memory * given.gb_month_memory)
    return Need(
        shards=shards,
        nodes=nodes,
        disk_gb=disk / GB,
        memory_gb=memory / GB,
        encoding_hours=encoding_hours,
        writing_hours=writing_hours(variables + datasets, texts, given),
        encoding_euros=encoding_hours / (30 * 24) * given.core_month,
        month_euros=month + disk / GB * given.gb_month_disk,
        p50_ms=quantile(alone, 0.5),
        p95_ms=quantile(alone, 0.95),
        p95_busy_ms=quantile(busy, 0.95),
    )


def writing_hours(documents: float, texts: float, given: Assumptions) -> float:
    """Core-hours of hosts that write and, for each copy, of nodes that take in."""
    seconds = (documents + texts) / given.documents_second
    seconds += given.copies * (documents / given.taken_second + texts / given.vectors_second)
    return seconds / 3600


def by_line(told: tuple[float, float], variables: float) -> float:
    """Milliseconds by the line that begins at one figure and climbs by another for each million."""
    begin, climb = told
    return begin + climb * variables / MILLION


def table(given: Assumptions) -> list[str]:
    """Rows of the table of needs."""
    rows = [
        "| | variables | datasets | shards | nodes of "
        f"{given.node_cores} cores, {given.node_memory} GB | disk TB | memory TB | encoding, core-hours (euros) "
        "| writing, core-hours | euros a month | p50, p95 ms | p95 at 20 a second |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, (variables, datasets) in SIZES.items():
        told = need(variables, datasets, given)
        rows.append(
            f"| {name} | {variables:,} | {datasets:,} | {told.shards} | {told.nodes} | {told.disk_gb / 1000:.2f} "
            f"| {told.memory_gb / 1000:.2f} | {told.encoding_hours:,.0f} ({told.encoding_euros:,.0f}) "
            f"| {told.writing_hours:,.0f} | {told.month_euros:,.0f} | {told.p50_ms:.0f}, {told.p95_ms:.0f} "
            f"| {told.p95_busy_ms:.0f} |"
        )
    return rows


def assumptions(measured: dict) -> Assumptions:
    """Assumptions with what was measured put in their places: of the largest shard on one node, and of all for how it grows."""
    alone = [run for run in measured["runs"] if run["nodes"] == 1]
    run = max(alone, key=lambda run: run["variables"] / run["shards"])
    widest = max(alone, key=lambda run: (run["shards"], run["variables"]))
    half, most = (_line_of(measured, which) for which in (0, 1))
    return Assumptions(
        bytes_variable=run["bytes_variable"],
        bytes_dataset=run["bytes_dataset"],
        bytes_vector=run["bytes_vector"],
        shard_ms=half,
        shard_p95_ms=most,
        questions=question_lines(measured),
        shard_apart=apart(widest["shard_ms"]),
        fixed_ms=run["overhead_ms"],
        documents_second=run["documents"] / run["build_cpu_s"],
        taken_second=run["documents"] / run["nodes_cpu_s"],
        vectors_second=VECTORS / run["vectors_cpu_s"],
    )


def question_lines(measured: dict) -> tuple[tuple[float, float], ...]:
    """For each question the line through what it took in the mean of the shards of each size."""
    points: dict[int, list[tuple[float, float]]] = {}
    for run in measured["runs"]:
        if run["nodes"] == 1:
            for number, row in enumerate(run["shard_ms"]):
                points.setdefault(number, []).append((run["variables"] / run["shards"], sum(row) / len(row)))
    return tuple((begin, climb * MILLION) for begin, climb in map(line, points.values()))


def _line_of(measured: dict, which: int) -> tuple[float, float]:
    begin, climb = line([(place, both[which]) for place, both in shard_points(measured).items()])
    return begin, climb * MILLION


def main() -> None:
    """Print the table, with what is assumed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("measured", nargs="?", type=Path, default=MEASURED)
    path = options.parse_args().measured
    given = assumptions(msgspec.json.decode(path.read_bytes())) if path.exists() else Assumptions()
    print("\n".join(table(given)))
    print(given)


if __name__ == "__main__":
    main()
