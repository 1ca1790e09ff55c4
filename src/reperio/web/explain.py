"""Why a result is there, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from reperio.query.model import Reason

FIELD_NAMES = {
    "title": "title", "alternate": "other titles", "abstract": "description", "keyword": "keywords",
    "instrument": "instruments", "place": "places", "people": "people", "design": "design",
    "population": "population", "identifier": "identifiers", "publication": "publications", "children": "datasets",
    "contents": "variables", "name": "variable name", "label": "label", "question": "question",
    "preamble": "introduction", "category": "response options", "concept": "concepts",
}  # fmt: skip
MOST = 3


def explain(reasons: Sequence[Reason]) -> str:
    """The strongest reasons as one sentence without its full stop, each said once."""
    said = dict.fromkeys(filter(None, map(_say, reasons)))
    sentence = "; ".join(list(said)[:MOST])
    return sentence[:1].upper() + sentence[1:]


def _say(reason: Reason) -> str:
    words = ", ".join(f"“{word}”" for word in reason.words[:4])
    field = FIELD_NAMES.get(reason.field, reason.field)
    match reason.kind:
        case "words":
            return " ".join(part for part in (words or "words match", f"in {field}" if field else "") if part)
        case "title":
            return "this is its title"
        case "identifier":
            return "this is its identifier"
        case "meaning":
            return "similar in meaning"
        case "variable":
            return f"its variables ask about {words}" if words else "its variables match"
        case "dataset":
            return f"its datasets name {words}" if words else "its datasets match"
