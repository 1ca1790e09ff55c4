"""What the parts of a DDI-Codebook share: prose with markup in it, controlled terms, agents, the unread."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from reperio.resource.draft import Draft
from reperio.resource.read.xml import Element, attribute, children, language_of, local
from reperio.text.html import plain_text
from reperio.text.identifiers import Identifier, read_identifier

BLOCKS = frozenset(
    {"p", "div", "list", "itm", "head", "li", "ul", "ol", "table", "row", "tr", "entry", "h1", "h2", "h3"}
)
NOTHING = re.compile(
    r"(none|n\.?/?a\.?|not (applicable|available|recorded|specified|stated|known)|unknown|unspecified|[-–—.?]*"
    r"|no information (recorded|available|given)|missing|null|tbd|to be (determined|completed))\.?",
    re.IGNORECASE,
)
TERM_URI = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|#\w|/concepts?/|[?&]term=", re.IGNORECASE
)
_QUOTED = re.compile(r"""'([^'\\[\]]+)'|"([^"\\[\]]+)\"""")
_LIST = re.compile(rf"\[\s*(?:{_QUOTED.pattern})(?:\s*,\s*(?:{_QUOTED.pattern}))*\s*\]")
TEXTS_KEPT = 5
TEXT_KEPT = 500


def prose(element: Element, *without: str) -> str:
    """Text of an element; block elements inside it become paragraphs, those named in `without` are left out."""
    if len(element) == 0:
        return (element.text or "").strip()
    parts: list[str] = []
    skipped: Element | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if skipped is None and event == "start":
            if node is not element and local(node) in without:
                skipped = node
                continue
            parts.append(_break(node, element) + (node.text or ""))
        elif event == "end" and (skipped is None or node is skipped):
            skipped = None if node is skipped else skipped
            if node is not element:
                parts.append(_break(node, element) + (node.tail or ""))
    return "".join(parts).strip()


def _break(node: Element, root: Element) -> str:
    name = local(node).lower()
    if node is root or name not in BLOCKS | {"br"}:
        return ""
    return "\n" if name == "br" else "\n\n"


def stated(element: Element, *without: str) -> str | None:
    """Text of an element, None when it says that nothing is known (`No information recorded`)."""
    text = prose(element, *without)
    return None if NOTHING.fullmatch(text.strip()) else text


def add_terms(draft: Draft, field: str, element: Element) -> None:
    """Add an element's term: its words, with the code of its first `concept` child; further children by themselves."""
    concepts = list(children(element, "concept"))
    label = stated(element, "concept")
    lang = language_of(element)
    if label:
        described = concepts[0] if concepts else element
        code = prose(described) if concepts else None
        for term in _written_as_list(label):
            draft.concept(field, term, code=plain_text(code) if code else None, lang=lang, **vocabulary(described))
    for concept in concepts[1:] if label else concepts:
        draft.concept(field, stated(concept), lang=lang, **vocabulary(concept))


def _written_as_list(label: str) -> list[str]:
    """The terms of a label. Some exports write several as a programmer's list: `['Individual', 'Family']`."""
    return [one or other for one, other in _QUOTED.findall(label)] if _LIST.fullmatch(label) else [label]


def vocabulary(element: Element) -> dict[str, Any]:
    """Vocabulary and URI of a term; a `vocabURI` that names the vocabulary is not taken for the term's own."""
    name, uri = attribute(element, "vocab"), attribute(element, "vocabURI")
    term = attribute(element, "valueURI") or attribute(element, "vocabInstanceURI") or attribute(element, "URI")
    if term is None and uri and TERM_URI.search(uri):
        term, uri = uri, None
    return {"vocabulary": name or uri, "uri": term}


def add_agent(draft: Draft, field: str, element: Element) -> None:
    """Add the person or organisation an element names, with affiliation, ORCID or ROR, and address."""
    name = stated(element, "ExtLink")
    if not name:
        return
    links = [text for link in children(element, "ExtLink") for text in (attribute(link, "URI"), prose(link)) if text]
    found = {each for each in map(read_identifier, links) if each and each.scheme in ("orcid", "ror", "doi")}
    kind = _kind(found)
    draft.agent(
        field, name, kind=kind, identifiers=tuple(sorted(found, key=lambda each: each.value)),
        affiliation=attribute(element, "affiliation"), url=_address(attribute(element, "URI")),
    )  # fmt: skip


def _kind(found: set[Identifier]) -> str | None:
    schemes = {each.scheme for each in found}
    if "orcid" in schemes:
        return "Person"
    return "Organization" if "ror" in schemes else None


def _address(uri: str | None) -> str | None:
    return uri if uri and uri.lower().startswith(("http://", "https://")) else None


def addresses(element: Element) -> list[str]:
    """Addresses an element points to: its own URI and those of links inside it."""
    found = [attribute(element, "URI")]
    for node in element.iter():
        if local(node) in ("ExtLink", "holdings"):
            found.append(attribute(node, "URI"))
        elif local(node) == "a":
            found.append(attribute(node, "href"))
    return list(dict.fromkeys(uri for each in found if (uri := _address(each))))


class Unread:
    """What the reader does not understand: counted by path, the first texts kept."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, Any]] = {}

    def note(self, path: str, element: Element) -> None:
        """Count an element; elements without any text only count."""
        held = self._seen.setdefault(path, {"count": 0})
        held["count"] += 1
        texts = held.setdefault("texts", [])
        text = plain_text(prose(element)[: 4 * TEXT_KEPT])[:TEXT_KEPT]
        if text and len(texts) < TEXTS_KEPT and text not in texts:
            texts.append(text)

    def result(self) -> dict[str, Any]:
        """By path: how many and what they said."""
        return {
            path: {name: value for name, value in held.items() if value} for path, held in sorted(self._seen.items())
        }
