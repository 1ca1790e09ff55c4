from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.query.rank import KEYWORDS_SHARE, SENTENCE_SHARE, STUDIES_SHARE, Evidence, fuse, meaning_share

ids = st.sampled_from("abcdefgh")
scores = st.dictionaries(ids, st.floats(0.01, 100))
cosines = st.dictionaries(ids, st.floats(-1, 1))
shares = st.floats(0, 1)


@given(scores, cosines, shares)
def test_every_candidate_has_one_place_and_a_score_from_0_to_1(
    words: dict[str, float], near: dict[str, float], share: float
) -> None:
    fused = fuse(Evidence(words, near), share)
    assert {one.id for one in fused} == words.keys() | near.keys()
    assert len(fused) == len(words.keys() | near.keys())
    assert all(-1e-9 <= one.score <= 1 + 1e-9 for one in fused)
    assert all(one.score == pytest.approx(one.words + one.meaning) for one in fused)


@given(scores)
def test_without_meaning_the_order_is_that_of_words(words: dict[str, float]) -> None:
    fused = fuse(Evidence(words), 0.0)
    assert [one.id for one in fused] == sorted(words, key=lambda one: (-words[one] / max(words.values()), one))


@given(scores, cosines, shares, st.floats(0.1, 50))
def test_the_unit_of_word_scores_does_not_matter(
    words: dict[str, float], near: dict[str, float], share: float, unit: float
) -> None:
    scaled = {identity: score * unit for identity, score in words.items()}
    one, other = fuse(Evidence(words, near), share), fuse(Evidence(scaled, near), share)
    assert {each.id: pytest.approx(each.score) for each in one} == {each.id: each.score for each in other}


def test_ties_go_by_id() -> None:
    assert [one.id for one in fuse(Evidence({"b": 1.0, "a": 1.0}), 0.3)] == ["a", "b"]


def test_having_every_word_stands_before_having_some() -> None:
    fused = fuse(Evidence({"a": 1.0, "b": 0.98}, complete=frozenset("b")), 0.0)
    assert [one.id for one in fused] == ["b", "a"]


def test_words_side_by_side_stand_before_words_apart() -> None:
    fused = fuse(Evidence({"a": 1.0, "b": 0.95}, phrases={"b": 3.0}), 0.0)
    assert [one.id for one in fused] == ["b", "a"]


def test_taking_a_reason_away_lowers_the_score() -> None:
    full = {one.id: one.score for one in fuse(Evidence({"a": 2.0, "b": 1.0}, {"a": 0.2, "b": 0.9}), 0.3)}
    less = {one.id: one.score for one in fuse(Evidence({"a": 2.0, "b": 1.0}, {"a": 0.2}), 0.3)}
    assert less["b"] < full["b"]


@pytest.mark.parametrize(
    "text", ["household income", "acre price farmland", "depression anxiety stress sleep diet work age"]
)
def test_keywords_trust_words(text: str) -> None:
    assert meaning_share(text) == KEYWORDS_SHARE


@pytest.mark.parametrize(
    "text",
    ["What are the factors that influence how children sleep?", "I want to know how income is related to health"],
)
def test_sentences_trust_meaning(text: str) -> None:
    assert meaning_share(text) == SENTENCE_SHARE


@pytest.mark.parametrize(
    ("text", "share"),
    [("gambling", STUDIES_SHARE), ("household income", STUDIES_SHARE), ("NCDS", KEYWORDS_SHARE), ("KR_INC", KEYWORDS_SHARE),
     ("bcs70", KEYWORDS_SHARE), ("I want to know how income is related to health", SENTENCE_SHARE)],
)  # fmt: skip
def test_where_variables_are_held_all_but_codes_trust_meaning(text: str, share: float) -> None:
    assert meaning_share(text, studies=True) == share
