"""What the rows of variables say of their dataset and study: years, ages, places, instruments, links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.fields import Resource
from reperio.resource.model import Link
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import accession, is_placeholder
from reperio.source.model import Source
from reperio.text.html import plain_text

VALUES_MAX = 200
MERGED = (
    "temporal", "ages", "study_designs", "urls", "spatial", "sizes", "keywords", "publishers", "links", "instruments",
    "identifiers", "claims",
)  # fmt: skip
YEAR = re.compile(r"(1[89]|20)\d\d")
AGE_ALONE = re.compile(r"\d{1,3}(\.\d+)?(\s*(-|to|–)\s*\d{1,3})?")


class Pattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column whose text holds several facts: groups `period`, `ages`, `wave` of a regular expression."""

    column: str
    groups: str


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Columns by the fact they hold.

    Attributes:
        places: names of places that hold for all rows.
        designs: words of the design that hold for all rows.
    """

    period: list[str] = []
    min_age: str = ""
    max_age: str = ""
    ages: list[str] = []
    design: list[str] = []
    instrument: list[str] = []
    url: list[str] = []
    link: list[str] = []
    identifier: list[str] = []
    places: list[str] = []
    designs: list[str] = []
    place: list[str] = []
    size: list[str] = []
    publisher: list[str] = []
    pattern: Pattern | None = None


def add_facts(
    reading: Reading, rows: list[dict[str, str]], facts: dict[Any, Facts], record: Record, source: Source
) -> None:
    """Add to the datasets and studies of a reading what the rows of their variables say of them."""
    of = _rows_of(reading, rows)
    for number, resource in enumerate(reading.resources):
        wanted = facts.get(resource.kind)
        held = of.get(resource.id)
        if wanted and held:
            reading.resources[number] = _completed(reading, resource, wanted, held, record, source)


def _rows_of(reading: Reading, rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Rows by the ids of what their variables belong to, all the way up."""
    skipped = {issue.path for issue in reading.issues if issue.code in ("row.empty", "row.unreadable")}
    kept = [row for number, row in enumerate(rows, 1) if f"/{number}" not in skipped]
    variables = [each for each in reading.resources if each.kind == "variable"]
    parents = {each.id: each.part_of for each in reading.resources if each.kind != "variable"}
    found: dict[str, list[dict[str, str]]] = {}
    for row, variable in zip(kept, variables, strict=False):
        waiting, seen = list(variable.part_of), set[str]()
        while waiting:
            identity = waiting.pop()
            if identity not in seen:
                seen.add(identity)
                found.setdefault(identity, []).append(row)
                waiting += parents.get(identity, ())
    return found


def _completed(
    reading: Reading, resource: Resource, facts: Facts, rows: list[dict[str, str]], record: Record, source: Source
) -> Resource:
    scratch = Reading()
    draft = Draft(scratch, record, source, reader="spreadsheet", kind=resource.kind, local_id="x")
    _say(draft, facts, rows)
    made = draft.finish()
    reading.issues += [msgspec.structs.replace(issue, path=f"{resource.id}{issue.path}") for issue in scratch.issues]
    changes: dict[str, Any] = {}
    for name in MERGED:
        held = getattr(resource, name)
        more = [value for value in getattr(made, name) if value not in held]
        if more:
            changes[name] = (*held, *more)
    return msgspec.structs.replace(resource, **changes)


def _say(draft: Draft, facts: Facts, rows: list[dict[str, str]]) -> None:
    _periods(draft, _values(rows, facts.period), "/" + "/".join(facts.period))
    _ages(draft, facts, rows)
    each: list[tuple[list[str], Callable[[str, str], None]]] = [
        (facts.design, draft.designs), (facts.place, draft.places), (facts.size, draft.sizes),
        (facts.identifier, lambda text, path: accession(draft, text, path)),
        (facts.instrument, lambda text, _: draft.add("instruments", plain_text(text))),
        (facts.url, lambda text, _: draft.url(text)),
        (facts.link, lambda text, _: draft.add("links", Link("IsDocumentedBy", text[:1000]))),
        (facts.publisher, lambda text, _: draft.agent("publishers", text)),
    ]  # fmt: skip
    for columns, say in each:
        for column in columns:
            for text in _values(rows, [column]):
                say(text, f"/{column}")
    for place in facts.places:
        draft.places(place, "/options/facts/places")
    for design in facts.designs:
        draft.designs(design, "/options/facts/designs")
    if facts.pattern:
        _parted(draft, facts.pattern, rows)


def _values(rows: list[dict[str, str]], columns: Iterable[str]) -> list[str]:
    """What the columns say, each once, in order."""
    found = dict.fromkeys(text for column in columns for row in rows if (text := row.get(column, "").strip()))
    return [text for text in found if not is_placeholder(text)][:VALUES_MAX]


def _periods(draft: Draft, texts: list[str], path: str) -> None:
    """Years as one stretch from the first to the last; anything else as it is said."""
    years = sorted(text for text in texts if YEAR.fullmatch(text))
    if years:
        draft.span(years[0], years[-1], path)
    for text in texts:
        if text not in years:
            draft.period(text, path)


def _ages(draft: Draft, facts: Facts, rows: list[dict[str, str]]) -> None:
    lows, highs = _numbers(_values(rows, [facts.min_age])), _numbers(_values(rows, [facts.max_age]))
    path = f"/{facts.min_age}/{facts.max_age}"
    if lows and highs:
        draft.ages(f"{min(lows):g} to {max(highs):g} years", path)
    elif lows:
        draft.ages(f"{min(lows):g} years and over", path)
    for column in facts.ages:
        for text in _values(rows, [column]):
            draft.ages(text, f"/{column}")


def _numbers(texts: list[str]) -> list[float]:
    return [float(text) for text in texts if re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text)]


def _parted(draft: Draft, pattern: Pattern, rows: list[dict[str, str]]) -> None:
    matches = [found for text in _values(rows, [pattern.column]) if (found := re.fullmatch(pattern.groups, text))]
    path = f"/{pattern.column}"
    _periods(
        draft, list(dict.fromkeys(each["period"].strip() for each in matches if each.groupdict().get("period"))), path
    )
    for each in matches:
        if text := (each.groupdict().get("ages") or "").strip():
            draft.ages(f"{text} years" if AGE_ALONE.fullmatch(text) else text, path)
