"""Reader of the ADR UK catalogue."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import decode, encode
from reperio.resource.read.adruk import read
from reperio.resource.read.reading import Reading
from reperio.source.model import Source

SOURCE = Source.model_validate({"key": "adruk", "title": "A", "harvest": {"protocol": "files", "path": "."}})
KEYS = [
    "data",
    "results",
    "id",
    "title",
    "name",
    "type",
    "Start Date:",
    "endDate",
    "keywords",
    "publisher",
    "elements",
    "datasetId",
    "odd",
]
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.sampled_from(["DataElement", "2001", "a; b"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=14,
)


def read_value(value: Any) -> Reading:
    body = json.dumps(value).encode()
    record = Record(
        source="adruk", identifier="r", body=body, media_type="application/json", fetched="2026-01-02T03:04:05Z"
    )
    return read(record, SOURCE)


def test_no_start_date_loses_nothing() -> None:
    """In the original, a record without a start date ended the run."""
    found = read_value({"data": [{"id": 1, "title": "A"}, {"id": 2, "title": "B", "End Date:": "2001"}]}).resources
    assert [each.title for each in found] == ["A", "B"]
    assert (found[1].temporal[0].start, found[1].temporal[0].end) == (None, "2001")


def test_elements_are_variables_of_their_dataset() -> None:
    dataset, element = read_value({"id": 1, "title": "A", "elements": [{"title": "AGE", "abstract": "Age"}]}).resources
    assert (element.kind, element.name, element.part_of, element.position) == ("variable", "AGE", (dataset.id,), 1)
    [hit] = read_value({"type": "DataElement", "title": "WAGE", "datasetId": 9}).resources
    assert hit.part_of == ("adruk/9",)


@pytest.mark.parametrize("value", [{}, [], 7, {"data": []}])
def test_what_holds_no_dataset_gives_an_issue(value: Any) -> None:
    reading = read_value(value)
    assert (reading.resources, [issue.code for issue in reading.issues]) == ([], ["record.unknown"])


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_reader_never_raises(value: Any) -> None:
    wrapped = {"title": "a", "elements": [value], **(value if isinstance(value, dict) else {})}
    for shape in (value, wrapped, {"data": [wrapped, value]}):
        for resource in read_value(shape).resources:
            assert decode(encode(resource)) == resource
