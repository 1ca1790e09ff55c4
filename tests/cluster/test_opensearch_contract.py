"""The backend for clusters keeps the contract, on one node and on three with replicas."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster.nodes import Nodes
from contracts.backend import BackendContract, MakeBackend
from reperio.index.generation import Manifest
from reperio.index.opensearch_generations import Cluster

pytestmark = pytest.mark.cluster


class _Contract(BackendContract):
    @pytest.fixture
    def cluster(self) -> Cluster:
        raise NotImplementedError

    @pytest.fixture
    def make_backend(self, cluster: Cluster) -> Iterator[MakeBackend]:
        made = "v2-none-000000000001"
        cluster.discard(made)
        cluster.begin(made, Manifest(schema=2, model="none", seq=1))
        yield lambda: cluster.open(made)
        cluster.close()


class TestOneNode(_Contract):
    @pytest.fixture
    def cluster(self, one_node: Nodes) -> Cluster:
        return one_node.cluster("contract")


class TestThreeNodes(_Contract):
    @pytest.fixture
    def cluster(self, three_nodes: Nodes) -> Cluster:
        return three_nodes.cluster("contract", "?shards=3&replicas=1")
