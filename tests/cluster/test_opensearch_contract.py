"""The backend for clusters keeps the contract, on one node and on three with replicas."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster.nodes import Nodes
from contracts.backend import BackendContract, MakeBackend
from reperio.index.generation import Manifest
from reperio.index.opensearch_generations import Cluster
from reperio.index.opensearch_words import COLLECTIONS

pytestmark = pytest.mark.cluster

GENERATION = "v2-none-000000000001"


def _begun(cluster: Cluster) -> Iterator[Cluster]:
    cluster.discard(GENERATION)
    cluster.begin(GENERATION, Manifest(schema=2, model="none", seq=1))
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def small(one_node: Nodes) -> Iterator[Cluster]:
    yield from _begun(one_node.cluster("contract"))


@pytest.fixture(scope="module")
def large(three_nodes: Nodes) -> Iterator[Cluster]:
    yield from _begun(three_nodes.cluster("contract", "?shards=3&replicas=1"))


@pytest.fixture(scope="module")
def of_elasticsearch(elasticsearch: Nodes) -> Iterator[Cluster]:
    yield from _begun(elasticsearch.cluster("contract", "?replicas=0"))


class _Contract(BackendContract):
    @pytest.fixture
    def cluster(self) -> Cluster:
        raise NotImplementedError

    @pytest.fixture
    def make_backend(self, cluster: Cluster) -> MakeBackend:
        """Each test finds the same indexes, emptied: making them anew takes most of the time."""
        names = ",".join(cluster.index_name(GENERATION, name) for name in COLLECTIONS)
        cluster.wire.settled("POST", f"/{names}/_refresh")
        everything = {"query": {"match_all": {}}}
        cluster.wire.settled("POST", f"/{names}/_delete_by_query", everything, conflicts="proceed", refresh="true")
        return lambda: cluster.open(GENERATION)


class TestOneNode(_Contract):
    @pytest.fixture
    def cluster(self, small: Cluster) -> Cluster:
        return small


class TestThreeNodes(_Contract):
    @pytest.fixture
    def cluster(self, large: Cluster) -> Cluster:
        return large


class TestElasticsearch(_Contract):
    @pytest.fixture
    def cluster(self, of_elasticsearch: Cluster) -> Cluster:
        return of_elasticsearch
