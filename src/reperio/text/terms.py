"""Terms of the controlled vocabularies of the DDI Alliance and CESSDA, told by code, address or label in many languages.

Labels are those of the vocabularies (CC BY 4.0, DDI Alliance and CESSDA), folded, with spellings of our own
(`data/terms.tsv`). A statement that is no label is read by the words of method in it, negation respected.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources
from typing import Literal, NamedTuple

from reperio.text.characters import fold
from reperio.text.designs import negated
from reperio.text.termwords import WORDS

Vocabulary = Literal["TimeMethod", "AnalysisUnit", "SamplingProcedure", "ModeOfCollection", "TopicClassification"]
STATEMENT_MAX = 2000
LABEL_MAX = 300


class Term(NamedTuple):
    """A term of a vocabulary: its code (`Longitudinal.Panel`) and preferred label in English."""

    vocabulary: Vocabulary
    code: str
    label: str

    @property
    def uri(self) -> str:
        """Address of the term in the vocabulary service."""
        return f"https://vocabularies.cessda.eu/vocabulary/{self.vocabulary}?code={self.code}"


_PARTS = re.compile(r"\s*[;|\n•]\s*")
_LISTED = re.compile(r"\s*,\s*(?:and |or )?|\s+(?:and|&|und|en|et|och|og|ja)\s+|\s*/\s*")
_BRACKETED = re.compile(r"(?P<outer>[^()]+?)\s*\((?P<inner>[^()]*)\)\.?")
_ADDRESS = re.compile(
    r"(?:https?|urn):\S*?(?P<vocabulary>[A-Z][A-Za-z]+)(?:[_:]\d[\w.]*?(?:\.html)?|\?v=[\d.]+)?/?[#:]?(?:\?code=|code=)?"
    r"(?P<code>[A-Z][A-Za-z.]*)"
)
_MEANS = re.compile(r"\s+(?:using|via|through|by means of|with the help of|met behulp van|mittels)\s+.*$")


def read_terms(vocabulary: Vocabulary, raw: str) -> tuple[Term, ...]:
    """The terms that a statement names, in order, each once; empty when it names none.

    A code, an address, or a label in any language; several of them parted by semicolons, commas or `and`; else the
    words of method in a sentence. The first 2,000 characters are read.
    """
    return _read(vocabulary, raw[:STATEMENT_MAX].strip())


def is_label(vocabulary: Vocabulary, raw: str) -> bool:
    """Whether a statement is nothing but a term: a code, an address or one label."""
    return len(raw) <= LABEL_MAX and _exact(vocabulary, raw.strip()) is not None


@lru_cache(maxsize=4096)
def _read(vocabulary: Vocabulary, raw: str) -> tuple[Term, ...]:
    if not raw:
        return ()
    if found := _exact(vocabulary, raw):
        return (found,)
    terms: list[Term] = []
    for part in _PARTS.split(raw):
        terms += _part(vocabulary, part)
    return _narrowest(dict.fromkeys(terms))


def _part(vocabulary: Vocabulary, part: str) -> tuple[Term, ...]:
    if found := _exact(vocabulary, part):
        return (found,)
    return _list(vocabulary, part) or _by_words(vocabulary, part)


def _exact(vocabulary: Vocabulary, raw: str) -> Term | None:
    """The term that a text is the code, address or label of; what brackets add may narrow it."""
    text = raw.strip(" .:,")
    if "://" in text or text.startswith("urn:"):
        match = _ADDRESS.fullmatch(text)
        return _codes(vocabulary).get(match["code"].lower()) if match and match["vocabulary"] == vocabulary else None
    if len(text) > LABEL_MAX:
        return None
    folded = fold(text)
    found = _labels(vocabulary).get(folded) or _codes(vocabulary).get(folded)
    if found is None and (match := _BRACKETED.fullmatch(folded)):
        outer, inner = (_labels(vocabulary).get(match[group]) for group in ("outer", "inner"))
        if outer and inner and inner.code.startswith(outer.code):
            return inner
        found = outer if outer and (inner is None or outer.code.startswith(inner.code)) else None
    if found is None and (bare := _MEANS.sub("", folded)) != folded:
        found = _labels(vocabulary).get(bare)
    return found


def _list(vocabulary: Vocabulary, part: str) -> tuple[Term, ...]:
    """Terms of a list of which every member is one; `convenience and purposive sampling` shares its last word."""
    if len(part) > LABEL_MAX:
        return ()
    names = [name for name in _LISTED.split(part) if name]
    last = names[-1].rsplit(" ", 1)[-1] if names else ""
    found = [_exact(vocabulary, name) or _exact(vocabulary, f"{name} {last}") for name in names]
    return tuple(term for term in found if term) if all(found) else ()


def _by_words(vocabulary: Vocabulary, part: str) -> tuple[Term, ...]:
    folded = fold(part)
    return tuple(
        _codes(vocabulary)[code.lower()]
        for code, pattern in WORDS.get(vocabulary, ())
        if any(not negated(folded, match.start()) for match in pattern.finditer(folded))
    )


def _narrowest(terms: dict[Term, None]) -> tuple[Term, ...]:
    """A broader term says nothing beside its narrower one; several stages hold what is done in each."""
    codes = {term.code for term in terms}
    staged = "Probability.Multistage" in codes
    return tuple(
        term
        for term in terms
        if not any(code.startswith(f"{term.code}.") for code in codes)
        and not (staged and term.code.startswith("Probability.") and term.code != "Probability.Multistage")
    )


@cache
def _labels(vocabulary: Vocabulary) -> dict[str, Term]:
    found: dict[str, Term] = {}
    for name, code, label, others in _rows():
        if name == vocabulary:
            term = Term(vocabulary, code, label)
            found |= {key: term for key in (fold(label), *others.split("|")) if key and key not in found}
    return found


@cache
def _codes(vocabulary: Vocabulary) -> dict[str, Term]:
    return {code.lower(): Term(vocabulary, code, label) for name, code, label, _ in _rows() if name == vocabulary}


@cache
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    text = (resources.files("reperio.text") / "data" / "terms.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.split("\n") if line and not line.startswith("#"))
    return tuple((name, code, label, others) for name, code, label, others in rows)
