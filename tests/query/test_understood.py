"""Constraints said in plain words, taken for filters; near misses; what to leave out."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reperio.query.constraints import as_words
from reperio.query.model import Chip, Chosen, Query, Span
from reperio.query.service import SearchService
from reperio.query.understand import without

WHOLE = "UK birth cohort, depression at ages 10 to 16, over 5,000 people, open access"
NOT_CHIPS = (
    "depression in May", "knitting in Jersey", "Georgia", "wave 2", "under 5 mortality", "1970 British Cohort Study",
    "twins", "longitudinal", "Germany", '"open access" journals', "national child development study",
)  # fmt: skip


def chips(service: SearchService, text: str, *plain: str) -> tuple[Chip, ...]:
    return service.search(Query(text=text, plain=plain, size=1)).understood


def test_every_constraint_becomes_a_chip(service: SearchService) -> None:
    answer = service.search(Query(text=WHOLE))
    assert [chip.chosen or chip.span for chip in answer.understood] == [
        Chosen("country", ("GB",)),
        Chosen("study_design", ("birth cohort",)),
        Span("age", 10, 16),
        Span("sample_size", 5000, None),
        Chosen("access", ("open",)),
    ]
    assert answer.words == "depression"
    assert answer.query.text == WHOLE


@pytest.mark.parametrize("text", NOT_CHIPS)
def test_what_is_no_constraint_is_words(service: SearchService, text: str) -> None:
    assert chips(service, text) == ()


def test_titles_of_the_catalogue_are_words(service: SearchService) -> None:
    titles = [item.resource.title for item in service._corpus.walk(("study",))]
    assert len(titles) > 50
    assert [title for title in titles if chips(service, title)] == []


def test_what_states_a_constraint_is_what_choosing_it_gives(service: SearchService) -> None:
    said = service.search(Query(text="sleep in the UK", size=100))
    chosen = service.search(Query(text="sleep", chosen=(Chosen("country", ("GB",)),), size=100))
    assert {one.item.id for one in said.results if not one.unstated} == {one.item.id for one in chosen.results}
    assert said.total == service.total(Query(text="sleep in the UK")) >= chosen.total > 0


def test_one_parameter_turns_a_chip_into_words_again(service: SearchService) -> None:
    (chip,) = chips(service, "sleep in the UK")
    query = Query(text="sleep in the UK", plain=as_words((), chip))
    answer = service.search(query)
    assert answer.understood == ()
    assert answer.words == "sleep in the UK"


def test_a_constraint_that_no_record_states_stays_words(service: SearchService) -> None:
    stated = service.discovery()._understanding._stated
    assert stated("country")
    assert not stated("genetic_data") or chips(service, "sleep with genetic data")


def test_words_of_constraints_are_not_demanded(words_service: SearchService) -> None:
    answer = words_service.search(Query(text="sleep, over 1,000 people", meaning=False, size=100))
    assert answer.total
    assert all(result.item.resource for result in answer.results)
    assert not [note for note in answer.notes if note.code == "relaxed"]
    stated = sum(not result.unstated for result in answer.results)
    assert stated == words_service.total(Query(text="sleep", spans=(Span("sample_size", 1000),), meaning=False))


def test_a_chip_is_cut_out_with_what_joined_it() -> None:
    chip = Chip(facet="country", label="", words="UK", start=5, end=15)
    assert without("sleep in the UK", (chip,)) == "sleep"
    assert without("sleep in the UK, diet", (chip,)) == "sleep diet"
    assert without("sleep", ()) == "sleep"


# -- near misses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        Query(text="loneliness in Germany"),
        Query(text="loneliness in Germany, over 1,000 people"),
        Query(text="sleep", chosen=(Chosen("country", ("AU",)), Chosen("access", ("open",)))),
        Query(text="income", chosen=(Chosen("study_design", ("twin",)),), spans=(Span("year", 1990, 1992),)),
    ],
)
def test_a_near_miss_fails_one_constraint_and_meets_the_others(service: SearchService, query: Query) -> None:
    discovery = service.discovery()
    asked = discovery.understood(query).query
    answer = service.search(query)
    assert answer.near_misses
    found = {result.item.id for result in service.search(msgspec.structs.replace(query, size=100)).results}
    for miss in answer.near_misses:
        assert miss.item.id not in found
        if miss.others:
            continue
        rest = msgspec.structs.replace(
            asked,
            chosen=tuple(one for one in asked.chosen if one.facet != miss.facet),
            spans=tuple(one for one in asked.spans if one.facet != miss.facet),
        )
        _, ids = discovery.ids(rest, 1000)
        assert miss.item.id in ids, miss.facet


def test_what_a_near_miss_holds_is_said(service: SearchService) -> None:
    misses = service.search(Query(text="loneliness in Germany")).near_misses
    assert misses
    for miss in misses:
        assert miss.asked == "Country: Germany"
        assert "Germany" not in miss.held
        countries = {place.country for place in miss.item.resource.spatial} - {None}
        assert bool(miss.held) or not countries


def test_many_results_need_no_near_misses(service: SearchService) -> None:
    answer = service.search(Query(text="health in the UK"))
    assert answer.total > 20
    assert answer.near_misses == ()


# -- nothing found -----------------------------------------------------------------------------------------------------


def test_nothing_found_tells_what_to_leave_out_and_what_that_gives(service: SearchService) -> None:
    answer = service.search(Query(text="loneliness in Germany", meaning=False))
    assert answer.total == 0
    assert [drop.kind for drop in answer.drops] == ["constraint"]
    for drop in answer.drops:
        assert service.search(drop.query).total == drop.total > 0


def test_a_word_or_an_exclusion_to_leave_out(words_service: SearchService) -> None:
    answer = words_service.search(Query(text='"sleep duration" "glacier melt"'))
    assert answer.total == 0 or not answer.drops
    for drop in answer.drops:
        assert words_service.search(drop.query).total == drop.total > 0
    excluded = words_service.search(Query(text="title:twin -twin"))
    assert excluded.total == 0
    assert "-twin" in {drop.label for drop in excluded.drops}


def test_nothing_found_tells_what_is_nearest(service: SearchService) -> None:
    answer = service.search(Query(text="loneliness in Germany", chosen=(Chosen("country", ("AU",)),)))
    assert answer.total == 0
    assert len(answer.nearest) == 3
    assert all(result.item.kind != "variable" for result in answer.nearest)


# -- never an error, never more ----------------------------------------------------------------------------------------

pieces = st.sampled_from([
    "sleep", "income", "in Germany", "UK", "birth cohort", "ages 10 to 16", "over 5,000 people", "since 1990", "and", "with",
    ",", "AND", "OR", "NOT", "-diet", '"', "(", ")", "title:", "year:1990..", "age:1-", "depress*", "*", "open access",
])  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(pieces, max_size=7).map(" ".join))
def test_any_mixture_of_syntax_and_constraints_is_answered(service: SearchService, text: str) -> None:
    answer = service.search(Query(text=" ".join(text.split()), size=3))
    assert len(answer.results) == min(answer.total, 3)
    assert (answer.drops, answer.nearest) == ((), ()) or not answer.total


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from(["sleep", "income", "survey", "children", "health", "smoking", "cohort", "anxiety", "zzzz", "2010"]),
        min_size=2, max_size=4, unique=True,
    )
)  # fmt: skip
def test_adding_a_word_never_adds_to_what_has_all(words_service: SearchService, words: list[str]) -> None:
    matcher = words_service.discovery()._matcher
    counts = [matcher.match(" ".join(words[:count]), meaning=False).count for count in range(1, len(words) + 1)]
    corrected = [
        matcher.match(" ".join(words[:count]), meaning=False).corrections for count in range(1, len(words) + 1)
    ]
    if not any(corrected):
        assert counts == sorted(counts, reverse=True)
