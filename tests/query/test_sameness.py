"""Questions compared where overlap of words misleads; response scales brought onto one."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.query.apart import told_apart
from reperio.query.sameness import Comparison, compare, differences, reference_days
from reperio.query.scales import compare_scales
from reperio.resource.fields import Resource
from reperio.resource.model import Category, Text


def asked(question: str, *options: str, period: str | None = None, start: int = 0) -> Resource:
    categories = tuple(Category(label, str(code)) for code, label in enumerate(options, start))
    return Resource(
        id="s/1",
        kind="variable",
        source="s",
        question=(Text(question),),
        categories=categories,
        reference_period=period,
    )


def scale(*options: str, start: int = 0) -> tuple[Category, ...]:
    return asked("?", *options, start=start).categories


FREQUENCY = ("Never", "Sometimes", "Often")


def test_the_same_options_with_the_same_codes_are_identical() -> None:
    missing = Category("Refused", "-9", missing=True)
    found = compare_scales((*scale(*FREQUENCY), missing), scale("never", "SOMETIMES", "often."))
    assert found.verdict == "identical"
    assert [(step.code, step.to_code) for step in found.steps] == [("0", "0"), ("1", "1"), ("2", "2")]


@pytest.mark.parametrize(
    ("one", "other", "codes", "how"),
    [
        (scale(*FREQUENCY), scale(*FREQUENCY, start=1), ["1", "2", "3"], {"label"}),
        (scale(*FREQUENCY), scale(*FREQUENCY[::-1]), ["2", "1", "0"], {"label"}),
        (scale("1. Never", "2. Sometimes", "3. Often", start=1), scale(*FREQUENCY), ["0", "1", "2"], {"label"}),
        (scale("Yes", "No", start=1), scale("Not mentioned", "Mentioned"), ["1", "0"], {"sense"}),
        (
            scale("Not at all", "Several days", "Nearly every day"),
            scale("Never", "Sometimes", "Always"),
            ["0", "1", "2"],
            {"sense"},
        ),
        (scale("Never", "Now and then", "Daily"), scale("Never", "At times", "All day"), ["0", "1", "2"], {"position"}),
    ],
)
def test_scales_that_correspond_are_recodable(
    one: tuple[Category, ...], other: tuple[Category, ...], codes: list[str], how: set[str]
) -> None:
    found = compare_scales(one, other)
    assert found.verdict == "recodable"
    assert [step.to_code for step in found.steps] == codes
    assert {step.how for step in found.steps} == how


def test_a_negated_question_is_turned_round() -> None:
    found = compare_scales(scale(*FREQUENCY), scale(*FREQUENCY), opposed=True)
    assert (found.verdict, [step.to_code for step in found.steps]) == ("recodable", ["2", "1", "0"])
    assert {step.how for step in found.steps} == {"reversed"}


def test_what_does_not_correspond_is_different_and_what_is_not_stated_unknown() -> None:
    assert compare_scales(scale("Owner", "Tenant", "Other"), scale("Red", "Green", "Blue")).verdict == "different"
    assert compare_scales(scale(*FREQUENCY), scale("Yes", "No")).verdict == "different"
    assert compare_scales((), scale("Yes", "No")).verdict == "unknown"


@pytest.mark.parametrize(
    ("question", "period", "days"),
    [
        ("How often in the past two weeks did you worry?", None, 14),
        ("Worried in the last fortnight", None, 14),
        ("During the last 30 days, did you smoke?", None, 30),
        ("In the past year, did you see a dentist?", None, 365),
        ("Have you ever smoked?", None, 0),
        ("Do you smoke?", "past week", 7),
        ("Do you smoke?", None, None),
    ],
)
def test_the_time_asked_about_is_read(question: str, period: str | None, days: int | None) -> None:
    assert reference_days(asked(question, period=period)) == days


def test_likeness_of_words_does_not_hide_what_differs() -> None:
    found = compare(
        asked("In the past week I felt restless", *FREQUENCY),
        asked("In the past year I did not feel restless", "Yes", "No"),
    )
    assert found.polarity.verdict == "different"
    assert found.period.verdict == "different"
    assert found.scales.verdict == "different"
    assert not found.same_words


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("A5b: Freq child drinks beer", "C7a: Freq child drinks wine", True),
        ("Sex of 10th person in household", "Sex of 11th person in household", True),
        ("Cholesterol in small LDL", "Cholesterol in large LDL", True),
        ("Natural mum sees child", "Natural dad sees child", True),
        ("A5b: Freq child eats oat cereals: F9", "Frequency of eating oat cereals", False),
        ("In the past 2 weeks YP felt lonely", "Felt lonely in the past 2 weeks", False),
        ("Employment score 2004", "Employment score 2007", False),
    ],
)
def test_one_pattern_filled_in_two_ways_is_told_apart(one: str, other: str, apart: bool) -> None:
    assert bool(told_apart(one, other)) is apart
    assert bool(told_apart(other, one)) is apart


def test_four_weeks_are_a_month() -> None:
    assert compare(asked("worry in the past four weeks"), asked("worry in the last month")).period.verdict == "same"


def test_differences_are_marked_in_their_place() -> None:
    marks = [(piece.mark, piece.text) for piece in differences("I felt sad today.", "I felt very sad.")]
    assert marks == [("same", "I felt"), ("only_there", "very"), ("same", "sad"), ("only_here", "today"), ("same", ".")]


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    pieces = differences(one, other)
    there = " ".join(piece.text for piece in pieces if piece.mark != "only_here")
    assert compare(asked(one), asked(one)).same_words
    assert sorted(there.replace(" ", "")) == sorted(
        " ".join(piece.text for piece in differences(other, other)).replace(" ", "")
    )


_WORDINGS = (
    "Do you smoke now?",
    "Do you not smoke now?",
    "Rauchen Sie zurzeit?",
    "Other, specify",
    "How often in the last week?",
)
_OTHERS = st.builds(
    asked,
    st.sampled_from(_WORDINGS),
    st.sampled_from([*FREQUENCY, "Yes", "No"]),
    st.sampled_from([*FREQUENCY, "Yes", "No"]),
    period=st.sampled_from([None, "last month", "ever"]),
    start=st.integers(0, 1),
)


@given(one=_OTHERS, others=st.lists(_OTHERS, max_size=8))
def test_what_many_waves_ask_alike_is_compared_as_each_alone(one: Resource, others: list[Resource]) -> None:
    comparison = Comparison(one)
    assert [comparison.with_other(other) for other in others] == [compare(one, other) for other in others]


def test_the_same_words_and_options_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(
        "reperio.query.sameness.compare_scales", lambda *scales, opposed: seen.append(scales) or compare_scales(*scales)
    )
    monkeypatch.setattr("reperio.query.sameness.told_apart", lambda *texts: seen.append(texts) or "")
    comparison = Comparison(asked("Do you smoke now?", *FREQUENCY))
    for wave in ("1", "2", "3"):
        comparison.with_other(msgspec.structs.replace(asked("Do you smoke today?", *FREQUENCY), wave=wave))
    assert len(seen) == 2
