"""Lists as files: complete, cut where it is said, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence

import msgspec
import pytest
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from reperio.corpus.model import Item
from reperio.query.model import Query
from reperio.resource.fields import Resource
from reperio.resource.model import Text
from reperio.web.export.columns import HEADINGS
from reperio.web.export.spreadsheets import CELL_MAX, Sheet, csv_pieces, harmless, xlsx_pieces
from reperio.web.links import API
from web.standin import StandIn

ENDINGS = ("csv", "xlsx", "json", "ris", "bib")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of_csv(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def cells_of_xlsx(body: bytes, sheet: int = 1) -> list[list[tuple[str, str]]]:
    """Type and text of each cell that is there, row by row."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert book.testzip() is None
        root = etree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
        return [
            [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row.iter(f"{MAIN}c")]
            for row in root.iter(f"{MAIN}row")
        ]


@pytest.mark.parametrize("path", ["/search/export.", f"{API}/export."])
@pytest.mark.parametrize("ending", ENDINGS)
def test_all_results_are_exported_in_every_format(client: TestClient, path: str, ending: str) -> None:
    response = client.get(f"{path}{ending}?query=study&page=2")
    assert response.status_code == 200
    assert response.headers["x-total-count"] == "60"
    assert f'filename="results-study.{ending}"' in response.headers["content-disposition"]
    assert "noindex" in response.headers["x-robots-tag"]
    held = {
        "csv": lambda: len(rows_of_csv(response.content)) - 1,
        "xlsx": lambda: len(cells_of_xlsx(response.content)) - 1,
        "json": lambda: len(response.json()["items"]),
        "ris": lambda: len(re.findall(r"^ER {2}- ", response.text, re.M)),
        "bib": lambda: len(re.findall(r"^@misc\{", response.text, re.M)),
    }
    assert held[ending]() == 60


def test_a_line_holds_what_is_known(client: TestClient) -> None:
    rows = rows_of_csv(client.get("/search/export.csv?query=sleep").content)
    assert tuple(rows[0]) == HEADINGS
    line = dict(zip(rows[0], rows[1], strict=True))
    assert line["title"] == "Growing Up and Sleeping Well Survey"
    assert (line["first_year"], line["last_year"], line["ongoing"]) == ("1998", "", "yes")
    assert line["countries"] == "United Kingdom"
    assert line["sample_size"] == "12456"
    assert line["doi"] == "10.1234/arch-1001"
    assert line["url"] == "https://find.example.org/search/studies/growing-up-and-sleeping-well-survey"
    assert line["credit"].count(" | ") == 1
    assert line["url_at_source"] == "https://arch.example.org/1001"
    bare = rows_of_csv(client.get("/search/export.csv?source=cohorts").content)
    last = dict(zip(bare[0], bare[-1], strict=True))
    assert {last[name] for name in ("sample_size", "first_year", "access", "variables")} == {""}


def test_json_keeps_the_resource_and_its_credit(client: TestClient) -> None:
    said = client.get("/search/export.json?query=sleep").json()
    assert (said["total"], said["shown"], said["note"]) == (1, 1, "All 1.")
    assert said["items"][0]["resource"]["waves"] == 7
    assert "claims" not in said["items"][0]["resource"]
    assert len(said["items"][0]["credits"]) == 2


def test_a_list_that_is_cut_says_so(client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def each(query: Query, *, limit: int) -> tuple[int, Iterator[Item]]:
        assert limit == 10_000
        assert (query.page, query.size) == (1, 20)
        return 12_345, iter(())

    monkeypatch.setattr(service, "each", each)
    said = client.get("/search/export.json?page=4&size=50").json()
    assert said["note"].startswith("The first 10,000 of 12,345.")
    assert client.get("/search/export.csv").headers["x-total-count"] == "12345"
    assert "The first 10,000 of 12,345" in client.get("/search/export.bib").text


def test_an_unknown_format_is_not_found(client: TestClient) -> None:
    response = client.get("/search/export.doc?query=sleep")
    assert response.status_code == 404
    assert "csv, xlsx, json, ris, bib" in response.text


def test_a_bad_query_is_refused_before_anything_is_sent(client: TestClient) -> None:
    assert client.get("/search/export.csv?year_min=x").status_code == 400
    assert client.get(f"{API}/export.csv?year_min=x").headers["content-type"] == "application/problem+json"


def test_the_results_page_links_to_the_files(client: TestClient) -> None:
    text = client.get("/search/?query=sleep").text
    for ending in ENDINGS:
        assert f'href="/search/export.{ending}?query=sleep"' in text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "|x", "\n=1", "\uff1d1"])
def test_what_could_be_a_formula_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@given(st.text(max_size=40))
@example("\x01=1+1")
def test_no_cell_acts(text: str) -> None:
    made = harmless(text)
    assert isinstance(made, str)
    assert not made or made[0] not in "=+-@\t\r\n\x00"
    assert len(made) <= len(text) + 1


@given(st.lists(st.lists(st.one_of(st.text(max_size=30), st.integers(-9, 9), st.none()), min_size=2, max_size=2)))
def test_csv_is_read_back_as_written(lines: Sequence[Sequence[str | int | None]]) -> None:
    body = b"".join(csv_pieces(["one", "two"], lines))
    clean = [["" if harmless(value) is None else str(harmless(value)) for value in line] for line in lines]
    assert rows_of_csv(body) == [["one", "two"], *clean]


def test_a_workbook_holds_texts_as_texts_and_cuts_what_excel_cannot_hold() -> None:
    lines = [["=HYPERLINK(1)", 12], ["x" * (CELL_MAX + 5), None], ["\x00\x0bodd https://example.org", 2.5]]
    cells = cells_of_xlsx(b"".join(xlsx_pieces([Sheet("[Odd]: name?*" * 9, ["a", "b"], lines)])))
    assert cells[1] == [("inlineStr", "=HYPERLINK(1)"), ("n", "12")]
    assert len(cells[2][0][1]) == CELL_MAX
    assert cells[3][0] == ("inlineStr", "odd https://example.org")
    assert cells[3][1] == ("n", "2.5")


def test_a_workbook_tells_whose_the_descriptions_are(client: TestClient) -> None:
    about = cells_of_xlsx(client.get("/search/export.xlsx?query=sleep").content, 2)
    said = {row[0][1]: row[1][1] for row in about}
    assert said["Holds"] == "All 1."
    assert said["Source: Cohort Catalogue"] == "Metadata from Cohort Catalogue."
    assert "“sleep”" in said["List"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_hostile_descriptions_do_no_harm(
    client: TestClient, service: StandIn, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    evil = Resource(
        id="arch/evil",
        kind="study",
        source="arch",
        titles=(Text('=cmd|"/c calc"!A1\x00\ud800'.encode("utf-8", "replace").decode()),),
        abstracts=(Text('-2+3\r\nER  - \r\n@misc{x, } \u202e","' * 3),),
    )
    item = Item(resource=evil, slug="evil", members=("arch/evil",), sources=("arch", "gone"))
    monkeypatch.setattr(service, "each", lambda query, limit: (1, iter([item])))
    body = client.get(f"/search/export.{ending}").content
    if ending == "csv":
        rows = rows_of_csv(body)
        assert len(rows) == 2
        assert rows[1][1].startswith("'=cmd")
    elif ending == "json":
        assert msgspec.json.decode(body)["items"][0]["title"].startswith("=cmd")
    elif ending == "xlsx":
        assert not any(kind == "str" for row in cells_of_xlsx(body) for kind, _ in row)
    elif ending == "ris":
        assert body.count(b"\r\nER  - ") == 1
    else:
        assert len(re.findall(rb"^@misc", body, re.M)) == 1
