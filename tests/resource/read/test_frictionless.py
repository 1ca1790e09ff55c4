"""Reader of Data Packages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import decode, encode
from reperio.resource.read.frictionless import read
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import identify
from reperio.source.model import Source

SOURCE = Source.model_validate({"key": "fr", "title": "F", "harvest": {"protocol": "files", "path": "."}})
KEYS = [
    "name", "id", "title", "description", "resources", "schema", "fields", "type", "format", "constraints", "enum",
    "missingValues", "value", "label", "categories", "licenses", "path", "sources", "link", "web", "contributors", "role",
    "roles", "keywords", "owidTags", "version", "created", "homepage", "profile", "$schema", "bytes", "mediatype", "unit",
    "rdfType", "primaryKey", "data", "publisher", "maintainers", "license", "languages", "odd",
]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    | st.sampled_from([*KEYS, "10.5072/a", "https://x.org/a b", "2001-02-03T04:05:06Z", "author", "CC0"])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=14,
)  # fmt: skip


def record(body: bytes) -> Record:
    return Record(source="fr", identifier="r", body=body, media_type="application/json", fetched="2026-01-02T03:04:05Z")


def read_value(value: Any) -> Reading:
    return read(record(json.dumps(value).encode()), SOURCE)


def table(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"path": "a.csv", "schema": {"fields": list(fields)}, **more}


def test_one_table_is_a_dataset_and_several_are_a_study_of_datasets() -> None:
    one = read_value({"name": "p", "resources": [table({"name": "a"})]})
    assert [(each.kind, each.id, each.part_of) for each in one.resources] == [
        ("dataset", "fr/p", ()), ("variable", "fr/p/a", ("fr/p",)),
    ]  # fmt: skip
    two = read_value({"name": "p", "resources": [table({"name": "a"}, name="t"), table({"name": "b"}, name="u")]})
    assert [(each.kind, each.id) for each in two.resources] == [
        ("study", "fr/p"), ("dataset", "fr/p/t"), ("variable", "fr/p/t/a"), ("dataset", "fr/p/u"), ("variable", "fr/p/u/b"),
    ]  # fmt: skip
    assert two.resources[1].part_of == ("fr/p",)


def test_answers_from_enum_and_categories_with_missing_ones() -> None:
    fields = (
        {"name": "a", "constraints": {"enum": [1, 2]}},
        {"name": "b", "categories": [{"value": 0, "label": "No"}]},
    )
    schema = {"fields": list(fields), "missingValues": ["2", {"value": "99", "label": "Not asked"}]}
    _, first, second = read_value({"name": "p", "resources": [{"path": "a", "schema": schema}]}).resources
    assert [(each.code, each.label, each.missing) for each in first.categories] == [
        ("1", "1", False), ("2", "2", True), ("99", "Not asked", True),
    ]  # fmt: skip
    assert [(each.code, each.label) for each in second.categories] == [("0", "No"), ("99", "Not asked")]


def test_roles_sources_and_licences() -> None:
    package = {
        "name": "p", "resources": [table()], "licenses": [{"name": "CC-BY-4.0"}], "sources": [{"title": "S", "path": "https://s.example"}],
        "contributors": [{"title": "A"}, {"title": "B", "role": "publisher"}, {"title": "C", "roles": ["contact", "creator"]}],
    }  # fmt: skip
    [found] = read_value(package).resources
    assert [agent.name for agent in found.creators] == ["A", "C"]
    assert [agent.name for agent in found.publishers] == ["B"]
    assert [agent.name for agent in found.contacts] == ["C"]
    assert found.licences[0].spdx == "CC-BY-4.0"
    assert [(link.relation, link.target, link.title) for link in found.links] == [
        ("IsDerivedFrom", "https://s.example", "S")
    ]


def test_the_data_themselves_are_not_kept() -> None:
    [found] = read_value(
        {"name": "p", "resources": [{"name": "r", "data": [{"secret": 1}], "schema": {"fields": []}}]}
    ).resources
    assert "secret" not in str(found)


def test_the_format_is_recognised() -> None:
    for value in ({"profile": "x", "resources": []}, {"resources": [table()]}, table()):
        assert identify(record(json.dumps(value).encode())) == "frictionless"


@pytest.mark.parametrize("body", [b"", b"{", b"[7]", b'{"a": 1}', b"[" * 40_000])
def test_what_is_no_package_gives_an_issue(body: bytes) -> None:
    reading = read(record(body), SOURCE)
    assert reading.resources == []
    assert reading.issues


def test_long_texts_are_survived() -> None:
    found = read_value(
        {"name": "n" * 1_000_000, "id": "10.5072/" + "x" * 9000, "description": "d" * 3_000_000, "resources": [table()]}
    )
    assert len(found.resources[0].id) < 400


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_reader_never_raises(value: Any) -> None:
    wrapped = {"name": "a", "resources": [value, {"schema": {"fields": [value]}}]}
    for shape in (value, wrapped):
        for resource in read_value(shape).resources:
            assert decode(encode(resource)) == resource


@pytest.mark.real
def test_real_packages(shared_data: Path) -> None:
    paths = sorted((shared_data / "catalogues" / "owid_datapackages" / "datasets").glob("*/datapackage.json"))
    assert len(paths) == 766
    found = [read(record(path.read_bytes()), SOURCE).resources for path in paths[::4]]
    assert all(each[0].kind == "dataset" and each[0].titles and each[0].links for each in found)
    assert all(each[0].variable_count == len(each) - 1 for each in found)
