"""The original product's shape, without its stand-ins for the unknown."""

from __future__ import annotations

import json

from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Category, Concept, Text
from reperio.resource.write.original import Around, dataset_schema, extra_data, variable_measured
from reperio.text.ages import AgeRange
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier
from reperio.text.licences import Licence
from reperio.text.places import Place
from reperio.text.sizes import Size

FULL = Resource(
    id="ukds/855318",
    kind="dataset",
    source="ukds",
    identifiers=(Identifier("doi", "10.5255/ukda-sn-855318"),),
    urls=("https://example.org/855318", "nonsense"),
    titles=(Text("Work and sleep"),),
    abstracts=(Text("About sleep."),),
    keywords=(Concept("sleep"),),
    topics=(Concept("Health"),),
    languages=("en",),
    publishers=(Agent("UK Data Service", "Organization", url="https://example.org/"),),
    funders=(Agent("ESRC"),),
    temporal=(Period("2017", "2019"), Period("2020-03", "2022-01-31")),
    spatial=(Place("England", "GB", "GB-ENG"), Place("Scotland", "GB", "GB-SCT")),
    ages=(AgeRange(16, 18), AgeRange(21, 24.5)),
    sex="female",
    sizes=(Size(1200, "participants"),),
    study_designs=("longitudinal",),
    genetic_data=False,
    waves=3,
    licences=(Licence("CC BY 4.0", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),),
    access_notes=(Text("Register first."),),
)
ASKED = Resource(
    id="ukds/855318/v1", kind="variable", source="ukds", name="slp1", titles=(Text("Hours slept"),),
    question=(Text("How long did you sleep?"),), categories=(Category("Long"), Category("Short")),
)  # fmt: skip
AROUND = Around(
    slug="work-and-sleep",
    sources=("ukds", "b"),
    catalogues=(("UK Data Service", ""),),
    variables=((ASKED, ""),),
    variables_total=7,
)


def test_extra_data_of_a_full_record() -> None:
    found = extra_data(FULL, AROUND)
    assert json.loads(json.dumps(found)) == found
    assert found["uuid"] == "737aa5a75b96c25093f65ba075970ec7"
    assert found["harmony_id"] == "ukds/855318"
    assert found["resource_type"] == "dataset"
    assert found["slug"] == "work-and-sleep"
    assert found["source"] == ["ukds", "b"]
    assert (found["start_year"], found["end_year"], found["duration_years"]) == (2017, 2022, 5)
    assert found["country_codes"] == ["GB"]
    assert found["geographic_coverage"] == "England, Scotland"
    assert found["language_codes"] == ["en"]
    assert (found["sex"], found["age_lower"], found["age_upper"]) == ("female", 16, 24.5)
    assert (found["sample_size"], found["num_sweeps"], found["num_variables"]) == (1200, 3, 7)
    assert found["genetic_data_collected"] is False
    assert found["dois"] == ["https://doi.org/10.5255/ukda-sn-855318"]
    assert found["urls"] == ["https://example.org/855318"]
    assert found["data_access"] == "Register first."
    assert found["study_design"] == ["longitudinal"]


def test_what_is_unknown_is_absent() -> None:
    found = extra_data(Resource(id="a/1", kind="study", source="a"), Around(slug="a-1"))
    absent = {
        "age_lower", "age_upper", "sample_size", "num_sweeps", "sex", "genetic_data_collected", "start_year", "end_year",
        "duration_years",
    }  # fmt: skip
    assert not absent & found.keys()
    assert found["country_codes"] == found["language_codes"] == found["study_design"] == found["dois"] == []
    assert found["num_variables"] is None
    assert found["source"] == ["a"]


def test_open_ends_stay_open() -> None:
    going_on = Resource(
        id="a/1", kind="study", source="a", temporal=(Period("1999", None, ongoing=True), Period("1999", "2003")),
        ages=(AgeRange(18, None), AgeRange(16, 20)),
    )  # fmt: skip
    found = extra_data(going_on, Around(slug="x"))
    assert found["start_year"] == 1999
    assert found["age_lower"] == 16
    assert not {"end_year", "duration_years", "age_upper"} & found.keys()


def test_dataset_schema() -> None:
    found = dataset_schema(FULL, AROUND)
    assert json.loads(json.dumps(found)) == found
    assert found["@type"] == "Dataset"
    assert found["keywords"] == ["sleep", "Health"]
    assert found["identifier"] == ["https://doi.org/10.5255/ukda-sn-855318"]
    assert found["temporalCoverage"] == "2017/2019, 2020-03/2022-01-31"
    assert found["size"] == "1200"
    assert found["publisher"] == [{"@type": "Organization", "name": "UK Data Service", "url": "https://example.org/"}]
    assert found["sponsor"] == found["funder"] == [{"@type": "Organization", "name": "ESRC"}]
    assert found["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert found["includedInDataCatalog"] == [{"@type": "DataCatalog", "name": "UK Data Service"}]
    assert found["number_of_variables"] == 7
    assert found["variableMeasured"] == [variable_measured(ASKED)]


def test_variables_are_named_and_described() -> None:
    assert variable_measured(ASKED, "https://example.org/v") == {
        "name": "slp1", "description": "How long did you sleep?", "uuid": ASKED.uuid, "question": "How long did you sleep?",
        "options": ["Long", "Short"], "response_options": ["Long", "Short"], "url": ["https://example.org/v"],
    }  # fmt: skip
    nameless = Resource(id="a/v", kind="variable", source="a", question=(Text("How are you?"),))
    assert variable_measured(nameless) == {"name": "How are you?", "uuid": nameless.uuid, "question": "How are you?"}
    found = extra_data(ASKED, Around(slug=ASKED.uuid))
    assert found["question"] == "How long did you sleep?"
    assert found["response_options"] == ["Long", "Short"]
