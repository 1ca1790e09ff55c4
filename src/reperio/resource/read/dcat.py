"""Reader `dcat`: DCAT 1 to 3 and DCAT-AP as JSON-LD or RDF/XML, and data.json (Project Open Data).

A `Dataset` gives a dataset, a `DatasetSeries` a series. Catalogues, catalogue records and data services are not
resources. Not read: Turtle and other RDF texts, JSON-LD whose names only a remote context explains, CSVW tables.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Kind
from reperio.resource.read.dcat_fields import read_fields
from reperio.resource.read.dcat_graph import Graph, Node, graph_of_json, graph_of_xml, is_address
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import local_id
from reperio.resource.read.xml import load_xml
from reperio.source.model import Source
from reperio.text.identifiers import read_identifier

NAME = "dcat"
KINDS: dict[str, Kind] = {"Dataset": "dataset", "DatasetSeries": "series"}
OTHERS = ("DataService", "CatalogRecord")
ADDRESS_MAX = 1000
TURTLE = re.compile(r"\s*(@prefix|@base|PREFIX|BASE)\s", re.IGNORECASE)


def read(record: Record, source: Source) -> Reading:
    """Read the datasets and series of a DCAT document."""
    reading = Reading()
    graph = _graph(record, reading)
    if graph is None:
        return reading
    ids = Ids(reading)
    made: dict[str, str] = {}
    for number, node in enumerate(graph.nodes):
        kind = next((KINDS[name] for name in node["@type"] if name in KINDS), None)
        if kind:
            path = said(node.get("@id")) or f"/{number}"
            wanted = _own_id(graph, node, record)
            if set(node) - {"@id", "@type"}:  # else only named here and described elsewhere
                local = ids.take(wanted, path)
                draft = Draft(reading, record, source, reader=NAME, kind=kind, local_id=local)
                made[path] = _read_node(draft, graph, node, path)
        elif any(name in OTHERS for name in node["@type"]):
            reading.issue("record.not_data", f"/{number}", ", ".join(node["@type"]), "This describes no data.", "info")
    _tie(reading, made)
    if not reading.resources and not any(issue.level == "error" for issue in reading.issues):
        reading.issue(
            "record.unknown", "/", record.body[:100].decode("utf-8", "replace"), "No DCAT dataset was found.", "error"
        )
    return reading


def _graph(record: Record, reading: Reading) -> Graph | None:
    head = record.body[:1000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head[:1] == b"<":
        root = load_xml(record.body, reading)
        return graph_of_xml(root) if root is not None else None
    if TURTLE.match(head.decode("utf-8", "replace")):
        reading.issue("format.turtle", "/", "", "Turtle is not read; ask for JSON-LD or RDF/XML.", "error")
        return None
    value = load_json(record.body, reading)
    return graph_of_json(_with_types(value)) if value is not None else None


def _with_types(value: Any) -> Any:
    """Datasets of a data.json need not say that they are some."""
    if isinstance(value, list):
        return [_with_types(each) for each in value]
    node = mapping(value)
    datasets = node.get("dataset")
    if isinstance(datasets, list) and "@graph" not in node:
        return {**node, "dataset": [{"@type": "dcat:Dataset", **each} for each in datasets if isinstance(each, dict)]}
    alone = "@type" not in node and "@graph" not in node and "title" in node
    return {"@type": "dcat:Dataset", **node} if alone and ("distribution" in node or "accessLevel" in node) else value


def _read_node(draft: Draft, graph: Graph, node: Node, path: str) -> str:
    """Read a dataset or series; its id."""
    address = said(node.get("@id"))
    found = read_identifier(address) if address and len(address) <= ADDRESS_MAX else None
    if address and found and found.scheme != "url":
        draft.identifier(address, "/@id")
    elif is_address(address):
        draft.url(address)
    read_fields(draft, graph, node)
    if not draft.values("titles"):
        draft.reading.issue("title.missing", path, draft.id, "There is no title.")
    return draft.finish().id


def _own_id(graph: Graph, node: Node, record: Record) -> str:
    """Its identifier, else its address without scheme, else the record's identifier."""
    raw = graph.text(node, "identifier") or said(node.get("@id")) or ""
    bare = local_id(raw) if raw and not raw.startswith("_:") else fit(record.identifier)
    return re.sub(r"^(https?|ftp)://", "", bare, flags=re.IGNORECASE)


def _tie(reading: Reading, made: dict[str, str]) -> None:
    """What says that it is in a series of the same record, or that a series has it, is part of that."""
    wholes: dict[str, list[str]] = {}
    for each in reading.resources:
        for link in each.links:
            target = made.get(link.target)
            if target and target != each.id and link.relation in ("IsPartOf", "HasPart"):
                part, whole = (each.id, target) if link.relation == "IsPartOf" else (target, each.id)
                if part not in wholes.get(whole, []):
                    wholes.setdefault(part, []).append(whole)
    for number, each in enumerate(reading.resources):
        if each.id in wholes:
            found = tuple(dict.fromkeys(wholes[each.id]))
            reading.resources[number] = msgspec.structs.replace(each, part_of=found)
