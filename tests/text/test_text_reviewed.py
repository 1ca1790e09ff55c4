"""What a review of real records found wrong: kept right from now on."""

from __future__ import annotations

import pytest

from reperio.text.access import read_access
from reperio.text.ages import AgeRange, find_ages
from reperio.text.designs import read_designs
from reperio.text.licences import read_licence


@pytest.mark.parametrize(
    "text", ["Underwater visual census", "Fish census of a bay", "Bird census, 1990", "A census of marine life"]
)
def test_counts_of_animals_are_no_census_of_people(text: str) -> None:
    assert "census" not in read_designs(text)


@pytest.mark.parametrize(
    "text", ["Population census", "The census of 2011", "Agricultural census", "Census of Ireland"]
)
def test_a_census_is_one(text: str) -> None:
    assert "census" in read_designs(text)


def test_fish_are_no_people() -> None:
    assert find_ages("The survey looked at 1-3 year old mackerel in the sea") is None


def test_months_are_no_years() -> None:
    assert find_ages("A survey of infants aged 4 to 18 months in private households") == AgeRange(0.333, 1.5)


def test_years_of_people_stay() -> None:
    assert find_ages("A survey of children aged 4 to 18 years") == AgeRange(4.0, 18.0)
    assert find_ages("A survey of 11 to 15 year olds in schools") == AgeRange(11.0, 15.0)


@pytest.mark.parametrize(
    "title",
    [
        "Bathymetric Survey - 2009-06-25 - Offshore",
        "Habitat point records from a river survey",
        "Agricultural Land Classification detailed Post 1988 survey ALCB1",
        "Mackerel egg and plankton survey",
    ],
)
def test_surveys_of_nature_ask_nobody(title: str) -> None:
    assert read_designs(title) == ()


@pytest.mark.parametrize("title", ["Household survey", "Survey of anglers in Wales", "Northern Ireland Crime Survey"])
def test_surveys_of_people_are_surveys(title: str) -> None:
    assert "survey" in read_designs(title)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Limitations on public access", None),
        ("Public access limited: rights of third parties", None),
        ("No limitations on public access", "open"),
        ("There are no access restrictions to these data.", "open"),
        ("No access.", "closed"),
        ("Not available for direct download. Data are available on request.", "controlled"),
        ("Only the metadata can be made publicly available; readers can request the datasets.", "controlled"),
        ("Publicly available", "open"),
    ],
)
def test_levels_of_access(text: str, level: str | None) -> None:
    assert read_access(text) == level


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Public Sector End User Licence - INSPIRE", "Public Sector End User Licence (INSPIRE)"),
        ("INSPIRE end user licence", "Public Sector End User Licence (INSPIRE)"),
        ("Subject to the PSMA INSPIRE End User Licence.", "Public Sector End User Licence (INSPIRE)"),
        ("UK Data Service End User Licence", "UK Data Service End User Licence"),
    ],
)
def test_end_user_licences_are_told_apart(text: str, name: str) -> None:
    found = read_licence(text)
    assert found is not None
    assert found.name == name
