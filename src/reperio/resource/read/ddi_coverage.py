"""Time and place in a DDI-Codebook: coded and free dates, countries with and without codes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reperio.resource.draft import Draft
from reperio.resource.read.ddi_text import prose, stated
from reperio.resource.read.xml import Element, attribute, language_of
from reperio.text.html import plain_text
from reperio.text.places import Place, read_places

CLOCK = re.compile(r"^(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d.*$")


@dataclass(frozen=True, slots=True)
class _Date:
    """One `timePrd` or `collDate`."""

    raw: str
    event: str
    cycle: str
    path: str


def add_periods(draft: Draft, elements: list[tuple[Element, str]]) -> None:
    """Add the periods that elements of one name state: starts with their ends, single dates, else free text.

    Free text beside coded dates is kept as a claim and not read again.
    """
    coded = [date for element, path in elements if (date := _coded(element, path))]
    for start, end in _paired(coded):
        _add(draft, start, end)
    known = {date.path for date in coded}
    for element, path in elements:
        if path in known or not (text := stated(element)):
            continue
        if coded:
            draft.claim("temporal", plain_text(text), path)
        else:
            draft.period(text, path)


def _coded(element: Element, path: str) -> _Date | None:
    event = (attribute(element, "event") or "").lower()
    dated = attribute(element, "date")
    raw = dated or (stated(element) if event in ("start", "end") else None)
    if not raw:
        return None
    return _Date(CLOCK.sub(r"\1", raw), event or "single", attribute(element, "cycle") or "", path)


def _paired(dates: list[_Date]) -> list[tuple[_Date | None, _Date | None]]:
    pairs: list[tuple[_Date | None, _Date | None]] = []
    waiting: dict[str, list[_Date]] = {}
    for date in dates:
        if date.event == "single":
            pairs.append((date, date))
        elif date.event == "start":
            waiting.setdefault(date.cycle, []).append(date)
        else:
            starts = waiting.get(date.cycle)
            pairs.append((starts.pop(0) if starts else None, date))
    pairs += [(date, None) for starts in waiting.values() for date in starts]
    return pairs


def _add(draft: Draft, start: _Date | None, end: _Date | None) -> None:
    given = [date for date in (start, end) if date]
    draft.span(start.raw if start else None, end.raw if end else None, given[0].path)


def add_nations(draft: Draft, elements: list[tuple[Element, str]]) -> None:
    """Add countries by name, completed by their `abbr`; one named in several languages counts once, English first."""
    for element, path in sorted(elements, key=lambda each: not (language_of(each[0]) or "en").startswith("en")):
        text, abbr = plain_text(prose(element)), attribute(element, "abbr")
        named = read_places(text) if text else ()
        places = _completed(draft, named, abbr, path)
        held = {place.country for place in draft.values("spatial") if not place.subdivision}
        for place in places:
            if place.subdivision or place.country is None or place.country not in held:
                draft.add("spatial", place)
        draft.claim("spatial", text or abbr or "", path, places)


def _completed(draft: Draft, named: tuple[Place, ...], abbr: str | None, path: str) -> tuple[Place, ...]:
    coded = read_places(abbr.upper()) if abbr and re.fullmatch(r"[A-Za-z]{2,3}", abbr) else ()
    country = coded[0].country if len(coded) == 1 else None
    if not named:
        return coded if country else ()
    if country is None or len(named) != 1:
        return named
    place = named[0]
    if place.country is None:
        return (Place(place.name, country),)
    if place.country != country:
        draft.reading.issue("place.contradiction", draft.path + path, f"{place.name} ({abbr})", "Name and code differ.")
    return named
