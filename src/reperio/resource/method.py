"""Statements of method under the preferred labels of the vocabularies of the DDI Alliance and CESSDA."""

from __future__ import annotations

import re

import msgspec

from reperio.resource.model import Concept
from reperio.text.terms import Term, Vocabulary, is_label, read_terms

VOCABULARIES: dict[str, Vocabulary] = {
    "time_methods": "TimeMethod",
    "analysis_units": "AnalysisUnit",
    "sampling": "SamplingProcedure",
    "collection_modes": "ModeOfCollection",
}
"""Fields whose statements are read by a vocabulary, whatever vocabulary they name."""
TOPICS: Vocabulary = "TopicClassification"
TOPICS_NAME = "CESSDA Topic Classification"

SUBJECTS = ("topics", "keywords")
THESAURI = {
    "ELSST": re.compile(r"elsst\.cessda\.eu|\belsst\b|european language social science thesaurus", re.IGNORECASE),
    "HASSET": re.compile(
        r"hasset\.ukdataservice\.ac\.uk|\bhasset\b|humanities and social science electronic thesaurus", re.IGNORECASE
    ),
}
"""Thesauri whose terms are told by address or by name; their labels stay as they are given."""


def controlled(field: str, stated: Concept) -> tuple[Concept, ...] | None:
    """The controlled terms a statement names; None where it names none or its field has no vocabulary.

    A statement that is a term gives way to it. A sentence that names terms stays behind them: it says more than they do.
    """
    vocabulary = VOCABULARIES.get(field)
    if vocabulary is None:
        return (_topic(stated) if field == "topics" else None) or (_thesaurus(stated) if field in SUBJECTS else None)
    by_code = next((term for said in (stated.code, stated.uri) if said for term in read_terms(vocabulary, said)), None)
    if by_code and is_label(vocabulary, stated.code or stated.uri or ""):
        return (_concept(by_code),)
    if not (terms := read_terms(vocabulary, stated.label)):
        return None
    found = tuple(_concept(term) for term in terms)
    return found if is_label(vocabulary, stated.label) else (*found, stated)


def _thesaurus(stated: Concept) -> tuple[Concept, ...] | None:
    """A term of a thesaurus, under the one short name of the thesaurus."""
    for said in (stated.uri or "", stated.vocabulary or ""):
        for name, pattern in THESAURI.items():
            if pattern.search(said):
                return (msgspec.structs.replace(stated, vocabulary=name),)
    return None


def _topic(stated: Concept) -> tuple[Concept, ...] | None:
    """A topic whose address or vocabulary is CESSDA's; other classifications share its words and mean other things."""
    uri = stated.uri or (stated.label if "://" in stated.label else "")
    if TOPICS in uri and (terms := read_terms(TOPICS, uri)):
        return (_topic_of(terms[0], stated),)
    named = "cessda" in (stated.vocabulary or "").lower()
    said = stated.code or stated.label
    terms = read_terms(TOPICS, said) if named and is_label(TOPICS, said) else ()
    return tuple(_topic_of(term, stated) for term in terms) or None


def _topic_of(term: Term, stated: Concept) -> Concept:
    label = term.label.capitalize() if term.label.isupper() else term.label
    return Concept(label, stated.vocabulary or TOPICS_NAME, stated.uri or term.uri, term.code, "en")


def _concept(term: Term) -> Concept:
    return Concept(term.label, term.vocabulary, term.uri, term.code, "en")
