from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reperio.query.constraints import as_words, read_constraints, with_chips
from reperio.query.model import Query

PIECES = (
    "UK", "Germany", "in", "the", "and", "or", "with", "women", "aged", "10", "16", "to", "over", "5,000", "people", "open", "access",
    "data", "birth", "cohort", "study", "twin", "longitudinal", "after", "2000", "since", "1990s", "Dutch", "children", ",", "(", ")",
    '"', "-", "OR", "NOT", "n", ">", "at", "least", "3", "waves", "only", "qualitative", "genetic", "depression", "born", "ages",
    "under", "5s", "Survey", "British", "65+", "not", ".", "U.K.", "between",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=12).map(" ".join),
)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@settings(max_examples=400, deadline=None)
@given(texts)
@example("open UK access")
@example("aged 16 in 1970")
@example("U.K. \x1e\ufffc İ ß ŉ")
def test_no_word_is_lost_or_moved(text: str) -> None:
    understood = read_constraints(text)
    rest = text
    for chip in reversed(understood.chips):
        assert 0 <= chip.start < chip.end <= len(text)
        assert chip.words in text[chip.start : chip.end]
        rest = rest[: chip.start] + " " + rest[chip.end :]
    assert words(rest) == words(understood.text_left)
    ends = [0, *(place for chip in understood.chips for place in (chip.start, chip.end))]
    assert ends == sorted(ends)


@settings(max_examples=300, deadline=None)
@given(texts)
@example("open UK access")
@example("aged 16 to 24 in 2011")
def test_what_is_left_states_nothing_more(text: str) -> None:
    left = read_constraints(text).text_left
    assert read_constraints(left).chips == ()
    query = Query(text=text)
    once = with_chips(query, read_constraints(text))
    assert with_chips(once, read_constraints(once.text)) == once


@settings(max_examples=200, deadline=None)
@given(texts)
def test_a_chip_turned_into_words_is_no_chip(text: str) -> None:
    for chip in read_constraints(text).chips:
        left = read_constraints(text, as_words((), chip))
        assert all((other.facet, other.words) != (chip.facet, chip.words) for other in left.chips)
