"""The items of a DDI-Lifecycle document and the references between them.

Items are identified by a URN, by agency, id and version (3.2, 3.3), or by attributes (3.1); references name the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from reperio.resource.read.ddi_text import prose
from reperio.resource.read.reading import Reading
from reperio.resource.read.xml import Element, attribute, child, children, local

URN = re.compile(r"urn:ddi:([^:\s]+):(?:[A-Za-z]+\.)?([^:\s]+)(?::([^:\s]+))?", re.IGNORECASE)
UPWARD = frozenset({
    "BasedOnReference", "RelatedToReference", "StudyUnitReference", "GroupReference", "SubGroupReference",
    "OrganizationReference", "AgencyOrganizationReference", "ContactOrganizationReference", "IndividualReference",
    "CreatorReference", "ContributorReference", "PublisherReference", "DataCollectorOrganizationReference",
    "ParentReference", "ArchiveOrganizationReference",
})  # fmt: skip
"""References that do not say what an item consists of."""


class Graph:
    """Items by every name a reference may call them by."""

    def __init__(self, root: Element, reading: Reading) -> None:
        self.reading = reading
        self._items: dict[str, Element] = {}
        self._lost: Counter[str] = Counter()
        for element in root.iter():
            name = local(element)
            if name and not name.endswith("Reference") and name not in ("Fragment", "header", "record"):
                for key in self._keys(element):
                    self._items.setdefault(key, element)

    def _keys(self, element: Element) -> list[str]:
        agency, identity, version = identity_of(element)
        if not identity:
            return []
        name = local(element)
        keys = [f"{name}|{identity}", identity]
        if agency:
            keys += [f"{agency}:{identity}:{version}", f"{agency}:{identity}"]
        return keys

    def resolve(self, reference: Element) -> Element | None:
        """The item that a reference names; None, counted, when the document does not hold it."""
        agency, identity, version = identity_of(reference)
        kind = child(reference, "TypeOfObject")
        named = (prose(kind) if kind is not None else "") or local(reference).removesuffix("Reference")
        for key in (f"{agency}:{identity}:{version}", f"{agency}:{identity}", f"{named}|{identity}", identity):
            if identity and (found := self._items.get(key)) is not None:
                return found
        self._lost[named] += 1
        return None

    def referred(self, element: Element | None, *names: str) -> Iterator[Element]:
        """Items that references of these names inside an element (children only) lead to."""
        for reference in children(element, *names):
            found = self.resolve(reference)
            if found is not None:
                yield found

    def reach(self, start: Element) -> Iterator[Element]:
        """Elements an item consists of, contained or referred to, each once; cycles end where they began."""
        seen: set[Element] = set()
        waiting = [start]
        while waiting:
            element = waiting.pop()
            if element in seen:
                continue
            seen.add(element)
            yield element
            name = local(element)
            if name.endswith("Reference"):
                found = None if name in UPWARD else self.resolve(element)
                waiting += [found] if found is not None else []
                continue
            nested = [each for each in element if local(each) and local(each) not in ("StudyUnit", "SubGroup")]
            waiting += reversed(nested)

    def report(self, path: str) -> None:
        """Say which references lead nowhere, by what they refer to."""
        for name, count in sorted(self._lost.items()):
            message = f"{count} references to items that this document does not hold."
            self.reading.issue("reference.unresolved", path, name, message, "info")
        self._lost.clear()


def identity_of(element: Element) -> tuple[str, str, str]:
    """Agency, id and version of an item or reference; empty where not said."""
    parts = {
        local(each): prose(each) for each in children(element, "Agency", "ID", "Version", "IdentifyingAgency", "URN")
    }
    agency = parts.get("Agency") or parts.get("IdentifyingAgency") or attribute(element, "agency") or ""
    identity = parts.get("ID") or attribute(element, "id") or ""
    version = parts.get("Version") or attribute(element, "version") or ""
    found = URN.fullmatch(parts.get("URN") or attribute(element, "urn") or "")
    if found and not identity:
        agency, identity, version = found[1], found[2], found[3] or ""
    return agency.lower(), identity.strip(), version.strip()
