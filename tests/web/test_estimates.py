"""What an index tells about only is labelled: the number of results and the counts of filters."""

from __future__ import annotations

import msgspec
import pytest
from fastapi.testclient import TestClient

from reperio.query.model import Answer, Query
from web.standin import StandIn


@pytest.fixture
def estimating(service: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    search = service.search

    def estimated(query: Query) -> Answer:
        return msgspec.structs.replace(search(query), total=10_000, exact=False)

    monkeypatch.setattr(service, "search", estimated)


@pytest.mark.usefixtures("estimating")
@pytest.mark.parametrize(("language", "said"), [("en", "about 10,000 results"), ("de", "etwa 10.000 Treffer")])
def test_an_estimated_total_says_so_on_the_page(client: TestClient, language: str, said: str) -> None:
    page = client.get("/search/?query=a", headers={"Accept-Language": language}).text
    shown = page.partition('class="total"')[2].partition("</p>")[0]
    assert f"<strong>{said}</strong>" in shown


@pytest.mark.usefixtures("estimating")
def test_an_estimated_total_says_so_in_the_api(client: TestClient) -> None:
    answer = client.get("/api/v1/search").json()
    assert (answer["total"], answer["exact"]) == (10_000, False)


def test_an_exact_total_is_not_called_an_estimate(client: TestClient) -> None:
    assert "about" not in client.get("/search/?query=a").text.partition('class="total"')[2].partition("</p>")[0]
    assert client.get("/api/v1/search").json()["exact"] is True
