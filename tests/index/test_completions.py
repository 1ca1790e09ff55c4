"""Completions of what is typed: every entry of which a word begins so, the most frequent first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reperio.index.analysis import Analysis
from reperio.index.ask import Suggestion
from reperio.index.suggestions import Completions, folded

ANALYSIS = Analysis()
WORDS = st.sampled_from(["sleep", "sle", "s", "Depression", "de", "GHQ-12", "in", "é", "naïve", "—"])
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
ENTRIES = st.lists(st.builds(Suggestion, text=TEXTS, kind=st.just("topic"), count=st.integers(1, 5)), max_size=25)


@given(ENTRIES, TEXTS, st.integers(1, 12), st.integers(1, 8))
def test_what_begins_so_comes_before_what_holds_such_a_word(
    entries: list[Suggestion], text: str, letters: int, limit: int
) -> None:
    prefix = text[:letters]
    sought = folded(prefix, ANALYSIS)
    ordered = sorted(entries, key=lambda entry: (-entry.count, entry.text))
    holding = [entry for entry in ordered if sought.strip() and sought in folded(entry.text, ANALYSIS)]
    expected = sorted(holding, key=lambda entry: not folded(entry.text, ANALYSIS).startswith(sought))
    assert Completions(entries, ANALYSIS).starting(prefix, limit) == expected[:limit]


def test_nothing_is_completed_to_nothing() -> None:
    made = Completions([Suggestion(text="Sleep", kind="topic", count=2)], ANALYSIS)
    assert made.starting(" -", 8) == []
    assert made.starting("sl", 0) == []
    assert Completions([], ANALYSIS).starting("sl", 8) == []
