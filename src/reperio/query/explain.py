"""Why a result is there: the fields in which its words were found, with the passages, and what each part counted."""

from __future__ import annotations

from collections.abc import Iterator

from reperio.index.analysis import Analysis
from reperio.index.ask import Clause, Snippet
from reperio.index.snippets import make_snippet
from reperio.query.exact import Named
from reperio.query.match import Nearness
from reperio.query.model import Reason
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
    for field, text in _texts_of(resource):
        if field in seen and field in SHOWN:
            continue
        width = ABSTRACT_WIDTH if field == "abstract" else SHORT_WIDTH
        snippet = make_snippet(text, clause, analysis, width, field=field)
        if snippet.marks or field in SHOWN:
            found.append(snippet)
            seen.add(field)
    return tuple(found)


def _texts_of(resource: Resource) -> Iterator[tuple[str, str]]:
    if resource.kind == "variable":
        for name, texts in (
            ("label", resource.titles),
            ("question", resource.question),
            ("preamble", resource.preamble),
        ):
            yield from ((name, text.value) for text in texts)
        yield from (("name", resource.name),) if resource.name else ()
        yield from (("category", category.label) for category in resource.categories[:100])
        yield from (("concept", concept.label) for concept in (*resource.concepts, *resource.keywords))
        yield from (("instrument", name) for name in resource.instruments)
        return
    yield "title", resource.title
    yield from (("alternate", text.value) for text in (*resource.titles[1:], *resource.alternate_titles))
    yield from (("abstract", text.value) for text in _in_order(resource))
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
        yield from ((field, label) for label in labels[:100])


def _in_order(resource: Resource) -> tuple[Text, ...]:
    main = resource.abstract
    return tuple(sorted(resource.abstracts, key=lambda text: text.value != main))


def reasons_of(
    fused: Fused | None,
    snippets: tuple[Snippet, ...],
    near: Nearness | None,
    variables: int,
    exact: Named,
    datasets: int = 0,
) -> tuple[Reason, ...]:
    """Reasons from the evidence, strongest first: what wins outright, then words by field, then meaning.

    Words found only below a result are a reason too: in its variables, in its datasets, or (none of those shown has
    them all) in what it gathers from both.
    """
    reasons: list[Reason] = []
    if exact:
        reasons.append(Reason("identifier" if exact == "identifier" else "title", exact, (), 1.0))
    marked: dict[str, dict[str, None]] = {}
    for snippet in snippets:
        for start, end in snippet.marks:
            marked.setdefault(snippet.field, {})[snippet.text[start:end].lower()] = None
    share = (fused.words if fused else 0.0) / max(len(marked), 1)
    reasons += [Reason("words", field, tuple(words), share) for field, words in marked.items()]
    words = fused.words if fused else 0.0
    if variables and not marked:
        reasons.append(Reason("variable", "contents", (), words))
    elif datasets and not marked:
        reasons.append(Reason("dataset", "children", (), words))
    elif not reasons and near is None:
        reasons.append(Reason("words", "contents", (), words))
    if near is not None:
        through_variable = bool(near.variable) and not variables
        reasons.append(Reason("variable" if through_variable else "meaning", "", (), fused.meaning if fused else 0.0))
    return tuple(reasons)
