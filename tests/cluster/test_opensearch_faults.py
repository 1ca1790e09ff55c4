"""Nodes are killed while they are asked and while they are written to: nothing that was committed is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cluster.nodes import Nodes
from contracts.backend import study
from homes import SAMPLE
from reperio.errors import BackendError
from reperio.index.ask import Ask, Everything, FacetAsk, Ids, Word
from reperio.index.backend import Backend
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


class Asking(msgspec.Struct):
    """What a user saw who asked all the time."""

    answered: int = 0
    refused: int = 0
    longest: float = 0.0
    wrong: list[str] = msgspec.field(default_factory=list)


@pytest.fixture
def cluster(three_nodes: Nodes) -> Iterator[Cluster]:
    made = three_nodes.cluster("faults", "?shards=3&replicas=1")
    made.discard(GENERATION)
    made.begin(GENERATION, Manifest(schema=2, model="none", seq=1))
    three_nodes.wait(3)
    yield made
    made.close()


def manager(nodes: Nodes) -> int:
    """The node that leads the cluster."""
    (told,) = nodes.get(0, "/_cat/cluster_manager?format=json")
    return int(told["node"].removeprefix("n"))


def documents(start: int, number: int) -> list[Document]:
    return [study(each, "Sleep", facets={"topic": (str(each % 7),)}) for each in range(start, start + number)]


def keep_asking(backend: Backend, expected: int, seen: Asking, stop: threading.Event) -> None:
    """Ask for a total and facets, again and again; every answer must be whole."""
    last = time.monotonic()
    while not stop.is_set():
        try:
            page = backend.search(Ask(clause=Word("sleep"), facets=(FacetAsk("topic"),)))
        except BackendError:
            seen.refused += 1
            time.sleep(0.1)
            continue
        now = time.monotonic()
        seen.longest, last = max(seen.longest, now - last), now
        seen.answered += 1
        if page.total != expected or sum(count for _, count in page.facets["topic"].values) != expected:
            seen.wrong.append(f"{page.total} {page.facets['topic'].values}")


@pytest.mark.parametrize("whom", ["the manager", "another"])
def test_a_node_dies_while_it_is_asked(
    three_nodes: Nodes, cluster: Cluster, whom: str, record_property: Callable[[str, object], None]
) -> None:
    backend = cluster.open(GENERATION)
    backend.upsert(documents(0, DOCUMENTS))
    backend.commit()
    leader = manager(three_nodes)
    victim = leader if whom == "the manager" else (leader + 1) % 3
    seen, stop = Asking(), threading.Event()
    asking = threading.Thread(target=keep_asking, args=(backend, DOCUMENTS, seen, stop))
    asking.start()
    time.sleep(2)
    three_nodes.kill(victim)
    try:
        three_nodes.wait(2, "yellow")
        time.sleep(3)
    finally:
        three_nodes.start(victim)
        three_nodes.wait(3)
        stop.set()
        asking.join()
    record_property("asked", f"{seen.answered} answered, {seen.refused} refused, longest gap {seen.longest:.1f} s")
    assert not seen.wrong
    assert seen.answered > 10
    assert seen.longest < LONGEST_OUTAGE


@pytest.mark.parametrize("whom", ["the manager", "another"])
def test_a_node_dies_while_it_is_written_to(
    three_nodes: Nodes, cluster: Cluster, whom: str, record_property: Callable[[str, object], None]
) -> None:
    backend = cluster.open(GENERATION)
    leader = manager(three_nodes)
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
    record_property("written", f"20 commits in {time.monotonic() - started:.0f} s, slowest {slowest:.1f} s")
    backend.commit()
    kept = [f"source/{number}" for number in range(4_000) if number % 200]
    assert backend.search(Ask(clause=Everything(), limit=0)).total == len(kept)
    found = backend.search(Ask(clause=Ids(tuple(kept)), limit=len(kept)))
    assert {hit.id for hit in found.hits} == set(kept)


def test_without_a_majority_users_are_told_and_it_recovers_by_itself(
    three_nodes: Nodes, cluster: Cluster, tmp_path: Path
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
    assert told.status_code == 503
    assert int(told.headers["Retry-After"]) > 0
    assert "cluster" in told.json()["detail"]
    assert client.get("/api/v1/search?query=sleep").json()["total"] == 100
