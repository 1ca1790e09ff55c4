"""The same question elsewhere, search by questionnaire, crosswalks: as pages and files."""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from lxml import html

from reperio.web.links import API
from web.standin import HOSTILE, STUDY, VARIABLES

FORM = "/search/questionnaire"
FIRST, SLEEP, INCOME = VARIABLES[0], VARIABLES[1], VARIABLES[2]
ITEMS = "1. How often have you felt anxious or worried in the past two weeks?\n2. Do you own a caravan by the sea?"
CROSS = f"/search/crosswalk?{urlencode([('label', 'Worry'), ('label', 'Sleep'), ('v', FIRST.uuid + '~0'), ('v', SLEEP.uuid + '~1')])}"


def drawn(client: TestClient, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, response.text[:300]
    return html.document_fromstring(response.text)


def test_a_variable_shows_where_it_is_asked_again(client: TestClient) -> None:
    root = drawn(client, f"/search/items/{FIRST.uuid}")
    section = root.xpath("//section[@aria-labelledby='again']")[0]
    assert "Direction" in section.text_content()
    assert section.xpath(".//table//a[contains(@href, '/search/items/')]")
    assert section.xpath(".//a[contains(@href, '/search/crosswalk?')]")
    assert section.xpath(".//ins | .//del"), "differences of the distant ones are marked"


def test_no_close_match_and_not_known_are_told_apart(client: TestClient) -> None:
    assert "No close match" in drawn(client, f"/search/items/{VARIABLES[2].uuid}").text_content()
    assert "Not looked for" in drawn(client, f"/search/items/{VARIABLES[5].uuid}").text_content()


def test_the_form_of_questionnaires_needs_no_script(client: TestClient) -> None:
    form = drawn(client, FORM).xpath("//form[@action='/search/questionnaire']")[0]
    assert form.get("method") == "post"
    assert form.xpath(".//textarea[@name='text']")
    assert form.xpath(".//input[@type='file'][@name='file']")


def test_pasted_items_give_the_studies_that_hold_them(client: TestClient) -> None:
    response = client.post(FORM, data={"text": ITEMS})
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    root = html.document_fromstring(response.text)
    assert STUDY.titles[0].value in root.xpath("//ol[@class='holdings']")[0].text_content()
    assert "Holds 1 of 2 items" in " ".join(root.text_content().split())
    assert root.xpath("//input[@name='v'][@checked]/@value")[0].endswith("~0")
    assert root.xpath("//textarea")[0].text.strip().splitlines()[1].startswith("Do you own a caravan")


def test_an_uploaded_file_counts_before_text(client: TestClient) -> None:
    table = "item_no;question_text;options\n1;Did you have trouble falling asleep in the past two weeks?;No|Yes\n"
    response = client.post(FORM, data={"text": "Nothing of this counts"}, files={"file": ("q.csv", table, "text/csv")})
    assert "Did you have trouble falling asleep" in response.text
    assert "Nothing of this counts" not in response.text


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("q.xlsx", bomb(), "unpacks to more"),
        ("q.xlsx", b"PK\x03\x04broken", "broken"),
        ("q.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 900, "encrypted or old"),
        ("q.bin", b"\x7fELF\x00\x00", "not one of those"),
        ("q.json", b'{"questions": []}', "no question"),
        ("q.txt", b"a" * 4_000_001, "larger than"),
        ("q.txt", b"---\n12\n", "No item"),
    ],
)
def test_hostile_files_get_a_clear_answer(client: TestClient, name: str, body: bytes, said: str) -> None:
    response = client.post(FORM, files={"file": (name, body)})
    assert response.status_code == 400
    assert said in response.text
    assert html.document_fromstring(response.text).xpath("//*[@role='alert']")


WRITTEN: list[str] = []
WATCHING: list[bool] = []


def watch(event: str, given: tuple[object, ...]) -> None:
    """Notes files opened for writing while a test watches; a hook cannot be taken away again."""
    if WATCHING and event == "open" and isinstance(given[1], str) and set(given[1]) & set("wax+"):
        WRITTEN.append(str(given[0]))


def table_of(text: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", f"<x>{text}</x>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("", b""),
        ("q.txt", b"Do you keep Zanzibarian tortoises?\nAre they well?"),
        ("q.csv", b"question;options\nDo you keep Zanzibarian tortoises?;No|Yes\n"),
        ("q.json", b'{"questions": [{"question_text": "Do you keep Zanzibarian tortoises?"}]}'),
        ("q.xlsx", table_of("Do you keep Zanzibarian tortoises?")),
    ],
)
def test_nothing_that_is_sent_is_kept(
    client: TestClient, name: str, body: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """No file is opened for writing, none appears, and no word of it is in the log, in headers or in later answers."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sys.addaudithook(watch)
    client.get(FORM)  # what is made once is made
    WRITTEN.clear()
    WATCHING.append(True)
    try:
        sent = {"files": {"file": (name, body)}} if name else {"data": {"text": "Do you keep Zanzibarian tortoises?"}}
        response = client.post(FORM, **sent)
        client.post(f"{API}/questionnaire", json={"items": ["Do you keep Zanzibarian tortoises?"]})
    finally:
        WATCHING.clear()
    assert "ortoise" not in str(response.headers)
    assert not [path for path in WRITTEN if path != "/dev/null"]
    assert not list(tmp_path.rglob("*"))
    out, err = capfd.readouterr()
    assert "ortoise" not in out + err + caplog.text
    assert "ortoise" not in client.get(FORM).text


def test_nothing_typed_acts(client: TestClient) -> None:
    root = html.document_fromstring(client.post(FORM, data={"text": f"{HOSTILE}\nfelt anxious or worried"}).text)
    assert not root.xpath("//script[contains(text(), 'alert')] | //img[@src='x']")


def test_the_api_answers_questionnaires(client: TestClient) -> None:
    answer = client.post(f"{API}/questionnaire", json={"items": ["How often have you felt anxious or worried?"]}).json()
    assert answer["items"][0]["text"].startswith("How often")
    assert answer["studies"][0]["close"] == 1
    assert answer["studies"][0]["matches"][0]["variable"]["id"] == FIRST.id
    assert client.post(f"{API}/questionnaire", content=ITEMS, headers={"content-type": "text/plain"}).json()["items"][1]
    wrong = client.post(f"{API}/questionnaire", json={"items": 3})
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, "application/problem+json")


# -- crosswalk -----------------------------------------------------------------------------------------------------


def test_a_crosswalk_is_drawn_from_its_address(client: TestClient) -> None:
    root = drawn(client, CROSS)
    assert root.xpath("//input[@name='label']/@value") == ["Worry", "Sleep"]
    assert [value.split("~")[1] for value in root.xpath("//input[@name='v']/@value")] == ["0", "1"]
    assert "noindex" in root.xpath("//meta[@name='robots']/@content")[0]


def fields(root: html.HtmlElement) -> list[tuple[str, str]]:
    sent = []
    for field in root.xpath("//form[@aria-label='The crosswalk']//*[@name]"):
        chosen = field.xpath("./option[@selected]/@value") if field.tag == "select" else [field.get("value") or ""]
        sent.append((field.get("name"), chosen[0]))
    return sent


def test_what_the_form_sends_leads_to_the_same_table(client: TestClient) -> None:
    sent = fields(drawn(client, CROSS))
    response = client.get(f"/search/crosswalk?{urlencode(sent)}")
    assert response.status_code == 302
    again = response.headers["location"]
    assert fields(drawn(client, again)) == sent


def test_variables_are_moved_removed_and_added(client: TestClient) -> None:
    sent = fields(drawn(client, CROSS))
    moves = [place for place, (name, _) in enumerate(sent) if name == "to"]
    sent[moves[1]] = ("to", "0")
    together = client.get(f"/search/crosswalk?{urlencode(sent)}").headers["location"]
    assert drawn(client, together).xpath("//input[@name='label']/@value") == ["Worry"]
    sent[moves[1]] = ("to", "remove")
    sent = [(name, INCOME.uuid if name == "add" else value) for name, value in sent]
    changed = drawn(client, client.get(f"/search/crosswalk?{urlencode(sent)}").headers["location"])
    keys = [value.split("~")[0] for value in changed.xpath("//input[@name='v']/@value")]
    assert keys == [FIRST.uuid, INCOME.uuid]
    sent[moves[0]] = ("to", "new")
    assert client.get(f"/search/crosswalk?{urlencode(sent)}").status_code == 302


def test_alike_variables_without_a_row_share_one(client: TestClient) -> None:
    asked = urlencode([("v", FIRST.uuid), ("v", VARIABLES[3].uuid), ("v", SLEEP.uuid)])
    root = drawn(client, client.get(f"/search/crosswalk?{asked}").headers["location"])
    assert len(root.xpath("//table//tbody/tr")) == 2


def test_what_is_not_here_is_named(client: TestClient) -> None:
    root = drawn(client, f"/search/crosswalk?v=nothing~0&v={STUDY.uuid}~0")
    assert root.text_content().count("No variable is held any more") == 2


@pytest.mark.parametrize(("ending", "start"), [("R", "# Recodes"), ("do", "* Recodes"), ("py", "# Recodes")])
def test_programs_are_files(client: TestClient, ending: str, start: str) -> None:
    response = client.get(CROSS.replace("/crosswalk?", f"/crosswalk.{ending}?"))
    assert response.status_code == 200
    assert response.text.startswith(start)
    assert f"recode.{ending}" in response.headers["content-disposition"]


def test_tables_and_harmony_are_files(client: TestClient) -> None:
    evil = CROSS.replace("label=Worry", "label=%3DHYPERLINK(1)")
    rows = list(
        csv.reader(io.StringIO(client.get(evil.replace("/crosswalk?", "/crosswalk.csv?")).text.lstrip("\ufeff")))
    )
    assert rows[0][0] == "construct"
    assert rows[1][0] == "'=HYPERLINK(1)"
    book = client.get(CROSS.replace("/crosswalk?", "/crosswalk.xlsx?")).content
    assert zipfile.ZipFile(io.BytesIO(book)).testzip() is None
    assert set(client.get(CROSS.replace("/crosswalk?", "/crosswalk.json?")).json()) == {
        "crosswalk",
        "variables",
        "recodes",
    }
    made = json.loads(client.get(CROSS.replace("/crosswalk?", "/crosswalk.harmony?")).text)
    assert len(made[0]["questions"]) == 2
    assert client.get("/search/crosswalk.exe").status_code == 404
