"""A `variableMeasured` of a schema.org Dataset."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from reperio.resource.draft import Draft
from reperio.resource.model import Category, Concept
from reperio.resource.read.json import listed, mapping, said
from reperio.resource.read.jsonld import address_of, text_of, types
from reperio.resource.read.missing import is_missing
from reperio.text.html import plain_text

CODE = re.compile(r"[A-Za-z_][\w.\-]{0,63}")
LABEL_MAX = 300
OPTIONS_MAX = 2000
OPTION_TYPES = frozenset({
    "definedterm", "categorycode", "qualitativevalue", "propertyvalue", "structuredvalue", "enumeration", "enumerationmember",
    "thing", "text", "answer", "",
})  # fmt: skip
"""Types of what can be an answer; a `MeasurementMethod` or a `Dataset` is none."""
ENUMERATIONS = ("hasDefinedTerm", "hasCategoryCode", "itemListElement", "member", "hasPart", "enumeration")

Rule = Callable[[Draft, Any], None]


def read_variable(draft: Draft, value: Any) -> None:
    """Read a `variableMeasured`: a code is a name, words are a label.

    A description that asks is the question, a code's short description is its label, any other an abstract. Answers
    stand in `valueReference`, `enumeration` or `options`.
    """
    node = mapping(value)
    name, lang = text_of(value)
    coded = name is not None and CODE.fullmatch(name) is not None
    if coded:
        draft.line("name", name)
    else:
        draft.text("titles", name, lang)
    _described(draft, node, coded=coded)
    _also_called(draft, node)
    _properties(draft, node, name)
    _answers(draft, node)
    _bounds(draft, node)
    for key, rule in RULES.items():
        for each in listed(node.get(key)):
            rule(draft, each)
    for key, rest in node.items():
        if key not in KNOWN:
            draft.keep(key, rest)


def _described(draft: Draft, node: dict[str, Any], *, coded: bool) -> None:
    for each in listed(node.get("description")):
        text, lang = text_of(each)
        if text is None:
            continue
        label = coded and len(text) <= LABEL_MAX and not draft.values("titles")
        field = "question" if plain_text(text).endswith("?") else "titles" if label else "abstracts"
        draft.text(field, text, lang)


def _also_called(draft: Draft, node: dict[str, Any]) -> None:
    """Other names; the code of a variable that is named in words is its name."""
    for each in listed(node.get("alternateName")):
        text, lang = text_of(each)
        if text and CODE.fullmatch(text) and draft.value("name") is None:
            draft.line("name", text)
        elif text and draft.value("name") and not draft.values("titles"):
            draft.text("titles", text, lang)
        else:
            draft.text("alternate_titles", text, lang)


def _properties(draft: Draft, node: dict[str, Any], name: str | None) -> None:
    """The concept a variable measures, by address or code; the variable's own id (of our own writer) is none."""
    for each in listed(node.get("propertyID")):
        raw = said(each) or address_of(each)
        if raw and raw != draft.id:
            web = raw.startswith("http")
            draft.add("concepts", Concept(name or raw, uri=raw if web else None, code=None if web else raw))


def _answers(draft: Draft, node: dict[str, Any]) -> None:
    found: dict[Category, None] = {}
    for key in ("valueReference", "enumeration", "options", "response_options"):
        for each in _options(node.get(key), 0):
            category = _category(each)
            if category and len(found) < OPTIONS_MAX:
                found.setdefault(category)
            elif category is None:
                draft.keep(key, [*(draft.kept(key) or []), each])
    draft.add("categories", *found)


def _options(value: Any, depth: int) -> Iterator[Any]:
    """Each option of a list, of a set of terms, or of an enumeration."""
    for each in listed(value):
        inner = [part for key in ENUMERATIONS for part in listed(mapping(each).get(key))]
        if inner and depth < 3:
            yield from _options(inner, depth + 1)
        elif "item" in mapping(each):
            yield from _options(mapping(each)["item"], depth + 1) if depth < 3 else ()
        else:
            yield each


def _category(value: Any) -> Category | None:
    """An option: its words and its code; None for what is no option."""
    node = mapping(value)
    if node and not (types(node) or {""}) & OPTION_TYPES:
        return None
    code = next(
        (text for key in ("termCode", "codeValue", "value", "identifier") if (text := said(node.get(key)))), None
    )
    label = text_of(value)[0] or said(node.get("description")) or code
    if not label or not plain_text(label):
        return None
    label = plain_text(label)
    return Category(label, code, is_missing(code, label))


def _bounds(draft: Draft, node: dict[str, Any]) -> None:
    """The least and greatest value."""
    found: dict[str, float] = {}
    for key, name in (("minValue", "min"), ("maxValue", "max")):
        raw = said(next(iter(listed(node.get(key))), None))
        try:
            number = float(raw) if raw else math.nan
        except ValueError:
            draft.keep(key, raw)
            continue
        if math.isfinite(number):
            found[name] = number
    if found:
        draft.set("statistics", found)


def _unit(draft: Draft, value: Any) -> None:
    draft.line("measurement_unit", text_of(value)[0])


def _address(draft: Draft, value: Any) -> None:
    draft.url(address_of(value))


def _technique(draft: Draft, value: Any) -> None:
    draft.concept("collection_modes", text_of(value)[0])


def _question(draft: Draft, value: Any) -> None:
    draft.text("question", *text_of(value))


RULES: dict[str, Rule] = {
    "unitText": _unit,
    "unitCode": _unit,
    "url": _address,
    "measurementTechnique": _technique,
    "measurementMethod": _technique,
    "question": _question,
}
"""What single members say; the first unit counts."""
KNOWN = frozenset(RULES) | {
    "@type", "@id", "name", "description", "alternateName", "propertyID", "valueReference", "enumeration", "options",
    "response_options", "minValue", "maxValue",
}  # fmt: skip
