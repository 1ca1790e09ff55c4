"""The design system, pages to read, and the brand: contrast by computation, no dead ends, a style sheet of one's own."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from reperio.errors import ConfigError
from reperio.query.model import Query
from reperio.settings import Settings
from reperio.web.app import create_app
from reperio.web.pages.guide import EXAMPLES
from reperio.web.pages.patterns import contrast, looks, tokens
from web.standin import StandIn

CSS = files("reperio.web").joinpath("static/site.css").read_text()


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#ffffff", "#767676", 4.54),
        ("#0d5c63", "#0d5c63", 1.0),
    ],
)
def test_contrast_is_as_wcag_defines_it(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_every_pair_of_colours_has_enough_contrast_in_light_and_dark() -> None:
    light, dark = looks(CSS)
    assert len(light.colours) == len(dark.colours) > 20
    assert light.colours != dark.colours
    for look in (light, dark):
        assert [pair for pair in look.pairs if pair.ratio < 4.5] == [], look.name
        assert [pair for pair in look.edges if pair.ratio < 3] == [], look.name


def test_dark_declares_only_tokens_that_light_has() -> None:
    light, dark = tokens(CSS)
    assert light.keys() == dark.keys()
    assert {"ink", "paper", "accent", "t-hero", "s7"} <= light.keys()


def test_tokens_that_are_used_are_declared() -> None:
    declared = set(tokens(CSS)[0])
    for entry in files("reperio.web").joinpath("static").iterdir():
        if entry.name.endswith(".css"):
            text = entry.read_text()
            used = set(re.findall(r"var\(--([\w-]+)\)", text))
            assert used - declared - set(re.findall(r"--([\w-]+):", text)) == set(), entry.name


def test_patterns_show_every_component_and_are_not_indexed(client: TestClient) -> None:
    answer = client.get("/-/patterns")
    assert answer.status_code == 200
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "fails" not in answer.text
    for name in ("badge", "chip chip-on", "button", "plain-button", "note", "card", "hit", "pager", "glance", "facts", "heat", "bars",
                 "columns-chart", "fold", "tabs", "specimen fields", "pair", "desk-tiles"):  # fmt: skip
        assert re.search(rf'class="[^"]*\b{name}\b', answer.text), name
    assert " style=" not in answer.text


@pytest.mark.parametrize("page", ["help", "privacy", "accessibility", "about"])
def test_pages_to_read_are_led_to_and_lead_on(client: TestClient, page: str) -> None:
    assert f'href="/search/{page}"' in client.get("/search/").text
    text = client.get(f"/search/{page}").text
    anchors = {target for target in re.findall(r'href="#([\w-]+)"', text) if not target.startswith("i-")}
    assert anchors <= set(re.findall(r'id="([\w-]+)"', text))
    for path in set(re.findall(r'href="(/[^"#]*)"', text)):
        assert client.get(path.replace("&amp;", "&")).status_code in {200, 302, 307, 308}, path


def test_the_help_shows_what_finds_something_here(client: TestClient, service: StandIn) -> None:
    text = client.get("/search/help").text
    shown = [one for one in EXAMPLES if service.total(Query(text=one.text, meaning=False))]
    for one in EXAMPLES:
        assert (f"<td>{one.does}" in text) == (one in shown or not shown)


def _site(**settings: object) -> TestClient:
    return TestClient(create_app(Settings(**settings), StandIn()), raise_server_exceptions=False)


def test_a_brand_is_put_after_our_own(tmp_path: Path) -> None:
    css, logo = tmp_path / "house.css", tmp_path / "house.SVG"
    css.write_text(":root { --accent: #112233; }")
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    client = _site(brand_css=css, brand_logo=logo)
    page = client.get("/search/").text
    sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    assert re.fullmatch(r"/assets/brand\.[0-9a-f]{12}\.css", sheets[-1])
    assert "#112233" in client.get(sheets[-1]).text
    picture = re.search(r'<img class="mark-logo" src="([^"]+)" alt="">', page)
    assert picture
    assert client.get(picture[1]).headers["content-type"] == "image/svg+xml"
    css.write_text(":root { --accent: #445566; }")
    assert _site(brand_css=css).get("/search/").text.count(sheets[-1]) == 0, "another content has another address"
    assert "mark-logo" in client.get("/search/").text


@pytest.mark.parametrize("name", ["missing.css", "script.js", "large.css"])
def test_a_brand_that_cannot_be_served_is_told_at_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "script.js").write_text("")
    (tmp_path / "large.css").write_text("x" * 300_001)
    with pytest.raises(ConfigError):
        _site(brand_css=tmp_path / name)


def test_crawlers_are_kept_from_forms_and_operators(client: TestClient) -> None:
    robots = client.get("/robots.txt").text
    for path in ("/search/feedback", "/search/admin", "/-/"):
        assert f"Disallow: {path}" in robots
    assert "/search/help" in client.get("/search/sitemap-1.xml").text


def test_without_an_office_nothing_is_promised(client: TestClient) -> None:
    assert client.get("/search/admin/").status_code == 404
    assert client.get("/search/feedback").status_code == 404
    page = client.get("/search/").text
    assert "For operators" not in page
    assert "/search/feedback" not in page
