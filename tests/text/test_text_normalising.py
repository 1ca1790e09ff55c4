"""Several periods of a statement, organisations with their identifiers, places beside their country, odd languages."""

from __future__ import annotations

import pytest

from reperio.resource.participants import population_ages, population_sex
from reperio.text.ages import AgeRange
from reperio.text.dates import interval, read_periods
from reperio.text.languages import read_language
from reperio.text.organisations import read_organisation
from reperio.text.places import read_places


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1975; 1980-1982", ["1975", "1980/1982"]),
        ("1975, 1980, 1985", ["1975", "1980", "1985"]),
        ("1993-1995, 1998-2000", ["1993/1995", "1998/2000"]),
        ("2001, 2002, 2003", ["2001/2003"]),
        ("May 1990\nJune 1992", ["1990-05", "1992-06"]),
        ("start=2011-01-01; end=2015-10-31", ["2011-01-01/2015-10-31"]),
        ("2004:ongoing", ["2004/.."]),
        ("1986 to 1987", ["1986/1987"]),
        ("20016-2018", []),
        ("2016-20188", []),
        ("", []),
    ],
)
def test_periods_of_a_statement(raw: str, expected: list[str]) -> None:
    assert [interval(period) for period in read_periods(raw)] == expected


def test_organisations_with_their_ror() -> None:
    name, [identifier] = read_organisation("University of Somewhere (https://ror.org/04w5ec154)")
    assert (name, identifier.scheme, identifier.value) == ("University of Somewhere", "ror", "04w5ec154")
    assert read_organisation("https://ror.org/04w5ec154")[0] == ""
    assert read_organisation("Institute ror.org/04w5ec155") == ("Institute ror.org/04w5ec155", ())
    assert read_organisation("Ministry of Silly Walks") == ("Ministry of Silly Walks", ())


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ("Gemeente Rotterdam", ["NL"]), ("Selfkant Duitsland", ["DE"]), ("Sneek en omgeving", ["NL"]), ("Cheribon", ["ID"]),
        ("Gulf of Guinea", [None]), ("Hollandia", [None]), ("Nederlands-Indië", ["ID"]), ("Noord Brabant", ["NL"]),
        ("England, Scotland, Wales", ["GB", "GB", "GB"]), ("San Fracnisco", [None]),
    ],
)  # fmt: skip
def test_places(raw: str, codes: list[str | None]) -> None:
    assert [place.country for place in read_places(raw)] == codes


def test_names_of_one_language() -> None:
    assert read_language("Limburgan, Limburger, Limburgish") == "li"
    assert read_language("French, German") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("All children aged 27-30 months", AgeRange(2.25, 2.5)),
        ("18-35 years", AgeRange(18.0, 35.0)),
        ("Women and teenage girls (12-18 years old)", None),
        ("Pupils aged 5 to 12 and their teachers", None),
        ("Contacts of the last 24 months", None),
    ],
)
def test_ages_of_a_population(text: str, expected: AgeRange | None) -> None:
    assert population_ages(text) == expected


def test_sexes_of_a_population() -> None:
    assert population_sex("Screening, currently offered to women who are resident in the region") == "female"
    assert population_sex("40% of all pregnant women smoke") is None
    assert population_sex("Second Men B vaccination") is None
