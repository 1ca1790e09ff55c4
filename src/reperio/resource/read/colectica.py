"""Reader `colectica`: items of a Colectica repository's REST API, one, a list, or a set.

An item that carries its DDI (`Item`, a fragment of DDI-Lifecycle) is read by `ddi_lifecycle`, all items of a record
together, so that references between them are followed. An item of JSON is read by itself: studies, groups, data files,
variables and questions, by their type or by what they hold. What it belongs to is said only where the record says it
(`StudyId`, `ParentId`).
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Kind
from reperio.resource.read.ddi_lifecycle import read as read_lifecycle
from reperio.resource.read.ddi_study import records_size
from reperio.resource.read.ids import Ids
from reperio.resource.read.json import at, listed, load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import accession, remainder
from reperio.source.model import Source

NAME = "colectica"
TYPES: dict[str, Kind] = {
    "30ea0200-7121-4f01-8d21-a931a182b86d": "study", "studyunit": "study", "study": "study",
    "4bd6eef6-99df-40e6-9b11-5b8f64e5cb23": "series", "group": "series",
    "a51e85bb-6259-4488-8df2-f08cb43485f8": "dataset", "physicalinstance": "dataset", "datafile": "dataset",
    "683889c6-f74b-4d5e-92ed-908c0a42bb2d": "variable", "variable": "variable",
    "a1bb19bd-a24a-4443-8728-a6ad80eb42b8": "variable", "question": "variable", "questionitem": "variable",
}  # fmt: skip
"""Kinds by the identifiers of Colectica's types of items, and by their names."""
SIGNS: dict[str, Kind] = {"StudyAbstract": "study", "CaseQuantity": "dataset", "QuestionText": "variable"}
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
BOOKKEEPING = (
    "AgencyId", "Identifier", "Version", "CompositeId", "ItemType", "ItemFormat", "VersionDate", "VersionResponsibility",
    "IsPublished", "IsDeprecated", "IsProvisional", "IsAuthoritative", "TransactionId", "Tags", "VersionRationale",
    "IsPopulated", "IsDirty", "RepositoryName", "MetadataRank",
)  # fmt: skip


def read(record: Record, source: Source) -> Reading:
    """Read items of a Colectica repository."""
    reading = Reading()
    value = load_json(record.body, reading)
    items = [each for each in _items(value) if isinstance(each, dict)]
    fragments = [text for each in items if (text := _fragment(each))]
    if fragments:
        body = f'<FragmentInstance xmlns="ddi:instance:3_3">{"".join(fragments)}</FragmentInstance>'.encode()
        inner = read_lifecycle(msgspec.structs.replace(record, body=body, media_type="application/xml"), source)
        reading.resources += inner.resources
        reading.issues += inner.issues
    ids = Ids(reading)
    for number, item in enumerate(items):
        if not _fragment(item):
            _read_item(reading, record, source, dict(item), f"/{number}", ids)
    if value is not None and not items:
        reading.issue("record.unknown", "/", str(value)[:100], "No Colectica item was found.", "error")
    return reading


def _items(value: Any) -> list[Any]:
    """Items of an answer: alone, in a list, under `Results`, or the values of an object that a study keys."""
    if isinstance(value, list):
        return [each for child in value for each in _items(child)]
    for name in ("Results", "Items", "items"):
        if isinstance(found := mapping(value).get(name), list):
            return _items(found)
    return (
        [value] if isinstance(value, dict) and ("Identifier" in value or "Item" in value or "ItemName" in value) else []
    )


def _fragment(item: dict[str, Any]) -> str | None:
    text = said(item.get("Item"))
    return DECLARATION.sub("", text) if text and text.startswith("<") else None


def _kind(item: dict[str, Any]) -> Kind | None:
    named = said(item.get("ItemType")) or said(item.get("$type")) or ""
    found = TYPES.get(named.rpartition(".")[2].lower())
    if found:
        return found
    return next((kind for name, kind in SIGNS.items() if name in item), None)


def _read_item(reading: Reading, record: Record, source: Source, item: dict[str, Any], path: str, ids: Ids) -> None:
    kind = _kind(item)
    own = said(item.get("Identifier"))
    if kind is None or own is None:
        shown = said(item.get("ItemType")) or ", ".join(item)
        if kind:
            reading.issue("id.missing", path, shown, "The item has no identifier.", "error")
        else:
            reading.issue("record.not_data", path, shown, "An item of this type is no resource.", "info")
        return
    draft = Draft(reading, record, source, reader=NAME, kind=kind, local_id=ids.take(own, path), path=path)
    for name in ("StudyId", "ParentId"):
        if parent := said(item.pop(name, None)):
            draft.add("part_of", f"{source.key}/{parent}".lower())
    _names(draft, item, kind)
    _study(draft, item)
    draft.count("position", item.pop("Position", None), "/Position")
    if (cases := said(item.pop("CaseQuantity", None))) and cases != "0":
        size = records_size(cases)
        draft.add("sizes", size)
        draft.claim("sizes", cases, "/CaseQuantity", size)
    agency, version = said(item.get("AgencyId")), said(item.get("Version"))
    if agency:
        accession(draft, f"urn:ddi:{agency}:{own}" + (f":{version}" if version else ""), "/Identifier")
    for name in BOOKKEEPING:
        item.pop(name, None)
    for name, value in (remainder(item) or {}).items():
        draft.keep(name, value)
    draft.finish()


def _texts(value: Any) -> list[tuple[str, str | None]]:
    """Texts by language: `{"en-GB": "Sea"}`, a bare text, or a list of either."""
    if isinstance(value, dict):
        strings = value.get("Strings") if isinstance(value.get("Strings"), dict) else value
        return [(text, str(lang)) for lang, each in mapping(strings).items() if (text := said(each))]
    return [(text, None) for each in listed(value) if (text := said(each))]


def _names(draft: Draft, item: dict[str, Any], kind: Kind) -> None:
    for text, _ in _texts(item.pop("ItemName", None))[:1]:
        if kind == "variable":
            draft.line("name", text)
        else:
            draft.text("alternate_titles", text)
    dublin = dict(mapping(item.pop("DublinCoreMetadata", None)))
    labels = [*_texts(dublin.pop("Title", None)), *_texts(item.pop("Label", None))]
    shown = _texts(item.pop("DisplayLabel", None))
    for text, lang in labels or shown:
        draft.text("titles", text, lang)
    for name, field in (("Publishers", "publishers"), ("Creators", "creators"), ("Contributors", "contributors")):
        for each in listed(dublin.pop(name, None)):
            for text, _ in _texts(mapping(each).get("Name", each))[:1]:
                draft.agent(field, text)
    for name, field in (("StudyAbstract", "abstracts"), ("Description", "abstracts"), ("QuestionText", "question")):
        for text, lang in _texts(item.pop(name, None)):
            draft.text(field, text, lang)
    draft.keep("dublin_core", remainder(dublin))


def _study(draft: Draft, item: dict[str, Any]) -> None:
    coverage = dict(mapping(item.pop("Coverage", None)))
    for text, _ in _texts(at(coverage, "SpatialCoverage", "Description") or coverage.pop("Spatial", None))[:1]:
        draft.places(text, "/Coverage/SpatialCoverage")
    for each in listed(coverage.pop("TemporalCoverage", None)) + listed(coverage.pop("Dates", None)):
        node = mapping(each)
        draft.span(
            _day(node.get("StartDate") or node.get("Start")),
            _day(node.get("EndDate") or node.get("End")),
            "/Coverage/Dates",
        )
    for text, _ in _texts(item.pop("LifeStageDescription", None))[:1]:
        draft.ages(text, "/LifeStageDescription")
    for each in listed(item.pop("FundingSources", None)):
        organisation = mapping(each).get("Organization", each)
        for text, _ in _texts(mapping(organisation).get("ItemName", organisation))[:1]:
            draft.agent("funders", text, kind="Organization")
    draft.keep("coverage", remainder(coverage))


def _day(value: Any) -> str | None:
    text = said(value)
    return text[:10] if text and re.match(r"\d{4}-\d\d-\d\dT", text) else text
