"""The cases labelled by hand from real strings drawn at random (`labelled.tsv`), and what our rules read in them.

Fields were drawn with a fixed seed from the files named, distinct strings only, and labelled before our rules saw them.
The last digit of a string's SHA-1 says whether it was for development (even) or held out (odd).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from strings import Strings

from reperio.resource.instruments import instrument_named, instruments_in
from reperio.resource.participants import population_ages, population_sex
from reperio.text.access import read_access
from reperio.text.ages import AgeRange, find_ages, read_ages
from reperio.text.dates import interval, read_periods
from reperio.text.designs import read_designs, read_genetic
from reperio.text.html import plain_text
from reperio.text.identifiers import read_identifier
from reperio.text.languages import read_language
from reperio.text.licences import read_licence
from reperio.text.organisations import read_organisation
from reperio.text.places import read_places
from reperio.text.sizes import read_sizes
from reperio.text.terms import Vocabulary, read_terms

LABELLED = Path(__file__).with_name("labelled.tsv")


class Labelled(NamedTuple):
    """A real string with what is to be read in it; `held` when it was kept apart from development."""

    field: str
    raw: str
    expected: frozenset[str]
    held: bool


def load_labelled(data: Path) -> Iterator[Labelled]:
    """The labelled strings, read from where they lie.

    Raises:
        LookupError: a string is not what it was when it was labelled.
    """
    strings = Strings(data)
    with LABELLED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            raw = strings.at(row["file"], row["place"], row["sha1"])
            expected = frozenset() if row["expected"] == "-" else frozenset(row["expected"].split("; "))
            if row["field"] == "places":
                expected = frozenset(part for each in expected for part in each.split(" "))
            yield Labelled(row["field"], raw, expected, int(row["sha1"][-1], 16) % 2 == 1)


def read(case: Labelled) -> frozenset[str]:
    """What our rules read, in the notation of the labels."""
    return frozenset(_READ[case.field](plain_text(case.raw)))


def right(case: Labelled, got: frozenset[str]) -> tuple[int, int]:
    """How many of what was read are right, and how many of what was wanted were read.

    A place within a country that is wanted is right, and so is the country of a part that is wanted: the part is then
    not read, which recall counts.
    """
    if case.field != "places":
        return len(got & case.expected), len(got & case.expected)
    lands = {code.partition("-")[0] for code in case.expected}
    bare = {code for code in case.expected if "-" not in code}
    precise = sum(code in case.expected or code.partition("-")[0] in (bare if "-" in code else lands) for code in got)
    found = sum(code in got or any(each.partition("-")[0] == code for each in got) for code in case.expected)
    return precise, found


def _places(raw: str) -> Iterator[str]:
    return (code for place in read_places(raw) if (code := place.subdivision or place.country))


def _periods(raw: str) -> Iterator[str]:
    return (interval(period) + (" ongoing" if period.ongoing else "") for period in read_periods(raw))


def _range(ages: AgeRange | None) -> list[str]:
    return [] if ages is None else ["..".join("" if end is None else f"{end:g}" for end in (ages.lower, ages.upper))]


def _licence(raw: str) -> list[str]:
    licence = read_licence(raw)
    return [licence.spdx or licence.name] if licence else []


def _genetic(raw: str) -> list[str]:
    return {True: ["yes"], False: ["no"], None: []}[read_genetic(raw)]


def _identifier(raw: str) -> list[str]:
    found = read_identifier(raw)
    return [] if found is None else [found.value if found.scheme == "urn" else f"{found.scheme}:{found.value}"]


def _instrument(raw: str) -> list[str]:
    stated = instrument_named(raw)
    return [stated.key] if stated else [found.key for found in instruments_in(raw)]


def _one(value: str | None) -> list[str]:
    return [value] if value else []


def _terms(vocabulary: Vocabulary) -> Callable[[str], list[str]]:
    return lambda raw: [term.code for term in read_terms(vocabulary, raw)]


_READ: dict[str, Callable[[str], Iterator[str] | list[str] | tuple[str, ...]]] = {
    "places": _places,
    "period": _periods,
    "ages": lambda raw: _range(read_ages(raw)),
    "population_ages": lambda raw: _range(population_ages(raw)),
    "prose_ages": lambda raw: _range(find_ages(raw)),
    "sex": lambda raw: _one(population_sex(raw)),
    "sizes": lambda raw: [f"{size.count} {size.unit}" for size in read_sizes(raw)],
    "designs": read_designs,
    "time_method": _terms("TimeMethod"),
    "sampling": _terms("SamplingProcedure"),
    "collection_mode": _terms("ModeOfCollection"),
    "analysis_unit": _terms("AnalysisUnit"),
    "language": lambda raw: _one(read_language(raw)),
    "licence": _licence,
    "access": lambda raw: _one(read_access(raw)),
    "organisation": lambda raw: [identifier.value for identifier in read_organisation(raw)[1]],
    "genetic": _genetic,
    "identifier": _identifier,
    "instrument": _instrument,
}
