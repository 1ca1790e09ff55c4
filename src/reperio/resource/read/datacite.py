"""Reader `datacite`: DataCite metadata of kernels 2.0 to 4.7, XML or JSON.

XML is read bare or in the envelopes of OAI-PMH, JSON bare, as an answer of the REST API (`data.attributes`, one or a
list), in the names of any version. XML is first brought into the shape of the JSON, so that both are read alike. Only
what describes data becomes a resource; a text, a programme or a sample gives the issue `record.not_data`. Options of
the source: `kinds` says which resource types become what (`{Project: study, Text: null}`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.fields import Resource
from reperio.resource.model import Kind
from reperio.resource.read.datacite_fields import doi_of, read_fields
from reperio.resource.read.datacite_json import modern
from reperio.resource.read.datacite_xml import resources_of
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import at, listed, load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import local_id
from reperio.resource.read.xml import load_xml
from reperio.source.model import Source

NAME = "datacite"
KINDS: dict[str, Kind] = {"dataset": "dataset", "collection": "series"}
SAYS_DATA = re.compile(
    r"(research |survey |micro|statistical )?data ?(set|base|collection|file)?s?( of .*)?", re.IGNORECASE
)
KERNEL = re.compile(r"kernel-(\d+)(?:\.(\d+))?")
NEWEST = (4, 7)


def read(record: Record, source: Source) -> Reading:
    """Read the DataCite records that an XML or JSON text holds."""
    reading = Reading()
    ids = Ids(reading)
    for path, fields in _records(record, reading):
        _read_one(reading, record, source, fields, path, ids)
    _tie(reading)
    if not reading.resources and not reading.issues:
        reading.issue(
            "record.unknown",
            "/",
            record.body[:100].decode("utf-8", "replace"),
            "No DataCite record was found.",
            "error",
        )
    return reading


def _records(record: Record, reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    start = record.body[:1000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1]
    if start == b"<":
        root = load_xml(record.body, reading)
        if root is not None:
            yield from resources_of(root)
    else:
        yield from _of_json(load_json(record.body, reading), "")


def _of_json(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, child in enumerate(listed(value)):
        here = f"{path}/{number}" if isinstance(value, list) else path
        if isinstance(child, dict):
            attributes, data = child.get("attributes"), child.get("data")
            if isinstance(attributes, dict):
                yield f"{here}/attributes", modern({"id": child.get("id"), **attributes})
            elif isinstance(data, dict | list):
                yield from _of_json(data, f"{here}/data")
            elif isinstance(results := at(child, "hits", "hits"), list):
                yield from _of_json(results, f"{here}/hits/hits")
            else:
                yield here, modern(child)


def _read_one(reading: Reading, record: Record, source: Source, fields: dict[str, Any], path: str, ids: Ids) -> None:
    doi = doi_of(fields)
    if not doi and not any(fields.get(name) for name in ("titles", "identifiers", "creators")):
        reading.issue("record.unknown", path or "/", ", ".join(fields)[:200], "This is no DataCite record.", "error")
        return
    _version(reading, fields, path)
    kind = _kind(reading, source, fields, path)
    if kind is None:
        return
    own = doi or _other_identifier(fields) or fit(record.identifier)
    draft = Draft(reading, record, source, reader=NAME, kind=kind, local_id=ids.take(own, path or "/"), path=path)
    read_fields(draft, fields)
    if not draft.values("titles"):
        reading.issue("title.missing", f"{path}/titles", "", "There is no title.")
    draft.finish()


def _other_identifier(fields: dict[str, Any]) -> str | None:
    for each in listed(fields.get("identifiers")):
        if text := said(mapping(each).get("identifier")):
            return local_id(text)
    return None


def _version(reading: Reading, fields: dict[str, Any], path: str) -> None:
    """An unheard-of version of the schema is read as the newest, and said."""
    found = KERNEL.search(said(fields.get("schemaVersion")) or "")
    if found and not (2, 0) <= (int(found[1][:9]), int((found[2] or "0")[:9])) <= NEWEST:
        reading.issue("version.unknown", f"{path}/schemaVersion", found[0], "Read as the newest version known.")


def _kind(reading: Reading, source: Source, fields: dict[str, Any], path: str) -> Kind | None:
    types = mapping(fields.get("types"))
    general, special = said(types.get("resourceTypeGeneral")), said(types.get("resourceType"))
    declared = {name.lower(): kind for name, kind in mapping(source.options.get("kinds")).items()}
    kinds: dict[str, Any] = {**KINDS, **declared}
    kind = kinds.get((general or "").lower())
    if kind is None and (special or "").lower() in declared:
        kind = declared[(special or "").lower()]
    if kind is None and (general or "other").lower() == "other" and special and SAYS_DATA.fullmatch(special):
        kind = "dataset"
    if kind is None and not general and not special:
        reading.issue("type.missing", f"{path}/types", "", "It does not say what it is; taken for a dataset.")
        kind = "dataset"
    if kind not in get_args(Kind):
        named = " / ".join(text for text in (general, special) if text)
        reading.issue("record.not_data", f"{path}/types", named, "This describes no data.", "info")
        return None
    return kind


def _tie(reading: Reading) -> None:
    """What says that it is part of another resource of the same record is part of it."""
    by_doi = {f"https://doi.org/{doi}": each.id for each in reading.resources for doi in each.dois}
    for number, each in enumerate(reading.resources):
        wholes = _wholes(each, reading.resources, by_doi)
        if wholes:
            reading.resources[number] = msgspec.structs.replace(each, part_of=tuple(wholes))


def _wholes(each: Resource, others: list[Resource], by_doi: dict[str, str]) -> list[str]:
    own = {f"https://doi.org/{doi}" for doi in each.dois}
    said_here = [by_doi.get(link.target) for link in each.links if link.relation == "IsPartOf"]
    said_there = [
        other.id for other in others for link in other.links if link.relation == "HasPart" and link.target in own
    ]
    same = {other.id for other in others if set(other.dois) & set(each.dois)}
    return list(dict.fromkeys(found for found in (*said_here, *said_there) if found and found not in same))
