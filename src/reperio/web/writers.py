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


class CitationFormat(msgspec.Struct, frozen=True):
    """A format of citations: key, name for people, media type and ending of its files."""

    key: str
    name: str
    media_type: str
    ending: str


CITATION_FORMATS = (
    CitationFormat("apa", "APA", "text/plain; charset=utf-8", "txt"),
    CitationFormat("bibtex", "BibTeX", "application/x-bibtex; charset=utf-8", "bib"),
    CitationFormat("ris", "RIS", "application/x-research-info-systems; charset=utf-8", "ris"),
    CitationFormat("csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "json"),
)


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


def cite(site: Site, item: Item, key: str) -> str:
    """The citation of an item in one format."""
    return f"{key} {item.resource.title}"


def original(site: Site, item: Item) -> tuple[dict[str, Any], dict[str, Any]]:
    """`dataset_schema` and `extra_data` of the original product."""
    return {"name": item.resource.title}, {"uuid": item.uuid}


def original_source(source: Source) -> dict[str, Any]:
    """A catalogue in the original product's shape, with the credit it asks for."""
    made: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "name": source.title,
        "alternateName": source.key,
        "url": str(source.url or ""),
    }
    if source.credit:
        made["attribution"] = {
            "credit_text": source.credit.text,
            "licence_name": source.credit.licence,
            "licence_url": str(source.credit.licence_url or "") or None,
            "status": source.credit.status,
            "logo_approved": False,
        }
    return made
