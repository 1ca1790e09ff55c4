from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.errors import QueryError
from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS, Chosen, Query, Span
from reperio.query.url import SCOPES, SORTS, from_params, to_params

words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
chosen = st.builds(
    lambda facet, values, unknown: Chosen(facet, tuple(sorted(values)), unknown or not values),
    st.sampled_from(sorted(KEYWORD_FILTERS)),
    st.sets(words, max_size=3),
    st.booleans(),
)
numbers = st.integers(0, 10**6).map(float)
spans = st.builds(
    lambda facet, ends, unknown: Span(facet, min(ends), max(ends), unknown),
    st.sampled_from(sorted(RANGE_FILTERS)),
    st.tuples(numbers, numbers),
    st.booleans(),
)
queries = st.builds(
    Query,
    text=st.lists(words, max_size=4).map(" ".join),
    plain=st.sets(words.map(lambda word: " ".join(word.casefold().split())).filter(bool), max_size=3).map(
        lambda some: tuple(sorted(some))
    ),
    scope=st.sampled_from(SCOPES),
    chosen=st.lists(chosen, max_size=3, unique_by=lambda one: one.facet).map(lambda many: tuple(sorted(many))),
    spans=st.lists(spans, max_size=2, unique_by=lambda one: one.facet).map(
        lambda many: tuple(sorted(many, key=lambda one: one.facet))
    ),
    like=st.sampled_from(["", "737aa5a75b96c25093f65ba075970ec7"]),
    sort=st.sampled_from(SORTS),
    page=st.integers(1, 50),
    size=st.integers(1, 100),
    meaning=st.booleans(),
)


@given(queries)
def test_a_query_and_its_url_are_one(query: Query) -> None:
    assert from_params(to_params(query)) == query


def test_the_default_query_has_no_parameters() -> None:
    assert to_params(Query()) == []


def test_links_of_the_original_product_keep_working() -> None:
    query = from_params(
        [("query", "i feel sad"), ("topics", "Anxiety"), ("topics", "Sleep"), ("instruments", "GHQ-12")]
    )
    assert query.text == "i feel sad"
    assert query.chosen == (
        Chosen("instrument", ("General Health Questionnaire (GHQ-12)",)),
        Chosen("topic", ("Anxiety", "Sleep")),
    )


@pytest.mark.parametrize("spelling", ["SDQ", "Strengths & Difficulties Questionnaire", "sdq"])
def test_an_instrument_may_be_asked_for_in_any_spelling(spelling: str) -> None:
    (chosen,) = from_params([("instrument", spelling), ("instruments", "SDQ")]).chosen
    assert chosen.values == ("Strengths and Difficulties Questionnaire (SDQ)",)


def test_an_instrument_of_no_register_stays_as_it_is_asked_for() -> None:
    (chosen,) = from_params([("instrument", "Our own scale of 1931")]).chosen
    assert chosen.values == ("Our own scale of 1931",)


def test_start_year_and_end_year_are_the_ends_of_one_range() -> None:
    assert from_params([("start_year", "1990"), ("end_year", "2000")]).spans == (Span("year", 1990, 2000),)


def test_a_reversed_range_is_turned_round() -> None:
    assert from_params([("age_min", "16"), ("age_max", "10")]).spans == (Span("age", 10, 16),)


def test_foreign_parameters_are_left_aside() -> None:
    assert from_params([("utm_source", "x"), ("alpha", "0.5")]) == Query()


@pytest.mark.parametrize(
    ("name", "value"),
    [("page", "0"), ("page", "abc"), ("page", "-1"), ("size", "1000"), ("sort", "random"), ("year_min", "nan"),
     ("resource_type", "person"), ("page", "9" * 30)],
)  # fmt: skip
def test_values_that_cannot_be_are_refused_with_a_hint(name: str, value: str) -> None:
    with pytest.raises(QueryError) as caught:
        from_params([(name, value)])
    assert name in caught.value.detail
    assert caught.value.hint


def test_too_many_values_are_refused() -> None:
    with pytest.raises(QueryError):
        from_params([("topics", f"t{number}") for number in range(300)])
