"""Where the vectors of a cluster fail and its words do not, every question is answered by words, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient

from homes import WordsEncoder, read_home, sample_home, workshop
from reperio.errors import BackendError, MeaningError
from reperio.index import opensearch_meaning
from reperio.index.library import Index, Library
from reperio.index.opensearch_address import parse_address
from reperio.index.opensearch_meaning import ClusterMeaning
from reperio.index.opensearch_wire import Wire
from reperio.query.model import Query
from reperio.query.service import SearchService
from reperio.settings import Settings
from reperio.web.app import create_app

exceptions = pytest.importorskip("opensearchpy").exceptions

__all__ = ["read_home", "sample_home"]

NOTHING = {
    "responses": [{"hits": {"total": {"value": 0}, "hits": []}, "aggregations": {"found": {"buckets": []}}}] * 50
}
BROKEN = {"responses": [{"status": 429, "error": {"type": "circuit_breaking_exception", "reason": "full"}}]}


class Transport:
    """A cluster that keeps vectors: it has none that are near, or fails."""

    answer: Any = BROKEN

    def perform_request(self, _method: str, _path: str, params: Any = None, body: bytes = b"") -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"responses": self.answer["responses"][: body.count(b"\n") // 2]}


@pytest.fixture
def transport() -> Transport:
    return Transport()


@pytest.fixture
def site(sample_home: Any, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> Iterator[SearchService]:
    """The sample with its words here, and its vectors in the cluster."""
    wire = Wire(parse_address("opensearch://localhost:1/x"))
    monkeypatch.setattr(wire._client, "transport", transport)
    opened = Library.open

    def with_cluster(self: Library, *names: str) -> Index:
        catalogue, variables = (ClusterMeaning(wire, "opensearch", name, 64) for name in ("catalogue", "variables"))
        return msgspec.structs.replace(opened(self, *names), catalogue=catalogue, variables=variables)

    monkeypatch.setattr(Library, "open", with_cluster)
    made = workshop(sample_home, WordsEncoder())
    yield made.service()
    made.engine.dispose()


@pytest.fixture
def words(sample_home: Any) -> Iterator[SearchService]:
    """The same, searched by words."""
    made = workshop(sample_home)
    yield made.service()
    made.engine.dispose()


def codes(service: SearchService, query: Query) -> set[str]:
    return {note.code for note in service.search(query).notes}


@pytest.mark.parametrize(
    "failure", [BROKEN, exceptions.ConnectionTimeout("TIMEOUT", "slow", None), exceptions.NotFoundError(404, "x", {})]
)
def test_a_search_goes_on_by_words_and_says_so(
    site: SearchService, words: SearchService, transport: Transport, failure: Any
) -> None:
    transport.answer = failure
    for text in ("sleep", "depression anxiety", "feeling low at night"):
        answer, expected = site.search(Query(text=text)), words.search(Query(text=text))
        assert "meaning_away" in {note.code for note in answer.notes}
        assert (answer.total, answer.facets) == (expected.total, expected.facets)
        assert [result.item.id for result in answer.results] == [result.item.id for result in expected.results]
    assert "meaning_away" not in codes(site, Query())
    assert "meaning_away" not in codes(site, Query(text="sleep", meaning=False))


def test_every_other_question_goes_on_too(site: SearchService, words: SearchService) -> None:
    """Each is the first to meet the failure."""
    root = words.search(Query(text="sleep", scope="study")).results[0].item
    asked = {
        "facets": lambda one: one.facets(Query(text="sleep")),
        "total": lambda one: one.total(Query(text="sleep")),
        "each": lambda one: [item.id for item in one.each(Query(text="sleep"), limit=9)[1]],
        "latest": lambda one: [item.id for item in one.latest(Query(text="sleep"), limit=9)],
        "similar": lambda one: [result.item.id for result in one.similar(root.id)],
        "variables": lambda one: one.variables(root.id, text="sleep").total,
        "letters": lambda one: one.letters(Query(text="sleep")),
        "like": lambda one: one.search(Query(like=root.uuid)).total,
        "crosswalk": lambda one: one.crosswalk([root.id], text="sleep").held,
    }
    for name, ask in asked.items():
        assert site._open is None or not site._open.index.is_away, name
        assert ask(site) == ask(words), name
        assert name == "crosswalk" or site._open is not None
        site._open = None  # as if opened anew, so that the next question meets the failure
    assert "meaning_away" in codes(site, Query(like=root.uuid))


def test_it_is_whole_again_by_itself_and_nothing_poor_was_kept(
    site: SearchService, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_meaning, "PAUSE_SECONDS", 0.0)
    poor = site.search(Query(text="sleep"))
    transport.answer = NOTHING
    whole = site.search(Query(text="sleep"))
    assert "meaning_away" in {note.code for note in poor.notes}
    assert not {"meaning_away", "meaning_off"} & {note.code for note in whole.notes}


def test_readiness_says_that_meaning_is_away(site: SearchService) -> None:
    assert site.condition().degraded == {}
    site.search(Query(text="sleep"))
    found = site.condition()
    assert found.failed == {}
    assert "do not answer" in found.degraded["meaning"]


def test_words_that_fail_as_well_are_an_error(site: SearchService, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise BackendError("The search cluster is not able to answer now.")

    monkeypatch.setattr(type(site.discovery().index.backend), "search", fail)
    with pytest.raises(BackendError) as error:
        site.search(Query(text="sleep"))
    assert not isinstance(error.value, MeaningError)


def test_pages_and_the_api_say_so_and_are_not_kept_as_whole(site: SearchService, transport: Transport) -> None:
    client = TestClient(create_app(Settings(model="none", log_level="error"), site), raise_server_exceptions=False)
    transport.answer = NOTHING
    whole = client.get("/api/v1/search?query=sleep")
    assert whole.status_code == 200
    assert "ETag" in whole.headers
    transport.answer = BROKEN
    site._open = None
    poor = client.get("/api/v1/search?query=sleep")
    assert poor.status_code == 200
    assert "meaning_away" in [note["code"] for note in poor.json()["notes"]]
    assert poor.headers.get("ETag") != whole.headers["ETag"], "else a browser would keep it when meaning is back"
    page = client.get("/search/discover?query=sleep")
    assert "search by meaning does not answer now" in page.text
    german = client.get("/search/discover?query=sleep", headers={"Accept-Language": "de"})
    assert "search by meaning does not answer now" not in german.text
