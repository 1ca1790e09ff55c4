"""How alike questions are: what counts, what does not, and which encoder reads them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homes import WordsEncoder
from reperio.index.encoder import Encoder, load_encoder
from reperio.index.likeness import Likeness, is_negated, matter


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    return Likeness(WordsEncoder())


def test_the_same_wording_is_most_alike(likeness: Likeness) -> None:
    ones = ["Feels lonely at school", "Likes to draw boats"]
    scores = likeness.scores(ones, ones)
    np.testing.assert_allclose(np.diag(scores), 1.0, atol=1e-5)
    assert scores[0, 1] < 0.7


def test_who_answers_and_for_what_time_count_for_little(likeness: Likeness) -> None:
    same = likeness.alike("My child feels lonely over the last two weeks", "Feels lonely").score
    assert same > likeness.alike("My child feels hungry over the last two weeks", "Feels lonely").score
    assert matter("In the past month, I felt lonely") == "in the past month i felt lonely".removeprefix(
        "in the past month i "
    )
    assert matter("My child has been restless during the last 2 weeks") == "has been restless"
    assert matter("I") == "I"


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Is not restless", True),
        ("Isn't restless", True),
        ("Never quarrels", True),
        ("Does not never quarrel", False),
        ("Restless", False),
        ("Knots in a rope", False),
    ],
)
def test_negation_is_told(text: str, negated: bool) -> None:
    assert is_negated(text) is negated


def test_negation_is_beside_likeness(likeness: Likeness) -> None:
    found = likeness.alike("Is restless", "Is not restless")
    assert found.opposed
    assert found.score > 0.5
    assert not likeness.alike("Is not restless", "Never restless").opposed


class Foreign(WordsEncoder):
    """Finds that all texts share something, and that those on feelings share more."""

    def encode(self, texts: list[str], *, purpose: str = "passage") -> np.ndarray:
        assert purpose == "query"
        rows = np.zeros((len(texts), 4), np.float32)
        rows[:, 0] = 1
        for row, text in zip(rows, texts, strict=True):
            row[1 if "feel" in text or "fühlen" in text else 2] = 1 if "f" in text else 0
        return rows


def test_what_is_in_another_language_is_read_by_the_second_encoder() -> None:
    asked: list[int] = []

    def second() -> Encoder:
        asked.append(1)
        return Foreign()

    likeness = Likeness(WordsEncoder(), second)
    likeness.scores(["How do you feel?"], ["Are you sad?"])
    assert not asked
    scores = likeness.scores(
        ["How do you feel?"], ["Are you sad?", "Wie fühlen Sie sich und warum?", "Womit fahren Sie zur Arbeit?"]
    )
    assert asked
    assert scores[0, 1] > 0.8, "what all texts share is taken off, what is left is much the same"
    assert scores[0, 2] < 0.5
    assert scores[0, 0] < 0.9


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_can_be_compared_either_way_round(one: str, other: str) -> None:
    likeness = Likeness(WordsEncoder())
    assert likeness.alike(one, other).score == pytest.approx(likeness.alike(other, one).score, abs=1e-5)


def test_the_default_encoder_tells_questions_apart() -> None:
    encoder = load_encoder("minilm")
    assert encoder is not None
    likeness = Likeness(encoder)
    near = likeness.alike("Is often unhappy or tearful", "I have felt sad and cried").score
    assert near > likeness.alike("Is often unhappy or tearful", "Runs about a lot").score + 0.1
