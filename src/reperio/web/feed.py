"""Feeds of what is new or changed among the results of a search: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from lxml import etree

from reperio.corpus.model import Item
from reperio.source.model import Source
from reperio.web import head, words, writers
from reperio.web.links import Links

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
JSON_TYPE = "application/feed+json; charset=utf-8"
JSON_VERSION = "https://jsonfeed.org/version/1.1"
NEVER = "1970-01-01T00:00:00Z"
TAGS_MAX = 10
_UNSAID = re.compile(r"[^\x09\x0a\x0d\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says.

    Attributes:
        title: what it is of, for people.
        site_name: whose it is.
        url: its own address, which is also its identity.
        page: address of the page of the same search.
        icon: address of a picture.
        items: the items, those changed last first.
        updated: when any of them last changed (ISO 8601).
    """

    title: str
    site_name: str
    url: str
    page: str
    icon: str
    items: tuple[Item, ...]
    updated: str


def updated_of(items: Sequence[Item]) -> str:
    """When the latest of some items changed; long ago when there are none."""
    return max((stamp(item) for item in items), default=NEVER)


def stamp(item: Item) -> str:
    """When an item last changed, as RFC 3339 writes it."""
    return item.changed.replace("+00:00", "Z") or NEVER


def identity(item: Item) -> str:
    """An identity of an item that outlives its address."""
    return UUID(item.uuid).urn


def atom(feed: Feed, links: Links, sources: Mapping[str, Source]) -> bytes:
    """The feed as Atom."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]  # lxml's default namespace
    _add(root, "id", feed.url)
    _add(root, "title", feed.title)
    _add(root, "updated", feed.updated)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    _add(root, "icon", feed.icon)
    _add(_add(root, "author"), "name", feed.site_name)
    for item in feed.items:
        _add_entry(root, item, links, sources)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _add_entry(root: etree._Element, item: Item, links: Links, sources: Mapping[str, Source]) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", identity(item))
    _add(entry, "title", item.resource.title)
    _add(entry, "updated", stamp(item))
    _add(entry, "link", rel="alternate", type="text/html", href=links.absolute(links.item(item)))
    _add(entry, "summary", head.description(item))
    _add(entry, "rights", _rights(item, sources))
    for tag in _tags(item):
        _add(entry, "category", term=tag)


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    said = {key: _UNSAID.sub("", value) for key, value in attributes.items()}
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", said)
    element.text = _UNSAID.sub("", text) or None
    return element


def json_feed(feed: Feed, links: Links, sources: Mapping[str, Source]) -> bytes:
    """The feed as JSON Feed."""
    made: dict[str, Any] = {
        "version": JSON_VERSION,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "favicon": feed.icon,
        "language": "en",
        "authors": [{"name": feed.site_name}],
        "items": [_json_item(item, links, sources) for item in feed.items],
    }
    return msgspec.json.encode(made)


def _json_item(item: Item, links: Links, sources: Mapping[str, Source]) -> dict[str, Any]:
    address = links.absolute(links.item(item))
    return {
        "id": identity(item),
        "url": address,
        "title": item.resource.title,
        "content_text": f"{head.description(item)}\n\n{_rights(item, sources)}",
        "summary": head.description(item),
        "image": links.absolute(links.card(item)),
        "date_modified": stamp(item),
        "tags": _tags(item),
    }


def _tags(item: Item) -> list[str]:
    labels = (topic.label for topic in item.resource.topics)
    named = (_UNSAID.sub("", label).strip() for label in (words.KIND_NAMES[item.kind], *labels))
    return list(dict.fromkeys(filter(None, named)))[:TAGS_MAX]


def _rights(item: Item, sources: Mapping[str, Source]) -> str:
    return " ".join(line.text for line in writers.credit_lines(item, sources))
