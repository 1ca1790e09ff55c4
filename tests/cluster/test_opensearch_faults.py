"""Nodes are killed while they are asked and while they are written to: nothing that was committed is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cluster.nodes import Nodes
from cluster.seen import Row, asking
from contracts.backend import study
from homes import SAMPLE
from reperio.index.ask import Ask, Everything, Ids
from reperio.index.document import Document
from reperio.index.generation import Manifest
from reperio.index.opensearch_generations import Cluster
from reperio.jobs import Workshop
from reperio.settings import Settings
from reperio.web.app import create_app

pytestmark = pytest.mark.cluster

GENERATION = "v2-none-000000000001"
DOCUMENTS = 1_500
LONGEST_OUTAGE = 60.0
HANGS = 45


@pytest.fixture
def cluster(three_nodes: Nodes) -> Iterator[Cluster]:
    made = three_nodes.cluster("faults", "?shards=3&replicas=1")
    made.discard(GENERATION)
    made.begin(GENERATION, Manifest(schema=2, model="none", seq=1))
    three_nodes.wait(3)
    yield made
    made.close()


def documents(start: int, number: int) -> list[Document]:
    return [study(each, "Sleep", facets={"topic": (str(each % 7),)}) for each in range(start, start + number)]


@pytest.mark.parametrize("whom", ["the manager", "another"])
def test_a_node_dies_while_it_is_asked(three_nodes: Nodes, cluster: Cluster, whom: str, fault_table: list[Row]) -> None:
    backend = cluster.open(GENERATION)
    backend.upsert(documents(0, DOCUMENTS))
    backend.commit()
    leader = three_nodes.manager()
    victim = leader if whom == "the manager" else (leader + 1) % 3
    with asking(backend, DOCUMENTS) as seen:
        time.sleep(2)
        three_nodes.kill(victim)
        try:
            three_nodes.wait(2, "yellow")
            time.sleep(3)
        finally:
            three_nodes.start(victim)
            three_nodes.wait(3)
    fault_table.append(Row(f"killed while asked: {whom}", seen.told(), f"longest wait {seen.longest:.1f} s"))
    assert not seen.wrong
    assert seen.answered > 10
    assert seen.longest < LONGEST_OUTAGE


def test_a_node_hangs_while_it_is_asked(three_nodes: Nodes, cluster: Cluster, fault_table: list[Row]) -> None:
    """It keeps its connections open and answers nothing, until the others leave it out; then it goes on."""
    backend = cluster.open(GENERATION)
    backend.upsert(documents(0, DOCUMENTS))
    backend.commit()
    victim = (three_nodes.manager() + 1) % 3
    with asking(backend, DOCUMENTS) as seen:
        time.sleep(2)
        three_nodes.freeze(victim)
        try:
            time.sleep(HANGS)
        finally:
            three_nodes.thaw(victim)
        three_nodes.wait(3)
    fault_table.append(Row(f"hangs for {HANGS} s: a node", seen.told(), f"longest wait {seen.longest:.1f} s"))
    assert not seen.wrong
    assert seen.answered > 10
    assert seen.longest < LONGEST_OUTAGE


@pytest.mark.parametrize("whom", ["the manager", "another"])
def test_a_node_dies_while_it_is_written_to(
    three_nodes: Nodes, cluster: Cluster, whom: str, fault_table: list[Row]
) -> None:
    backend = cluster.open(GENERATION)
    leader = three_nodes.manager()
    victim = leader if whom == "the manager" else (leader + 1) % 3
    killer = threading.Timer(1.0, three_nodes.kill, args=(victim,))
    killer.start()
    started, slowest = time.monotonic(), 0.0
    try:
        for start in range(0, 4_000, 200):
            begun = time.monotonic()
            backend.upsert(documents(start, 200))
            if start == 1_000:
                killer.join()  # what follows is written without the node
            backend.delete([f"source/{start}"])
            backend.commit()
            slowest = max(slowest, time.monotonic() - begun)
    finally:
        killer.join()
        three_nodes.start(victim)
        three_nodes.wait(3)
    took = f"20 commits in {time.monotonic() - started:.0f} s, slowest {slowest:.1f} s"
    fault_table.append(Row(f"killed while written to: {whom}", "nothing: answers go on as of the last commit", took))
    backend.commit()
    kept = [f"source/{number}" for number in range(4_000) if number % 200]
    assert backend.search(Ask(clause=Everything(), limit=0)).total == len(kept)
    found = backend.search(Ask(clause=Ids(tuple(kept)), limit=len(kept)))
    assert {hit.id for hit in found.hits} == set(kept)


def test_without_a_majority_users_are_told_and_it_recovers_by_itself(
    three_nodes: Nodes, cluster: Cluster, tmp_path: Path, fault_table: list[Row]
) -> None:
    url = SecretStr(three_nodes.url("faults"))
    settings = Settings(home=tmp_path, sources=SAMPLE / "sources", model="none", log_level="error", index_url=url)
    backend = cluster.open(GENERATION)
    backend.upsert(documents(0, 100))
    backend.commit()
    cluster.publish(GENERATION, Manifest(schema=2, model="none", seq=1, counts={"catalogue": 100}, finished=True))
    client = TestClient(create_app(settings, Workshop(settings).service()), raise_server_exceptions=False)
    assert client.get("/api/v1/search?query=sleep").json()["total"] == 100
    for node in range(3):
        three_nodes.kill(node)
    told = client.get("/api/v1/search?query=sleep")
    for node in range(3):
        three_nodes.start(node)
    three_nodes.wait(3)
    saw = f"{told.status_code} with `Retry-After: {told.headers.get('Retry-After')}`"
    fault_table.append(Row("killed: all three nodes", saw, "until they run again; no restart of ours"))
    assert told.status_code == 503
    assert int(told.headers["Retry-After"]) > 0
    assert "cluster" in told.json()["detail"]
    assert client.get("/api/v1/search?query=sleep").json()["total"] == 100
