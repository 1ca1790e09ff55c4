"""Reader `frictionless`: Data Packages (versions 0, 1 and 2), lone data resources, lone table schemas.

A package of several tables gives a study, a dataset for each table and a variable for each field; of a single table it
gives the dataset itself. Schemas given as addresses are not fetched.
"""

from __future__ import annotations

import re
from typing import Any

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Category, Distribution, Kind, Link
from reperio.resource.read.ckan import without_markdown
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import listed, load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import accession, remainder, stated, statements
from reperio.source.model import Source
from reperio.text.html import plain_text
from reperio.text.identifiers import read_identifier
from reperio.text.licences import Licence, read_licence

NAME = "frictionless"
ADDRESS = re.compile(r"(https?|ftp)://\S+$", re.IGNORECASE)
CATEGORIES_MAX = 2000
ROLES = {
    "author": "creators", "creator": "creators", "publisher": "publishers", "distributor": "publishers",
    "funder": "funders", "maintainer": "contacts", "contact": "contacts", "rightsholder": "rights_holders",
}  # fmt: skip
BOOKKEEPING = ("profile", "$schema", "datapackage_version", "data_package_version")


def read(record: Record, source: Source) -> Reading:
    """Read a Data Package, a data resource or a table schema."""
    reading = Reading()
    value = load_json(record.body, reading)
    ids = Ids(reading)
    for number, package in enumerate(listed(value)):
        place = f"/{number}" if isinstance(value, list) else ""
        if isinstance(package, dict) and (shaped := _as_package(package)):
            _Package(reading, record, source, ids, shaped, place).read()
        elif value is not None:
            reading.issue("record.unknown", place or "/", str(package)[:100], "This is no Data Package.", "error")
    return reading


def _as_package(value: dict[str, Any]) -> dict[str, Any] | None:
    """The package a JSON object is; a lone resource or schema becomes one of its own."""
    if isinstance(value.get("resources"), list | dict):
        return dict(value)
    if isinstance(value.get("schema"), dict) and ("path" in value or "data" in value or "url" in value):
        return {"name": value.get("name"), "title": value.get("title"), "resources": [value]}
    if isinstance(value.get("fields"), list):
        return {"name": value.get("name"), "title": value.get("title"), "resources": [{"schema": value}]}
    return None


class _Package:
    """One package being read."""

    def __init__(
        self, reading: Reading, record: Record, source: Source, ids: Ids, package: dict[str, Any], place: str
    ) -> None:
        self.reading, self.record, self.source, self.ids = reading, record, source, ids
        self.package, self.place = package, place

    def read(self) -> None:
        raw = self.package.pop("resources", None)
        resources = [
            dict(each) for each in (raw.values() if isinstance(raw, dict) else listed(raw)) if isinstance(each, dict)
        ]
        several = len(resources) > 1
        own = self._own_id()
        draft = self._draft("study" if several else "dataset", own, "")
        self._about(draft)
        if not draft.values("titles"):
            self.reading.issue("title.missing", f"{self.place}/title", own, "There is no title.")
        at = len(self.reading.resources)
        for number, resource in enumerate(resources):
            path = f"/resources/{number}"
            if several:
                self._part(draft, resource, f"{own}/{self._resource_id(resource, number)}", path)
            else:
                self._table(draft, resource, path)
                resource.pop("name", None)
                draft.keep("resource", remainder(resource))
        self._finish(draft, self.package)
        self._lead(at)

    def _part(self, package: Draft, resource: dict[str, Any], wanted: str, path: str) -> None:
        """One of several tables: a dataset of its own."""
        at = len(self.reading.resources)
        table = self._draft("dataset", wanted, path)
        table.add("part_of", package.id)
        self._table(table, resource, path)
        if not table.values("titles"):
            table.text("titles", said(resource.get("name")) or wanted.rpartition("/")[2])
        resource.pop("name", None)
        self._finish(table, resource)
        self._lead(at)

    def _lead(self, at: int) -> None:
        """What was finished last stands before what it consists of."""
        self.reading.resources.insert(at, self.reading.resources.pop())

    def _own_id(self) -> str:
        for name in ("id", "name"):
            text = said(self.package.get(name))
            found = read_identifier(text) if text and len(text) < 500 else None
            if found and found.scheme == "doi":
                return found.value
        return said(self.package.get("name")) or said(self.package.get("id")) or fit(self.record.identifier)

    def _resource_id(self, resource: dict[str, Any], number: int) -> str:
        path = said(next(iter(listed(resource.get("path"))), None))
        return said(resource.get("name")) or path or str(number + 1)

    def _draft(self, kind: Kind, wanted: str, path: str) -> Draft:
        return Draft(
            self.reading, self.record, self.source, reader=NAME, kind=kind,
            local_id=self.ids.take(wanted, f"{self.place}{path}" or "/"), path=self.place,
        )  # fmt: skip

    def _finish(self, draft: Draft, rest: dict[str, Any]) -> None:
        for name in BOOKKEEPING:
            rest.pop(name, None)
        for name, value in (remainder(rest) or {}).items():
            draft.keep(name, value)
        draft.finish()

    # -- the package -------------------------------------------------------------------------------------------

    def _about(self, draft: Draft) -> None:
        package = self.package
        identity, name = said(package.pop("id", None)), said(package.pop("name", None))
        if identity:
            accession(draft, identity[:500], "/id")
        draft.text("titles", said(package.pop("title", None)) or name)
        _described(draft, package)
        draft.url(said(package.pop("homepage", None)))
        draft.set("version", stated(package.pop("version", None)))
        draft.date("date_created", _day(package.pop("created", None)), "/created")
        for each in ("modified", "last_modified", "updated"):
            draft.date("date_modified", _day(package.pop(each, None)), f"/{each}")
        draft.line("image", said(package.pop("image", None)))
        for words in (package.pop("keywords", None), package.pop("owidTags", None)):
            for text in statements(words, "," if isinstance(words, str) else ""):
                draft.concept("keywords", text)
        for each in listed(package.pop("languages", None)):
            draft.language(said(each), "/languages")
        self._people(draft)

    def _people(self, draft: Draft) -> None:
        for name, field in (("author", "creators"), ("maintainers", "contacts"), ("publisher", "publishers")):
            for each in listed(self.package.pop(name, None)):
                _agent(draft, field, each)
        for each in listed(self.package.pop("contributors", None)):
            roles = [*statements(mapping(each).get("roles")), *statements(mapping(each).get("role"))] or ["author"]
            for role in roles:
                _agent(draft, ROLES.get(role.lower().replace("-", ""), "contributors"), each)

    # -- tables and fields -------------------------------------------------------------------------------------

    def _table(self, draft: Draft, resource: dict[str, Any], path: str) -> None:
        held = draft.values("titles")
        if not held:
            draft.text("titles", said(resource.pop("title", None)) or said(resource.get("name")))
        if not draft.values("abstracts"):
            draft.text("abstracts", _markdown(resource.pop("description", None)))
        _licences_and_sources(draft, resource)
        _files(draft, resource)
        schema = resource.pop("schema", None)
        if not isinstance(schema, dict):
            draft.keep("schema", said(schema))
            return
        fields = [each for each in listed(schema.get("fields")) if isinstance(each, dict)]
        draft.count("variable_count", len(fields), f"{path}/schema/fields")
        keys = {
            name: value
            for name, value in schema.items()
            if name in ("primaryKey", "foreignKeys", "uniqueKeys") and value
        }
        draft.keep("keys", keys)
        missing = _missing(schema.get("missingValues"))
        for number, field in enumerate(fields):
            self._field(draft, dict(field), number, f"{path}/schema/fields/{number}", missing)

    def _field(self, table: Draft, field: dict[str, Any], number: int, path: str, missing: dict[str, str]) -> None:
        name = said(field.pop("name", None))
        wanted = f"{table.id.removeprefix(f'{self.source.key}/')}/{name or number + 1}"
        if not name:
            self.reading.issue("name.missing", f"{self.place}{path}", "", "A field has no name.")
        draft = self._draft("variable", wanted, path)
        draft.path = f"{self.place}{path}"
        draft.add("part_of", table.id)
        draft.set("position", number + 1)
        draft.line("name", name)
        draft.text("titles", said(field.pop("title", None)) or said(field.pop("label", None)))
        draft.text("abstracts", _markdown(field.pop("description", None)))
        draft.line("data_type", said(field.pop("type", None)))
        draft.line("measurement_unit", stated(field.pop("unit", None)))
        if uri := said(field.get("rdfType")):
            draft.concept("concepts", uri.rstrip("/#").rpartition("/")[2].rpartition("#")[2] or uri, uri=uri)
            field.pop("rdfType")
        _answers(draft, field, {**missing, **_missing(field.pop("missingValues", None))})
        if said(field.get("format")) == "default":
            field.pop("format")
        for key, value in (remainder(field) or {}).items():
            draft.keep(key, value)
        draft.finish()


def _described(draft: Draft, node: dict[str, Any]) -> None:
    draft.text("abstracts", _markdown(node.pop("description", None)))
    if not draft.values("abstracts"):
        draft.text("abstracts", _markdown(node.pop("readme", None)))
    _licences_and_sources(draft, node)


def _markdown(value: Any) -> str | None:
    text = said(value)
    return without_markdown(text) if text else None


def _day(value: Any) -> str | None:
    text = stated(value)
    return text[:10] if text and re.match(r"\d{4}-\d\d-\d\dT", text) else text


def _licences_and_sources(draft: Draft, node: dict[str, Any]) -> None:
    for each in [*listed(node.pop("licenses", None)), *listed(node.pop("license", None))]:
        inner = mapping(each)
        raws = (
            [text for name in ("name", "type", "path", "url", "title") if (text := stated(inner.get(name)))]
            if inner
            else statements(each)
        )
        known = next((found for raw in raws if (found := read_licence(raw))), None)
        url = next((raw for raw in raws if ADDRESS.match(raw)), None)
        if known is None and raws:
            known = Licence(stated(inner.get("title")) or raws[0][:200], url=url)
        if known and known not in draft.values("licences"):
            draft.add("licences", known)
            draft.claim("licences", " ".join(raws), "/licenses", known)
    for each in listed(node.pop("sources", None)):
        _source(draft, dict(each) if isinstance(each, dict) else {"title": each})


def _source(draft: Draft, node: dict[str, Any]) -> None:
    """What the data were made from: a link; who published it and when it was fetched are kept."""
    title = stated(node.pop("title", None)) or stated(node.pop("name", None))
    addresses = [text for name in ("path", "web", "link", "url") if (text := stated(node.pop(name, None)))]
    target = next((part for text in addresses for part in re.split(r"[\s;,]+", text) if ADDRESS.match(part)), None)
    if target or title:
        draft.add(
            "links", Link("IsDerivedFrom", (target or title or "")[:1000], plain_text(title)[:1000] if title else None)
        )
    if rest := remainder(node):
        draft.keep("sources", [*(draft.kept("sources") or []), {**({"title": title} if title else {}), **rest}])


def _agent(draft: Draft, field: str, value: Any) -> None:
    node = mapping(value)
    parts = [stated(node.get("givenName")), stated(node.get("familyName"))]
    named = (stated(node.get("title")), stated(node.get("name")), " ".join(part for part in parts if part))
    name = next((text for text in named if text), None) or stated(value)
    path = said(node.get("path")) or said(node.get("web"))
    known = read_identifier(path) if path and len(path) < 500 else None
    identifiers = (known,) if known and known.scheme in ("orcid", "ror") else ()
    url = path if path and ADDRESS.match(path) and not identifiers else None
    draft.agent(field, name, identifiers=identifiers, affiliation=stated(node.get("organization")), url=url)


def _files(draft: Draft, resource: dict[str, Any]) -> None:
    media = stated(resource.pop("mediatype", None)) or stated(resource.pop("format", None))
    size = resource.pop("bytes", None)
    for raw in [*listed(resource.pop("path", None)), *listed(resource.pop("url", None))]:
        if text := said(raw):
            whole = size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else None
            name = text.rstrip("/").rpartition("/")[2] or text
            draft.add("distributions", Distribution(name[:500], text if ADDRESS.match(text) else None, media, whole))
    resource.pop("data", None)  # the data themselves are not metadata


def _missing(value: Any) -> dict[str, str]:
    """Codes that stand for no answer, with their labels."""
    found: dict[str, str] = {}
    for each in listed(value):
        code = said(mapping(each).get("value")) if isinstance(each, dict) else said(each)
        if code:
            found[code] = said(mapping(each).get("label")) or ""
    return found


def _answers(draft: Draft, field: dict[str, Any], missing: dict[str, str]) -> None:
    constraints = dict(mapping(field.pop("constraints", None)))
    given = listed(field.pop("categories", None)) or listed(constraints.pop("enum", None))
    found: list[Category] = []
    for each in given[:CATEGORIES_MAX]:
        node = mapping(each)
        code = said(node.get("value")) if node else said(each)
        label = said(node.get("label")) or code or ""
        if code or label:
            found.append(Category(plain_text(label), code, code in missing))
    if found:
        codes = {category.code for category in found}
        found += [
            Category(plain_text(label), code, missing=True)
            for code, label in missing.items()
            if label and code not in codes
        ]
        draft.add("categories", *found)
    elif any(missing.values()):
        draft.add(
            "categories", *(Category(plain_text(label), code, missing=True) for code, label in missing.items() if label)
        )
    draft.keep("constraints", remainder(constraints))
