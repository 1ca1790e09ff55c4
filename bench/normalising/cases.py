"""The cases that we labelled by hand (`cases.tsv`): a field, a raw string, and what it is to be read as."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from reperio.text.access import read_access
from reperio.text.ages import AgeRange, find_ages, read_ages
from reperio.text.dates import interval, read_date, read_period
from reperio.text.designs import read_designs, read_genetic, read_sex
from reperio.text.identifiers import find_dois
from reperio.text.languages import read_language
from reperio.text.licences import read_licence
from reperio.text.places import read_places
from reperio.text.sizes import read_sizes

CASES = Path(__file__).with_name("cases.tsv")
NOTHING = "-"


class Case(NamedTuple):
    """One labelled case; `expected` is `-` where nothing is to be read."""

    field: str
    raw: str
    expected: str


def load_cases() -> list[Case]:
    """The labelled cases, in the order of the file."""
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(row["field"], row["raw"].replace("\\n", "\n"), row["expected"]) for row in rows]


def show(field: str, raw: str) -> str:
    """What our rules read, in the notation of the labels."""
    return _SHOWN[field](raw)


def _period(raw: str) -> str:
    period = read_period(raw)
    return NOTHING if period is None else interval(period) + (" ongoing" if period.ongoing else "")


def _places(raw: str) -> str:
    return " ".join(place.subdivision or place.country or NOTHING for place in read_places(raw))


def _range(ages: AgeRange | None) -> str:
    return NOTHING if ages is None else "..".join("" if end is None else f"{end:g}" for end in (ages.lower, ages.upper))


def _sizes(raw: str) -> str:
    return "; ".join(f"{size.count} {size.unit}" for size in read_sizes(raw)) or NOTHING


def _genetic(raw: str) -> str:
    return {True: "yes", False: "no", None: NOTHING}[read_genetic(raw)]


def _licence(raw: str) -> str:
    licence = read_licence(raw)
    return NOTHING if licence is None else licence.spdx or licence.name


_SHOWN: dict[str, Callable[[str], str]] = {
    "period": _period,
    "date": lambda raw: read_date(raw) or NOTHING,
    "places": _places,
    "ages": lambda raw: _range(read_ages(raw)),
    "prose_ages": lambda raw: _range(find_ages(raw)),
    "sizes": _sizes,
    "designs": lambda raw: "; ".join(read_designs(raw)) or NOTHING,
    "sex": lambda raw: read_sex(raw) or NOTHING,
    "genetic": _genetic,
    "doi": lambda raw: " ".join(find_dois(raw)) or NOTHING,
    "language": lambda raw: read_language(raw) or NOTHING,
    "licence": _licence,
    "access": lambda raw: read_access(raw) or NOTHING,
}
