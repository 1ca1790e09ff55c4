"""Reader of declared data dictionaries."""

from __future__ import annotations

import csv
import gzip
import io
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.errors import SourceError
from reperio.record.model import Record
from reperio.resource.fields import Resource
from reperio.resource.model import Category
from reperio.resource.read.dictionary import read
from reperio.resource.read.reading import Reading
from reperio.source.load import load_source
from reperio.source.model import Source

COLUMNS = {"dataset": "table", "name": "name", "label": "label"}
STUDY = {"id": "exc", "title": "Example Cohort", "places": "England", "abstract": "People followed for long."}


def source(**options: Any) -> Source:
    given_options = {"columns": COLUMNS, "study": STUDY, **options}
    declared = {"key": "dd", "title": "D", "options": given_options, "harvest": {"protocol": "files", "path": "."}}
    return Source.model_validate(declared)


def read_text(body: str | bytes, identifier: str = "vars.csv", **options: Any) -> Reading:
    raw = body if isinstance(body, bytes) else body.encode()
    record = Record(source="dd", identifier=identifier, body=raw, media_type="text/csv", fetched="2026-01-02T03:04:05Z")
    return read(record, source(**options))


def variables(reading: Reading) -> list[Resource]:
    return [resource for resource in reading.resources if resource.kind == "variable"]


def codes(reading: Reading) -> list[str]:
    return [issue.code for issue in reading.issues]


def test_study_dataset_and_variables_in_order() -> None:
    reading = read_text("table,name,label\nA,x,First\nA,y,Second\nB,x,Third\n")
    assert [resource.id for resource in reading.resources] == ["dd/exc", "dd/a", "dd/a/x", "dd/a/y", "dd/b", "dd/b/x"]
    assert [variable.position for variable in variables(reading)] == [1, 2, 1]
    assert variables(reading)[1].part_of == ("dd/a",)
    assert reading.resources[1].part_of == ("dd/exc",)
    assert reading.issues == []


def test_variables_do_not_claim_what_is_known_of_the_study() -> None:
    reading = read_text("table,name,label\nA,x,First\n")
    assert reading.resources[0].abstracts
    for variable in variables(reading):
        claimed = [variable.spatial, variable.abstracts, variable.temporal, variable.publishers, variable.claims]
        assert claimed == [()] * 5


def test_names_that_come_again_are_numbered() -> None:
    reading = read_text("table,name,label\nA,x,First\nA,X,Second\nA,x,Third\n")
    assert [variable.id for variable in variables(reading)] == ["dd/a/x", "dd/a/x_2", "dd/a/x_3"]
    assert codes(reading) == ["id.duplicate", "id.duplicate"]


def test_a_row_without_a_name_is_kept_by_its_place() -> None:
    reading = read_text("table,name,label\nA,x,First\nA,,How old are you?\nA,,\n")
    assert [(variable.id, variable.name) for variable in variables(reading)] == [("dd/a/x", "x"), ("dd/a/row_2", None)]
    assert codes(reading) == ["name.missing", "row.empty"]


def test_ragged_rows_are_read() -> None:
    reading = read_text("table,name,label\nA,x\nA,y,Second,stray\n\n,,\n")
    assert [variable.name for variable in variables(reading)] == ["x", "y"]
    assert variables(reading)[1].extra == {"cells_beyond_the_header": ["stray"]}
    assert codes(reading) == ["csv.ragged", "csv.ragged"]


def test_many_ragged_rows_are_counted_once_the_first_are_told() -> None:
    reading = read_text("table,name,label\n" + "A,x\n" * 200)
    assert codes(reading).count("csv.ragged") == 51
    assert "200" in next(issue.message for issue in reading.issues if issue.path == "/")


def test_another_delimiter_is_found() -> None:
    reading = read_text("table;name;label\nA;x;First\n")
    assert variables(reading)[0].titles[0].value == "First"
    assert codes(reading) == ["csv.delimiter"]


def test_missing_columns_are_an_error() -> None:
    reading = read_text("a,b\n1,2\n")
    assert reading.resources == []
    assert [(issue.code, issue.level) for issue in reading.issues] == [("csv.columns", "error")]


def test_byte_order_mark_and_windows_characters() -> None:
    assert variables(read_text(b"\xef\xbb\xbftable,name,label\nA,x,First\n"))[0].name == "x"
    reading = read_text("table,name,label\nA,x,K\u00f6rper\n".encode("cp1252"))
    assert variables(reading)[0].titles[0].value == "K\u00f6rper"
    assert codes(reading) == ["encoding.wrong"]


def test_categories_with_codes_and_missing_ones() -> None:
    columns = {**COLUMNS, "categories": "cats"}
    reading = read_text(
        "table,name,label,cats\nA,x,First,1=Yes|2=No|9=Not asked\n", columns=columns, categories={"missing": ["9"]}
    )
    assert variables(reading)[0].categories == (
        Category("Yes", "1"), Category("No", "2"), Category("Not asked", "9", missing=True),
    )  # fmt: skip


def test_file_names_the_dataset() -> None:
    reading = read_text("name,label\nx,First\n", "sub/Wave 1.csv.gz", columns={"name": "name"}, dataset_from="file")
    assert variables(reading)[0].id == "dd/wave_1/x"


def test_files_that_repeat_others_are_left_out() -> None:
    text = "table,name,label\nA,x,First\n"
    assert variables(read_text(text, "a_vars.csv", file="{table}_vars"))
    reading = read_text(text, "b_vars.csv", file="{table}_vars")
    assert (reading.resources, codes(reading)) == ([], ["file.skipped"])


def test_variables_may_belong_to_what_another_source_gives() -> None:
    reading = read_text(
        "table,name,label\nT1,x,First\n", dataset_from="none", variable_part_of="other/{table}", study=None
    )
    [variable] = reading.resources
    assert variable.part_of == ("other/t1",)


@pytest.mark.parametrize(
    "options",
    [
        {"columns": {}},
        {"columns": {"name": "n", "surprise": "x"}},
        {"columns": COLUMNS, "delimiter": ",,"},
        {"columns": COLUMNS, "categories": {"pattern": "("}},
        {"columns": COLUMNS, "dataset_from": "nowhere"},
    ],
)
def test_wrong_options_stop_the_source(options: dict[str, Any]) -> None:
    with pytest.raises(SourceError, match="dd"):
        read_text("table,name\n", **options)


CELLS = st.text(alphabet=string.ascii_letters + ",;|=\"'\n\r\t[]{}\0é", max_size=8)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6))
def test_every_row_with_a_name_or_label_is_a_variable(table: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["table", "name", "label"], *table])
    reading = read_text(buffer.getvalue())
    named = sum(1 for row in table if (row[1] + row[2]).replace("\0", "").strip())
    assert len(variables(reading)) == named
    assert len({resource.id for resource in reading.resources}) == len(reading.resources)


@given(st.binary(max_size=200))
def test_reader_never_raises(body: bytes) -> None:
    for start in (b"", b"table,name,label\n", b'{"name": "x"}\n'):
        reading = read_text(start + body)
        assert reading.resources or reading.issues


@pytest.mark.real
def test_real_alspac(shared_data: Path, root: Path) -> None:

    declared = load_source(root / "bench" / "real" / "sources" / "alspac.yml")

    raw = gzip.decompress((shared_data / "variables/alspac_variable_catalogue/variables.csv.gz").read_bytes())
    lines = raw.splitlines(keepends=True)
    record = Record(
        source="alspac", identifier="variables.csv", body=b"".join(lines[:5001]), media_type="text/csv",
        fetched="2026-01-02T03:04:05Z",
    )  # fmt: skip
    reading = read(record, declared)
    assert len(lines) == 98370
    assert len(variables(reading)) == 5000
    known = next(variable for variable in variables(reading) if variable.name == "ccaa001")
    assert known.part_of == ("alspac/cca_1a.dta",)
    assert known.statistics == {"vald": 15445.0}


@pytest.mark.real
def test_real_born_in_bradford(shared_data: Path, root: Path) -> None:

    declared = load_source(root / "bench" / "real" / "sources" / "born_in_bradford.yml")
    files = sorted((shared_data / "variables" / "born_in_bradford_datadict" / "csv").glob("*_variables_meta.csv"))
    assert len(files) == 349
    found = []
    for path in files:
        record = Record(
            source=declared.key, identifier=path.name, body=path.read_bytes(), media_type="text/csv",
            fetched="2026-01-02T03:04:05Z",
        )  # fmt: skip
        found += variables(read(record, declared))
    assert len(found) == 28082
    assert len({variable.id for variable in found}) == 28082
    smoking = next(variable for variable in found if variable.name == "alc05u3mb4")
    assert smoking.categories[0] == Category("Everyday", "1")
