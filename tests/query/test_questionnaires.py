"""Items of questionnaires from lines, tables, PDF and JSON; studies ranked by what they hold."""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from reperio.errors import QueryError
from reperio.index.wording_search import Held
from reperio.query.questionnaire import pdf
from reperio.query.questionnaire.model import ITEMS_MAX
from reperio.query.questionnaire.rank import rank
from reperio.query.questionnaire.read import read_file, read_text

PRINTED = """Mood and Sleep Form
Name: ________
Over the last 2 weeks, how often did any of the following bother you?
1. Feeling low for most of the day   0 1 2 3
2. Waking in the night and lying awake, or
sleeping far too long
3) Being unable to stop worrying ......
Not at all   Several days   Nearly every day
Page 1 of 2
"""


def texts(given: str) -> list[str]:
    return [item.text for item in read_text(given).items]


def test_numbered_items_are_told_from_headers_options_and_furniture() -> None:
    items = read_text(PRINTED).items
    assert [item.text for item in items] == [
        "Feeling low for most of the day",
        "Waking in the night and lying awake, or sleeping far too long",
        "Being unable to stop worrying",
    ]
    assert [item.number for item in items] == ["1", "2", "3"]
    assert {item.stem for item in items} == {"Over the last 2 weeks, how often did any of the following bother you?"}
    assert items[2].options == ("Not at all", "Several days", "Nearly every day")


def test_lines_without_numbers_are_items() -> None:
    assert texts("I feel nervous\n- I worry a lot\n\n• I cannot sleep\nI feel nervous.") == [
        "I feel nervous", "I worry a lot", "I cannot sleep",
    ]  # fmt: skip


def test_a_question_with_a_time_is_an_item_and_no_stem() -> None:
    assert texts("In the past month, how often have you felt sad?\nAre you well?") == [
        "In the past month, how often have you felt sad?", "Are you well?",
    ]  # fmt: skip


def test_tables_are_read_by_their_headings(tmp_path: Path) -> None:
    table = (
        "Variable;Label;Question text;Response options\nq1;Low;Do you feel low?;No|Yes\nq2;;Do you sleep well?;No|Yes\n"
    )
    items = read_file(table.encode("utf-8-sig"), "q.csv").items
    assert [(item.number, item.text, item.options) for item in items] == [
        ("q1", "Do you feel low?", ("No", "Yes")), ("q2", "Do you sleep well?", ("No", "Yes")),
    ]  # fmt: skip
    path = tmp_path / "q.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for row, cells in enumerate([("no", "item"), ("1", "Do you feel low?"), ("2", "Do you sleep well?")]):
        sheet.write_row(row, 0, cells)
    book.close()
    read = read_file(path.read_bytes())
    assert (read.form, [item.text for item in read.items]) == ("xlsx", ["Do you feel low?", "Do you sleep well?"])


def test_a_table_without_headings_is_read_by_its_wordiest_column() -> None:
    assert [item.text for item in read_file(b"a1,Do you feel low at night\na2,Do you sleep well now\n", "x.csv").items] == [
        "Do you feel low at night", "Do you sleep well now",
    ]  # fmt: skip


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one, one], lambda one: {"instruments": [one]}])
def test_instruments_of_harmony_are_read(wrap: object) -> None:
    made = {
        "instrument_name": "F",
        "questions": [{"question_no": "7", "question_text": "Do you feel low?", "options": ["No", "Yes"]}],
    }
    read = read_file(json.dumps(wrap(made)).encode())  # type: ignore[operator]
    assert [(item.number, item.text, item.options) for item in read.items] == [("7", "Do you feel low?", ("No", "Yes"))]


def test_too_many_items_are_counted() -> None:
    read = read_text("\n".join(f"Statement number word{'abcdefghij'[n % 10]}{n}" for n in range(ITEMS_MAX + 7)))
    assert (len(read.items), read.left_off) == (ITEMS_MAX, 7)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(body: bytes) -> None:
    if body[:4] != b"%PDF":
        with suppress(QueryError):
            assert all(item.text for item in read_file(body).items)


def made_pdf(*, password: str = "", lines: tuple[str, ...] = ("1. Do you feel low?", "2. Do you sleep well?")) -> bytes:
    pypdf = pytest.importorskip("pypdf")
    generic = pytest.importorskip("pypdf.generic")
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(300, 300)
    content = generic.DecodedStreamObject()
    shown = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    content.set_data(f"BT /F1 12 Tf 20 200 Td {shown} ET".encode())
    font = generic.DictionaryObject(
        {
            generic.NameObject(f"/{name}"): generic.NameObject(f"/{value}")
            for name, value in (("Type", "Font"), ("Subtype", "Type1"), ("BaseFont", "Helvetica"))
        }
    )
    fonts = generic.DictionaryObject({generic.NameObject("/F1"): font})
    page[generic.NameObject("/Resources")] = generic.DictionaryObject({generic.NameObject("/Font"): fonts})
    page[generic.NameObject("/Contents")] = writer._add_object(content)
    if password:
        writer.encrypt(password)
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


def test_a_pdf_is_read() -> None:
    read = read_file(made_pdf())
    assert (read.form, [item.text for item in read.items]) == ("pdf", ["Do you feel low?", "Do you sleep well?"])


@pytest.mark.parametrize(
    ("body", "said"),
    [(made_pdf(lines=()), "no text"), (b"%PDF-1.7\nnothing", "cannot be read")],
    ids=["pictures", "broken"],
)
def test_a_pdf_without_text_is_refused_in_words(body: bytes, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        read_file(body)


def test_an_encrypted_pdf_is_refused_in_words() -> None:
    try:
        body = made_pdf(password="secret")
    except Exception as error:  # noqa: BLE001 - the library wants another one for its strongest cipher
        pytest.skip(f"No encrypted PDF can be made here: {error}")
    with pytest.raises(QueryError, match="encrypted"):
        read_file(body)


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    with pytest.raises(QueryError, match="too long"):
        read_file(made_pdf())


def test_harmonydata_is_used_where_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "harmony"
    for folder in ("parsing", "schemas/requests"):
        (package / folder).mkdir(parents=True)
    for folder in ("", "parsing", "schemas", "schemas/requests"):
        (package / folder / "__init__.py").touch()
    (package / "schemas/requests/text.py").write_text(
        "class RawFile:\n    def __init__(self, **given):\n        self.__dict__.update(given)\n"
    )
    (package / "parsing/wrapper_all_parsers.py").write_text(
        "from types import SimpleNamespace as N\n"
        "def convert_files_to_instruments(files):\n"
        "    assert files[0].file_type == 'csv' and files[0].content.startswith('number,question'), files[0].content\n"
        "    return [N(questions=[N(question_text='From the library', question_no='1', options=['No'])])]\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    read = read_file(b"number,question\n1,Own reading\n", "q.csv")
    assert (read.reader, [item.text for item in read.items]) == ("harmonydata", ["From the library"])
    read = read_file(b"number;question\n1;Own reading\n", "q.csv")
    assert (read.reader, [item.text for item in read.items]) == ("plain", ["Own reading"])


# -- ranking -------------------------------------------------------------------------------------------------------


def held(root: str, text: str, score: float) -> Held:
    return Held(score, text, root, f"{root}/{text}")


def test_more_items_come_before_fewer_and_closer_before_distant() -> None:
    found = [
        [held("a", "x", 0.9), held("b", "x", 0.9), held("c", "x", 0.55)],
        [held("a", "y", 0.8)],
        [held("a", "z", 0.8), held("b", "z", 0.7), held("c", "z", 0.55)],
    ]
    assert [one.root for one in rank(found)] == ["a", "b", "c"]
    assert [one.root for one in rank(found, without=["a"])] == ["b", "c"]


def test_a_wording_answers_one_item_only() -> None:
    (placed,) = rank([[held("a", "x", 0.7), held("a", "y", 0.6)], [held("a", "x", 0.9)]])
    assert {number: one.text for number, one in placed.held.items()} == {0: "y", 1: "x"}
