"""Filters with many values: few on the page of results, all of them a click away, every count as it was."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html
from markupsafe import Markup

from reperio.index.ask import FacetCounts, Snippet
from reperio.query.model import Chosen, Query
from reperio.settings import Settings
from reperio.web.charts.tiles import CORNER, SIDE, places, small_map
from reperio.web.facets import SHORT, SPARE, FacetView, Labels, facet_views
from reperio.web.language import speaking
from reperio.web.links import Links
from reperio.web.pages.values import LISTED
from reperio.web.templating import about, about_else, marked, said, said_of
from web.standin import StandIn

MANY = FacetCounts("keyword", tuple((f"word {n}", 90 - n) for n in range(40)))


def view(counts: FacetCounts, query: Query | None = None) -> FacetView:
    made = facet_views(query or Query(), {counts.name: counts}, Labels({}), Links(Settings()))
    return next(one for one in made if one.name == counts.name)


def page(client: TestClient, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, path
    return html.document_fromstring(response.text)


def test_a_long_filter_shows_the_most_frequent_and_tells_how_many_there_are() -> None:
    made = view(MANY)
    assert [(one.value, one.count) for one in made.values] == list(MANY.values[:SHORT])
    assert made.total == 40
    assert made.all_url == "/search/facets/keyword"


def test_a_filter_that_is_hardly_longer_is_shown_whole() -> None:
    made = view(FacetCounts("keyword", MANY.values[: SHORT + SPARE]))
    assert len(made.values) == SHORT + SPARE
    assert not made.all_url
    assert view(FacetCounts("keyword", MANY.values[: SHORT + SPARE + 1])).all_url


def test_all_that_is_chosen_is_shown_and_some_more() -> None:
    chosen = tuple(sorted(f"word {n}" for n in range(10, 22)))
    made = view(MANY, Query(chosen=(Chosen("keyword", chosen),)))
    assert [one.value for one in made.values if one.chosen] == [f"word {n}" for n in range(10, 22)]
    assert [one.value for one in made.values if not one.chosen] == ["word 0", "word 1", "word 2"]
    assert made.chosen == 12


def test_how_many_there_are_is_not_said_where_nobody_counted() -> None:
    assert view(FacetCounts("keyword", tuple((f"word {n}", 60 - n) for n in range(50)))).total == 0


def test_the_page_of_results_leads_to_all_values(client: TestClient) -> None:
    root = page(client, "/search/?query=sleep")
    link = root.xpath("//a[@data-whole]")[0]
    assert " ".join(link.text_content().split()) == "Show all 30 keywords"
    assert len(link.xpath("ancestor::fieldset//li")) == SHORT
    names = [one.text_content() for one in page(client, link.get("href")).xpath("//ul[@class='directory']//a")]
    assert len(names) == 30


def test_on_the_page_of_values_what_is_chosen_can_be_taken_out(client: TestClient) -> None:
    root = page(client, "/search/facets/keyword?query=sleep&keywords=keyword+3")
    entries = {one.xpath("a")[0].text_content(): one for one in root.xpath("//ul[@class='directory']/li")}
    taken = entries["keyword 3"]
    assert taken.xpath("a/@href") == ["/search/?query=sleep"]
    assert "choose it again" in taken.text_content()
    added = dict(parse_qsl(urlsplit(entries["keyword 5"].xpath("a/@href")[0]).query))
    assert added["keywords"] == "keyword 5"
    assert "choose it again" not in entries["keyword 5"].text_content()


def test_the_list_in_place_has_every_value_with_the_chosen_first(client: TestClient) -> None:
    response = client.get("/search/facets/keyword/list?query=sleep&keywords=keyword+9&keywords=nothing+has+it")
    assert response.headers["x-robots-tag"] == "noindex"
    assert "<html" not in response.text
    piece = html.fragment_fromstring(response.text)
    boxes = piece.xpath(".//li//input")
    assert [box.get("value") for box in boxes if box.get("checked") is not None] == ["keyword 9", "nothing has it"]
    assert [box.get("value") for box in boxes][:3] == ["keyword 9", "nothing has it", "keyword 0"]
    assert {box.get("name") for box in boxes} == {"keywords"}
    assert all(box.get("form") == "search" and box.get("data-submit") is None for box in boxes)
    assert piece.xpath("string(.//*[@role='status'])") == "31 values"
    assert boxes[1].xpath("string(../span[@class='count'])") == "0"


def test_the_list_in_place_is_searched(client: TestClient) -> None:
    piece = html.fragment_fromstring(client.get("/search/facets/keyword/list?query=sleep&find=WORD+2").text)
    assert len(piece.xpath(".//li")) == 12
    assert piece.xpath("string(.//*[@role='status'])") == "12 values"


def test_a_list_longer_than_fits_says_so(client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    many = FacetCounts("keyword", tuple((f"<b>{n}</b>", 1) for n in range(LISTED + 5)))
    monkeypatch.setattr(service, "facets", lambda *_, **__: {"keyword": many})
    response = client.get("/search/facets/keyword/list")
    piece = html.fragment_fromstring(response.text)
    assert len(piece.xpath(".//li")) == LISTED
    assert piece.xpath("string(.//*[@role='status'])") == "200 of 205 shown; type to find the others."
    assert "<b>" not in response.text


def test_there_is_no_list_of_what_is_no_facet(client: TestClient) -> None:
    assert client.get("/search/facets/nothing/list").status_code == 404
    assert client.get("/search/facets/year/list").status_code == 404


def test_the_list_is_counted_once_until_something_changes(
    client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Query] = []

    def facets(query: Query, *_: object, **__: object) -> dict[str, FacetCounts]:
        asked.append(query)
        return {"keyword": MANY}

    monkeypatch.setattr(service, "facets", facets)
    for find in ("", "1", "12"):
        client.get(f"/search/facets/keyword/list?query=sleep&find={find}")
    assert len(asked) == 1
    client.get("/search/facets/keyword/list?query=other")
    assert len(asked) == 2


def test_the_small_map_has_a_mark_for_each_country_that_has_any_on_one_ground() -> None:
    made = small_map({"GB": 3, "NO": 0, "QQ": 5}, lambda code: f"/{code}")
    assert made is not None
    assert [(tile.code, tile.url) for tile in made.tiles] == [("GB", "/GB")]
    assert made.ground.count("M") == len(places())
    assert made.ground.startswith("M")
    assert 0 < 2 * CORNER < SIDE
    assert small_map({"GB": 0}, lambda code: code) is None


def test_texts_of_pages_escape_what_is_put_into_them() -> None:
    assert said("Show all %(total)s", total="<b>") == Markup("Show all &lt;b&gt;")
    assert said("100%%") == "100%"
    assert said('Most like <a href="%(a)s">it</a>', a='"x') == Markup('Most like <a href="&#34;x">it</a>')
    assert said_of("one of %(all)s", "%(num)s of %(all)s", 3, all="<4>") == Markup("3 of &lt;4&gt;")
    with speaking("de"):
        assert said("Show all") == "Alle zeigen"


def test_snippets_are_found_by_their_field_and_escaped() -> None:
    title, body = Snippet("title", "A <b> c", ((2, 5),)), Snippet("abstract", "x & y")
    assert about([body, title], "title") is title
    assert about([body], "title", "label") is None
    assert about_else([title, body], "title", "label") is body
    assert about_else([title], "title") is None
    assert marked(title) == Markup("A <mark>&lt;b&gt;</mark> c")
    assert marked(body) == Markup("x &amp; y")
