"""The head of an item's page: what search engines, reference managers, messengers and machines read."""

from __future__ import annotations

import msgspec

from reperio.corpus.model import Item
from reperio.text.html import summary
from reperio.web import words, writers
from reperio.web.around import Around
from reperio.web.site import Site

SUMMARY_MAX = 158
LINKED_AUTHORS = 5


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Title, summary, canonical address, citation tags and JSON-LD of an item."""

    title: str
    description: str
    canonical: str
    citation: tuple[tuple[str, str], ...]
    json_ld: object


def head_of(site: Site, around: Around) -> Head:
    """The head of an item's page."""
    item = around.item
    return Head(
        title=item.resource.title,
        description=description(item),
        canonical=site.links.absolute(site.links.item(item)),
        citation=citation_tags(item),
        json_ld=writers.json_ld(site.links, around),
    )


def description(item: Item) -> str:
    """What an item is in under 160 characters: its abstract, else its question, else its plain facts."""
    resource = item.resource
    if resource.kind == "variable" and resource.question:
        return summary(resource.question[0].value, SUMMARY_MAX)
    if resource.abstract:
        return summary(resource.abstract, SUMMARY_MAX)
    parts = [words.KIND_NAMES[item.kind], words.year_span(resource), words.countries(resource)]
    if item.variables:
        parts.append(words.plural(item.variables, "variable", "variables"))
    return summary(f"{resource.title}: {', '.join(part for part in parts if part)}.", SUMMARY_MAX)


def citation_tags(item: Item) -> tuple[tuple[str, str], ...]:
    """Highwire tags, which reference managers read."""
    resource = item.resource
    tags = [("citation_title", resource.title)]
    tags += [("citation_author", agent.name) for agent in resource.creators]
    tags += [("citation_publisher", agent.name) for agent in resource.publishers[:1]]
    date = resource.date_published or resource.date_created
    tags += [("citation_publication_date", date.replace("-", "/"))] if date else []
    tags += [("citation_doi", doi) for doi in resource.dois[:1]]
    tags += [("citation_language", code) for code in resource.languages[:1]]
    tags += [("citation_keywords", concept.label) for concept in resource.keywords[:20]]
    return tuple(tags)


def link_header(site: Site, item: Item) -> dict[str, str]:
    """FAIR Signposting, level 1: where it is cited, described and licensed, and what it is."""
    resource = item.resource
    absolute = site.links.absolute
    links = [(f"https://doi.org/{doi}", "cite-as", "") for doi in resource.dois[:1]]
    links += [
        (absolute(site.links.api_item(item, "json-ld")), "describedby", "application/ld+json"),
        (absolute(site.links.api_item(item)), "describedby", "application/json"),
        (
            absolute(site.links.api_item(item, "citation", format="csl")),
            "describedby",
            "application/vnd.citationstyles.csl+json",
        ),
        ("https://schema.org/AboutPage", "type", ""),
        (f"https://schema.org/{writers.schema_type(item)}", "type", ""),
    ]
    links += [
        (licence.url, "license", "") for licence in resource.licences[:1] if words.http_url(licence.url) and licence.url
    ]
    links += [
        (identifier.url, "author", "")
        for agent in resource.creators[:LINKED_AUTHORS]
        for identifier in agent.identifiers[:1]
        if identifier.url
    ]
    return {"Link": ", ".join(_link(*link) for link in links)}


def _link(target: str, relation: str, media_type: str) -> str:
    safe = "".join(
        character for character in target if character.isascii() and character.isprintable() and character not in '<> "'
    )
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{safe}>; rel="{relation}"{kind}'
