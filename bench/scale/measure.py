"""One node of OpenSearch against three, on this machine: building, room, memory, and a mix of questions.

    python bench/scale/measure.py                        100,000, 300,000 and a million variables, one node and three: about 45 minutes
    python bench/scale/measure.py --variables 20000      a quick look: about five minutes
    python bench/scale/measure.py --write                also keeps the results and writes the tables of docs/explanation/scale.md,
                                                         after each step: what is broken off has told what it had
    python bench/scale/measure.py --write --add --variables 1000000 --nodes 1 --shards 1
                                                         one step more, beside those that were kept: a larger shard
    python bench/scale/measure.py --tables               writes the tables of what was kept, and measures nothing

Nodes are those of the tests (`tests/cluster`): Java 21 and Maven are needed, 1 GB of heap each. All run on one machine, so three
share what one has: what is compared is the work, and what is gained by asking shards side by side.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from made_up import Words, documents
from model import MEASURED, VECTORS, assumptions, table
from simulate import check, growth, quantile

from reperio.index.ask import AllOf, AnyOf, Ask, Between, Everything, FacetAsk, In, Phrase, Word
from reperio.index.encoder import Vectors
from reperio.index.generation import Manifest
from reperio.index.meaning import Entry
from reperio.index.opensearch_address import parse_address
from reperio.index.opensearch_backend import OpenSearchBackend
from reperio.index.opensearch_generations import Cluster
from reperio.index.opensearch_wire import Wire
from reperio.index.opensearch_words import COLLECTIONS
from reperio.index.vectors import TextVectors

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from cluster.nodes import Layout, Nodes, find_java, found_jars  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "scale.md"
GENERATION = "v2-made-up-000000000001"
SHARDS = 3
ASKED = 150
WARMING = 10
"""How often all is asked at most, for each node, before it counts: what a node runs often it compiles anew."""

STEADY = 0.95
NEAREST_ASKED = 50
NEAREST_WARMING = 100
DIMENSIONS = 384
FACETS = tuple(FacetAsk(name, 10) for name in ("topic", "country", "source", "year"))


class Run(msgspec.Struct, kw_only=True):
    """What was measured of so many variables on so many nodes.

    Attributes:
        build_s, build_cpu_s: until all was written and visible; of it processors' seconds of the indexing process.
        nodes_cpu_s: processors' seconds of all nodes for it, and for merging it.
        bytes_variable, bytes_dataset, bytes_vector: in the first copy.
        vectors_cpu_s: processors' seconds of all nodes for taking in and merging `VECTORS` vectors.
        node_mb: memory that each node's process held at the end.
        p50_ms, p95_ms, cpu_ms: of the mix of questions; seconds of all processes by question.
        near_p50_ms, near_p95_ms: of the nearest vectors.
        load, day: of the machine when it began, and when that was.
        shard_ms: times of each shard's part, asked by itself, question by question; `overhead_ms` of a question that finds nothing.
    """

    variables: int
    documents: int
    nodes: int
    shards: int
    build_s: float
    build_cpu_s: float
    nodes_cpu_s: float
    bytes_variable: float
    bytes_dataset: float
    bytes_vector: float
    vectors_cpu_s: float
    node_mb: list[int]
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    near_p50_ms: float
    near_p95_ms: float
    overhead_ms: float
    shard_ms: list[list[float]]
    load: float
    day: str


class Measured(msgspec.Struct, kw_only=True):
    """All runs, and where they were made."""

    machine: str
    processors: int
    heap_mb: int
    runs: list[Run]

    def keep(self, made: Run) -> None:
        """Put a run in the place of an earlier one of the same kind."""
        kinds = {(run.shards, run.variables, run.nodes): run for run in (*self.runs, made)}
        self.runs = [kinds[kind] for kind in sorted(kinds, key=lambda kind: (-kind[0], *kind[1:]))]


class OneShard(Wire):
    """Asks one shard only."""

    shard = 0

    def search(self, path: str, body: Any, **params: Any) -> Any:
        """Ask that shard, whatever is preferred."""
        return super().search(path, body, **{**params, "preference": f"_shards:{self.shard}"})


class MadeUpEncoder:
    """Vectors drawn by a text's hash, near one of 300 middles, as those of real texts lie in groups."""

    name = "made-up"
    dimensions = DIMENSIONS

    def encode(self, texts: Sequence[str], **_: str) -> Vectors:
        """Give a row a text."""
        middles = np.random.default_rng(1).normal(size=(300, DIMENSIONS))
        rows = []
        for text in texts:
            seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
            own = np.random.default_rng(seed)
            rows.append(middles[seed % 300] + own.normal(size=DIMENSIONS))
        made = np.asarray(rows, np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


def questions(words: Words, number: int) -> Iterator[Ask]:
    """A mix: words, several words, phrases, beginnings, slips, filters, groups, and none at all; with facets."""
    chance = random.Random(99)
    for place in range(number):
        one, two, three = (Word(words.one(chance)) for _ in range(3))
        clause = (
            one, AllOf((one, two)), AnyOf((one, two, three), 2), Phrase(f"{one.text} {two.text}"), AnyOf((one, two)),
            Word(one.text[:4], prefix=True), Word(one.text[:-1], fuzzy=1), AllOf((one, two, three)), Everything(),
        )[place % 9]  # fmt: skip
        filters = (
            (), (In("country", ("GB", "DE")),), (Between("year", 1990, 2005),), (In("topic", ("topic 1", "topic 2")),),
        )[place % 4]  # fmt: skip
        yield Ask(
            collection="variables", clause=clause, filters=filters, facets=FACETS, group=("", "", "root")[place % 3]
        )


def measure(variables: int, number: int, shards: int, heap: int, directory: Path, jars: str) -> Run:
    """Build and ask on so many nodes."""
    java, load = find_java(), os.getloadavg()[0]
    assert java is not None
    with Nodes(number, directory / f"nodes{number}-{variables}", java, jars, Layout(heap=heap, quick=False)) as nodes:
        told = f"?shards={shards}&replicas=0"
        cluster = nodes.cluster("scale", told)
        cluster.begin(GENERATION, Manifest(schema=2, model="made-up", seq=1))
        backend = cluster.open(GENERATION)
        words = Words(random.Random(3))
        before, started, cpu = _seconds(nodes), time.perf_counter(), _own_seconds()
        written = backend.upsert(documents(words, variables))
        backend.commit()
        build = time.perf_counter() - started, _own_seconds() - cpu
        sizes = _sizes(cluster)
        nodes_cpu = _seconds(nodes) - before
        held = backend.stats().documents
        vectors = _vectors(cluster, words, directory, nodes)
        asked = list(questions(words, ASKED))
        _warm(backend, asked, number)
        before, cpu = _seconds(nodes), _own_seconds()
        times = sorted(_times(backend, asked))
        spent = _seconds(nodes) - before + _own_seconds() - cpu
        overhead, tasks = _by_shard(nodes.url("scale", told), asked, shards)
        made = Run(
            variables=variables, documents=written, nodes=number, shards=shards,
            build_s=build[0], build_cpu_s=build[1], nodes_cpu_s=nodes_cpu,
            bytes_variable=sizes["variables"] / max(1, held["variables"]),
            bytes_dataset=sizes["catalogue"] / max(1, held["catalogue"]), bytes_vector=vectors.bytes_each,
            vectors_cpu_s=vectors.cpu_s, node_mb=[nodes.memory(node) // 2**20 for node in range(number)],
            p50_ms=quantile(times, 0.5), p95_ms=quantile(times, 0.95), cpu_ms=spent * 1000 / len(asked),
            near_p50_ms=quantile(vectors.times, 0.5), near_p95_ms=quantile(vectors.times, 0.95), overhead_ms=overhead, shard_ms=tasks,
            load=load, day=time.strftime("%Y-%m-%d"),
        )  # fmt: skip
        cluster.close()
    return made


def _own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _seconds(nodes: Nodes) -> float:
    return sum(nodes.seconds(node) for node in range(len(nodes.http)))


def _sizes(cluster: Cluster) -> dict[str, int]:
    """Bytes of the first copy of each collection, merged: what is left after a while."""
    found = {}
    for name in COLLECTIONS:
        index = cluster.index_name(GENERATION, name)
        _settle(cluster, index)
        told = cluster.wire.ask("GET", f"/{index}/_stats/store")
        found[name] = int(told["_all"]["primaries"]["store"]["size_in_bytes"])
    return found


def _settle(cluster: Cluster, index: str) -> None:
    """Merge all segments, and let go of those that were merged: else both count."""
    cluster.wire.settled("POST", f"/{index}/_forcemerge", max_num_segments=1)
    cluster.wire.settled("POST", f"/{index}/_refresh")
    cluster.wire.settled("POST", f"/{index}/_flush")


class Neared(msgspec.Struct):
    """Times of asking for the nearest, in order of size; bytes of a vector; what taking all in cost the nodes."""

    times: list[float]
    bytes_each: float
    cpu_s: float


def _vectors(cluster: Cluster, words: Words, directory: Path, nodes: Nodes) -> Neared:
    chance = random.Random(7)
    encoder = MadeUpEncoder()
    texts = [words.some(chance, 6) for _ in range(VECTORS)]
    store = TextVectors(directory / "cache", DIMENSIONS)
    store.ensure(texts, encoder)  # type: ignore[arg-type]
    entries = [Entry(f"s/{n // 100}/v{n}", (text,), f"s/{n // 100}", "") for n, text in enumerate(texts)]
    before = _seconds(nodes)
    cluster.put_meaning(GENERATION, "variables", entries, [], store)
    index = f"scale-{GENERATION}-meaning_variables"
    _settle(cluster, index)
    spent = _seconds(nodes) - before
    told = cluster.wire.ask("GET", f"/{index}/_stats/store,docs")["_all"]["primaries"]
    meaning = cluster.meanings(GENERATION)["variables"]
    times = []
    for vector in encoder.encode([words.some(chance, 6) for _ in range(NEAREST_ASKED + NEAREST_WARMING)]):
        started = time.perf_counter()
        meaning.nearest(vector, 200)
        times.append((time.perf_counter() - started) * 1000)
    each = int(told["store"]["size_in_bytes"]) / int(told["docs"]["count"])
    return Neared(sorted(times[NEAREST_WARMING:]), each, spent)


def _times(backend: OpenSearchBackend, asked: Sequence[Ask]) -> list[float]:
    times = []
    for ask in asked:
        started = time.perf_counter()
        backend.search(ask)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _warm(backend: OpenSearchBackend, asked: Sequence[Ask], nodes: int) -> None:
    """Ask until it becomes no faster, three times on end; each of several nodes sees but its share of what is asked."""
    best, steady = float("inf"), 0
    for _ in range(WARMING * nodes):
        now = sum(_times(backend, asked))
        print(f"warming: {now / len(asked):.1f} ms a question", file=sys.stderr, flush=True)
        steady = steady + 1 if now > STEADY * best else 0
        best = min(best, now)
        if steady == 3:
            return


def _by_shard(url: str, asked: Sequence[Ask], shards: int) -> tuple[float, list[list[float]]]:
    """What a question costs that finds nothing, and what each costs each shard above that."""
    wire = OneShard(parse_address(url))
    indexes: Mapping[Any, str] = {name: f"scale-{GENERATION}-{name}" for name in COLLECTIONS}
    alone = OpenSearchBackend(wire, indexes, read_only=True)
    nothing = Ask(collection="variables", clause=Word("notaword"), limit=0)
    overhead = quantile(sorted(_times(alone, [nothing] * 40)), 0.5)
    tasks = []
    for shard in range(shards):
        wire.shard = shard
        tasks.append([round(max(0.1, one - overhead), 2) for one in _times(alone, asked)])
    wire.close()
    return overhead, [list(row) for row in zip(*tasks, strict=True)]


def measured_table(measured: Measured) -> list[str]:
    """Rows of the table of measurements."""
    rows = [
        "| variables | shards | nodes | built, documents a second | of it CPU-s, ours and theirs | bytes a variable, study, vector "
        "| MB a node | mix p50, p95 ms | CPU-ms a question | nearest p50, p95 ms | load before |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    return rows + [
        f"| {run.variables:,} | {run.shards} | {run.nodes} | {run.documents / run.build_s:,.0f} "
        f"| {run.build_cpu_s:.0f} + {run.nodes_cpu_s:.0f} "
        f"| {run.bytes_variable:.0f}, {run.bytes_dataset:,.0f}, {run.bytes_vector:,.0f} "
        f"| {', '.join(map(str, run.node_mb))} | {run.p50_ms:.0f}, {run.p95_ms:.0f} | {run.cpu_ms:.0f} "
        f"| {run.near_p50_ms:.0f}, {run.near_p95_ms:.0f} | {run.load:.1f} |"
        for run in measured.runs
    ]


def write_tables(measured: Measured, page: Path) -> None:
    """Put the tables of measurements, predictions and needs between their marks in a document."""
    told = msgspec.to_builtins(measured)
    days = " and ".join(sorted({run.day for run in measured.runs}))
    where = f"{measured.machine}, {measured.processors} processors, {measured.heap_mb} MB of heap a node, {days}."
    tables = {
        "measured": [where, "", *measured_table(measured)],
        "predicted": [*check(told), "", *growth(told)],
        "needs": table(assumptions(told))
        if any(run.nodes == 1 for run in measured.runs)
        else ["No run of one node yet."],
    }
    page.write_text(_with_tables(page.read_text(encoding="utf-8"), tables), encoding="utf-8")


def _with_tables(text: str, tables: Mapping[str, list[str]]) -> str:
    for name, rows in tables.items():
        begin, end = f"<!-- {name}: written by bench/scale/measure.py -->", f"<!-- end of {name} -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"the document has no place for the table {name}")
        body = "\n".join(rows)
        text = f"{before}{begin}\n\n{body}\n\n{end}{after}"
    return text


def main() -> None:
    """Measure, print, and keep what was measured when told so."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--variables", type=int, nargs="+", default=[100_000, 300_000, 1_000_000])
    options.add_argument("--nodes", type=int, nargs="+", default=[1, 3])
    options.add_argument("--shards", type=int, default=SHARDS)
    options.add_argument("--heap", type=int, default=1024, help="megabytes of each node")
    options.add_argument("--write", action="store_true")
    options.add_argument("--add", action="store_true", help="beside what was kept")
    options.add_argument("--tables", action="store_true", help="of what was kept, without measuring")
    told = options.parse_args()
    if told.tables:
        write_tables(msgspec.json.decode(MEASURED.read_bytes(), type=Measured), PAGE)
        return
    measured = Measured(machine=platform.machine(), processors=os.cpu_count() or 1, heap_mb=told.heap, runs=[])
    if told.add and MEASURED.exists():
        measured = msgspec.json.decode(MEASURED.read_bytes(), type=Measured)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        jars = found_jars(directory)
        if not jars or find_java() is None:
            sys.exit("Java 21 or Maven is missing, or Maven cannot fetch OpenSearch.")
        for variables in told.variables:
            for number in told.nodes:
                (directory / f"nodes{number}-{variables}").mkdir()
                measured.keep(measure(variables, number, told.shards, told.heap, directory, jars))
                print("\n".join(measured_table(measured)), flush=True)
                if told.write:
                    MEASURED.parent.mkdir(exist_ok=True)
                    MEASURED.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=1))
                    write_tables(measured, PAGE)
    print("\n".join([*check(msgspec.to_builtins(measured)), *growth(msgspec.to_builtins(measured))]))


if __name__ == "__main__":
    main()
