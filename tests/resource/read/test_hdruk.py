"""Reader of HDR UK datasets, versions 1 and 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.hdruk import read
from reperio.resource.read.reading import Reading
from reperio.source.model import Source
from reperio.text.sizes import Size

SOURCE = Source.model_validate({"key": "hd", "title": "H", "harvest": {"protocol": "files", "path": "."}})
KEYS = [
    "id", "pid", "title", "label", "summary", "abstract", "publisher", "name", "memberOf", "keywords", "coverage", "spatial",
    "typicalAgeRange", "ageBand", "provenance", "temporal", "startDate", "endDate", "accessibility", "access", "usage",
    "accessRights", "observations", "measuredValue", "observedNode", "structuralMetadata", "dataClasses", "dataElements",
    "columns", "tables", "dataType", "values", "metadata", "record", "identifier", "doi", "license", "statisticalPopulation",
    "required", "gatewayId", "documentation", "description", "creator", "funders",
]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from([*KEYS, "{'a': 1}", "[1", "- 5"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


def read_bytes(body: bytes) -> Reading:
    record = Record(
        source="hd", identifier="r", body=body, media_type="application/json", fetched="2026-01-02T03:04:05Z"
    )
    return read(record, SOURCE)


def only(**facts: Any) -> Resource:
    [resource] = read_bytes(json.dumps({"id": "D1", "title": "T", **facts}).encode()).resources
    return resource


def test_publisher_and_what_it_is_a_member_of() -> None:
    for facts in (
        {"publisher": "ALLIANCE > EXAMPLE TRUST"},
        {"summary": {"publisher": {"name": "EXAMPLE TRUST", "memberOf": "ALLIANCE"}}},
    ):
        [publisher] = only(**facts).publishers
        assert (publisher.name, publisher.affiliation) == ("EXAMPLE TRUST", "ALLIANCE")


def test_samples_of_dna_are_genetic_data() -> None:
    found = only(coverage={"physicalSampleAvailability": ["DNA", "PLASMA"]})
    assert found.genetic_data is True
    assert found.extra["coverage"] == {"physicalSampleAvailability": ["DNA", "PLASMA"]}
    for samples in ("Not Available", "No", ["SERUM"], "In Progress"):
        assert only(physicalSampleAvailability=samples).genetic_data is None


def test_population_states_ages_and_sex() -> None:
    found = only(populationType="Women aged 50 to 70 years who live in Wales")
    assert (found.sex, found.ages[0].lower, found.ages[0].upper) == ("female", 50.0, 70.0)


def test_an_address_is_no_licence() -> None:
    found = only(license="https://example.org/apply", accessRights="https://example.org/rights")
    assert found.licences == ()
    assert [note.value for note in found.access_notes] == ["https://example.org/rights", "https://example.org/apply"]


@pytest.mark.parametrize("filler", ["In Progress", "Not Available", "NOT APPLICABLE", "null", "TBC", "n/a", "", "N/A"])
def test_fillers_state_nothing(filler: str) -> None:
    found = only(
        datasetEndDate=filler, ageBand=filler, license=filler, creator=filler, statisticalPopulation=filler, doi=filler
    )
    assert found == only()


def test_population_is_participants() -> None:
    assert only(statisticalPopulation="9847").sizes == (Size(9847, "participants"),)


def test_observations_of_events_are_records() -> None:
    observations = [
        {"observedNode": "Persons", "measuredProperty": "Count", "measuredValue": "71,800"},
        {"observedNode": "Events", "measuredProperty": "COUNT", "measuredValue": "32,169,226"},
        {"observedNode": "Persons", "measuredProperty": "Mean age", "measuredValue": "40"},
    ]
    found = only(observations=observations)
    assert found.sizes == (Size(71800, "participants"), Size(32169226, "records"))


def test_doi_of_an_article_is_a_publication_and_not_the_datasets() -> None:
    found = only(doi="10.1093/ije/xyz123")
    assert found.dois == ()
    assert found.publications[0].doi == "10.1093/ije/xyz123"
    assert only(doi="10.5072/data").dois == ("10.5072/data",)


def test_cells_hold_python_objects() -> None:
    found = only(
        title="", summary="{'title': \"The bank's\", 'keywords': ['a', 'b']}", coverage="{'typicalAgeRange': '0-4'}"
    )
    assert found.titles[0].value == "The bank's"
    assert len(found.keywords) == 2
    assert found.ages[0].upper == 4


@pytest.mark.parametrize("cell", ["{" * 5000, "[" * 5000, "{'a': __import__('os')}", "{-" + "-" * 5000 + "1}"])
def test_hostile_cells_are_kept_as_text(cell: str) -> None:
    assert only(group2=cell).extra["group2"] == cell


def test_names_of_places_in_addresses() -> None:
    found = only(coverage={"spatial": "https://www.geonames.org/2638360/scotland.html"})
    assert [place.name for place in found.spatial] == ["Scotland"]


def test_tables_are_datasets_and_columns_variables() -> None:
    table = {"name": "Visits", "dataElements": [{"name": "AGE", "description": "Age", "dataType": {"label": "int"}}]}
    dataset, inner, variable = read_bytes(
        json.dumps({"id": "D1", "title": "T", "structuralMetadata": {"dataClasses": [table]}}).encode()
    ).resources
    assert (inner.kind, inner.part_of) == ("dataset", (dataset.id,))
    assert (variable.kind, variable.part_of, variable.data_type) == ("variable", (inner.id,), "int")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"a": 1}', b"7"])
def test_what_is_no_dataset_gives_an_issue(body: bytes) -> None:
    reading = read_bytes(body)
    assert reading.resources == []
    assert reading.issues


@given(VALUES)
def test_reader_never_raises(value: Any) -> None:
    for shape in (value, {"title": "T", "structuralMetadata": value, "summary": value, "observations": value}):
        for resource in read_bytes(json.dumps(shape).encode()).resources:
            assert decode(encode(resource)) == resource


@pytest.mark.real
def test_real_records_of_both_versions(shared_data: Path) -> None:
    hdruk = shared_data / "catalogues" / "hdruk"
    first = read_bytes((hdruk / "datasets.json").read_bytes())
    tops = {resource.id: resource for resource in first.resources if not resource.part_of}
    assert len(tops) == 460
    known = tops["hd/0092dc60-a0af-4d45-801c-b888210d6609"]
    assert known.titles[0].value == "National Joint Registry - Primary Elbow Replacement dataset"
    assert known.publishers[0].name == "HQIP"
    second = read_bytes((hdruk / "datasets.v2.json").read_bytes())
    assert len([resource for resource in second.resources if not resource.part_of]) == 55
    known = next(resource for resource in second.resources if resource.id == "hd/0048a401-e54c-49d7-8afc-6c5390fb66b9")
    assert (known.temporal[0].start, known.temporal[0].end) == ("2015-03-01", "2019-09-01")
    assert known.version == "1.0.0"


@pytest.mark.real
def test_every_real_record_gives_a_dataset(shared_data: Path) -> None:
    lines = (shared_data / "catalogues" / "hdruk" / "union_latest_by_id.jsonl").read_bytes().splitlines()
    assert len(lines) == 2411
    for line in lines[::10]:
        assert [resource for resource in read_bytes(line).resources if resource.titles and not resource.part_of]


def test_columns_beside_the_dataset_in_an_envelope_are_read() -> None:
    columns = [
        {"tableName": "visits", "tableDescription": "Visits to a clinic", "columnName": "visit_id", "columnDescription": "Number of the visit",
         "dataType": "varchar"},
        {"tableName": "visits", "columnName": "ward", "dataType": "varchar"},
        {"tableName": "patients", "columnName": "age", "dataType": "integer"},
    ]  # fmt: skip
    inner = {"summary": {"title": "Clinic"}, "id": "1"}
    reading = read_bytes(json.dumps({"datasetv2": {"structuralMetadata": columns, "datasetv2": inner}}).encode())
    assert [(each.kind, each.title) for each in reading.resources] == [
        ("dataset", "Clinic"), ("dataset", "visits"), ("variable", "Number of the visit"), ("variable", "ward"), ("dataset", "patients"),
        ("variable", "age"),
    ]  # fmt: skip
    assert reading.resources[1].abstracts[0].value == "Visits to a clinic"
    assert reading.resources[2].data_type == "varchar"


def test_values_of_an_enumeration_are_response_options() -> None:
    element = {
        "label": "ward",
        "dataType": {
            "label": "Code",
            "enumerationValues": [{"key": "1", "value": "East"}, {"key": "2", "value": "West"}],
        },
    }
    record = {"title": "Clinic", "id": "1", "dataClasses": [{"label": "visits", "dataElements": [element]}]}
    reading = read_bytes(json.dumps(record).encode())
    variable = reading.resources[-1]
    assert [(each.code, each.label) for each in variable.categories] == [("1", "East"), ("2", "West")]


@pytest.mark.real
def test_columns_beside_a_real_dataset(shared_data: Path) -> None:
    folder = shared_data / "catalogues" / "hdruk" / "gateway_api_tests" / "tests" / "Unit" / "test_files"
    reading = read_bytes((folder / "mauro_test_dataset.json").read_bytes())
    names = [resource.name for resource in reading.resources if resource.kind == "variable"]
    assert len(names) > 400
    assert {"care_spell_id", "patient_pseudo_id", "load_date"} <= set(names)
    assert "PDR28Ventilation" in {resource.title for resource in reading.resources if resource.kind == "dataset"}
