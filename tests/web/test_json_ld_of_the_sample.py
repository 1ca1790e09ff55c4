"""JSON-LD of every item of the sample, held against the schema.org vocabulary and what Google asks of datasets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from homes import WordsEncoder, read_home, sample_home, workshop
from reperio.web.app import create_app

__all__ = ["read_home", "sample_home"]
VOCABULARY: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("schema_org.json").read_text(encoding="utf-8")
)
DATA_TYPES = {"Text", "URL", "Date", "DateTime", "Number", "Integer", "Boolean"}
AGENTS = {"creator", "publisher", "funder", "contributor", "copyrightHolder"}
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T[\d:.+Z-]+)?)?)?")
INTERVAL = re.compile(r"(\d{4}(-\d\d(-\d\d)?)?|\.\.)(/(\d{4}(-\d\d(-\d\d)?)?|\.\.))?")
VARIABLES = 60


@cache
def _line(kind: str) -> frozenset[str]:
    above = VOCABULARY[kind]["extends"] if kind in VOCABULARY else []
    return frozenset({kind}).union(*map(_line, above))


@cache
def _ranges(kind: str) -> dict[str, frozenset[str]]:
    held: dict[str, frozenset[str]] = {}
    for one in _line(kind):
        held |= {name: frozenset(kinds) for name, kinds in VOCABULARY[one]["properties"].items()}
    return held


def faults_of(node: dict[str, Any], where: str = "") -> Iterator[str]:
    """What the vocabulary knows nothing of: types, properties of a type, types of a value."""
    kind = node.get("@type")
    if kind is None and where.rpartition("/")[2] in AGENTS and node.keys() <= {"name", "url", "sameAs"}:
        return  # the source does not say whether it is a person or an organisation
    if kind not in VOCABULARY:
        yield f"{where}: no such type {kind!r}"
        return
    outdated = {name for one in _line(kind) for name in VOCABULARY[one]["deprecated"]}
    for name, held in node.items():
        if name.startswith("@"):
            continue
        if name not in _ranges(kind):
            yield f"{where}: {kind} has no property {name}"
        elif name in outdated:
            yield f"{where}: {name} is deprecated"
        else:
            for value in held if isinstance(held, list) else [held]:
                yield from _value_faults(value, _ranges(kind)[name], f"{where}/{name}")


def _value_faults(value: Any, ranges: frozenset[str], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("@type") in VOCABULARY and not _line(value["@type"]) & ranges:
            yield f"{where}: a {value['@type']} is none of {sorted(ranges)}"
        yield from faults_of(value, where)
    elif value is None or value == "":
        yield f"{where}: empty"
    elif isinstance(value, bool):
        if "Boolean" not in ranges:
            yield f"{where}: {value} is no {sorted(ranges)}"
    elif isinstance(value, int | float):
        if not ranges & {"Number", "Integer", "Text"}:
            yield f"{where}: {value} is no {sorted(ranges)}"
    elif not ranges & DATA_TYPES and not value.startswith("http"):
        yield f"{where}: a text is none of {sorted(ranges)}"
    elif ranges & {"Date", "DateTime"} and not ranges & {"Text", "URL"} and not DATE.fullmatch(value):
        yield f"{where}: {value!r} is no date"
    elif "URL" in ranges and "Text" not in ranges and not value.startswith(("http://", "https://")):
        yield f"{where}: {value!r} is no address"


@pytest.fixture(scope="module")
def client(sample_home: Path) -> TestClient:
    made = workshop(sample_home, WordsEncoder())
    settings = made.settings.model_copy(update={"public_url": "https://find.example.org"})
    return TestClient(create_app(settings, made.service()), base_url="https://find.example.org")


@pytest.fixture(scope="module")
def resources(client: TestClient) -> dict[str, dict[str, Any]]:
    """Every study and dataset as the API tells it, by slug."""
    return {one["slug"]: one["resource"] for kind in ("study", "dataset") for one in _items(client, kind)}


@pytest.fixture(scope="module")
def datasets(client: TestClient, resources: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """JSON-LD of every study and dataset, by slug."""
    return {slug: client.get(f"/api/v1/items/{slug}/json-ld").json() for slug in resources}


@pytest.fixture(scope="module")
def measures(client: TestClient) -> dict[str, dict[str, Any]]:
    """JSON-LD of variables, by slug."""
    slugs = [one["slug"] for one in _items(client, "variable")][:VARIABLES]
    return {slug: client.get(f"/api/v1/items/{slug}/json-ld").json() for slug in slugs}


def _items(client: TestClient, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(1, 2 if kind == "variable" else 10):
        answer = client.get(f"/api/v1/search?resource_type={kind}&size=100&page={page}&sort=title").json()
        found += [one["item"] for one in answer["results"]]
    return found


def test_the_vocabulary_is_here_and_tells_right_from_wrong() -> None:
    assert {"CreativeWork", "Thing"} <= _line("Dataset")
    assert list(faults_of({"@type": "Dataset", "name": "A", "distribution": [{"@type": "DataDownload"}]})) == []
    wrong = {
        "@type": "Dataset", "nmae": "A", "distribution": {"@type": "Person"}, "license": "CC BY", "catalog": "x",
        "isAccessibleForFree": "yes, free", "dateModified": "last year", "creator": {"@type": "Archive"}, "url": "",
    }  # fmt: skip
    assert len(list(faults_of(wrong))) >= 7


def test_every_study_and_dataset_speaks_the_vocabulary(datasets: dict[str, dict[str, Any]]) -> None:
    assert len(datasets) > 200
    faults = [f"{slug}{fault}" for slug, node in datasets.items() for fault in faults_of(node)]
    assert sorted({re.sub("^[^/:]*", "", one) for one in faults}) == []


def test_variables_speak_the_vocabulary(measures: dict[str, dict[str, Any]]) -> None:
    assert len(measures) == VARIABLES
    faults = [f"{slug}{fault}" for slug, node in measures.items() for fault in faults_of(node)]
    assert sorted({re.sub("^[^/:]*", "", one) for one in faults}) == []


def test_every_study_and_dataset_has_what_google_requires(datasets: dict[str, dict[str, Any]]) -> None:
    for slug, node in datasets.items():
        assert node["@context"] == "https://schema.org/", slug
        assert node["@type"] == "Dataset", slug
        assert node["name"].strip(), slug
        assert 50 <= len(node["description"]) <= 5000, slug


def test_what_google_recommends_is_well_formed(datasets: dict[str, dict[str, Any]]) -> None:
    def listed(node: dict[str, Any], name: str) -> list[Any]:
        held = node.get(name, [])
        return held if isinstance(held, list) else [held]

    for slug, node in datasets.items():
        assert node["url"].startswith("https://find.example.org/search/"), slug
        assert all(re.match(r"https?://", one) for one in listed(node, "sameAs") + listed(node, "license")), slug
        assert all(one["contentUrl"].startswith("http") for one in listed(node, "distribution")), slug
        assert all(one.get("name") for one in listed(node, "creator") + listed(node, "funder")), slug
        kinds = {one.get("@type") for one in listed(node, "creator")}
        assert kinds <= {"Person", "Organization", None}, slug  # a source need not say which of the two
        assert all(INTERVAL.fullmatch(one) for one in listed(node, "temporalCoverage")), slug
        assert all(one["@type"] == "Place" and one["name"] for one in listed(node, "spatialCoverage")), slug
        assert all(one["name"] for one in listed(node, "includedInDataCatalog")), slug
        assert all(one["propertyID"] and one["value"] for one in listed(node, "identifier")), slug
        assert node.get("isAccessibleForFree") in {None, True}, slug


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("identifier", "identifiers"), ("creator", "creators"), ("publisher", "publishers"), ("funder", "funders"),
        ("keywords", "keywords"), ("temporalCoverage", "temporal"), ("spatialCoverage", "spatial"),
        ("inLanguage", "languages"), ("citation", "publications"),
    ],
)  # fmt: skip
def test_what_a_source_states_is_told(
    datasets: dict[str, dict[str, Any]], resources: dict[str, dict[str, Any]], name: str, stated: str
) -> None:
    stating = [slug for slug, resource in resources.items() if resource.get(stated)]
    assert stating, f"no item of the sample states {stated}"
    assert [slug for slug in stating if name not in datasets[slug]] == []


def test_every_item_names_its_catalogues_and_some_their_variables(datasets: dict[str, dict[str, Any]]) -> None:
    assert all(node["includedInDataCatalog"] for node in datasets.values())
    assert sum("variableMeasured" in node for node in datasets.values()) >= 10
