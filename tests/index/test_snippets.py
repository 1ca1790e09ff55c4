"""Passages that show why a text matched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.index.ask import AllOf, AnyOf, Clause, Everything, Phrase, Snippet, Without, Word
from reperio.index.snippets import make_snippet


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.marks]


@pytest.mark.parametrize(
    ("text", "clause", "marks"),
    [
        ("Depressed and depression", Word("depression"), ["Depressed", "depression"]),
        ("Depressed and depression", Word("depression", exact=True), ["depression"]),
        ("A follow-up, a followup, to follow up", Word("follow-up"), ["follow-up", "followup", "follow up"]),
        ("The GHQ12 scale", Word("ghq"), ["GHQ12"]),
        ("Ménière’s disease", Word("meniere"), ["Ménière"]),
        ("Household income, income of household", Phrase("household income"), ["Household income"]),
        ("Depriv and depress", Word("dep", prefix=True), ["Depriv", "depress"]),
        ("A depresion", Word("depression", fuzzy=1), ["depresion"]),
        ("The sleep of the just", AllOf((Word("the"), Word("sleep"))), ["sleep"]),
        ("Who are we", AllOf((Word("who"), Word("are"))), ["Who are"]),
        ("sleep and diet", Without(Word("sleep"), Word("diet")), ["sleep"]),
        ("sleep and diet", AnyOf((Word("sleep", fields=("title",)), Word("diet", fields=("abstract",)))), ["diet"]),
        ("sleep", Everything(), []),
        ("", Word("sleep"), []),
    ],
)
def test_marks(text: str, clause: Clause, marks: list[str]) -> None:
    snippet = make_snippet(text, clause, field="abstract")
    assert (snippet.text, snippet.field, marked(snippet)) == (text, "abstract", marks)


def test_the_passage_with_most_different_matches_wins() -> None:
    text = "sleep " + "word " * 100 + "sleep sleep " + "word " * 100 + "sleep and diet " + "word " * 100
    snippet = make_snippet(text, AllOf((Word("sleep"), Word("diet"))), width=80)
    assert marked(snippet) == ["sleep", "diet"]
    assert len(snippet.text) <= 90
    assert snippet.text.startswith("… word")
    assert snippet.text.endswith("word …")


def test_without_matches_the_beginning_is_given() -> None:
    snippet = make_snippet("first words " * 50, Word("sleep"), width=60)
    assert snippet.text.startswith("first words")
    assert snippet.marks == ()


def test_markup_stays_text_and_controls_become_spaces() -> None:
    snippet = make_snippet("<b>sleep</b>\n\x00now", Word("sleep"))
    assert snippet.text == "<b>sleep</b>  now"
    assert marked(snippet) == ["sleep"]


def test_late_matches_in_long_texts_are_found() -> None:
    snippet = make_snippet("word " * 60_000 + "sleep", Word("sleep"))
    assert marked(snippet) == ["sleep"]


@given(st.text(max_size=300), st.text(max_size=12), st.integers(10, 100))
def test_any_text(text: str, word: str, width: int) -> None:
    snippet = make_snippet(text, AllOf((Word(word), Word("a", prefix=True))), width=width)
    assert len(snippet.text) <= width + 90
    ends = [end for mark in snippet.marks for end in mark]
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.marks)
    assert all(any(letter.isalnum() for letter in piece) for piece in marked(snippet))
