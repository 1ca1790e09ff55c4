"""Every fact that a record holds is on its page."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from lxml import html

from reperio.resource.fields import Resource, fields
from reperio.resource.model import Agent, Link
from reperio.web import words
from reperio.web.facts import ELSEWHERE, GROUPS, fact_groups
from reperio.web.templating import linked, ticked
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


def test_what_no_field_had_room_for_is_told_in_words_not_in_json() -> None:
    shown = show_all({"note": "by hand", "tags": ["one", "two"], "passed_over": {"/codeBook/@x": 3}}, name="extra")
    assert [(one.text, one.note) for one in shown] == [
        ("by hand", "note"),
        ("one, two", "tags"),
        ("/codeBook/@x", "3"),
    ]


def test_a_value_that_two_sources_give_is_shown_once() -> None:
    assert [one.text for one in show_all((Agent("Archive"), Agent("Archive"), Agent("Centre")))] == [
        "Archive",
        "Centre",
    ]


@pytest.mark.parametrize(
    ("title", "whole", "left"),
    [
        ("Growing Up: Wave 2", "Growing Up", "Wave 2"),
        ("GROWING UP – wave 2", "Growing Up", "wave 2"),
        ("Growing Upwards", "Growing Up", "Growing Upwards"),
        ("Growing Up", "Growing Up", "Growing Up"),
        ("Wave 2", "Growing Up", "Wave 2"),
        ("Wave 2", "", "Wave 2"),
    ],
)
def test_the_part_of_a_study_is_named_without_the_study(title: str, whole: str, left: str) -> None:
    assert words.apart(title, whole) == left


def test_two_addresses_of_one_host_are_told_apart() -> None:
    urls = [
        "https://www.uni.example/access/",
        "http://uni.example/access",
        "https://uni.example/data",
        "http://a.example/x",
    ]
    assert list(words.addresses(urls).items()) == [
        ("uni.example/access", "https://www.uni.example/access/"),
        ("uni.example/data", "https://uni.example/data"),
        ("a.example", "http://a.example/x"),
    ]
    assert words.addresses(urls[:2]) == {"uni.example": "https://www.uni.example/access/"}


def test_addresses_in_running_text_are_links_and_nothing_else_is() -> None:
    said = linked(
        'See https://uni.example/a?b=1&c=2, (http://x.example) <b onclick="x">javascript:alert(1)</b> https://" x'
    )
    assert said == (
        'See <a href="https://uni.example/a?b=1&amp;c=2" rel="external nofollow noopener">https://uni.example/a?b=1&amp;c=2</a>, '
        '(<a href="http://x.example" rel="external nofollow noopener">http://x.example</a>) '
        "&lt;b onclick=&#34;x&#34;&gt;javascript:alert(1)&lt;/b&gt; https://&#34; x"
    )


def test_what_stands_between_backticks_is_code() -> None:
    assert ticked("`a<b` or c") == "<code>a&lt;b</code> or c"
    assert ticked("one ` alone") == "one ` alone"


def test_an_address_is_shown_whole_and_a_relation_in_words() -> None:
    [page] = show_all(("https://www.uni.example/studies/one/",), name="urls")
    assert (page.text, page.url, page.note) == ("uni.example/studies/one", "https://www.uni.example/studies/one/", "")
    [unsafe] = show_all(("javascript:alert(1)",), name="urls")
    assert (unsafe.text, unsafe.url) == ("javascript:alert(1)", "")
    [link] = show_all((Link(target="https://a.example/x", relation="includedInDataCatalog"),))
    assert (link.text, link.note) == ("a.example/x", "included in data catalog")
