"""The hand-off to Harmony: the shape that its importer reads, nothing lost on the way, no address too long."""

from __future__ import annotations

import base64
import json
import re

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from reperio.web.harmony import IMPORT, LINK_MAX, Instrument, Question, address, hand_off
from web.standin import VARIABLE_ITEMS, VARIABLES

FIRST, SECOND = VARIABLE_ITEMS[0], VARIABLE_ITEMS[1]


def opened(url: str) -> list[dict]:
    """What Harmony reads out of an address: one object, or an array of them."""
    assert url.startswith(IMPORT)
    code = url.removeprefix(IMPORT)
    assert re.fullmatch(r"[A-Za-z0-9_-]{21,}", code)
    value = json.loads(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    instruments = value if isinstance(value, list) else [value]
    for instrument in instruments:
        assert instrument["instrument_name"]
        for question in instrument["questions"]:
            assert question["question_text"].strip()
            assert isinstance(question["question_no"], str)
    return instruments


def links_of(client: TestClient, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return [str(href) for href in html.document_fromstring(response.text).xpath("//a/@href") if IMPORT in str(href)]


def test_questions_go_with_options_and_provenance(client: TestClient) -> None:
    links = links_of(client, f"/search/saves/harmony?item={FIRST.uuid}&item={SECOND.uuid}")
    assert len(links) == 1
    (instrument,) = opened(links[0])
    assert instrument["instrument_name"] == "Growing Up and Sleeping Well Survey: Wave 1 (from Reperio)"
    assert instrument["study"] == "Growing Up and Sleeping Well Survey"
    assert instrument["sweep"] == "Wave 1"
    assert instrument["metadata"]["url"].startswith("https://find.example.org/search/items/")
    assert instrument["metadata"]["credit"] == "Metadata from Archive of Surveys."
    first = instrument["questions"][0]
    assert first["question_text"] == VARIABLES[0].question[0].value
    assert first["question_no"] == "gus_001"
    assert first["question_intro"] == "The next questions are about the past two weeks."
    assert first["options"] == ["Not at all", "Sometimes", "Often"]
    assert len(instrument["questions"]) == 2


def test_a_whole_study_gives_its_first_questions_once(client: TestClient) -> None:
    path = f"/search/saves/harmony.json?item=arch/1001&item={FIRST.uuid}&whole=1"
    instruments = client.get(path).json()
    assert sum(len(instrument["questions"]) for instrument in instruments) == len(VARIABLES)
    assert client.get("/search/saves/harmony.json?item=arch/1001").json() == []


def test_a_topic_chooses_the_questions_of_a_study(client: TestClient) -> None:
    path = "/search/saves/harmony.json?item=arch/1001&whole=1&about=income"
    texts = {question["question_text"] for held in client.get(path).json() for question in held["questions"]}
    assert texts == {"How often did money run short at home in the past two weeks?"}
    page = client.get(path.replace(".json", ""))
    assert "25 questions in 1 instrument" in page.text
    assert 'value="income"' in page.text
    assert "There is no question about" in client.get(path.replace(".json", "").replace("income", "zzzz")).text


def test_a_list_without_questions_says_so(client: TestClient) -> None:
    response = client.get("/search/saves/harmony?item=arch/1001")
    assert "There is no question in this list" in response.text
    assert IMPORT not in response.text


def instrument(name: str, texts: list[str]) -> Instrument:
    questions = tuple(Question(question_no=str(number), question_text=text) for number, text in enumerate(texts))
    return Instrument(instrument_name=name, questions=questions, metadata={"url": "https://x.example/é"})


def test_one_instrument_is_an_object_and_several_an_array() -> None:
    one, two = instrument("A", ["how?"]), instrument("B", ["why?"])
    code = address([one]).removeprefix(IMPORT)
    assert isinstance(json.loads(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))), dict)
    assert [held["instrument_name"] for held in opened(address([one, two]))] == ["A", "B"]


def test_what_is_too_long_is_split_in_order() -> None:
    texts = [f"{number} " + "How do you sleep? " * 20 for number in range(200)]
    off = hand_off([instrument("A", texts), instrument("B", ["short?"])])
    assert len(off.links) > 3
    assert all(len(link.url) <= LINK_MAX for link in off.links)
    read = [
        question["question_text"] for link in off.links for held in opened(link.url) for question in held["questions"]
    ]
    assert read == [*texts, "short?"]
    assert sum(link.questions for link in off.links) == 201
    assert off.left_out == 0


def test_a_question_too_long_for_any_address_is_counted() -> None:
    off = hand_off([instrument("A", ["short?", "x" * LINK_MAX])])
    assert (off.left_out, off.questions) == (1, 2)
    assert [link.questions for link in off.links] == [1]


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), min_size=1, max_size=6),
        min_size=1,
        max_size=4,
    ),
    st.integers(300, 900),
)
@settings(max_examples=60)
def test_nothing_is_lost_and_nothing_too_long(groups: list[list[str]], longest: int) -> None:
    made = [instrument(f"I{number}", [f"q {text}" for text in texts]) for number, texts in enumerate(groups)]
    off = hand_off(made, longest)
    read = [
        question["question_text"] for link in off.links for held in opened(link.url) for question in held["questions"]
    ]
    assert all(len(link.url) <= longest for link in off.links)
    assert len(read) + off.left_out == sum(map(len, groups))


@pytest.mark.parametrize("item", ["nothing-here", "withdrawn", "arch%00%2F1", "%3Cscript%3E"])
def test_what_is_gone_is_left_aside(client: TestClient, item: str) -> None:
    assert len(links_of(client, f"/search/saves/harmony?item={item}&item={FIRST.uuid}")) == 1
