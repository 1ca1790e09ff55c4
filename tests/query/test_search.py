"""Search from end to end over the sample catalogue: totals, pages, facets, scopes, reasons."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reperio.errors import NotFoundError, QueryError
from reperio.index.facets import bucket_edges
from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS, Chosen, Query, Result, Scope, SortName, Span
from reperio.query.service import SearchService
from reperio.query.url import SCOPES, SORTS

QUICK = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

WORDS = [
    "anxiety",
    "depression",
    "income",
    "sleep",
    "cohort",
    "twins",
    "smoking",
    "alcohol",
    "school",
    "parents",
    "wellbeing",
    "loneliness",
    "work",
    "health",
    "children",
    "mother",
    "diet",
    "cancer",
    "housing",
    "crime",
    "trust",
    "politics",
    "pregnancy",
    "memory",
    "the",
    "of",
    "in",
    "survey",
    "2010",
    "GHQ-12",
    "SDQ",
    "Deutschland",
    "Gesundheit",
    "father's",
    "covid-19",
    "zzzz",
    "anxeity",
    "depresion",
]
texts = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=0, max_size=4).map(" ".join),
    st.sampled_from(['"mental health"', "title:health", "anxiety -children", "smok*", "income OR poverty", "-health"]),
)
scopes = st.sampled_from(SCOPES)
TEXTS = ("", "health", "mental health children", "income", '"household income" -school', "zzzz")
FILTERED = Query(
    text="health", chosen=(Chosen("country", ("GB",)), Chosen("study_design", ("Cohort study",), unknown=True)),
    spans=(Span("year", 1990, 2015),),
)  # fmt: skip


def every(service: SearchService, query: Query, size: int = 100) -> list[Result]:
    """Every result of a query, page by page."""
    found: list[Result] = []
    for page in range(1, 100):
        answer = service.search(msgspec.structs.replace(query, page=page, size=size))
        found += answer.results
        if not answer.results:
            return found
    raise AssertionError("more pages than the sample can have")


def total(service: SearchService, query: Query) -> int:
    return service.search(msgspec.structs.replace(query, size=1)).total


# -- totals and pages ------------------------------------------------------------------------------------------------


@QUICK
@given(text=texts, scope=scopes, sort=st.sampled_from(SORTS), size=st.sampled_from([20, 61]))
def test_pages_are_disjoint_complete_and_stable(
    service: SearchService, text: str, scope: Scope, sort: SortName, size: int
) -> None:
    if scope == "variable" and text in {"", "-health"}:
        text = "health"  # thousands would only take longer
    query = Query(text=text, scope=scope, sort=sort)
    found = [result.item.id for result in every(service, query, size)]
    assert len(found) == len(set(found)) == total(service, query)
    again = [result.item.id for result in every(service, query, 100)]
    assert found == again


@QUICK
@given(text=texts, scope=scopes)
def test_every_order_lists_the_same(service: SearchService, text: str, scope: Scope) -> None:
    totals = {total(service, Query(text=text, scope=scope, sort=sort)) for sort in SORTS}
    assert len(totals) == 1


def test_orders_are_what_they_say(service: SearchService) -> None:
    by_title = [result.item.resource.title.casefold() for result in every(service, Query(sort="title"))]
    assert len(by_title) > 50
    latin = [title for title in by_title if title.isascii() and title[0].isalnum()]
    assert latin == sorted(latin)
    sizes = [result.item.resource.sample_size for result in every(service, Query(sort="size"))]
    known = [size for size in sizes if size is not None]
    assert known == sorted(known, reverse=True)
    assert sizes[: len(known)] == known, "what is unknown comes last"


def test_after_the_last_page_there_is_nothing(service: SearchService) -> None:
    answer = service.search(Query(text="health", page=900))
    assert answer.results == ()
    assert answer.total == total(service, Query(text="health")) > 0


# -- scopes ----------------------------------------------------------------------------------------------------------


@QUICK
@given(text=texts, scope=scopes)
def test_counts_of_scopes_are_their_totals(service: SearchService, text: str, scope: Scope) -> None:
    answer = service.search(Query(text=text, scope=scope, size=1))
    for other in SCOPES:
        assert answer.scopes[other] == total(service, Query(text=text, scope=other))


def test_a_scope_lists_its_kind(service: SearchService) -> None:
    for scope in ("study", "dataset", "variable"):
        found = service.search(Query(text="health", scope=scope, size=50)).results
        assert found
        assert {result.item.kind for result in found} == {scope}
    top = service.search(Query(text="health", size=100)).results
    assert top
    assert all(not result.ancestors for result in top)


# -- facets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_count_is_what_choosing_gives(service: SearchService, text: str, scope: Scope) -> None:
    query = Query(text=text, scope=scope)
    facets = service.facets(query, KEYWORD_FILTERS, size=3)
    checked = 0
    for name, counts in facets.items():
        for value, count in counts.values:
            chosen = msgspec.structs.replace(query, chosen=(Chosen(name, (value,)),))
            assert total(service, chosen) == count, (name, value)
            checked += 1
        unknown = msgspec.structs.replace(query, chosen=(Chosen(name, (), unknown=True),))
        assert total(service, unknown) == counts.unknown, name
    assert checked or not total(service, query)


@pytest.mark.parametrize("text", TEXTS)
def test_a_bucket_counts_what_its_range_gives(service: SearchService, text: str) -> None:
    query = Query(text=text)
    facets = service.facets(query, RANGE_FILTERS)
    for name, counts in facets.items():
        edges = bucket_edges(name)
        upper = {str(low): high - 1 for low, high in pairwise(edges)}
        for value, count in counts.values:
            span = Span(name, float(value), upper.get(value))
            chosen = msgspec.structs.replace(query, spans=(span,))
            assert total(service, chosen) == count, (name, value)
            with_unknown = msgspec.structs.replace(query, spans=(msgspec.structs.replace(span, unknown=True),))
            assert total(service, with_unknown) == count + counts.unknown, (name, value)
    assert facets or not total(service, query)


def test_counts_beside_other_filters(service: SearchService) -> None:
    facets = service.facets(FILTERED, KEYWORD_FILTERS, size=5)
    assert len(facets) > 5
    for name, counts in facets.items():
        others = tuple(one for one in FILTERED.chosen if one.facet != name)
        for value, count in counts.values:
            if not count:
                continue
            chosen = msgspec.structs.replace(FILTERED, chosen=(*others, Chosen(name, (value,))))
            assert total(service, chosen) == count, (name, value)


def test_several_values_are_any_of_them(service: SearchService) -> None:
    counts = dict(service.facets(Query(), ["country"])["country"].values)
    few = [value for value in counts if value != "GB"][:3]
    assert len(few) == 3
    found = {
        value: {result.item.id for result in every(service, Query(chosen=(Chosen("country", (value,)),)))}
        for value in few
    }
    both = {result.item.id for result in every(service, Query(chosen=(Chosen("country", tuple(few)),)))}
    assert both == set.union(*found.values())
    unknown = {result.item.id for result in every(service, Query(chosen=(Chosen("country", (), unknown=True),)))}
    assert unknown
    either = every(service, Query(chosen=(Chosen("country", (few[0],), unknown=True),)))
    assert {result.item.id for result in either} == found[few[0]] | unknown


def test_a_chosen_value_is_shown_though_nothing_has_it(service: SearchService) -> None:
    answer = service.search(Query(text="health", chosen=(Chosen("country", ("QQ",)),)))
    assert answer.total == 0
    assert ("QQ", 0) in answer.facets["country"].values
    assert max(count for _, count in answer.facets["country"].values) > 0, "another value can be chosen"


def test_facets_know_what_is_unknown(service: SearchService) -> None:
    query = Query(text="health")
    answer = service.search(query)
    for name in ("country", "access", "topic"):
        counts = answer.facets[name]
        assert 0 <= counts.unknown <= answer.total


# -- inside a resource -----------------------------------------------------------------------------------------------


def test_search_inside_a_study(service: SearchService) -> None:
    study = service.find("ukds/2000031")
    inside = every(service, Query(within=study.slug))
    assert inside
    for result in inside:
        assert study.id in {ancestor.id for ancestor in result.ancestors}
    variables = service.search(Query(within=study.id, scope="variable", text="SDQ"))
    assert variables.total == service.variables(study.id, text="SDQ").total > 0
    assert variables.scopes["all"] == total(service, Query(within=study.id, text="SDQ"))


def test_inside_or_like_what_is_not_there(service: SearchService) -> None:
    for query in (Query(within="nothing-here"), Query(like="0" * 32)):
        with pytest.raises(NotFoundError):
            service.search(query)


# -- hostile and odd questions ---------------------------------------------------------------------------------------

ODD = {
    "blank": "   ",
    "stop words": "the of and in",
    "emoji": "😀 🧠🧬",
    "emoji with a word": "😀 anxiety",
    "punctuation": "?!.,;:()[]{}\"'`~^&|\\/+-*",
    "engine syntax": "title:anxiety AND (income^2 OR *:*) [1 TO 5] {a TO b} +x -y ~2 IN [a b]",
    "open quote": '"mental health',
    "only excluded": "-anxiety",
    "only operators": "AND OR NOT",
    "null byte": "anxi\0ety",
    "right to left": "صحة 心理健康 здоровье",
    "surrogate": "health \udcff",
    "combining": "a" + "\u0301" * 200,
    "field of ours": "root:ukds/2000031",
    "html": "<script>alert(1)</script>",
    "a regular expression": "/(a+)+$/",
    "sql": "'; DROP TABLE items; --",
    "very long word": "x" * 999,
    "many words": ("anxiety income " * 70)[:1000],
    "numbers": "1 2 3 4 5 99999999999999999999999",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("scope", ["all", "variable"])
def test_odd_questions_are_answered(service: SearchService, name: str, scope: Scope) -> None:
    query = Query(text=ODD[name], scope=scope)
    answer = service.search(query)
    if answer.total > 500:
        query = msgspec.structs.replace(query, scope="all")
        answer = service.search(query)
        scope = "all"
    assert answer.total == answer.scopes[scope]
    assert len(answer.results) == min(answer.total, query.size)
    assert len(every(service, query)) == answer.total
    msgspec.json.encode(answer.notes)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_any_text_is_answered(service: SearchService, text: str) -> None:
    answer = service.search(Query(text=text, size=5))
    assert len(answer.results) == min(answer.total, 5)


def test_what_is_too_long_is_refused_with_words(service: SearchService) -> None:
    assert service.search(Query(text="a" * 1000)).total >= 0
    with pytest.raises(QueryError, match="longer than 1000"):
        service.search(Query(text="a" * 1001))


def test_engine_syntax_reaches_no_field_of_the_engine(service: SearchService) -> None:
    found = service.search(Query(text="root:ukds/2000031", meaning=False))
    plain = service.search(Query(text="zzzzqqq", meaning=False))
    assert plain.total == 0
    assert all(result.item.id != "ukds/2000031" or result.reasons for result in found.results)
