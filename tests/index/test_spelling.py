"""Edit distance and likely spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.index.spelling import Vocabulary, distance


@pytest.mark.parametrize(
    ("first", "second", "edits"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "ab", 1),
        ("abc", "xbc", 1),
        ("ca", "abc", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_distance(first: str, second: str, edits: int) -> None:
    assert distance(first, second, 9) == distance(second, first, 9) == edits


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 2))
def test_a_bounded_distance_is_the_distance_or_too_many(first: str, second: str, most: int) -> None:
    assert distance(first, second, most) == min(distance(first, second, 99), most + 1)


def test_the_nearest_then_the_most_frequent_word_is_proposed() -> None:
    vocabulary = Vocabulary(
        {"depression": 3, "expression": 90, "repression": 40, "income": 5, "incomes": 9, "incame": 1}
    )
    assert vocabulary.nearest("depresion") == "depression"
    assert vocabulary.nearest("incom") == "income"
    assert vocabulary.nearest("inceme") == "income"
    assert vocabulary.nearest("zzzzzzzz") is None


def test_what_is_no_word_is_not_corrected() -> None:
    vocabulary = Vocabulary({"age": 5, "a1b2c3": 5, "house": 1})
    assert len(vocabulary) == 1
    assert vocabulary.nearest("ag") is None
    assert vocabulary.nearest("a1b2c4") is None
    assert vocabulary.nearest("hause") == "house"


def test_a_word_that_hardly_occurs_beside_a_frequent_one_is_mistyped() -> None:
    vocabulary = Vocabulary(
        {"strengths": 60, "strenghts": 2, "teenager": 90, "teenagers": 3, "sobibor": 5, "elsa": 1, "else": 99}
    )
    assert vocabulary.mistyped("strenghts") == "strengths"
    assert vocabulary.mistyped("teenagers") is None
    assert vocabulary.mistyped("sobibor") is None
    assert vocabulary.mistyped("elsa") is None
    assert vocabulary.mistyped("strengths") is None


def test_a_far_more_frequent_spelling_is_likelier_than_a_nearer_one() -> None:
    vocabulary = Vocabulary({"millennium": 200, "millenium": 3})
    assert vocabulary.nearest("milenium") == "millennium"
    assert Vocabulary({"millennium": 20, "millenium": 3}).nearest("milenium") == "millenium"
