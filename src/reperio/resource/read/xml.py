"""XML made safe: no document types, no entities, any encoding, bounded depth, broken files in part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5

from lxml import etree

from reperio.resource.read.decode import decode
from reperio.resource.read.reading import Reading

Element = etree._Element  # noqa: SLF001 - the class lxml's own documentation names for annotations
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,400}\?>")
DECLARED = re.compile(rb"^\s*<\?xml\b[^>]{0,400}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,31});")
BARE_AMPERSAND = re.compile(r"&(?![A-Za-z#])")
KEPT = frozenset({"amp", "lt", "gt", "quot", "apos"})
DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
DOCTYPE_TOKEN = re.compile(r"""<!--.*?-->|<\?.*?\?>|"[^"]*"|'[^']*'|[\[\]>]""", re.DOTALL)


def load_xml(body: bytes, reading: Reading) -> Element | None:
    """Root element of an XML text; None, with an issue, when there is none.

    A document type is dropped unread (an issue when it declares entities), so that no entity is ever
    expanded or fetched. Names of HTML characters (`&eacute;`) are understood. A malformed text gives an
    issue and as much as can be read. The reading keeps what was parsed, for who looks at the record next.
    """
    found = DECLARED.match(body[:1000])
    text = decode(body, reading, found[1].decode("ascii") if found else None)
    if text is None:
        return None
    text = _without_illegal(DECLARATION.sub("", text), reading)
    reading.tree = root = _parsed(_without_doctype(text, reading).strip(), reading)
    return root


def _without_illegal(text: str, reading: Reading) -> str:
    kept, count = ILLEGAL.subn("", text)
    if count:
        reading.issue("xml.characters", "", count, "Characters that XML does not allow were dropped.")
    return kept


def _without_doctype(text: str, reading: Reading) -> str:
    found = DOCTYPE.search(text)
    if not found:
        return text
    end = _doctype_end(text, found.end())
    if "<!ENTITY" in text[found.start() : end]:
        reading.issue(
            "xml.entities",
            "",
            text[found.start() : end],
            "The document declares entities; they are not expanded.",
        )
    return text[: found.start()] + text[end:]


def _doctype_end(text: str, start: int) -> int:
    depth = 0
    for token in DOCTYPE_TOKEN.finditer(text, start):
        if token[0] == "[":
            depth += 1
        elif token[0] == "]":
            depth -= 1
        elif token[0] == ">" and depth <= 0:
            return token.end()
    return len(text)


def _parsed(text: str, reading: Reading) -> Element | None:
    text = NAMED.sub(_character, text) if NAMED.search(text) else text
    payload = text.encode()
    try:
        return etree.fromstring(payload, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        excerpt = "".join(text.split("\n")[line - 1 : line])[:200] if line > 0 else ""
        reading.issue("xml.malformed", f"line {line}", excerpt, error.msg or "Not XML.", "error")
    payload = BARE_AMPERSAND.sub("&amp;", text).encode()
    try:
        root = etree.fromstring(payload, _parser(recover=True))
    except etree.XMLSyntaxError:
        return None
    return root if isinstance(root, Element) else None


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, strip_cdata=True, recover=recover,
    )  # fmt: skip


def _character(found: re.Match[str]) -> str:
    if found[1] in KEPT:
        return found[0]
    return html5.get(f"{found[1]};") or f"&amp;{found[1]};"


# -- looking into a tree whatever its namespaces ---------------------------------------------------


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def local(element: Element) -> str:
    """Name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Child elements of these local names (all, when none is given), in order."""
    if element is not None:
        for each in element:
            tag = each.tag
            name = _local(tag) if isinstance(tag, str) else ""
            if name and (not names or name in names):
                yield each


def by_name(element: Element) -> dict[str, list[Element]]:
    """Child elements by local name, each name's in order: one look at all of them instead of one a name."""
    found: dict[str, list[Element]] = {}
    for each in element:
        if isinstance(tag := each.tag, str) and (name := _local(tag)):
            found.setdefault(name, []).append(each)
    return found


def child(element: Element | None, *names: str) -> Element | None:
    """First child of these local names."""
    return next(children(element, *names), None)


def descend(element: Element | None, *path: str) -> Iterator[Element]:
    """Elements reached by a path of local names, in document order."""
    if element is None:
        return
    if not path:
        yield element
        return
    for found in children(element, path[0]):
        yield from descend(found, *path[1:])


def find_all(root: Element, name: str) -> Iterator[Element]:
    """Elements of a local name anywhere below and including `root`, without looking inside those found."""
    stack = [root]
    while stack:
        element = stack.pop()
        if local(element) == name:
            yield element
        else:
            stack.extend(reversed([each for each in element if local(each)]))


def attribute(element: Element, name: str) -> str | None:
    """Value of an attribute by local name, letter case ignored; None when absent or blank."""
    value = element.get(name)
    if value is None and (keys := element.keys()) and (key := _key_of(tuple(keys), name)) is not None:
        value = element.get(key)
    return (value or "").strip() or None


@lru_cache(maxsize=4096)
def _key_of(keys: tuple[str, ...], name: str) -> str | None:
    """Under which of the attributes that an element has one of a local name stands."""
    return next((key for key in keys if _local(key).lower() == name.lower()), None)


def language_of(element: Element) -> str | None:
    """Language in force at an element: its own `xml:lang`, else that of the nearest above it."""
    node: Element | None = element
    while node is not None:
        lang = node.get(LANG) or node.get("lang") or node.get("xml-lang")
        if lang and lang.strip():
            return lang.strip()
        node = node.getparent()
    return None
