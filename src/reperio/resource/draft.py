"""A resource in the making: raw statements in, normalised values and their claims out.

Readers say what the record states and where (`draft.period("temporal", "1986 to 1987", path)`); the draft normalises,
keeps the raw text as a claim, and notes an issue where a statement cannot be understood. So every reader normalises
alike.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from reperio.record.model import Record
from reperio.resource.fields import Resource
from reperio.resource.instruments import instrument_named, instruments_in, preferred_name
from reperio.resource.method import controlled
from reperio.resource.model import Agent, Claim, Concept, How, Kind, Origin, Text
from reperio.resource.participants import population_ages, population_sex
from reperio.resource.reading import Reading
from reperio.source.model import Source
from reperio.text.access import read_access
from reperio.text.ages import find_ages, read_ages, titled_ages
from reperio.text.dates import Period, read_date, read_periods
from reperio.text.designs import read_designs, read_genetic, read_sex
from reperio.text.html import plain_text
from reperio.text.identifiers import Identifier, find_dois, read_identifier
from reperio.text.languages import read_language
from reperio.text.licences import read_licence
from reperio.text.organisations import read_organisation
from reperio.text.places import read_places
from reperio.text.routes import read_routes
from reperio.text.sizes import read_sizes

RAW_MAX = 2000
LABEL_MAX = 300
"""Longer titles are descriptions, whose instruments may be examples."""
ONGOING = {
    "ongoing",
    "on going",
    "on-going",
    "now",
    "present",
    "to present",
    "to date",
    "current",
    "continuing",
    "heden",
    "..",
}
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})")


class Draft:
    """Collects the values of one resource.

    Args:
        reading: takes the issues, and the finished resource.
        record: the record being read.
        source: its source.
        reader: name of the reader.
        kind: kind of the resource.
        local_id: the source's own id of it; lower-cased into `<source>/<local id>`.
        path: where in the record it stands, put before the paths of its claims.
    """

    def __init__(
        self,
        reading: Reading,
        record: Record,
        source: Source,
        *,
        reader: str,
        kind: Kind,
        local_id: str,
        path: str = "",
    ) -> None:
        self.reading = reading
        self.source = source
        self.path = path
        self.default_language: str | None = source.language
        self.local_id = local_id.strip()
        self.id = f"{source.key}/{local_id.strip()}".lower()
        self.kind: Kind = kind
        self._values: dict[str, Any] = {}
        self._claims: list[Claim] = []
        self._participants: list[tuple[str, str]] = []
        self._origin = Origin(
            source=source.key, record=record.identifier, reader=reader, date=record.fetched, url=record.url,
            datestamp=record.datestamp,
        )  # fmt: skip

    # -- plain values ------------------------------------------------------------------------------------------

    def set(self, field: str, value: object) -> None:
        """Set a single-valued field, unless it has a value or `value` is None or empty."""
        if value is not None and value != "" and self._values.get(field) is None:
            self._values[field] = value

    def add(self, field: str, *values: object) -> None:
        """Add to a many-valued field, each value once, in order."""
        held = self._values.setdefault(field, [])
        for value in values:
            if value is not None and value != "" and value not in held:
                held.append(value)

    def claim(self, field: str, raw: object, path: str, value: object = None, how: How = "stated") -> None:
        """Remember the raw text behind a value."""
        built = msgspec.to_builtins(value)
        self._claims.append(
            Claim(
                field=field, raw=str(raw)[:RAW_MAX], path=self.path + path, how=how,
                value=list(built) if isinstance(built, tuple) else built, source=self.source.key,
            )
        )  # fmt: skip

    def values(self, field: str) -> list[Any]:
        """What a many-valued field holds so far."""
        return list(self._values.get(field, ()))

    def value(self, field: str) -> Any:
        """What a single-valued field holds so far, None when nothing."""
        return self._values.get(field)

    def replace(self, field: str, values: list[Any]) -> None:
        """Put these values in place of those a many-valued field holds."""
        self._values[field] = list(values)

    def keep(self, name: str, value: object) -> None:
        """Keep in `extra` what the model has no field for; a later value of the same name replaces it."""
        if value is not None and value not in ("", [], {}):
            self._values.setdefault("extra", {})[name] = value

    def kept(self, name: str) -> Any:
        """What `extra` holds under a name so far, None when nothing."""
        return self._values.get("extra", {}).get(name)

    # -- statements --------------------------------------------------------------------------------------------

    def text(self, field: str, raw: str | None, lang: str | None = None) -> None:
        """Add a plain text (titles, abstracts, question, ...), markup removed."""
        if raw and (value := plain_text(raw)):
            self.add(field, Text(value, self._language(lang)))

    def line(self, field: str, raw: str | None) -> None:
        """Set a single plain text (name, universe, citation, ...), markup removed."""
        if raw and (value := plain_text(raw)):
            self.set(field, value)

    def concept(
        self, field: str, label: str | None, *, vocabulary: str | None = None, uri: str | None = None,
        code: str | None = None, lang: str | None = None,
    ) -> None:  # fmt: skip
        """Add a keyword or term; a term of a vocabulary of method under its preferred label, its own words claimed."""
        if not label or not (value := plain_text(label)):
            return
        stated = Concept(value, vocabulary or None, uri or None, code or None, self._language(lang))
        found = controlled(field, stated) or (stated,)
        self.add(field, *found)
        if found != (stated,):
            self.claim(field, value, "", found)

    def agent(self, field: str, name: str | None, **more: Any) -> None:
        """Add a person or organisation; a ROR stated within the name is its identifier."""
        if name and (value := plain_text(name)):
            bare, identifiers = read_organisation(value)
            if bare and identifiers:
                more["identifiers"] = tuple(dict.fromkeys((*more.get("identifiers", ()), *identifiers)))
            self.add(field, Agent(bare or value, **more))

    def identifier(self, raw: str | None, path: str) -> None:
        """Add an identifier; what is of no known scheme becomes an accession number."""
        if raw and raw.strip():
            found = read_identifier(raw)
            if found is None:
                for doi in find_dois(raw):
                    self.add("identifiers", Identifier("doi", doi))
                    self.claim("identifiers", raw, path, Identifier("doi", doi))
                return
            self.add("identifiers", found)
            self.claim("identifiers", raw, path, found)

    def url(self, raw: str | None) -> None:
        """Add a landing page, when it is an http or https address."""
        if raw and raw.strip().lower().startswith(("http://", "https://")) and " " not in raw.strip():
            self.add("urls", raw.strip())

    def date(self, field: str, raw: str | None, path: str) -> None:
        """Set a date."""
        if raw and raw.strip():
            self._normal(field, raw, path, read_date(raw), "date.unreadable", single=True)

    def period(self, raw: str | None, path: str, *, how: How = "stated") -> None:
        """Add the periods of coverage or collection that a statement gives."""
        if raw and raw.strip():
            found = read_periods(raw)
            if len(found) > 1:
                self.add("temporal", *found)
                self.claim("temporal", raw, path, found, how)
            else:
                self._normal("temporal", raw, path, next(iter(found), None), "period.unreadable", how=how)

    def span(self, start: str | None, end: str | None, path: str, *, how: How = "stated") -> None:
        """Add a period whose start and end stand in fields of their own; what is not said stays unknown."""
        start, end = (start or "").strip(), (end or "").strip()
        if not start and not end:
            return
        start, end, raw = *_month_last(start, end), f"{start}/{end}"
        ongoing = end.lower() in ONGOING
        first, last = read_date(start), None if ongoing else read_date(end)
        if (start and not first) or (end and not last and not ongoing):
            self.reading.issue("period.unreadable", self.path + path, raw, "An end of the period could not be read.")
        if first and last and last[: len(first)] < first[: len(last)]:
            self.reading.issue("period.reversed", self.path + path, raw, "The period ends before it starts.")
            first = last = None
        found = Period(first, last, ongoing) if first or last else None
        self.add("temporal", found)
        self.claim("temporal", raw, path, found, how)

    def places(self, raw: str | None, path: str) -> None:
        """Add the places a statement names."""
        if raw and (text := plain_text(raw)):
            found = read_places(text)
            self.add("spatial", *found)
            self.claim("spatial", text, path, found)

    def ages(self, raw: str | None, path: str) -> None:
        """Add the age range a statement of ages spans."""
        if raw and raw.strip():
            self._normal("ages", raw, path, read_ages(plain_text(raw)), "ages.unreadable")

    def population(self, raw: str | None, path: str, lang: str | None = None) -> None:
        """Add a statement of who takes part, and the ages and the sex it states when no field of their own does."""
        self.text("population", raw, lang)
        if raw and self.kind != "variable":
            self._participants.append((plain_text(raw), path))

    def sizes(self, raw: str | None, path: str) -> None:
        """Add the sizes a statement of sample size gives."""
        if raw and raw.strip():
            found = read_sizes(plain_text(raw))
            self.add("sizes", *found)
            self.claim("sizes", raw, path, found or None)

    def designs(self, raw: str | None, path: str, *, how: How = "stated") -> None:
        """Add the study designs that a statement of method names."""
        if raw and (text := plain_text(raw)) and (found := read_designs(text)):
            self.add("study_designs", *found)
            self.claim("study_designs", text, path, found, how)

    def sex(self, raw: str | None, path: str) -> None:
        """Set who takes part by sex."""
        if raw and raw.strip():
            self._normal(
                "sex", raw, path, self._lookup("sex", raw) or read_sex(plain_text(raw)), "sex.unreadable", single=True
            )

    def genetic(self, raw: str | None, path: str, *, how: How = "stated") -> None:
        """Set whether genetic data were collected."""
        if raw and raw.strip() and (found := read_genetic(plain_text(raw))) is not None:
            self.set("genetic_data", found)
            self.claim("genetic_data", raw, path, found, how)

    def access(self, raw: str | None, path: str) -> None:
        """Set the level of access where a statement gives one, and the routes it tells."""
        if raw and (text := plain_text(raw)):
            found = self._lookup("access", text) or read_access(text)
            if found:
                self.set("access", found)
                self.claim("access", text, path, found)
            if routes := read_routes(text):
                self.add("access_routes", *routes)
                self.claim("access_routes", text, path, routes)

    def licence(self, raw: str | None, path: str) -> None:
        """Add a licence; what is none is kept as a note on access."""
        if raw and (text := plain_text(raw)):
            found = read_licence(text)
            if found:
                self.add("licences", found)
                self.claim("licences", text, path, found)
            else:
                self.text("access_notes", text)

    def language(self, raw: str | None, path: str) -> None:
        """Add a language of the data."""
        if raw and raw.strip():
            self._normal("languages", raw, path, read_language(raw), "language.unknown")

    def count(self, field: str, raw: object, path: str) -> None:
        """Set a count (waves, variables); 0 and what is no whole number is unknown."""
        if raw in (None, "", 0, "0"):
            return
        try:
            value = int(str(raw).replace(",", "").strip())
        except ValueError:
            self.reading.issue("count.unreadable", self.path + path, raw, f"{field} is not a whole number.")
            return
        if value > 0:
            self.set(field, value)

    # -- the end -----------------------------------------------------------------------------------------------

    def finish(self) -> Resource:
        """Derive what only prose states, make the resource, and add it to the reading."""
        self._derive()
        self._name_instruments()
        if self.source.item_url and not self._values.get("urls") and self.kind != "variable":
            self.url(self.source.item_url.replace("{id}", self.local_id))
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in self._values.items()}
        resource = Resource(
            id=self.id,
            kind=self.kind,
            source=self.source.key,
            origins=(self._origin,),
            claims=tuple(self._claims),
            **values,  # type: ignore[arg-type]
        )
        self.reading.resources.append(resource)
        return resource

    def _derive(self) -> None:
        """Ages and designs stated beyond doubt in the title or abstract, when no field states them."""
        if self.kind == "variable":
            return
        self._derive_participants()
        titles = [text.value for text in self._values.get("titles", ())]
        abstracts = [text.value for text in self._values.get("abstracts", ())]
        if not self._values.get("ages"):
            for text, path in [*((text, "/title") for text in titles), *((text, "/abstract") for text in abstracts)]:
                if found := (titled_ages(text) if path == "/title" else None) or find_ages(text):
                    self.add("ages", found)
                    self.claim("ages", text, path, found, "derived")
                    break
        if not self._values.get("study_designs"):
            for text in titles or abstracts[:1]:
                self.designs(text, "/title", how="derived")

    def _derive_participants(self) -> None:
        """Ages and sex by the first statement of population that has them, when no field states them."""
        for text, path in self._participants:
            if not self._values.get("ages") and (ages := population_ages(text)):
                self.add("ages", ages)
                self.claim("ages", text, path, ages, "derived")
            if not self._values.get("sex") and (sex := population_sex(text)):
                self.set("sex", sex)
                self.claim("sex", text, path, sex, "derived")

    def _name_instruments(self) -> None:
        """Stated instruments by their names in the register; where none is stated, those that a title names."""
        stated = self._values.get("instruments", [])
        for raw in stated:
            if (found := instrument_named(raw)) and not self._claimed("instruments", raw, found.label):
                self.claim("instruments", raw, "", found.label)
        if stated:
            self._values["instruments"] = list(dict.fromkeys(map(preferred_name, stated)))
            return
        for title in [text.value for text in self._values.get("titles", ()) if len(text.value) <= LABEL_MAX]:
            if named := tuple(found.label for found in instruments_in(title)):
                self.add("instruments", *named)
                self.claim("instruments", title, "/title", named, "derived")

    def _claimed(self, field: str, raw: str, value: object) -> bool:
        """Give a value to the claim that a reader made of this text; False when it made none."""
        for at, claim in enumerate(self._claims):
            if claim.field == field and claim.raw.strip() == raw:
                self._claims[at] = msgspec.structs.replace(claim, value=value)
                return True
        return False

    def _normal(
        self, field: str, raw: str, path: str, value: object, code: str, *, single: bool = False, how: How = "stated"
    ) -> None:
        self.claim(field, raw, path, value, how)
        if value is None:
            self.reading.issue(code, self.path + path, raw, f"No value for {field} could be read from this text.")
        elif single:
            self.set(field, value)
        else:
            self.add(field, value)

    def _lookup(self, field: Literal["access", "sex"], raw: str) -> Any:
        return getattr(self.source.lookups, field).get(raw.strip())

    def _language(self, lang: str | None) -> str | None:
        return (read_language(lang) if lang else None) or self.default_language


def _month_last(start: str, end: str) -> tuple[str, str]:
    """Both dates with the day first, when one of them (`3/31/2013`) can only have the month first."""
    if any(match and int(match[2]) > 12 >= int(match[1]) for match in map(SLASHED.fullmatch, (start, end))):
        return SLASHED.sub(r"\2/\1/\3", start), SLASHED.sub(r"\2/\1/\3", end)
    return start, end
