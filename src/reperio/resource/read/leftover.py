"""What a record states and a reader passed over: found by looking for each text of the record in what was read of it.

This needs no help of the reader, so that a field a catalogue adds tomorrow raises its hand whichever reader meets it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

import msgspec

from reperio.record.model import Record
from reperio.resource.fields import Resource
from reperio.resource.read.decode import decode
from reperio.resource.read.json import load_json, said
from reperio.resource.read.jsonld import load_nodes
from reperio.resource.read.reading import Reading
from reperio.resource.read.xml import Element, find_all, load_xml, local
from reperio.text.html import plain_text

LEAVES_MAX = 200_000
TEXT_MAX = 20_000
SAID_MAX = 8_000_000
SEARCHES = 50
ENCODED = 1_000
"""Resources whose JSON is looked through at a time."""
NUMBER = re.compile(r"-?\d[\d.eE+-]*")
"""A number in JSON."""
BACKSLASH, QUOTE = "\0", "\1"
"""Stand for what is escaped while JSON is cut at its quotes; JSON has neither unescaped."""
PARTED = re.compile(r"[;,|=\n]| - | > ")
"""What parts the members of a list that stands in one text."""
CLOCK_OR_HOST = re.compile(r"^(\d{4}-\d\d-\d\d)[t ]\d\d:.*$|^(?:https?://[^/]+/|doi:\s*|dataset-)")
SILENT = frozenset(
    {"@context", "@type", "@id", "type", "schemaLocation", "noNamespaceSchemaLocation", "lang", "xml:lang"}
)
"""Names under which every format speaks of itself, not of the data."""
KEPT_AS = "passed_over"
"""Name in `extra` of the counts by path."""
PATHS_MAX = 200
IGNORED: dict[str, re.Pattern[str]] = {
    "ddi_codebook": re.compile(
        r"/docDscr(/|$)|/@(ID|source|files|var|varGrp|version|sdatrefs|schema|UNITS|type|missing|catgry|event|agency|elementVersion.*)$"
        r"|/location(/|$)|/codeBook/@|/(distDate|prodDate|collDate|timePrd)$"
    ),
    "ddi_lifecycle": re.compile(
        r"/(URN|ID|Agency|Version|VersionDate|VersionResponsibility|TypeOfObject|UserID)(/@\w+)?$|/@\w*([iI]d|[vV]ersion\w*|[aA]gency\w*)$"
        r"|/@(is[A-Z]\w*|typeOf\w+|scopeOf\w+|codeList\w+|objectSource|action)$"
    ),
    "dataverse": re.compile(
        r"/(typeName|typeClass|multiple|displayName|id|metadataBlocks/\w+/name|storageIdentifier|rootDataFileId|md5|checksum/\w+)$"
    ),
    "ckan": re.compile(
        r"resources\[\]/(id|revision_\w+|package_id|resource_group_id|hash|position|state|cache_\w+|tracking_summary/\w+)$"
        r"|/(revision_id|revision_timestamp|metadata_\w+|creator_user_id|vocabulary_id|state)$"
    ),
    "datacite": re.compile(
        r"/(schemaVersion|agency|state|xml|metadataVersion|isActive|reason|source|created|registered|updated|providerId"
        r"|clientId|event|@?\w*[a-z]-?[tT]ype(General)?|@?\w*[sS]cheme(URI|Uri)?|landingPage/.*|\w+OverTime(\[\])?/.*|\w+Count)$|/relationships/|/meta/|/links/"
    ),
    "hdruk": re.compile(
        r"/(domainType|id|lastUpdated|dateFinalised|_id|__v)$|/@schema"
        r"|^/(summary|coverage|provenance|accessibility|documentation|observations|structuralMetadata|enrichmentAndLinkage)$"
    ),
    "colectica": re.compile(
        r"/(\w*Id|Identifier|Version\w*|\w*Date|ItemType|ItemFormat|CompositeId\w*|RepositoryName|Is[A-Z]\w*)$"
    ),
    "schema_org": re.compile(r"/(propertyID|inLanguage/name)$"),
    "harmony": re.compile(r"/ancestors\[\]/dataset_schema/|/(id|uuid|slug|harmony_id)$|^/_"),
}
"""Paths by reader that are passed over on purpose: what a format says of its own records, numbers within a file, copies."""
DELIMITERS = ",;\t|"

Leaf = tuple[str, str]
"""A path, with `[]` for every member of a list, and the text there."""


class Left(msgspec.Struct):
    """What was passed over at a path: how often, and one such text."""

    count: int
    example: str


def keep_passed_over(record: Record, reading: Reading) -> None:
    """Count in `extra` of the main resource of a record what was passed over, by path."""
    at = next((number for number, each in enumerate(reading.resources) if each.kind != "variable"), 0)
    if not reading.resources:
        return
    main = reading.resources[at]
    if found := passed_over(record, reading):
        counts = {path: left.count for path, left in sorted(found.items())[:PATHS_MAX]}
        reading.resources[at] = msgspec.structs.replace(main, extra={**main.extra, KEPT_AS: counts})


def passed_over(record: Record, reading: Reading) -> dict[str, Left]:
    """Texts of a record that are nowhere in what was read of it, by path.

    Texts of one or two characters are left out: they are found everywhere. Where a path has many texts that were not
    read as they stand, the first fifty are searched for in full and the others judged as most of those. Spreadsheets
    are not looked into: their reader keeps every column.
    """
    said_here = _Said(reading)
    ignored = IGNORED.get(_reader(reading))
    passed: dict[str, bool] = {}
    found: dict[str, Left] = {}
    for path, text in islice(_leaves(record, reading), LEAVES_MAX):
        if len(text) <= 2:
            continue
        if path not in passed:
            passed[path] = bool(ignored and ignored.search(path))
        if not passed[path] and not said_here.holds(path, text):
            held = found.setdefault(path, Left(0, text[:200]))
            held.count += 1
    return found


def _reader(reading: Reading) -> str:
    return next((origin.reader for each in reading.resources for origin in each.origins), "")


class _Said:
    """Everything that resources, claims, extra and issues of a reading say, folded."""

    def __init__(self, reading: Reading) -> None:
        self._plain = _texts_of(reading.resources)
        self._plain.update(issue.value for issue in reading.issues)
        self._searched: dict[str, list[int]] = {}

    @cached_property
    def _texts(self) -> set[str]:
        return set(map(_folded, self._plain))

    @cached_property
    def _whole(self) -> str:
        return "\n".join(self._texts)[:SAID_MAX]

    def holds(self, path: str, text: str) -> bool:
        """Whether a text was read: as it is, without markup, or as part of something longer."""
        if text in self._plain:
            return True
        folded = _folded(text[:TEXT_MAX])
        if folded in self._texts:
            return True
        tried = self._searched.setdefault(path, [0, 0])
        if tried[0] < SEARCHES:
            tried[0] += 1
            tried[1] += (met := self._is_within(folded, text))
            return met
        return tried[1] * 2 > tried[0]

    def _is_within(self, folded: str, text: str) -> bool:
        if folded in self._whole:
            return True
        plain = _folded(plain_text(text[:TEXT_MAX]))
        if not plain or plain in self._whole or plain[:400] in self._whole or _bare(folded) in self._whole:
            return True
        parts = [part.strip() for part in PARTED.split(plain)]
        return len(parts) > 1 and all(part in self._whole for part in parts)


def _bare(text: str) -> str:
    """A date without its clock, an address without its scheme."""
    return CLOCK_OR_HOST.sub(r"\1", text).rstrip("/")


def _folded(text: str) -> str:
    return " ".join(text.split()).lower()


def _texts_of(resources: Sequence[Resource]) -> set[str]:
    """Every text, number and name in some resources but what was counted before, each once.

    They are found in the JSON of the resources: records of ten thousand variables have a million texts, most of them
    again and again.
    """
    texts: set[str] = set()
    between: set[str] = set()
    for some in (resources[start : start + ENCODED] for start in range(0, len(resources), ENCODED)):
        kept = [_without_counts(each) if KEPT_AS in each.extra else each for each in some]
        parts = _json(kept).replace("\\\\", BACKSLASH).replace('\\"', QUOTE).split('"')
        texts.update(parts[1::2])
        between.update(parts[::2])
    return {_unescaped(text) for text in texts}.union(NUMBER.findall(" ".join(between)))


def _unescaped(text: str) -> str:
    if "\\" not in text and BACKSLASH not in text and QUOTE not in text:
        return text
    whole: str = json.loads('"' + text.replace(QUOTE, '\\"').replace(BACKSLASH, "\\\\") + '"')
    return whole


def _json(resources: list[Resource]) -> str:
    try:
        return msgspec.json.encode(resources).decode()
    except UnicodeEncodeError:  # half of a surrogate pair in some text
        return json.dumps(msgspec.to_builtins(resources), ensure_ascii=False)


def _without_counts(resource: Resource) -> Resource:
    extra = {name: value for name, value in resource.extra.items() if name != KEPT_AS}
    return msgspec.structs.replace(resource, extra=extra)


# -- leaves of a record ------------------------------------------------------------------------------


def _leaves(record: Record, reading: Reading) -> Iterator[Leaf]:
    start = record.body[:2000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    aside = Reading()
    if start.startswith((b"{", b"[")):
        yield from _of_json(load_json(record.body, aside), "")
    elif b"ld+json" in record.body:
        yield from _of_json(load_nodes(record.body, aside), "")
    elif start.startswith(b"<") and not re.match(rb"<(!doctype )?html", start, re.IGNORECASE):
        root = reading.tree if isinstance(reading.tree, Element) else load_xml(record.body, aside)
        for element in _content(root):
            yield from _of_xml(element)
    elif not start.startswith(b"PK") and record.media_type.startswith("text/"):
        yield from _of_table(decode(record.body, aside) or "")


def _of_json(value: Any, path: str) -> Iterator[Leaf]:
    stack: list[tuple[str, Any]] = [(path, value)]
    while stack:
        here, each = stack.pop()
        if isinstance(each, dict):
            stack += [(f"{here}/{name}", child) for name, child in each.items() if name not in SILENT]
        elif isinstance(each, list):
            stack += [(f"{here}[]", child) for child in each]
        elif (text := said(each)) is not None:
            yield here, text


def _content(root: Element | None) -> Iterator[Element]:
    """The element itself; of an answer of an OAI-PMH server the metadata in it."""
    if root is not None and local(root) == "OAI-PMH":
        yield from find_all(root, "metadata")
    elif root is not None:
        yield root


def _of_xml(root: Element) -> Iterator[Leaf]:
    stack: list[tuple[str, Element]] = [(f"/{local(root)}", root)]
    while stack:
        here, element = stack.pop()
        for name, value in element.items():
            if (path := _path_of_attribute(here, str(name))) and (text := str(value)) and not text.isspace():
                yield path, text
        if (said_here := element.text) and not said_here.isspace():
            yield here, said_here
        if len(element):
            stack += [(path, child) for child in element if (path := _path_below(here, child.tag))]


@lru_cache(maxsize=8192)
def _path_of_attribute(here: str, name: str) -> str:
    """Path of an attribute; empty for those of which every format has some."""
    plain = name.rpartition("}")[2]
    return "" if plain in SILENT else f"{here}/@{plain}"


@lru_cache(maxsize=8192)
def _path_below(here: str, tag: object) -> str:
    """Path of an element below another; empty for what is no element."""
    name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
    return f"{here}/{name}" if name else ""


def _of_table(text: str) -> Iterator[Leaf]:
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter)
    header: list[str] = []
    try:
        for row in rows:
            if not header:
                header = row
                continue
            for name, cell in zip(header, row, strict=False):
                if cell.strip():
                    yield f"/{name}", cell
    except csv.Error:
        return
