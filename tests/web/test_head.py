"""The head of an item's page, Signposting, sitemap, robots, OpenSearch."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient
from lxml import etree, html

from reperio.errors import NotReadyError
from reperio.index.ask import FacetCounts
from reperio.query.model import Query
from reperio.web.pages import machines
from web.standin import ITEMS, VARIABLES, StandIn

STUDY_PATH = "/search/studies/growing-up-and-sleeping-well-survey"
SITE = "https://find.example.org"
SITEMAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.mark.parametrize(
    "path",
    [
        STUDY_PATH,
        f"/search/items/{VARIABLES[0].uuid}",
        "/search/studies/cohorts-bare",
        "/search/studies/script-alert-x-script",
    ],
)
def test_the_head_of_an_item_is_complete(client: TestClient, path: str) -> None:
    root = html.document_fromstring(client.get(path).text)
    description = root.xpath("//meta[@name='description']/@content")[0]
    assert 0 < len(description) < 160
    assert root.xpath("//link[@rel='canonical']/@href") == [SITE + path]
    for name in ("og:title", "og:description", "og:url", "og:type", "og:site_name"):
        assert root.xpath(f"//meta[@property='{name}']/@content")[0]
    for name in ("twitter:card", "twitter:title", "twitter:description", "citation_title"):
        assert root.xpath(f"//meta[@name='{name}']/@content")[0]
    described = json.loads(root.xpath("//script[@type='application/ld+json']")[0].text)
    assert described["name"]
    assert described["url"] == SITE + path


def test_the_title_and_citation_tags_say_what_it_is(client: TestClient) -> None:
    root = html.document_fromstring(client.get(STUDY_PATH).text)
    assert root.xpath("//title")[0].text.startswith("Growing Up and Sleeping Well Survey")
    assert root.xpath("//meta[@name='citation_author']/@content") == ["Doe, Jane", "Centre for Cohorts"]
    assert root.xpath("//meta[@name='citation_doi']/@content") == ["10.1234/arch-1001"]
    assert root.xpath("//meta[@name='citation_publication_date']/@content") == ["2001/05/04"]


def test_link_headers_follow_signposting(client: TestClient) -> None:
    for answer in (client.get(STUDY_PATH), client.head(STUDY_PATH)):
        link = answer.headers["link"]
        for part in (
            '<https://doi.org/10.1234/arch-1001>; rel="cite-as"',
            'rel="describedby"; type="application/ld+json"',
            '<https://schema.org/AboutPage>; rel="type"',
            '<https://schema.org/Dataset>; rel="type"',
            '<https://orcid.org/0000-0002-1825-0097>; rel="author"',
            'rel="license"',
        ):
            assert part in link


def test_hostile_metadata_cannot_break_a_header(client: TestClient) -> None:
    link = client.get("/search/studies/script-alert-x-script").headers["link"]
    assert "javascript:" not in link
    assert "alert(" not in link


def _sitemap(client: TestClient, path: str) -> etree._Element:
    response = client.get(path)
    assert response.headers["content-type"].startswith("application/xml")
    return etree.fromstring(response.content)


def _addresses(client: TestClient) -> list[str]:
    """Every address of every part, as paths."""
    parts = _sitemap(client, "/search/sitemap.xml").xpath("//s:loc/text()", namespaces=SITEMAPS)
    found = [_sitemap(client, part.removeprefix(SITE)).xpath("//s:loc/text()", namespaces=SITEMAPS) for part in parts]
    return [address.removeprefix(SITE) for part in found for address in part]


def test_the_sitemap_lists_every_page_once_at_its_canonical_address(client: TestClient) -> None:
    addresses = _addresses(client)
    assert len(addresses) == len(set(addresses))
    assert {f"/search/{'studies' if item.kind == 'study' else 'items'}/{item.slug}" for item in ITEMS} <= {*addresses}
    for kind in ("topics", "instruments", "organisations", "sources"):
        assert f"/search/{kind}" in addresses
    for page in ("instruments/sdq", "sources/arch", "explore", "studies"):
        assert f"/search/{page}" in addresses
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert html.document_fromstring(answer.text).xpath("//link[@rel='canonical']/@href") == [SITE + address]


def test_the_sitemap_says_when_items_changed(client: TestClient) -> None:
    part = _sitemap(client, "/search/sitemap-1.xml")
    assert set(part.xpath("//s:lastmod/text()", namespaces=SITEMAPS)) == {"2026-03-02T11:00:00Z"}


def test_a_long_sitemap_comes_in_parts(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _addresses(client)
    monkeypatch.setattr(machines, "PART", 25)
    parts = _sitemap(client, "/search/sitemap.xml").xpath("//s:loc/text()", namespaces=SITEMAPS)
    assert len(parts) == -(-len(whole) // 25) > 1
    assert _addresses(client) == whole
    assert client.get(f"/search/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/search/sitemap-0.xml").status_code == 404
    assert client.get(f"/search/sitemap-{10**24}.xml").status_code == 404


def test_thin_pages_are_not_offered_to_crawlers(
    client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A topic of one study says less than the study: it is not in the sitemap, and says so itself."""
    whole = service.facets

    def counted(query: Query, names: Sequence[str] = (), *, size: int = 50) -> dict[str, FacetCounts]:
        found = whole(query, names, size=size)
        some = FacetCounts("topic", (("Mental health", 2), ("Sleep", 1), ("Work", 1), ("work", 1)))
        return found | ({"topic": some} if "topic" in names else {})

    monkeypatch.setattr(service, "facets", counted)
    listed = [path for path in _addresses(client) if path.startswith("/search/topics/")]
    assert sorted(listed) == ["/search/topics/mental-health", "/search/topics/work"]
    for slug, robots in (("mental-health", []), ("work", []), ("sleep", ["noindex, follow"])):
        page = html.document_fromstring(client.get(f"/search/topics/{slug}").text)
        assert page.xpath("//meta[@name='robots']/@content") == robots


def test_an_empty_site_has_a_sitemap(client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_indexed(*_args: object, **_more: object) -> dict[str, FacetCounts]:
        raise NotReadyError("Nothing is indexed yet.")

    monkeypatch.setattr(service, "walk", lambda **_: iter(()))
    monkeypatch.setattr(service, "facets", nothing_indexed)
    addresses = _addresses(client)
    assert "/search/help" in addresses
    assert not [address for address in addresses if address.startswith(("/search/items/", "/search/topics/"))]


def test_robots_names_the_sitemap_and_keeps_crawlers_off_endless_searches(client: TestClient) -> None:
    text = client.get("/robots.txt").text
    assert f"Sitemap: {SITE}/search/sitemap.xml" in text
    assert "Disallow: /search/?" in text


def test_browsers_can_add_the_search(client: TestClient) -> None:
    root = html.document_fromstring(client.get("/search/").text)
    path = root.xpath("//link[@rel='search']/@href")[0]
    described = etree.fromstring(client.get(path).content)
    names = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    assert 0 < len(described.xpath("string(//o:ShortName)", namespaces=names)) <= 16
    template = described.xpath("//o:Url[@type='text/html']/@template", namespaces=names)[0]
    address = template.replace("{searchTerms}", "sleep").replace("{startPage?}", "1").removeprefix(SITE)
    assert client.get(address).status_code == 200
