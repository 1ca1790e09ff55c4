"""What a study gathers of the ages and instruments below it."""

from __future__ import annotations

from reperio.corpus.model import Item
from reperio.index.compose import Below, compose
from reperio.index.stated import facets_of, span
from reperio.resource.fields import Resource
from reperio.resource.model import Concept
from reperio.text.ages import AgeRange
from reperio.text.dates import read_periods


def dataset(*ages: AgeRange, instruments: tuple[str, ...] = ()) -> Resource:
    return Resource(id="s/d", kind="dataset", source="s", ages=ages, instruments=instruments)


def test_a_study_gathers_the_ages_of_its_sweeps() -> None:
    below = Below()
    for age in (7, 11, 42):
        below.take_dataset(dataset(AgeRange(age, age)))
    assert below.ranges["age"] == (7, 42)


def test_an_open_end_of_ages_stays_open() -> None:
    assert span((10.0, 15.0), (16.0, None)) == (10.0, None)
    assert span((None, 4.0), (3.0, 10.0)) == (None, 10.0)


def test_a_version_counts_as_its_instrument_too() -> None:
    named = facets_of(dataset(instruments=("General Health Questionnaire (GHQ-12)",)))["instrument"]
    assert named == ("General Health Questionnaire (GHQ-12)", "General Health Questionnaire (GHQ)")


def test_sentences_on_sampling_are_no_terms_of_a_facet() -> None:
    term = Concept("Probability: Stratified", "SamplingProcedure", None, "Probability.Stratified", "en")
    told = Concept("A sample of addresses was drawn from the postcode file in two stages by region and size")
    resource = Resource(id="s/d", kind="study", source="s", sampling=(term, told, Concept("Snowball")))
    assert facets_of(resource)["sampling"] == ("Probability: Stratified", "Snowball")


def item_of(resource: Resource) -> Item:
    return Item(slug="s", resource=resource, members=(resource.id,), sources=("s",))


def study(**values: object) -> Resource:
    return Resource(id="s/s", kind="study", source="s", **values)  # type: ignore[arg-type]


def test_ages_at_recruitment_do_not_hide_those_of_the_sweeps() -> None:
    below = Below()
    below.take_dataset(dataset(AgeRange(10, 10)))
    below.take_dataset(dataset(AgeRange(16, 16)))
    document = compose(item_of(study(ages=(AgeRange(0, 0),))), (), below)
    assert document.ranges["age"] == (0, 16)


def test_what_goes_on_is_not_ended_by_its_sweeps() -> None:
    below = Below()
    below.ranges["year"] = (1969.0, 2013.0)
    [going_on] = read_periods("1958/..")
    assert going_on.ongoing
    assert compose(item_of(study(temporal=(going_on,))), (), below).ranges["year"] == (1958, None)
    [ended] = read_periods("1958/1991")
    assert compose(item_of(study(temporal=(ended,))), (), below).ranges["year"] == (1958, 2013)
