"""What the parts of DDI-Lifecycle share: strings in several languages, coded terms, people and organisations."""

from __future__ import annotations

from typing import Any

from reperio.resource.draft import Draft
from reperio.resource.read.ddi_lifecycle_graph import Graph
from reperio.resource.read.ddi_text import NOTHING, prose
from reperio.resource.read.xml import Element, attribute, child, children, descend, language_of, local
from reperio.text.html import plain_text
from reperio.text.identifiers import Identifier, read_identifier

STRINGS = ("String", "Content")
VOCABULARY = (
    "controlledVocabularyName", "codeListName", "controlledVocabularyURN", "codeListURN", "controlledVocabularyID",
    "codeListID",
)  # fmt: skip
EXTERNAL = frozenset({"orcid", "ror", "doi"})


def strings(element: Element | None) -> list[tuple[str, str | None]]:
    """Texts of an element with their languages: of its `String` or `Content` children (3.2, 3.3), else its own (3.1)."""
    if element is None:
        return []
    parts = list(children(element, *STRINGS)) or ([element] if len(element) == 0 else [])
    found = [(prose(part), language_of(part)) for part in parts]
    return [(text, lang) for text, lang in found if text and not NOTHING.fullmatch(text)]


def first(element: Element | None) -> str | None:
    """The text of an element, English before others."""
    found = strings(element)
    english = [text for text, lang in found if (lang or "").lower().startswith("en")]
    return next(iter(english + [text for text, _ in found]), None)


def add_texts(draft: Draft, field: str, element: Element | None) -> None:
    """Add all texts of an element in their languages."""
    for text, lang in strings(element):
        draft.text(field, text, lang)


def term(element: Element) -> dict[str, Any]:
    """Vocabulary of a coded term: its name, else its URN or id. The URN is the vocabulary's, never the term's."""
    for name in VOCABULARY:
        if text := attribute(element, name):
            return {"vocabulary": text}
    return {"vocabulary": None}


def add_term(draft: Draft, field: str, element: Element) -> None:
    """Add a coded or free term in each of its languages."""
    for text, lang in strings(element):
        draft.concept(field, text, lang=lang, **term(element))


def add_agents(draft: Draft, field: str, element: Element, graph: Graph, *names: str) -> None:
    """Add the people and organisations that a `Creator`, `Publisher`, ... names or refers to."""
    for reference in children(element):
        if local(reference).endswith("Reference"):
            item = graph.resolve(reference)
            if item is not None:
                add_item(draft, field, item)
    for named in children(element, *names):
        name = first(named)
        draft.agent(field, name, affiliation=attribute(named, "affiliation"))


def add_item(draft: Draft, field: str, item: Element) -> None:
    """Add an `Individual` or `Organization`, with ORCID or ROR."""
    person = local(item) == "Individual"
    for path in (
        ("OrganizationIdentification", "OrganizationName"), ("IndividualIdentification", "IndividualName", "FullName"),
        ("OrganizationName",), ("IndividualName", "FullName"), ("IndividualName",),
    ):  # fmt: skip
        name = next((text for each in descend(item, *path) if (text := first(each) or _parts(each))), None)
        if name:
            kind = "Person" if person else "Organization"
            draft.agent(field, name, kind=kind, identifiers=_external(item))
            return


def _parts(name: Element) -> str | None:
    given = [first(child(name, part)) for part in ("FirstGiven", "First", "LastFamily", "Last")]
    return " ".join(part for part in given if part) or None


def _external(item: Element) -> tuple[Identifier, ...]:
    raws = [prose(each) for each in children(item, "UserID")]
    for researcher in descend(item, "IndividualIdentification", "ResearcherID"):
        raws += [prose(each) for each in children(researcher, "URI", "ResearcherIdentification")]
    known = [read_identifier(raw) for raw in raws if len(raw) < 300]
    return tuple(dict.fromkeys(each for each in known if each and each.scheme in EXTERNAL))


def label_of(element: Element) -> str | None:
    """What people call an item: its label, else its name, else its description."""
    names = [each for each in children(element) if local(each).endswith("Name") and local(each) != "TypeName"]
    for each in [*children(element, "Label"), *names, *children(element, "Description")]:
        if text := first(each):
            return plain_text(text)
    return None
