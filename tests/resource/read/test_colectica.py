"""Reader of Colectica items."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import decode, encode
from reperio.resource.read.colectica import read
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import identify
from reperio.source.model import Source

SOURCE = Source.model_validate({"key": "co", "title": "C", "harvest": {"protocol": "files", "path": "."}})
KEYS = [
    "Identifier", "AgencyId", "Version", "ItemType", "Item", "Results", "ItemName", "Label", "DisplayLabel", "StudyAbstract",
    "QuestionText", "Coverage", "SpatialCoverage", "TemporalCoverage", "StartDate", "DublinCoreMetadata", "Title", "Publishers",
    "Name", "FundingSources", "Organization", "CaseQuantity", "LifeStageDescription", "ParentId", "Position", "en-GB",
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=10)
    | st.sampled_from(["Variable", "<Fragment/>", "<a", "study"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=14,
)


def record(value: Any) -> Record:
    body = json.dumps(value).encode()
    return Record(source="co", identifier="r", body=body, media_type="application/json", fetched="2026-01-02T03:04:05Z")


def read_value(value: Any) -> Reading:
    return read(record(value), SOURCE)


def test_kind_by_type_by_name_and_by_what_it_holds() -> None:
    items = [
        {"Identifier": "a", "ItemType": "683889C6-F74B-4D5E-92ED-908C0A42BB2D"}, {"Identifier": "b", "ItemType": "StudyUnit"},
        {"Identifier": "c", "CaseQuantity": 3}, {"Identifier": "d", "QuestionText": "Why?"}, {"Identifier": "e"},
    ]  # fmt: skip
    reading = read_value(items)
    assert [each.kind for each in reading.resources] == ["variable", "study", "dataset", "variable"]
    assert [(issue.code, issue.path) for issue in reading.issues] == [("record.not_data", "/4")]


def test_identity_is_a_urn_and_the_parent_is_what_the_item_says() -> None:
    [found] = read_value(
        {"Identifier": "V", "AgencyId": "uk.x", "Version": 2, "ItemType": "Variable", "ParentId": "F"}
    ).resources
    assert (found.id, found.identifiers[0].value, found.part_of) == ("co/v", "urn:ddi:uk.x:V:2", ("co/f",))


def test_answers_are_recognised() -> None:
    for value in ({"AgencyId": "a", "Identifier": "b"}, {"Results": [{"AgencyId": "a"}]}):
        assert identify(record(value)) == "colectica"


@pytest.mark.parametrize("value", [{}, [], 7, "text", {"Results": []}])
def test_what_holds_no_item_gives_an_issue(value: Any) -> None:
    reading = read_value(value)
    assert reading.resources == []
    assert reading.issues


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_reader_never_raises(value: Any) -> None:
    wrapped = {"Identifier": "a", "ItemType": "study", **(value if isinstance(value, dict) else {})}
    for shape in (value, wrapped, [wrapped, wrapped]):
        for resource in read_value(shape).resources:
            assert decode(encode(resource)) == resource
