"""What is drawn is what is found: every number of a drawing is the number of results of the search it leads to."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html

from homes import WordsEncoder, read_home, sample_home, workshop
from reperio.query.model import Chosen, Query, Span
from reperio.query.service import SearchService
from reperio.query.url import from_params, to_params
from reperio.settings import Settings
from reperio.web.app import create_app
from reperio.web.charts.heat import HeatMap
from reperio.web.exploration import Exploration, Explorer, Figure
from reperio.web.facets import Labels
from reperio.web.links import Links, only

__all__ = ["read_home", "sample_home"]

LINKS = Links(Settings())
QUERIES = [
    Query(),
    Query(text="health", scope="all"),
    Query(chosen=(Chosen("country", ("GB",)),), spans=(Span("year", 1990, 2009),)),
    Query(scope="variable", text="sleep"),
    Query(text="health of children in Great Britain after 1990"),
]


@pytest.fixture(scope="module")
def service(sample_home: Path) -> SearchService:
    return workshop(sample_home, WordsEncoder()).service()


def numbers(drawn: Exploration) -> list[tuple[str, int]]:
    """Every address of a drawing with the number beside it."""
    found = [(bar.url, bar.count) for _, _, bars in drawn.bars for bar in bars]
    found += [(bar.url, bar.count) for bar in drawn.country_list]
    figures: list[Figure] = [*drawn.ranges, *([drawn.time] if drawn.time else [])]
    for figure in figures:
        found += [(column.url, column.total) for column in figure.columns]
        found += [(part.url, part.count) for column in figure.columns for part in column.parts]
        found += [(figure.earlier_url, figure.earlier)] if figure.earlier_url else []
    maps: list[HeatMap] = [one for one in (drawn.overlap, drawn.gaps) if one]
    for one in maps:
        found += [(cell.url, cell.count) for row in one.rows for cell in row.cells if cell.count]
    if drawn.gaps:
        found += [(row.url, row.total) for row in drawn.gaps.rows]
    if drawn.countries:
        found += [(tile.url, tile.count) for tile in drawn.countries.tiles if tile.count]
    return found


def behind(service: SearchService, url: str) -> int:
    return service.total(from_params(parse_qsl(urlsplit(url).query)))


@pytest.mark.parametrize("period", ["", "2000"])
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(to_params(query)))
def test_every_number_is_that_of_the_search_behind_it(service: SearchService, query: Query, period: str) -> None:
    drawn = Explorer(service, LINKS, Labels({}), query, period).explore()
    assert (
        drawn.total == service.search(drawn.query).total
    )  # what states every condition: a drawing has no "not stated"
    assert 0 < drawn.total <= service.search(query).total
    checked = numbers(drawn)
    assert len(checked) > 20
    wrong = [(url, count, behind(service, url)) for url, count in checked if count and behind(service, url) != count]
    assert not wrong


def test_gaps_and_overlaps_are_drawn_of_the_sample(service: SearchService) -> None:
    drawn = Explorer(service, LINKS, Labels({}), Query()).explore()
    assert drawn.overlap
    assert any(cell.count for row in drawn.overlap.rows for cell in row.cells)
    assert drawn.gaps
    assert drawn.gaps.empty


def test_all_of_several_values_are_fewer_than_any(service: SearchService) -> None:
    values = [value for value, _ in service.facets(Query(), ("topic",))["topic"].values[:2]]
    every = only(Query(), "topic", *values, every=True)
    assert from_params(to_params(every)) == every
    one, both, any_ = (
        service.total(query) for query in (only(Query(), "topic", values[0]), every, only(Query(), "topic", *values))
    )
    assert both <= one <= any_
    assert service.search(every).total == both
    counted = dict(service.facets(only(Query(), "topic", values[0], every=True), ("topic",), size=500)["topic"].values)
    assert counted.get(values[1], 0) == both
    assert counted[values[0]] == one


def test_letters_cover_everything_in_order(service: SearchService) -> None:
    query = Query(scope="dataset")
    letters = service.letters(query)
    assert sum(count for _, count in letters) == service.total(query)
    titled = service.titled(query, limit=1000)
    assert len(titled) == service.total(query)
    names = [letter for letter, _ in letters if letter.isalpha() and letter.isascii()]
    assert names == sorted(names)
    first = dict(letters)[names[0]]
    assert sum(item.resource.title.lower().startswith(names[0].lower()) for item in titled) >= first


def test_pages_over_a_real_index_answer(service: SearchService) -> None:
    with TestClient(create_app(Settings(), service)) as client:
        root = html.document_fromstring(client.get("/search/").text)
        tries = root.xpath("//div[@class='tries']//a/@href")
        assert tries
        assert all(behind(service, url) for url in tries)
        for path in ("explore", "topics", "instruments", "organisations", "studies", "facets/country"):
            assert client.get(f"/search/{path}").status_code == 200, path
        for kind in ("topics", "organisations"):
            listed = html.document_fromstring(client.get(f"/search/{kind}?order=count").text)
            links = listed.xpath("//ul[@class='directory']/li")[:4]
            assert links
            for one in links:
                shown = html.document_fromstring(client.get(one.xpath("./a/@href")[0]).text)
                count = one.xpath("./span[@class='count']/text()")[0]
                assert f"{count} result" in shown.xpath("//p[contains(@class, 'explore-total')]")[0].text_content()
