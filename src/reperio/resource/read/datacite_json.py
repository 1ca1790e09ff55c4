"""DataCite JSON of earlier days in the names of today's."""

from __future__ import annotations

import re
from typing import Any

from reperio.resource.read.json import listed, mapping, said

PARTED = re.compile(r"[-_](\w)")
SINGULAR = {
    "creator": "creators", "author": "creators", "title": "titles", "subject": "subjects", "contributor": "contributors",
    "date": "dates", "description": "descriptions", "rights": "rightsList", "license": "rightsList",
    "fundingReference": "fundingReferences", "relatedIdentifier": "relatedIdentifiers", "size": "sizes",
    "format": "formats", "geoLocation": "geoLocations", "alternateIdentifier": "alternateIdentifiers",
    "keywords": "subjects",
}  # fmt: skip
TEXT_OF = {
    "titles": "title", "subjects": "subject", "descriptions": "description", "rightsList": "rights", "creators": "name",
    "contributors": "name", "alternateIdentifiers": "alternateIdentifier", "identifiers": "identifier",
    "geoLocations": "geoLocationPlace", "relatedIdentifiers": "relatedIdentifier", "fundingReferences": "funderName",
    "dates": "date",
}  # fmt: skip
"""Lists of objects, and the member that a bare text stands for."""


def modern(fields: dict[str, Any]) -> dict[str, Any]:
    """The same record with today's names: camel case, plurals, lists of objects."""
    found: dict[str, Any] = {}
    for name, value in _camel(fields).items():
        plural = SINGULAR.get(name, name)
        if plural in TEXT_OF:
            objects = [_object(each, TEXT_OF[plural]) for each in listed(value)]
            found[plural] = [*listed(found.get(plural)), *objects]
        elif plural not in found or plural == name:
            found[plural] = value
    _types(found)
    return found


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {_name(key): _camel(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_camel(child) for child in value]
    return value


def _name(key: str) -> str:
    name = PARTED.sub(lambda found: found[1].upper(), key) if len(key) < 100 else key
    return name[:-3] + "Uri" if name.endswith("URI") else name


def _object(value: Any, text: str) -> Any:
    """An object for a bare text; `type` and `id` of the first JSON are the kind and identifier of a person."""
    if not isinstance(value, dict):
        return {text: value}
    found = dict(value)
    for old in ("text", "type") if text != "name" else ("type",):
        new = {"text": text, "type": "nameType" if text == "name" else ""}[old]
        if new and new not in found and old in found:
            found[new] = found.pop(old)
    if text == "name" and "id" in found and "nameIdentifiers" not in found:
        found["nameIdentifiers"] = [{"nameIdentifier": found.pop("id")}]
    if text == "name" and "affiliations" in found:
        found.setdefault("affiliation", found.pop("affiliations"))
    return found


def _types(found: dict[str, Any]) -> None:
    """`resourceType` at the top (first JSON, and the official JSON schema's early form) is one of the types."""
    types = dict(mapping(found.get("types")))
    for name in ("resourceTypeGeneral", "resourceType"):
        value = found.get(name)
        if name in found and not isinstance(value, dict) and said(value):
            types.setdefault(name, found.pop(name))
        elif isinstance(value, dict):
            types = {**found.pop(name), **types}
    if types:
        found["types"] = types
