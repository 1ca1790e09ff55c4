"""Reader of REDCap data dictionaries."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.reading import Reading
from reperio.resource.read.redcap import read
from reperio.resource.read.registry import identify
from reperio.source.model import Source

HEADER = [
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Text Validation Type OR Show Slider Number", "Matrix Group Name",
]  # fmt: skip
CELLS = st.text(max_size=12) | st.sampled_from(
    ["", "a", "f", "radio", "1, Yes | 2, No", "number", "descriptive", "m1", "|", "\0"]
)


def source(**more: Any) -> Source:
    return Source.model_validate({"key": "rc", "title": "R", "harvest": {"protocol": "files", "path": "."}, **more})


def record(body: bytes) -> Record:
    return Record(
        source="rc", identifier="dir/cohort.csv", body=body, media_type="text/csv", fetched="2026-01-02T03:04:05Z"
    )


def dictionary(*rows: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode()


def variables(*rows: list[str]) -> list[Resource]:
    return [each for each in read(record(dictionary(*rows)), source()).resources if each.kind == "variable"]


def row(name: str, form: str = "f", **facts: str) -> list[str]:
    return [name, form, facts.get("section", ""), facts.get("type", "text"), facts.get("label", "L"), facts.get("choices", ""),
            facts.get("validation", ""), facts.get("matrix", "")]  # fmt: skip


def test_project_forms_and_fields() -> None:
    found = read(
        record(dictionary(row("a"), row("b", "g"), row("c", ""))), source(options={"study": {"title": "The cohort"}})
    ).resources
    assert [(each.kind, each.id, each.part_of) for each in found] == [
        ("study", "rc/cohort", ()), ("dataset", "rc/cohort/f", ("rc/cohort",)), ("variable", "rc/cohort/f/a", ("rc/cohort/f",)),
        ("dataset", "rc/cohort/g", ("rc/cohort",)), ("variable", "rc/cohort/g/b", ("rc/cohort/g",)),
        ("variable", "rc/cohort/c", ("rc/cohort",)),
    ]  # fmt: skip
    assert found[0].title == "The cohort"


def test_section_header_holds_until_the_next_one_or_the_next_form() -> None:
    found = variables(row("a", section="One"), row("b"), row("c", section="Two"), row("d", "g"), row("e", "g"))
    assert [each.preamble[0].value if each.preamble else None for each in found] == ["One", "One", "Two", None, None]


def test_header_of_a_matrix_holds_for_all_of_it() -> None:
    rows = [row("a", section="Stem", matrix="m"), row("x", section="Other"), row("b", matrix="m")]
    assert [each.preamble[0].value for each in variables(*rows)] == ["Stem", "Other", "Stem"]


def test_words_of_a_descriptive_field_introduce_those_below() -> None:
    found = variables(row("t", type="descriptive", label="Read this."), row("a"))
    assert [(each.name, each.preamble[0].value) for each in found] == [("a", "Read this.")]


@pytest.mark.parametrize(
    ("kind", "choices", "expected"),
    [
        ("radio", "1, Yes | 2, No, never", [("1", "Yes"), ("2", "No, never")]),
        ("dropdown", "a,A|b,B|", [("a", "A"), ("b", "B")]),
        ("checkbox", "plain | -9, <i>Refused</i>", [("plain", "plain"), ("-9", "Refused")]),
        ("yesno", "", [("1", "Yes"), ("0", "No")]),
        ("truefalse", "", [("1", "True"), ("0", "False")]),
        ("calc", "sum([a], [b])", []),
        ("slider", "None | Much", []),
        ("text", "", []),
    ],
)
def test_choices(kind: str, choices: str, expected: list[tuple[str, str]]) -> None:
    [found] = variables(row("a", type=kind, choices=choices))
    assert [(each.code, each.label) for each in found.categories] == expected


def test_types_follow_the_validation() -> None:
    found = variables(row("a", validation="integer"), row("b", validation="date_dmy"), row("c"), row("d", type="notes"))
    assert [each.data_type for each in found] == ["numeric", "date", "text", "text"]


def test_formats_are_recognised() -> None:
    assert identify(record(dictionary())) == "redcap"
    assert identify(record(b'[{"field_name": "a", "field_type": "text"}]')) == "redcap"


@pytest.mark.parametrize("body", [b"", b"a,b\n1,2\n", b"[]", b"{}", b"Variable / Field Name,Field Type\n"])
def test_what_is_no_dictionary_gives_an_issue(body: bytes) -> None:
    reading = read(record(body), source())
    assert reading.resources == []
    assert [issue for issue in reading.issues if issue.level == "error"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=9), max_size=6), st.binary(max_size=40))
def test_reader_never_raises(rows: list[list[str]], junk: bytes) -> None:
    for body in (dictionary(*rows), junk, dictionary() + junk):
        reading: Reading = read(record(body), source())
        for resource in reading.resources:
            assert decode(encode(resource)) == resource


@pytest.mark.real
def test_real_items(shared_data: Path) -> None:
    path = shared_data / "variables" / "phenx_measures" / "phenx_redcap_items.jsonl.gz"
    with gzip.open(path, "rb") as lines:
        body = b"".join(line for number, line in enumerate(lines) if number < 2000)
    found = read(record(body), source()).resources
    held = [each for each in found if each.kind == "variable"]
    assert len(held) > 1800
    assert all(each.part_of for each in held)
    assert sum(bool(each.question) for each in held) / len(held) > 0.95
    assert any(len(each.categories) > 3 for each in held)
