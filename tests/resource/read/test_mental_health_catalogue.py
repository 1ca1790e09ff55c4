"""Reader of the Catalogue of Mental Health Measures."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.mental_health_catalogue import read
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import identify
from reperio.source.model import Source

SOURCE = Source.model_validate({"key": "mhc", "title": "M", "harvest": {"protocol": "files", "path": "."}})
KEYS = [
    "study_id", "sweep_id", "title", "aims", "website", "questions", "scale", "response_scale", "topic", "start_date", "sex",
    "age_at_recruitment", "sample_size_at_recruitment", "related_themes", "studies", "sweep_instruments", "LPS name", "odd",
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["a<br>b", "1 = x; 2 = y", "1999", "varied"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=14,
)


def record(value: Any) -> Record:
    body = json.dumps(value).encode()
    return Record(
        source="mhc", identifier="r", body=body, media_type="application/json", fetched="2026-01-02T03:04:05Z"
    )


def read_value(value: Any) -> Reading:
    return read(record(value), SOURCE)


def questions(**more: str) -> list[Resource]:
    row = {"sweep_id": "S-1981", "study_id": "S", "scale": "Scale", **more}
    return [each for each in read_value(row).resources if each.kind == "variable"]


def test_a_question_a_break_and_none_of_fillers() -> None:
    found = questions(questions="1. I felt low<br/>(b) I cried<br>many items<br>12<br>Varied<br>If yes - go to Q3")
    assert [each.question[0].value for each in found] == ["I felt low", "I cried"]
    assert {each.part_of for each in found} == {("mhc/s/s-1981",)}
    assert {each.instruments for each in found} == {("Scale",)}


def test_same_words_twice_get_ids_of_their_own() -> None:
    first, second = questions(questions="Same<br>Same")
    assert second.id == f"{first.id}_2"


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ("0 = No<br>1 = Yes", [("0", "No"), ("1", "Yes")]), ("Never; Often", [(None, "Never"), (None, "Often")]),
        ("Five-point scale", []), ("", []),
    ],
)  # fmt: skip
def test_response_scales(scale: str, expected: list[tuple[str | None, str]]) -> None:
    [found] = questions(questions="How?", response_scale=scale)
    assert [(each.code, each.label) for each in found.categories] == expected


def test_female_stays_female_and_nationwide_is_no_place() -> None:
    [study] = read_value(
        {"study_id": "W", "title": "T", "sex": "Female", "geographic_coverage_regions": "Nationwide"}
    ).resources
    assert (study.sex, study.spatial) == ("female", ())


def test_rows_are_recognised() -> None:
    for value in ([{"study_id": "A", "aims": "x"}], {"sweep_id": "A", "scale": "s"}, {"MH_study_id": "A"}):
        assert identify(record(value)) == "mental_health_catalogue"


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_reader_never_raises(value: Any) -> None:
    wrapped = {"study_id": "a", "sweep_id": "b", "questions": "q", **(value if isinstance(value, dict) else {})}
    for shape in (value, wrapped):
        for resource in read_value(shape).resources:
            assert decode(encode(resource)) == resource


@pytest.mark.real
def test_real_studies(shared_data: Path) -> None:
    path = shared_data / "catalogues" / "ukllc_explore_app" / "mh_catalogue.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        found = {each.id: each for row in csv.DictReader(lines) for each in read_value(row).resources}
    assert len(found) == 14
    assert all(each.titles and each.abstracts and each.urls and each.topics and each.spatial for each in found.values())
    alspac = found["mhc/alspac"]
    assert alspac.temporal[0].start == "1990"
    assert alspac.alternate_titles[0].value == "ALSPAC"
    assert found["mhc/elsa"].ages[0].lower == 50
    assert [(size.count, size.unit) for size in found["mhc/elsa"].sizes] == [(12100, "participants")]
