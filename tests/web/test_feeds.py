"""Feeds: what RFC 4287 and JSON Feed 1.1 require, in the order of change, not sent again unchanged."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec
import pytest
from fastapi.testclient import TestClient
from lxml import etree, html

from reperio.corpus.model import Item
from reperio.query.model import Query
from reperio.resource.fields import Resource
from reperio.resource.model import Concept, Text
from web.standin import ITEMS, StandIn

ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = ("/search/feed.atom", "/search/feed.json")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ONE_OF_EACH = ("a:id", "a:title", "a:updated")
"""What a feed and an entry hold exactly once (RFC 4287, 4.1.1 and 4.1.2)."""


@pytest.fixture
def changed(service: StandIn, monkeypatch: pytest.MonkeyPatch) -> tuple[Item, ...]:
    """Three items changed on different days, the latest first."""
    days = ("2026-05-03", "2026-05-01", "2026-04-09")
    items = tuple(
        msgspec.structs.replace(item, changed=f"{day}T08:00:00+00:00") for item, day in zip(ITEMS, days, strict=False)
    )
    monkeypatch.setattr(service, "latest", lambda query, limit: items)
    return items


def parsed(client: TestClient, path: str) -> etree._Element:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/atom+xml")
    return etree.fromstring(response.content)


def test_an_atom_feed_holds_what_the_standard_asks(client: TestClient, changed: tuple[Item, ...]) -> None:
    feed = parsed(client, "/search/feed.atom?query=sleep&source=arch&page=3")
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    entries = feed.findall("a:entry", ATOM)
    assert len(entries) == 3
    for element in (feed, *entries):
        for name in ONE_OF_EACH:
            assert len(element.findall(name, ATOM)) == 1, name
        assert RFC3339.fullmatch(element.findtext("a:updated", None, ATOM) or "")
        assert urlsplit(element.findtext("a:id", None, ATOM) or "").scheme
        alternate = element.findall("a:link[@rel='alternate']", ATOM)
        assert len(alternate) == 1
        assert (alternate[0].get("href") or "").startswith("https://find.example.org/search/")
    address = "https://find.example.org/search/feed.atom?query=sleep&source=arch"
    assert feed.find("a:link[@rel='self']", ATOM).get("href") == address
    assert feed.findtext("a:id", None, ATOM) == address
    assert feed.findtext("a:author/a:name", None, ATOM) == "Reperio"
    assert feed.findtext("a:updated", None, ATOM) == "2026-05-03T08:00:00Z"
    assert [entry.findtext("a:updated", "", ATOM)[:10] for entry in entries] == [
        "2026-05-03", "2026-05-01", "2026-04-09",
    ]  # fmt: skip
    assert "“sleep”, Catalogue: Archive of Surveys" in (feed.findtext("a:title", None, ATOM) or "")
    ids = [entry.findtext("a:id", None, ATOM) for entry in entries]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", identity or "") for identity in ids)


def test_a_json_feed_holds_what_the_standard_asks(client: TestClient, changed: tuple[Item, ...]) -> None:
    response = client.get("/search/feed.json?query=sleep")
    assert response.headers["content-type"].startswith("application/feed+json")
    feed = response.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://find.example.org/search/feed.json?query=sleep"
    assert feed["home_page_url"] == "https://find.example.org/search/?query=sleep"
    assert feed["title"]
    assert feed["authors"] == [{"name": "Reperio"}]
    assert [item["date_modified"][:10] for item in feed["items"]] == ["2026-05-03", "2026-05-01", "2026-04-09"]
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"] or item.get("content_html")
        assert RFC3339.fullmatch(item["date_modified"])
        assert item["url"].startswith("https://find.example.org/search/")
        assert all(isinstance(tag, str) and tag for tag in item["tags"])


def test_the_identity_of_an_entry_does_not_depend_on_its_slug(
    client: TestClient, service: StandIn, changed: tuple[Item, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [item["id"] for item in client.get("/search/feed.json").json()["items"]]
    renamed = [msgspec.structs.replace(item, slug=f"other-{item.slug}") for item in changed]
    monkeypatch.setattr(service, "latest", lambda query, limit: renamed)
    after = client.get("/search/feed.json").json()["items"]
    assert [item["id"] for item in after] == before
    assert "/other-" in after[0]["url"]


def test_only_what_changed_since_a_day_is_given(client: TestClient, changed: tuple[Item, ...]) -> None:
    assert len(client.get("/search/feed.json?since=2026-05-01").json()["items"]) == 2
    assert client.get("/search/feed.json?since=2027-01-01").json()["items"] == []
    assert client.get("/search/feed.json?since=yesterday").status_code == 400
    empty = parsed(client, "/search/feed.atom?since=2027-01-01")
    assert RFC3339.fullmatch(empty.findtext("a:updated", None, ATOM) or "")


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_not_sent_again_unchanged(
    client: TestClient, service: StandIn, changed: tuple[Item, ...], path: str
) -> None:
    first = client.get(path)
    assert first.headers["last-modified"] == "Sun, 03 May 2026 08:00:00 GMT"
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": first.headers["last-modified"]}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": "Sat, 02 May 2026 08:00:00 GMT"}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": "no date"}).status_code == 200
    service.generation = "g2"
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_the_search_page_names_its_feeds(client: TestClient) -> None:
    root = html.document_fromstring(client.get("/search/?query=sleep&page=1").text)
    named = {link.get("type"): link.get("href") for link in root.xpath("//link[@rel='alternate']") if link.get("title")}
    assert named["application/atom+xml"] == "/search/feed.atom?query=sleep"
    assert named["application/feed+json"] == "/search/feed.json?query=sleep"


def test_the_feed_asks_for_the_whole_search(
    client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Query] = []
    monkeypatch.setattr(service, "latest", lambda query, limit: asked.append(query) or [])
    client.get("/search/feed.atom?query=sleep&page=3&size=50&sort=title&country_codes=GB")
    assert (asked[0].page, asked[0].text, asked[0].chosen[0].values) == (1, "sleep", ("GB",))


def test_an_unknown_feed_is_not_found(client: TestClient) -> None:
    assert client.get("/search/feed.rss").status_code == 404


@pytest.mark.parametrize("path", FEEDS)
def test_hostile_descriptions_stay_text(
    client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    evil = Resource(
        id="arch/evil",
        kind="study",
        source="arch",
        titles=(Text("<script>alert(1)</script>]]>\x00\x0b\ufffe&amp; \u202e"),),
        topics=(Concept("\x01"), Concept('"><b>')),
    )
    item = Item(resource=evil, slug="evil", members=("arch/evil",), sources=("arch",), changed="2026-01-01T00:00:00Z")
    monkeypatch.setattr(service, "latest", lambda query, limit: [item])
    response = client.get(f"{path}?query=%3Cscript%3E%00&topics=%0B%01x")
    assert response.status_code == 200
    if path.endswith("atom"):
        feed = etree.fromstring(response.content)
        assert (feed.findtext("a:entry/a:title", None, ATOM) or "").startswith("<script>alert(1)</script>]]>&amp;")
        assert not feed.xpath("//*[local-name() = 'script' or local-name() = 'b']")
    else:
        assert response.json()["items"][0]["title"].startswith("<script>")
