"""Every fact that a record holds is on its page."""

from __future__ import annotations

from fastapi.testclient import TestClient
from lxml import html

from reperio.resource.fields import Resource, fields
from reperio.web.facts import ELSEWHERE, GROUPS, fact_groups
from reperio.web.values import show_all
from web.standin import STUDY, VARIABLES


def test_every_declared_field_has_a_place() -> None:
    grouped = [name for _, names in GROUPS for name in names]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) | set(ELSEWHERE) == set(fields())


def test_the_page_of_a_study_shows_every_value_it_holds(client: TestClient) -> None:
    path = "/search/studies/growing-up-and-sleeping-well-survey"
    _assert_all_shown(client, path, STUDY)


def test_the_page_of_a_variable_shows_every_value_it_holds(client: TestClient) -> None:
    _assert_all_shown(client, f"/search/items/{VARIABLES[0].uuid}", VARIABLES[0])


def _assert_all_shown(client: TestClient, path: str, resource: Resource) -> None:
    text = " ".join(html.document_fromstring(client.get(path).text).text_content().split())
    checked = 0
    for group in fact_groups(resource):
        for fact in group.facts:
            if fact.name in {"source", "kind"}:
                continue
            assert fact.label in text
            for value in fact.values:
                assert " ".join(value.text.split()) in text, fact.name
                checked += 1
    for name in ("titles", "question", "preamble", "categories"):
        for value in show_all(getattr(resource, name)):
            assert value.text in text
            checked += 1
    assert checked > 10
    for claim in resource.claims:
        assert claim.raw in text


def test_addresses_that_are_unsafe_are_shown_as_text_only(client: TestClient) -> None:
    root = html.document_fromstring(client.get("/search/studies/growing-up-and-sleeping-well-survey").text)
    assert "javascript:alert(1)" in root.text_content()
    assert not [href for href in root.xpath("//a/@href") if href.startswith("javascript")]
