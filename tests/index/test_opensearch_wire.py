"""What the failures of a cluster mean, told by a stand-in for its client."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from reperio.errors import BackendError, NotReadyError
from reperio.index import opensearch_wire
from reperio.index.opensearch_address import parse_address
from reperio.index.opensearch_wire import Action, Wire

exceptions = pytest.importorskip("opensearchpy").exceptions

Answer = Callable[[str, str, Any], Any]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    monkeypatch.setattr(opensearch_wire.time, "sleep", lambda _: None)
    return Wire(parse_address("opensearch://localhost:1/x"))


def answering(wire: Wire, monkeypatch: pytest.MonkeyPatch, *answers: Any) -> list[Any]:
    """Let a cluster give these answers, raising those that are errors; gives what it was sent."""
    left, sent = list(answers), []

    def perform(method: str, path: str, params: Any = None, body: Any = None) -> Any:
        sent.append((method, path, body))
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(wire._client.transport, "perform_request", perform)
    return sent


def outcome(*statuses: int) -> dict[str, Any]:
    failed = any(status >= 300 for status in statuses)
    return {"errors": failed, "items": [{"index": {"status": status, "error": {"type": "t"}}} for status in statuses]}


def actions(number: int) -> list[Action]:
    return [Action(index="i", key=str(n), version=5, document=b"{}") for n in range(number)]


@pytest.mark.parametrize(
    ("failure", "meaning", "said"),
    [
        (("ConnectionError", ("N/A", "refused", None)), BackendError, "cannot be reached"),
        (("ConnectionTimeout", ("TIMEOUT", "slow", None)), BackendError, "did not answer"),
        (("NotFoundError", (404, "index_not_found", {})), NotReadyError, "no such index"),
        (("TransportError", (503, "x", {"error": {"type": "no_shard", "reason": "gone"}})), BackendError, "not able"),
        (("AuthorizationException", (403, "x", {})), BackendError, "let us in"),
        (("RequestError", (400, "x", {"error": {"type": "too_many_nested_clauses", "reason": "too many clauses"}})),
         BackendError, "more words"),
        (("RequestError", (400, "x", {"error": {"type": "parsing", "reason": "no"}})), BackendError, "refused"),
    ],
)  # fmt: skip
def test_failures_are_ours(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, failure: tuple[str, Any], meaning: type[Exception], said: str
) -> None:
    answering(wire, monkeypatch, *[getattr(exceptions, failure[0])(*failure[1])] * opensearch_wire.ATTEMPTS)
    with pytest.raises(meaning, match=said):
        wire.ask("POST", "/x/_search", {})


def test_what_a_proxy_says_in_place_of_the_cluster_is_told_as_such(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<html>" + "Back soon. " * 1000
    for answer in (page, exceptions.SerializationError(f"Unknown mimetype, unable to deserialize: {page}")):
        sent = answering(wire, monkeypatch, *[answer] * opensearch_wire.ATTEMPTS)
        with pytest.raises(BackendError, match="cannot be read") as raised:
            wire.search("/x/_search", {}, preference="a")
        assert len(sent) == opensearch_wire.ATTEMPTS
        assert len(raised.value.detail) < 400


def test_what_was_not_taken_is_sent_again_and_nothing_else(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = exceptions.ConnectionError("N/A", "reset", None)
    sent = answering(wire, monkeypatch, gone, outcome(200, 429, 409), outcome(201))
    assert wire.bulk(actions(3)) == 3
    assert [body.count(b"_id") for _, _, body in sent] == [3, 3, 1]
    told = json.loads(sent[-1][2].split(b"\n")[0])["index"]
    assert told == {"_index": "i", "_id": "1", "version": 5, "version_type": "external_gte"}


def test_a_document_that_is_refused_is_an_error(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(wire, monkeypatch, outcome(200, 400))
    with pytest.raises(BackendError):
        wire.bulk(actions(2))


def test_writing_gives_up_in_the_end(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_wire, "PATIENCE", -1.0)
    answering(wire, monkeypatch, outcome(503))
    with pytest.raises(BackendError, match="did not take 1 documents"):
        wire.bulk(actions(1))


def test_a_shard_that_fails_to_refresh_is_asked_again(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = answering(wire, monkeypatch, {"_shards": {"failed": 1}}, {"_shards": {"failed": 0}})
    wire.settled("POST", "/x/_refresh")
    assert len(sent) == 2


def test_large_writes_are_cut_into_pieces(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_wire, "BULK_ACTIONS", 2)
    sent = answering(wire, monkeypatch, outcome(200, 200), outcome(200, 200), outcome(200))
    assert wire.bulk(actions(5)) == 5
    assert len(sent) == 3


def test_several_searches_are_answered_whole_or_not_at_all(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = {"error": {"type": "query_shard", "reason": "no"}, "status": 400}
    sent = answering(wire, monkeypatch, {"responses": [{"hits": 1}, {"hits": 2}]}, {"responses": [{"hits": 1}, failed]})
    assert wire.search_each("a", [{"size": 1}, {"size": 2}], preference="p") == [{"hits": 1}, {"hits": 2}]
    header = {"index": "a", "allow_partial_search_results": False, "preference": "p"}
    assert [json.loads(line) for line in sent[0][2].splitlines()] == [header, {"size": 1}, header, {"size": 2}]
    with pytest.raises(BackendError, match="refused"):
        wire.search_each("a", [{"size": 1}, {"size": 2}], preference="p")
    assert wire.search_each("a", [], preference="p") == []
    assert len(sent) == 2


@pytest.mark.parametrize(
    "first",
    [
        exceptions.ConnectionTimeout("TIMEOUT", "slow", None),
        exceptions.ConnectionError("N/A", "refused", None),
        {"responses": [{"error": {"type": "no_shard_available", "reason": "gone"}, "status": 503}]},
    ],
)
def test_where_a_copy_hangs_or_is_away_any_is_asked(wire: Wire, monkeypatch: pytest.MonkeyPatch, first: Any) -> None:
    sent = answering(wire, monkeypatch, first, {"responses": [{"hits": 1}]})
    assert wire.search_each("a", [{}], preference="p") == [{"hits": 1}]
    assert ["preference" in json.loads(body.splitlines()[0]) for _, _, body in sent] == [True, False]


def test_a_search_is_given_up_after_some_attempts(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = answering(wire, monkeypatch, *[exceptions.ConnectionTimeout("TIMEOUT", "slow", None)] * 9)
    with pytest.raises(BackendError, match="did not answer within"):
        wire.search("/a/_search", {}, preference="p")
    assert len(sent) == opensearch_wire.ATTEMPTS


def test_full_disks_are_told_as_such(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];"
    told = {"error": {"type": "cluster_block_exception", "reason": reason}}
    answering(wire, monkeypatch, exceptions.TransportError(429, "x", told))
    with pytest.raises(BackendError, match="disks of the search cluster are full") as refusal:
        wire.ask("PUT", "/a", {})
    assert "room" in (refusal.value.hint or "")
    monkeypatch.setattr(opensearch_wire, "PATIENCE", -1.0)
    answering(wire, monkeypatch, {"errors": True, "items": [{"index": {"status": 429, **told}}]})
    with pytest.raises(BackendError, match="disks of the search cluster are full"):
        wire.bulk(actions(1))
