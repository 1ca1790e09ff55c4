"""schema.org Dataset as JSON-LD: bare, in lists and graphs, or embedded in HTML pages.

Each Dataset gives a resource; embedded parts (`hasPart`) and variables (`variableMeasured`) give theirs. A Dataset with
datasets inside is a study, any other a dataset, unless the source's option `kind` says otherwise. A DataCatalog gives the
datasets it holds. What no rule understands is kept in `extra` by name.
"""

from __future__ import annotations

import re
from typing import Any

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Kind
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import listed, mapping, said
from reperio.resource.read.jsonld import Node, address_of, load_nodes, text_of, types, values
from reperio.resource.read.reading import Reading
from reperio.resource.read.schema_org_fields import RULES, link_rule, parted
from reperio.resource.read.schema_org_variable import read_variable
from reperio.source.model import Source
from reperio.text.identifiers import find_dois, read_identifier

NAME = "schema_org"
DATASETS = frozenset({"dataset", "datafeed"})
STUDIES = frozenset({"study", "medicalstudy", "medicalobservationalstudy", "medicaltrial"})
DEPTH_MAX = 4
VARIABLES_MAX = 50_000
EXTRA_TEXT_MAX = 5000
SILENT = frozenset({"@type", "@id", "@graph", "@context", "@reverse"})


def read(record: Record, source: Source) -> Reading:
    """Read every Dataset of a record."""
    reading = Reading()
    nodes = load_nodes(record.body, reading)
    index = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str)}
    found = [dataset for node in nodes for dataset in _datasets(node)]
    if not found and not any(issue.level == "error" for issue in reading.issues):
        others = ", ".join(sorted(set().union(*map(types, nodes)))) if nodes else ""
        reading.issue("schema_org.no_dataset", "", others, "There is no schema.org Dataset in this record.", "error")
    work = _Work(reading, record, source, index, len(found))
    for number, node in enumerate(found, 1):
        work.dataset(node, f"/dataset[{number}]" if len(found) > 1 else "", None, 0)
    return reading


def _datasets(node: Node) -> list[Node]:
    """The dataset a node is, or those that a catalogue or page about one holds."""
    if types(node) & (DATASETS | STUDIES):
        return [node]
    inner = [*values(node, "dataset"), *values(node, "mainEntity"), *values(node, "about")]
    return [each for each in inner if types(each) & (DATASETS | STUDIES) and set(mapping(each)) - {"@id", "@type"}]


class _Work:
    """The datasets of one record being read."""

    def __init__(self, reading: Reading, record: Record, source: Source, index: dict[str, Node], count: int) -> None:
        self.reading = reading
        self.record = record
        self.source = source
        self.index = index
        self.alone = count == 1
        self.ids = Ids(reading)

    def dataset(self, node: Node, path: str, parent: Draft | None, depth: int) -> None:
        parts = [part for part in values(node, "hasPart", self.index) if self._embedded(part) and depth < DEPTH_MAX]
        wanted = _identity(node) or self._fallback(path, parent)
        local_id = self.ids.take(wanted, path)
        draft = Draft(
            self.reading, self.record, self.source, reader=NAME, kind=self._kind(node, parts, depth), local_id=local_id,
            path=path,
        )  # fmt: skip
        if parent:
            draft.add("part_of", parent.id)
        self._fields(draft, node, path)
        self._relations(draft, node, parts)
        if not draft.values("titles"):
            self.reading.issue("title.missing", f"{path}/name", "", "There is no title.")
        draft.finish()
        for number, part in enumerate(parts, 1):
            self.dataset(part, f"{path}/hasPart[{number}]", draft, depth + 1)
        self._variables(draft, local_id, values(node, "variableMeasured", self.index), path)

    def _fields(self, draft: Draft, node: Node, path: str) -> None:
        node = {**node, "keywords": parted(node.get("keywords"))}
        for name in node:
            if name in RULES:
                for number, value in enumerate(values(node, name, self.index)):
                    RULES[name](draft, value, f"/{name}[{number + 1}]" if isinstance(node[name], list) else f"/{name}")
            elif name not in SILENT and name not in ("hasPart", "isPartOf", "variableMeasured"):
                draft.keep(name, _cut(node[name]))
        own = said(node.get("@id"))
        known = read_identifier(own) if own and len(own) < 500 else None
        if known and known.scheme in ("doi", "ark", "handle", "urn"):
            draft.identifier(own, f"{path}/@id")

    def _relations(self, draft: Draft, node: Node, parts: list[Node]) -> None:
        for whole in values(node, "isPartOf"):
            held = self.index.get(str(mapping(whole).get("@id")))
            if held is not None and held is not node and types(held) & (DATASETS | STUDIES):
                draft.add("part_of", f"{self.source.key}/{fit(_identity(held) or '')}")
            else:
                link_rule("IsPartOf")(draft, whole, "/isPartOf")
        for part in values(node, "hasPart", self.index):
            if part not in parts:
                link_rule("HasPart")(draft, part, "/hasPart")

    def _embedded(self, part: Any) -> bool:
        """A part described in place; one that is a node of its own is read where it stands."""
        own = mapping(part).get("@id")
        return bool(types(part) & DATASETS) and "name" in part and (own is None or str(own) not in self.index)

    def _kind(self, node: Node, parts: list[Node], depth: int) -> Kind:
        kind = self.source.options.get("kind")
        if depth == 0 and kind in ("study", "dataset", "series"):
            return kind  # type: ignore[no-any-return]
        return "study" if types(node) & STUDIES or (parts and depth == 0) else "dataset"

    def _fallback(self, path: str, parent: Draft | None) -> str:
        if parent:
            return f"{parent.id.removeprefix(self.source.key + '/')}{path[path.rfind('/') :]}"
        return self.record.identifier if self.alone else f"{self.record.identifier}{path}"

    def _variables(self, parent: Draft, parent_id: str, found: list[Any], path: str) -> None:
        if len(found) > VARIABLES_MAX:
            self.reading.issue("variables.many", path, len(found), f"Only the first {VARIABLES_MAX} were read.")
        for number, value in enumerate(found[:VARIABLES_MAX], 1):
            place = f"{path}/variableMeasured[{number}]"
            name = text_of(value)[0]
            if name is None and not mapping(value).get("description"):
                self.reading.issue("name.missing", place, value, "The variable says nothing of itself.")
                continue
            local_id = self.ids.take(f"{parent_id}/{name or number}", place)
            variable = Draft(
                self.reading, self.record, self.source, reader=NAME, kind="variable", local_id=local_id, path=place
            )
            variable.add("part_of", parent.id)
            variable.set("position", number)
            read_variable(variable, value)
            variable.finish()


def _identity(node: Node) -> str | None:
    """The dataset's own id: its DOI, else its first identifier, else its address without the scheme."""
    raws: list[str] = []
    for each in values(node, "identifier"):
        inner = mapping(each)
        raw = said(inner.get("value")) or address_of(each) if inner else said(each)
        if raw and (said(inner.get("propertyID")) or "").lower() not in ("md5", "sha1", "sha256", "checksum"):
            raws.append(raw[:1000])
    addresses = [raw[:1000] for raw in (said(node.get("@id")), *map(address_of, listed(node.get("url")))) if raw]
    addresses = [raw for raw in addresses if not raw.startswith(("_:", "#"))]
    for raw in [*raws, *addresses]:
        if dois := find_dois(raw):
            return dois[0]
        known = read_identifier(raw)
        if known and known.scheme == "doi":
            return known.value
    best = next(iter([*raws, *addresses]), None)
    return re.sub(r"^https?://(www\.)?", "", best) if best else None


def _cut(value: Any) -> Any:
    """The value with over-long texts cut."""
    if isinstance(value, str):
        return value[:EXTRA_TEXT_MAX]
    if isinstance(value, list):
        return [_cut(each) for each in value[:1000]]
    if isinstance(value, dict):
        return {str(name)[:200]: _cut(each) for name, each in value.items()}
    return value
