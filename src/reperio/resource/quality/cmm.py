"""The register of what a description should hold: the elements of the CESSDA Metadata Model, and how far each is asked for.

Numbers and levels of studies follow the profile of the CESSDA Data Catalogue for DDI-Codebook (2.5 and 2.6, multilingual,
version 3 of 2024). The model says nothing binding of series, files and variables; what is asked of them here is our
choice: what one needs to recognise and use them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.model import Text

Level = Literal["mandatory", "recommended", "optional"]
Role = Literal["series", "study", "part", "variable"]
"""What a resource is judged as: a dataset that stands alone is judged as a study, one within something as its part."""

WEIGHTS: dict[Level, int] = {"mandatory": 5, "recommended": 2, "optional": 1}
PERSISTENT = frozenset({"doi", "ark", "urn", "handle"})


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a description should state.

    Attributes:
        name: stable name (`pid`, `title`).
        label: name for people.
        cmm: its number in the CESSDA Metadata Model, empty where the model has none.
        levels: how far it is asked for, by what a resource is judged as; not asked for elsewhere.
        fields: the fields of `Resource` it is read into.
    """

    name: str
    label: str
    fields: tuple[str, ...]
    levels: dict[Role, Level]
    cmm: str = ""


def role_of(resource: Resource) -> Role:
    """What a resource is judged as."""
    if resource.kind in ("variable", "series"):
        return resource.kind
    return "part" if resource.part_of and resource.kind == "dataset" else "study"


def _of_study(level: Level, **others: Level) -> dict[Role, Level]:
    return {"study": level, **others}  # type: ignore[dict-item]


def _element(name: str, label: str, fields: str, levels: dict[Role, Level], cmm: str = "") -> Element:
    return Element(name=name, label=label, fields=tuple(fields.split()), levels=levels, cmm=cmm)


ELEMENTS: tuple[Element, ...] = (
    _element("title", "Title", "titles", _of_study("mandatory", series="mandatory", part="mandatory", variable="mandatory"), "1.1.3"),
    _element("title_language", "Language of the title", "titles", _of_study("mandatory", series="recommended", part="recommended"), "1.1.3.1"),
    _element("pid", "Persistent identifier", "identifiers", _of_study("mandatory", part="recommended"), "1.1.2"),
    _element("landing_page", "Landing page", "urls", _of_study("mandatory", series="recommended", part="optional"), "1.1.10.5"),
    _element("publisher", "Publisher", "publishers", _of_study("mandatory"), "1.1.8"),
    _element("abstract", "Abstract", "abstracts", _of_study("mandatory", series="mandatory", part="recommended"), "1.2.1"),
    _element("abstract_language", "Language of the abstract", "abstracts", _of_study("mandatory", series="recommended"), "1.2.1.1"),
    _element("creator", "Creator", "creators", _of_study("recommended"), "1.1.7"),
    _element("topic", "Topic classification", "topics", _of_study("recommended", series="optional"), "1.2.2"),
    _element("keyword", "Keywords", "keywords", _of_study("recommended", series="optional", part="optional"), "1.2.3"),
    _element("time_method", "Time method", "time_methods study_designs", _of_study("recommended"), "1.3.1"),
    _element("country", "Country", "spatial", _of_study("recommended", series="optional", part="optional"), "1.3.3"),
    _element("universe", "Universe", "population ages sex", _of_study("recommended"), "1.3.4"),
    _element("analysis_unit", "Unit of analysis", "analysis_units", _of_study("recommended"), "1.3.5"),
    _element("collection_mode", "Mode of collection", "collection_modes", _of_study("recommended"), "1.3.6.4"),
    _element("period", "Period of collection or coverage", "temporal", _of_study("recommended", series="optional", part="recommended"), "1.3.7"),
    _element("access_terms", "Terms of access", "access_notes access licences", _of_study("recommended", part="optional"), "1.4.2"),
    _element("data_language", "Language of the data", "languages", _of_study("recommended"), "4.2.2.1"),
    _element("publication_date", "Date of publication", "date_published", _of_study("optional"), "1.1.9"),
    _element("funding", "Funder or grant", "funders links", _of_study("optional"), "1.1.6"),
    _element("data_kind", "Kind of data", "data_kinds", _of_study("optional"), "1.2.4"),
    _element("sampling", "Sampling procedure", "sampling", _of_study("optional"), "1.3.6.2"),
    _element("access_level", "Open or restricted", "access", _of_study("optional"), "1.4.1"),
    _element("publication", "Related publications", "publications", _of_study("optional"), "9.11"),
    _element("name", "Variable name", "name", {"variable": "mandatory"}),
    _element("question", "Question text", "question", {"variable": "recommended"}),
    _element("categories", "Response options", "categories statistics", {"variable": "recommended"}),
    _element("data_type", "Data type", "data_type", {"variable": "recommended"}),
    _element("asked_of", "Who was asked", "universe", {"variable": "optional"}),
    _element("concept", "Concept", "concepts", {"variable": "optional"}),
)  # fmt: skip


def is_stated(element: Element, resource: Resource) -> bool:
    """Whether a resource states an element well enough to count."""
    special = SPECIAL.get(element.name)
    if special is not None:
        return special(resource)
    return any(bool(getattr(resource, field)) for field in element.fields)


def _tagged(texts: tuple[Text, ...]) -> bool:
    return bool(texts) and texts[0].lang is not None


SPECIAL: dict[str, Callable[[Resource], bool]] = {
    "title_language": lambda resource: _tagged(resource.titles),
    "abstract_language": lambda resource: _tagged(resource.abstracts),
    "title": lambda resource: bool(resource.titles or (resource.kind == "variable" and resource.question)),
    "pid": lambda resource: any(each.scheme in PERSISTENT for each in resource.identifiers),
    "country": lambda resource: any(place.country for place in resource.spatial),
    "funding": lambda resource: bool(resource.funders) or any(link.relation == "grant" for link in resource.links),
}
"""Elements for which it is not enough that a field has a value."""


def asked_of(resource: Resource) -> list[tuple[Element, Level]]:
    """The elements asked for of a resource, with how far each is."""
    role = role_of(resource)
    return [(element, element.levels[role]) for element in ELEMENTS if role in element.levels]
