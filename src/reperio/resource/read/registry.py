"""All readers by name, recognising a record's format, and reading a record without fear."""

from __future__ import annotations

import re
from importlib import import_module

from reperio.errors import ConfigError
from reperio.record.model import Record
from reperio.resource.read.json import load_json, mapping
from reperio.resource.read.leftover import keep_passed_over
from reperio.resource.read.once import put_together
from reperio.resource.read.reading import Reader, Reading
from reperio.source.model import Source

FLIGHT = re.compile(r"^[0-9a-f]{1,4}:(\"\$|I\[|HL\[|T[0-9a-f]+,|\[|\{)", re.MULTILINE)
DATACITE = re.compile(r"""xmlns(:[\w.-]+)?\s*=\s*["']https?://(schema\.)?datacite\.org/|<([\w.-]+:)?creatorName[\s>]""")
LIFECYCLE = re.compile(r"<([\w.-]+:)?(DDIInstance|FragmentInstance)[\s/>]|=\s*[\"']ddi:(studyunit|instance|group):3_\d")
DCAT = re.compile(r"www\.w3\.org/ns/dcat#|[\"']dcat:[A-Za-z]+[\"']|project-open-data\.cio\.gov")
REDCAP = re.compile(r"Variable / Field Name|field_name.{1,8}form_name.{1,8}section_header", re.IGNORECASE)
FAILED = "reader.failed"
"""Code of the issue that a reader crashed: nothing is known of the record, which is no reason to forget what was."""
HEAD = 200_000
ARCHIVE_TAIL = 66_000


def _late(module: str) -> Reader:
    """The reader of a module, imported when first used: reading XML must not cost importing the rest."""

    def read(record: Record, source: Source) -> Reading:
        reader: Reader = import_module(f"reperio.resource.read.{module}").read
        return reader(record, source)

    return read


READERS: dict[str, Reader] = {
    "ddi_codebook": _late("ddi_codebook"),
    "schema_org": _late("schema_org"),
    "harmony": _late("harmony"),
    "dataverse": _late("dataverse"),
    "ckan": _late("ckan"),
    "hdruk": _late("hdruk"),
    "ukllc": _late("ukllc"),
    "dictionary": _late("dictionary"),
    "datacite": _late("datacite"),
    "ddi_lifecycle": _late("ddi_lifecycle"),
    "frictionless": _late("frictionless"),
    "dcat": _late("dcat"),
    "redcap": _late("redcap"),
    "spreadsheet": _late("spreadsheet"),
    "mental_health_catalogue": _late("mental_health_catalogue"),
    "colectica": _late("colectica"),
    "adruk": _late("adruk"),
}


def read_record(record: Record, source: Source) -> Reading:
    """Read a record by its declared format, its source's reader, or the format it is recognised to be.

    Never raises on what a record holds: an unknown format is the issue `format.unknown`, a fault of a
    reader the issue `reader.failed`. A deleted record gives an empty reading. What the reader passed over is counted
    in `extra` of the main resource, by path.

    Raises:
        ConfigError: the source's options are not what its reader takes.
    """
    if record.deleted:
        return Reading()
    name = record.format or source.reader or identify(record)
    reader = READERS.get(name or "")
    if reader is None:
        reading = Reading()
        start = record.body[:100].decode("utf-8", "replace")
        message = f"There is no reader {name!r}." if name else "No reader recognises this format."
        reading.issue("format.unknown", "", name or start, message, "error")
        return reading
    reading = _attempt(reader, record, source)
    put_together(reading)
    keep_passed_over(record, reading)
    reading.tree = None
    if not reading.resources and not reading.issues:
        start = record.body[:100].decode("utf-8", "replace")
        reading.issue("record.unknown", "", start, "Nothing that this reader knows was found.", "error")
    return reading


def _attempt(reader: Reader, record: Record, source: Source) -> Reading:
    try:
        return reader(record, source)
    except ConfigError:
        raise  # the declaration is wrong, not the record: the operator must know
    except Exception as error:  # noqa: BLE001 - the edge: one bad record must not cost the others
        reading = Reading()
        fault = type(error)
        reading.issue(FAILED, "", f"{fault.__name__}: {error}", "The reader failed on this record.", "error")
        return reading


def identify(record: Record) -> str | None:
    """Name of the reader a record looks made for; None when none fits."""
    if record.body[:4] == b"PK\x03\x04" and b"xl/" in record.body[-ARCHIVE_TAIL:]:
        return "spreadsheet"
    head = record.body[:HEAD].replace(b"\0", b"").lstrip(b"\xff\xfe").decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        return _of_markup(head)
    if head.startswith(("{", "[")):
        return _of_json(record, head)
    if FLIGHT.match(head):
        return "harmony"
    if REDCAP.search(head[:1000]):
        return "redcap"
    return "dictionary" if record.media_type.startswith("text/csv") else None


def _of_markup(head: str) -> str | None:
    if re.search(r"<(\w[\w.-]*:)?codeBook[\s>/]", head, re.IGNORECASE):
        return "ddi_codebook"
    if LIFECYCLE.search(head):
        return "ddi_lifecycle"
    if DATACITE.search(head):
        return "datacite"
    if DCAT.search(head) and "<rdf:" in head.lower():
        return "dcat"
    if "self.__next_f" in head or "dataset_schema" in head:
        return "harmony"
    if "ld+json" in head.lower():
        return "schema_org"
    return None


def _of_json(record: Record, head: str) -> str | None:
    value = load_json(record.body, Reading())
    if isinstance(value, list) and value:
        value = value[0]
    fields = mapping(value)
    if DCAT.search(head) and fields.keys() & {"@context", "@graph", "@type", "dataset"}:
        return "dcat"
    for name, fits in SIGNS.items():
        if any(all(_has(fields, sign) for sign in signs) for signs in fits):
            return name
    return None


def _has(fields: dict[str, object], path: str) -> bool:
    """Whether something stands at a path; of a list its first member is looked into."""
    value: object = fields
    for name in path.split("."):
        value = mapping(value[0] if isinstance(value, list) and value else value).get(name)
    return value is not None


SIGNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "harmony": (("dataset_schema",), ("extra_data",)),
    "datacite": (
        ("schemaVersion", "types"), ("types.resourceTypeGeneral",), ("types.resource-type-general",),
        ("data.attributes.doi",), ("attributes.doi", "attributes.titles"),
    ),
    "schema_org": (("@context",), ("@graph",), ("@type",)),
    "dataverse": (("datasetVersion",), ("data.latestVersion",), ("metadataBlocks",), ("latestVersion",)),
    "hdruk": (
        ("datasetv2",), ("datasetfields",), ("summary", "structuralMetadata"), ("summary", "accessibility"),
        ("metadata.metadata.summary",), ("pid", "datasetid"), ("dataClasses", "dateFinalised"),
    ),
    "frictionless": (
        ("profile", "resources"), ("resources.schema",), ("$schema", "resources"), ("path", "schema.fields"),
    ),
    "redcap": (("field_name", "field_type"),),
    "colectica": (("AgencyId", "Identifier"), ("Results.AgencyId",), ("Items.AgencyId",)),
    "mental_health_catalogue": (
        ("study_id", "aims"), ("sweep_id", "scale"), ("sweep_id", "questions"), ("MH_study_id",), ("studies.study_id",),
    ),
    "ckan": (
        ("result.resources",), ("resources", "license_id"), ("resources", "metadata_created"),
        ("resources", "owner_org"),
    ),
    "ukllc": (("source", "table"), ("source", "table_name"), ("Name of Dataset in TRE",)),
}  # fmt: skip
"""Members that give a JSON format away: any of the tuples, all of its paths. First format wins."""
