"""Variables and questions of DDI-Lifecycle: wording, answers, concept, universe, statistics."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from reperio.resource.draft import Draft
from reperio.resource.model import Category
from reperio.resource.read.ddi_lifecycle_graph import Graph
from reperio.resource.read.ddi_lifecycle_text import add_texts, first, label_of, strings
from reperio.resource.read.ddi_text import Unread, prose
from reperio.resource.read.xml import Element, attribute, child, children, descend, local
from reperio.text.html import plain_text

CATEGORIES_MAX = 2000
DEPTH_MAX = 20
NAMES = (
    "VariableName",
    "QuestionItemName",
    "QuestionGridName",
    "QuestionBlockName",
    "ItemName",
    "Name",
    "RepresentedVariableName",
)
TYPES = {
    "NumericRepresentation": "numeric", "NumericDomain": "numeric", "TextRepresentation": "text", "TextDomain": "text",
    "DateTimeRepresentation": "date", "DateTimeDomain": "date", "CodeRepresentation": "code", "CodeDomain": "code",
    "CategoryRepresentation": "code", "CategoryDomain": "code", "ScaleRepresentation": "scale", "ScaleDomain": "scale",
    "GeographicRepresentation": "geographic", "GeographicDomain": "geographic", "RankingDomain": "ranking",
}  # fmt: skip
MANAGED = {
    "NumericRepresentationReference", "NumericDomainReference", "TextRepresentationReference", "TextDomainReference",
    "DateTimeRepresentationReference", "DateTimeDomainReference", "ScaleRepresentationReference", "ScaleDomainReference",
    "CodeRepresentationReference", "MissingValuesReference",
}  # fmt: skip
CODE_LISTS = ("CodeListReference", "CodeSchemeReference", "CodeList", "CodeScheme")
PASSED = frozenset({
    "URN", "Agency", "ID", "Version", "VersionResponsibility", "VersionRationale", "BasedOnObject", "Label", "Description",
    "VariableRepresentation", "Representation", "QuestionReference", "SourceQuestionReference", "SourceParameterReference",
    "ConceptReference", "UniverseReference", "QuestionText", "QuestionIntent", "InstructionReference", "UserID",
    "InterviewerInstructionReference", "ResponseDomainInMixed", "StructuredMixedResponseDomain", "OutParameter",
    "InParameter", "Binding", "AnalysisUnit", "RepresentedVariableReference", "ConceptualVariableReference",
    "UserAttributePair", "StructuredMixedGridResponseDomain", "VersionDate", "Embargo", "EmbargoReference",
    "SourceVariableReference", "SourceUnit", "GridDimension", *NAMES, *TYPES,
    *(f"{name}Reference" for name in TYPES),
})  # fmt: skip


def item_name(item: Element) -> str | None:
    """The name of a variable or question as written in its file; None when it has none."""
    for name in NAMES:
        for each in children(item, name):
            if text := first(each):
                return plain_text(text)
    return None


def read_variable(draft: Draft, item: Element, graph: Graph, unread: Unread) -> None:
    """Read one `Variable`, with the questions it comes from and what it represents."""
    draft.line("name", item_name(item))
    for each in children(item, "Label"):
        add_texts(draft, "titles", each)
    for each in children(item, "Description"):
        add_texts(draft, "abstracts", each)
    for question in questions_of(item, graph):
        _wording(draft, question, graph)
    for basis in _bases(item, graph):
        _meaning(draft, basis, graph)
        for representation in children(basis, "VariableRepresentation", "Representation"):
            _represent(draft, representation, graph)
        _represent(draft, basis, graph)
    for each in children(item, "AnalysisUnit"):
        draft.keep("analysis_unit", first(each))
    for pair in children(item, "UserAttributePair"):
        key, value = child(pair, "AttributeKey"), child(pair, "AttributeValue")
        if key is not None and value is not None:
            draft.keep(prose(key)[:200] or "attribute", plain_text(prose(value)))
    _unknown(item, unread)


def read_question(draft: Draft, item: Element, graph: Graph, unread: Unread) -> None:
    """Read a `QuestionItem`, `QuestionGrid` or `QuestionBlock` that no variable comes from."""
    draft.line("name", item_name(item))
    for each in children(item, "Label"):
        add_texts(draft, "titles", each)
    _wording(draft, item, graph)
    _meaning(draft, item, graph)
    _unknown(item, unread)


def questions_of(item: Element, graph: Graph) -> Iterator[Element]:
    """Questions a variable comes from."""
    yield from graph.referred(item, "QuestionReference", "SourceQuestionReference", "QuestionItemReference")


def _bases(item: Element, graph: Graph) -> list[Element]:
    """A variable and the represented and conceptual variables it takes its meaning from, each once."""
    found = [item]
    for each in found:
        if len(found) < DEPTH_MAX:
            for basis in graph.referred(each, "RepresentedVariableReference", "ConceptualVariableReference"):
                if basis not in found:
                    found.append(basis)
    return found


def _meaning(draft: Draft, item: Element, graph: Graph) -> None:
    for concept in graph.referred(item, "ConceptReference"):
        draft.concept("concepts", label_of(concept))
    for universe in graph.referred(item, "UniverseReference"):
        described = child(universe, "Description", "HumanReadable")
        draft.line("universe", first(described) or label_of(universe))


def _wording(draft: Draft, question: Element, graph: Graph) -> None:
    for text in children(question, "QuestionText"):
        for words, lang in _literals(text):
            if not any(held.lang == lang for held in draft.values("question")) or lang is None:
                draft.text("question", words, lang)
    for each in children(question, "QuestionIntent"):
        draft.keep("intent", first(each))
    for instruction in graph.referred(question, "InstructionReference", "InterviewerInstructionReference"):
        texts = [words for part in children(instruction, "InstructionText") for words, _ in _literals(part)]
        draft.keep("interviewer_instruction", plain_text(" ".join(texts)) or None)
    _represent(draft, question, graph)


def _literals(element: Element) -> list[tuple[str, str | None]]:
    """Texts of a `QuestionText`: its literal and conditional parts joined in each language (all in one, when none is said)."""
    by_language: dict[str | None, list[str]] = {}
    for part in children(element, "LiteralText", "ConditionalText", "String", "Content", "Text"):
        inner = child(part, "Text", "Expression")
        for words, lang in strings(inner if inner is not None else part):
            spoken = lang or next(reversed(by_language), None)  # what states no language goes on in that before it
            by_language.setdefault(spoken, []).append(words)
    if not by_language:
        return strings(element)
    return [(" ".join(words), lang) for lang, words in by_language.items()]


# -- answers ---------------------------------------------------------------------------------------


def _represent(draft: Draft, holder: Element, graph: Graph) -> None:
    """Read what values there are: types, codes with their categories, units, missing values."""
    for domain in _domains(holder, graph):
        kind = TYPES.get(local(domain).removeprefix("Managed"))
        draft.set("data_type", kind)
        if (unit := child(domain, "MeasurementUnit")) is not None:
            draft.line("measurement_unit", first(unit))
        _range(draft, domain)
        missing = attribute(domain, "missingValue") or ""
        for codes in [*children(domain, *CODE_LISTS[2:]), *graph.referred(domain, *CODE_LISTS[:2])]:
            _codes(draft, codes, graph, set(missing.split()))
        for group in graph.referred(domain, "CategorySchemeReference", "CategoryGroupReference"):
            _bare_categories(draft, group, graph)
    for unit in children(holder, "MeasurementUnit"):
        draft.line("measurement_unit", first(unit))
    for values in graph.referred(holder, "MissingValuesReference"):
        for codes in graph.referred(next(children(values, "MissingCodeRepresentation"), None), *CODE_LISTS[:2]):
            _codes(draft, codes, graph, set(), all_missing=True)


def _domains(holder: Element, graph: Graph) -> Iterator[Element]:
    mixed = [*descend(holder, "StructuredMixedResponseDomain", "ResponseDomainInMixed"),
             *descend(holder, "StructuredMixedGridResponseDomain", "GridResponseDomain")]  # fmt: skip
    for part in (holder, *mixed):
        for each in children(part):
            name = local(each)
            if name in TYPES:
                yield each
            elif name in MANAGED and name != "MissingValuesReference":
                found = graph.resolve(each)
                if found is not None:
                    yield found


def _range(draft: Draft, domain: Element) -> None:
    for span in children(domain, "NumberRange"):
        low, high = child(span, "Low"), child(span, "High")
        text = f"{prose(low) if low is not None else ''}..{prose(high) if high is not None else ''}"
        draft.keep("range", text if text != ".." else None)


def _codes(draft: Draft, codes: Element, graph: Graph, missing: set[str], *, all_missing: bool = False) -> None:
    found: list[Category] = []
    for code in _all_codes(codes):
        value = child(code, "Value")
        text = plain_text(prose(value)) if value is not None else attribute(code, "value") or ""
        category = next(graph.referred(code, "CategoryReference"), child(code, "Category"))
        label = label_of(category) if category is not None else None
        gone = all_missing or text in missing or (category is not None and attribute(category, "missing") == "true")
        if text or label:
            found.append(Category(label or "", text or None, missing=gone))
    if len(found) > CATEGORIES_MAX:
        draft.reading.issue(
            "categories.many", draft.path, len(found), f"Only the first {CATEGORIES_MAX} categories were kept."
        )
    held = {category.code for category in draft.values("categories")}
    kept = [each for each in found[:CATEGORIES_MAX] if each.code is None or each.code not in held]
    draft.replace("categories", list(dict.fromkeys([*draft.values("categories"), *kept])))


def _all_codes(codes: Element) -> Iterator[Element]:
    """Codes of a list, those of hierarchies under their own, however deep the document nests them."""
    waiting = list(children(codes, "Code"))
    while waiting:
        code = waiting.pop(0)
        yield code
        waiting[:0] = list(children(code, "Code"))


def _bare_categories(draft: Draft, scheme: Element, graph: Graph) -> None:
    for category in [*children(scheme, "Category"), *graph.referred(scheme, "CategoryReference")]:
        if (label := label_of(category)) and len(draft.values("categories")) < CATEGORIES_MAX:
            draft.add("categories", Category(label))


# -- statistics ------------------------------------------------------------------------------------

KINDS = {
    "minimum": "min", "maximum": "max", "mean": "mean", "arithmeticmean": "mean", "median": "medn", "mode": "mode",
    "validcases": "vald", "invalidcases": "invd", "standarddeviation": "stdev",
}  # fmt: skip


def read_statistics(draft: Draft, element: Element) -> None:
    """Read a `VariableStatistics`: summary statistics and counts of categories; unweighted ones only."""
    found: dict[str, float] = {}
    for summary in children(element, "SummaryStatistic"):
        kind = first(child(summary, "TypeOfSummaryStatistic", "SummaryStatisticType")) or ""
        for value in children(summary, "Statistic", "Value"):
            number = _number(prose(value))
            if kind and number is not None and attribute(value, "isWeighted") != "true":
                found.setdefault(KINDS.get(re.sub(r"\W", "", kind).lower(), kind[:100]), number)
    if found:
        draft.set("statistics", found)
    counts = dict(_counts(element))
    held = draft.values("categories")
    if counts and held:
        draft.replace("categories", [_counted(each, counts) for each in held])


def _counted(category: Category, counts: dict[str, int]) -> Category:
    return Category(category.label, category.code, category.missing, counts.get(category.code or "", category.count))


def _counts(element: Element) -> Iterator[tuple[str, int]]:
    for each in [
        *descend(element, "UnfilteredCategoryStatistics", "VariableCategory"),
        *descend(element, "CategoryStatistics", "CategoryStatistic"),
    ]:
        values = [*descend(each, "CategoryValue", "Value"), *children(each, "CategoryValue")]
        code = next((text for value in values if (text := prose(value))), "")
        for statistic in children(each, "CategoryStatistic"):
            kind, given = child(statistic, "TypeOfCategoryStatistic"), child(statistic, "Statistic")
            number = _number(prose(given)) if given is not None else None
            if (first(kind) or "").lower() == "frequency" and number is not None and number.is_integer():
                yield code, int(number)


def _number(raw: str) -> float | None:
    try:
        value = float(raw.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _unknown(item: Element, unread: Unread) -> None:
    for each in children(item):
        if local(each) not in PASSED and local(each) not in MANAGED:
            unread.note(f"{local(item)}/{local(each)}", each)
