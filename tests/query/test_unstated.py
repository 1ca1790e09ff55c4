"""What does not state a condition that words demand: listed behind what does, labelled, counted by the text alone."""

from __future__ import annotations

import msgspec
import pytest

from reperio.index.ask import Ask, Ids, In
from reperio.query.constraints import as_words
from reperio.query.model import Chosen, Query, Scope
from reperio.query.service import SearchService

ASKED = ("loneliness in Germany", "sleep in Finland, over 1,000 people", "twin studies of sleep", "diet, ages 10 to 12")


@pytest.mark.parametrize("text", ASKED)
def test_what_contradicts_is_never_shown(words_service: SearchService, text: str) -> None:
    discovery = words_service.discovery()
    answer = words_service.search(Query(text=text, size=100))
    for chip in answer.understood:
        if chip.chosen is None:
            continue
        ids = tuple(result.item.id for result in answer.results)
        allowed = In(chip.facet, chip.chosen.values, unknown=True)
        held = discovery.index.backend.search(Ask(clause=Ids(ids), filters=(allowed,), limit=0)).total
        assert held == len(ids)


def test_some_text_has_results_that_do_not_state_all(words_service: SearchService) -> None:
    answers = [words_service.search(Query(text=text, size=100)) for text in ASKED]
    widened = [answer for answer in answers if any(result.unstated for result in answer.results)]
    assert widened
    for answer in widened:
        assert "unstated" in {note.code for note in answer.notes}
        facets = {chip.facet for chip in answer.understood}
        for result in answer.results:
            assert set(result.unstated) <= facets
            met = {reason.field for reason in result.reasons if reason.kind == "constraint"}
            assert met == facets - set(result.unstated)


@pytest.mark.parametrize("text", ASKED)
def test_totals_are_those_of_choosing(words_service: SearchService, text: str) -> None:
    answer = words_service.search(Query(text=text))
    scopes: tuple[Scope, ...] = ("all", "study", "dataset", "variable")
    for scope in scopes:
        assert answer.scopes[scope] == words_service.total(Query(text=text, scope=scope)), scope
    for facet in ("country", "study_design", "source"):
        for value, count in answer.facets[facet].values[:3] if facet in answer.facets else ():
            chosen = Query(text=text, chosen=(Chosen(facet, (value,)),))
            assert words_service.total(chosen) == count, (facet, value)


@pytest.mark.parametrize("text", ["health in the UK", "survey of income in the UK, since 1990"])
def test_counts_of_a_facet_that_words_demand_are_what_choosing_gives(words_service: SearchService, text: str) -> None:
    answer = words_service.search(Query(text=text))
    assert answer.understood
    assert answer.facets["country"].values
    for value, count in answer.facets["country"].values[:5]:
        assert words_service.total(Query(text=text, chosen=(Chosen("country", (value,)),))) == count, value


@pytest.mark.parametrize("text", ASKED)
def test_every_page_is_of_one_order(words_service: SearchService, text: str) -> None:
    query = Query(text=text, size=100)
    whole = [result.item.id for result in words_service.search(query).results]
    pages = [words_service.search(msgspec.structs.replace(query, size=5, page=page)).results for page in (1, 2, 3)]
    assert [result.item.id for page in pages for result in page] == whole[:15]


def test_a_near_miss_is_no_result(words_service: SearchService) -> None:
    for text in ASKED:
        answer = words_service.search(Query(text=text, size=100))
        shown = {result.item.id for result in answer.results}
        assert not shown & {miss.item.id for miss in answer.near_misses}


def test_words_kept_as_words_widen_nothing(words_service: SearchService) -> None:
    chips = words_service.search(Query(text="loneliness in Germany")).understood
    plain = tuple(word for chip in chips for word in as_words((), chip))
    answer = words_service.search(Query(text="loneliness in Germany", plain=plain))
    assert not any(result.unstated for result in answer.results)
