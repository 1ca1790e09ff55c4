"""Extras of CKAN packages: keys and values that harvesters and portals add, in several spellings."""

from __future__ import annotations

import re
from typing import Any

from reperio.resource.draft import Draft
from reperio.resource.model import Link
from reperio.resource.read.json import listed, mapping, parse_json, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import statements
from reperio.text.languages import read_language
from reperio.text.places import read_places

NATIONS = ("England", "Scotland", "Wales", "Northern Ireland", "Overseas", "Global")
COVERAGE = re.compile(r"\s*([01]{6})\s*:.*", re.DOTALL)
ROLE_FIELDS = {
    "originator": "creators", "author": "creators", "principalInvestigator": "creators", "publisher": "publishers",
    "distributor": "publishers", "owner": "rights_holders", "pointOfContact": "contacts",
}  # fmt: skip
REFERENCE_DATES = {"creation": "date_created", "publication": "date_published", "revision": "date_modified"}
ISO_CODES = {"otherrestrictions", "other restrictions", "license", "copyright", "restricted"}
DATES = (
    ("date-released", "date_published"), ("data-issued", "date_published"), ("issued", "date_published"),
    ("date-updated", "date_modified"), ("data-modified", "date_modified"), ("modified", "date_modified"),
    ("last-major-modification", "date_modified"),
)  # fmt: skip
SPANS = (("temporal-coverage-from", "temporal-coverage-to"), ("coverage-start-date", "coverage-end-date"),
         ("temporal-start", "temporal-end"))  # fmt: skip


class Extras:
    """The extras of one package by key (case and `_` or `-` apart); values that hold JSON are read."""

    def __init__(self, value: Any, reading: Reading, path: str) -> None:
        self.reading, self.path = reading, f"{path}/extras"
        self.rest: dict[str, Any] = {}
        if isinstance(value, dict):
            pairs = list(value.items())
        else:
            pairs = [(said(mapping(pair).get("key")) or "", mapping(pair).get("value")) for pair in listed(value)]
        for key, raw in pairs:
            if key:
                self.rest[key] = self._value(key, raw)
        self.names = {re.sub(r"[_\s]+", "-", key.strip()).lower(): key for key in self.rest}

    def _value(self, key: str, raw: Any) -> Any:
        text = raw.strip() if isinstance(raw, str) else ""
        if text[:1] + text[-1:] in ("[]", "{}"):
            found = parse_json(text, quiet := Reading(), f"{self.path}/{key}")
            return raw if quiet.issues and found is None else found
        return raw

    def take(self, name: str) -> Any:
        """The value of a key, taken out; None when there is none."""
        key = self.names.get(name)
        return self.rest.pop(key, None) if key is not None else None

    def texts(self, name: str) -> list[str]:
        """The texts that the value of a key states, taken out."""
        return statements(self.take(name))

    def says(self, name: str) -> bool:
        """Whether the value of a key is true; it stays."""
        return str(self.rest.get(self.names.get(name, ""), "")).strip().lower() in ("true", "yes", "1")

    def language(self) -> str | None:
        """The language of the package's texts."""
        texts = self.texts("metadata-language")
        return read_language(texts[0]) if texts else None


def read_extras(draft: Draft, extras: Extras) -> None:
    """Read the extras that are understood; what remains stays in them."""
    _terms(draft, extras)
    _coverage(draft, extras)
    _people(draft, extras)
    _rights(draft, extras)
    _dates(draft, extras)
    for text in extras.texts("language"):
        draft.language(text, "/extras/language")
    for text in extras.texts("series"):
        draft.add("links", Link("IsPartOf", text, text))
    for text in extras.texts("doi"):
        draft.identifier(text, "/extras/doi")


def _terms(draft: Draft, extras: Extras) -> None:
    for name in ("theme-primary", "theme-secondary", "theme", "categories", "topic-category"):
        for text in extras.texts(name):
            draft.concept("topics", text)
    for text in statements(extras.take("tags"), r"[,;]"):
        draft.concept("keywords", text)


def _coverage(draft: Draft, extras: Extras) -> None:
    for start_name, end_name in SPANS:
        starts, ends = extras.texts(start_name), extras.texts(end_name)
        for number in range(max(len(starts), len(ends))):
            start = starts[number] if number < len(starts) else None
            end = ends[number] if number < len(ends) else None
            draft.span(start, end, f"/extras/{start_name}")
    for raw in extras.texts("geographic-coverage"):
        if match := COVERAGE.fullmatch(raw):
            _nations(draft, raw, match[1])
        else:
            draft.places(raw, "/extras/geographic_coverage")
    for name in ("spatial-text", "geographic-extent"):
        for raw in extras.texts(name):
            draft.places(raw, f"/extras/{name}")


def _nations(draft: Draft, raw: str, bits: str) -> None:
    """Places of an old data.gov.uk coverage: a bit for each nation, overseas and the world."""
    names = [name for name, bit in zip(NATIONS, bits, strict=True) if bit == "1"]
    if names[:4] == list(NATIONS[:4]):
        names[:4] = ["United Kingdom"]
    found = [place for name in names for place in read_places(name)]
    draft.add("spatial", *found)
    if found:
        draft.claim("spatial", raw, "/extras/geographic_coverage", found)


def _people(draft: Draft, extras: Extras) -> None:
    for raw in extras.texts("responsible-party"):
        for party in re.split(r";\s*(?=[^;()]+\()", raw):
            match = re.fullmatch(r"\s*(.+?)\s*\(([^()]*)\)\s*", party)
            name, roles = (match[1], match[2].split(",")) if match else (party.strip(), [""])
            for role in roles:
                field = ROLE_FIELDS.get(role.strip(), "contributors")
                if name not in [agent.name for agent in draft.values(field)]:
                    draft.agent(field, name)
    for name in extras.texts("dcat-publisher-name"):
        draft.agent("publishers", name, kind="Organization")
    for name in extras.texts("provider"):
        draft.agent("contributors", name)
    mails = [text for text in (*extras.texts("contact-email"), *extras.texts("contact-email-address")) if "@" in text]
    names = extras.texts("contact-name") or mails[:1]
    for name in names[:1]:
        draft.agent("contacts", name, url=f"mailto:{mails[0]}" if mails else None)


def _rights(draft: Draft, extras: Extras) -> None:
    for name in ("license-url", "licence-url", "licence"):
        for raw in extras.texts(name):
            if raw.lower() != "unpublished":
                draft.licence(raw, f"/extras/{name}")
    for name in ("access-constraints", "use-constraints"):
        for raw in extras.texts(name):
            if raw.lower() not in ISO_CODES:
                draft.access(raw, f"/extras/{name}")
                draft.text("access_notes", raw)


def _dates(draft: Draft, extras: Extras) -> None:
    for reference in listed(extras.take("dataset-reference-date")):
        field = REFERENCE_DATES.get(said(mapping(reference).get("type")) or "")
        if field:
            draft.date(field, said(mapping(reference).get("value")), "/extras/dataset-reference-date")
    for name, field in DATES:
        for raw in extras.texts(name):
            draft.date(field, re.sub(r"^(\d{4}-\d\d-\d\d)[T ].*$", r"\1", raw), f"/extras/{name}")
