"""Days, months and years as ISO 8601 writes them, and the words people have for months and seasons."""

from __future__ import annotations

import calendar
from functools import cache
from typing import NamedTuple

from babel import Locale

from reperio.text.characters import fold

# Languages of the catalogues we know; a month name that means different months in two of them is left out.
MONTH_LANGUAGES = ("en", "nl", "de", "fr", "es", "it", "pt", "da", "sv", "nb", "fi", "pl", "cs")
_SHORT_OK = {"en", "nl", "de", "fr", "es"}
YEAR_MAX = 2100
TWO_DIGIT_PIVOT = 40  # '39 is 2039, '40 is 1940: no clock decides what a record says

SEASONS: dict[str, tuple[int, int] | None] = {
    word: months
    for months, words in {
        (3, 5): "spring voorjaar lente fruhling fruhjahr printemps primavera",
        (6, 8): "summer midsummer zomer sommer ete verano",
        (9, 11): "autumn fall najaar herfst herbst automne otono",
        None: "winter hiver invierno",  # of one year or across two: only the year is certain
    }.items()
    for word in words.split()
}


class Span(NamedTuple):
    """First and last day, month or year of a stretch, each of the precision stated; None where unknown."""

    start: str | None
    end: str | None


def year(value: int) -> str:
    """A year in ISO form: four digits, a minus sign for years before 1 BC (which is `0000`)."""
    return f"-{-value:04d}" if value < 0 else f"{value:04d}"


def month(of_year: int, value: int) -> str | None:
    """A month in ISO form; None when there is no such month."""
    return f"{year(of_year)}-{value:02d}" if 1 <= value <= 12 else None


def day(of_year: int, of_month: int, value: int) -> str | None:
    """A day in ISO form; None when there is no such day."""
    stem = month(of_year, of_month)
    if stem is None or not 1 <= value <= calendar.monthrange(of_year if 1 <= of_year <= 9999 else 2000, of_month)[1]:
        return None
    return f"{stem}-{value:02d}"


def full_year(two_digits: int) -> int:
    """The year that two digits stand for: 40 to 99 are 19xx, 00 to 39 are 20xx."""
    return two_digits + (1900 if two_digits >= TWO_DIGIT_PIVOT else 2000)


def season(of_year: int, word: str) -> Span:
    """The months of a season in the northern hemisphere; of a winter only the year is certain."""
    months = SEASONS[word]
    if months is None:
        return Span(year(of_year), year(of_year))
    return Span(month(of_year, months[0]), month(of_year, months[1]))


def year_number(iso: str) -> int:
    """The year of an ISO date."""
    return -int(iso[1:].split("-", maxsplit=1)[0]) if iso.startswith("-") else int(iso.split("-", maxsplit=1)[0])


@cache
def month_numbers() -> dict[str, int]:
    """Folded name or abbreviation of a month, in the languages of our catalogues, to its number."""
    found: dict[str, set[int]] = {}
    for lang in MONTH_LANGUAGES:
        locale = Locale.parse(lang)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    key = fold(name).rstrip(".")
                    if (width == "wide" or lang in _SHORT_OK) and key.isalpha() and len(key) > 2:
                        found.setdefault(key, set()).add(number)
    found |= {"sept": {9}, "okt": {10}, "mrt": {3}, "febr": {2}, "maerz": {3}, "janv": {1}, "juil": {7}, "jnl": {7}}
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}
