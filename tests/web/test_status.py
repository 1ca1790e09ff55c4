"""Every error has its HTTP status, and every error answer of the API has one shape."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from reperio.errors import BackendError, NotReadyError, ReperioError
from reperio.web.status import STATUS, status_of
from web.standin import StandIn


def _tree(root: type[ReperioError]) -> set[type[ReperioError]]:
    return {root}.union(*(_tree(child) for child in root.__subclasses__()))


def test_every_error_of_the_tree_has_a_status() -> None:
    ours = {error for error in _tree(ReperioError) if error.__module__ == "reperio.errors"}
    assert len(ours) >= 14
    assert ours == set(STATUS)


def test_an_error_of_an_unknown_class_has_the_status_of_its_parent() -> None:
    class OddError(NotReadyError):
        pass

    assert status_of(OddError("odd")) == 503


BAD = {
    "/api/v1/search?page=0": 400,
    "/api/v1/search?sort=odd": 400,
    "/api/v1/search?year_min=abc": 400,
    "/api/v1/search?query=" + "x" * 1001: 400,
    "/api/v1/search?like=nothing": 404,
    "/api/v1/items/nothing": 404,
    "/api/v1/items/withdrawn": 410,
    "/api/v1/items/cohorts-bare/variables?limit=-1": 400,
    "/api/v1/items/cohorts-bare/variables?sort=odd": 400,
    "/api/v1/items/cohorts-bare/citation?format=odd": 400,
    "/api/v1/facets?facet=odd": 400,
    "/api/v1/nothing": 404,
    "/discover/lookup": 400,
    "/discover/lookup?uuid=0123": 404,
    "/discover/get-variables": 400,
    "/discover/search?num_results=many": 400,
    "/info/nothing": 404,
}


@pytest.mark.parametrize(("path", "status"), BAD.items())
def test_an_error_of_the_api_is_a_problem_document(client: TestClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == path.partition("?")[0]


def test_a_wrong_method_is_a_problem_too(client: TestClient) -> None:
    response = client.post("/api/v1/search")
    assert response.status_code == 405
    assert response.json()["status"] == 405


@pytest.mark.parametrize(
    "error", [BackendError("The index fails."), NotReadyError("Nothing is indexed.", hint="Run `reperio index`.")]
)
def test_what_cannot_work_now_answers_503(
    client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch, error: BackendError
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(service, "search", fail)
    machine = client.get("/api/v1/search?query=x")
    assert machine.status_code == 503
    assert machine.headers["retry-after"]
    assert machine.json()["detail"] == error.detail
    person = client.get("/search/?query=x")
    assert person.status_code == 503
    assert error.detail in person.text


def test_the_unexpected_answers_500_and_tells_nothing_of_the_inside(
    client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr(service, "suggest", fail)
    response = client.get("/api/v1/suggest?prefix=a")
    assert response.status_code == 500
    assert response.json()["status"] == 500
    assert "secret" not in response.text
