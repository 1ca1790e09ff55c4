"""Comparing: what is the same, what differs, what only some say; what is gone or too much is told."""

from __future__ import annotations

import csv
import io

import msgspec
import pytest
from fastapi.testclient import TestClient
from lxml import html

from reperio.corpus.model import Item
from reperio.resource.fields import Resource
from reperio.text.places import Place
from reperio.web.comparison import compared
from web.standin import DATASET, HOSTILE, ITEMS, STUDY, VARIABLES

FIRST = "growing-up-and-sleeping-well-survey"
SECOND = f"{FIRST}-wave-1"
BOTH = f"/search/compare?item={FIRST}&item={SECOND}"


def page(client: TestClient, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, response.headers.get("location", response.text[:300])
    return html.document_fromstring(response.text)


def lines(root: html.HtmlElement) -> dict[str, tuple[str, list[str]]]:
    """Verdict and cells by the name of the fact."""
    found = {}
    for row in root.xpath("//table[@data-columns]/tbody/tr[not(@class='group')]"):
        name = row.xpath("string(th/span[1])").strip()
        found[name] = (
            row.xpath("string(th/span[@class='verdict'])"),
            [" ".join(cell.text_content().split()) for cell in row.xpath("td")],
        )
    return found


def test_an_empty_comparison_explains_itself(client: TestClient) -> None:
    root = page(client, "/search/compare")
    assert "Put up to 6 studies or datasets side by side" in root.text_content()
    assert root.xpath("//input[@name='add']")
    assert not root.xpath("//table")


def test_facts_stand_side_by_side_with_their_differences(client: TestClient) -> None:
    root = page(client, BOTH)
    heads = [head.xpath("string(a[1])") for head in root.xpath("//table[@data-columns]/thead//th")]
    assert heads == [STUDY.title, DATASET.title]
    facts = lines(root)
    assert facts["Kind"][0] == "Differs"
    assert facts["Variables"] == ("Same", ["75", "75"])
    assert facts["Ages"][0] == "Stated by some"
    assert facts["Ages"][1][1] == "Not stated"
    places = root.xpath("//tr[th/span[normalize-space()='Places']]/td[1]//li[@class='alone']")
    assert ["Wales" in place.text_content() for place in places] == [True, False]
    assert all("Only here" in place.text_content() for place in places)


def test_only_differences_leaves_out_what_is_the_same(client: TestClient) -> None:
    every, some = lines(page(client, BOTH)), lines(page(client, f"{BOTH}&only=differences"))
    assert "Variables" in every
    assert set(some) == {name for name, (verdict, _) in every.items() if verdict != "Same"}


def item(number: int, **facts: object) -> Item:
    resource = msgspec.structs.replace(Resource(id=f"x/{number}", kind="study", source="x"), **facts)
    return Item(resource=resource, slug=f"x-{number}", members=(resource.id,), sources=("x",))


def test_a_value_that_all_have_is_not_marked() -> None:
    norway, wales = Place("Norway", "NO"), Place("Wales", "GB", "GB-WLS")
    groups = compared([item(1, spatial=(norway, wales)), item(2, spatial=(norway,))], {})
    line = next(line for group in groups for line in group.lines if line.name == "spatial")
    assert [[(value.shown.text, value.alone) for value in cell] for cell in line.cells] == [
        [("Norway", False), ("Wales", True)],
        [("Norway", False)],
    ]
    assert line.verdict == "differ"


@pytest.mark.parametrize(
    ("values", "verdict"),
    [((2, 2), "same"), ((2, 3), "differ"), ((2, None), "partly"), ((2, 2, None), "partly"), ((2, 3, None), "differ")],
)
def test_the_verdict_of_a_fact(values: tuple[int | None, ...], verdict: str) -> None:
    groups = compared([item(number, waves=value) for number, value in enumerate(values)], {})
    assert next(line for group in groups for line in group.lines if line.name == "waves").verdict == verdict


def test_what_nobody_states_is_left_out() -> None:
    groups = compared([item(1), item(2)], {})
    assert {line.name for group in groups for line in group.lines} == {"kind", "sources"}


def test_the_address_is_tidied(client: TestClient) -> None:
    response = client.get(f"/search/compare?item=arch/1001&item={SECOND}&item={STUDY.uuid}&only=&about=")
    assert (response.status_code, response.headers["location"]) == (302, BOTH)
    assert client.get(f"{BOTH}&remove={SECOND}").headers["location"] == f"/search/compare?item={FIRST}"


def test_what_is_gone_is_told(client: TestClient) -> None:
    root = page(client, f"/search/compare?item={FIRST}&item=withdrawn&item=never-there")
    text = root.text_content()
    assert "withdrawn" in text
    assert "never-there" in text
    assert len(root.xpath("//table[@data-columns]/thead//th")) == 1


def test_more_than_six_are_refused_with_their_names(client: TestClient) -> None:
    keys = "&".join(f"item={held.slug}" for held in ITEMS[4:12])
    root = page(client, f"/search/compare?{keys}")
    assert len(root.xpath("//table[@data-columns]/thead//th")) == 6
    notes = [note.text_content() for note in root.xpath("//p[@class='note']")]
    assert sum("6 at most are compared at once" in note for note in notes) == 2
    assert not root.xpath("//input[@name='add']")


def test_variables_are_not_compared(client: TestClient) -> None:
    text = page(client, f"/search/compare?item={FIRST}&item={VARIABLES[0].uuid}").text_content()
    assert "single variables are not compared here" in text


def test_one_is_added_by_name_or_found_by_words(client: TestClient) -> None:
    added = client.get(f"/search/compare?item={FIRST}&add=https%3A%2F%2Ffind.example.org%2Fsearch%2Fitems%2F{SECOND}")
    assert (added.status_code, added.headers["location"]) == (302, BOTH)
    root = page(client, f"/search/compare?item={FIRST}&add=everyday+life")
    offers = root.xpath("//section[@class='offered']//a/@href")
    assert len(offers) == 8
    assert all(str(offer).startswith(f"/search/compare?item={FIRST}&item=study-of-everyday") for offer in offers)
    assert "Nothing was found" in page(client, f"/search/compare?item={FIRST}&add=zzzz").text_content()


def test_similar_ones_are_offered(client: TestClient) -> None:
    root = page(client, f"/search/compare?item={FIRST}")
    assert root.xpath("//section[@class='offered']//a")
    assert "Add a second one" in root.text_content()


def test_shared_variables_are_lined_up(client: TestClient) -> None:
    root = page(client, f"{BOTH}&about=sleep")
    rows = root.xpath("//table[contains(@class, 'walk')]/tbody/tr")
    assert len(rows) == 1
    assert "Same wording" in rows[0].text_content()
    assert "and 24 more of the same wording" in rows[0].text_content()
    assert "25 of 25" in root.text_content()
    assert "only identical wordings" in root.text_content()
    harmony = root.xpath("//a[contains(@href, '/saves/harmony')]/@href")
    assert client.get(str(harmony[0])).status_code == 200
    assert not page(client, BOTH).xpath("//table[contains(@class, 'walk')]")
    every = page(client, f"{BOTH}&about=*")
    assert len(every.xpath("//table[contains(@class, 'walk')]/tbody/tr")) == 3


def test_a_comparison_is_taken_away(client: TestClient) -> None:
    files = BOTH.replace("/compare?", "/compare.{}?") + "&about=sleep"
    rows = list(csv.reader(io.StringIO(client.get(files.format("csv")).content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["Group", "Fact", "Comparison", STUDY.title, DATASET.title]
    assert ["At a glance", "Variables", "Same", "75", "75"] in rows
    said = client.get(files.format("json")).json()
    assert set(said) == {"facts", "crosswalk"}
    assert said["crosswalk"]["rows"][0][0] == "same wording"
    assert client.get(files.format("xlsx")).content.startswith(b"PK")
    assert client.get(files.format("ris")).status_code == 404
    assert set(client.get(files.format("json") + "&part=crosswalk").json()) == {"crosswalk"}
    assert client.get(BOTH.replace("/compare?", "/compare.csv?") + "&part=crosswalk").status_code == 404


def test_hostile_titles_and_topics_stay_text(client: TestClient) -> None:
    response = client.get("/search/compare", params={"item": ["script-alert-x-script", FIRST], "about": HOSTILE})
    assert response.status_code in {200, 302}
    response = client.get(response.headers["location"]) if response.status_code == 302 else response
    assert "<script>alert" not in response.text
    assert not html.document_fromstring(response.text).xpath("//img")
    root = page(client, f"/search/compare?item=%3Cimg+src%3Dx%3E&item={FIRST}")
    assert not root.xpath("//img")


def test_every_link_leads_somewhere(client: TestClient) -> None:
    links = {str(link) for link in page(client, f"{BOTH}&about=sleep").xpath("//a/@href") if str(link).startswith("/")}
    assert len(links) > 20
    for link in links:
        assert client.get(link).status_code in {200, 301, 302}, link


def test_a_long_text_is_no_topic(client: TestClient) -> None:
    assert client.get(f"{BOTH}&about={'x' * 1001}").status_code == 400


def test_the_names_of_facts_are_in_the_language_of_the_page(client: TestClient) -> None:
    german = page(client, f"{BOTH}&lang=de").xpath(
        "//table[@data-columns]/tbody/tr[not(@class='group')]/th/span[1]/text()"
    )
    assert "Erfasste Zeit" in german or "Zeitraum" in german, german
    assert not {"Time covered", "Places", "Study design"} & {*german}


def test_without_anything_to_compare_the_page_says_how(client: TestClient) -> None:
    empty = page(client, "/search/compare").xpath("//div[@class='empty']")[0]
    assert "Compare selected" in empty.text_content()


def test_two_pages_of_one_host_are_not_the_same_page() -> None:
    one, other = (
        msgspec.structs.replace(ITEMS[0], resource=msgspec.structs.replace(STUDY, urls=(f"https://a.example/{place}",)))
        for place in "ab"
    )
    [line] = [line for group in compared([one, other], {}) for line in group.lines if line.name == "urls"]
    assert line.verdict == "differ"


def test_codes_of_vocabularies_do_not_crowd_a_comparison(client: TestClient) -> None:
    text = page(client, BOTH).xpath("string(//table[@data-columns])")
    assert "Mental health" in text
    assert "MentalHealth" not in text
