"""Why a result is there: reasons, matched variables, notes, and what wins outright."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from reperio.corpus.model import Item
from reperio.query.model import Query, Result, Scope
from reperio.query.service import SearchService

QUERIES = (
    "anxiety", "household income", "mental health of children", "smoking alcohol", "BCS70", "ALSPAC", "loneliness",
    "twins", "longitudinal", "University of Essex", "mother's education", "Gesundheit", "covid", "annual", "national",
)  # fmt: skip


def first(service: SearchService, text: str, scope: Scope = "all") -> Result:
    return service.search(Query(text=text, scope=scope)).results[0]


def below(service: SearchService, item: Item) -> set[str]:
    return {ancestor.id for ancestor in service.ancestors(item.id)}


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("scope", ["all", "study", "dataset", "variable"])
def test_every_result_has_a_reason(service: SearchService, text: str, scope: Scope) -> None:
    answer = service.search(Query(text=text, scope=scope, size=60))
    assert [result.item.id for result in answer.results if not result.reasons] == []


@pytest.mark.parametrize("text", QUERIES)
def test_every_result_has_a_reason_without_meaning(words_service: SearchService, text: str) -> None:
    for sort in ("best", "title"):
        answer = words_service.search(Query(text=text, size=60, sort=sort))
        assert answer.total
        assert [result.item.id for result in answer.results if not result.reasons] == []


@pytest.mark.parametrize("text", ["anxiety", "household income", "SDQ", "life satisfaction"])
@pytest.mark.parametrize("scope", ["all", "study", "dataset"])
def test_variables_shown_stand_below_the_result(service: SearchService, text: str, scope: Scope) -> None:
    shown = 0
    for result in service.search(Query(text=text, scope=scope, size=40)).results:
        for hit in result.variables:
            assert hit.item.kind == "variable"
            assert result.item.id in below(service, hit.item), (result.item.id, hit.item.id)
            shown += 1
        assert len({hit.item.id for hit in result.variables}) == len(result.variables)
    assert shown > 5


@pytest.mark.parametrize("text", ["SDQ", "household income"])
@pytest.mark.parametrize("scope", ["all", "study", "dataset"])
def test_the_number_of_variables_is_what_the_list_gives(words_service: SearchService, text: str, scope: Scope) -> None:
    checked = 0
    for result in words_service.search(Query(text=text, scope=scope, size=20)).results:
        listed = words_service.variables(result.item.id, text=text).total
        if listed:
            assert result.variables_total == listed, result.item.id
            checked += 1
    assert checked


def test_datasets_shown_stand_below_the_result(service: SearchService) -> None:
    shown = 0
    for result in service.search(Query(text="wave 1", size=40)).results:
        for dataset in result.datasets:
            assert result.item.id in below(service, dataset)
            shown += 1
    assert shown


# -- what wins outright ------------------------------------------------------------------------------------------------

NAMED = {
    "a DOI": ("10.5255/UKDA-SN-855318", "ukds/855318"),
    "a DOI in small letters": ("10.5255/ukda-sn-855318", "ukds/855318"),
    "a DOI with its scheme": ("doi:10.5255/UKDA-SN-855318", "ukds/855318"),
    "a DOI as an address": ("https://doi.org/10.5255/UKDA-SN-855318", "ukds/855318"),
    "a DOI as an old address": ("http://dx.doi.org/10.5255/UKDA-SN-855318", "ukds/855318"),
    "a number of the archive": ("855318", "ukds/855318"),
    "a number with its word": ("SN 855318", "ukds/855318"),
    "an id": ("ukds/855318", "ukds/855318"),
    "an acronym": ("NCDS", "ukds/2000032"),
    "an acronym in small letters": ("ncds", "ukds/2000032"),
    "a title": ("european social survey ROUND 8", "cessda/ess8"),
}
"""Forms that are not yet looked up as what they name."""


@pytest.mark.parametrize("name", NAMED)
def test_names_win_outright(service: SearchService, minilm_service: SearchService, name: str) -> None:
    text, wanted = NAMED[name]
    for one in (service, minilm_service):
        result = first(one, text)
        assert result.item.id == wanted
    assert minilm_service.search(Query(text=text, sort="best")).results[0].reasons


def test_a_uuid_is_found(service: SearchService) -> None:
    item = service.find("ukds/855318")
    assert first(service, item.uuid).item.id == item.id


@pytest.mark.parametrize("acronym", ["NCDS", "BCS70", "MCS", "ALSPAC"])
def test_acronyms_win_outright(minilm_service: SearchService, acronym: str) -> None:
    best = first(minilm_service, acronym)
    assert best.reasons[0].kind in {"title", "identifier"}
    names = [text.value for text in (*best.item.resource.alternate_titles, *best.item.resource.titles)]
    names += [one.value for one in best.item.resource.identifiers]
    assert acronym.casefold() in {name.casefold() for name in names}


def test_names_of_variables_win_outright(service: SearchService) -> None:
    checked = 0
    for item in list(service._corpus.walk(("variable",)))[::300]:
        if not item.resource.name:
            continue
        found = first(service, item.resource.name, "variable")
        assert (found.item.resource.name or "").casefold() == item.resource.name.casefold()
        checked += 1
    assert checked > 3


# -- what is asked is kept ---------------------------------------------------------------------------------------------


def words_of(result: Result) -> str:
    return msgspec.json.encode(result.item.resource).decode().casefold()


PLAIN = ("children", "health")
"""No synonyms of these."""


def test_what_is_excluded_is_not_there(words_service: SearchService) -> None:
    having = {result.item.id for result in words_service.search(Query(text="health", plain=PLAIN, size=100)).results}
    both = words_service.search(Query(text="health children", plain=PLAIN, size=100))
    assert not [note for note in both.notes if note.code == "relaxed"]
    without = words_service.search(Query(text="health -children", size=100))
    assert {result.item.id for result in without.results} == having - {result.item.id for result in both.results}
    assert without.total > 0
    assert both.total > 0


def test_a_phrase_is_a_phrase(words_service: SearchService) -> None:
    phrase = words_service.search(Query(text='"birth cohort"', size=100))
    words = words_service.search(Query(text="cohort birth", size=100))
    assert 0 < phrase.total < words.total
    assert {result.item.id for result in phrase.results} < {result.item.id for result in words.results}


def test_a_field_is_kept_to(words_service: SearchService) -> None:
    found = words_service.search(Query(text="title:twin", size=50)).results
    assert found
    for result in found:
        titles = (*result.item.resource.titles, *result.item.resource.alternate_titles)
        assert any("twin" in title.value.casefold() for title in titles)


def test_exact_syntax_is_not_softened_by_meaning(service: SearchService, words_service: SearchService) -> None:
    for text in ('"birth cohort"', "title:twin", "health -children"):
        assert service.search(Query(text=text)).total == words_service.search(Query(text=text)).total


# -- notes -------------------------------------------------------------------------------------------------------------


def test_a_correction_is_told_and_true(words_service: SearchService) -> None:
    answer = words_service.search(Query(text="Anxeity"))
    note = next(note for note in answer.notes if note.code == "corrected")
    assert note.query is not None
    assert note.query.text.casefold() == "anxiety"
    assert answer.total == words_service.search(note.query).total > 0
    assert not [other for other in words_service.search(note.query).notes if other.code == "corrected"]


def test_what_is_right_is_not_corrected(words_service: SearchService) -> None:
    for text in ("anxiety", "GHQ-12", "household income", "NCDS"):
        assert "corrected" not in {note.code for note in words_service.search(Query(text=text)).notes}


def test_a_relaxation_is_told_and_true(words_service: SearchService) -> None:
    """Each result has as many of the words as the note says."""
    words = ["sleep", "twins", "pregnancy", "memory"]
    answer = words_service.search(Query(text=" ".join(words), size=100))
    note = next(note for note in answer.notes if note.code == "relaxed")
    assert "4 words" in note.text
    assert answer.total
    needed = int(note.text.split("at least ")[1].split()[0])
    having = Counter[str]()
    for word in words:
        having.update(result.item.id for result in words_service.search(Query(text=word, size=100)).results)
    assert {result.item.id for result in answer.results} == {one for one, held in having.items() if held >= needed}


def test_leaving_a_word_out_finds_more_where_it_says_so(words_service: SearchService) -> None:
    told = 0
    for text in ("national child development study", "sleep twins", "european social survey round", "income zzzz"):
        answer = words_service.search(Query(text=text))
        for note in answer.notes:
            if note.code != "relaxed" or "Leaving out" not in note.text:
                continue
            quoted = " ".join(f'"{word}"' for word in text.split())
            strict = words_service.search(Query(text=quoted, meaning=False))
            all_of = 0 if any(other.code == "relaxed" for other in strict.notes) else strict.total
            for word in note.text.split("Leaving out ")[1].split("”")[:-1]:
                rest = [one for one in text.split() if one != word.split("“")[1]]
                assert words_service.search(Query(text=" ".join(rest))).total > all_of
                told += 1
    assert told


def test_nothing_found_is_said(words_service: SearchService) -> None:
    answer = words_service.search(Query(text="qqqqzzzzxxxx"))
    assert answer.total == 0
    assert {note.code for note in answer.notes} >= {"nothing"}


def test_without_an_encoder_it_says_so(words_service: SearchService, service: SearchService) -> None:
    assert "meaning_off" in {note.code for note in words_service.search(Query(text="anxiety")).notes}
    assert "meaning_off" not in {note.code for note in words_service.search(Query(text="")).notes}
    assert "meaning_off" not in {note.code for note in service.search(Query(text="anxiety")).notes}
    assert words_service.status().model == ""
    assert words_service.search(Query(text="anxiety")).total > 0


# -- what is like it -----------------------------------------------------------------------------------------------------


def test_what_is_like_it_is_not_itself(service: SearchService, minilm_service: SearchService) -> None:
    for one in (service, minilm_service):
        for key in ("ukds/2000031", "mhc/teds", "cessda/ess8"):
            item = one.find(key)
            family = {item.id, *(ancestor.id for ancestor in one.ancestors(item.id))}
            answer = one.search(Query(like=item.uuid, size=50))
            assert answer.total
            assert min(answer.total, 50) == len(answer.results)
            for result in answer.results:
                assert result.item.id not in family
                assert item.id not in below(one, result.item)
                assert result.reasons
            scores = [result.score for result in answer.results]
            assert scores == sorted(scores, reverse=True)


def test_similar_ones_come_nearest_first(minilm_service: SearchService) -> None:
    found = minilm_service.similar("cessda/ess8")
    assert found
    scores = [result.score for result in found]
    assert scores == sorted(scores, reverse=True)
    assert {result.item.kind for result in found} == {"study"}
    assert any(result.item.id.startswith("cessda/ess9") for result in found)
    for result in found:
        (near,) = [reason for reason in result.reasons if reason.kind == "meaning"]
        assert near.weight >= 0.5 * result.score, "facts only add to what is near"


def test_similar_without_an_encoder_is_still_an_answer(words_service: SearchService) -> None:
    words_service.similar("cessda/ess8")
    words_service.search(Query(like=words_service.find("cessda/ess8").uuid))


# -- meaning -------------------------------------------------------------------------------------------------------------


def test_meaning_finds_what_words_do_not(minilm_service: SearchService) -> None:
    text = "wages and salary"
    with_meaning = minilm_service.search(Query(text=text, scope="variable", size=50))
    assert "pay" in words_of(with_meaning.results[0])
    assert with_meaning.total > minilm_service.search(Query(text=text, scope="variable", meaning=False)).total
