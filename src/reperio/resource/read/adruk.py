"""Reader `adruk`: datasets of the ADR UK data catalogue, from its API and from the pages that complete it.

An answer of the API lists datasets and, among the hits of a search, the data elements of datasets; the names of members
are read whatever their letter case and spacing (`Spatial Coverage:`, `spatialCoverage`). A dataset without a start date
is read like any other.
"""

from __future__ import annotations

import re
from typing import Any

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import listed, load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.spreadsheet_rows import Describe, say_row
from reperio.resource.read.stated import remainder
from reperio.source.model import Source
from reperio.text.slugs import slugify

NAME = "adruk"
LISTS = ("data", "datasets", "results", "items", "content", "hits", "records")
ELEMENTS = ("dataelements", "elements", "variables", "dataelement")
DATASET = Describe(
    id="{id}",
    fields={
        "titles": ["title", "name"], "abstracts": ["description", "abstract", "summary"], "places": ["spatialcoverage"],
        "start": ["startdate"], "end": ["enddate"], "access": ["accessrights"], "publisher": ["publisher", "publishername"],
        "url": ["url", "landingpage"], "keywords": ["keywords", "keyword", "tags"], "identifier": ["doi", "identifier"],
        "version": ["version"],
    },
)  # fmt: skip
OWN = ("id", "datasetid", "persistentid", "pid", "uuid")


def read(record: Record, source: Source) -> Reading:
    """Read datasets and data elements of the ADR UK catalogue."""
    reading = Reading()
    value = load_json(record.body, reading)
    ids = Ids(reading)
    found = list(_nodes(value, ""))
    for path, node in found:
        _read_one(reading, record, source, node, path, ids)
    if value is not None and not found:
        reading.issue("record.unknown", "/", str(value)[:100], "No dataset of the catalogue was found.", "error")
    return reading


def _nodes(value: Any, path: str) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for number, child in enumerate(listed(value)):
        here = f"{path}/{number}" if isinstance(value, list) else path
        node = _named(child)
        inner = next((name for name in LISTS if isinstance(node.get(name), list | dict)), None)
        if "title" in node or "name" in node:
            found.append((here, node))
        elif inner:
            found += _nodes(node[inner], f"{here}/{inner}")
    return found


def _named(value: Any) -> dict[str, Any]:
    """Members of an object by their letters alone."""
    return {re.sub(r"[^a-z0-9]", "", str(name).lower()): child for name, child in mapping(value).items()}


def _read_one(reading: Reading, record: Record, source: Source, node: dict[str, Any], path: str, ids: Ids) -> None:
    own = next((text for name in OWN if (text := said(node.get(name)))), None)
    title = said(node.get("title")) or said(node.get("name")) or ""
    own = own or slugify(title) or fit(record.identifier)
    if (said(node.get("type")) or "").lower().replace(" ", "") == "dataelement":
        parent = said(node.get("datasetid")) or said(node.get("parentid")) or ""
        _element(reading, record, source, node, path, ids, f"{source.key}/{fit(parent)}" if parent else "")
        return
    draft = Draft(reading, record, source, reader=NAME, kind="dataset", local_id=ids.take(own, path or "/"), path=path)
    nested = [each for name in ELEMENTS for each in listed(node.pop(name, None))]
    row = {name: text for name, child in node.items() if (text := _text(child))}
    say_row(draft, DATASET, row)
    draft.line(
        "image", next((row[name] for name in ("img", "image", "logo") if row.get(name, "").startswith("http")), None)
    )
    for name, child in node.items():
        if name not in row and (rest := remainder(child)) is not None:
            draft.keep(name, rest)
    if not draft.values("titles"):
        reading.issue("title.missing", f"{path}/title", own, "There is no title.")
    dataset = draft.finish().id
    for number, each in enumerate(nested):
        _element(
            reading, record, source, {**_named(each), "position": number + 1}, f"{path}/elements/{number}", ids, dataset
        )


def _text(value: Any) -> str | None:
    """A text, the name of an object, or the texts of a list, parted by semicolons."""
    if isinstance(value, dict):
        inner = _named(value)
        return said(inner.get("name")) or said(inner.get("title")) or said(inner.get("value"))
    if isinstance(value, list):
        return "; ".join(text for each in value if (text := _text(each))) or None
    return said(value)


def _element(
    reading: Reading, record: Record, source: Source, node: dict[str, Any], path: str, ids: Ids, dataset: str
) -> None:
    """A data element: a variable of its dataset."""
    name = said(node.get("title")) or said(node.get("name"))
    if not name:
        reading.issue("name.missing", path, ", ".join(node), "A data element has no name.")
        return
    prefix = f"{dataset.removeprefix(f'{source.key}/')}/" if dataset else ""
    own = said(node.get("id")) or name
    draft = Draft(
        reading, record, source, reader=NAME, kind="variable", local_id=ids.take(f"{prefix}{own}", path), path=path
    )
    draft.line("name", name)
    draft.text("titles", said(node.get("label")) or said(node.get("summarytitle")))
    draft.text("abstracts", said(node.get("abstract")) or said(node.get("description")))
    draft.line("data_type", said(node.get("datatype")))
    if dataset:
        draft.add("part_of", dataset)
    draft.count("position", node.get("position"), "/position")
    taken = {
        "id",
        "type",
        "title",
        "name",
        "label",
        "summarytitle",
        "abstract",
        "description",
        "datatype",
        "datasetid",
        "parentid",
        "position",
    }
    for key, value in (remainder({key: value for key, value in node.items() if key not in taken}) or {}).items():
        draft.keep(key, value)
    draft.finish()
