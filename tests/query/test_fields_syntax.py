"""Filters written in the syntax of queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.query.constraints.fields import WRITTEN_MAX, read_fields
from reperio.query.model import Chosen, Span

READ = {
    "year:2000..2010 income": ("income", Span("year", 2000, 2010)),
    "income year:2010..2000": ("income", Span("year", 2000, 2010)),
    "sleep age:10-16": ("sleep", Span("age", 10, 16)),
    "age:65+": ("", Span("age", 65, None)),
    "age:7": ("", Span("age", 7, 7)),
    "size:5000..": ("", Span("sample_size", 5000, None)),
    "size:5,000..": ("", Span("sample_size", 5000, None)),
    "size:>=5000": ("", Span("sample_size", 5000, None)),
    "size:>5000": ("", Span("sample_size", 5001, None)),
    "waves:<3 x": ("x", Span("waves", None, 2)),
    "year:..1999": ("", Span("year", None, 1999)),
    "access:open diet": ("diet", Chosen("access", ("open",))),
    'design:"birth cohort" diet': ("diet", Chosen("study_design", ("birth cohort",))),
    "country:UK": ("", Chosen("country", ("GB",))),
    "source:ukds": ("", Chosen("source", ("ukds",))),
}
LEFT = (
    "year:abc", "age:", "age:x-y", '"year:2000"', "access:maybe", "country:Germany", "xyear:2000", "a:b", "year:2000..x",
    'say "age:10-16" twice', "http://example.org", "title:cohort", "-year:2000", "design:x",
)  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_a_filter_is_read(text: str) -> None:
    left, (chip,) = read_fields(text)
    assert (left, chip.span or chip.chosen) == READ[text]
    assert text[chip.start : chip.end] == chip.words
    assert chip.label


@pytest.mark.parametrize("text", LEFT)
def test_anything_else_is_words(text: str) -> None:
    assert read_fields(text) == (text, ())


@given(
    st.one_of(st.text(max_size=60), st.lists(st.sampled_from([*READ, *LEFT, '"', ":", "year:", ".."])).map(" ".join))
)
def test_no_text_is_an_error(text: str) -> None:
    left, chips = read_fields(text)
    assert all(text[chip.start : chip.end] == chip.words for chip in chips)
    assert chips or left == text
    assert len(chips) <= WRITTEN_MAX
