"""Reader of CKAN packages."""

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
from reperio.resource.read.ckan import read, without_markdown
from reperio.resource.read.reading import Reading
from reperio.source.model import Source

SOURCE = Source.model_validate({"key": "ck", "title": "C", "harvest": {"protocol": "files", "path": "."}})
KEYS = [
    "id", "name", "title", "notes", "tags", "groups", "extras", "key", "value", "resources", "url", "license_id",
    "license_title", "license_url", "organization", "author", "maintainer", "result", "results", "relationships",
    "metadata_created", "temporal_coverage-from", "temporal_coverage-to", "geographic_coverage", "responsible-party",
    "dataset-reference-date", "access_constraints", "metadata-language", "language", "series", "type", "state", "size",
]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from([*KEYS, '["a"]', "[1", "{}"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


def read_bytes(body: bytes) -> Reading:
    record = Record(
        source="ck", identifier="r", body=body, media_type="application/json", fetched="2026-01-02T03:04:05Z"
    )
    return read(record, SOURCE)


def only(**package: Any) -> Resource:
    body = json.dumps({"id": "X1", "title": "T", **package}).encode()
    [resource] = read_bytes(body).resources
    return resource


def test_id_is_the_packages_own() -> None:
    assert only().id == "ck/x1"


@pytest.mark.parametrize(
    ("bits", "names"),
    [
        ("100000: England", ["England"]),
        ("101000: England, Wales", ["England", "Wales"]),
        ("111100: United Kingdom (England, Scotland, Wales, Northern Ireland)", ["United Kingdom"]),
        ("000000: ", []),
    ],
)
def test_bits_of_geographic_coverage(bits: str, names: list[str]) -> None:
    assert [place.name for place in only(extras={"geographic_coverage": bits}).spatial] == names


def test_extras_are_read_as_object_and_as_list() -> None:
    as_list = [{"key": "temporal_coverage-from", "value": '["2009-12-22"]'}, {"key": "other", "value": "kept"}]
    as_object = {"temporal_coverage_from ": "2009-12-22", "other": "kept"}
    for extras in (as_list, as_object):
        found = only(extras=extras)
        assert found.temporal[0].start == "2009-12-22"
        assert found.temporal[0].end is None
        assert found.extra == {"other": "kept"}


def test_now_is_going_on() -> None:
    found = only(extras={"temporal_coverage-from": "2010", "temporal_coverage-to": '["now"]'})
    assert found.temporal[0].ongoing


def test_open_licence_is_open_access_and_unpublished_is_closed() -> None:
    assert only(isopen=True).access == "open"
    assert only(isopen=False).access is None
    assert only(isopen=True, extras={"unpublished": "true"}).access == "closed"


def test_not_specified_is_no_licence() -> None:
    found = only(license_id="notspecified", license_title="License Not Specified")
    assert found.licences == ()
    assert found.access_notes == ()


def test_roles_of_responsible_parties() -> None:
    found = only(extras={"responsible-party": "A (originator); B, C (custodian); D (pointOfContact)"})
    assert [agent.name for agent in found.creators] == ["A"]
    assert [agent.name for agent in found.contributors] == ["B, C"]
    assert [agent.name for agent in found.contacts] == ["D"]


def test_markdown_is_taken_off() -> None:
    text = "# Trees\n\n**Bold** and *thin* [words](https://example.org) of `code`; 2 * 3 * 4, snake_case_word"
    assert without_markdown(text) == "Trees\n\nBold and thin words of code; 2 * 3 * 4, snake_case_word"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"a": 1}', b'{"result": {}}', b"7"])
def test_what_is_no_package_gives_an_issue(body: bytes) -> None:
    reading = read_bytes(body)
    assert reading.resources == []
    assert reading.issues


@given(VALUES)
def test_reader_never_raises(value: Any) -> None:
    wrapped = {**(value if isinstance(value, dict) else {"extras": value}), "id": "a"}
    for shape in (value, wrapped):
        for resource in read_bytes(json.dumps(shape).encode()).resources:
            assert decode(encode(resource)) == resource


@pytest.mark.real
def test_real_packages(shared_data: Path) -> None:
    path = shared_data / "catalogues" / "ckan_datagovuk_2016" / "packages.jsonl.gz"
    with gzip.open(path, "rb") as lines:
        readings = [read_bytes(line) for line in itertools.islice(lines, 500)]
    found = {reading.resources[0].id: reading.resources[0] for reading in readings}
    assert len(found) == 500
    assert all(resource.titles and resource.publishers for resource in found.values())
    known = found["ck/00018fa8-dcb3-4e2d-8caf-9d3ec2f922c0"]
    assert known.publishers[0].name == "Natural England"
    assert known.date_published == "2016-02-02"
    assert known.licences[0].spdx == "OGL-UK-3.0"
    assert known.access == "open"
