"""The backend for clusters answers random asks as the oracle does, on one node and on three, and on Elasticsearch."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cluster.nodes import Nodes
from contracts.congruence import ASKS, check_same_answer, random_documents
from reperio.index.ask import AnyOf, Ask, Phrase, Word
from reperio.index.backend import Backend
from reperio.index.document import Document
from reperio.index.generation import Manifest
from reperio.index.memory import MemoryBackend

pytestmark = pytest.mark.cluster

GENERATION = "v2-none-000000000001"
RANDOM = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
SEEDS = {"seed": st.integers(0, 10**6), "asks": st.lists(ASKS, min_size=10, max_size=10)}


@RANDOM
@given(**SEEDS)
def test_random_asks_of_one_node(one_node: Nodes, seed: int, asks: list[Ask]) -> None:
    _check(one_node, "", seed, asks)


@RANDOM
@given(**SEEDS)
def test_random_asks_of_three_nodes(three_nodes: Nodes, seed: int, asks: list[Ask]) -> None:
    _check(three_nodes, "?shards=3&replicas=1", seed, asks)


@RANDOM
@given(**SEEDS)
def test_random_asks_of_elasticsearch(elasticsearch: Nodes, seed: int, asks: list[Ask]) -> None:
    _check(elasticsearch, "?shards=3&replicas=0", seed, asks)


def test_phrases_with_words_between_are_in_order(one_node: Nodes) -> None:
    asks = [Ask(clause=Phrase(text, slop=slop), limit=100) for text in ("sleep diet", "the of", "ghq 12")
            for slop in (1, 2, 5)]  # fmt: skip
    _check(one_node, "", 7, asks)


def test_many_words_are_asked_coarsely_and_alike(one_node: Nodes) -> None:
    words = tuple(
        Word(text)
        for text in ["sleep", "diets", "child", "health", "mental", "follow-up", "income", "GHQ-12", "Kinder", "barn"]
    )
    asks = [Ask(clause=AnyOf(words * 4, least), limit=100) for least in (1, 12)]
    _check(one_node, "", 11, asks)


def _check(nodes: Nodes, options: str, seed: int, asks: list[Ask]) -> None:
    cluster = nodes.cluster("congruence", options)
    cluster.discard(GENERATION)
    cluster.begin(GENERATION, Manifest(schema=2, model="none", seq=1))
    oracle, backend = MemoryBackend(), cluster.open(GENERATION)
    try:
        for each in (oracle, backend):
            _fill(each, random_documents(seed))
        for ask in asks:
            check_same_answer(oracle, backend, ask)
        assert backend.stats().documents == oracle.stats().documents
    finally:
        cluster.close()


def _fill(backend: Backend, documents: list[Document]) -> None:
    """In two commits, with documents replaced and deleted in the second."""
    half = len(documents) // 2
    backend.upsert(documents[:half])
    backend.commit()
    backend.upsert(documents[half - 3 :])
    backend.delete([document.id for document in documents[1:half:7]])
    backend.commit()
