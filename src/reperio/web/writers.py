"""What the writers give, for the item at hand: JSON-LD, citations, credit lines, the original's shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from reperio.corpus.model import Item
from reperio.query.model import VariableHit
from reperio.resource.write import original as old
from reperio.resource.write.cite import Style, cite
from reperio.resource.write.cite_variable import cite_variable
from reperio.resource.write.credit import credit_line, source_credit
from reperio.resource.write.json_ld import Named, Surroundings, dataset_json_ld, variable_json_ld
from reperio.source.model import Source
from reperio.web.around import Around
from reperio.web.links import Links


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """A citation in one format: its key, name for people, text, and the address of the file."""

    key: str
    name: str
    text: str
    url: str


class CitationFormat(msgspec.Struct, frozen=True):
    """A format of citations: key, name for people, media type and ending of its files."""

    key: Style
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
    """What one source asks for: its key, title and home page, its credit line, the licence of its metadata."""

    key: str
    title: str
    text: str
    url: str = ""
    licence: str = ""
    licence_url: str = ""
    status: str = ""


def schema_type(item: Item) -> str:
    """Type of schema.org that an item is."""
    return "PropertyValue" if item.kind == "variable" else "Dataset"


def json_ld(links: Links, around: Around) -> dict[str, Any]:
    """JSON-LD of an item, with what stands around it."""
    item = around.item
    surroundings = Surroundings(
        url=links.absolute(links.item(item)),
        catalogues=[
            Named(source.title, str(source.url or "")) for key in item.sources if (source := around.sources.get(key))
        ],
        part_of=[_named(links, ancestor) for ancestor in around.ancestors],
        parts=[_named(links, child) for child in around.children],
        variables=_variables(links, around.preview.hits if around.preview else ()),
    )
    write = variable_json_ld if item.kind == "variable" else dataset_json_ld
    return write(item.resource, surroundings)


def _named(links: Links, item: Item) -> Named:
    return Named(item.resource.title, links.absolute(links.item(item)))


def _variables(links: Links, hits: Sequence[VariableHit]) -> list[tuple[Any, str]]:
    return [(hit.item.resource, links.absolute(links.item(hit.item))) for hit in hits]


def citation(links: Links, item: Item, style: Style, above: Sequence[Item] = ()) -> str:
    """The citation of an item in one format; the archive's own DOI or page stands in it before ours.

    Of a variable, what it belongs to (`above`, top first) is cited and the variable named in it.
    """
    url = links.absolute(links.item(item))
    if item.kind == "variable":
        return cite_variable(item.resource, [one.resource for one in above], style, url)
    return cite(item.resource, style, url)


def citations(links: Links, item: Item, above: Sequence[Item] = ()) -> tuple[Citation, ...]:
    """The citation of an item in every format."""
    return tuple(
        Citation(
            key=form.key,
            name=form.name,
            text=citation(links, item, form.key, above).replace("\r\n", "\n").strip(),
            url=links.api_item(item, "citation", format=form.key),
        )
        for form in CITATION_FORMATS
    )


def credit_lines(item: Item, sources: Mapping[str, Source]) -> tuple[CreditLine, ...]:
    """One credit line for each source of an item; a source no longer declared is named by its key."""
    return tuple(_credit(key, sources.get(key), item) for key in item.sources)


def _credit(key: str, source: Source | None, item: Item) -> CreditLine:
    if source is None:
        return CreditLine(key=key, title=key, text=f"Source: {key}.")
    credit = source.credit
    return CreditLine(
        key=key,
        title=source.title,
        text=credit_line(source, item.resource),
        url=str(source.url or ""),
        licence=(credit.licence or "") if credit else "",
        licence_url=str(credit.licence_url or "") if credit else "",
        status=credit.status if credit else "",
    )


def original(
    links: Links,
    item: Item,
    sources: Mapping[str, Source],
    ancestors: Sequence[Item] = (),
    variables: Sequence[VariableHit] = (),
) -> dict[str, Any]:
    """An item in the original product's shape: `dataset_schema` and `extra_data`."""
    top = ancestors[0] if ancestors else item
    around = old.Around(
        slug=item.slug,
        sources=item.sources,
        catalogues=[(source.title, str(source.url or "")) for key in item.sources if (source := sources.get(key))],
        variables=_variables(links, variables),
        variables_total=item.variables or None,
        top=f"{top.resource.source}/{top.slug}",
    )
    return {
        "dataset_schema": old.dataset_schema(item.resource, around),
        "extra_data": old.extra_data(item.resource, around),
    }


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
            "credit_text": source_credit(source),
            "licence_name": source.credit.licence,
            "licence_url": str(source.credit.licence_url or "") or None,
            "status": source.credit.status,
            "logo_approved": False,
        }
    return made
