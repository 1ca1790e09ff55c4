"""The sample catalogue is complete, readable and varied enough to show every feature."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reperio.record.files import fetch_files
from reperio.resource.fields import Resource
from reperio.resource.issues import Issue
from reperio.resource.read.registry import read_record
from reperio.source.load import load_sources
from reperio.source.model import Source

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = {
    "ada", "adruk", "cessda", "closer", "cls", "cohorts", "dans", "datagovuk", "gesis", "hdruk", "icpsr", "mhc", "ukds",
    "ukllc",
}  # fmt: skip
FILE_MAX, TOTAL_MAX = 400_000, 3_000_000


@pytest.fixture(scope="module")
def sample() -> Path:
    return Path(__file__).resolve().parents[2] / "sample"


@pytest.fixture(scope="module")
def sources(sample: Path) -> dict[str, Source]:
    return load_sources(sample / "sources")


@pytest.fixture(scope="module")
def readings(sources: dict[str, Source]) -> dict[str, tuple[list[Resource], list[Issue]]]:
    """Resources and issues of each source."""
    found: dict[str, tuple[list[Resource], list[Issue]]] = {}
    for key, source in sources.items():
        resources, issues = found.setdefault(key, ([], []))
        for record in fetch_files(source, now=NOW):
            reading = read_record(record, source)
            resources += reading.resources
            issues += reading.issues
    return found


@pytest.fixture(scope="module")
def resources(readings: dict[str, tuple[list[Resource], list[Issue]]]) -> list[Resource]:
    return [resource for found, _ in readings.values() for resource in found]


@pytest.fixture(scope="module")
def by_id(resources: list[Resource]) -> dict[str, Resource]:
    return {resource.id: resource for resource in resources}


def test_every_catalogue_is_declared(sources: dict[str, Source]) -> None:
    assert set(sources) == KEYS
    assert all(source.credit and source.description for source in sources.values())


def test_nothing_is_wrong_with_a_record(readings: dict[str, tuple[list[Resource], list[Issue]]]) -> None:
    faults = [(key, issue) for key, (_, issues) in readings.items() for issue in issues if issue.level != "info"]
    assert faults == []


def test_every_source_gives_what_it_expects(
    sources: dict[str, Source], readings: dict[str, tuple[list[Resource], list[Issue]]]
) -> None:
    for key, source in sources.items():
        records = {origin.record for resource in readings[key][0] for origin in resource.origins}
        assert source.expect.records_min is not None, key
        assert len(records) >= source.expect.records_min, key


def test_no_id_names_two_things(resources: list[Resource]) -> None:
    twice = {
        resource_id: count
        for resource_id, count in Counter(each.id for each in resources if each.kind == "variable").items()
        if count > 1
    }
    assert twice == {}


def test_there_are_enough_studies_and_variables(by_id: dict[str, Resource]) -> None:
    kinds = Counter(resource.kind for resource in by_id.values())
    assert kinds["study"] >= 55
    assert kinds["variable"] >= 1_500
    assert kinds["dataset"] >= 100


def test_variables_are_spread_over_many_studies(by_id: dict[str, Resource]) -> None:
    tops = {top_of(each, by_id) for each in by_id.values() if each.kind == "variable"}
    assert len(tops) >= 25


def test_every_variable_has_a_home_and_a_label(by_id: dict[str, Resource]) -> None:
    variables = [each for each in by_id.values() if each.kind == "variable"]
    assert [each.id for each in variables if not each.part_of or each.part_of[0] not in by_id] == []
    assert [each.id for each in variables if not each.titles or not each.name] == []


@pytest.mark.parametrize(
    ("resource_id", "uuid", "title"),
    [
        ("ukds/855318", "737aa5a75b96c25093f65ba075970ec7", "Qualitative Interviews with Drug Service Users"),
        ("ukds/the-relations-study-data-2021-2022", None, "The Relations Study Data, 2021-2022"),
    ],
)
def test_the_two_first_studies_are_there(
    by_id: dict[str, Resource], resource_id: str, uuid: str | None, title: str
) -> None:
    study = by_id[resource_id]
    assert study.title.startswith(title)
    assert uuid is None or study.uuid == uuid
    assert "qualitative" in study.study_designs
    assert study.spatial
    assert study.temporal


def test_the_interviews_have_their_facts(by_id: dict[str, Resource]) -> None:
    study = by_id["ukds/855318"]
    assert study.dois == ("10.5255/ukda-sn-855318",)
    assert (study.temporal[0].start, study.temporal[0].end) == ("2017-10-01", "2022-01-30")
    assert {agent.name for agent in study.funders} == {"ESRC", "SSA"}
    assert any(place.subdivision == "GB-ENG" for place in study.spatial)


def test_studies_are_in_several_catalogues_under_one_doi(by_id: dict[str, Resource]) -> None:
    holders: dict[str, set[str]] = {}
    for resource in by_id.values():
        for doi in resource.dois:
            holders.setdefault(doi, set()).add(resource.source)
    assert sum(len(keys) > 1 for keys in holders.values()) >= 5
    assert sum(len(keys) > 2 for keys in holders.values()) >= 1


def test_every_catalogue_entry_is_described(by_id: dict[str, Resource]) -> None:
    entries = [each for each in by_id.values() if each.kind == "study" or (each.kind == "dataset" and not each.part_of)]
    assert [each.id for each in entries if not each.titles] == []
    abstracts = [text.value for each in entries for text in each.abstracts]
    assert len(abstracts) >= 100
    assert [text for text in abstracts if len(text) < 40 or "lorem" in text.lower()] == []
    assert len(set(abstracts)) == len(abstracts), "each description is written for its record"


@pytest.mark.parametrize(
    ("field", "at_least"),
    [
        ("study_designs", 15), ("access", 4), ("sex", 2), ("instruments", 25), ("keywords", 150), ("publishers", 15),
        ("funders", 10), ("sizes", 20), ("ages", 10), ("temporal", 40), ("languages", 5), ("wave", 10),
    ],
)  # fmt: skip
def test_facets_have_values(by_id: dict[str, Resource], field: str, at_least: int) -> None:
    values = {str(value) for resource in by_id.values() for value in listed(getattr(resource, field))}
    assert len(values) >= at_least


def test_countries_are_many(by_id: dict[str, Resource]) -> None:
    assert len({place.country for resource in by_id.values() for place in resource.spatial if place.country}) >= 12


def test_languages_of_descriptions_are_several(by_id: dict[str, Resource]) -> None:
    langs = {text.lang for resource in by_id.values() for text in resource.abstracts if text.lang}
    assert {"en", "de", "fi", "fr", "nb"} <= langs


@pytest.mark.parametrize("level", ["open", "registered", "controlled", "closed"])
def test_every_level_of_access_is_shown(by_id: dict[str, Resource], level: str) -> None:
    assert any(resource.access == level for resource in by_id.values())


@pytest.mark.parametrize("sex", ["female", "male"])
def test_studies_of_one_sex_are_shown(by_id: dict[str, Resource], sex: str) -> None:
    assert any(resource.sex == sex for resource in by_id.values() if resource.kind == "study")


@pytest.mark.parametrize(
    "words",
    [
        "anxiety", "depression", "household income", "education", "smoking", "sleep", "loneliness", "housing", "SDQ",
        "WEMWBS", "GAD-7", "PHQ-9", "life satisfaction", "economic activity", "fruit", "physical activity", "memory",
        "confide", "politics", "country", "COVID-19",
    ],
)  # fmt: skip
def test_themes_have_variables(by_id: dict[str, Resource], words: str) -> None:
    texts = [
        " ".join([each.title, *(concept.label for concept in (*each.concepts, *each.topics))]).lower()
        for each in by_id.values()
        if each.kind == "variable"
    ]
    assert sum(words.lower() in text for text in texts) >= 1


def test_items_come_back_wave_after_wave(by_id: dict[str, Resource]) -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    for each in by_id.values():
        if each.kind == "variable":
            seen.setdefault((top_of(each, by_id), each.title), set()).add(each.part_of[0])
    assert sum(len(homes) >= 3 for homes in seen.values()) >= 50


def test_files_are_small(sample: Path) -> None:
    files = [path for path in sample.rglob("*") if path.is_file()]
    assert len(files) >= 100
    assert [path.name for path in files if path.stat().st_size > FILE_MAX] == []
    assert sum(path.stat().st_size for path in files) < TOTAL_MAX


def top_of(resource: Resource, by_id: dict[str, Resource]) -> str:
    """Id of the study at the top of a resource, series apart."""
    while resource.part_of and resource.part_of[0] in by_id and by_id[resource.part_of[0]].kind != "series":
        resource = by_id[resource.part_of[0]]
    return resource.id


def listed(value: object) -> tuple[object, ...]:
    """A value as a tuple; nothing for None."""
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)
