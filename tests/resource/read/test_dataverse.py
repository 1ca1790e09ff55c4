"""Reader of Dataverse native JSON."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.dataverse import read
from reperio.resource.read.dataverse_fields import RULES
from reperio.resource.read.reading import Reading
from reperio.source.model import Source

SOURCE = Source.model_validate({"key": "dv", "title": "D", "harvest": {"protocol": "files", "path": "."}})
KEYS = [
    "datasetVersion", "latestVersion", "metadataBlocks", "fields", "typeName", "value", "expandedvalue", "data", "items",
    "record", "license", "files", "dataFile", "termsOfUse", "termsOfAccess", "persistentUrl", "identifier", "protocol",
    "authority", "citation", "geospatial", "names", "uri", "global_id", "type", "name", "subjects", "versionNumber",
    "publicationDate", "authorName", "odisseiVariable", "odisseiVariableName", *list(RULES)[:30],
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(KEYS)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def read_value(value: Any, source: Source = SOURCE) -> Reading:
    return read_bytes(json.dumps(value).encode(), source)


def read_bytes(body: bytes, source: Source = SOURCE) -> Reading:
    record = Record(
        source=source.key, identifier="r1", body=body, media_type="application/json", fetched="2026-01-02T03:04:05Z"
    )
    return read(record, source)


def dataset(*fields: dict[str, Any], block: str = "citation", **version: Any) -> dict[str, Any]:
    blocks = {block: {"fields": list(fields)}}
    return {
        "persistentUrl": "https://doi.org/10.5072/ABC",
        "datasetVersion": {"metadataBlocks": blocks, **version},
    }


def field(name: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"typeName": name, "value": value, **more}


def part(**parts: str) -> dict[str, Any]:
    return {name: {"typeName": name, "value": value} for name, value in parts.items()}


def only(value: Any) -> Resource:
    [resource] = read_value(value).resources
    return resource


def test_id_is_the_bare_doi() -> None:
    assert only(dataset(field("title", "T"))).id == "dv/10.5072/abc"


def test_a_compound_field_may_be_one_object() -> None:
    value = dataset(field("keyword", part(keywordValue="wages")))
    assert [concept.label for concept in only(value).keywords] == ["wages"]


def test_what_no_rule_takes_is_kept() -> None:
    value = dataset(field("software", [part(softwareName="Abacus")]), field("notesText", "Kept."))
    assert only(value).extra["citation.software"] == [
        {"softwareName": {"typeName": "softwareName", "value": "Abacus"}}
    ] or (only(value).extra["citation.software"] == [{"softwareName": "Abacus"}])
    assert only(value).extra["citation.notesText"] == ["Kept."]


def test_restricted_files_make_access_controlled_and_free_ones_open() -> None:
    for restricted, access in (([True, False], "controlled"), ([False], "open"), ([], None)):
        files = [{"label": "f", "restricted": each, "dataFile": {}} for each in restricted]
        assert only(dataset(field("title", "T"), files=files)).access == access


def test_licence_is_found_in_terms_of_use() -> None:
    terms = '<img src="https://i.creativecommons.org/l/by-nc-nd/3.0/88x31.png"/> some rights'
    [licence] = only(dataset(field("title", "T"), termsOfUse=terms)).licences
    assert licence.spdx == "CC-BY-NC-ND-3.0"


def test_a_named_licence_that_is_none_we_know_keeps_its_name_and_address() -> None:
    licence = {"name": "DANS Licence", "uri": "https://doi.org/10.17026/fp39-0x58"}
    [found] = only(dataset(field("title", "T"), license=licence)).licences
    assert (found.name, found.url) == ("DANS Licence", "https://doi.org/10.17026/fp39-0x58")


def test_language_of_the_metadata_tags_texts_but_not_titles_that_are_translated() -> None:
    value = dataset(field("title", "Een"), field("alternativeTitle", ["One"]), field("notesText", "x"))
    value["metadataLanguage"] = "en"
    blocks = value["datasetVersion"]["metadataBlocks"]["citation"]["fields"]
    blocks.append(field("dsDescription", [part(dsDescriptionValue="About one.")]))
    found = only(value)
    assert (found.titles[0].lang, found.abstracts[0].lang) == (None, "en")


def test_remarks_on_dates_are_no_abstract() -> None:
    value = dataset(field("dsDescription", [part(dsDescriptionValue="Date Submitted: 2009-09-01")]))
    assert only(value).abstracts == ()
    assert "2009-09-01" in str(only(value).extra)


def test_a_record_of_a_doi_alone_gives_an_issue() -> None:
    reading = read_value({"record": {"persistentId": "doi:10.5072/X"}})
    assert reading.resources == []
    assert [(issue.code, issue.value) for issue in reading.issues] == [("metadata.missing", "doi:10.5072/X")]


def test_a_period_that_ends_before_it_starts_is_not_taken() -> None:
    spans = [part(timePeriodCoveredStart="2001", timePeriodCoveredEnd="1999")]
    reading = read_value(dataset(field("timePeriodCovered", spans)))
    assert reading.resources[0].temporal == ()
    assert "period.reversed" in [issue.code for issue in reading.issues]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe\x00", b"[]", b"3", b'"text"', b"null", b'{"data": {"items": [1]}}']
)
def test_what_is_no_dataset_gives_an_issue_or_nothing(body: bytes) -> None:
    reading = read_bytes(body)
    assert reading.resources == []
    assert reading.issues or body in (b"null",)


@given(VALUES)
def test_reader_never_raises(value: Any) -> None:
    for shape in (value, {"datasetVersion": {"metadataBlocks": {"citation": {"fields": value}}}, "identifier": value}):
        for resource in read_value(shape).resources:
            assert decode(encode(resource)) == resource


@given(st.sampled_from(sorted(RULES)), VALUES)
def test_rules_never_raise(name: str, value: Any) -> None:
    assert len(read_value(dataset(field(name, value))).resources) == 1


@pytest.mark.real
def test_real_archive_records(shared_data: Path) -> None:
    path = shared_data / "catalogues" / "odissei_portal" / "dataverse-export-slim.jsonl.gz"
    with gzip.open(path, "rb") as lines:
        readings = [read_bytes(line) for line in itertools.islice(lines, 300)]
    found = {reading.resources[0].id: reading.resources[0] for reading in readings}
    assert len(found) == 300
    assert all(resource.titles and resource.dois and resource.publishers for resource in found.values())
    known = found["dv/10.17026/dans-223-bhqy"]
    assert known.titles[0].value.endswith("recidive 1969")
    assert known.date_published == "2013-08-26"
    assert known.licences[0].spdx == "CC-BY-NC-ND-4.0"
    assert known.temporal[0].start == "1969-01-01"


@pytest.mark.real
def test_real_records_with_variables(shared_data: Path) -> None:
    path = shared_data / "catalogues/dataverse_json/odissei_enhancer/output-data/cbs-variable-output.json"
    reading = read_bytes(path.read_bytes())
    variables = [resource for resource in reading.resources if resource.kind == "variable"]
    assert [variable.name for variable in variables][:3] == ["RINPERSOONS", "RINPERSOON", "IKVID"]
    assert {variable.part_of for variable in variables} == {("dv/10.57934/0b01e4108071ea4c",)}
