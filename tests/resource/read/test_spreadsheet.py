"""Reader of workbooks, and the workbook itself."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.errors import SourceError
from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read import spreadsheet_table
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import identify, read_record
from reperio.resource.read.spreadsheet import read
from reperio.resource.read.spreadsheet_table import Workbook
from reperio.source.model import Source

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SURVEYS = Path("variables") / "eurobarometer_issp_variables" / "survey-metadata"


def source(**options: Any) -> Source:
    return Source.model_validate(
        {"key": "xl", "title": "X", "harvest": {"protocol": "files", "path": "."}, "options": options}
    )


def record(body: bytes) -> Record:
    return Record(source="xl", identifier="book.xlsx", body=body, media_type="x/y", fetched="2026-01-02T03:04:05Z")


def cell(value: object, place: str) -> str:
    if isinstance(value, str) and value.startswith("<c"):
        return value
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def book(inner: str) -> str:
    return f'<workbook xmlns="{MAIN}" xmlns:r="r">{inner}</workbook>'


def workbook(*rows: list[Any], parts: dict[str, str] | None = None, name: str = "Data") -> bytes:
    lines = "".join(
        f'<row r="{number}">'
        + "".join(cell(value, f"{chr(65 + place)}{number}") for place, value in enumerate(row) if value != "")
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    made = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": book(f'<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets>'),
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in made.items():
            archive.writestr(path, text)
    return out.getvalue()


def variables(reading: Reading) -> list[Resource]:
    return [each for each in reading.resources if each.kind == "variable"]


# -- the workbook ----------------------------------------------------------------------------------


def test_cells_of_every_kind() -> None:
    runs = "<si><r><t>two </t></r><r><t>runs</t></r><rPh><t>no</t></rPh></si>"
    shared = f'<sst xmlns="{MAIN}"><si><t>plain</t></si>{runs}<si><t>a_x000D_b</t></si></sst>'
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code}"/>'
        for number, code in ((164, r"[$-409]d\-mmm\-yy"), (165, "&quot;day&quot;0"))
    )
    used = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 164, 165))
    styles = f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{used}</cellXfs></styleSheet>'
    row = [
        '<c r="A1" t="s"><v>0</v></c>', '<c r="B1" t="s"><v>1</v></c>', '<c r="C1" t="s"><v>2</v></c>', '<c r="D1" t="s"><v>99</v></c>',
        '<c r="E1"><v>2004</v></c>', '<c r="F1"><v>0.5</v></c>', '<c r="G1" s="1"><v>38261</v></c>', '<c r="H1" s="2"><v>38261.5</v></c>',
        '<c r="I1" s="3"><v>7</v></c>', '<c r="J1" t="b"><v>1</v></c>', '<c r="K1" t="e"><v>#N/A</v></c>',
        '<c r="L1" t="str"><f>A1&amp;B1</f><v>made</v></c>',
        '<c r="N1"><v>1E3</v></c>',
    ]  # fmt: skip
    made = Workbook(workbook(row, parts={"xl/sharedStrings.xml": shared, "xl/styles.xml": styles}), Reading())
    [(number, cells)] = made.rows("Data")
    assert number == 1
    assert cells == [
        "plain", "two runs", "a\nb", "", "2004", "0.5", "2004-10-01", "2004-10-01T12:00:00", "7", "TRUE", "", "made", "", "1000",
    ]  # fmt: skip


def test_days_since_1904() -> None:
    parts = {
        "xl/workbook.xml": book('<workbookPr date1904="1"/><sheets><sheet name="D" r:id="rId1"/></sheets>'),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    [(_, cells)] = Workbook(workbook(['<c r="A1" s="0"><v>1</v></c>'], parts=parts), Reading()).rows("D")
    assert cells == ["1904-01-02"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "xlsx.malformed"), (b"PK\x03\x04junk", "xlsx.malformed"), (b"\xd0\xcf\x11\xe0old", "xlsx.other_format"),
        (b"PK\x05\x06" + b"\0" * 18, "xlsx.other_format"), (b"a,b\n", "xlsx.malformed"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_gives_an_issue(body: bytes, code: str) -> None:
    reading = read(record(body), source(columns={"name": "a"}))
    assert (reading.resources, [issue.code for issue in reading.issues]) == ([], [code])


def test_bombs_and_entities_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet_table, "PART_MAX", 10_000)
    big = read(record(workbook(["a"], ["x" * 90_000])), source(columns={"name": "a"}))
    assert [issue.code for issue in big.issues] == ["xlsx.too_large"]
    sheet = (
        f'<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    )
    reading = read(record(workbook(parts={"xl/worksheets/sheet1.xml": sheet})), source(columns={"name": "a"}))
    assert "xml.entities" in {issue.code for issue in reading.issues}
    cut = workbook(["a"], parts={"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row>'})
    assert "xml.malformed" in {issue.code for issue in read(record(cut), source(columns={"name": "a"})).issues}


def test_far_columns_do_not_fill_memory() -> None:
    [(_, cells)] = Workbook(workbook(['<c r="XFD1"><v>1</v></c>', '<c r="B1"><v>2</v></c>']), Reading()).rows("Data")
    assert cells == ["", "2"]


def test_damaged_bytes_never_raise() -> None:
    body = bytearray(workbook(["a", "b"], ["1", "2"]))
    for place in range(0, len(body), 7):
        hurt = bytes(body[:place]) + bytes([body[place] ^ 0xFF]) + bytes(body[place + 1 :])
        assert read(record(hurt), source(columns={"name": "a"})).issues is not None
        assert "reader.failed" not in {
            issue.code for issue in read_record(record(hurt), source(columns={"name": "a"})).issues
        }


# -- layouts ---------------------------------------------------------------------------------------

CLS = ["study", "sweep-year-age", "variable_name", "variable_label", "harmony_question", "research_topic_subtopic"]


def test_rows_of_one_study_keep_their_own_words() -> None:
    """In the original, every study after the first got the wording of the sheet's top rows."""
    body = workbook(
        CLS,
        ["Alpha Study", "Sweep 1-1970-0", "a1", "Weight", "How heavy?", "Health"],
        ["Alpha Study", "Sweep 2-1975/76-5", "a2", "Height", "How tall?", "Health"],
        ["Beta Study", "Sweep 1-1958-0", "b1", "Mood", "How sad?", "Mind"],
    )
    reading = read(record(body), source(layout="cls"))
    assert reading.issues == []
    found = {each.id: each for each in reading.resources}
    mood = next(each for each in variables(reading) if each.name == "b1")
    assert (mood.title, mood.question[0].value, mood.wave, mood.topics[0].label) == (
        "Mood",
        "How sad?",
        "Sweep 1-1958-0",
        "Mind",
    )
    sweep = found[mood.part_of[0]]
    assert (sweep.kind, sweep.part_of) == ("dataset", ("xl/beta_study",))
    assert [(each.start, each.end) for each in sweep.temporal] == [("1958", "1958")]
    alpha = found["xl/alpha_study"]
    assert [(each.start, each.end) for each in alpha.temporal] == [("1970", "1975")]
    assert alpha.study_designs == ("longitudinal",)
    second = next(each for each in reading.resources if each.title == "Sweep 2-1975/76-5")
    assert (second.ages[0].lower, second.ages[0].upper) == (5, 5)


def test_items_of_scales_by_survey_and_year() -> None:
    header = [
        "Items",
        "Name",
        "Name_Year",
        "Scale",
        "Item Number",
        "Min Age",
        "Max Age",
        "Year",
        "Study type",
        "Dataset Link",
        "Manual links 1",
    ]
    body = workbook(
        header,
        [
            "Feeling low",
            "Reef Survey",
            "Reef Survey_1998",
            "K10",
            1,
            12,
            17,
            1998,
            "Cohort",
            "https://reef.example.org",
            "guide.pdf",
        ],
        ["Feeling tired", "Reef Survey", "Reef Survey_2001", "K10", 2, 15, 20, 2001, "Cohort", "", ""],
    )
    reading = read(record(body), source(layout="matilda"))
    found = {each.kind + each.title: each for each in reading.resources if each.kind != "variable"}
    study, first = found["studyReef Survey"], found["datasetReef Survey_1998"]
    assert (study.temporal[0].start, study.temporal[0].end) == ("1998", "2001")
    assert (study.ages[0].lower, study.ages[0].upper) == (12, 20)
    assert (first.ages[0].upper, first.urls, first.links[0].target) == (17, ("https://reef.example.org",), "guide.pdf")
    assert study.spatial[0].country == "AU"
    assert study.instruments == ("Kessler Psychological Distress Scale (K10)",)
    assert [(each.question[0].value, each.instruments, each.id) for each in variables(reading)] == [
        ("Feeling low", study.instruments, "xl/reef_survey_1998/k10/1"),
        ("Feeling tired", study.instruments, "xl/reef_survey_2001/k10/2"),
    ]  # fmt: skip


def test_header_is_found_below_a_title_and_a_sheet_by_name_or_place() -> None:
    body = workbook(["A fine table"], [""], ["name", "label"], ["v1", "One"])
    for options in ({}, {"sheet": "Data"}, {"sheet": 1}, {"header": 3}):
        [found] = read(record(body), source(columns={"name": "name", "label": "label"}, **options)).resources
        assert (found.name, found.title) == ("v1", "One")
    for wrong in ({"sheet": "No"}, {"sheet": 4}):
        assert [issue.code for issue in read(record(body), source(columns={"name": "name"}, **wrong)).issues] == [
            "xlsx.no_sheet"
        ]
    assert [issue.code for issue in read(record(body), source(columns={"name": "other"})).issues] == ["xlsx.no_header"]


def test_rows_that_describe() -> None:
    describe = {
        "id": "{source}/{table}", "part_of": "{source}",
        "fields": {"titles": ["name"], "url": ["web"], "places": ["where"], "size": ["n"], "start": ["from"], "end": ["to"]},
    }  # fmt: skip
    body = workbook(
        ["source", "table", "name", "web", "where", "n", "from", "to", "mood"],
        ["SEA", "t1", "Tides", "[here](https://sea.example.org/a)", "Nationwide", "1,204 people", "04/1975", "05/1976", "calm"],
        ["", "", "Nameless"], ["SEA", "t1", "Again"],
    )  # fmt: skip
    reading = read(record(body), source(describe=describe))
    first, second = reading.resources
    assert (first.id, first.part_of, first.urls) == ("xl/sea/t1", ("xl/sea",), ("https://sea.example.org/a",))
    assert (first.spatial, first.sizes[0].count, first.extra) == ((), 1204, {"mood": "calm"})
    assert (first.temporal[0].start, first.temporal[0].end) == ("1975-04", "1976-05")
    assert second.id == "xl/sea/t1_2"
    assert {issue.code for issue in reading.issues} == {"id.missing", "id.duplicate"}


def test_wrong_options_are_the_operators_fault() -> None:
    for wrong in ({"layout": "unheard"}, {"facts": {"study": {"mood": 1}}, "columns": {"name": "a"}}, {}):
        with pytest.raises(SourceError):
            read(record(workbook(["a"], ["1"])), source(**wrong))


def test_the_format_is_recognised() -> None:
    assert identify(record(workbook(["a"]))) == "spreadsheet"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8) | st.integers(-5, 3000), max_size=7), max_size=5),
    st.sampled_from(["cls", "matilda", "eurobarometer", "issp", "ukllc_tables", "ukllc_sources"]),
)  # fmt: skip
def test_reader_never_raises(rows: list[list[Any]], layout: str) -> None:
    heads = {
        "cls": CLS,
        "matilda": ["Items", "Name", "Name_Year", "Scale", "Min Age", "Max Age", "Year"],
        "issp": ["gesis_id", "study_wave", "var_name"],
    }
    reading = read(
        record(workbook(heads.get(layout, ["source", "table", "archive_id", "var_label_zacat", "timeframe"]), *rows)),
        source(layout=layout),
    )
    for resource in reading.resources:
        assert decode(encode(resource)) == resource


@pytest.mark.real
def test_real_issp(shared_data: Path) -> None:
    reading = read(record((shared_data / SURVEYS / "issp_codebook_1985_2019.xlsx").read_bytes()), source(layout="issp"))
    assert len(variables(reading)) == 9477
    first = next(each for each in reading.resources if each.id == "xl/za1490")
    assert (first.title, first.temporal[0].start) == ("ISSP_1985", "1985")


@pytest.mark.real
def test_real_sources_and_tables(shared_data: Path) -> None:
    folder = shared_data / "catalogues" / "ukllc_explore_app"
    studies = read(record((folder / "all_sources_in.xlsx").read_bytes()), source(layout="ukllc_sources")).resources
    assert len(studies) == 24
    assert all(each.titles and each.publishers for each in studies)
    assert sum(bool(each.spatial and each.sizes and each.temporal) for each in studies) >= 18
    tables = read(record((folder / "Database tables.xlsx").read_bytes()), source(layout="ukllc_tables")).resources
    assert len(tables) == 382
    assert {each.id for each in studies} & {each.part_of[0] for each in tables}
