"""JSON-LD is complete, valid, and never holds anything empty or invented."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Category, Concept, Distribution, Origin, Publication, Text
from reperio.resource.write.json_ld import Named, Surroundings, dataset_json_ld, variable_json_ld
from reperio.resource.write.plain import filled, is_web
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier
from reperio.text.licences import Licence
from reperio.text.places import Place

FULL = Resource(
    id="ukds/855318",
    kind="dataset",
    source="ukds",
    identifiers=(Identifier("doi", "10.5255/ukda-sn-855318"), Identifier("accession", "SN 855318")),
    urls=("https://example.org/855318", "javascript:alert(1)", ""),
    version="2",
    date_published="2022-05-01",
    titles=(Text("Work and sleep", "en"), Text("Arbeit und Schlaf", "de")),
    alternate_titles=(Text("WAS"),),
    abstracts=(Text("How people who work in shifts sleep, asked every year for five years.", "en"),),
    keywords=(Concept("sleep"), Concept("shift work"), Concept("sleep", vocabulary="elsst")),
    topics=(Concept("Health", vocabulary="CESSDA", uri="https://example.org/topic/health", code="8"),),
    languages=("en",),
    publications=(Publication("Doe (2020). On sleep.", doi="10.1000/sleep"),),
    creators=(
        Agent("Doe, Jane", "Person", (Identifier("orcid", "0000-0002-1825-0097"),), affiliation="University of Essex"),
        Agent("University of Essex", "Organization", (Identifier("ror", "02nkf1q06"),)),
    ),
    publishers=(Agent("UK Data Service", "Organization", url="https://example.org/"),),
    funders=(Agent("ESRC"),),
    temporal=(Period("2017", "2022"), Period("2023", None, ongoing=True)),
    spatial=(Place("England", "GB", "GB-ENG"), Place("Atlantis")),
    study_designs=("longitudinal",),
    collection_modes=(Concept("Telephone interview"),),
    access="registered",
    access_notes=(Text("Register first."),),
    licences=(Licence("CC BY 4.0", "CC-BY-4.0"), Licence("House rules")),
    distributions=(
        Distribution("Data", "https://example.org/data.zip", "application/zip", 12),
        Distribution("On paper"),
    ),
    citation="Doe, J. (2022). Work and sleep.",
    origins=(
        Origin("ukds", "855318", "ddi_codebook", "2024-01-01", "https://example.org/oai?verb=GetRecord"),
        Origin("other", "1", "schema_org", "2024-01-01", "https://example.com/record/1"),
    ),
)
SLEPT = Resource(
    id="ukds/855318/v1", kind="variable", source="ukds", name="slp1", titles=(Text("Hours slept"),),
    question=(Text("How many hours did you sleep last night?"),), measurement_unit="hours",
    categories=(Category("Refused", "-1", missing=True),), statistics={"min": 0.0, "max": 14.0},
)  # fmt: skip
AROUND = Surroundings(
    url="https://reperio.example/search/items/work-and-sleep",
    catalogues=(Named("UK Data Service", "https://example.org/"),),
    part_of=(Named("Sleep studies", "https://reperio.example/search/studies/sleep-studies"),),
    parts=(Named("Wave 1", "not an address"),),
    variables=((SLEPT, "https://reperio.example/search/items/0a"),),
)


def empties(value: Any) -> list[Any]:
    """Whatever is empty inside a value."""
    if isinstance(value, dict):
        return [found for held in value.values() for found in empties(held)] if value else [value]
    if isinstance(value, list):
        return [found for held in value for found in empties(held)] if value else [value]
    return [value] if value is None or value == "" else []


def test_everything_known_is_written() -> None:
    made = dataset_json_ld(FULL, AROUND)
    assert made["@context"] == "https://schema.org/"
    assert made["@type"] == "Dataset"
    assert made["name"] == "Work and sleep"
    assert made["alternateName"] == ["Arbeit und Schlaf", "WAS"]
    assert made["description"] == FULL.abstract
    assert made["url"] == AROUND.url
    assert made["sameAs"] == [
        "https://doi.org/10.5255/ukda-sn-855318",
        "https://example.org/855318",
        "https://example.com/record/1",
    ]
    assert made["identifier"][0] == {
        "@type": "PropertyValue", "propertyID": "DOI", "value": "10.5255/ukda-sn-855318",
        "url": "https://doi.org/10.5255/ukda-sn-855318",
    }  # fmt: skip
    assert made["identifier"][1] == {"@type": "PropertyValue", "propertyID": "ACCESSION", "value": "SN 855318"}
    assert made["keywords"] == ["sleep", "shift work", "Health"]
    assert made["about"] == [
        {
            "@type": "DefinedTerm",
            "name": "Health",
            "termCode": "8",
            "inDefinedTermSet": {"@type": "DefinedTermSet", "name": "CESSDA"},
            "url": "https://example.org/topic/health",
        }
    ]
    assert made["creator"] == [
        {
            "@type": "Person", "name": "Doe, Jane", "sameAs": ["https://orcid.org/0000-0002-1825-0097"],
            "affiliation": {"@type": "Organization", "name": "University of Essex"},
        },
        {"@type": "Organization", "name": "University of Essex", "sameAs": ["https://ror.org/02nkf1q06"]},
    ]  # fmt: skip
    assert made["funder"] == [{"name": "ESRC"}]
    assert made["temporalCoverage"] == ["2017/2022", "2023/.."]
    assert made["spatialCoverage"] == [
        {"@type": "Place", "name": "England", "address": {"@type": "PostalAddress", "addressCountry": "GB"}},
        {"@type": "Place", "name": "Atlantis"},
    ]
    assert made["measurementTechnique"] == ["longitudinal", "Telephone interview"]
    assert made["license"] == ["https://spdx.org/licenses/CC-BY-4.0"]
    assert made["conditionsOfAccess"] == "Access after registration. Register first."
    assert "isAccessibleForFree" not in made
    assert made["distribution"] == [
        {
            "@type": "DataDownload", "name": "Data", "contentUrl": "https://example.org/data.zip",
            "encodingFormat": "application/zip", "contentSize": "12 B",
        }
    ]  # fmt: skip
    assert made["citation"] == [
        {"@type": "CreativeWork", "name": "Doe (2020). On sleep.", "url": "https://doi.org/10.1000/sleep"}
    ]
    assert made["hasPart"] == [{"@type": "Dataset", "name": "Wave 1"}]
    assert made["isPartOf"][0]["name"] == "Sleep studies"
    assert made["includedInDataCatalog"] == [
        {"@type": "DataCatalog", "name": "UK Data Service", "url": "https://example.org/"}
    ]
    assert made["inLanguage"] == ["en"]
    assert made["version"] == "2"
    [variable] = made["variableMeasured"]
    assert variable == {
        "@type": "PropertyValue", "name": "Hours slept", "alternateName": "slp1", "propertyID": "ukds/855318/v1",
        "description": "How many hours did you sleep last night?", "url": "https://reperio.example/search/items/0a",
        "unitText": "hours", "minValue": 0.0, "maxValue": 14.0,
        "valueReference": [{"@type": "DefinedTerm", "name": "Refused", "termCode": "-1"}],
    }  # fmt: skip


def test_only_open_access_is_free() -> None:
    for access, free in (("open", True), ("registered", None), ("controlled", None), ("closed", None), (None, None)):
        made = dataset_json_ld(Resource(id="a/1", kind="study", source="a", access=access))  # type: ignore[arg-type]
        assert made.get("isAccessibleForFree") is free


def test_descriptions_keep_their_bounds() -> None:
    long = Resource(id="a/1", kind="study", source="a", abstracts=(Text("A sentence about it. " * 1000),))
    made = dataset_json_ld(long)["description"]
    assert 2500 < len(made) <= 5000
    assert made.endswith(".")
    bare = Resource(id="a/1", kind="study", source="a")
    assert 50 <= len(dataset_json_ld(bare)["description"]) < 200
    short = Resource(
        id="a/1",
        kind="study",
        source="a",
        titles=(Text("Sleep"),),
        abstracts=(Text("Sleep."),),
        spatial=(Place("Peru"),),
    )
    assert dataset_json_ld(short)["description"].startswith("Sleep. Study: Sleep. Places: Peru.")


def test_a_series_says_so() -> None:
    made = dataset_json_ld(Resource(id="a/1", kind="series", source="a"))
    assert made["additionalType"].endswith("DatasetSeries")


def test_a_variable_names_what_measures_it() -> None:
    made = variable_json_ld(SLEPT, Surroundings(url="https://x.example/v", part_of=(Named("Work and sleep"),)))
    assert made["@type"] == "PropertyValue"
    assert made["subjectOf"] == [{"@type": "Dataset", "name": "Work and sleep"}]
    assert made["url"] == "https://x.example/v"


anything = st.text(max_size=40) | st.sampled_from(
    ["</script>", "\0", "https://", "http://[", "javascript:x", "https://a b"]
)
maybe = st.none() | anything
some_agents = st.builds(
    Agent, anything, st.sampled_from([None, "Person", "Organization"]), affiliation=maybe, url=maybe
)
agents = st.lists(some_agents, max_size=2).map(tuple)
hostile = st.builds(
    Resource,
    id=anything.map("a/{}".format), kind=st.sampled_from(["series", "study", "dataset", "variable"]), source=st.just("a"),
    titles=st.lists(st.builds(Text, anything), max_size=2).map(tuple),
    abstracts=st.lists(st.builds(Text, anything), max_size=2).map(tuple),
    keywords=st.lists(st.builds(Concept, anything), max_size=2).map(tuple),
    topics=st.lists(st.builds(Concept, anything, anything, anything), max_size=2).map(tuple),
    urls=st.lists(anything, max_size=2).map(tuple), creators=agents, publishers=agents, version=st.none() | anything,
    identifiers=st.lists(st.builds(Identifier, st.sampled_from(["doi", "url", "urn", "accession"]), anything), max_size=2).map(tuple),
    licences=st.lists(st.builds(Licence, anything, st.none(), st.none() | anything), max_size=2).map(tuple),
    distributions=st.lists(st.builds(Distribution, anything, st.none() | anything), max_size=2).map(tuple),
    name=st.none() | anything, image=st.none() | anything, date_published=st.none() | anything,
    access_notes=st.lists(st.builds(Text, anything), max_size=2).map(tuple),
)  # fmt: skip


def _urls(value: Any, name: str = "") -> list[str]:
    if isinstance(value, dict):
        return [url for key, held in value.items() for url in _urls(held, key)]
    if isinstance(value, list):
        return [url for held in value for url in _urls(held, name)]
    return [value] if name in {"url", "sameAs", "license", "contentUrl", "image", "@id"} else []


@given(hostile, anything)
def test_whatever_it_is_the_markup_is_whole(resource: Resource, url: str) -> None:
    around = Surroundings(url=url, catalogues=(Named(url, url),), variables=((resource, url),))
    for made in (dataset_json_ld(resource, around), variable_json_ld(resource, around)):
        assert json.loads(json.dumps(made, allow_nan=False)) == made
        assert empties(made) == []
        assert all(map(is_web, _urls(made)))
    assert 50 <= len(dataset_json_ld(resource, around)["description"]) <= 5000


def test_nothing_but_a_type_is_nothing() -> None:
    assert filled({"@type": "Place", "name": ""}) == {}
    assert filled([{"@type": "Place", "name": None}, 0, False, ""]) == [0, False]
