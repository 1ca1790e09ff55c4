"""Items of the original product: its pages' payload, and records as its API gave them.

An item gives a resource, and so do its ancestors (when they carry an id), its child datasets and its variables; what is
known of a resource only from the page of another is marked `partial` in `extra`. Option `keep_ids` keeps its ids
(`ukds/855318`, whose md5 is the item's `uuid`); otherwise they stand below the source's key (`harmony/ukds/855318`).

Its normalisers were broken in known ways, so values that they gave for the unknown are kept as claims without a value:
sex `all`, language `en`, country `GB` without a place that says so, genetic data `false`, sizes of studies. What it copied
from a study into its datasets (description, keywords, period, waves) is not taken for theirs.
"""

from __future__ import annotations

import re
from typing import Any

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Category, Kind, Link
from reperio.resource.read.decode import decode
from reperio.resource.read.flight import find_objects, head_of, is_flight, pushed, resolved, rows_of
from reperio.resource.read.ids import Ids
from reperio.resource.read.json import at, listed, mapping, parse_json, said
from reperio.resource.read.jsonld import text_of, values
from reperio.resource.read.reading import Reading
from reperio.resource.read.schema_org_fields import RULES
from reperio.resource.read.schema_org_variable import read_variable
from reperio.source.model import Source
from reperio.text.identifiers import read_identifier
from reperio.text.places import read_places
from reperio.text.sizes import Size
from reperio.text.slugs import uuid_of

NAME = "harmony"
Item = dict[str, Any]
KINDS: dict[str, Kind] = {"study": "study", "dataset": "dataset", "variable": "variable", "source": "series"}
COPIED = ("description", "keywords")
"""Fields that the original copied from a study into its datasets."""
READ_SCHEMA = frozenset({"@context", "@type", "size", "number_of_variables", "variableMeasured", *RULES})
READ_EXTRA = frozenset({
    "name", "harmony_id", "resource_type", "urls", "dois", "keywords", "instruments", "study_design", "sex", "country_codes",
    "geographic_coverage", "language_codes", "genetic_data_collected", "data_access", "sample_size", "num_variables",
    "num_sweeps", "start_year", "end_year", "duration_years", "age_lower", "age_upper", "uuid",
})  # fmt: skip
TIME = re.compile(r"(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?")
DOTS = re.compile(r"^(\d{4}(?:-\d\d){0,2})\.\.(\d{4}(?:-\d\d){0,2})?$")
NOT_FOUND = re.compile(r"(dataset|study|item|page) not found|^404\b", re.IGNORECASE)


def read(record: Record, source: Source) -> Reading:
    """Read every item of a record."""
    reading = Reading()
    text = decode(record.body, reading)
    if text is None:
        return reading
    items = _items(text, reading)
    if not items:
        if not any(issue.level == "error" for issue in reading.issues):
            reading.issue("harmony.empty", "", text[:100], "The page holds no item.", "error")
        return reading
    work = _Work(reading, record, source, len(items))
    for number, item in enumerate(items, 1):
        work.page(item, f"/item[{number}]" if len(items) > 1 else "")
    return reading


def _items(text: str, reading: Reading) -> list[Item]:
    start = text.lstrip()
    if start.startswith("<"):
        text = pushed(text)
    elif not is_flight(text):
        return find_objects(parse_json(text, reading), "dataset_schema")
    rows = rows_of(text, reading)
    items = [item for row in rows.values() for item in find_objects(row, "dataset_schema")]
    if items:
        return [resolved(item, rows) for item in items]
    head = head_of(rows)
    title = head.get("og:title") or head.get("title")
    if not title or NOT_FOUND.search(title):
        return []
    page = re.sub(r"[?#].*$", "", head.get("og:url", "")).rstrip("/").rpartition("/")[2]
    return [{"dataset_schema": {"name": title, "description": head.get("description")}, "extra_data": {"slug": page}}]


def _top_of(item: Item) -> str | None:
    """The uuid an item states of what stands above everything else; None when that is the item itself."""
    extra = mapping(item.get("extra_data"))
    top = said(extra.get("top_level_ancestor_uuid"))
    return top if top != said(extra.get("uuid")) else None


class _Work:
    """The items of one record being read."""

    def __init__(self, reading: Reading, record: Record, source: Source, count: int) -> None:
        self.reading = reading
        self.record = record
        self.source = source
        self.alone = count == 1
        self.ids = Ids(reading)

    def page(self, item: Item, path: str) -> None:
        """Read an item with what stands above and below it."""
        ancestors = [mapping(each) for each in [*listed(item.get("ancestors")), item.get("parent")] if mapping(each)]
        above: list[str] = []
        links: list[Link] = []
        for number, ancestor in enumerate(ancestors, 1):
            place = f"{path}/ancestors[{number}]"
            if identity := self._own_id(ancestor) or (_top_of(item) if number == 1 else None):
                draft = self._start(ancestor, "study", place, identity)
                draft.add("part_of", *above[-1:])
                self._finish(draft, ancestor, [], partial=True)
                above = [*above, draft.id]
            elif title := said(at(ancestor, "dataset_schema", "name")):
                links.append(Link("IsPartOf", title))
        wanted = self._own_id(item) or (self.record.identifier if self.alone else f"{self.record.identifier}{path}")
        draft = self._start(item, self._guess(item, ancestors), path, wanted)
        draft.add("part_of", *above[-1:])
        draft.add("links", *links)
        self._finish(draft, item, ancestors, partial=False)
        for number, child in enumerate(listed(item.get("child_datasets")), 1):
            if mapping(child):
                self._child(child, draft, item, f"{path}/child_datasets[{number}]")

    def _child(self, child: Item, parent: Draft, parent_item: Item, path: str) -> None:
        name = said(at(child, "dataset_schema", "name"))
        local = parent.id.removeprefix(f"{self.source.key}/")
        draft = self._start(child, "dataset", path, self._own_id(child) or f"{local}/{name or path.rpartition('/')[2]}")
        if not self._own_id(child) and not parent.id.startswith(f"{self.source.key}/"):
            draft.id = draft.id.removeprefix(f"{self.source.key}/")
        draft.add("part_of", parent.id)
        self._finish(draft, child, [parent_item], partial=True)

    def _own_id(self, item: Item) -> str | None:
        extra = mapping(item.get("extra_data"))
        return said(extra.get("harmony_id")) or said(extra.get("uuid")) or said(extra.get("slug"))

    def _guess(self, item: Item, ancestors: list[Item]) -> Kind:
        """Kind of an item that does not say."""
        if at(item, "extra_data", "resource_type"):
            return "study"
        if ancestors or at(item, "dataset_schema", "variableMeasured"):
            return "dataset"
        self.reading.issue("kind.unknown", "", "", "The item does not say what it is; taken for a study.", "info")
        return "study"

    def _start(self, item: Item, kind: Kind, path: str, wanted: str) -> Draft:
        kind = KINDS.get(said(at(item, "extra_data", "resource_type")) or "", kind)
        local = wanted.removeprefix(f"{self.source.key}/")
        draft = Draft(
            self.reading,
            self.record,
            self.source,
            reader=NAME,
            kind=kind,
            local_id=self.ids.take(local, path),
            path=path,
        )
        own, uuid = said(at(item, "extra_data", "harmony_id")), said(at(item, "extra_data", "uuid"))
        if own and "/" in own and self.source.options.get("keep_ids"):
            draft.id = draft.id.removeprefix(f"{self.source.key}/") if local == own else own.lower()
        if own and uuid and uuid_of(own) != uuid.replace("-", ""):
            self.reading.issue("uuid.mismatch", f"{path}/extra_data/uuid", uuid, f"Not the md5 of {own}.", "info")
        return draft

    def _finish(self, draft: Draft, item: Item, above: list[Item], *, partial: bool) -> None:
        schema, extra = mapping(item.get("dataset_schema")), mapping(item.get("extra_data"))
        schema, extra = _without_copied(draft, schema, extra, above)
        _schema(draft, schema, [mapping(each.get("dataset_schema")) for each in above])
        _extra(draft, schema, extra, nested=bool(above))
        if not draft.values("titles"):
            self.reading.issue("title.missing", f"{draft.path}/dataset_schema/name", "", "There is no title.")
        draft.keep("partial", partial or None)
        draft.finish()
        self._variables(draft, values(schema, "variableMeasured"))

    def _variables(self, parent: Draft, found: list[Any]) -> None:
        local = parent.id.removeprefix(f"{self.source.key}/")
        for number, value in enumerate(found, 1):
            path = f"{parent.path}/dataset_schema/variableMeasured[{number}]"
            name = text_of(value)[0]
            variable = Draft(
                self.reading, self.record, self.source, reader=NAME, kind="variable",
                local_id=self.ids.take(f"{local}/{name or number}", path), path=path,
            )  # fmt: skip
            if not parent.id.startswith(f"{self.source.key}/"):
                variable.id = variable.id.removeprefix(f"{self.source.key}/")
            variable.add("part_of", parent.id)
            variable.set("position", number)
            _variable(variable, value)
            variable.finish()


def _variable(draft: Draft, value: Any) -> None:
    node = dict(mapping(value))
    draft.text("question", said(node.pop("question", None)))
    for key in ("options", "response_options"):
        for option in listed(node.pop(key, None)):
            if label := text_of(option)[0]:
                draft.add("categories", Category(label))
    read_variable(draft, node or value)


def _schema(draft: Draft, schema: Item, above: list[Item]) -> None:
    for name in schema:
        if name == "temporalCoverage" and above:
            draft.claim("temporal", schema[name], f"/dataset_schema/{name}", None, "inherited")
        elif name in COPIED and any(each.get(name) == schema[name] for each in above):
            continue  # its study holds it
        elif name in RULES:
            for value in values(schema, name):
                RULES[name](draft, _mended(name, value), f"/dataset_schema/{name}")
        elif name not in READ_SCHEMA:
            draft.keep(name, schema[name])
    for raw in listed(schema.get("size")):
        _rows(draft, raw, "/dataset_schema/size")
    draft.count("variable_count", schema.get("number_of_variables"), "/dataset_schema/number_of_variables")


def _without_copied(draft: Draft, schema: Item, extra: Item, above: list[Item]) -> tuple[Item, Item]:
    """The parts of an item without the identifiers of its study: they do not identify its datasets."""
    copied = set(_numbers(*above))
    own = [raw for raw in _numbers({"dataset_schema": schema, "extra_data": extra}) if raw not in copied]
    for raw in copied & set(_numbers({"dataset_schema": schema, "extra_data": extra})):
        draft.claim("identifiers", raw, "/dataset_schema/identifier", None, "inherited")
    return {**schema, "identifier": own}, extra


def _numbers(*items: Item) -> list[str]:
    """Identifiers and DOIs of items, each in one spelling."""
    raws = [
        raw
        for item in items
        for raw in (*listed(at(item, "dataset_schema", "identifier")), *listed(at(item, "extra_data", "dois")))
    ]
    texts = [text for raw in raws if (text := text_of(raw)[0])]
    known = [(text, read_identifier(text) if len(text) < 500 else None) for text in texts]
    return list(dict.fromkeys(found.value if found else text for text, found in known))


def _mended(name: str, value: Any) -> Any:
    """A value without the marks that the original's scraping left on it."""
    if not isinstance(value, str):
        return value
    if name == "temporalCoverage":
        return DOTS.sub(lambda found: f"{found[1]}/{found[2] or '..'}", TIME.sub(r"\1", value))
    if name == "url" and value.count(")") > value.count("("):
        return value.rstrip(")")
    return value.rstrip("- ") if name == "keywords" else value


def _rows(draft: Draft, raw: Any, path: str) -> None:
    text = said(raw) or ""
    size = Size(int(text), "records") if text.isdecimal() and 0 < len(text) < 13 and int(text) else None
    draft.add("sizes", size)
    draft.claim("sizes", text, path, size)


def _extra(draft: Draft, schema: Item, extra: Item, *, nested: bool) -> None:
    where = "/extra_data"
    for url in listed(extra.get("urls")):
        draft.url(_mended("url", said(url)))
    if not nested:
        _uncopied(draft, schema, extra, where)
    for name in listed(extra.get("instruments")):
        draft.add("instruments", said(name))
    for design in listed(extra.get("study_design")):
        draft.designs(said(design), f"{where}/study_design")
    draft.count("variable_count", extra.get("num_variables"), f"{where}/num_variables")
    if access := said(extra.get("data_access")):
        draft.access(access, f"{where}/data_access")
        draft.text("access_notes", access)
    _doubtful(draft, extra, where)
    _places(draft, extra, where)
    for name, value in extra.items():
        if name not in READ_EXTRA or name == "uuid":
            draft.keep(name, value)


def _uncopied(draft: Draft, schema: Item, extra: Item, where: str) -> None:
    """What would be a copy from the study, were the item below one."""
    for word in listed(extra.get("keywords")):
        RULES["keywords"](draft, _mended("keywords", word), f"{where}/keywords")
    draft.count("waves", extra.get("num_sweeps"), f"{where}/num_sweeps")
    if not schema.get("temporalCoverage"):
        draft.span(said(extra.get("start_year")), said(extra.get("end_year")), f"{where}/start_year")


def _doubtful(draft: Draft, extra: Item, where: str) -> None:
    """What the original's normalisers said of the unknown too: kept as claims."""
    sex = said(extra.get("sex"))
    if sex in ("male", "female"):
        draft.sex(sex, f"{where}/sex")
    elif sex:
        draft.claim("sex", sex, f"{where}/sex")
    for language in listed(extra.get("language_codes")):
        draft.claim("languages", language, f"{where}/language_codes")
    genetic = extra.get("genetic_data_collected")
    if isinstance(genetic, bool):
        draft.set("genetic_data", genetic or None)
        draft.claim("genetic_data", genetic, f"{where}/genetic_data_collected", genetic or None, "derived")
    if (size := said(extra.get("sample_size"))) and size != "0":
        if draft.kind == "dataset":
            _rows(draft, size, f"{where}/sample_size")
        else:
            draft.claim("sizes", size, f"{where}/sample_size")
    for name in ("age_lower", "age_upper"):
        if (age := said(extra.get(name))) and age not in ("0", "999"):
            draft.claim("ages", age, f"{where}/{name}")


def _places(draft: Draft, extra: Item, where: str) -> None:
    coverage = said(extra.get("geographic_coverage"))
    codes = [code.upper() for each in listed(extra.get("country_codes")) if (code := said(each))]
    draft.places(coverage, f"{where}/geographic_coverage")
    known = {place.country for place in draft.values("spatial") if place.country}
    for code in codes:
        country = "GB" if code == "UK" else code
        if country in known:
            continue
        draft.claim("spatial", code, f"{where}/country_codes")
        if known:
            draft.reading.issue(
                "place.contradiction",
                f"{draft.path}{where}/country_codes",
                code,
                f"The coverage is {coverage}.",
                "info",
            )
        elif country != "GB":  # GB stood for the unknown
            draft.add("spatial", *read_places(country))
