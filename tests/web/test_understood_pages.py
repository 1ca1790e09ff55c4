"""What was understood of a query, near misses and what to leave out, on the page and in the API."""

from __future__ import annotations

import re

import msgspec
import pytest
from fastapi.testclient import TestClient

from reperio.query.model import Added, Answer, Chip, Chosen, Drop, Found, NearMiss, Query, Reason, Result, Span
from reperio.query.url import from_params
from reperio.web.explain import explain, shares
from reperio.web.facets import Labels
from reperio.web.understood import as_filter, kept_as_words, told_miss
from web.standin import ITEMS, StandIn

TEXT = "sleep in Norway, ages 10 to 16"
NORWAY = Chip(
    facet="country", label="Country: Norway", words="Norway", start=6, end=15, chosen=Chosen("country", ("NO",))
)
AGES = Chip(facet="age", label="Ages 10 to 16", words="ages 10 to 16", start=17, end=30, span=Span("age", 10, 16))


class Understanding(StandIn):
    """Understands one text, and finds nothing of another."""

    def search(self, query: Query) -> Answer:
        answer = super().search(query)
        if query.text == TEXT:
            chips = tuple(chip for chip in (NORWAY, AGES) if chip.words.casefold() not in query.plain)
            study = ITEMS[0]
            found = Found(concept="sleep <b>", by="meaning", strength=0.4)
            result = Result(
                item=study,
                score=0.5,
                reasons=(Reason("words", "title", ("sleep",), 0.3), Reason("meaning", weight=0.2)),
                concepts=(found, Found(concept="glaciers")),
            )
            return msgspec.structs.replace(
                answer,
                total=1,
                results=(result,),
                understood=chips,
                words="sleep",
                added=(Added(term="slumber", words="sleep", source="A <i>thesaurus</i>"),),
                concepts=("sleep <b>", "glaciers"),
                near_misses=(
                    NearMiss(item=study, facet="sample_size", asked="At least 5,000 people", held="3,100", words="x"),
                    NearMiss(item=study, facet="age", asked="Ages 10 to 16", others=("Open access",)),
                ),
            )
        if query.text == "nowhere at all":
            drop = Drop(kind="word", label="all", query=Query(text="nowhere at"), total=7)
            return msgspec.structs.replace(
                answer, total=0, results=(), drops=(drop,), nearest=(Result(item=ITEMS[0], score=0.2),)
            )
        return answer


@pytest.fixture
def service() -> StandIn:
    return Understanding()


def page(client: TestClient, **params: str) -> str:
    answer = client.get("/search/", params=params)
    assert answer.status_code == 200
    return answer.text


def test_chips_name_what_they_were_read_from_and_can_be_turned_back(client: TestClient) -> None:
    html = page(client, query=TEXT)
    assert "Country: Norway" in html
    assert "Ages 10 to 16" in html
    plain = re.findall(r'href="([^"]*plain=norway[^"]*)"', html)
    assert plain
    again = client.get(plain[0].replace("&amp;", "&")).text
    assert "Country: Norway" not in again
    assert "Ages 10 to 16" in again
    assert '<input type="hidden" name="plain" value="norway">' in again


def test_a_chip_becomes_a_filter() -> None:
    query = as_filter(Query(text=TEXT, page=3), NORWAY)
    assert query == Query(text="sleep ages 10 to 16", chosen=(Chosen("country", ("NO",)),))
    assert as_filter(Query(text=TEXT), AGES).spans == (Span("age", 10, 16),)
    assert kept_as_words(Query(text=TEXT, page=2), "Norway") == Query(text=TEXT, plain=("norway",))


def test_synonyms_are_shown_and_removable(client: TestClient) -> None:
    html = page(client, query=TEXT)
    assert "slumber" in html
    assert "plain=slumber" in html
    assert "<i>thesaurus" not in html


def test_near_misses_tell_the_constraint_they_fail(client: TestClient) -> None:
    html = page(client, query=TEXT)
    assert "Near misses" in html
    assert "Sample of 3,100; asked: at least 5,000 people" in html
    labels = Labels({})
    assert (
        told_miss(NearMiss(item=ITEMS[0], facet="age", asked="10 to 16"), labels) == "Ages not stated; asked: 10 to 16"
    )


def test_evidence_of_each_concept_is_shown_escaped(client: TestClient) -> None:
    html = page(client, query=TEXT)
    assert "sleep &lt;b&gt;" in html
    assert "no evidence" in html
    assert "similar meaning" in html


def test_nothing_found_says_what_was_searched_and_what_to_leave_out(client: TestClient) -> None:
    html = page(client, query="nowhere at all")
    assert "7 results" in html
    assert "nowhere+at" in html
    assert "Nearest to it" in html
    assert "What was searched" in html
    assert "Archive of Surveys" in html


def test_shares_add_up() -> None:
    reasons = (Reason("words", "title", ("sleep",), 0.3), Reason("meaning", weight=0.1))
    assert shares(reasons) == [("“sleep” in title", 75), ("Similar in meaning", 25)]
    assert shares((Reason("meaning"),)) == []
    assert explain((Reason("variable", "contents", ("anxiety",), 0.2, waves=("Wave 1",), count=3),)) == (
        "3 variables with “anxiety” (in Wave 1)"
    )


def test_the_api_tells_the_same(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"query": TEXT}).json()
    assert [chip["facet"] for chip in answer["understood"]] == ["country", "age"]
    assert answer["understood"][0]["values"] == ["NO"]
    assert (answer["understood"][1]["lower"], answer["understood"][1]["upper"]) == (10, 16)
    assert "plain=norway" in answer["understood"][0]["as_words"]
    assert answer["words"] == "sleep"
    assert answer["concepts"] == ["sleep <b>", "glaciers"]
    assert [found["by"] for found in answer["results"][0]["concepts"]] == ["meaning", ""]
    assert answer["near_misses"][1] | {"item": None} == {
        "item": None, "facet": "age", "asked": "Ages 10 to 16", "held": "", "others": ["Open access"],
    }  # fmt: skip
    assert answer["added"][0]["term"] == "slumber"
    empty = client.get("/api/v1/search", params={"query": "nowhere at all"}).json()
    assert empty["drops"][0]["total"] == 7
    assert empty["nearest"][0]["id"] == ITEMS[0].id


def test_plain_is_read_and_folded() -> None:
    assert from_params([("plain", " In  The UK"), ("plain", "")]).plain == ("in the uk",)
