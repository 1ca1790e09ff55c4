"""Gold that others made: free text beside coded values, and what our rules make of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from reperio.text.dates import interval, read_period, years
from reperio.text.places import read_places
from reperio.text.terms import read_terms


class Outcome(NamedTuple):
    """One case: what was wanted, what came; None where nothing was wanted or came."""

    raw: str
    wanted: str | None
    got: str | None


def edtf_dates(data: Path) -> Iterator[Outcome]:
    """Natural-language dates against EDTF, both reduced to a period. Cases of the set that our conventions rule out are left out."""
    pairs = json.loads((data / "vocabularies/edtf_natural_language_dates/natlang_pairs.json").read_text("utf-8"))
    for raw, edtf in pairs:
        if _other_convention(raw, edtf):
            continue
        wanted = read_period(edtf) if edtf else None
        got = read_period(raw)
        yield Outcome(raw, interval(wanted) if wanted else None, interval(got) if got else None)


def _other_convention(raw: str, edtf: str | None) -> bool:
    """Years before Christ (we count a year 0), American month order, two digits alone, `2000s` as a century, art dates."""
    edtf = edtf or ""
    return (
        edtf.startswith("-")
        or "-24" in edtf
        or raw in {"10/7/2008", "90", "2000s", "c1900s", "c1800s?", "before about the 1900s", "year in about the 1800s"}
        or " or " in raw
        or raw in {"1900; 1973", "1915, from Camerawork, October 1916"}
    )


def temporal_years(data: Path) -> Iterator[Outcome]:
    """Free-text periods against coded ones in years; right when they overlap.

    The coded field says when data were collected or what they cover, the text often only its gist (`1960` beside
    1959 to 1961): the same years in about half, an overlap is what both can promise.
    """
    records = json.loads((data / "catalogues/odissei_portal/gold_temporal_text_vs_structured.json").read_text("utf-8"))
    for record in records:
        spans = record["timePeriodCovered"] or []
        texts = record["free_text"] or []
        if len(texts) != 1 or not spans:
            continue
        starts = [int(start[:4]) for span in spans if (start := span.get("timePeriodCoveredStart"))]
        ends = [int(end[:4]) for span in spans if (end := span.get("timePeriodCoveredEnd"))]
        coded = f"{min(starts, default=0)}/{max(ends, default=9999)}"
        got = read_period(texts[0])
        if got is None:
            yield Outcome(texts[0], coded, None)
            continue
        first, last = years(got)
        overlap = (first or 0) <= max(ends, default=9999) and (last or 9999) >= min(starts, default=0)
        yield Outcome(texts[0], coded, coded if overlap else f"{first}/{last}")


def country_names(data: Path) -> Iterator[Outcome]:
    """Names of countries, English and their own, against ISO codes."""
    with (data / "vocabularies/country_names/dist/countries.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield from _one_country(row)


def _one_country(row: dict[str, str]) -> Iterator[Outcome]:
    code = row.get("Code") or row.get("code") or row.get("alpha2") or row.get("ISO2") or ""
    for column in ("name", "Name", "native", "Native"):
        name = row.get(column)
        if name and code:
            got = read_places(name)
            yield Outcome(name, code, got[0].country if len(got) == 1 else None)


def spatial_countries(data: Path) -> Iterator[tuple[set[str], set[str]]]:
    """For each record whose text names places: countries of the controlled list, and countries read from the text."""
    records = json.loads((data / "catalogues/odissei_portal/gold_spatial_text_vs_controlled.json").read_text("utf-8"))
    for record in records:
        wanted = {place.country for name in record["controlled"] for place in read_places(name) if place.country}
        got = {place.country for text in record["text"] for place in read_places(text) if place.country}
        if wanted:
            yield wanted, got


def vocabulary_labels(data: Path) -> Iterator[Outcome]:
    """Preferred labels of the vocabularies of method, in every language, against their codes; shared labels left out."""
    for vocabulary in ("TimeMethod", "AnalysisUnit", "SamplingProcedure", "ModeOfCollection"):
        file = data / f"vocabularies/cessda_vocabularies/{vocabulary}/{vocabulary}.json"
        codes: dict[str, set[str]] = {}
        for version in json.loads(file.read_text("utf-8"))["versions"]:
            concepts = version["concepts"]
            for concept in concepts if isinstance(concepts, list) else concepts.values():
                if concept.get("title") and concept["notation"] != "Other":
                    codes.setdefault(concept["title"], set()).add(concept["notation"])
        for label, of in codes.items():
            if len(of) == 1:
                got = read_terms(vocabulary, label)
                yield Outcome(label, next(iter(of)), got[0].code if len(got) == 1 else None)
