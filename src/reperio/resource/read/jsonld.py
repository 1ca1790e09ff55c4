"""JSON-LD as catalogues write it: any spelling of the schema.org context, one value or a list, nodes by reference."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from reperio.resource.read.decode import decode
from reperio.resource.read.json import listed, load_json, mapping, parse_json, said
from reperio.resource.read.reading import Reading

PREFIX = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:|sdo:|so:|bioschemas:)", re.IGNORECASE)
WRAPPED = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\]\]>\*/)\s*$"
)
SCRIPTS_MAX = 200
NODES_MAX = 20_000

Node = dict[str, Any]


def load_nodes(body: bytes, reading: Reading) -> list[Node]:
    """Top nodes of a JSON-LD document, or of all those embedded in an HTML page, names without prefix."""
    start = body[:2000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not start.startswith(b"<"):
        return list(_nodes(_plain(load_json(body, reading))))
    found: list[Node] = []
    for number, text in enumerate(_scripts(body, reading), 1):
        found += _nodes(_plain(parse_json(text, reading, f"/script[{number}]")))
    return found


def _scripts(body: bytes, reading: Reading) -> Iterator[str]:
    """Texts of the JSON-LD scripts of a page."""
    text = decode(body, reading, _declared(body))
    try:
        page = lxml_html.document_fromstring((text or "").replace("\0", "").encode(), parser=_html_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if text is not None:
            reading.issue("html.malformed", "", text[:100], str(error), "error")
        return
    for script in [each for each in page.iter("script") if "ld+json" in (each.get("type") or "").lower()][:SCRIPTS_MAX]:
        content = WRAPPED.sub("", script.text or "").strip()
        if content:
            yield html.unescape(content) if content.startswith(("{&quot;", "[{&quot;", "{ &quot;")) else content


def _html_parser() -> Any:
    return lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=False, huge_tree=False)


def _declared(body: bytes) -> str | None:
    found = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,40})", body[:5000], re.IGNORECASE)
    return found[1].decode("ascii") if found else None


def _plain(value: Any) -> Any:
    """The same value with `schema:` and its like taken from names of members and types."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    found: Node = {}
    for name, child in value.items():
        if name == "@context":
            continue
        short = "@type" if name == "type" and "@type" not in value else PREFIX.sub("", name)
        found[short] = (
            [PREFIX.sub("", each) for each in listed(child) if isinstance(each, str)]
            if short == "@type"
            else _plain(child)
        )
    return found


def _nodes(value: Any) -> Iterator[Node]:
    """Nodes of a document: itself, those of a list, those of a graph."""
    for each in listed(value)[:NODES_MAX]:
        if isinstance(each, dict):
            if "@graph" in each:
                yield from _nodes(each["@graph"])
            if set(each) - {"@graph", "@id"}:
                yield each
        elif isinstance(each, list):
            yield from _nodes(each)


def types(node: Any) -> set[str]:
    """Types of a node in lower case."""
    return {each.lower() for each in mapping(node).get("@type", ()) if isinstance(each, str)}


def values(node: Node, name: str, index: dict[str, Node] | None = None) -> list[Any]:
    """Values of a property: always a list, lists of JSON-LD opened, references looked up in `index`."""
    found: list[Any] = []
    for each in listed(node.get(name)):
        inner = mapping(each)
        opened = inner.get("@list", inner.get("@set", each)) if inner else each
        found += [_looked_up(value, index or {}) for value in listed(opened)]
    return [each for each in found if each not in (None, "", {}, [])]


def _looked_up(value: Any, index: dict[str, Node]) -> Any:
    if isinstance(value, dict) and set(value) == {"@id"}:
        return index.get(str(value["@id"]), value)
    return value


def text_of(value: Any) -> tuple[str | None, str | None]:
    """Text and language of a literal, a language-tagged value or an object with a name."""
    if isinstance(value, dict):
        inner = value.get("@value", value.get("name", value.get("text")))
        lang = said(value.get("@language")) or said(value.get("inLanguage"))
        if isinstance(inner, dict | list):
            inner = next((each for each in listed(inner) if each), None)
            return text_of(inner) if not isinstance(inner, dict) or "@value" in inner else (None, None)
        return said(inner), lang
    return said(value), None


def address_of(value: Any) -> str | None:
    """The address an object or literal gives."""
    if isinstance(value, dict):
        for name in ("url", "contentUrl", "@id", "URL"):
            for each in listed(value.get(name)):
                inner = mapping(each).get("@id", each)
                if isinstance(inner, str) and inner.strip() and not inner.startswith("_:"):
                    return inner.strip()
        return None
    return said(value)
