"""Search by meaning in a cluster answers as the files do: same cosines, same neighbours but for ties, narrowed or not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cluster.nodes import Nodes
from homes import WordsEncoder
from reperio.index.encoder import Vectors
from reperio.index.generation import Manifest
from reperio.index.meaning import Entry, Meaning, Near, add_segment
from reperio.index.opensearch_generations import Cluster
from reperio.index.opensearch_meaning import ClusterMeaning
from reperio.index.vectors import TextVectors

pytestmark = pytest.mark.cluster

GENERATION = "v2-beginnings-1-000000000001"
_WORDS = "sleep hours night mood income work child school weight height smoke drink walk pain heart trust vote age"
WORDS = _WORDS.split()
NEAREST = 10
OVERLAP = 0.9
ENCODER = WordsEncoder()


def text(rng: random.Random) -> str:
    return " ".join(rng.sample(WORDS, rng.randint(2, 6)))


def entries(rng: random.Random, roots: range) -> list[Entry]:
    return [
        Entry(f"s/{root}/v{number}", (text(rng), text(rng)), f"s/{root}", f"s/{root}/d{number % 3}")
        for root in roots
        for number in range(rng.randint(5, 25))
    ]


class Both:
    """The same entries in files and in a cluster."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self._cluster = cluster
        self._directory = directory
        self._store = TextVectors(directory / "cache", ENCODER.dimensions)

    def put(self, some: list[Entry], gone: list[str]) -> None:
        self._store.ensure((text for entry in some for text in entry.texts), ENCODER)
        add_segment(self._directory / "files", some, gone, self._store)
        self._cluster.put_meaning(GENERATION, "variables", some, gone, self._store)

    @property
    def files(self) -> Meaning:
        return Meaning(self._directory / "files")

    @property
    def nodes(self) -> ClusterMeaning:
        return self._cluster.meanings(GENERATION)["variables"]


CLUSTERS = {
    "one node": ("one_node", ""),
    "three nodes": ("three_nodes", "?shards=3&replicas=1"),
    "elasticsearch": ("elasticsearch", "?shards=2&replicas=0"),
}


@pytest.fixture(params=CLUSTERS)
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Both]:
    name, options = CLUSTERS[request.param]
    nodes: Nodes = request.getfixturevalue(name)
    cluster = nodes.cluster("meaning", options)
    cluster.discard(GENERATION)
    cluster.begin(GENERATION, Manifest(schema=2, model=ENCODER.name, seq=1))
    made = Both(cluster, tmp_path)
    made.put(entries(random.Random(5), range(60)), [])
    yield made
    cluster.discard(GENERATION)
    cluster.close()


def asked(number: int = 12) -> list[Vectors]:
    rng = random.Random(11)
    return [vector for vector in ENCODER.encode([text(rng) for _ in range(number)]) if vector.any()]


def overlap(expected: list[Near], found: list[Near]) -> float:
    """Share of what was expected that was found; what is as near as the last expected does as well."""
    if not expected:
        return 1.0
    least = expected[-1].cosine - 1e-3
    return sum(near.cosine >= least for near in found[: len(expected)]) / len(expected)


def check_alike(both: Both) -> None:
    files, nodes = both.files, both.nodes
    roots = [f"s/{number}" for number in range(0, 60, 7)]
    shares = []
    for vector in asked():
        shares += [
            overlap(files.nearest(vector, NEAREST), nodes.nearest(vector, NEAREST)),
            overlap(files.nearest_roots(vector, NEAREST), nodes.nearest_roots(vector, NEAREST)),
        ]
        expected, found = (each.nearest_within(vector, roots, 3) for each in (files, nodes))
        assert found.keys() == expected.keys()
        shares += [overlap(expected[root], found[root]) for root in expected]
        assert all(near.root == root for root, nears in found.items() for near in nears)
        ids = [near.id for near in files.nearest(vector, 80)]
        exact = files.cosines(ids, vector)
        assert nodes.cosines(ids, vector) == pytest.approx(exact, abs=2e-3)
    assert len(shares) > 50
    assert min(shares) == 1.0, "texts are few: all are looked at"


def test_what_is_near_is_the_same(both: Both) -> None:
    check_alike(both)
    near = both.nodes.nearest(asked()[0], 5)
    assert [one.cosine for one in near] == sorted((one.cosine for one in near), reverse=True)
    assert all(one.parent.startswith(f"{one.root}/d") for one in near)
    assert both.nodes.nearest(asked()[0], 5, floor=1.01) == []
    assert both.nodes.nearest(np.zeros(ENCODER.dimensions, np.float32), 5) == []
    assert both.nodes.cosines(["s/nowhere"], asked()[0]) == {}


def test_a_graph_that_is_walked_finds_nearly_all(both: Both) -> None:
    """Where texts are many, what is found is compared by overlap: a walk may miss some of the last."""
    files, nodes = both.files, both.nodes
    assert nodes._few is not None
    nodes._few = None
    shares = [overlap(files.nearest(vector, NEAREST), nodes.nearest(vector, NEAREST)) for vector in asked(40)]
    assert np.mean(shares) >= OVERLAP


def test_what_is_replaced_or_gone_is_found_no_more(both: Both) -> None:
    gone = [f"s/4/v{number}" for number in range(30)] + ["s/4"]
    both.put(entries(random.Random(6), range(10, 20)), [])
    both.put([Entry("s/70/v1", ("sleep at night",), "s/70", "s/70")], gone)
    rewritten = {f"s/{number}" for number in range(10, 20)}
    (vector,) = ENCODER.encode(["sleep at night"])
    assert both.nodes.nearest(vector, 1)[0].id == "s/70/v1"
    assert both.nodes.nearest_within(vector, ["s/4"], 5) == {}
    found = both.nodes.nearest_within(vector, sorted(rewritten), 100)
    held = {entry.id for entry in entries(random.Random(6), range(10, 20))}
    assert {near.id for nears in found.values() for near in nears} == held


def test_the_same_written_again_is_there_once(both: Both) -> None:
    before = both.nodes.nearest(asked()[0], 30)
    both.put(entries(random.Random(5), range(60)), [])
    assert both.nodes.nearest(asked()[0], 30) == before
    check_alike(both)


def test_vectors_of_entries_and_shared_texts(both: Both) -> None:
    shared = [
        Entry(f"s/{root}/x{number}", (f"weight {number}",), f"s/{root}", "") for root in (80, 81) for number in range(6)
    ]
    common = [Entry(f"s/{root}/c", ("common age",), f"s/{root}", "") for root in range(80, 110)]
    both.put(sorted([*shared, *common], key=lambda entry: entry.root), [])
    mine, theirs = (each.vector("s/80/x1") for each in (both.nodes, both.files))
    assert mine is not None
    assert theirs is not None
    assert mine == pytest.approx(theirs, abs=2e-3)
    assert both.nodes.vector("s/nowhere") is None
    assert both.nodes.sharing("s/80", 5) == both.files.sharing("s/80", 5) == [("s/81", 6)]


def test_a_cluster_told_to_leave_vectors_in_files_does(one_node: Nodes) -> None:
    cluster = one_node.cluster("meaning", "?vectors=files")
    assert not cluster.keeps_vectors
    assert cluster.meanings(GENERATION) == {}
    assert one_node.cluster("meaning").keeps_vectors
