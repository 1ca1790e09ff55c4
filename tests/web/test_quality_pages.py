from __future__ import annotations

from fastapi.testclient import TestClient
from lxml import html

from web.standin import DATASET, SOURCES, STUDY, StandIn


def test_a_source_has_a_page_of_its_own(client: TestClient) -> None:
    answer = client.get("/search/sources/arch/quality")
    assert answer.status_code == 200
    page = html.fromstring(answer.text)
    assert page.xpath("//h1")[0].text_content() == SOURCES[0].title
    text = page.text_content()
    for words in (
        "Metadata quality",
        "CESSDA Metadata Model",
        "Findable",
        "Reusable",
        "What would mend most",
        "90 to 100",
    ):
        assert words in text
    bands = [int(cell.text_content().replace(",", "")) for cell in page.xpath("(//table)[1]/tbody/tr/td[1]")]
    assert sum(bands) == StandIn().standings()["arch"].number
    assert page.xpath("//svg[@aria-hidden='true' and contains(@class, 'quality-bar')]")
    assert not page.xpath("//*[@style]")


def test_a_source_that_is_not_there_is_404(client: TestClient) -> None:
    assert client.get("/search/sources/nowhere/quality").status_code == 404


def test_the_list_of_sources_leads_to_them(client: TestClient) -> None:
    page = html.fromstring(client.get("/search/sources").text)
    assert {"/search/sources/arch/quality", "/search/sources/cohorts/quality"} <= set(page.xpath("//a/@href"))


def test_an_item_shows_its_quality_and_what_would_mend_it(client: TestClient) -> None:
    page = html.fromstring(client.get(f"/search/items/{DATASET.id}", follow_redirects=True).text)
    (section,) = page.xpath("//section[@aria-labelledby='quality']")
    text = " ".join(section.text_content().split())
    assert "scores" in text
    assert "Interoperable" in text
    assert "of 100" in text
    assert section.xpath(".//details//li")


def test_the_api_tells_quality_of_items_and_sources(client: TestClient) -> None:
    told = client.get(f"/api/v1/items/{STUDY.id}", follow_redirects=True).json()["quality"]
    assert 0 < told["score"] <= 100
    assert {part["name"] for part in told["parts"]} == {"cmm", "findable", "accessible", "interoperable", "reusable"}
    assert [fix["gain"] for fix in told["fixes"]] == sorted((fix["gain"] for fix in told["fixes"]), reverse=True)
    sources = client.get("/api/v1/sources").json()["sources"]
    assert sources[0]["quality"]["number"] > 0
    assert len(sources[0]["quality"]["bands"]) == 10
    listed = client.get("/api/v1/search", params={"query": "sleeping"}).json()["results"][0]["item"]
    assert listed["quality"] is None
