"""The JSON API, its OpenAPI document, and the original product's contract."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from reperio.web.api.description import openapi_document
from reperio.web.api.reference import markdown
from reperio.web.api.routes import ENDPOINTS
from reperio.web.writers import CITATION_FORMATS
from web.standin import HOSTILE, STUDY, VARIABLES

SLUG = "growing-up-and-sleeping-well-survey"


def test_search_gives_totals_results_reasons_and_the_next_page(client: TestClient) -> None:
    answer = client.get("/api/v1/search?query=study&size=20").json()
    assert answer["total"] == 60
    assert len(answer["results"]) == 20
    assert answer["query"] == [["query", "study"]]
    first = answer["results"][0]
    assert first["item"]["title"].startswith("Study of Everyday Life")
    assert first["reasons"][0]["words"] == ["study"]
    following = client.get(answer["next"].removeprefix("https://find.example.org")).json()
    assert following["page"] == 2
    assert {result["item"]["id"] for result in following["results"]}.isdisjoint(
        result["item"]["id"] for result in answer["results"]
    )
    assert client.get("/api/v1/search?query=study&size=20&page=3").json()["next"] == ""


def test_variables_stand_inside_their_study(client: TestClient) -> None:
    result = client.get("/api/v1/search?query=sleep").json()["results"][0]
    assert result["variables_total"] == 25
    assert result["variables"][0]["item"]["kind"] == "variable"
    assert result["variables"][0]["snippets"]


@pytest.mark.parametrize("key", [SLUG, STUDY.uuid, STUDY.id])
def test_an_item_answers_to_slug_uuid_and_id_with_credit_and_claims(client: TestClient, key: str) -> None:
    item = client.get(f"/api/v1/items/{key}").json()
    assert (item["id"], item["uuid"], item["slug"]) == (STUDY.id, STUDY.uuid, SLUG)
    assert item["url"] == f"https://find.example.org/search/studies/{SLUG}"
    assert item["resource"]["claims"][0]["raw"] == "1998 to 2012"
    assert [credit["key"] for credit in item["credits"]] == ["arch", "cohorts"]
    assert all(credit["text"] for credit in item["credits"])


def test_a_moved_item_answers_308_to_where_it_is(client: TestClient) -> None:
    for part in ("", "/variables", "/json-ld", "/citation"):
        response = client.get(f"/api/v1/items/old-slug{part}")
        assert response.status_code == 308
        assert response.headers["location"] == f"/api/v1/items/{SLUG}{part}"


def test_variables_are_paged_and_searched(client: TestClient) -> None:
    page = client.get(f"/api/v1/items/{SLUG}/variables?limit=10&offset=70").json()
    assert (page["total"], len(page["variables"])) == (75, 5)
    found = client.get(f"/api/v1/items/{SLUG}/variables?query=income").json()
    assert found["total"] == 25


@pytest.mark.parametrize("form", [form.key for form in CITATION_FORMATS])
def test_citations_are_files(client: TestClient, form: str) -> None:
    response = client.get(f"/api/v1/items/{SLUG}/citation?format={form}")
    assert response.status_code == 200
    assert "Growing Up and Sleeping Well" in response.text
    assert re.fullmatch(r'attachment; filename="[\w-]+\.\w+"', response.headers["content-disposition"])


def test_json_ld_has_its_media_type(client: TestClient) -> None:
    response = client.get(f"/api/v1/items/{SLUG}/json-ld")
    assert response.headers["content-type"] == "application/ld+json"
    assert response.json()["@type"] == "Dataset"


def test_facets_suggestions_sources_and_version(client: TestClient) -> None:
    facets = client.get("/api/v1/facets?query=sleep&facet=access").json()["facets"]
    assert list(facets) == ["access"]
    assert client.get("/api/v1/suggest?prefix=grow").json()["suggestions"][0]["id"] == STUDY.id
    assert client.get("/api/v1/suggest?prefix=").json()["suggestions"] == []
    sources = client.get("/api/v1/sources").json()["sources"]
    assert sources[0]["credit"]
    assert sources[0]["counts"]["study"] == 61
    assert sources[1]["read"] is None
    assert client.get("/api/v1/version").json()["generation"] == "g1"


def test_every_endpoint_is_described_and_every_description_resolves() -> None:
    document = openapi_document()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == len(ENDPOINTS) >= 19
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    for operation in operations:
        assert operation["summary"]
        for parameter in operation["parameters"]:
            assert parameter["description"], parameter["name"]
    for reference in set(re.findall(r"#/components/schemas/(\w+)", str(document))):
        assert reference in document["components"]["schemas"]


def test_answers_keep_to_their_schemas(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["servers"] == [{"url": "https://find.example.org"}]
    schemas = document["components"]["schemas"]
    for path, name in (
        ("search?query=sleep", "SearchAnswer"),
        (f"items/{SLUG}", "ItemAnswer"),
        ("sources", "SourcesAnswer"),
    ):
        answer = client.get(f"/api/v1/{path}").json()
        assert set(schemas[name]["required"]) <= set(answer) <= set(schemas[name]["properties"])


def test_the_reference_page_names_every_endpoint(client: TestClient) -> None:
    text = client.get("/api/v1/").text
    for endpoint in ENDPOINTS:
        assert endpoint.path.replace(":path}", "}") in text
    assert client.get("/api/v1").headers["location"] == "/api/v1/"


# -- the original's contract ---------------------------------------------------------------------------------------


def _titles(answer: dict[str, Any]) -> list[str]:
    return [result["dataset_schema"]["name"] for result in answer["results"]]


def test_the_original_search_answers_in_its_shape(client: TestClient) -> None:
    answer = client.get(
        "/discover/search?query=sleep&query=ignored&alpha=0.5&max_vector_distance=0.4&direct_match_weight=2"
    ).json()
    assert answer["num_hits"] == 1
    assert answer["is_result_count_lower_bound"] is False
    result = answer["results"][0]
    for name in (
        "dataset_schema", "extra_data", "distance", "cosine_similarity", "score", "match_type", "parent", "ancestors",
        "child_datasets", "variables_which_matched",
    ):  # fmt: skip
        assert name in result
    assert result["extra_data"]["uuid"] == STUDY.uuid
    assert result["match_type"] == ["study", "variable"]
    assert result["variables_which_matched"][0]["uuid"]


def test_the_original_pages_by_offset_without_gap_or_repetition(client: TestClient) -> None:
    everything = _titles(client.get("/discover/search?query=*&num_results=500").json())
    assert len(everything) == 63
    parts = [client.get(f"/discover/search?query=*&num_results=25&offset={offset}").json() for offset in (0, 25, 50)]
    assert [title for part in parts for title in _titles(part)] == everything
    assert [part["next_page_offset"] for part in parts] == [25, 50, 63]


def test_the_original_leaves_out_what_was_seen_when_posted(client: TestClient) -> None:
    first = client.post("/discover/search", json={"query": ["*"], "num_results": 10, "age_min": 0}).json()
    second = client.post(
        "/discover/search",
        json={"query": ["*"], "num_results": 10, "top_level_ids_seen_so_far": first["top_level_ids_seen_so_far"]},
    ).json()
    assert set(_titles(first)).isdisjoint(_titles(second))
    assert len(second["results"]) == 10


@pytest.mark.parametrize("body", [b"not json", b"[1]", b"\xff\xfe", b'{"query": ["' + b"x" * 1_000_001 + b'"]}'])
def test_a_bad_body_is_a_problem(client: TestClient, body: bytes) -> None:
    assert client.post("/discover/search", content=body).status_code == 400


def test_lookup_gives_whole_records(client: TestClient) -> None:
    dashed = f"{STUDY.uuid[:8]}-{STUDY.uuid[8:12]}-{STUDY.uuid[12:16]}-{STUDY.uuid[16:20]}-{STUDY.uuid[20:]}"
    answer = client.get(f"/discover/lookup?uuid={dashed}&uuid=ffff&query=income").json()
    assert len(answer["results"]) == 1
    record = answer["results"][0]
    assert len(record["child_datasets"]) == 1
    assert record["num_descendant_variables"] == 75
    assert "income" in record["variables_which_matched"][0]["description"].casefold()
    assert client.get(f"/discover/lookup?slug={SLUG}").json()["results"]


def test_the_other_original_endpoints_answer(client: TestClient) -> None:
    page = client.get(f"/discover/get-variables?ancestor_uuid={STUDY.uuid}&num_results=50&offset=50").json()
    assert (page["num_hits"], len(page["results"]), page["next_page_offset"]) == (75, 25, 75)
    assert page["results"][0]["question"]
    aggregations = client.get("/discover/aggregate?query=sleep").json()["aggregations"]
    assert aggregations["country_codes"]["GB"]
    assert aggregations["start_year"]["minimum"] == 1950
    assert client.get("/discover/sources").json()["arch"]["attribution"]["status"] == "required"
    assert client.get("/info/version").json()["version_id"] == "g1"
    assert client.get("/health-check").json() == {"status": "ok"}


def test_the_dump_walks_over_everything_once(client: TestClient) -> None:
    seen: list[str] = []
    after = ""
    while records := client.get(f"/discover/dump?num_results=20&after={after}").json()["results"]:
        seen += [record["uuid"] for record in records]
        after = seen[-1]
    assert len(seen) == len(set(seen)) == 64
    assert VARIABLES[0].uuid not in seen


def test_hostile_texts_come_back_as_they_are(client: TestClient) -> None:
    assert client.get("/api/v1/items/cohorts/evil").json()["title"] == HOSTILE


def test_the_reference_in_the_documentation_is_up_to_date(root: Path) -> None:
    path = root / "docs" / "reference" / "api.md"
    assert path.read_text(encoding="utf-8") == markdown(), (
        "run: python -m reperio.web.api.reference docs/reference/api.md"
    )
