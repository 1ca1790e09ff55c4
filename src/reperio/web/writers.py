"""What the writers give, for the item at hand: JSON-LD, citations, credit lines, the original's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from reperio.corpus.model import Item
from reperio.source.model import Source
from reperio.web.site import Site


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """A citation in one format: its key, name for people, text, and the address of the file."""

    key: str
    name: str
    text: str
    url: str


class CreditLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one source asks for: its key, title, credit line, licence of the metadata."""

    key: str
    title: str
    text: str
    url: str
    licence: str = ""
    licence_url: str = ""


def schema_type(item: Item) -> str:
    """Type of schema.org that an item is."""
    return {"variable": "PropertyValue", "series": "CreativeWorkSeries"}.get(item.kind, "Dataset")


def json_ld(site: Site, item: Item, sources: Mapping[str, Source]) -> dict[str, Any]:
    """JSON-LD of an item."""
    resource = item.resource
    return {
        "@context": "https://schema.org/",
        "@type": schema_type(item),
        "name": resource.title,
        "url": site.links.absolute(site.links.item(item)),
        "description": resource.abstract,
    }


def citations(site: Site, item: Item) -> tuple[Citation, ...]:
    """The citation of an item in every format."""
    return (
        Citation(
            key="apa", name="APA", text=item.resource.title, url=site.links.api_item(item, "citation", format="apa")
        ),
    )


def credit_lines(item: Item, sources: Mapping[str, Source]) -> tuple[CreditLine, ...]:
    """One credit line for each source of an item."""
    return tuple(
        CreditLine(
            key=key,
            title=source.title,
            text=source.credit.text if source.credit else source.title,
            url=str(source.url or ""),
        )
        for key in item.sources
        if (source := sources.get(key))
    )
