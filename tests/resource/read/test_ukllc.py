"""Reader of UK LLC descriptors and Guidebook pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.record.model import Record
from reperio.resource.fields import decode, encode
from reperio.resource.read.reading import Reading
from reperio.resource.read.ukllc import read
from reperio.source.model import Source
from reperio.text.sizes import Size

SOURCE = Source.model_validate({"key": "uk", "title": "U", "harvest": {"protocol": "files", "path": "."}})
NAME = "Name of Dataset in TRE"
KEYS = [
    NAME, "Citation (APA)", "Series", "Owner", "Authors", "Temporal Coverage", "Participant Count", "Keywords", "Key Link",
    "Number of variables", "sections", "table", "md", "out_md", "title", "file", "_file", "_title", "_summary", "Cohort",
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from([*KEYS, "Dataset Descriptor", "Series Descriptor", "Variable", "### x"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=14,
)  # fmt: skip


def read_value(value: Any) -> Reading:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    record = Record(
        source="uk", identifier="r", body=body, media_type="application/json", fetched="2026-01-02T03:04:05Z"
    )
    return read(record, SOURCE)


def test_a_descriptor_gives_its_study_and_dataset() -> None:
    study, dataset = read_value({NAME: "EXC_w1", "Series": "Example Cohort (EXC)", "_title": "Wave 1"}).resources
    assert (study.kind, study.id, study.alternate_titles[0].value) == ("study", "uk/exc", "EXC")
    assert (dataset.kind, dataset.id, dataset.part_of) == ("dataset", "uk/exc_w1", ("uk/exc",))


def test_a_page_named_after_another_dataset_keeps_apart() -> None:
    folder = "docs/lps_data/datasets/exc/datasets"
    right = read_value({NAME: "EXC_wave1", "Series": "Example Cohort (EXC)", "_file": f"{folder}/wave1.ipynb"})
    wrong = read_value({NAME: "EXC_wave1", "Series": "Example Cohort (EXC)", "_file": f"{folder}/blood.ipynb"})
    assert [each.id for each in right.resources] == ["uk/exc", "uk/exc_wave1"]
    assert [each.id for each in wrong.resources] == ["uk/exc", "uk/exc_wave1/blood"]
    assert [issue.code for issue in wrong.issues] == ["name.mismatch"]
    table = read_value({NAME: "PLACE_a", "_file": "docs/linked_geo_data/datasets_of_places/a/imd.ipynb"})
    assert [each.id for each in table.resources] == ["uk/place_a"]


def test_a_series_of_another_folder_names_no_study() -> None:
    reading = read_value(
        {NAME: "NEXT_a", "Series": "Example Cohort (EXC)", "_file": "docs/lps_data/datasets/next/datasets/a.ipynb"}
    )
    [dataset] = reading.resources
    assert dataset.part_of == ("uk/next",)
    assert [issue.code for issue in reading.issues] == ["series.mismatch"]


def test_registries_are_no_studies() -> None:
    [dataset] = read_value({NAME: "NHSE_X", "Series": "NHS England"}).resources
    assert dataset.part_of == ()


def test_numbers_with_commas() -> None:
    facts = {
        NAME: "A_b",
        "Participant Count": "12,345",
        "Number of variables": "1,018",
        "Number of Observations": "20,000",
    }
    [dataset] = read_value(facts).resources
    assert dataset.sizes == (Size(12345, "participants"), Size(20000, "records"))
    assert dataset.variable_count == 1018


def test_temporal_coverage_of_months() -> None:
    [dataset] = read_value({NAME: "A_b", "Temporal Coverage": "04/1975 - 04/1976"}).resources
    assert (dataset.temporal[0].start, dataset.temporal[0].end) == ("1975-04", "1976-04")


def test_variables_go_to_the_dataset_their_heading_names() -> None:
    def descriptor(name: str) -> list[list[str]]:
        return [["Dataset Descriptor", "x"], [NAME, name]]

    def variables(name: str) -> list[list[str]]:
        return [["Variable", "Description"], [name, f"About {name}"]]

    sections = [
        {"table": descriptor("P_one")}, {"table": descriptor("P_two")}, {"out_md": "### one"}, {"table": variables("a")},
        {"out_md": "### two"}, {"table": variables("b")}, {"out_md": "### three"}, {"table": variables("c")},
    ]  # fmt: skip
    reading = read_value({"title": "P", "file": "docs/p.md", "sections": sections})
    parents = {resource.name: resource.part_of for resource in reading.resources if resource.kind == "variable"}
    assert parents == {"a": ("uk/p_one",), "b": ("uk/p_two",)}
    assert [issue.code for issue in reading.issues] == ["dataset.missing"]


@pytest.mark.parametrize("value", [b"", b"{", [], 7, {"a": 1}, {"sections": []}, {NAME: ""}])
def test_what_describes_nothing_gives_an_issue(value: Any) -> None:
    reading = read_value(value)
    assert reading.resources == []
    assert reading.issues


@given(VALUES)
def test_reader_never_raises(value: Any) -> None:
    facts = value if isinstance(value, dict) else {"Keywords": value}
    for shape in (
        value,
        {**facts, NAME: "A_b"},
        {"sections": [{"table": value}, {"table": [["Dataset Descriptor"], value]}]},
    ):
        for resource in read_value(shape).resources:
            assert decode(encode(resource)) == resource


@pytest.mark.real
def test_real_pages(shared_data: Path) -> None:
    lines = (shared_data / "catalogues" / "ukllc_guidebook" / "datasets_parsed.jsonl").read_bytes().splitlines()
    found = {resource.id: resource for line in lines for resource in read_value(line).resources}
    assert sum(resource.kind == "study" for resource in found.values()) == 24
    datasets = [resource for resource in found.values() if resource.kind == "dataset"]
    assert len(datasets) == 427
    assert all(parent in found for resource in datasets for parent in resource.part_of)
    assert sum(bool(resource.dois) for resource in datasets) >= 420
    airwave = found["uk/airwave"]
    assert airwave.sizes == (Size(53000, "participants"),)
    assert airwave.ages[0].lower == 18


@pytest.mark.real
def test_real_descriptors(shared_data: Path) -> None:
    lines = (shared_data / "catalogues" / "ukllc_guidebook" / "dataset_descriptors.jsonl").read_bytes().splitlines()
    assert len(lines) == 427
    assert all(any(r.kind == "dataset" and r.titles for r in read_value(line).resources) for line in lines)
