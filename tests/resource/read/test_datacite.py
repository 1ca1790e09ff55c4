"""Reader of DataCite XML and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.datacite import read
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import identify, read_record
from reperio.source.model import Source

FIXTURES = Path("catalogues") / "datacite_schemaorg_fixtures"
ELEMENTS = [
    "resource", "identifier", "creators", "creator", "creatorName", "nameIdentifier", "affiliation", "titles", "title",
    "publisher", "publicationYear", "subjects", "subject", "contributors", "contributor", "contributorName", "dates", "date",
    "language", "resourceType", "relatedIdentifiers", "relatedIdentifier", "relatedItems", "relatedItem", "sizes", "size",
    "rightsList", "rights", "descriptions", "description", "geoLocations", "geoLocation", "geoLocationPolygon",
    "polygonPoint", "fundingReferences", "fundingReference", "funderName", "awardNumber", "odd",
]  # fmt: skip
KEYS = [
    "data", "attributes", "doi", "id", "types", "resourceTypeGeneral", "resourceType", "titles", "title", "titleType", "lang",
    "creators", "creator", "author", "name", "nameIdentifiers", "nameIdentifier", "affiliation", "publisher",
    "publicationYear", "subjects", "subject", "contributors", "contributorType", "dates", "date", "dateType", "language",
    "relatedIdentifiers", "relatedIdentifier", "relationType", "relatedItems", "sizes", "formats", "version", "rightsList",
    "rights", "rightsUri", "descriptions", "description", "geoLocations", "geoLocationPlace", "geoLocationBox",
    "fundingReferences", "funderName", "funderIdentifier", "awardNumber", "identifiers", "identifier", "container", "url",
    "contentUrl", "schemaVersion", "resource-type-general", "hits",
]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    | st.sampled_from(["10.5072/a", "Dataset", "Collected", "2001/2002", "ORCID", "IsPartOf", "https://x.org/a", "kernel-9"])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=14,
)  # fmt: skip
TREES = st.recursive(
    st.sampled_from(["", "2001", "10.5072/a", "ORCID", "&lt;b>", "\u2028x"]),
    lambda inner: st.tuples(st.sampled_from(ELEMENTS), st.lists(inner, max_size=4)).map(
        lambda pair: (
            f'<{pair[0]} xml:lang="en" titleType="Subtitle" dateType="Collected">{"".join(pair[1])}</{pair[0]}>'
        )
    ),
    max_leaves=12,
)


def source(**more: Any) -> Source:
    return Source.model_validate({"key": "dc", "title": "D", "harvest": {"protocol": "files", "path": "."}, **more})


def record(body: bytes) -> Record:
    return Record(source="dc", identifier="r", body=body, media_type="x/y", fetched="2026-01-02T03:04:05Z")


def read_bytes(body: bytes, **more: Any) -> Reading:
    return read(record(body), source(**more))


def only(**fields: Any) -> Resource:
    body = {"doi": "10.5072/x", "types": {"resourceTypeGeneral": "Dataset"}, "titles": [{"title": "T"}], **fields}
    [resource] = read_bytes(json.dumps(body).encode()).resources
    return resource


def test_only_data_become_resources_and_the_source_may_say_which() -> None:
    body = json.dumps(
        {"doi": "10.5072/x", "types": {"resourceTypeGeneral": "Text"}, "titles": [{"title": "T"}]}
    ).encode()
    reading = read_bytes(body)
    assert reading.resources == []
    assert [(issue.code, issue.level) for issue in reading.issues] == [("record.not_data", "info")]
    assert [each.kind for each in read_bytes(body, options={"kinds": {"Text": "study"}}).resources] == ["study"]
    dataset = body.replace(b"Text", b"Dataset")
    assert read_bytes(dataset, options={"kinds": {"Dataset": None}}).resources == []


@pytest.mark.parametrize(
    ("general", "special", "kind"),
    [
        ("Dataset", "", "dataset"), ("Collection", "", "series"), ("Other", "Survey data", "dataset"), ("", "Data set", "dataset"),
        ("Other", "Database", "dataset"), ("Other", "Data paper", None), ("Software", "Dataset", None),
    ],
)  # fmt: skip
def test_kind_follows_the_resource_type(general: str, special: str, kind: str | None) -> None:
    types = {"resourceTypeGeneral": general, "resourceType": special}
    body = json.dumps({"doi": "10.5072/x", "types": types, "titles": ["T"]}).encode()
    assert [each.kind for each in read_bytes(body).resources] == ([kind] if kind else [])


def test_codes_for_missing_values_say_nothing() -> None:
    found = only(creators=[{"name": "(:unkn) unknown"}], publisher="(:null)", subjects=["(:unav)"], version=":tba")
    assert (found.creators, found.publishers, found.keywords, found.version) == ((), (), (), None)


def test_year_of_publication_gives_way_to_the_date_of_issue() -> None:
    assert only(publicationYear=2001).date_published == "2001"
    assert (
        only(publicationYear=2001, dates=[{"date": "2001-05-06", "dateType": "Issued"}]).date_published == "2001-05-06"
    )


def test_sizes_of_files_are_no_sizes_of_samples() -> None:
    found = only(sizes=["12 MB", "3 files", "450 households"])
    assert [(size.count, size.unit) for size in found.sizes] == [(450, "households")]
    assert found.extra["sizes"] == ["12 MB", "3 files", "450 households"]


def test_licence_by_any_of_its_names_and_what_is_none_is_a_note() -> None:
    for rights in (
        {"rightsIdentifier": "cc-by-4.0"},
        {"rightsUri": "https://creativecommons.org/licenses/by/4.0/legalcode"},
    ):
        assert only(rightsList=[rights]).licences[0].spdx == "CC-BY-4.0"
    noted = only(rightsList=[{"rights": "Written consent of the owner is needed."}])
    assert (noted.licences, noted.access_notes[0].value) == ((), "Written consent of the owner is needed.")


def test_part_of_only_what_the_record_holds() -> None:
    related = [{"relatedIdentifier": "10.5072/S", "relatedIdentifierType": "DOI", "relationType": "IsPartOf"}]
    part = {
        "doi": "10.5072/p",
        "types": {"resourceTypeGeneral": "Dataset"},
        "titles": ["P"],
        "relatedIdentifiers": related,
    }
    whole = {"doi": "10.5072/s", "types": {"resourceTypeGeneral": "Collection"}, "titles": ["S"]}
    [alone] = read_bytes(json.dumps(part).encode()).resources
    assert (alone.part_of, alone.links[0].target) == ((), "https://doi.org/10.5072/s")
    both = read_bytes(json.dumps([part, whole]).encode()).resources
    assert both[0].part_of == ("dc/10.5072/s",)


def test_formats_are_recognised() -> None:
    assert identify(record(b'<resource xmlns="http://datacite.org/schema/kernel-3"/>')) == "datacite"
    assert identify(record(b'{"data": {"attributes": {"doi": "10.5072/x"}}}')) == "datacite"
    assert identify(record(b'{"types": {"resourceTypeGeneral": "Dataset"}, "titles": []}')) == "datacite"


@pytest.mark.parametrize("body", [b"<a/>", b"[]", b"{}", b"7", b"", b"<resource", b'{"data": {"attributes": {}}}'])
def test_what_is_no_datacite_gives_an_issue(body: bytes) -> None:
    reading = read_bytes(body)
    assert reading.resources == []
    assert reading.issues


def test_long_deep_and_wide_are_survived() -> None:
    long = only(titles=[{"title": "T" * 2_000_000}], creators=[{"name": "N" * 1_000_000}], doi="10.5072/" + "x" * 5000)
    assert len(long.id) < 400
    deep = b'<resource xmlns="http://datacite.org/schema/kernel-4">' + b"<titles>" * 5000
    assert read_bytes(deep).issues
    assert read_bytes(b"[" * 50_000).issues
    utf16 = "<resource><identifier>10.5072/é</identifier><titles><title>É</title></titles></resource>".encode("utf-16")
    assert read_bytes(utf16).resources[0].title == "É"


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_json_never_raises(value: Any) -> None:
    wrapped = {
        "doi": "10.5072/a",
        "types": {"resourceTypeGeneral": "Dataset"},
        **(value if isinstance(value, dict) else {}),
    }
    for shape in (value, wrapped):
        for resource in read_bytes(json.dumps(shape).encode()).resources:
            assert decode(encode(resource)) == resource


@settings(max_examples=60, deadline=None)
@given(st.lists(TREES, max_size=4), st.binary(max_size=40))
def test_xml_and_bytes_never_raise(trees: list[str], junk: bytes) -> None:
    for body in (f"<resource>{''.join(trees)}</resource>".encode(), junk, b"<resource>" + junk):
        for resource in read_bytes(body).resources:
            assert decode(encode(resource)) == resource


@pytest.mark.real
def test_official_examples(shared_data: Path) -> None:
    examples = sorted((shared_data / FIXTURES / "datacite_schema_examples").rglob("*.xml"))
    assert len(examples) > 150
    for path in examples:
        reading = read_record(record(path.read_bytes()), source())
        assert reading.resources or any(issue.code == "record.not_data" for issue in reading.issues), path.name
        assert all(each.titles and each.dois for each in reading.resources), path.name
        assert not any("unread" in each.extra for each in reading.resources if "xs-string" not in path.name), path.name


@pytest.mark.real
def test_facts_of_the_full_example(shared_data: Path) -> None:
    path = (
        shared_data / FIXTURES / "datacite_schema_examples/source/meta/kernel-4.7/example/datacite-example-full-v4.xml"
    )
    [found] = read_bytes(path.read_bytes()).resources
    assert found.id == "dc/10.82433/b09z-4k37"
    assert found.creators[0].identifiers[0].value == "0000-0001-5727-2427"
    assert found.publishers[0].identifiers[0].value == "04z8jg394"
    assert [text.lang for text in found.titles] == ["en", "fr"]
    assert (found.temporal[0].start, found.temporal[0].end) == ("2024-01-01", "2024-12-31")
    assert len(found.links) >= 40
    assert found.licences[0].spdx == "CC-BY-4.0"
    assert len(found.extra["roles"]) >= 17


@pytest.mark.real
def test_same_record_in_xml_and_json(shared_data: Path) -> None:
    base = shared_data / FIXTURES / "datacite_schema_examples" / "source"
    [xml] = read_bytes((base / "meta/kernel-4.3/example/datacite-example-dataset-v4.xml").read_bytes()).resources
    [other] = read_bytes((base / "json/kernel-4.3/example/datacite-example-dataset-v4.json").read_bytes()).resources
    assert xml.id == other.id
    assert (xml.titles, xml.date_published) == (other.titles, other.date_published)
    assert [agent.name for agent in xml.creators] == [agent.name for agent in other.creators]
