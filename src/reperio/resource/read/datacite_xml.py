"""DataCite XML in the shape of DataCite JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reperio.resource.read.ddi_text import Unread, prose
from reperio.resource.read.xml import Element, children, find_all, local

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LISTS = {
    "titles": ("title", "title"), "subjects": ("subject", "subject"), "dates": ("date", "date"),
    "descriptions": ("description", "description"), "rightsList": ("rights", "rights"),
    "alternateIdentifiers": ("alternateIdentifier", "alternateIdentifier"),
    "relatedIdentifiers": ("relatedIdentifier", "relatedIdentifier"),
}  # fmt: skip
"""Lists of elements with text and attributes: name of the element, and of its text in JSON."""
TEXTS = {"sizes": "size", "formats": "format"}
LINES = frozenset({"language", "version"})
AGENTS = {"creators": "creator", "contributors": "contributor"}


def resources_of(root: Element) -> Iterator[tuple[str, dict[str, Any]]]:
    """DataCite records in a tree, by path, as DataCite JSON has them; what is not understood stands under `unread`."""
    found = [each for each in find_all(root, "resource") if _is_datacite(each)]
    for number, each in enumerate(found, 1):
        path = "/resource" if len(found) == 1 else f"/resource[{number}]"
        yield path, _fields(each)


def _is_datacite(element: Element) -> bool:
    return "datacite" in str(element.tag) or any(True for _ in children(element, "creators", "titles", "identifier"))


def _fields(resource: Element) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    unread = Unread()
    namespace = str(resource.tag).rpartition("}")[0].lstrip("{")
    if namespace:
        fields["schemaVersion"] = namespace
    for part in children(resource):
        _part(fields, part, unread)
    if result := unread.result():
        fields["unread"] = result
    return fields


def _part(fields: dict[str, Any], part: Element, unread: Unread) -> None:
    name = local(part)
    if name == "identifier":
        fields.setdefault("identifiers", []).append(_text(part, "identifier"))
    elif name == "resourceType":
        fields["types"] = _text(part, "resourceType")
    elif name in LINES or name == "publicationYear":
        fields.setdefault(name, prose(part))
    elif name == "publisher":
        fields.setdefault("publisher", _text(part, "name"))
    elif name == "rights":  # kernel 2 has one, outside any list
        fields.setdefault("rightsList", []).append(_text(part, "rights"))
    else:
        _list(fields, part, name, unread)


def _list(fields: dict[str, Any], part: Element, name: str, unread: Unread) -> None:
    for each in children(part):
        tag = local(each)
        if name in LISTS and tag == LISTS[name][0]:
            value: Any = _text(each, LISTS[name][1])
        elif name in TEXTS and tag == TEXTS[name]:
            value = prose(each)
        elif name in AGENTS and tag == AGENTS[name]:
            value = _agent(each, unread)
        elif name == "geoLocations" and tag == "geoLocation":
            value = _geo(each)
        elif (name, tag) in (("fundingReferences", "fundingReference"), ("relatedItems", "relatedItem")):
            value = _nested(each, unread)
        else:
            unread.note(f"{name}/{tag}", each)
            continue
        fields.setdefault(name, []).append(value)
    if name not in {*LISTS, *TEXTS, *AGENTS, "geoLocations", "fundingReferences", "relatedItems"} and not len(part):
        unread.note(name, part)


def _text(element: Element, name: str) -> dict[str, Any]:
    """Text of an element under a name, with its attributes in the spelling of the JSON."""
    found: dict[str, Any] = {name: prose(element)}
    for key, value in element.attrib.items():
        plain = str(key)
        if plain == LANG:
            found["lang"] = str(value)
        elif not plain.startswith("{") and plain != name:
            found[plain[:-3] + "Uri" if plain.endswith("URI") else plain] = str(value)
    return found


def _agent(element: Element, unread: Unread) -> dict[str, Any]:
    found: dict[str, Any] = {
        str(key): str(value) for key, value in element.attrib.items() if not str(key).startswith("{")
    }
    for part in children(element):
        name = local(part)
        if name in ("creatorName", "contributorName"):
            found.update(_text(part, "name"))
        elif name in ("givenName", "familyName"):
            found[name] = prose(part)
        elif name == "nameIdentifier":
            found.setdefault("nameIdentifiers", []).append(_text(part, "nameIdentifier"))
        elif name == "affiliation":
            found.setdefault("affiliation", []).append(_text(part, "name"))
        else:
            unread.note(f"{local(element)}/{name}", part)
    if len(element) == 0 and prose(element):
        found["name"] = prose(element)
    return found


def _geo(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in children(element):
        name = local(part)
        if len(part):
            points = list(children(part, "polygonPoint"))
            inner: Any = [_texts_of(each) for each in points] if points else _texts_of(part)
            found.setdefault(name, []).append(inner)
        elif prose(part):
            found.setdefault(name, []).append(prose(part))
    return found


def _texts_of(element: Element) -> dict[str, Any]:
    return {local(part): prose(part) for part in children(element)}


def _nested(element: Element, unread: Unread) -> dict[str, Any]:
    """A funding reference or related item: its texts by name, titles and people as lists, attributes of the parts."""
    found = {str(key): str(value) for key, value in element.attrib.items() if not str(key).startswith("{")}
    nested: dict[str, Any] = {**found}
    for part in children(element):
        name = local(part)
        if name == "titles":
            nested["titles"] = [_text(each, "title") for each in children(part, "title")]
        elif name in AGENTS:
            nested[name] = [_agent(each, unread) for each in children(part, AGENTS[name])]
        else:
            nested.update(_text(part, name))
    return nested
