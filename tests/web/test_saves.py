"""Saved lists: a list is its address; files lead back to it; nothing that is typed in acts."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from reperio.errors import QueryError
from reperio.web.basket import Basket, Saved, read_basket, read_file, to_pairs
from web.standin import DATASET, HOSTILE, STUDY, VARIABLES

LISTED = [
    ("title", "Sleep"),
    ("item", STUDY.uuid),
    ("folder", "Cohorts"),
    ("note", "Ask for access\nby May"),
    ("item", VARIABLES[0].uuid),
    ("search", "query=sleep&source=arch"),
    ("note", "weekly"),
]
ADDRESS = f"/search/saves?{urlencode(LISTED)}"


def page(client: TestClient, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, response.headers.get("location", response.text[:300])
    return html.document_fromstring(response.text)


def test_an_empty_list_says_how_to_fill_it(client: TestClient) -> None:
    root = page(client, "/search/saves")
    assert "Nothing saved yet" in root.text_content()
    assert root.xpath("//meta[@name='robots'][contains(@content, 'noindex')]")


def test_a_list_is_drawn_from_its_address(client: TestClient) -> None:
    root = page(client, ADDRESS)
    assert root.xpath("//h1")[0].text_content() == "Sleep"
    assert [h.text_content().split()[0] for h in root.xpath("//form[@id='list']//h2")] == ["In", "Cohorts", "Searches"]
    assert root.xpath("//input[@name='item']/@value") == [VARIABLES[0].uuid, STUDY.uuid]
    assert [area.text.lstrip("\n") for area in root.xpath("//textarea")] == ["", "Ask for access\nby May", "weekly"]
    assert root.xpath("//a[@href='/search/feed.atom?query=sleep&source=arch']")
    assert root.xpath("//a[@href='/search/?query=sleep&source=arch']")


def test_what_the_form_sends_is_the_same_list(client: TestClient) -> None:
    """Without JavaScript: the fields in their order, the empty ones too, lead to a tidy address."""
    root = page(client, ADDRESS)
    sent = [
        (field.get("name"), (field.text or "").lstrip("\n") if field.tag == "textarea" else field.get("value") or "")
        for field in root.xpath("//form[@id='list']//*[@name]")
        if field.get("type") != "checkbox"
    ]
    response = client.get(f"/search/saves?{urlencode(sent)}")
    assert response.status_code == 302
    again = read_basket(parse_qsl(urlsplit(response.headers["location"]).query))
    assert {(one.what, one.key, one.folder, one.note) for one in again.saved} == {
        (one.what, one.key, one.folder, one.note) for one in read_basket(LISTED).saved
    }


def test_things_are_removed_and_added_by_address(client: TestClient) -> None:
    pairs = [
        *LISTED,
        ("remove", STUDY.uuid),
        ("add", "https://find.example.org/search/items/growing-up-and-sleeping-well-survey-wave-1"),
    ]
    location = client.get(f"/search/saves?{urlencode(pairs)}").headers["location"]
    assert [one.key for one in read_basket(parse_qsl(urlsplit(location).query)).items] == [
        VARIABLES[0].uuid,
        DATASET.uuid,
    ]


@pytest.mark.parametrize("key", ["arch/1001", "growing-up-and-sleeping-well-survey", "old-slug"])
def test_every_key_of_an_item_is_one_thing(client: TestClient, key: str) -> None:
    response = client.get("/search/saves", params=[("item", key), ("note", "n"), ("item", STUDY.uuid)])
    assert response.headers["location"] == f"/search/saves?item={STUDY.uuid}&note=n"


def test_what_is_gone_is_named_and_kept(client: TestClient) -> None:
    root = page(client, "/search/saves?item=withdrawn&note=mine&item=never-there&search=year_min%3Dx")
    text = root.text_content()
    assert "“Old survey” was withdrawn by its source." in text
    assert "never-there" in text
    assert "Not readable" in text
    assert root.xpath("//input[@name='item']/@value") == ["withdrawn", "never-there"]


def test_a_list_has_a_bound(client: TestClient) -> None:
    assert client.get("/search/saves", params=[("item", f"k{n}") for n in range(101)]).status_code == 400
    assert client.get("/search/saves", params=[("search", f"query={n}") for n in range(51)]).status_code == 400
    with pytest.raises(QueryError):
        read_basket([("item", str(n)) for n in range(101)])


def test_notes_and_folders_stay_text(client: TestClient) -> None:
    pairs = [
        ("title", HOSTILE),
        ("item", STUDY.uuid),
        ("folder", HOSTILE),
        ("note", f"</textarea>{HOSTILE}"),
        ("search", HOSTILE),
    ]
    response = client.get("/search/saves", params=read_and_write(pairs))
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    root = html.document_fromstring(response.text)
    assert not root.xpath("//img")
    assert root.xpath("//textarea")[0].text.lstrip("\n").startswith("</textarea></script>")
    assert all(urlsplit(str(href)).scheme in {"", "http", "https", "mailto"} for href in root.xpath("//a/@href"))


def read_and_write(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return to_pairs(read_basket(pairs))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ris", "bib", "json"])
def test_a_list_is_exported(client: TestClient, ending: str) -> None:
    response = client.get(ADDRESS.replace("/saves?", f"/saves.{ending}?"))
    assert response.status_code == 200
    assert f"saved.{ending}" in response.headers["content-disposition"]
    assert len(response.content) > 500


def test_the_table_of_a_list_holds_folders_and_notes(client: TestClient) -> None:
    body = client.get(ADDRESS.replace("/saves?", "/saves.csv?")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    assert [(row["title"], row["folder"], row["note"]) for row in rows] == [
        (STUDY.title, "Cohorts", "Ask for access\nby May"),
        (VARIABLES[0].title, "", ""),
    ]


def multipart(fields: dict[str, bytes]) -> tuple[bytes, str]:
    parts = [
        f'--xYz\r\nContent-Disposition: form-data; name="{name}"; filename="f"\r\n\r\n'.encode() + body + b"\r\n"
        for name, body in fields.items()
    ]
    return b"".join(parts) + b"--xYz--\r\n", "multipart/form-data; boundary=xYz"


def test_an_exported_list_is_imported_again(client: TestClient) -> None:
    file = client.get(ADDRESS.replace("/saves?", "/saves.json?")).content
    body, content_type = multipart({"list": b"", "file": file})
    response = client.post("/search/saves/import", content=body, headers={"content-type": content_type})
    assert response.status_code == 303
    assert read_basket(parse_qsl(urlsplit(response.headers["location"]).query)) == read_basket(LISTED)


def test_an_import_is_added_to_what_is_there(client: TestClient) -> None:
    file = json.dumps({"format": "reperio-list", "items": [{"uuid": "b", "note": "n"}, {"id": "a"}, {}, 3]}).encode()
    body, content_type = multipart({"list": b"item=a&note=mine&folder=f", "file": b"\xef\xbb\xbf" + file})
    location = client.post("/search/saves/import", content=body, headers={"content-type": content_type}).headers[
        "location"
    ]
    assert parse_qsl(urlsplit(location).query) == [
        ("item", "a"),
        ("folder", "f"),
        ("note", "mine"),
        ("item", "b"),
        ("note", "n"),
    ]
    pasted = urlencode({"text": file.decode()}).encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/search/saves/import", content=pasted, headers=form).status_code == 303


@pytest.mark.parametrize(
    "file",
    [b"", b"\xff\xfe\x00", b"[]", b'{"format": "other"}', b"[" * 100_000, b'{"format": "reperio-list", "items": ' + b"[" * 5000],
)  # fmt: skip
def test_other_files_are_refused(client: TestClient, file: bytes) -> None:
    body, content_type = multipart({"file": file})
    response = client.post("/search/saves/import", content=body, headers={"content-type": content_type})
    assert response.status_code == 400
    assert "no file of a list" in response.text
    with pytest.raises(QueryError):
        read_file(file)


def test_a_file_too_large_is_refused(client: TestClient) -> None:
    response = client.post("/search/saves/import", content=b"x" * 2_100_000)
    assert response.status_code == 400
    assert "too large" in response.text


def test_a_result_can_be_saved_and_compared_without_javascript(client: TestClient) -> None:
    root = page(client, "/search/?query=study")
    form = root.xpath("//form[@id='picked']")[0]
    assert form.get("action") == "/search/compare"
    assert form.xpath(".//button[@formaction='/search/saves']")
    boxes = root.xpath("//input[@type='checkbox'][@form='picked'][@name='item']")
    assert len(boxes) == 20
    for box in boxes[:2]:
        assert client.get(f"/search/items/{box.get('value')}").status_code in {200, 301}
    assert root.xpath("//a[starts-with(@href, '/search/saves?item=')]")


def test_a_preview_is_a_piece_of_a_page(client: TestClient) -> None:
    response = client.get("/search/items/growing-up-and-sleeping-well-survey/preview")
    root = html.fragment_fromstring(response.text.strip())
    assert root.tag == "article"
    assert "12,456 participants" in root.text_content()
    assert "noindex" in response.headers["x-robots-tag"]
    assert client.get("/search/items/old-slug/preview").status_code == 308
    assert client.get("/search/items/nothing/preview").status_code == 404
    assert "<script" not in client.get("/search/items/script-alert-x-script/preview").text


WORD = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30)
SAVED = st.builds(Saved, what=st.sampled_from(["item", "search"]), key=WORD, folder=WORD, note=WORD)


@given(st.builds(Basket, title=WORD, saved=st.lists(SAVED, max_size=8).map(tuple)))
def test_a_list_and_its_address_are_one(basket: Basket) -> None:
    tidy = read_basket(to_pairs(basket))
    assert read_basket(to_pairs(tidy)) == tidy
    assert read_basket(parse_qsl(urlencode(to_pairs(tidy)))) == tidy


@given(st.lists(st.tuples(st.sampled_from(["item", "search", "note", "folder", "title", "add", "remove", "x"]), WORD)))
def test_no_address_breaks_the_list(pairs: list[tuple[str, str]]) -> None:
    basket = read_basket(pairs)
    keys = [(one.what, one.key) for one in basket.saved]
    assert len(keys) == len(set(keys))
    assert all(one.key for one in basket.saved)
