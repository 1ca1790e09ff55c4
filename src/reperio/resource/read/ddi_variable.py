"""Variables of a DDI-Codebook's `dataDscr`: wording, answers, universe, statistics."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from reperio.resource.draft import Draft
from reperio.resource.model import Category, Concept
from reperio.resource.read.ddi_text import Unread, prose, vocabulary
from reperio.resource.read.missing import is_missing
from reperio.resource.read.xml import Element, attribute, by_name, child, children, descend, language_of, local
from reperio.text.html import plain_text

CATEGORIES_MAX = 2000
INSTRUMENT = re.compile(r"\b(?:instruments?|questionnaires? used|(?:rating |psychometric )?scales?)\b", re.IGNORECASE)
KIND_ALONE = re.compile(r"(?:survey |psychometric )?(?:instrument|scale)s?", re.IGNORECASE)
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


Parts = dict[str, list[Element]]
"""What stands in an element, by name."""


@dataclass(slots=True)
class Groups:
    """What the groups of a variable say of it."""

    concepts: list[Concept] = field(default_factory=list)
    instruments: list[str] = field(default_factory=list)

    def take(self, other: Groups) -> None:
        """Add what another group says."""
        self.concepts += [each for each in other.concepts if each not in self.concepts]
        self.instruments += [each for each in other.instruments if each not in self.instruments]


def variable_name(element: Element) -> str | None:
    """Name of a variable: `name`, else its `ID`."""
    return attribute(element, "name") or attribute(element, "ID")


def read_variable(draft: Draft, element: Element, groups: Groups, unread: Unread) -> None:
    """Read one `var` into the draft; `groups` are the variable groups it belongs to."""
    parts = by_name(element)
    draft.line("name", variable_name(element))
    draft.line("wave", attribute(element, "wave"))
    for label in parts.get("labl", ()):
        draft.text("titles", prose(label), language_of(label))
    for question in parts.get("qstn", ()):
        _question(draft, question, unread)
    for each in parts.get("txt", ()):
        draft.text("abstracts", prose(each), language_of(each))
    for each in parts.get("universe", ()):
        if (attribute(each, "clusion") or "I").upper() != "E":
            draft.line("universe", prose(each))
    for each in parts.get("respUnit", ()):
        draft.line("informant", prose(each))
    for each in parts.get("concept", ()):
        if _names_instrument(each):
            draft.add("instruments", plain_text(prose(each)))
        else:
            draft.concept("concepts", prose(each), lang=language_of(each), **vocabulary(each))
    draft.add("concepts", *groups.concepts)
    draft.add("instruments", *groups.instruments)
    _answers(draft, element, parts)
    _format(draft, element, parts)
    _statistics(draft, parts)
    _rest(draft, parts, unread)


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


def _answers(draft: Draft, element: Element, parts: Parts) -> None:
    answers = parts.get("catgry", [])
    if not answers:
        return
    invalid = _Invalid(element)
    if len(answers) > CATEGORIES_MAX:
        draft.reading.issue(
            "categories.many", draft.path, len(answers), f"Only the first {CATEGORIES_MAX} categories were kept."
        )
    found = dict.fromkeys(_category(answer, invalid) for answer in answers[:CATEGORIES_MAX])
    draft.set("categories", [category for category in found if category])


class _Invalid:
    """Values declared to be no answers: one by one or as ranges."""

    def __init__(self, element: Element) -> None:
        self.items = {attribute(item, "VALUE") for item in descend(element, "invalrng", "item")}
        self.ranges = [
            (_number(attribute(each, "min"), -math.inf), _number(attribute(each, "max"), math.inf))
            for each in descend(element, "invalrng", "range")
            if attribute(each, "min") or attribute(each, "max")
        ]

    def __contains__(self, code: str) -> bool:
        value = _number(code, math.nan)
        return code in self.items or any(low <= value <= high for low, high in self.ranges)


def _number(raw: str | None, otherwise: float) -> float:
    """The number a text is; `otherwise` for none, not a number for what is none."""
    if raw is None:
        return otherwise
    try:
        return float(raw)
    except ValueError:
        return math.nan


def _category(answer: Element, invalid: _Invalid) -> Category | None:
    parts = by_name(answer)
    values = parts.get("catValu")
    code = plain_text(prose(values[0])) if values else None
    label = _best_label(parts.get("labl", []))
    if code and label.startswith(f"{code}:"):  # some exporters repeat the code in the label
        label = label[len(code) + 1 :].strip()
    if not code and not label:
        return None
    flagged = (attribute(answer, "missing") or "").lower() in YES
    missing = flagged or (code is not None and code in invalid) or is_missing(code, label)
    return Category(label, code or None, missing, _frequency(parts.get("catStat", ())))


def _best_label(stated: list[Element]) -> str:
    if len(stated) == 1:
        return plain_text(prose(stated[0]))
    labels = [(language_of(each) or "", plain_text(prose(each))) for each in stated]
    english = [text for lang, text in labels if text and lang.lower().startswith("en")]
    return next(iter(english + [text for _, text in labels if text]), "")


def _frequency(statistics: Iterable[Element]) -> int | None:
    for statistic in statistics:
        kind, weighted = attribute(statistic, "type") or "freq", attribute(statistic, "wgtd") or "not-wgtd"
        text = prose(statistic)
        if kind == "freq" and weighted == "not-wgtd" and re.fullmatch(r"\d{1,15}(\.0+)?", text):
            return int(float(text))
    return None


def _format(draft: Draft, element: Element, parts: Parts) -> None:
    for form in parts.get("varFormat", ())[:1]:
        kinds = {"numeric": "numeric", "character": "text"}
        kind = attribute(form, "type") or ""
        named = kinds.get(kind.lower(), kind)
        draft.line("data_type", "date" if attribute(form, "category") in ("date", "time") else named)
    for name in ("intrvl", "wgt"):
        if raw := attribute(element, name):
            _keep(draft, {"intrvl": "interval", "wgt": "weight"}[name], raw)


def _statistics(draft: Draft, parts: Parts) -> None:
    found: dict[str, float] = {}
    for statistic in parts.get("sumStat", ()):
        kind, weighted = attribute(statistic, "type"), attribute(statistic, "wgtd") or "not-wgtd"
        if kind == "other":
            kind = attribute(statistic, "otherType") or kind
        if not kind:
            continue
        if weighted != "not-wgtd":
            kind = f"{kind} (weighted)"
        try:
            value = float(prose(statistic).replace(",", ""))
        except ValueError:
            continue  # `.` and `NA` stand for no value
        if math.isfinite(value):
            found.setdefault(kind, value)
    if found:
        draft.set("statistics", found)


def _rest(draft: Draft, parts: Parts, unread: Unread) -> None:
    for name, elements in parts.items():  # in the order of the record: of another order it would seem to have changed
        if name in READ:
            continue
        for each in elements:
            if name == "valrng":
                _keep(draft, KEPT[name], _range(each))
            elif name in KEPT:
                _keep(draft, KEPT[name], prose(each))
            else:
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


def variable_groups(description: Element) -> dict[str, Groups]:
    """What variable groups say of their members, by the members' ids; groups within groups speak for theirs too."""
    groups = {
        attribute(group, "ID") or f"#{number}": group for number, group in enumerate(children(description, "varGrp"))
    }
    found: dict[str, Groups] = {}
    for group in groups.values():
        said = _said_by(group)
        for member in _members(group, groups):
            found.setdefault(member, Groups()).take(said)
    return found


def _said_by(group: Element) -> Groups:
    """The concepts of a group, or the instrument that a group of that kind is named after."""
    labels = [(label, text) for label in children(group, "labl") if (text := plain_text(prose(label)))]
    concepts = [(each, text) for each in children(group, "concept") if (text := plain_text(prose(each)))]
    kind = " ".join([attribute(group, "type") or "", attribute(group, "otherType") or ""])
    if INSTRUMENT.search(kind) or any(KIND_ALONE.fullmatch(text) for _, text in concepts):
        names = [text for _, text in labels] or [attribute(group, "name") or ""]
        return Groups([], [name for name in names[:1] if name])
    named = [text for each, text in concepts if _names_instrument(each)]
    rest = [text for each, text in [*labels, *concepts] if text not in named]
    return Groups([Concept(text) for text in rest], named)


def _members(group: Element, groups: dict[str, Element]) -> list[str]:
    """Ids of the variables of a group and of the groups within it."""
    found: list[str] = []
    seen: set[int] = set()
    waiting = [group]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen:
            seen.add(id(each))
            found += (attribute(each, "var") or "").split()
            waiting += [groups[name] for name in (attribute(each, "varGrp") or "").split() if name in groups]
    return found


def _names_instrument(concept: Element) -> bool:
    """Whether a concept is of a vocabulary of instruments."""
    return INSTRUMENT.search(attribute(concept, "vocab") or "") is not None
