from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.index.ask import AllOf, AnyOf, Phrase, Without, Word
from reperio.query.parse import parse


def test_plain_words_must_all_match() -> None:
    assert parse("household  income").clause() == AllOf((Word("household"), Word("income")))


def test_quotes_make_a_phrase() -> None:
    assert parse('"birth cohort" Scotland').clause() == AllOf((Phrase("birth cohort"), Word("Scotland")))


@pytest.mark.parametrize("text", ["cohort -trial", "cohort NOT trial", "cohort AND NOT trial"])
def test_exclusion(text: str) -> None:
    assert parse(text).clause() == Without(Word("cohort"), Word("trial"))


def test_only_exclusions_take_from_everything() -> None:
    clause = parse("-trial").clause()
    assert isinstance(clause, Without)
    assert clause.excluded == Word("trial")


def test_alternatives() -> None:
    assert parse("anxiety OR worry sleep").clause() == AllOf((AnyOf((Word("anxiety"), Word("worry"))), Word("sleep")))


def test_fields() -> None:
    assert parse("title:cohort").clause() == Word("cohort", ("title", "alternate", "label"))


def test_an_unknown_field_is_part_of_the_word() -> None:
    assert parse("wave:2").clause() == Word("wave:2")


def test_a_hyphenated_word_is_not_an_exclusion() -> None:
    assert parse("follow-up").clause() == Word("follow-up")


def test_a_wildcard_is_a_prefix() -> None:
    assert parse("psychol*").clause() == Word("psychol", prefix=True)


def test_punctuation_around_words_falls_away() -> None:
    assert parse("(anxiety), depression?").words == ("anxiety", "depression")


def test_a_lone_operator_is_a_word() -> None:
    assert parse("OR").words == ("OR",)
    assert parse("education AND").words == ("education", "AND")


def test_lower_case_operators_are_words() -> None:
    assert parse("trial and error").words == ("trial", "and", "error")


@given(st.text(max_size=200))
def test_nothing_is_a_syntax_error(text: str) -> None:
    parsed = parse(text)
    assert all(group.alternatives for group in parsed.groups)
    parsed.clause()
    parsed.clause(at_least=1)
