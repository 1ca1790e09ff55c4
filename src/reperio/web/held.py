"""Where a variable is held: what of that which it belongs to tells how the data are had, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from reperio.corpus.model import Item
from reperio.web.around import Around
from reperio.web.site import Site

ENDINGS = (("csv", "CSV"), ("xlsx", "Excel"))


def variable_parts(site: Site, around: Around) -> dict[str, Any]:
    """What the page of a variable shows beside what all pages show."""
    return {
        "holder": holder(around.ancestors),
        "study": around.ancestors[0] if around.ancestors else None,
        "file": around.ancestors[-1] if len(around.ancestors) > 1 else None,
        "variable_files": files(site, around),
    }


def holder(above: Sequence[Item]) -> Item | None:
    """What the data are had with: the nearest that tells of access, else that has an address, else the top."""
    for one in reversed(above):
        told = one.resource
        if told.access or told.access_notes or told.access_routes or told.licences:
            return one
    for one in reversed(above):
        if one.resource.dois or one.resource.urls:
            return one
    return above[0] if above else None


def files(site: Site, around: Around) -> list[tuple[str, str]]:
    """The variable as a table: name and address of each file."""
    if not around.ancestors:
        return []
    path = site.links.variables(around.ancestors[-1])
    asked = urlencode({"item": around.item.uuid})
    return [(name, f"{path}.{ending}?{asked}") for ending, name in ENDINGS]
