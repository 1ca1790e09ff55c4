"""Real strings where they lie: the labels of `labelled.tsv` point at them and hold none of their words.

A string is told by its file below the development data, its place in the file and the SHA-1 of its text. A place is
`line/key/...` in files of JSON lines, `row/column` in tables, `key/...` in JSON and `tag/number` in XML (counted from 0).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree


class Strings:
    """Reads strings of files of the development data; each file is opened once."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._files: dict[str, dict[str, str]] = {}

    def at(self, file: str, place: str, sha1: str) -> str:
        """The string at a place.

        Raises:
            LookupError: the file holds no string there, or another one than when it was labelled.
        """
        if file not in self._files:
            self._files[file] = dict(strings_of(self._data / file))
        found = self._files[file].get(place)
        if found is None or digest(found) != sha1:
            raise LookupError(f"{file} holds another string at {place}")
        return found


def digest(text: str) -> str:
    """SHA-1 of a text in UTF-8."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def strings_of(path: Path) -> Iterator[tuple[str, str]]:
    """Every string of a file with its place."""
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    name = path.name.removesuffix(".gz")
    if name.endswith(".xml"):
        yield from _of_xml(body)
    elif name.endswith(".csv"):
        for number, row in enumerate(csv.DictReader(io.StringIO(body.decode("utf-8-sig")))):
            yield from _walk(row, str(number))
    elif name.endswith(".jsonl") or path.parent.name == "harmony_example_questionnaires":
        for number, line in enumerate(filter(None, body.decode().split("\n"))):
            yield from _walk(json.loads(line), str(number))
    else:
        yield from _walk(json.loads(body), "")


def _of_xml(body: bytes) -> Iterator[tuple[str, str]]:
    counts: dict[str, int] = {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for element in etree.fromstring(body, parser).iter(etree.Element):
        tag = etree.QName(element).localname
        number = counts[tag] = counts.get(tag, -1) + 1
        if text := " ".join("".join([element.text or "", *(child.tail or "" for child in element)]).split()):
            yield f"{tag}/{number}", text


def _walk(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _walk(child, f"{place}/{key}" if place else str(key))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _walk(child, f"{place}/{number}" if place else str(number))
    elif isinstance(value, str) and value.strip():
        yield place, value
