"""Reader of DCAT and data.json."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.dcat import read
from reperio.resource.read.dcat_graph import local_name
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import identify
from reperio.source.model import Source

SOURCE = Source.model_validate({"key": "ca", "title": "C", "harvest": {"protocol": "files", "path": "."}})
KEYS = [
    "@id", "@type", "@graph", "@value", "@language", "@list", "@context", "dct:title", "dct:description", "dcat:keyword",
    "dcat:theme", "dct:identifier", "dct:publisher", "foaf:name", "dcat:contactPoint", "vcard:fn", "vcard:hasEmail",
    "dct:issued", "dct:temporal", "dcat:startDate", "dcat:endDate", "time:hasBeginning", "dct:spatial", "dct:license",
    "dct:rights", "dct:accessRights", "accessLevel", "dcat:distribution", "dcat:downloadURL", "dcat:byteSize", "dct:isPartOf",
    "dct:hasPart", "dcat:inSeries", "prov:qualifiedAttribution", "prov:agent", "dcat:hadRole", "dataset", "minTypicalAge",
    "numberOfRecords", "skos:prefLabel", "en", "dct:language", "odd",
]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    | st.sampled_from(["dcat:Dataset", "dcat:DatasetSeries", "a", "b", "_:b", "https://x.org/a", "2001/2002", "PUBLIC"])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=14,
)  # fmt: skip
TREES = st.recursive(
    st.sampled_from(["", "text", "2001", "&lt;b>"]),
    lambda inner: st.tuples(
        st.sampled_from(["dcat:Dataset", "dct:title", "dct:publisher", "foaf:Agent", "rdf:Description", "dct:temporal", "dct:isPartOf"]),
        st.sampled_from(["", 'rdf:about="a"', 'rdf:resource="a"', 'rdf:nodeID="n"', 'rdf:parseType="Resource"', 'foaf:name="x"']),
        st.lists(inner, max_size=4),
    ).map(lambda each: f"<{each[0]} {each[1]}>{''.join(each[2])}</{each[0]}>"),
    max_leaves=14,
)  # fmt: skip
NAMESPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" '
    'xmlns:dct="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/"'
)


def record(body: bytes) -> Record:
    return Record(source="ca", identifier="r", body=body, media_type="x/y", fetched="2026-01-02T03:04:05Z")


def read_bytes(body: bytes) -> Reading:
    return read(record(body), SOURCE)


def only(**fields: Any) -> Resource:
    node = {"@type": "dcat:Dataset", "@id": "https://x.org/d", "dct:title": "T", **fields}
    [resource] = read_bytes(json.dumps(node).encode()).resources
    return resource


def test_names_are_local() -> None:
    assert {local_name(name) for name in ("dct:title", "http://purl.org/dc/terms/title", "title")} == {"title"}
    assert local_name("http://www.w3.org/ns/dcat#Dataset") == "Dataset"
    assert local_name("@id") == "@id"


def test_json_and_xml_of_the_same_say_the_same() -> None:
    xml = f"""<rdf:RDF {NAMESPACES}><dcat:Dataset rdf:about="https://x.org/d"><dct:title xml:lang="en">T</dct:title>
      <dct:publisher><foaf:Agent rdf:about="https://p.org"><foaf:name>P</foaf:name></foaf:Agent></dct:publisher>
      <dct:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/></dcat:Dataset></rdf:RDF>"""
    node = {
        "@type": "http://www.w3.org/ns/dcat#Dataset", "@id": "https://x.org/d",
        "http://purl.org/dc/terms/title": {"@value": "T", "@language": "en"}, "dct:publisher": {"@id": "https://p.org"},
        "dct:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
    }  # fmt: skip
    graph = {"@graph": [node, {"@id": "https://p.org", "@type": "foaf:Agent", "foaf:name": "P"}]}
    assert encode(read_bytes(xml.encode()).resources[0]) == encode(read_bytes(json.dumps(graph).encode()).resources[0])


def test_titles_by_language_map() -> None:
    assert [(each.value, each.lang) for each in only(**{"dct:title": {"en": "Sea", "fr": "Mer"}}).titles] == [
        ("Sea", "en"),
        ("Mer", "fr"),
    ]


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("http://publications.europa.eu/resource/authority/access-right/PUBLIC", "open"),
        ("http://publications.europa.eu/resource/authority/access-right/RESTRICTED", "controlled"),
        ("restricted public", "controlled"), ("non-public", "closed"), ("public", "open"),
    ],
)  # fmt: skip
def test_access_by_its_codes(said: str, level: str) -> None:
    assert only(accessLevel=said).access == level


def test_ages_and_numbers_of_health_dcat() -> None:
    found = only(minTypicalAge=3, maxTypicalAge={"@value": 9}, numberOfUniqueIndividuals=77, numberOfRecords=0)
    assert (found.ages[0].lower, found.ages[0].upper) == (3, 9)
    assert [(size.count, size.unit) for size in found.sizes] == [(77, "participants")]


def test_series_and_parts_of_one_record_are_tied() -> None:
    nodes = [
        {"@type": "dcat:DatasetSeries", "@id": "https://x.org/s", "dct:title": "S"},
        {
            "@type": "dcat:Dataset",
            "@id": "https://x.org/a",
            "dct:title": "A",
            "dcat:inSeries": {"@id": "https://x.org/s"},
        },
        {
            "@type": "dcat:Dataset",
            "@id": "https://x.org/b",
            "dct:title": "B",
            "dct:isPartOf": {"@id": "https://x.org/b"},
        },
    ]
    found = {each.id: each for each in read_bytes(json.dumps({"@graph": nodes}).encode()).resources}
    assert found["ca/x.org/a"].part_of == ("ca/x.org/s",)
    assert found["ca/x.org/b"].part_of == ()
    assert found["ca/x.org/s"].kind == "series"


def test_circles_of_parts_stay_untied_in_one_direction() -> None:
    nodes = [
        {"@type": "dcat:Dataset", "@id": each, "dct:title": each, "dct:isPartOf": {"@id": other}}
        for each, other in ("ab", "ba")
    ]
    found = {each.id: each.part_of for each in read_bytes(json.dumps({"@graph": nodes}).encode()).resources}
    assert sorted(len(parts) for parts in found.values()) == [0, 1]


def test_formats_are_recognised() -> None:
    assert identify(record(f"<rdf:RDF {NAMESPACES}/>".encode())) == "dcat"
    assert identify(record(b'{"@context": {"dcat": "http://www.w3.org/ns/dcat#"}, "@graph": []}')) == "dcat"
    assert identify(record(b'{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": []}')) == "dcat"
    assert identify(record(b'{"@context": "https://schema.org", "@type": "Dataset"}')) == "schema_org"


@pytest.mark.parametrize(
    "body", [b"", b"<a/>", b"[]", b"{}", b"@prefix dcat: <http://www.w3.org/ns/dcat#> .", b"7", b"[" * 50_000]
)
def test_what_is_not_read_gives_an_issue(body: bytes) -> None:
    reading = read_bytes(body)
    assert reading.resources == []
    assert [issue for issue in reading.issues if issue.level == "error"]


def test_long_and_deep_and_bombs_are_survived() -> None:
    deep: dict[str, Any] = {"dct:title": "end"}
    for _ in range(90):
        deep = {"dct:publisher": deep}
    assert only(**deep).id == "ca/x.org/d"
    assert len(only(**{"dct:identifier": "x" * 100_000, "dct:description": "d" * 2_000_000}).id) < 400
    inner = f"<rdf:RDF {NAMESPACES}><dcat:Dataset><dct:title>&b;</dct:title></dcat:Dataset></rdf:RDF>"
    bomb = f'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>{inner}'
    reading = read_bytes(bomb.encode())
    assert "xml.entities" in {issue.code for issue in reading.issues}
    assert "aaaa" not in str(reading.resources)


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_json_never_raises(value: Any) -> None:
    wrapped = {"@graph": [value, {"@type": "dcat:Dataset", "@id": "a", **(value if isinstance(value, dict) else {})}]}
    for shape in (value, wrapped):
        for resource in read_bytes(json.dumps(shape).encode()).resources:
            assert decode(encode(resource)) == resource


@settings(max_examples=80, deadline=None)
@given(st.lists(TREES, max_size=4), st.binary(max_size=30))
def test_xml_and_bytes_never_raise(trees: list[str], junk: bytes) -> None:
    for body in (f"<rdf:RDF {NAMESPACES}>{''.join(trees)}</rdf:RDF>".encode(), junk, b"<rdf:RDF" + junk):
        for resource in read_bytes(body).resources:
            assert decode(encode(resource)) == resource
