"""Why a result is there, in a sentence, and what each reason counted."""

from __future__ import annotations

from collections.abc import Sequence

from reperio.query.model import Reason
from reperio.web.words import plural

FIELD_NAMES = {
    "title": "title", "alternate": "other titles", "abstract": "description", "keyword": "keywords",
    "instrument": "instruments", "place": "places", "people": "people", "design": "design",
    "population": "population", "identifier": "identifiers", "publication": "publications", "children": "datasets",
    "contents": "variables", "name": "variable name", "label": "label", "question": "question",
    "preamble": "introduction", "category": "response options", "concept": "concepts",
}  # fmt: skip
LIKE_NAMES = {
    "country": "same country", "study_design": "same design", "topic": "same topics", "keyword": "same keywords",
    "instrument": "same instruments", "age": "same ages", "variables": "asks the same", "source": "same catalogue",
}  # fmt: skip
OUTRIGHT = {
    "together": "the words stand together", "title": "this is its title", "identifier": "this is its identifier",
}  # fmt: skip
VIA = {"correction": " (spelling corrected)", "synonym": " (synonym)"}
MOST = 3
WORDS_MOST = 4
WAVES_MOST = 3


def explain(reasons: Sequence[Reason]) -> str:
    """The strongest reasons as one sentence without its full stop, each said once."""
    said = dict.fromkeys(filter(None, map(_say, reasons)))
    sentence = "; ".join(list(said)[:MOST])
    return sentence[:1].upper() + sentence[1:]


def field_name(field: str) -> str:
    """A text field for people."""
    return FIELD_NAMES.get(field, field)


def shares(reasons: Sequence[Reason]) -> list[tuple[str, int]]:
    """What each reason counted, in per cent of the score; empty where nothing was scored."""
    scored = [(said, reason.weight) for reason in reasons if reason.weight > 0 and (said := _say(reason))]
    if any(reason.kind in {"title", "identifier"} for reason in reasons):
        scored = [(said, weight) for said, weight in scored if weight < 1]
    whole = sum(weight for _, weight in scored)
    return [(said[:1].upper() + said[1:], round(100 * weight / whole)) for said, weight in scored] if whole else []


def _say(reason: Reason) -> str:
    words = ", ".join(f"“{word}”" for word in reason.words[:WORDS_MOST])
    field = field_name(reason.field)
    match reason.kind:
        case "words":
            place = f"in {field}" if field else ""
            return " ".join(part for part in (words or "words match", place) if part) + VIA.get(reason.via, "")
        case "together" | "title" | "identifier":
            return OUTRIGHT[reason.kind]
        case "meaning":
            return f"similar in meaning to {words}" if words else "similar in meaning"
        case "variable":
            return _say_variables(reason, words)
        case "dataset":
            return f"its datasets name {words}" if words else "its datasets match"
        case "constraint":
            return f"it meets {words}"
        case "like":
            name = LIKE_NAMES.get(reason.field, reason.field)
            if reason.count:
                return f"asks {plural(reason.count, 'question')} of the same"
            return f"{name}: {', '.join(reason.words[:WORDS_MOST])}" if reason.words else name


def _say_variables(reason: Reason, words: str) -> str:
    said = f"its variables ask about {words}" if words else "its variables match"
    if reason.count > 1:
        said = f"{plural(reason.count, 'variable')} {f'with {words}' if words else 'match'}"
    if reason.waves:
        said += f" (in {', '.join(reason.waves[:WAVES_MOST])})"
    return said + VIA.get(reason.via, "")
