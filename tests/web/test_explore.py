"""The drawn pages as they leave the server: every mark a named link, every number also as text."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from fastapi.testclient import TestClient
from lxml import html

from reperio.index.ask import FacetCounts
from web.standin import STUDY, VARIABLES, StandIn

VARIABLES_PATH = "/search/items/growing-up-and-sleeping-well-survey/variables"
DRAWN = [
    "/search/explore",
    "/search/explore?query=sleep",
    "/search/topics/mental-health",
    "/search/sources/arch",
    "/search/studies/growing-up-and-sleeping-well-survey",
    "/search/",
]


def page(client: TestClient, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, path
    return html.document_fromstring(response.text)


@pytest.mark.parametrize("path", DRAWN)
def test_every_mark_that_can_be_reached_has_a_name(client: TestClient, path: str) -> None:
    links = page(client, path).xpath("//*[local-name()='svg']//*[local-name()='a']")
    reachable = [link for link in links if link.get("tabindex") != "-1"]
    assert reachable
    for link in reachable:
        assert link.get("aria-label")
        assert link.xpath("./*[local-name()='title']")[0].text
    for link in links:
        if link.get("tabindex") == "-1":
            assert link.xpath("ancestor::*[@aria-hidden='true']")


def test_a_drawing_of_time_stands_beside_its_table(client: TestClient) -> None:
    root = page(client, "/search/explore")
    section = root.xpath("//section[@aria-labelledby='time']")[0]
    drawn = {link.get("href") for link in section.xpath(".//*[local-name()='svg']//*[local-name()='a']")}
    listed = set(section.xpath(".//table//a/@href"))
    assert drawn
    assert drawn <= listed


def test_what_is_narrowed_is_not_indexed_and_can_be_widened(client: TestClient) -> None:
    root = page(client, "/search/explore?query=sleep&source=arch")
    assert root.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
    assert root.xpath("//a[contains(@class, 'chip-on')]/@href") == ["/search/explore?query=sleep"]
    assert not page(client, "/search/explore").xpath("//meta[@name='robots']")


def test_empty_parameters_are_taken_out_of_the_address(client: TestClient) -> None:
    response = client.get("/search/explore?query=sleep&period=")
    assert (response.status_code, response.headers["location"]) == (302, "/search/explore?query=sleep")


def test_the_list_of_values_is_searched_and_sorted(client: TestClient) -> None:
    root = page(client, "/search/facets/keyword?find=keyword 2&order=count")
    names = [one.text_content() for one in root.xpath("//ul[@class='directory']//a")]
    assert names[0] == "keyword 2"
    assert len(names) == 12
    assert "keywords=keyword+2" in root.xpath("//ul[@class='directory']//a/@href")[0]


def test_a_letter_leads_to_its_first_value(
    client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{letter}{number:03}" for letter in "ABC" for number in range(150)]
    counts = {"topic": FacetCounts("topic", tuple((name, 2) for name in names))}
    monkeypatch.setattr(service, "facets", lambda *_, **__: counts)
    first = page(client, "/search/topics")
    assert " ".join(first.xpath("//p[@class='total']")[0].text_content().split()) == "450 topics, 1 to 200 shown"
    assert len(first.xpath("//section[@aria-labelledby='most']//li")) == 24
    links = {link.text_content(): link.get("href") for link in first.xpath("//nav[@aria-label='Letters']//a")}
    assert list(links) == ["A", "B", "C"]
    for letter, link in links.items():
        path, _, anchor = link.partition("#")
        entry = page(client, path).xpath(f"//li[@id='{anchor}']/a")
        assert [one.text_content() for one in entry] == [f"{letter}000"]


def test_spellings_of_an_instrument_lead_to_one_page(client: TestClient) -> None:
    title = page(client, "/search/instruments/sdq").xpath("//h1")[0].text_content()
    assert title == "Strengths and Difficulties Questionnaire (SDQ)"
    response = client.get("/search/instruments/strengths-and-difficulties-questionnaire")
    assert (response.status_code, response.headers["location"]) == (301, "/search/instruments/sdq")


def test_browse_lists_every_study_under_its_letter(client: TestClient) -> None:
    root = page(client, "/search/studies")
    assert len(root.xpath("//ul[@class='az']/li")) == 64 - 1  # all studies; a dataset is none
    for target in root.xpath("//nav[@aria-label='Letters']//a/@href"):
        assert root.xpath(f"//h2[@id='{target.partition('#')[2]}']"), target


def test_browse_keeps_its_filters(client: TestClient) -> None:
    root = page(client, "/search/studies?source=cohorts")
    assert root.xpath("//a[contains(@class, 'chip-on')]/@href") == ["/search/studies"]
    assert root.xpath("//input[@name='source'][@value='cohorts'][@checked]")
    assert root.xpath("//form[@id='search']/@action") == ["/search/studies"]


def test_variables_come_as_files_whole_or_ticked(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(f"{VARIABLES_PATH}.csv?query=income").text.lstrip("\ufeff"))))
    assert len(rows) == 25
    assert rows[0]["response_options"] == "1 = Not at all | 2 = Sometimes | 3 = Often"
    assert rows[0]["missing_codes"] == "'-9 = Refused"  # no formula
    ticked = client.get(f"{VARIABLES_PATH}.json", params={"item": [VARIABLES[0].uuid, VARIABLES[2].uuid, STUDY.uuid]})
    assert [one["name"] for one in ticked.json()["variables"]] == ["gus_001", "gus_003"]
    book = client.get(f"{VARIABLES_PATH}.xlsx?wave=Wave+1")
    assert book.headers["x-total-count"] == "75"
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(book.content)).namelist()
    assert client.get(f"{VARIABLES_PATH}.ris").status_code == 404
    assert json.loads(client.get(f"{VARIABLES_PATH}.json").text)["total"] == 75


def test_variables_are_narrowed_by_wave_and_dataset(client: TestClient) -> None:
    assert not page(client, f"{VARIABLES_PATH}?wave=Wave+9").xpath("//tbody/tr")
    dataset = "growing-up-and-sleeping-well-survey-wave-1"
    assert len(page(client, f"{VARIABLES_PATH}?dataset={dataset}").xpath("//tbody/tr")) == 50
    assert client.get(f"{VARIABLES_PATH}?dataset=cohorts-bare").status_code == 404


def test_a_variable_names_its_neighbours(client: TestClient) -> None:
    root = page(client, f"/search/items/{VARIABLES[1].uuid}")
    beside = root.xpath("//nav[@aria-label='Neighbours in the file']//a/@href")
    assert beside == [f"/search/items/{VARIABLES[0].uuid}", f"/search/items/{VARIABLES[2].uuid}"]
    assert len(page(client, f"/search/items/{VARIABLES[0].uuid}").xpath("//nav[contains(@class, 'beside')]//a")) == 1


def test_ticked_variables_can_be_saved_and_sent_to_harmony(client: TestClient) -> None:
    listed = page(client, VARIABLES_PATH)
    actions = {
        " ".join(button.text_content().split()): button.get("formaction")
        for button in listed.xpath("//form[@id='pick']//button[not(contains(@formaction, 'variables'))]")
    }
    assert actions == {
        "Send to Harmony, those ticked": "/search/saves/harmony",
        "Save, those ticked": "/search/saves",
    }
    ticked = {"item": listed.xpath("//input[@form='pick']/@value")[:2]}
    for path, said in (("/search/saves/harmony", "2 questions in"), ("/search/saves", "2 items")):
        answer = client.get(path, params=ticked)
        assert answer.status_code == 200
        assert said in " ".join(html.document_fromstring(answer.text).text_content().split())
