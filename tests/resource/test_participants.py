"""Ages and sex in statements of population."""

from __future__ import annotations

import pytest

from reperio.resource.participants import population_ages, population_sex
from reperio.text.ages import AgeRange


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("Adults aged 16 and over", 16, None),
        ("Adults (16+) in private households", 16, None),
        ("Persons over 16 years old", 16, None),
        ("Personer 18-79 år", 18, 79),
        ("Personen im Alter von 18 Jahren und älter", 18, None),
        ("Nederlandse bevolking van 16 jaar en ouder", 16, None),
        ("Finnish 15-29-year-olds", 15, 29),
    ],
)
def test_a_population_states_ages(text: str, lower: float, upper: float | None) -> None:
    assert population_ages(text) == AgeRange(lower, upper)


@pytest.mark.parametrize(
    "text",
    [
        "Adults",
        "All 43 municipalities with more than 20 years of records",
        "Veterans of World War 2",
        "100 adults asked about a 10-year-old child in 3 tasks",
        "100 adults who value the health of themselves and of a 10-year-old child",
        "Employees of 81 firms",
        "Teachers of grade 7 or 8",
        "Persons with 5 years of experience",
        "Judgments from 22 May 1947 on",
    ],
)
def test_other_numbers_are_no_ages(text: str) -> None:
    assert population_ages(text) is None


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("Men and women aged 50 and over", "all"),
        ("Individuals of both sexes living in Wales", "all"),
        ("Mostly men, from 17 to 40 years", "all"),
        ("Women aged 15-49", "female"),
        ("Ever-married women in Nepal", "female"),
        ("Male prisoners", "male"),
        ("Adults aged 16 and over", None),
        ("Patients of both hospitals of the county", None),
        ("Clients, both young persons and adults", None),
        ("Mothers and their children", None),
        ("142 adolescents from many homes, among them 90 females", None),
        ("Adolescents, including 90 females", None),
        ("Girls' schools in Kenya", None),
        ("Small enterprises owned by women", None),
    ],
)
def test_a_population_states_sex_or_does_not(text: str, sex: str | None) -> None:
    assert population_sex(text) == sex
