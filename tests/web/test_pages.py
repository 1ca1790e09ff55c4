"""Pages as they leave the server: status, well-formed HTML, what must be on them."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html

from reperio.query.url import from_params
from web.standin import DATASET, HOSTILE, STUDY, VARIABLES, StandIn

STUDY_PATH = "/search/studies/growing-up-and-sleeping-well-survey"
DATASET_PATH = "/search/items/growing-up-and-sleeping-well-survey-wave-1"
VARIABLE_PATH = f"/search/items/{VARIABLES[0].uuid}"
VARIABLES_PATH = "/search/items/growing-up-and-sleeping-well-survey/variables"
PAGES = {
    "/search/": 200,
    "/search/?query=sleep": 200,
    "/search/?query=zzzz": 200,
    "/search/discover": 200,
    "/search/studies": 200,
    "/search/about": 200,
    "/search/sources": 200,
    STUDY_PATH: 200,
    DATASET_PATH: 200,
    VARIABLE_PATH: 200,
    VARIABLES_PATH: 200,
    f"{VARIABLES_PATH}?query=sleep&sort=label": 200,
    "/search/studies/script-alert-x-script": 200,
    "/search/studies/cohorts-bare": 200,
    "/search/items/withdrawn": 410,
    "/search/items/nothing-here": 404,
    "/search/explore": 200,
    "/search/explore?query=sleep&source=arch&period=2000": 200,
    "/search/explore?query=zzzz": 200,
    "/search/explore?period=1999": 400,
    "/search/studies?resource_type=dataset&source=arch": 200,
    "/search/facets/topic?query=sleep": 200,
    "/search/facets/keyword?find=1&order=count": 200,
    "/search/facets/nothing": 404,
    "/search/topics": 200,
    "/search/topics/mental-health": 200,
    "/search/topics/no-such": 404,
    "/search/instruments": 200,
    "/search/instruments/sdq": 200,
    "/search/instruments/gad-7": 200,
    "/search/organisations": 200,
    "/search/sources/arch": 200,
    "/search/sources/none": 404,
    f"{VARIABLES_PATH}?wave=Wave+1": 200,
    "/nowhere": 404,
    "/search/?page=zero": 400,
    "/search/?sort=odd": 400,
    "/search/?query=sleep&page=99999&size=100": 400,
    "/search/studies?page=999": 404,
}


def page(client: TestClient, path: str) -> html.HtmlElement:
    return html.document_fromstring(client.get(path).text)


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_every_page_has_its_status_one_heading_and_landmarks(client: TestClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    root = html.document_fromstring(response.text)
    assert root.get("lang") == "en"
    assert len(root.xpath("//h1")) == 1
    assert len(root.xpath("//main")) == 1
    assert root.xpath("//a[@class='skip']/@href") == ["#main"]
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not root.xpath("//@style | //style | //@onclick | //@onerror")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    root = page(client, path)
    loaded = root.xpath("//img/@src | //script/@src | //iframe/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
    assert len(loaded) >= 3
    assert all(address.startswith("/assets/") for address in loaded)
    for address in loaded:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("path", [path for path, status in PAGES.items() if status == 200])
def test_every_link_of_ours_leads_somewhere(client: TestClient, path: str) -> None:
    for address in set(page(client, path).xpath("//a/@href")):
        if address.startswith("/"):
            assert client.get(address).status_code in {200, 301, 308}, address


def test_the_results_say_what_matched(client: TestClient) -> None:
    root = page(client, "/search/?query=sleep")
    first = root.xpath("//article[contains(@class, 'hit')]")[0]
    assert "sleep" in [mark.text.casefold() for mark in first.xpath(".//mark")]
    assert first.xpath(".//*[@class='why']")
    assert "25" in "".join(first.xpath(".//a[@class='more']//text()"))
    assert root.xpath("//*[@role='status']")[0].text_content().strip().startswith("1 result")


def test_filters_are_boxes_of_the_search_form_and_removable(client: TestClient, service: StandIn) -> None:
    root = page(client, "/search/?source=arch&year_min=1990")
    box = root.xpath("//input[@type='checkbox'][@name='source'][@value='arch']")[0]
    assert box.get("form") == "search"
    assert box.get("checked") is not None
    removing = [parse_qsl(urlsplit(href).query) for href in root.xpath("//a[contains(@class, 'chip-on')]/@href")]
    assert [("year_min", "1990")] in removing
    assert [("source", "arch")] in removing
    assert service.asked[0] == from_params([("source", "arch"), ("year_min", "1990")])


def test_a_search_without_results_offers_ways_on(client: TestClient) -> None:
    root = page(client, "/search/?query=zzzz&source=arch")
    ways = root.xpath("//div[@class='empty']//a/@href")
    assert "/search/?query=zzzz" in ways
    assert "/search/studies" in ways


def test_empty_fields_of_the_form_are_taken_out_of_the_address(client: TestClient) -> None:
    response = client.get("/search/?query=sleep&year_min=&sort=")
    assert response.status_code == 302
    assert response.headers["location"] == "/search/?query=sleep"
    assert client.get("/search/?query=").headers["location"] == "/search/"


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("items/growing-up-and-sleeping-well-survey", 301),
        (f"items/{STUDY.uuid}", 301),
        ("items/arch/1001", 301),
        ("items/old-slug", 308),
        ("studies/old-slug", 308),
    ],
)
def test_other_addresses_of_a_study_lead_to_its_one_page(client: TestClient, key: str, status: int) -> None:
    response = client.get(f"/search/{key}")
    assert (response.status_code, response.headers["location"]) == (status, STUDY_PATH)


def test_the_home_page_stands_under_the_prefix(client: TestClient) -> None:
    assert client.get("/").headers["location"] == "/search/"
    assert client.get("/search?query=x").headers["location"] == "/search/?query=x"


def test_a_variable_shows_its_wording_and_options(client: TestClient) -> None:
    text = page(client, VARIABLE_PATH).text_content()
    for expected in ("How often have you felt anxious", "past two weeks", "Refused", "-9", "All young people", "self"):
        assert expected in text


def test_the_list_of_variables_is_searched_and_paged_on_the_server(client: TestClient) -> None:
    first = page(client, VARIABLES_PATH)
    assert len(first.xpath("//tbody/tr")) == 50
    assert len(page(client, f"{VARIABLES_PATH}?page=2").xpath("//tbody/tr")) == 25
    found = page(client, f"{VARIABLES_PATH}?query=income")
    assert len(found.xpath("//tbody/tr")) == 25
    assert found.xpath("//tbody//mark")


def test_hostile_metadata_stays_text(client: TestClient) -> None:
    response = client.get("/search/studies/script-alert-x-script")
    assert "<script>alert" not in response.text
    assert "onerror=alert(1)>" not in response.text.replace("&gt;", "")
    root = html.document_fromstring(response.text)
    assert not root.xpath("//img")
    assert {script.get("type") for script in root.xpath("//script")} == {"application/ld+json", "module"}
    assert all(script.get("src", "").startswith("/assets/") for script in root.xpath("//script[@type='module']"))
    assert HOSTILE.strip()[:30] in root.xpath("//h1")[0].text_content()
    for address in root.xpath("//a/@href | //form/@action"):
        assert urlsplit(address).scheme in {"", "http", "https", "mailto"}, address


def test_hostile_queries_stay_text(client: TestClient) -> None:
    response = client.get("/search/", params={"query": HOSTILE})
    assert response.status_code == 200
    assert not re.search(r"<script>alert|<img src=x", response.text)


def test_a_dataset_shows_what_it_inherits_as_inherited(client: TestClient) -> None:
    assert "inherited" in page(client, DATASET_PATH).text_content()
    assert DATASET.part_of[0] in page(client, DATASET_PATH).text_content()
