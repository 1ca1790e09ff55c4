"""Reader `hdruk`: datasets of the HDR UK Innovation Gateway, in every schema it has had.

Version 1 is flat (`ageBand`), version 2 and later nested (`coverage.typicalAgeRange`), the Gateway wraps both
(`metadata.metadata`, `datasetv2`), and its CSV files hold nested objects in cells. The same fact is looked for under
all its names. A record gives a dataset, its tables as datasets within it, and their columns as variables.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Link, Publication
from reperio.resource.read.hdruk_tables import Tables, tables_of
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import at, listed, load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import accession, remainder, stated, statements, take
from reperio.source.model import Source
from reperio.text.html import plain_text
from reperio.text.identifiers import find_dois, read_identifier
from reperio.text.sizes import Size, Unit, read_sizes

NAME = "hdruk"
ENVELOPES = ("record", "dataModels", "metadata", "datasetv2", "data")
BESIDE = ("structuralMetadata", "datasetfields")
CELL_MAX = 5_000_000
LIST = r";,;|[,;|]"
GEONAMES = re.compile(r"https?://(?:www\.)?geonames\.org/(?:.*/)?([a-z0-9-]+?)(?:\.html?)?/?", re.IGNORECASE)
PUBLISHER_PREFIXES = re.compile(
    r"10\.(1001|1002|1016|1038|1056|1073|1080|1093|1101|1111|1126|1136|1159|1161|1177|1186|1371|1007|2196|3389|7554|12688|23889)/"
)
"""DOI prefixes of publishers of journals: what they name is an article about a dataset, not the dataset."""
SAMPLES = (
    "coverage/physicalSampleAvailability", "coverage/biologicalsamples", "coverage/materialType", "physicalSampleAvailability",
)  # fmt: skip
BOOKKEEPING = (
    "domainType", "editable", "label", "latest", "isLatestVersion", "success", "emailNotifications", "@schema",
    "gwdmVersion", "revisions", "isDatasetArchived", "dataClassesCount", "finalised", "dateFinalised", "lastUpdated",
    "required",
)  # fmt: skip


def read(record: Record, source: Source) -> Reading:
    """Read the datasets of a Gateway document or of a row of its CSV files."""
    reading = Reading()
    value = load_json(record.body, reading)
    ids = Ids(reading)
    for path, dataset in _datasets(value, ""):
        _Dataset(reading, record, source, dataset, path).read(ids)
    if value is not None and not reading.resources and not reading.issues:
        reading.issue("record.unknown", "/", str(value)[:100], "No HDR UK dataset was found.", "error")
    return reading


def _datasets(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, child in enumerate(listed(value)):
        here = f"{path}/{number}" if isinstance(value, list) else path
        if not isinstance(child, dict):
            continue
        inner = None if "summary" in child or "title" in child else _enveloped(child)
        if inner:
            yield from _datasets(_with_tables(child[inner], child), f"{here}/{inner}")
        elif child.keys() & {"summary", "title", "label", "abstract"}:
            yield here, {name: _cell(part) for name, part in child.items()}


def _with_tables(inner: Any, envelope: dict[str, Any]) -> Any:
    """What is in an envelope, with the tables that the Gateway puts beside it."""
    if not isinstance(inner, dict) or any(name in inner for name in BESIDE):
        return inner
    return inner | {name: envelope[name] for name in BESIDE if envelope.get(name)}


def _enveloped(value: dict[str, Any]) -> str | None:
    return next((name for name in ENVELOPES if isinstance(value.get(name), (dict, list)) and value[name]), None)


def _cell(value: Any) -> Any:
    """The object that a cell of a CSV file holds, as Python or JSON wrote it."""
    if not isinstance(value, str) or value[:1] not in ("{", "[") or len(value) > CELL_MAX:
        return value
    try:
        found = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        found = load_json(value.encode("utf-8", "replace"), Reading())
    return found if isinstance(found, (dict, list)) else value


class _Dataset:
    """One dataset being read; what is understood is taken out of the JSON, the rest is kept."""

    def __init__(self, reading: Reading, record: Record, source: Source, facts: dict[str, Any], path: str) -> None:
        self.reading, self.record, self.source, self.facts, self.path = reading, record, source, facts, path

    def read(self, ids: Ids) -> None:
        own = self._pick("id", "datasetid", "required/gatewayId", "metadataquality/id")
        pid = self._pick("pid", "required/gatewayPid")
        link = self._pick("identifier")
        local = ids.take(own or link or pid or fit(self.record.identifier), self.path or "/")
        self.draft = Draft(
            self.reading, self.record, self.source, reader=NAME, kind="dataset", local_id=local, path=self.path
        )  # fmt: skip
        accession(self.draft, pid, "/pid")
        self._named(link)
        self._described()
        self._people()
        self._dates()
        self._coverage()
        self._sizes()
        self._access()
        self._related()
        tables = Tables(self.draft, local, self._tables())
        for name in BOOKKEEPING:
            self.facts.pop(name, None)
        self.draft.set("extra", remainder(self.facts))
        self.draft.finish()
        tables.read(self.record)

    # -- looking for facts -------------------------------------------------------------------------------------

    def _take(self, *paths: str) -> list[tuple[str, Any]]:
        """What stands at the paths, taken out, with where it stood."""
        found = [(path, take(self.facts, *path.split("/"))) for path in paths]
        return [(path, value) for path, value in found if value is not None]

    def _pick(self, *paths: str) -> str | None:
        """The first text stated at one of the paths."""
        texts = [text for _, value in self._take(*paths) for text in statements(value)]
        return texts[0] if texts else None

    def _all(self, *paths: str, separator: str = "") -> list[tuple[str, str]]:
        """All the texts stated at the paths, each once, with where they stood."""
        found: dict[str, str] = {}
        for path, value in self._take(*paths):
            for text in statements(value, separator):
                found.setdefault(text, f"/{path}")
        return [(path, text) for text, path in found.items()]

    # -- facts -------------------------------------------------------------------------------------------------

    def _named(self, link: str | None) -> None:
        draft = self.draft
        for number, (_, title) in enumerate(self._all("summary/title", "title", "name")):
            draft.text("alternate_titles" if number else "titles", title)
        if not draft.values("titles"):
            draft.text("titles", said(self.facts.get("label")))
        for _, title in self._all("summary/shortTitle", "summary/alternateIdentifiers", "summary/datasetAliases"):
            if title not in [text.value for text in draft.values("titles")]:
                draft.text("alternate_titles", title)
        if link and link.startswith("http"):
            draft.url(link)
        elif link and link not in [text.value for text in draft.values("titles")]:
            draft.text("alternate_titles", link)
        for path, raw in self._all("summary/doiName", "doi"):
            self._doi(path, raw)

    def _doi(self, path: str, raw: str) -> None:
        for doi in find_dois(raw):
            if PUBLISHER_PREFIXES.match(doi):
                self.draft.add("publications", Publication(f"doi:{doi}", doi, f"https://doi.org/{doi}"))
                self.reading.issue("doi.publication", self.path + path, raw, "The DOI is of an article.", "info")
            else:
                self.draft.identifier(doi, path)

    def _described(self) -> None:
        draft = self.draft
        for _, text in self._all(
            "summary/abstract", "abstract", "documentation/description", "summary/description", "description"
        ):
            if re.fullmatch(r"https?://\S+", text):
                draft.add("links", Link("IsDocumentedBy", text))
            elif plain_text(text) not in [abstract.value for abstract in draft.values("abstracts")]:
                draft.text("abstracts", text)
        for _, word in self._all("summary/keywords", "keywords", "tags/features", separator=LIST):
            draft.concept("keywords", word)
        for _, word in self._all("summary/controlledKeywords", "tags/topics", separator=LIST):
            draft.concept("topics", word)
        for _, word in self._all("provenance/origin/datasetType", "summary/datasetType", separator=LIST):
            draft.concept("data_kinds", word)
        for path, language in self._all(
            "accessibility/formatAndStandards/language", "accessibility/formatAndStandards/languages", "language",
            separator=LIST,
        ):  # fmt: skip
            draft.language(language, path)
        draft.set("version", self._pick("version", "required/version", "documentationVersion", "datasetVersion"))

    def _people(self) -> None:
        draft = self.draft
        for _, value in self._take("summary/publisher", "summary/dataCustodian", "publisher"):
            self._publisher(value)
        for _, raw in self._all("summary/contactPoint", "contactPoint"):
            draft.agent("contacts", raw, url=f"mailto:{raw}" if re.fullmatch(r"\S+@\S+", raw) else None)
        for _, value in self._take("accessibility/usage/resourceCreator", "creator", "author"):
            self._creators(value)
        for _, value in self._take("summary/funders", "funders"):
            for name in statements([mapping(child).get("name") or child for child in listed(value)]):
                draft.agent("funders", name, kind="Organization")
        for _, name in self._all("organisation"):
            draft.agent("contributors", name, kind="Organization")

    def _creators(self, value: Any) -> None:
        """Creators, one a line; what is too long for a name is how to acknowledge them."""
        for child in listed(value):
            for name in (stated(mapping(child).get("name")) or stated(child) or "").splitlines():
                if 0 < len(name.strip()) <= 120:
                    self.draft.agent("creators", name.strip())
                elif name.strip():
                    self.draft.text("access_notes", name)

    def _publisher(self, value: Any) -> None:
        facts = mapping(value)
        raw = stated(value) or stated(facts.get("name")) or stated(facts.get("publisherName"))
        group, _, named = (raw or "").rpartition(">")
        found = [
            identifier
            for key in ("rorId", "gatewayId", "identifier")
            if (text := stated(facts.get(key))) and (identifier := read_identifier(text)) and identifier.scheme == "ror"
        ]
        member = group.strip() or stated(facts.get("memberOf"))
        self.draft.agent(
            "publishers", named.strip(), kind="Organization", affiliation=member, identifiers=tuple(found[:1])
        )  # fmt: skip

    def _dates(self) -> None:
        for field, paths in (
            ("date_published", ("issued", "required/issued")), ("date_modified", ("modified", "required/modified")),
        ):  # fmt: skip
            raw = self._pick(*paths)
            self.draft.date(field, re.sub(r"^(\d{4}-\d\d-\d\d)T.*$", r"\1", raw) if raw else None, f"/{paths[0]}")

    def _coverage(self) -> None:
        draft = self.draft
        start = self._pick("provenance/temporal/startDate", "datasetStartDate")
        end = self._pick("provenance/temporal/endDate", "datasetEndDate")
        draft.span(start, end, "/provenance/temporal")
        for path, raw in self._all("coverage/spatial", "geographicCoverage"):
            match = GEONAMES.fullmatch(raw)
            draft.places(match[1].replace("-", " ").title() if match else raw, path)
        lower, upper = (self._pick(f"coverage/typicalAgeRange{end}") for end in ("Min", "Max"))
        draft.ages(f"{lower}-{upper}" if lower and upper else None, "/coverage/typicalAgeRangeMin")
        for path, raw in self._all("coverage/typicalAgeRange", "ageBand"):
            draft.ages(raw, path)
        for path, raw in self._all("populationType"):
            draft.population(raw, path)
        self._samples()
        for path, raw in self._all("provenance/origin/purpose"):
            draft.designs(raw, path)

    def _samples(self) -> None:
        """Samples of DNA among those that can be had; a list without them says nothing of genetic data."""
        for path in SAMPLES:
            for text in statements(at(self.facts, *path.split("/")), LIST):
                if re.search(r"\bDNA\b|\bgenom|\bgenotyp", text, re.IGNORECASE):
                    self.draft.genetic(text, f"/{path}")

    def _sizes(self) -> None:
        for path, raw in self._all("summary/populationSize", "statisticalPopulation"):
            self._size(raw, "participants", path)
        observations = self.facts.get("observations")
        if isinstance(observations, dict):
            observations = observations.get("observations")
        for number, value in enumerate(listed(observations)):
            facts = mapping(value)
            if (said(facts.get("measuredProperty")) or "count").lower() == "count":
                persons = (said(facts.get("observedNode")) or "").lower() == "persons"
                self._size(
                    stated(facts.get("measuredValue")),
                    "participants" if persons else "records",
                    f"/observations/{number}/measuredValue",
                )

    def _size(self, raw: str | None, unit: Unit, path: str) -> None:
        if raw and not raw.startswith("-"):
            found = tuple(Size(s.count, unit if s.unit == "unstated" else s.unit) for s in read_sizes(raw) if s.count)
            self.draft.add("sizes", *found)
            self.draft.claim("sizes", raw, path, found or None)

    def _access(self) -> None:
        draft = self.draft
        for path, raw in self._all("accessibility/access/accessRights", "accessRights"):
            draft.access(raw, path)
            draft.text("access_notes", raw)
        for path, raw in self._all("license"):
            draft.licence(raw, path)
        for _, raw in self._all(
            "accessibility/access/accessService", "accessibility/usage/dataUseLimitation",
            "accessibility/usage/dataUseRequirements", "accessibility/usage/dataUseRequirement",
        ):  # fmt: skip
            draft.text("access_notes", raw)

    def _related(self) -> None:
        draft = self.draft
        for _, raw in self._all(
            "accessibility/usage/isReferencedBy", "linkage/isReferenceIn", "citations",
            "enrichmentAndLinkage/publicationAboutDataset", "enrichmentAndLinkage/publicationUsingDataset",
            "linkage/publicationAboutDataset", "linkage/publicationUsingDataset",
        ):  # fmt: skip
            dois = find_dois(raw)
            url = raw if re.fullmatch(r"https?://\S+", raw) else None
            draft.add("publications", Publication(plain_text(raw), dois[0] if dois else None, url))
        for relation, paths in (
            ("IsDocumentedBy", ("documentation/associatedMedia", "linkage/associatedMedia")),
            ("IsPartOf", ("documentation/isPartOf", "group", "linkage/datasetLinkage/isPartOf")),
        ):
            for _, raw in self._all(*paths):
                if raw.lower() not in ("no group", "not part of a group"):
                    draft.add("links", Link(relation, raw))

    def _tables(self) -> list[Any]:
        """Descriptions of tables, wherever the schema puts them."""
        for place in (
            ("structuralMetadata", "dataClasses"), ("structuralMetadata", "tables"), ("structuralMetadata",),
            ("dataClasses",), ("technicaldetails",), ("datasetfields", "technicaldetails"),
        ):  # fmt: skip
            if isinstance(at(self.facts, *place), list):
                return tables_of(listed(take(self.facts, *place)))
        return []
