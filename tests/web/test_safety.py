"""Headers of safety, caching, assets: what every answer must carry."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from reperio.index.ask import Snippet
from reperio.settings import Settings
from reperio.web.app import create_app
from reperio.web.links import API
from reperio.web.templating import json_script, marked
from reperio.web.words import http_url
from web.standin import StandIn

PATHS = [
    "/search/",
    "/search/?query=sleep",
    "/search/items/nothing",
    f"{API}/search",
    f"{API}/items/nothing",
    "/robots.txt",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers_of_safety(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]
    assert "set-cookie" not in headers


def test_only_the_api_is_open_to_other_sites_and_never_with_credentials(client: TestClient) -> None:
    asked = {"Origin": "https://other.example"}
    assert client.get(f"{API}/version", headers=asked).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in client.get(f"{API}/version", headers=asked).headers
    assert "access-control-allow-origin" not in client.get("/search/", headers=asked).headers
    preflight = client.options("/discover/search", headers=asked | {"Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_what_has_not_changed_is_not_sent_again(client: TestClient, service: StandIn) -> None:
    first = client.get("/search/?query=sleep")
    tag = first.headers["etag"]
    assert client.get("/search/?query=sleep", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/search/?query=worry", headers={"If-None-Match": tag}).status_code == 200
    service.generation = "g2"
    assert client.get("/search/?query=sleep", headers={"If-None-Match": tag}).status_code == 200


def test_an_item_is_sent_anew_once_its_record_changed_although_the_index_is_not_yet_up_to_date(
    client: TestClient, service: StandIn
) -> None:
    path = "/search/studies/growing-up-and-sleeping-well-survey"
    had = {"If-None-Match": client.get(path).headers["etag"]}
    assert client.get(path, headers=had).status_code == 304
    service.revision += 1  # read into the corpus, which pages of items show at once; the index still encodes it
    assert client.get(path, headers=had).status_code == 200


def test_another_name_of_the_site_makes_pages_anew(service: StandIn, tmp_path: Path) -> None:
    def tag(name: str) -> str:
        site = create_app(Settings().model_copy(update={"home": tmp_path, "site_name": name}), service)
        return str(TestClient(site).get("/search/about").headers["etag"])

    assert tag("Reperio") == tag("Reperio") != tag("Finder")


def test_errors_are_not_kept(client: TestClient) -> None:
    response = client.get(f"{API}/items/nothing")
    assert "etag" not in response.headers


def test_assets_are_kept_for_good_under_a_name_of_their_content(client: TestClient) -> None:
    names = set(re.findall(r"/assets/[\w.]+", client.get("/search/").text + client.get("/search/discover").text))
    stems = {entry.name.partition(".")[0] for entry in files("reperio.web").joinpath("static").iterdir()}
    assert len(names) > 5
    assert {name.removeprefix("/assets/").partition(".")[0] for name in names} <= stems
    for name in names:
        response = client.get(name)
        assert "immutable" in response.headers["cache-control"]
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name)
    assert client.get("/assets/site.css").status_code == 404
    assert client.get("/assets/..%2fapp.py").status_code == 404


def test_answers_are_compressed_and_a_page_of_results_is_light(client: TestClient) -> None:
    with client.stream("GET", "/search/discover", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["content-encoding"] == "gzip"
        assert 2_000 < len(b"".join(response.iter_raw())) < 60_000


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/search/items//evil.example",
        "/search/items/https://evil.example",
        "/search?next=//evil.example",
    ],
)
def test_no_redirection_leads_away(client: TestClient, path: str) -> None:
    location = client.get(f"https://find.example.org{path}").headers.get("location", "/search/")
    assert location.startswith("/search/")


def test_styles_and_scripts_name_no_other_site() -> None:
    static = files("reperio.web").joinpath("static")
    texts = {entry.name: entry.read_text() for entry in static.iterdir()}
    assert len(texts) >= 3
    for name, text in texts.items():
        found = set(re.findall(r"https?://[\w./]+", text)) - {"http://www.w3.org/2000/svg"}
        assert not found, name


def test_json_in_a_script_cannot_end_it() -> None:
    made = str(json_script({"a": "</script><!--\u2028&"}))
    assert not re.search(r"[<>&\u2028]", made)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (((0, 3),), "<mark>a&lt;b</mark>&gt;c"),
        (((0, 2), (1, 3)), "<mark>a&lt;</mark><mark>b</mark>&gt;c"),
        (((4, 99),), "a&lt;b&gt;<mark>c</mark>"),
        (((9, 12),), "a&lt;b&gt;c"),
        ((), "a&lt;b&gt;c"),
    ],
)
def test_marks_are_drawn_around_escaped_text(marks: tuple[tuple[int, int], ...], expected: str) -> None:
    assert str(marked(Snippet("title", "a<b>c", marks))) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example", ""),
        ("http://", ""),
        ("http://[bad", ""),
        (None, ""),
    ],
)
def test_only_web_addresses_become_links(address: str | None, expected: str) -> None:
    assert http_url(address) == expected
