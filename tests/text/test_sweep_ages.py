"""Ages at which people were seen again."""

from __future__ import annotations

import pytest

from reperio.text.ages import AgeRange, find_ages, titled_ages


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("Cohort members were interviewed at ages 7, 11, 16 and 23.", 7, 23),
        (
            "It has returned to its members at ages 7, 11 and 16, and interviewed them again at ages 42, 46 and 50.",
            7,
            50,
        ),
        ("The study has followed its members from birth to age 50.", 0, 50),
        ("Civil servants aged 35 to 55 at recruitment.", 35, 55),
        ("Children were visited at 9 months and at ages 3, 5, 7, 11, 14 and 17.", 0.75, 17),
        ("Sweeps at birth, 5, 10, 16, 26 and 46 years.", 0, 46),
        ("Babies were measured at 6, 12 and 24 months.", 0.5, 2),
        ("Clinics took place at ages seven, eight and nine.", 7, 9),
        ("Young people were surveyed from age 11 to 25.", 11, 25),
    ],
)
def test_ages_at_which_people_were_seen(text: str, lower: float, upper: float) -> None:
    assert find_ages(text) == AgeRange(lower, upper)


@pytest.mark.parametrize(
    "text",
    [
        "Follow-up interviews took place at age 46.",
        "Respondents who left school at age 16 or 17 were surveyed.",
        "Infant mortality from birth to age 5 was studied.",
        "Under-5 mortality was surveyed from 1990 to 2015.",
        "Residents of aged care homes were surveyed.",
        "The share of the population aged 65+ rose in the survey.",
        "Mothers were aged 16 to 45 when their children were born; the children were interviewed.",
        "Patients were followed up at 6, 12 and 24 months after treatment, over 5 years of age or not.",
        "Data were collected from 7 schools and 11 clinics over 5 years.",
        "Interviews were held in 3 waves at 9 sites and 12 hospitals during 2 years.",
        "The mean ages at interview were 7, 11 and 16.",
    ],
)
def test_other_numbers_are_no_ages(text: str) -> None:
    assert find_ages(text) is None


@pytest.mark.parametrize(
    ("title", "lower", "upper"),
    [
        ("1970 British Cohort Study: Age 46, Sweep 10, 2016-2018", 46, 46),
        ("Next Steps: Sweep 8 (Age 25), 2015", 25, 25),
        ("Our Cohort: Child age 81 months", 6.75, 6.75),
        ("Millennium Cohort Study: Ages 3 to 5 survey", 3, 5),
    ],
)
def test_ages_in_titles_of_sweeps(title: str, lower: float, upper: float) -> None:
    assert titled_ages(title) == AgeRange(lower, upper)


@pytest.mark.parametrize(
    "title",
    ["Attitudes to old age 65+", "Minimum age 16: consultation", "Iron Age 5 sites", "Population by age 65 and over"],
)
def test_titles_that_bear_no_age_of_a_sweep(title: str) -> None:
    assert titled_ages(title) is None
