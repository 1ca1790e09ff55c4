"""What a study gathers of the ages and instruments below it."""

from __future__ import annotations

from reperio.index.compose import Below, facets_of, span
from reperio.resource.fields import Resource
from reperio.resource.model import Concept
from reperio.text.ages import AgeRange


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
