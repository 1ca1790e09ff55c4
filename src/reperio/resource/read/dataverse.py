"""Reader `dataverse`: native JSON of Dataverse repositories.

Reads what the API and the export `dataverse_json` give, bare or in an envelope (`data`, `record`), one dataset, a list
of them, or a page of search results. A record gives a dataset, and its variables where an archive lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Distribution
from reperio.resource.read.dataverse_fields import HREF, Values, rule_of, simple
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import at, listed, load_json, mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import accession, local_id, remainder, stated, statements, take
from reperio.source.model import Source
from reperio.text.html import plain_text
from reperio.text.languages import read_language
from reperio.text.licences import Licence, read_licence

NAME = "dataverse"
ENVELOPES = ("record", "data", "latestVersion")
NOTES = (
    "termsOfUse", "termsOfAccess", "restrictions", "conditions", "specialPermissions", "contactForAccess",
    "dataAccessPlace", "availabilityStatus",
)  # fmt: skip
TITLES = ("title", "alternativeTitle", "subtitle")
"""Where there are several, one is often a translation: the language of the metadata cannot be said of each."""
BOOKKEEPING = (
    "id", "datasetId", "storageIdentifier", "internalVersionNumber", "latestVersionPublishingState", "createTime",
    "citationDate", "deaccessionLink", "protocol", "authority", "separator", "identifier", "datasetPersistentId",
    "_n_files", "_file_types", "iconUri", "metadataBlocks", "fields",
)  # fmt: skip
"""Members of no use to anybody but the repository, or taken elsewhere."""


def read(record: Record, source: Source) -> Reading:
    """Read the datasets of a Dataverse JSON document."""
    reading = Reading()
    value = load_json(record.body, reading)
    ids = Ids(reading)
    for path, found in _datasets(value, ""):
        dataset = _from_search(found) if "global_id" in found and "metadataBlocks" not in found else found
        if _has_metadata(dataset, path, reading):
            _Dataset(reading, record, source, dataset, path).read(ids)
    if value is not None and not reading.resources and not reading.issues:
        reading.issue("record.unknown", "/", str(value)[:100], "No Dataverse dataset was found.", "error")
    return reading


def _datasets(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Datasets of a document with where they stand."""
    for number, child in enumerate(listed(value)):
        here = f"{path}/{number}" if isinstance(value, list) else path
        if not isinstance(child, dict):
            continue
        if isinstance(items := at(child, "data", "items"), list):
            yield from _datasets(items, f"{here}/data/items")
        elif inner := _enveloped(child):
            yield from _datasets(child[inner], f"{here}/{inner}")
        else:
            yield here, child


def _enveloped(value: dict[str, Any]) -> str | None:
    if "datasetVersion" in value or "metadataBlocks" in value:
        return None
    if isinstance(value.get("latestVersion"), dict):
        value["datasetVersion"] = value.pop("latestVersion")
        return None
    return next((name for name in ENVELOPES if isinstance(value.get(name), (dict, list))), None)


def _has_metadata(dataset: dict[str, Any], path: str, reading: Reading) -> bool:
    version = dataset.get("datasetVersion") or dataset
    if isinstance(mapping(version).get("metadataBlocks"), dict):
        return True
    if dataset.get("dataverseContacts") is not None or dataset.get("type") == "dataverse":
        named = said(dataset.get("alias")) or said(dataset.get("identifier")) or said(dataset.get("name"))
        reading.issue("record.skipped", path or "/", named, "A collection, not a dataset.", "info")
    else:
        named = said(dataset.get("persistentId")) or said(dataset.get("persistentUrl")) or ", ".join(dataset)
        reading.issue("metadata.missing", path or "/", named, "The record has no metadata blocks.")
    return False


def _field(name: str, value: Any) -> dict[str, Any]:
    return {"typeName": name, "value": value}


def _parts(name: str, texts: Any) -> dict[str, Any]:
    outer, inner = name.split("/")
    return _field(outer, [{inner: _field("", text)} for text in statements(texts)])


def _from_search(item: dict[str, Any]) -> dict[str, Any]:
    """A search result in the shape of a dataset."""
    if item.get("type") not in (None, "dataset"):
        return item
    fields = [
        _field("title", item.pop("name", None)),
        _parts("dsDescription/dsDescriptionValue", item.pop("description", None)),
        _field("subject", statements(item.pop("subjects", None))),
        _parts("keyword/keywordValue", item.pop("keywords", None)),
        _parts("author/authorName", item.pop("authors", None)),
        _field("producer", [{"producerName": _field("", name)} for name in statements(item.pop("producers", None))]),
        _field("geographicCoverage", list(listed(item.pop("geographicCoverage", None)))),
    ]
    version = {
        "metadataBlocks": {"citation": {"fields": fields}},
        "versionNumber": item.pop("majorVersion", None),
        "versionMinorNumber": item.pop("minorVersion", None),
        "citation": item.pop("citation", None),
        "lastUpdateTime": item.pop("updatedAt", None),
        "versionState": item.pop("versionState", None),
    }
    return {
        "persistentUrl": item.pop("global_id"), "publicationDate": item.pop("published_at", None),
        "publisher": item.pop("publisher", None) or item.pop("name_of_dataverse", None),
        "url": item.pop("url", None), "datasetVersion": version, "search": item,
    }  # fmt: skip


class _Dataset:
    """One dataset being read; members are taken out of the JSON, what remains is kept as extra."""

    def __init__(self, reading: Reading, record: Record, source: Source, dataset: dict[str, Any], path: str) -> None:
        self.reading, self.record, self.source, self.dataset = reading, record, source, dataset
        self.path = path
        self.version = mapping(dataset.get("datasetVersion")) or dataset
        self.blocks = mapping(self.version.get("metadataBlocks"))
        self.variables: Values = []
        self.extra: dict[str, Any] = {}
        self.several_titles = any(
            mapping(field).get("typeName") == "alternativeTitle" and field.get("value")
            for block in self.blocks.values()
            for field in listed(mapping(block).get("fields"))
        )

    def read(self, ids: Ids) -> None:
        persistent = self._persistent_id()
        identity = ids.take(local_id(persistent) if persistent else self._other_id(), self.path)
        self.draft = Draft(
            self.reading, self.record, self.source, reader=NAME, kind="dataset", local_id=identity, path=self.path
        )  # fmt: skip
        self.draft.default_language = self._language() or self.source.language
        self.draft.url(said(take(self.dataset, "persistentUrl")))
        self.draft.url(said(take(self.dataset, "url")))
        self.draft.identifier(persistent, "/persistentUrl")
        accession(self.draft, said(take(self.version, "alternativePersistentId")), "/alternativePersistentId")
        self._blocks()
        self._dates()
        self._rights()
        self._files()
        self._keep()
        resource = self.draft.finish()
        self._variables(resource.id, identity)

    # -- identity ----------------------------------------------------------------------------------------------

    def _persistent_id(self) -> str | None:
        dataset = self.dataset
        parts = [said(dataset.get(name)) or "" for name in ("protocol", "authority", "identifier")]
        joined = f"{parts[0]}:{parts[1]}{dataset.get('separator') or '/'}{parts[2]}" if all(parts) else None
        for raw in (dataset.get("persistentUrl"), self.version.get("datasetPersistentId"), joined):
            if text := stated(raw):
                return text
        vault = mapping(self.blocks.get("dansDataVaultMetadata"))
        for field in listed(vault.get("fields")):
            if mapping(field).get("typeName") == "dansDataversePid":
                return stated(field.get("value"))
        return None

    def _other_id(self) -> str:
        if own := said(self.dataset.get("id")) or said(self.version.get("id")):
            return own
        if "datasetVersion" in self.dataset and self.record.identifier:
            self.reading.issue(
                "id.missing", self.path or "/", "", "No persistent identifier; named by its file.", "info"
            )
        return fit(self.record.identifier)

    def _language(self) -> str | None:
        """Language of the metadata, when there is but one."""
        rights = mapping(self.blocks.get("dansRights"))
        named = [said(self.dataset.get("metadataLanguage"))]
        for field in listed(rights.get("fields")):
            if mapping(field).get("typeName") == "dansMetadataLanguage":
                named = [said(name) for name in listed(field.get("value"))]
        languages = {read_language(name) for name in named if name and name != "undefined"}
        return languages.pop() if len(languages) == 1 else None

    # -- metadata blocks ---------------------------------------------------------------------------------------

    def _blocks(self) -> None:
        for name, block in self.blocks.items():
            fields = block.get("fields") if isinstance(block, dict) else block
            for field in listed(fields):
                if isinstance(field, dict) and (type_name := said(field.get("typeName"))):
                    self._field(name, type_name, field)
                elif field:
                    self.reading.issue("field.unreadable", f"{self.path}/metadataBlocks/{name}", field)

    def _field(self, block: str, name: str, field: dict[str, Any]) -> None:
        values = simple(field)
        if name == "odisseiVariable":
            self.variables = values
            return
        if rule := rule_of(name):
            language = self.draft.default_language
            if name in TITLES and self.several_titles:
                self.draft.default_language = None
            rule(self.draft, values, f"/metadataBlocks/{block}/{name}")
            self.draft.default_language = language
        if left := remainder(values):
            self.extra[f"{block}.{name}"] = left

    # -- the version -------------------------------------------------------------------------------------------

    def _dates(self) -> None:
        draft, version = self.draft, self.version
        published = [
            take(self.dataset, "publicationDate"), take(version, "publicationDate"), take(version, "releaseTime"),
            take(version, "distributionDate"),
        ]  # fmt: skip
        draft.date("date_published", next((day for raw in published if (day := _day(raw))), None), "/publicationDate")
        modified = take(version, "lastUpdateTime")
        draft.date("date_modified", _day(modified) or _day(published[2]), "/lastUpdateTime")
        if "versionNumber" in version:
            numbers = [said(take(version, name)) for name in ("versionNumber", "versionMinorNumber")]
            draft.set("version", ".".join(number for number in numbers if number))
        take(version, "productionDate")

    def _rights(self) -> None:
        draft, version = self.draft, self.version
        draft.agent("publishers", stated(take(self.dataset, "publisher")), kind="Organization")
        draft.line("citation", said(take(version, "citation")))
        self._licence(take(version, "license"))
        for name in NOTES:
            raw = stated(take(version, name))
            draft.text("access_notes", raw)
            if name in ("termsOfAccess", "availabilityStatus"):
                draft.access(raw, f"/{name}")
            if name == "termsOfUse" and raw and not draft.values("licences"):
                self._licence_within(raw)
        if said(version.get("versionState")) == "DEACCESSIONED":
            draft.set("access", "closed")

    def _licence(self, raw: Any) -> None:
        name = stated(mapping(raw).get("name")) if isinstance(raw, dict) else stated(raw)
        uri = stated(mapping(raw).get("uri"))
        found = (read_licence(uri) if uri else None) or (read_licence(name) if name else None)
        if found is None and name:
            found = Licence(plain_text(name), url=uri)
        if found:
            self.draft.add("licences", found)
            self.draft.claim("licences", " ".join(filter(None, (name, uri))), "/license", found)

    def _licence_within(self, terms: str) -> None:
        """A licence whose address stands in the terms of use."""
        for address in HREF.findall(terms):
            found = read_licence(
                re.sub(
                    r"/\d+x\d+\.png$",
                    "/",
                    address.replace("//i.creativecommons.org/l/", "//creativecommons.org/licenses/"),
                )
            )
            if found:
                self.draft.add("licences", found)
                self.draft.claim("licences", terms, "/termsOfUse", found, "derived")
                return

    def _files(self) -> None:
        restricted = []
        for number, file in enumerate(listed(take(self.version, "files"))):
            data = mapping(mapping(file).get("dataFile")) or mapping(mapping(file).get("datafile"))
            name = said(mapping(file).get("label")) or said(data.get("filename")) or said(data.get("name"))
            if not name:
                self.reading.issue("file.unreadable", f"{self.path}/files/{number}", file)
                continue
            restricted.append(mapping(file).get("restricted"))
            self.draft.add("distributions", _distribution(name, data))
        access = "controlled" if True in restricted else "open" if restricted and set(restricted) == {False} else None
        if access:
            self.draft.set("access", access)
            self.draft.claim("access", f"restricted: {restricted[:20]}", "/files", access, "derived")

    def _keep(self) -> None:
        """Keep what nobody took."""
        for name in BOOKKEEPING:
            self.dataset.pop(name, None)
            self.version.pop(name, None)
        left = remainder(self.version) or {}
        if self.version is not self.dataset:
            self.dataset.pop("datasetVersion", None)
            left = {**(remainder(self.dataset) or {}), **left}
        self.extra.update(left)
        self.draft.set("extra", self.extra or None)

    # -- variables ---------------------------------------------------------------------------------------------

    def _variables(self, dataset: str, identity: str) -> None:
        ids = Ids(self.reading)
        for position, value in enumerate(self.variables, 1):
            path = f"{self.path}/metadataBlocks/variableInformation/odisseiVariable/{position - 1}"
            name = stated(mapping(value).get("odisseiVariableName"))
            label = stated(mapping(value).get("odisseiVariableLabel"))
            if not (name or label):
                self.reading.issue("name.missing", path, value, "A variable has no name.")
                continue
            local = f"{identity}/{ids.take(name or str(position), path)}"
            draft = Draft(
                self.reading, self.record, self.source, reader=NAME, kind="variable", local_id=local, path=path
            )  # fmt: skip
            draft.add("part_of", dataset)
            draft.set("position", position)
            draft.line("name", name)
            draft.text("titles", label)
            uri = stated(mapping(value).get("odisseiVariableVocabularyURI"))
            if uri:
                draft.concept("concepts", label or name, uri=uri)
            draft.finish()


def _day(raw: Any) -> str | None:
    """The day of a time stamp, or the date as it is."""
    text = stated(raw)
    return re.sub(r"^(\d{4}-\d\d-\d\d)[T ].*$", r"\1", text) if text else None


def _distribution(name: str, data: dict[str, Any]) -> Distribution:
    size = data.get("filesize")
    identifier = said(data.get("pidURL")) or said(data.get("persistentId")) or ""
    url = identifier.replace("doi:", "https://doi.org/", 1) if identifier.startswith(("doi:", "http")) else None
    media = said(data.get("contentType"))
    return Distribution(name, url, media, size if isinstance(size, int) and size >= 0 else None)
