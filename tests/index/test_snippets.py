"""Passages that show why a text matched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.index.analysis import EVERY_LANGUAGE
from reperio.index.ask import AllOf, AnyOf, Clause, Everything, Phrase, Snippet, Without, Word
from reperio.index.snippets import PASSAGES_KEPT, make_snippet, marker


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.marks]


@pytest.mark.parametrize(
    ("text", "clause", "marks"),
    [
        ("Depressed and depression", Word("depression"), ["Depressed", "depression"]),
        ("Depressed and depression", Word("depression", exact=True), ["depression"]),
        ("A follow-up, a followup, to follow up", Word("follow-up"), ["follow-up", "followup", "follow up"]),
        ("The GHQ12 scale", Word("ghq"), ["GHQ12"]),
        ("The GHQ12 scale", Word("12"), ["GHQ12"]),
        ("A followup and a datasets list", AllOf((Word("up"), Word("sets"))), ["followup", "datasets"]),
        ("Ärzte und ärzte der Stadt", Word("arzte"), ["Ärzte", "ärzte"]),
        ("Über Arzt und Zeit", Word("zeiten"), ["Zeit"]),
        ("\u201csleep\u201d and _sleep_", Word("sleep"), ["sleep", "sleep"]),
        ("Asleep or oversleeping", Word("sleep"), []),
        ("Опрос населения", Word("опрос"), ["Опрос"]),
        ("Survey of health, heath", Phrase("of health"), ["of health"]),
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


WORDS = (
    "sleep", "Sleeps", "asleep", "GHQ12", "12", "dataset", "data-set", "sets", "Ärzte", "arzte", "ﬁtted", "fitted",
    "diet", "Опрос", "n°5",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=30), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
def test_a_text_is_marked_alike_whatever_else_is_asked(text: list[str], asked: list[str]) -> None:
    """One of several words is looked for by its first letter; beside a word that may be misspelled every word is compared."""
    joined = " ".join(text)
    clauses = tuple(Word(word) for word in asked)
    alone = make_snippet(joined, AllOf(clauses), width=1000)
    beside = make_snippet(joined, AllOf((*clauses, Word("qqqqqqqqq", fuzzy=1))), width=1000)
    assert alone == beside


def test_what_was_found_is_remembered_by_field_and_width() -> None:
    marking = marker(AllOf((Word("sleep", fields=("label",)), Word("diet", fields=("question",)))), EVERY_LANGUAGE)
    text = "Sleep and diet " + "x " * 40
    for _ in range(2):
        label, question = marking.found(text, "label", 200), marking.found(text, "question", 20)
        assert label is not None
        assert marked(label) == ["Sleep"]
        assert question is not None
        assert (marked(question), question.field) == (["diet"], "question")
        assert len(question.text) < len(label.text)
        assert marking.found("nothing", "label", 200) is None


def test_not_too_much_is_remembered() -> None:
    marking = marker(Word("sleep"), EVERY_LANGUAGE)
    for number in range(PASSAGES_KEPT + 10):
        assert marking.found(f"sleep {number}", "label", 120) == make_snippet(
            f"sleep {number}", Word("sleep"), field="label", width=120
        )
    assert len(marking._found) <= PASSAGES_KEPT
