"""Why a result is there: the fields in which its words were found, with the passages, and what each part counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from reperio.index.analysis import Analysis
from reperio.index.ask import Clause, Snippet
from reperio.index.document import TEXT_FIELDS
from reperio.index.snippets import marker
from reperio.query.exact import Named
from reperio.query.match import Nearness
from reperio.query.model import Reason, VariableHit
from reperio.query.rank import Fused
from reperio.resource.fields import Resource
from reperio.resource.model import Text

ABSTRACT_WIDTH = 260
SHORT_WIDTH = 120
SHOWN = ("title", "abstract")
"""Fields whose passages are shown whether or not they matched."""


def snippets_of(resource: Resource, clause: Clause, analysis: Analysis) -> tuple[Snippet, ...]:
    """Passages of a resource that match, by field; of the title and the abstract the beginning when they do not."""
    found = []
    seen: set[str] = set()
    marking = marker(clause, analysis)
    for field, text in _texts_of(resource):
        if field in seen and field in SHOWN:
            continue
        width = ABSTRACT_WIDTH if field == "abstract" else SHORT_WIDTH
        snippet = marking.snippet(text, field, width) if field in SHOWN else marking.found(text, field, width)
        if snippet is not None:
            found.append(snippet)
            seen.add(field)
    return tuple(found)


def _texts_of(resource: Resource) -> list[tuple[str, str]]:
    if resource.kind == "variable":
        texts = [("label", text.value) for text in resource.titles]
        texts += [("question", text.value) for text in resource.question]
        texts += [("preamble", text.value) for text in resource.preamble]
        texts += [("name", resource.name)] if resource.name else []
        texts += [("category", category.label) for category in resource.categories[:100]]
        texts += [("concept", concept.label) for concept in (*resource.concepts, *resource.keywords)]
        return texts + [("instrument", name) for name in resource.instruments]
    texts = [("title", resource.title)]
    texts += [("alternate", text.value) for text in (*resource.titles[1:], *resource.alternate_titles)]
    texts += [("abstract", text.value) for text in _in_order(resource)]
    for field, labels in (
        ("keyword", [concept.label for concept in (*resource.keywords, *resource.topics)]),
        ("instrument", resource.instruments),
        ("place", [place.name for place in resource.spatial]),
        ("people", [agent.name for agent in (*resource.creators, *resource.publishers, *resource.funders)]),
        ("identifier", [identifier.value for identifier in resource.identifiers]),
        ("population", [text.value for text in resource.population]),
        ("design", [*resource.study_designs, *(concept.label for concept in resource.time_methods)]),
        ("publication", [publication.citation for publication in resource.publications]),
    ):
        texts += [(field, label) for label in labels[:100]]
    return texts


def _in_order(resource: Resource) -> tuple[Text, ...]:
    if len(resource.abstracts) < 2:
        return resource.abstracts
    main = resource.abstract
    return tuple(sorted(resource.abstracts, key=lambda text: text.value != main))


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks for a result, to be told.

    Attributes:
        fused: its score in parts; None where it was not ranked by all evidence.
        exact: how the query names it, if it does.
        snippets: passages of its own texts that match.
        near: how near in meaning it is.
        variables: the variables shown inside it.
        variables_total: how many of its variables match by words.
        datasets: how many of its datasets are shown.
        corrected: words that were not typed so, but are likely spellings.
        synonyms: words that were not typed, but stand for what was.
        typed: the words asked for.
    """

    fused: Fused | None = None
    exact: Named = ""
    snippets: tuple[Snippet, ...] = ()
    near: Nearness | None = None
    variables: tuple[VariableHit, ...] = ()
    variables_total: int = 0
    datasets: int = 0
    corrected: frozenset[str] = frozenset()
    synonyms: frozenset[str] = frozenset()
    typed: tuple[str, ...] = ()


def reasons_of(grounds: Grounds) -> tuple[Reason, ...]:
    """Reasons from the evidence: what wins outright, then the rest by what it counts.

    The part that words had is shared among the fields in which they are, by the weight of the field and the number of
    different words. Words found only below a result are a reason too: in its variables, in its datasets, or (none of
    those shown has them) in what it gathers from both.
    """
    first = []
    if grounds.exact:
        kind: Literal["identifier", "title"] = "identifier" if grounds.exact == "identifier" else "title"
        first.append(Reason(kind, grounds.exact, (), 1.0))
    fused = grounds.fused or Fused("", 0.0, 0.0, 0.0)
    together = fused.beside + fused.complete if len(grounds.typed) > 1 else 0.0
    found = [*_by_field(grounds, fused.words - together)]
    if together > 0:
        found.append(Reason("together", "", (), together))
    if grounds.near is not None:
        through_variable = bool(grounds.near.variable) and not grounds.variables_total
        found.append(Reason("variable" if through_variable else "meaning", "", (), fused.meaning))
    if not first and not found:
        found.append(Reason("words", "contents", (), fused.words))
    return (*first, *sorted(found, key=lambda reason: -reason.weight))


def _by_field(grounds: Grounds, words_score: float) -> Iterator[Reason]:
    marked = _marked(grounds.snippets)
    below = _marked(snippet for hit in grounds.variables if hit.by != "meaning" for snippet in hit.snippets)
    inside = tuple(dict.fromkeys(word for words in below.values() for word in words))
    claims: list[tuple[float, Reason]] = [
        (TEXT_FIELDS.get(field, 1.0) * len(words), Reason("words", field, tuple(words), via=_via(words, grounds)))
        for field, words in marked.items()
    ]
    if grounds.variables_total:
        reason = Reason("variable", "contents", inside, via=_via(inside, grounds), waves=_waves(grounds.variables),
                        count=grounds.variables_total)  # fmt: skip
        claims.append((TEXT_FIELDS["contents"] * max(len(inside), 1), reason))
    elif grounds.datasets and not marked:
        claims.append((TEXT_FIELDS["children"], Reason("dataset", "children", (), count=grounds.datasets)))
    whole = sum(claim for claim, _ in claims)
    for claim, reason in claims:
        yield msgspec.structs.replace(reason, weight=max(words_score, 0.0) * claim / whole)


def _marked(snippets: Iterable[Snippet]) -> dict[str, dict[str, None]]:
    marked: dict[str, dict[str, None]] = {}
    for snippet in snippets:
        for start, end in snippet.marks:
            marked.setdefault(snippet.field, {})[snippet.text[start:end].lower()] = None
    return marked


def _via(words: Iterable[str], grounds: Grounds) -> Literal["", "correction", "synonym"]:
    found = set(words)
    if found & grounds.corrected:
        return "correction"
    begun = tuple(word[:4].lower() for word in grounds.typed)
    return "synonym" if found and not any(word.startswith(begun) for word in found) and grounds.synonyms else ""


def _waves(variables: Iterable[VariableHit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.item.resource.wave for hit in variables if hit.item.resource.wave))
