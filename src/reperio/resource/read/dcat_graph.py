"""DCAT as a graph of plain objects: JSON-LD, RDF/XML and data.json brought to one shape.

A node is `{"@id": ..., "@type": [...], property: [values]}` with local names of types and properties (`dct:title` is
`title`); a value is a node, a reference `{"@id": ...}` or a literal `{"@value": ..., "@language": ...}`. Names are not
expanded by their context: DCAT's properties have different local names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from reperio.resource.read.ddi_text import prose
from reperio.resource.read.json import listed, mapping, said
from reperio.resource.read.xml import LANG, Element, children, local

Node = dict[str, Any]
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LABELS = ("prefLabel", "label", "title", "name", "fn", "geographicName", "notation", "identifier")
DEPTH_MAX = 60
LANGUAGE = re.compile(r"(?!id$)[a-z]{2,3}(-[A-Za-z]{2,4})?")


def local_name(name: str) -> str:
    """`dct:title`, `http://purl.org/dc/terms/title` and `title` are all `title`."""
    if name.startswith("@"):
        return name
    return re.split(r"[/#:]", name.rstrip("/#"))[-1]


class Graph:
    """All nodes of a record, those of one id together."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._by_id: dict[str, Node] = {}

    def node(self, identity: str | None, types: list[str]) -> Node:
        """The node of this id, new where there is none; nodes without id are always new."""
        held = self._by_id.get(identity) if identity else None
        if held is None:
            held = {"@type": []}
            if identity:
                held["@id"] = identity
                self._by_id[identity] = held
            self.nodes.append(held)
        held["@type"] += [each for each in types if each not in held["@type"]]
        return held

    def resolved(self, value: Node) -> Node:
        """What a reference refers to, itself where the record does not hold it."""
        if set(value) <= {"@id"} and isinstance(value.get("@id"), str):
            return self._by_id.get(value["@id"], value)
        return value

    # -- looking into nodes ------------------------------------------------------------------------------------

    def objects(self, node: Node, *names: str) -> Iterator[Node]:
        """Nodes, references and literals under properties, references resolved."""
        for name in names:
            for value in listed(node.get(name)):
                if isinstance(value, dict):
                    yield self.resolved(value)

    def texts(self, node: Node, *names: str) -> list[tuple[str, str | None]]:
        """Texts under properties with their languages: literals, labels of nodes, else their ids."""
        found = [text for value in self.objects(node, *names) for text in self.texts_of(value)]
        return list(dict.fromkeys(found))

    def texts_of(self, value: Node) -> list[tuple[str, str | None]]:
        """Texts of a value: itself, the labels of a node, else its id."""
        if "@value" in value:
            text = said(value["@value"])
            return [(text, said(value.get("@language")))] if text else []
        for name in LABELS:
            literals = [each for each in listed(value.get(name)) if isinstance(each, dict) and "@value" in each]
            if found := [text for each in literals for text in self.texts_of(each)]:
                return found
        identity = said(value.get("@id"))
        return [(identity, None)] if identity and not identity.startswith("_:") else []

    def text(self, node: Node, *names: str) -> str | None:
        """First text under properties, English before others; None when there is none."""
        found = self.texts(node, *names)
        english = [text for text, lang in found if (lang or "").lower().startswith("en")]
        return next(iter([*english, *(text for text, _ in found)]), None)


def is_address(text: str | None) -> bool:
    """Whether a text is an address on the web."""
    return bool(text and re.fullmatch(r"(https?|ftp)://\S+", text, re.IGNORECASE))


# -- JSON-LD and data.json -------------------------------------------------------------------------


def graph_of_json(value: Any) -> Graph:
    """Graph of a JSON-LD document or of a data.json."""
    graph = Graph()
    for each in listed(value):
        _from_json(graph, each, 0)
    return graph


def _from_json(graph: Graph, value: Any, depth: int) -> Any:
    """A value of JSON as the graph has it; None for nothing."""
    if isinstance(value, dict):
        if "@value" in value:
            return {"@value": value["@value"], "@language": said(value.get("@language"))}
        if "@list" in value or "@set" in value:
            return [_from_json(graph, each, depth + 1) for each in listed(value.get("@list", value.get("@set")))]
        return _language_map(value) or _node_from_json(graph, value, depth)
    text = said(value)
    if text is None:
        return {"@value": str(value).lower()} if isinstance(value, bool) else None
    return {"@value": text}


def _node_from_json(graph: Graph, value: Node, depth: int) -> Node | None:
    identity = said(value.get("@id")) or said(value.get("id"))
    if depth > DEPTH_MAX:
        return None
    if set(value) == {"@id"}:
        return {"@id": identity} if identity else None
    for each in listed(value.get("@graph")):
        _from_json(graph, each, depth + 1)
    types = [local_name(text) for each in listed(value.get("@type", value.get("type"))) if (text := said(each))]
    node = graph.node(identity, types)
    for key, child in value.items():
        name = local_name(key)
        if name in ("@id", "@type", "@context", "@graph", "@reverse", "id"):
            continue
        for each in listed(child):
            _put(node, name, _from_json(graph, each, depth + 1))
    return node


def _language_map(value: Node) -> list[Node]:
    """`{"en": "Sea", "fr": "Mer"}`, a map of languages, as literals; empty for what is none."""
    if value and all(LANGUAGE.fullmatch(key) and isinstance(text, str) for key, text in value.items()):
        return [{"@value": text, "@language": lang} for lang, text in value.items()]
    return []


def _put(node: Node, name: str, value: Any) -> None:
    for each in value if isinstance(value, list) else [value]:
        if each is not None and not isinstance(each, list):
            held = node.setdefault(name, [])
            if isinstance(held, list):
                held.append(each)


# -- RDF/XML ---------------------------------------------------------------------------------------


def graph_of_xml(root: Element) -> Graph:
    """Graph of an RDF/XML document."""
    graph = Graph()
    top = [root] if local(root) != "RDF" else list(children(root))
    for element in top:
        _node_from_xml(graph, element, 0)
    return graph


def _node_from_xml(graph: Graph, element: Element, depth: int) -> Node:
    identity = element.get(f"{RDF}about") or element.get(f"{RDF}ID")
    blank = element.get(f"{RDF}nodeID")
    name = local(element)
    node = graph.node(identity or (f"_:{blank}" if blank else None), [] if name == "Description" else [name])
    for key, value in element.attrib.items():
        if not str(key).startswith((RDF, LANG[:10])) and "}" in str(key):
            _put(node, local_name(str(key).rpartition("}")[2]), {"@value": str(value)})
    if depth <= DEPTH_MAX:
        for part in children(element):
            _property(graph, node, part, depth)
    return node


def _property(graph: Graph, node: Node, part: Element, depth: int) -> None:
    name = local(part)
    resource, blank = part.get(f"{RDF}resource"), part.get(f"{RDF}nodeID")
    if name == "type" and resource and str(part.tag).startswith(RDF):
        node["@type"].append(local_name(resource))
    elif resource or blank:
        _put(node, name, {"@id": resource or f"_:{blank}"})
    elif part.get(f"{RDF}parseType") == "Resource":
        inner = graph.node(None, [])
        for each in children(part):
            _property(graph, inner, each, depth + 1)
        _put(node, name, inner)
    elif part.get(f"{RDF}parseType") != "Literal" and any(True for _ in children(part)):
        for each in children(part):
            _put(node, name, _node_from_xml(graph, each, depth + 1))
    elif prose(part):
        lang = part.get(LANG)
        _put(node, name, {"@value": prose(part), "@language": lang})


def plain(value: Any, depth: int = 0) -> Any:
    """A value for `extra`: literals as texts, references as addresses."""
    if isinstance(value, list):
        found = [each for child in value if (each := plain(child, depth + 1)) not in (None, {}, [])]
        return found[0] if len(found) == 1 else found
    node = mapping(value)
    if "@value" in node:
        return node["@value"]
    if set(node) <= {"@id", "@type"} or depth > 4:
        return said(node.get("@id"))
    return {name: plain(child, depth + 1) for name, child in node.items() if name != "@type"}
