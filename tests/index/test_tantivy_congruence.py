"""The embedded backend answers random asks as the oracle does."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.congruence import ASKS, check_same_answer, random_documents
from reperio.index.ask import Ask
from reperio.index.backend import Backend
from reperio.index.document import Document
from reperio.index.memory import MemoryBackend
from reperio.index.tantivy_backend import TantivyBackend


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(seed=st.integers(0, 10**6), asks=st.lists(ASKS, min_size=10, max_size=10))
def test_random_asks(seed: int, asks: list[Ask]) -> None:
    documents = random_documents(seed)
    with tempfile.TemporaryDirectory() as directory:
        oracle, backend = MemoryBackend(), TantivyBackend(Path(directory))
        try:
            for each in (oracle, backend):
                _fill(each, documents)
            for ask in asks:
                check_same_answer(oracle, backend, ask)
            assert backend.stats().documents == oracle.stats().documents
        finally:
            backend.close()


def _fill(backend: Backend, documents: list[Document]) -> None:
    """In two commits, with documents replaced and deleted in the second."""
    half = len(documents) // 2
    backend.upsert(documents[:half])
    backend.commit()
    backend.upsert(documents[half - 3 :])
    backend.delete([document.id for document in documents[1:half:7]])
    backend.commit()
