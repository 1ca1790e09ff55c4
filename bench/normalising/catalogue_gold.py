"""Gold within catalogues: what HDR UK coded when it moved to a new schema, and what UK LLC counts beside its words.

HDR UK described the same data set first in free text (version 1 of its schema) and then in fields (version 2): places,
ages and dates of the two are held against each other. UK LLC gives months of fieldwork beside titles that name an age:
with the year of birth of the cohort they say whether the age is right.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gold import Outcome

from reperio.resource.participants import population_ages
from reperio.text.ages import AgeRange, find_ages, read_ages, titled_ages
from reperio.text.dates import read_date, read_period, years
from reperio.text.html import plain_text
from reperio.text.places import read_places

BORN = {
    "(BCS70)": (1970, 1970),
    "(NCDS58)": (1958, 1958),
    "(MCS)": (2000, 2002),
    "(NEXTSTEP)": (1989, 1990),
    "(NSHD46)": (1946, 1946),
}
Record = dict[str, Any]


def hdruk(data: Path, pair: Callable[[Record, Record], Iterator[Outcome]]) -> Iterator[Outcome]:
    """Outcomes of every data set that is there in both versions of the schema."""
    folder = data / "catalogues/hdruk"
    rows = map(json.loads, filter(None, (folder / "union_latest_by_id.jsonl").read_text("utf-8").split("\n")))
    records = {
        (row["schema"], row["record"].get("id") or row["record"].get("identifier")): row["record"] for row in rows
    }
    for line in filter(None, (folder / "gold_same_dataset_pairs.jsonl").read_text("utf-8").split("\n")):
        gold = json.loads(line)
        old, new = records.get(tuple(gold["a"])), records.get(tuple(gold["b"]))
        if old and new and (gold["a"][0], gold["b"][0]) == ("v1", "v2"):
            yield from pair(old, new)


def places(old: Record, new: Record) -> Iterator[Outcome]:
    """Free text on coverage against the coded coverage: the countries of both."""
    wanted, got = (_countries(text) for text in (_said(new, "coverage", "spatial"), old.get("geographicCoverage")))
    if wanted and isinstance(old.get("geographicCoverage"), str) and old["geographicCoverage"].strip():
        yield Outcome(old["geographicCoverage"], wanted, got)


def starts(old: Record, new: Record) -> Iterator[Outcome]:
    """The day the data begin, as stated in either."""
    wanted = read_date(str(_said(new, "provenance", "temporal", "startDate") or ""))
    if wanted and old.get("datasetStartDate"):
        yield Outcome(old["datasetStartDate"], wanted[:7], (read_date(old["datasetStartDate"]) or "")[:7] or None)


def ages(old: Record, new: Record) -> Iterator[Outcome]:
    """The band of ages against the coded range."""
    wanted, got = (
        read_ages(str(_said(new, "coverage", "typicalAgeRange") or "")),
        read_ages(str(old.get("ageBand") or "")),
    )
    if wanted and old.get("ageBand"):
        yield Outcome(old["ageBand"], _shown(wanted), _shown(got))


def told_ages(old: Record, new: Record) -> Iterator[Outcome]:
    """Ages that sentences tell, where they tell some, against the coded range: right when they lie within it."""
    coded = read_ages(str(_said(new, "coverage", "typicalAgeRange") or ""))
    texts = [plain_text(str(old.get(name) or "")) for name in ("populationType", "abstract")]
    got = population_ages(texts[0]) or find_ages(texts[1])
    if coded and got:
        within = (got.lower or 0) >= (coded.lower or 0) and (got.upper or 0) <= (coded.upper or 999)
        yield Outcome(texts[0], _shown(coded), _shown(coded if within else got))


def ukllc_ages(data: Path) -> Iterator[Outcome]:
    """Ages in titles against years of fieldwork less years of birth."""
    for row in _descriptors(data):
        title = row.get("_title") or ""
        born = next((years_of for mark, years_of in BORN.items() if title.endswith(mark)), None)
        period = read_period(row.get("Temporal Coverage") or "")
        if born and period and title.lower().startswith("age "):
            first, last = years(period)
            got = titled_ages(title)
            right = got and first and last and first - born[1] - 1 <= (got.lower or 0) <= last - born[0] + 1
            wanted = title.split(" ")[1]
            yield Outcome(title, wanted, wanted if right else _shown(got))


def ukllc_periods(data: Path) -> Iterator[Outcome]:
    """Temporal coverage (`04/1975 - 04/1976`) against its months, taken apart by position."""
    for row in _descriptors(data):
        raw = (row.get("Temporal Coverage") or "").strip()
        ends = raw.split(" - ")
        if len(ends) == 2 and all(len(end) == 7 and end[2] == "/" for end in ends):
            got = read_period(raw)
            wanted = "/".join(f"{end[3:]}-{end[:2]}" for end in ends)
            yield Outcome(raw, wanted, f"{(got.start or '')[:7]}/{(got.end or '')[:7]}" if got else None)


def _descriptors(data: Path) -> Iterator[Record]:
    text = (data / "catalogues/ukllc_guidebook/dataset_descriptors.jsonl").read_text("utf-8")
    yield from map(json.loads, filter(None, text.split("\n")))


def _said(record: Record, *path: str) -> object:
    value: Any = record
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _countries(text: object) -> str | None:
    said = "; ".join(map(str, text)) if isinstance(text, list) else str(text or "")
    return " ".join(sorted({place.country for place in read_places(said) if place.country})) or None


def _shown(found: AgeRange | None) -> str | None:
    return None if found is None else f"{found.lower or 0:g}..{'' if found.upper is None else f'{found.upper:g}'}"
