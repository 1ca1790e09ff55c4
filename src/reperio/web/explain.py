"""Why a result is there, in a sentence, and what each reason counted."""

from __future__ import annotations

from collections.abc import Sequence

from reperio.query.model import Reason
from reperio.web.language import N_, Names, plural
from reperio.web.language import gettext as _

FIELD_NAMES = Names({
    "title": N_("title"), "alternate": N_("other titles"), "abstract": N_("description"), "keyword": N_("keywords"),
    "instrument": N_("instruments"), "place": N_("places"), "people": N_("people"), "design": N_("design"),
    "population": N_("population"), "identifier": N_("identifiers"), "publication": N_("publications"), "children": N_("datasets"),
    "contents": N_("variables"), "name": N_("variable name"), "label": N_("label"), "question": N_("question"),
    "preamble": N_("introduction"), "category": N_("response options"), "concept": N_("concepts"),
})  # fmt: skip
LIKE_NAMES = Names({
    "country": N_("same country"), "study_design": N_("same design"), "topic": N_("same topics"), "keyword": N_("same keywords"),
    "instrument": N_("same instruments"), "age": N_("same ages"), "variables": N_("asks the same"), "source": N_("same catalogue"),
})  # fmt: skip
OUTRIGHT = Names({
    "together": N_("the words stand together"), "title": N_("this is its title"), "identifier": N_("this is its identifier"),
})  # fmt: skip
VIA = Names({"correction": N_(" (spelling corrected)"), "synonym": N_(" (synonym)")})
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
    words = ", ".join(_("“%(word)s”") % {"word": word} for word in reason.words[:WORDS_MOST])
    field = field_name(reason.field)
    match reason.kind:
        case "words":
            place = _("in %(field)s") % {"field": field} if field else ""
            return " ".join(part for part in (words or _("words match"), place) if part) + VIA.get(reason.via, "")
        case "together" | "title" | "identifier":
            return OUTRIGHT[reason.kind]
        case "meaning":
            return _("similar in meaning to %(words)s") % {"words": words} if words else _("similar in meaning")
        case "variable":
            return _say_variables(reason, words)
        case "dataset":
            return _("its datasets name %(words)s") % {"words": words} if words else _("its datasets match")
        case "constraint":
            return _("it meets %(words)s") % {"words": words}
        case "like":
            name = LIKE_NAMES.get(reason.field, reason.field)
            if reason.count:
                return _("asks %(questions)s of the same") % {
                    "questions": plural(reason.count, "question", "questions")
                }
            return f"{name}: {', '.join(reason.words[:WORDS_MOST])}" if reason.words else name


def _say_variables(reason: Reason, words: str) -> str:
    said = _("its variables ask about %(words)s") % {"words": words} if words else _("its variables match")
    if reason.count > 1:
        many = {"variables": plural(reason.count, "variable", "variables"), "words": words}
        said = _("%(variables)s with %(words)s") % many if words else _("%(variables)s match") % many
    if reason.waves:
        said += " " + _("(in %(waves)s)") % {"waves": ", ".join(reason.waves[:WAVES_MOST])}
    return said + VIA.get(reason.via, "")
