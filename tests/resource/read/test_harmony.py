"""The original product's items, beyond the golden cases: its known errors are not taken over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import Resource, decode, encode
from reperio.resource.read.harmony import read
from reperio.resource.read.reading import Reading
from reperio.source.model import Source


def read_bytes(body: bytes, *, key: str = "harmony", keep: bool = True) -> Reading:
    source = Source.model_validate(
        {"key": key, "title": "H", "harvest": {"protocol": "files", "path": "."}, "options": {"keep_ids": keep}}
    )
    record = Record(source=key, identifier="r1", body=body, media_type="x/y", fetched="2026-01-02T00:00:00Z")
    return read(record, source)


def item(extra: dict[str, Any] | None = None, **members: Any) -> Resource:
    page = {"dataset_schema": {"name": "N", **members}, "extra_data": {"resource_type": "study", **(extra or {})}}
    return read_bytes(json.dumps(page).encode()).resources[0]


def test_ids() -> None:
    body = json.dumps({"dataset_schema": {"name": "N"}, "extra_data": {"harmony_id": "ukds/855318"}}).encode()
    kept = read_bytes(body).resources[0]
    assert (kept.id, kept.uuid) == ("ukds/855318", "737aa5a75b96c25093f65ba075970ec7")
    assert read_bytes(body, keep=False).resources[0].id == "harmony/ukds/855318"
    assert read_bytes(body, key="ukds", keep=False).resources[0].id == "ukds/855318"
    assert read_bytes(body, key="ukds").resources[0].id == "ukds/855318"


@pytest.mark.parametrize(("stated", "sex"), [("all", None), ("male", "male"), ("female", "female"), (None, None)])
def test_sex(stated: str | None, sex: str | None) -> None:
    assert item({"sex": stated}).sex == sex


@pytest.mark.parametrize(
    ("coverage", "codes", "countries"),
    [
        (None, ["GB"], []),
        ("", ["GB", "UK"], []),
        (None, ["IE"], ["IE"]),
        ("Hong Kong", ["GB"], ["HK"]),
        ("Great Britain", ["GB"], ["GB"]),
    ],
)
def test_country(coverage: str | None, codes: list[str], countries: list[str]) -> None:
    found = item({"geographic_coverage": coverage, "country_codes": codes})
    assert sorted({place.country for place in found.spatial if place.country}) == countries


def test_values_that_stood_for_the_unknown() -> None:
    found = item(
        {
            "language_codes": ["en"],
            "genetic_data_collected": False,
            "sample_size": 2008,
            "age_lower": 0,
            "age_upper": 999,
        }
    )
    assert (found.languages, found.genetic_data, found.sizes, found.ages) == ((), None, (), ())
    assert {claim.field for claim in found.claims if claim.value is None} >= {"languages", "genetic_data", "sizes"}


def test_rows_of_a_dataset_are_no_people() -> None:
    found = item({"resource_type": "dataset", "sample_size": 97782}, size="97782")
    assert [(size.count, size.unit) for size in found.sizes] == [(97782, "records")]
    assert found.sample_size is None


def test_dataset_does_not_take_what_its_study_says() -> None:
    shared = {
        "description": "Same words.",
        "keywords": ["A"],
        "identifier": ["10.1234/a"],
        "temporalCoverage": "2008/2024",
    }
    page = {
        "dataset_schema": {"name": "6849_g", **shared},
        "extra_data": {"resource_type": "dataset", "harmony_id": "ukds/d", "num_sweeps": 21},
        "ancestors": [{"dataset_schema": {"name": "Study", **shared}, "extra_data": {"harmony_id": "ukds/s"}}],
    }
    above, below = read_bytes(json.dumps(page).encode()).resources
    assert (above.id, above.kind, above.dois) == ("ukds/s", "study", ("10.1234/a",))
    assert below.part_of == ("ukds/s",)
    assert (below.abstracts, below.keywords, below.dois, below.temporal, below.waves) == ((), (), (), (), None)


def test_file_stands_below_the_study_that_only_its_uuid_names() -> None:
    top = "7b4c8858d211cda2a4b68a22e1ef62b3"
    page = {
        "dataset_schema": {"name": "6849_g_timediary_ip"},
        "extra_data": {"resource_type": "dataset", "harmony_id": "ukds/d", "top_level_ancestor_uuid": top},
        "ancestors": [{"dataset_schema": {"name": "Understanding Society"}}],
    }
    above, below = read_bytes(json.dumps(page).encode()).resources
    assert (above.id, above.kind, above.title) == (f"harmony/{top}", "study", "Understanding Society")
    assert below.part_of == (above.id,)


def test_top_that_is_the_item_itself_is_no_parent() -> None:
    top = "7b4c8858d211cda2a4b68a22e1ef62b3"
    extra = {"resource_type": "dataset", "uuid": top, "top_level_ancestor_uuid": top}
    page = {"dataset_schema": {"name": "D"}, "extra_data": extra, "ancestors": [{"dataset_schema": {"name": "S"}}]}
    [found] = read_bytes(json.dumps(page).encode()).resources
    assert found.part_of == ()


def test_not_found_page_is_an_issue() -> None:
    page = b'1:"$Sreact.fragment"\ne:[["$","title","1",{"children":"Dataset Not Found"}]]\n'
    for body in (page, b"<html></html>", b"{}"):
        assert [issue.code for issue in read_bytes(body).issues] == ["harmony.empty"]


def test_flight_text_of_wrong_length_costs_only_itself() -> None:
    page = b'15:Tffff,short\na:{"dataset_schema":{"name":"N"},"extra_data":{"harmony_id":"x/1"}}\n'
    late = (
        b'a:{"dataset_schema":{"name":"N","description":"$15"},"extra_data":{"harmony_id":"x/1"}}\n15:T2,shorter text\n'
    )
    assert read_bytes(page).issues
    assert read_bytes(late).resources[0].abstract == "sh"


def test_rows_that_refer_to_each_other_end() -> None:
    page = (
        b'1:["$2"]\n2:["$1","$1"]\na:{"dataset_schema":{"name":"N","creator":"$1"},"extra_data":{"harmony_id":"x/1"}}\n'
    )
    assert read_bytes(page).resources[0].id == "x/1"


LEAVES = st.sampled_from(
    [None, True, 0, 312, "", "x", "all", "GB", "10.1234/a", "https://x.example)", "1999/..", "$15"]
)
KEYS = st.sampled_from([
    "dataset_schema", "extra_data", "ancestors", "child_datasets", "parent", "name", "description", "identifier", "dois", "urls",
    "harmony_id", "uuid", "slug", "resource_type", "sex", "country_codes", "geographic_coverage", "size", "sample_size",
    "temporalCoverage", "start_year", "variableMeasured", "keywords", "license", "data_access", "num_sweeps", "creator",
])  # fmt: skip
TREES = st.recursive(
    LEAVES, lambda kids: st.lists(kids, max_size=4) | st.dictionaries(KEYS, kids, max_size=5), max_leaves=30
)


@settings(max_examples=200, deadline=None)
@given(TREES, TREES, TREES, TREES)
def test_arbitrary_trees_are_read(schema: Any, extra: Any, ancestors: Any, children: Any) -> None:
    page = {"dataset_schema": schema, "extra_data": extra, "ancestors": ancestors, "child_datasets": children}
    reading = read_bytes(json.dumps(page).encode())
    assert reading.resources
    for each in reading.resources:
        assert decode(encode(each)) == each


@settings(max_examples=100)
@given(st.text(alphabet='0123af:T,[]{}"$\n', max_size=200))
def test_arbitrary_flight_never_fails(text: str) -> None:
    assert read_bytes(b"1:[" + text.encode()).issues


@pytest.mark.real
def test_seed_page(shared: Path) -> None:
    body = (shared / "seeds" / "item-page-flight-payload.txt").read_bytes()
    [found] = read_bytes(body).resources
    assert (found.id, found.uuid, found.kind) == ("ukds/855318", "737aa5a75b96c25093f65ba075970ec7", "dataset")
    assert found.title == "Qualitative Interviews with Drug Service Users and Addiction Therapists, 2017-2022"
    assert found.dois == ("10.5255/ukda-sn-855318",)
    assert [(each.start, each.end) for each in found.temporal] == [("2017-10-01", "2022-01-30")]
    assert [(each.lower, each.upper) for each in found.ages] == [(18, 64)]
    assert "qualitative" in found.study_designs
    assert [(each.country, each.subdivision) for each in found.spatial] == [("GB", "GB-ENG")]
    assert (found.sex, found.languages) == (None, ())
    assert len(found.abstract or "") > 4000


@pytest.mark.real
def test_real_items(shared_data: Path) -> None:
    path = shared_data / "catalogues" / "harmony_search_items" / "sample_records.json"
    items = json.loads(path.read_text(encoding="utf-8"))
    assert len(items) == 9
    for each in items:
        reading = read_bytes(json.dumps(each).encode())
        identity = each.get("extra_data", {}).get("harmony_id", "harmony/r1")
        [found] = [resource for resource in reading.resources if resource.id == identity]
        assert found.title == each["dataset_schema"]["name"]
        assert found.sex is None
        if "uuid" in each.get("extra_data", {}):
            assert found.uuid == each["extra_data"]["uuid"]
        if found.title == "6849_g_timediary_ip":
            [study] = [resource for resource in reading.resources if resource.kind == "study"]
            assert found.part_of == (study.id,)
            assert study.title.startswith("Understanding Society")
        measured = each["dataset_schema"].get("variableMeasured", [])
        assert sum(resource.kind == "variable" for resource in reading.resources) == len(measured)
