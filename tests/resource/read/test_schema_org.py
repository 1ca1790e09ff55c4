"""schema.org JSON-LD, beyond the golden cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.reading import Reading
from reperio.resource.read.schema_org import read
from reperio.resource.read.schema_org_fields import RULES
from reperio.source.model import Source


def read_bytes(body: bytes, **more: Any) -> Reading:
    source = Source.model_validate({"key": "s", "title": "S", "harvest": {"protocol": "files", "path": "."}, **more})
    record = Record(source="s", identifier="r1", body=body, media_type="x/y", fetched="2026-01-02T00:00:00Z")
    return read(record, source)


def dataset(**members: Any) -> Resource:
    reading = read_bytes(json.dumps({"@type": "Dataset", "name": "N", **members}).encode())
    return reading.resources[0]


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "https://schema.org", "@type": "Dataset", "name": "N"},
        {"@context": "http://schema.org/", "@type": ["Dataset"], "name": {"@value": "N"}},
        {"@type": "schema:Dataset", "schema:name": "N"},
        {"@type": "https://schema.org/Dataset", "http://schema.org/name": [{"@value": "N"}]},
        [{"@type": "Person", "name": "P"}, {"@type": "DataSet", "name": "N"}],
        {"@graph": [{"@graph": [{"@type": "Dataset", "name": "N"}]}]},
        {"@type": "DataCatalog", "name": "C", "dataset": {"@type": "Dataset", "name": "N"}},
        {"@type": "WebPage", "mainEntity": {"@type": "Dataset", "name": "N"}},
    ],
)
def test_spellings_of_a_dataset(document: Any) -> None:
    reading = read_bytes(json.dumps(document).encode())
    assert [(each.title, each.kind) for each in reading.resources] == [("N", "dataset")]


@pytest.mark.parametrize(
    ("members", "identity"),
    [
        ({"@id": "https://doi.org/10.1234/AB"}, "s/10.1234/ab"),
        ({"identifier": ["x-1", "doi:10.1234/ab"]}, "s/10.1234/ab"),
        ({"identifier": {"@type": "PropertyValue", "value": "X 1"}}, "s/x_1"),
        ({"identifier": {"propertyID": "md5", "value": "0f"}, "url": "https://www.x.example/7"}, "s/x.example/7"),
        ({"@id": "_:b0"}, "s/r1"),
    ],
)
def test_id(members: dict[str, Any], identity: str) -> None:
    assert dataset(**members).id == identity


def test_keywords_are_parted_only_when_one_text() -> None:
    assert [each.label for each in dataset(keywords="a, b,c").keywords] == ["a", "b", "c"]
    assert [each.label for each in dataset(keywords=["a, b", "c"]).keywords] == ["a, b", "c"]


def test_agents_in_any_form() -> None:
    found = dataset(creator=["Marsh, A.; Okafor, N.", {"givenName": "Ada", "familyName": "Marsh"}, {"@type": "Person"}])
    assert [each.name for each in found.creators] == ["Marsh, A.", "Okafor, N.", "Ada Marsh"]


def test_what_is_no_licence_is_a_note() -> None:
    found = dataset(
        license=["https://example.org/terms", {"text": "<a href='https://creativecommons.org/licenses/by/4.0/'>x</a>"}]
    )
    assert [each.spdx for each in found.licences] == ["CC-BY-4.0"]
    assert [each.value for each in found.access_notes] == ["https://example.org/terms"]


def test_free_of_charge_is_not_open() -> None:
    found = dataset(isAccessibleForFree=True)
    assert found.access is None
    assert found.extra["isAccessibleForFree"] is True


def test_parts_make_a_study_unless_told() -> None:
    body = json.dumps({"@type": "Dataset", "name": "N", "hasPart": {"@type": "Dataset", "name": "P"}}).encode()
    assert [each.kind for each in read_bytes(body).resources] == ["study", "dataset"]
    assert [each.kind for each in read_bytes(body, options={"kind": "series"}).resources] == ["series", "dataset"]
    assert read_bytes(body).resources[1].part_of == ("s/r1",)


def test_no_dataset_is_an_issue() -> None:
    for body in (b'{"@type": "Person"}', b"<html><p>x</p></html>", b"[]"):
        assert [issue.code for issue in read_bytes(body).issues] == ["schema_org.no_dataset"]


def test_deep_parts_end() -> None:
    node: dict[str, Any] = {"@type": "Dataset", "name": "N"}
    for _ in range(30):
        node = {"@type": "Dataset", "name": "N", "hasPart": node}
    reading = read_bytes(json.dumps(node).encode())
    assert len(reading.resources) == 5
    assert [each.relation for each in reading.resources[-1].links] == ["HasPart"]


LEAVES = st.sampled_from(
    [None, True, 0, -1.5, "", "x", "10.1234/a", "https://x.example", "2001/2002", "a; b", "<b>", "GB"]
)
KEYS = st.sampled_from(
    [*RULES, "@type", "@id", "@value", "@list", "@graph", "hasPart", "isPartOf", "variableMeasured", "text", "address"]
)
TREES = st.recursive(
    LEAVES, lambda kids: st.lists(kids, max_size=4) | st.dictionaries(KEYS, kids, max_size=5), max_leaves=30
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, TREES, max_size=8))
def test_arbitrary_trees_are_read(tree: dict[str, Any]) -> None:
    reading = read_bytes(json.dumps({**tree, "@type": "Dataset"}).encode())
    assert reading.issues or reading.resources
    for each in reading.resources:
        assert decode(encode(each)) == each


@pytest.mark.real
def test_hundred_real_datasets(shared_data: Path) -> None:
    path = shared_data / "catalogues" / "dataverse_json" / "harvard_schemaorg_100" / "harvard_dataverse.json"
    documents = json.loads(path.read_text(encoding="utf-8"))
    assert len(documents) == 100
    for document in documents:
        reading = read_bytes(json.dumps(document).encode())
        [found] = reading.resources
        assert found.dois[0] == document["@id"].removeprefix("https://doi.org/").lower()
        assert found.id == f"s/{found.dois[0]}"
        assert found.title
        assert len(found.creators) == len({json.dumps(each, sort_keys=True) for each in document["creator"]})
        assert found.date_published == document["datePublished"]
        assert found.extra == {}


@pytest.mark.real
def test_real_fixtures(shared_data: Path) -> None:
    paths = sorted(
        (shared_data / "catalogues" / "datacite_schemaorg_fixtures" / "science_on_schema_org").rglob("dataset/*.jsonld")
    )
    assert len(paths) >= 8
    for path in paths:
        reading = read_bytes(path.read_bytes())
        assert any(each.kind == "dataset" for each in reading.resources), path.name
    [full] = [path for path in paths if path.name == "full.jsonld"]
    found = read_bytes(full.read_bytes()).resources
    assert (found[0].dois, found[0].temporal[0].start, found[0].licences[0].spdx) == (
        ("10.1234/1234567890",),
        "2001-08-06",
        "CC-BY-4.0",
    )
    assert sum(each.kind == "variable" for each in found) == 13


def variable(**members: Any) -> Resource:
    reading = read_bytes(
        json.dumps(
            {"@type": "Dataset", "name": "N", "variableMeasured": {"@type": "PropertyValue", **members}}
        ).encode()
    )
    return next(each for each in reading.resources if each.kind == "variable")


@pytest.mark.parametrize(
    "options",
    [
        {"valueReference": [{"@type": "DefinedTerm", "name": "Yes", "termCode": "1"},
                            {"@type": "DefinedTerm", "name": "Refused", "termCode": "-9"}]},
        {"valueReference": {"@type": "DefinedTermSet", "hasDefinedTerm": [{"name": "Yes", "termCode": 1},
                                                                          {"name": "Refused", "termCode": -9}]}},
        {"valueReference": [{"@type": "PropertyValue", "name": "Yes", "value": "1"},
                            {"@type": "QualitativeValue", "name": "Refused", "value": "-9"}]},
        {"enumeration": {"itemListElement": [{"@type": "ListItem", "item": {"name": "Yes", "identifier": "1"}},
                                             {"@type": "ListItem", "item": {"name": "Refused", "identifier": "-9"}}]}},
    ],
)  # fmt: skip
def test_answers_of_a_variable(options: dict[str, Any]) -> None:
    found = variable(name="smoke1", description="Do you smoke?", **options)
    assert [text.value for text in found.question] == ["Do you smoke?"]
    assert [(each.code, each.label, each.missing) for each in found.categories] == [
        ("1", "Yes", False), ("-9", "Refused", True),
    ]  # fmt: skip


def test_plain_answers_of_a_variable() -> None:
    found = variable(name="Current smoking", alternateName="smoke1", options=["Yes", "No"], question="Smoke?")
    assert (found.name, found.title) == ("smoke1", "Current smoking")
    assert [each.label for each in found.categories] == ["Yes", "No"]
    assert [text.value for text in found.question] == ["Smoke?"]


def test_range_unit_and_technique_of_a_variable() -> None:
    found = variable(
        name="height", description="Standing height", minValue=40, maxValue="210.5", unitText="cm",
        measurementTechnique="Stadiometer",
    )  # fmt: skip
    assert found.statistics == {"min": 40.0, "max": 210.5}
    assert (found.measurement_unit, found.title) == ("cm", "Standing height")
    assert [each.label for each in found.collection_modes] == ["Stadiometer"]
    assert "measurementTechnique" not in found.extra


def test_what_is_no_answer_is_kept() -> None:
    found = variable(name="v", valueReference={"@type": "Dataset", "name": "Codes"}, minValue="low")
    assert found.categories == ()
    assert found.extra["valueReference"] == [{"@type": ["Dataset"], "name": "Codes"}]
    assert found.extra["minValue"] == "low"
