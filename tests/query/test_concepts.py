"""Queries of several concepts, and synonyms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.index.thesaurus import Thesaurus, own_vocabulary
from reperio.query.concepts import FEW_CONCEPTS, split_concepts
from reperio.query.model import Query, Result
from reperio.query.order import WEAKEST_SHARE
from reperio.query.parse import parse
from reperio.query.service import SearchService
from reperio.query.synonyms import widen

SPLIT = {
    "anxiety and household income": ("anxiety", "household income"),
    "anxiety, household income, sleep": ("anxiety", "household income", "sleep"),
    "drug use, and crime": ("drug use", "crime"),
    "sleep as well as obesity": ("sleep", "obesity"),
    "sleep quality with screen time": ("sleep quality", "screen time"),
    "data on income and health": ("income", "health"),
    "income AND wealth": ("income", "wealth"),
}
WHOLE = (
    "anxiety", "household income", "women with asthma", "health and safety", '"anxiety" and income', "title:sleep and income",
    "how do income and health relate", "-sleep and income", "a, b", "coping with stress", "", ",", "and", "sleep and sleep",
    "over 5,000 people", "with with with", "one, two, three, four, five, six", "anxiety OR depression and income",
)  # fmt: skip


def is_fixed(first: str, second: str) -> bool:
    return (first, second) == ("health", "safety")


@pytest.mark.parametrize("text", SPLIT)
def test_concepts_are_parted(text: str) -> None:
    assert split_concepts(text, is_fixed) == SPLIT[text]


@pytest.mark.parametrize("text", WHOLE)
def test_one_thing_is_left_whole(text: str) -> None:
    assert split_concepts(text, is_fixed) == ()


@given(st.text(max_size=80))
def test_any_text_has_no_concept_or_several(text: str) -> None:
    assert len(split_concepts(text)) != 1


def every(service: SearchService, text: str, *, meaning: bool = True) -> tuple[Result, ...]:
    return service.search(Query(text=text, size=100, meaning=meaning)).results


@pytest.mark.parametrize("text", ["anxiety and household income", "anxiety, sleep, alcohol"])
@pytest.mark.parametrize("meaning", [True, False])
def test_every_result_has_evidence_of_each_concept(service: SearchService, text: str, meaning: bool) -> None:
    answer = service.search(Query(text=text, size=100, meaning=meaning))
    assert answer.concepts == SPLIT.get(text, tuple(text.split(", ")))
    lacking = [sum(not found.by for found in result.concepts) for result in answer.results]
    whole = lacking.count(0)
    assert whole
    assert lacking == sorted(lacking), "those with all come first"
    assert max(lacking) <= 1
    told = "concepts" in {note.code for note in answer.notes}
    assert (max(lacking) == 1) == told
    assert not told or whole < FEW_CONCEPTS
    for result in answer.results:
        assert tuple(found.concept for found in result.concepts) == answer.concepts
        if not meaning:
            assert {found.by for found in result.concepts if found.by} == {"words"}


def test_evidence_is_shown(service: SearchService) -> None:
    shown = 0
    for result in every(service, "anxiety and household income"):
        for found in result.concepts:
            for hit in found.variables:
                assert result.item.id in {ancestor.id for ancestor in service.ancestors(hit.item.id)}
            shown += bool(found.variables or found.snippets)
    assert shown > 5


def test_the_weakest_concept_decides(service: SearchService) -> None:
    results = [one for one in every(service, "anxiety and household income") if one.reasons[0].kind != "title"]
    results = [one for one in results if all(found.by for found in one.concepts)]
    scores = [result.score for result in results]
    assert scores == sorted(scores, reverse=True)
    for result in results:
        strengths = [found.strength for found in result.concepts]
        weighed = WEAKEST_SHARE * min(strengths) + (1 - WEAKEST_SHARE) * sum(strengths) / len(strengths)
        assert result.score == pytest.approx(weighed)
    assert WEAKEST_SHARE > 0.5
    assert len({round(score, 3) for score in scores}) > 3


def test_evidence_is_what_each_concept_finds_alone(words_service: SearchService) -> None:
    found = every(words_service, "anxiety and household income")
    both = {result.item.id for result in found if all(one.by for one in result.concepts)}
    matcher = words_service.discovery()._matcher
    assert both
    for concept in SPLIT["anxiety and household income"]:
        part = matcher.concept(concept, meaning=False)
        assert part.synonyms == {}
        widened = {result.item.id for result in every(words_service, concept)}
        assert both <= widened


def test_when_nothing_has_all_concepts_it_says_so(service: SearchService) -> None:
    answer = service.search(Query(text="anxiety and zzglacier", meaning=False, size=100))
    note = next(note for note in answer.notes if note.code == "concepts")
    assert "zzglacier" in note.text
    assert answer.total
    for result in answer.results:
        assert [bool(found.by) for found in result.concepts] == [True, False]


def test_a_title_is_no_list_of_concepts(service: SearchService) -> None:
    titles = [item.resource.title for item in service._corpus.walk(("study",)) if " and " in item.resource.title]
    assert titles
    for title in titles[:8]:
        assert service.search(Query(text=title, size=1)).concepts == ()


# -- synonyms ------------------------------------------------------------------------------------------------------------

OWN = Thesaurus([own_vocabulary()])


def test_synonyms_are_told_with_what_they_stand_for() -> None:
    widening = widen(parse("low mood in children"), OWN, ())
    assert widening is not None
    assert ("depression", "low mood") in {(one.term, one.words) for one in widening.added}
    assert all(one.source for one in widening.added)


def test_a_synonym_that_says_the_same_is_left_out() -> None:
    widening = widen(parse("smoking"), OWN, ())
    assert widening is not None
    assert not {one.term for one in widening.added} & {"cigarette smoking"}


@pytest.mark.parametrize("plain", [("depression",), ("low mood",)])
def test_a_synonym_can_be_taken_out(plain: tuple[str, ...]) -> None:
    widening = widen(parse("low mood"), OWN, plain)
    assert widening is None or "depression" not in {one.term for one in widening.added}
    if plain == ("low mood",):
        assert widening is None


def test_synonyms_never_change_the_order_of_what_has_the_words(service: SearchService) -> None:
    with_ = service.search(Query(text="depression", size=100))
    assert with_.added
    plain = tuple(sorted(one.term.lower() for one in with_.added))
    without = service.search(Query(text="depression", plain=plain, size=100))
    assert without.added == ()
    having = service.discovery()._matcher.match("depression", meaning=False)
    _, ids = service.discovery().ids(Query(text="depression", plain=("depression",), meaning=False), 1000)
    assert having.count
    exact = set(ids)
    order = [[result.item.id for result in one.results if result.item.id in exact] for one in (with_, without)]
    assert order[0] == order[1]
    assert order[0]


def test_a_synonym_finds_what_the_words_do_not(words_service: SearchService) -> None:
    answer = words_service.search(Query(text="tobacco use", size=100))
    plain = words_service.search(Query(text="tobacco use", plain=("tobacco use",), size=100))
    assert answer.added
    found = {result.item.id for result in answer.results} - {result.item.id for result in plain.results}
    strict = words_service.discovery().match(Query(text="tobacco use", meaning=False))
    assert strict.synonyms
    assert found <= set(strict.synonyms)
    vias = {reason.via for result in answer.results if result.item.id in strict.synonyms for reason in result.reasons}
    assert "synonym" in vias


@given(
    st.lists(
        st.sampled_from(["low", "mood", "depression", "smoking", "GHQ-12", "SDQ", "quality", "of", "life", "x", '"'])
    )
)
def test_any_words_are_widened_without_error(words: list[str]) -> None:
    widen(parse(" ".join(words)), OWN, ())
