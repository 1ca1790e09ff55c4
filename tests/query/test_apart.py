"""What tells alike wordings apart, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.query.apart import is_general, is_one_short_word, shared, told_apart, told_by_figures
from reperio.query.elsewhere import Again
from reperio.query.sameness import compare
from reperio.resource.fields import Resource
from reperio.resource.model import Text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("B2: Talks to friend C about work", "A2: Talks to friend A about work"),
        ("How often is the pram used", "How long is the pram used"),
        ("Date of moving house", "Age at moving house"),
        ("Currently smokes a pipe", "Ever smoked a pipe"),
        ("H1: Respondent eats trout", "C1: Child eats trout"),
        ("Share of rent in income - percent", "Share of rent in income"),
        ("Goes sailing", "Goes sailing in the winter holidays"),
        ("X-10204 [raw]", "X-10907 [raw]"),
        ("FoodSourDeepFryRice", "FoodSourDeepFryBean"),
        ("HOW FRACTURE WAS SEEN: OR notes", "How fracture was seen: OR notes and X-ray"),
        (
            "Not counting your neighbours, how much do members of your choir help you?",
            "How much do you help members of your choir, not counting your neighbours?",
        ),
        (
            "Did these things happen with friends or family? Friends",
            "Did these things happen with friends or family? Family",
        ),
    ],
)
def test_one_thing_more_or_another_tells_wordings_apart(one: str, other: str) -> None:
    assert told_apart(one, other)
    assert told_apart(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("B2: Has been swimming in a lake", "G17b: Has been swimming in a lake"),
        ("Grip strength, left hand (kg): F9", "Grip strength, left hand (kg): F11"),
        ("Prices index 2004, quintiles; P file", "Prices index 2007, quintiles; A file"),
        ("YP joined a chess club", "Participant joined a chess club"),
        ("Frequency of exams per week", "Frequency of examinations per week"),
        ("Gas for heating", "Gas heating"),
        ("Usually walks to work", "Walks to work"),
        ("CH likes pears", "Child likes pears"),
    ],
)
def test_waves_numbers_of_items_and_who_answers_tell_nothing_apart(one: str, other: str) -> None:
    assert not told_apart(one, other)
    assert shared(one, other) == 1.0


def test_few_shared_words_are_told() -> None:
    assert shared("Trouble falling asleep", "Cannot get to sleep at night") < 0.5


@pytest.mark.parametrize("text", ["Other, please specify", "Comments", "", "Q12", "Total score", "42"])
def test_what_asks_nothing_in_particular_is_general(text: str) -> None:
    assert is_general(text)


@pytest.mark.parametrize("text", ["Sex", "Feels lonely", "Other children in the home", "Haus und Garten"])
def test_what_asks_something_is_not_general(text: str) -> None:
    assert not is_general(text)


def test_a_short_word_alone_is_known_by_itself_only() -> None:
    assert is_one_short_word("PID")
    assert not is_one_short_word("Pelvis")


def test_other_languages_are_told_apart_by_figures_alone() -> None:
    assert not told_by_figures("Do you walk to work?", "Gehen Sie zu Fuß zur Arbeit?")
    assert told_by_figures("Sex of person 3", "Geschlecht der Person 4")


def question(text: str, lang: str | None = None, name: str = "a", part_of: tuple[str, ...] = ()) -> Resource:
    return Resource(id=f"s/{name}", kind="variable", source="s", question=(Text(text, lang),), part_of=part_of)


def close(one: Resource, other: Resource, score: float) -> bool:
    item = None
    return Again(item=item, ancestors=(), score=score, right=None, compared=compare(one, other)).is_close  # type: ignore[arg-type] # is not looked at


def test_a_translation_is_close_though_it_shares_no_word() -> None:
    one, other = question("Do you feel lonely at home?", "en"), question("Fühlen Sie sich zu Hause einsam?", "de")
    assert close(one, other, 0.82)
    assert compare(one, other).polarity.verdict == "unknown"
    assert not close(question("Do you feel lonely at home?", "en"), question("Is it cold where you live?", "en"), 0.82)


def test_two_of_one_file_and_the_general_are_never_the_same_question() -> None:
    held = ("s/file",)
    assert not close(question("B1: Feels lonely", part_of=held), question("B2: Feels lonely", part_of=held), 1.0)
    assert close(question("B1: Feels lonely", part_of=held), question("B2: Feels lonely", part_of=("s/other",)), 1.0)
    assert not close(question("Other, specify"), question("Other, specify"), 1.0)


@given(st.text(max_size=80), st.text(max_size=80))
def test_apart_is_apart_either_way_round(one: str, other: str) -> None:
    assert bool(told_apart(one, other)) is bool(told_apart(other, one))
    assert not told_apart(one, one)
    assert 0 <= shared(one, other) <= 1
