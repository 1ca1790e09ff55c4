"""Vectors of a cluster that do not answer: told as such, left alone for a while, tried by one asker, and back again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from reperio.errors import BackendError, MeaningError
from reperio.index import opensearch_meaning
from reperio.index.across import Across, FirstOnly
from reperio.index.opensearch_address import parse_address
from reperio.index.opensearch_meaning import PAUSE_SECONDS, ClusterMeaning
from reperio.index.opensearch_wire import ATTEMPTS, Wire

exceptions = pytest.importorskip("opensearchpy").exceptions

VECTOR = np.array([1.0, 0.0], np.float32)
HIT = {"_score": 1.0, "_source": {"root": "s/1", "entries": ["s/1/v1"], "parents": ["s/1"], "vector": [1.0, 0.0]}}
GOOD = {"responses": [{"hits": {"total": {"value": 1}, "hits": [HIT]}}]}


def failed(status: int, kind: str) -> dict[str, Any]:
    return {"responses": [{"status": status, "error": {"type": kind, "reason": "no"}}]}


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Vectors:
    """An index of vectors behind a transport that answers what it is told to, and counts how often it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        wire = Wire(parse_address("opensearch://localhost:1/x"))
        monkeypatch.setattr(wire._client.transport, "perform_request", self._perform)
        self.clock = Clock()
        monkeypatch.setattr(opensearch_meaning, "time", self.clock)
        self.answer: Any = GOOD
        self.asked = 0
        self.meaning = ClusterMeaning(wire, "opensearch", "i", 2)

    def _perform(self, *_: Any, **__: Any) -> Any:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def vectors(monkeypatch: pytest.MonkeyPatch) -> Vectors:
    return Vectors(monkeypatch)


FAILURES = [
    failed(503, "search_phase_execution_exception"),  # all shards failed
    failed(429, "circuit_breaking_exception"),
    failed(400, "index_closed_exception"),
    failed(404, "index_not_found_exception"),
    failed(400, "parsing_exception"),  # [knn] query malformed: the plugin is missing
    exceptions.ConnectionTimeout("TIMEOUT", "slow", None),
    exceptions.AuthorizationException(403, "x", {}),
]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_of_the_vectors_is_told_and_they_are_left_alone(vectors: Vectors, failure: Any) -> None:
    vectors.answer = failure
    with pytest.raises(MeaningError, match="does not answer"):
        vectors.meaning.nearest(VECTOR, 5)
    assert vectors.meaning.is_away
    assert 1 <= vectors.asked <= ATTEMPTS
    before = vectors.asked
    for ask in (lambda: vectors.meaning.nearest_roots(VECTOR, 5), lambda: vectors.meaning.cosines(["x"], VECTOR)):
        with pytest.raises(MeaningError):
            ask()
    assert vectors.asked == before


def test_what_is_asked_of_no_vectors_fails_never(vectors: Vectors) -> None:
    vectors.answer = FAILURES[0]
    assert vectors.meaning.nearest(np.zeros(2, np.float32), 5) == []
    assert not vectors.meaning.is_away


def test_after_a_pause_one_asker_tries_and_the_others_go_on_without(vectors: Vectors) -> None:
    vectors.answer = failed(503, "no_shard_available_action_exception")
    with pytest.raises(MeaningError):
        vectors.meaning.nearest(VECTOR, 5)
    vectors.clock.now += PAUSE_SECONDS
    assert not vectors.meaning.is_away
    assert vectors.meaning.has_failed, "nobody has tried it again"
    seen: list[bool] = []
    vectors.answer = _Looking(lambda: seen.append(vectors.meaning.is_away), FAILURES[0])
    with pytest.raises(MeaningError):
        vectors.meaning.nearest(VECTOR, 5)
    assert seen == [True] * ATTEMPTS, "while one tries it, the others leave it alone"
    assert vectors.meaning.is_away


class _Looking(dict[str, Any]):
    """An answer that looks at something when it is read."""

    def __init__(self, look: Callable[[], None], answer: dict[str, Any]) -> None:
        super().__init__(answer)
        self._look = look

    def __getitem__(self, key: str) -> Any:
        self._look()
        return super().__getitem__(key)


def test_it_is_back_when_it_answers(vectors: Vectors) -> None:
    vectors.answer = failed(429, "circuit_breaking_exception")
    with pytest.raises(MeaningError):
        vectors.meaning.nearest(VECTOR, 5)
    vectors.answer = GOOD
    vectors.clock.now += PAUSE_SECONDS
    assert [near.id for near in vectors.meaning.nearest(VECTOR, 5)] == ["s/1/v1"]
    assert not vectors.meaning.is_away
    assert not vectors.meaning.has_failed


def test_a_cluster_that_cannot_be_reached_is_no_matter_of_vectors(vectors: Vectors) -> None:
    vectors.answer = exceptions.ConnectionError("N/A", "refused", None)
    with pytest.raises(BackendError, match="cannot be reached") as error:
        vectors.meaning.nearest(VECTOR, 5)
    assert not isinstance(error.value, MeaningError)
    assert not vectors.meaning.is_away


def test_both_fields_are_away_when_a_part_is(vectors: Vectors, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    first, english, foreign = vectors.meaning, Vectors(monkeypatch), Vectors(monkeypatch)
    both = Across(first, tmp_path, (english.meaning, foreign.meaning))
    assert not both.is_away
    foreign.answer = FAILURES[0]
    with pytest.raises(MeaningError):
        both.nearest(np.array([1.0, 0.0, 1.0, 0.0], np.float32), 5)
    assert both.is_away
    assert both.has_failed
    assert not FirstOnly(first, 2).is_away
    assert FirstOnly(foreign.meaning, 2).is_away
