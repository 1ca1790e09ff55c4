"""Variables of a DDI-Codebook's `dataDscr`: wording, answers, universe, statistics."""

from __future__ import annotations

import math
import re

from reperio.resource.draft import Draft
from reperio.resource.model import Category, Concept
from reperio.resource.read.ddi_text import Unread, prose, vocabulary
from reperio.resource.read.xml import Element, attribute, child, children, descend, language_of, local
from reperio.text.html import plain_text

CATEGORIES_MAX = 2000
YES = frozenset({"y", "yes", "true", "1"})
READ = frozenset({
    "labl", "qstn", "catgry", "universe", "respUnit", "concept", "varFormat", "sumStat", "txt", "invalrng", "location",
})  # fmt: skip
"""`location` says where in the file a value stands: nothing for who searches."""
KEPT = {
    "derivation": "derivation", "codInstr": "coding", "security": "security", "embargo": "embargo",
    "imputation": "imputation", "notes": "notes", "verStmt": "version", "geoMap": "geography", "valrng": "range",
    "anlysUnit": "analysis_unit", "stdCatgry": "standard_categories",
}  # fmt: skip


def variable_name(element: Element) -> str | None:
    """Name of a variable: `name`, else its `ID`."""
    return attribute(element, "name") or attribute(element, "ID")


def read_variable(draft: Draft, element: Element, groups: list[Concept], unread: Unread) -> None:
    """Read one `var` into the draft; `groups` are the variable groups it belongs to."""
    draft.line("name", variable_name(element))
    for label in children(element, "labl"):
        draft.text("titles", prose(label), language_of(label))
    for question in children(element, "qstn"):
        _question(draft, question, unread)
    for each in children(element, "txt"):
        draft.text("abstracts", prose(each), language_of(each))
    for each in children(element, "universe"):
        if (attribute(each, "clusion") or "I").upper() != "E":
            draft.line("universe", prose(each))
    for each in children(element, "respUnit"):
        draft.line("informant", prose(each))
    for each in children(element, "concept"):
        draft.concept("concepts", prose(each), lang=language_of(each), **vocabulary(each))
    draft.add("concepts", *groups)
    _answers(draft, element)
    _format(draft, element)
    _statistics(draft, element)
    _rest(draft, element, unread)


def _question(draft: Draft, question: Element, unread: Unread) -> None:
    parts = {"preQTxt": "preamble", "qstnLit": "question"}
    for part in children(question):
        name = local(part)
        if name in parts:
            draft.text(parts[name], prose(part), language_of(part))
        elif name in ("postQTxt", "ivuInstr"):
            _keep(draft, "after_question" if name == "postQTxt" else "interviewer_instruction", prose(part))
        else:
            unread.note(f"dataDscr/var/qstn/{name}", part)
    if child(question, "qstnLit") is None and len(question) == 0:
        draft.text("question", prose(question), language_of(question))


def _answers(draft: Draft, element: Element) -> None:
    invalid = {attribute(item, "VALUE") for item in descend(element, "invalrng", "item")}
    answers = list(children(element, "catgry"))
    if len(answers) > CATEGORIES_MAX:
        draft.reading.issue(
            "categories.many", draft.path, len(answers), f"Only the first {CATEGORIES_MAX} categories were kept."
        )
    found = dict.fromkeys(_category(answer, invalid) for answer in answers[:CATEGORIES_MAX])
    draft.set("categories", [category for category in found if category])


def _category(answer: Element, invalid: set[str | None]) -> Category | None:
    value = child(answer, "catValu")
    code = plain_text(prose(value)) if value is not None else None
    label = _best_label(answer)
    if code and label.startswith(f"{code}:"):  # some exporters repeat the code in the label
        label = label[len(code) + 1 :].strip()
    if not code and not label:
        return None
    missing = (attribute(answer, "missing") or "").lower() in YES or (code in invalid if code else False)
    return Category(label, code or None, missing, _frequency(answer))


def _best_label(answer: Element) -> str:
    labels = [(language_of(each) or "", plain_text(prose(each))) for each in children(answer, "labl")]
    english = [text for lang, text in labels if text and lang.lower().startswith("en")]
    return next(iter(english + [text for _, text in labels if text]), "")


def _frequency(answer: Element) -> int | None:
    for statistic in children(answer, "catStat"):
        kind, weighted = attribute(statistic, "type") or "freq", attribute(statistic, "wgtd") or "not-wgtd"
        text = prose(statistic)
        if kind == "freq" and weighted == "not-wgtd" and re.fullmatch(r"\d{1,15}(\.0+)?", text):
            return int(float(text))
    return None


def _format(draft: Draft, element: Element) -> None:
    form = child(element, "varFormat")
    if form is not None:
        kinds = {"numeric": "numeric", "character": "text"}
        kind = attribute(form, "type") or ""
        named = kinds.get(kind.lower(), kind)
        draft.line("data_type", "date" if attribute(form, "category") in ("date", "time") else named)
    for name in ("intrvl", "wgt"):
        _keep(draft, {"intrvl": "interval", "wgt": "weight"}[name], attribute(element, name) or "")


def _statistics(draft: Draft, element: Element) -> None:
    found: dict[str, float] = {}
    for statistic in children(element, "sumStat"):
        kind, weighted = attribute(statistic, "type"), attribute(statistic, "wgtd") or "not-wgtd"
        if not kind or weighted != "not-wgtd":
            continue
        try:
            value = float(prose(statistic).replace(",", ""))
        except ValueError:
            continue  # `.` and `NA` stand for no value
        if math.isfinite(value):
            found.setdefault(kind, value)
    if found:
        draft.set("statistics", found)


def _rest(draft: Draft, element: Element, unread: Unread) -> None:
    for each in children(element):
        name = local(each)
        if name == "valrng":
            _keep(draft, KEPT[name], _range(each))
        elif name in KEPT:
            _keep(draft, KEPT[name], prose(each))
        elif name not in READ:
            unread.note(f"dataDscr/var/{name}", each)


def _range(element: Element) -> str:
    parts = []
    for each in children(element):
        low, high = attribute(each, "min"), attribute(each, "max")
        parts.append(attribute(each, "VALUE") or (f"{low or ''}..{high or ''}" if low or high else ""))
    return ", ".join(part for part in parts if part)


def _keep(draft: Draft, name: str, raw: str) -> None:
    """Keep what the model has no field for under a plain name in `extra`."""
    if text := plain_text(raw)[:2000]:
        held = draft.kept(name)
        draft.keep(name, f"{held}\n\n{text}" if held and text not in held else held or text)


def variable_groups(description: Element) -> dict[str, list[Concept]]:
    """Concepts that variable groups give to their members, by the members' ids."""
    found: dict[str, list[Concept]] = {}
    for group in children(description, "varGrp"):
        labels = [*children(group, "labl"), *children(group, "concept")]
        concepts = [Concept(text, lang=None) for label in labels if (text := plain_text(prose(label)))]
        for member in (attribute(group, "var") or "").split():
            held = found.setdefault(member, [])
            held += [concept for concept in concepts if concept not in held]
    return found
