"""What the asker is told about how a query was read."""

from __future__ import annotations

import msgspec

from reperio.index.library import Index
from reperio.query.match import Match, corrected_text
from reperio.query.model import Note, Query
from reperio.query.understand import Asked

SAID = {
    "country": "country", "study_design": "study design", "age": "ages", "sex": "sex", "year": "years",
    "sample_size": "sample size", "waves": "number of waves", "variables": "number of variables", "access": "access",
    "language": "language", "genetic_data": "genetic data",
}  # fmt: skip
"""What conditions can be read from words about, for people."""

ALL_BUT = 0.995
"""Part of the texts with vectors from which nothing is said of the rest."""

Values = dict[str, str | int | tuple[str, ...]]


def notes_on(
    asked: Asked, match: Match, total: int, *, encoder: bool, index: Index, exact: bool = True
) -> tuple[Note, ...]:
    """Say what was corrected, relaxed, found by meaning alone, left out, estimated (unless `exact`) or not found."""
    notes = []
    query = asked.typed
    if match.corrected:
        notes += _correction(asked, match)
    if match.parts and match.needed and total:
        notes.append(_without_concept(match))
    elif match.needed and total:
        notes.append(_relaxed(match))
    elif query.text and match.near and not match.found:
        notes.append(_note("meaning_only", "No record has these words; these are near in meaning."))
    if match.unstated and total:
        notes.append(_unstated(match))
    if index.away and (query.text or query.like) and query.meaning:
        notes.append(_note("meaning_away", "This search is by words only: search by meaning does not answer now."))
    elif not encoder and query.text and query.meaning:
        notes.append(
            _note(
                "meaning_off",
                "This search is by words only: no encoder is in use, or its vectors are still to be made.",
            )
        )
    elif match.vector is not None and index.covered < ALL_BUT:
        percent: Values = {"percent": str(int(100 * index.covered))}
        notes.append(
            _note("meaning_partial", "Search by meaning covers %(percent)s percent of the texts so far.", percent)
        )
    return (*notes, *_on_counts(total, exact=exact))


def _on_counts(total: int, *, exact: bool) -> list[Note]:
    if total == 0:
        return [_note("nothing", "Nothing was found.")]
    return [] if exact else [_note("estimated", "The numbers beside the filters are estimates.")]


def N_(form: str) -> str:  # noqa: N802 - gettext's own name for it, which extraction looks for
    """Mark a form for translators."""
    return form


def _note(code: str, form: str, values: Values | None = None, query: Query | None = None) -> Note:
    """A note; its form is a constant where this is called, so that translators find it."""
    said = {
        name: " or ".join(f"“{one}”" for one in value) if isinstance(value, tuple) else value
        for name, value in (values or {}).items()
    }
    return Note(code, form % said, query, form, values or {})


def _correction(asked: Asked, match: Match) -> list[Note]:
    text = corrected_text(asked.typed.text, match.corrections)
    values: Values = {"typed": repr(asked.query.text), "corrected": repr(match.corrected)}
    query = msgspec.structs.replace(asked.typed, text=text, page=1)
    if not match.as_typed:
        return [_note("corrected", "Nothing has %(typed)s; these are results for %(corrected)s.", values, query)]
    left = tuple(dict.fromkeys((*asked.typed.plain, *(wrong.casefold() for wrong, _ in match.corrections))))
    literal = msgspec.structs.replace(asked.typed, plain=left, page=1)
    values["count"] = match.as_typed
    return [
        _note("corrected", "Hardly anything has %(typed)s; these are results for %(corrected)s.", values, query),
        _note("as_typed", "Records that have it as typed: %(count)s.", values, literal),
    ]


def _unstated(match: Match) -> Note:
    facets = {facet for facets in match.unstated.values() for facet in facets}
    values: Values = {"count": match.stated, "facets": ", ".join(SAID[facet] for facet in SAID if facet in facets)}
    if not match.stated:
        form = N_("No record states all of this; these match, but do not state: %(facets)s.")
    elif match.stated == 1:
        form = N_("1 record states all of this; the following match, but do not state: %(facets)s.")
    else:
        form = N_("%(count)s records state all of this; the following match, but do not state: %(facets)s.")
    return _note("unstated", form, values)


def _without_concept(match: Match) -> Note:
    parts = [f"“{part.parsed.text}”" for part in match.parts]
    if match.count:
        values: Values = {"listed": ", ".join(parts), "needed": match.needed}
        return _note("concepts", "Few records have evidence of all of %(listed)s; the others have %(needed)s.", values)
    if len(parts) == 2:
        both: Values = {"first": parts[0], "second": parts[1]}
        return _note(
            "concepts", "No record has evidence of both %(first)s and %(second)s; these have one of them.", both
        )
    values = {"count": len(parts), "listed": ", ".join(parts), "needed": match.needed}
    return _note("concepts", "No record has evidence of all %(count)s (%(listed)s); these have %(needed)s.", values)


def _relaxed(match: Match) -> Note:
    values: Values = {"count": len(match.parsed.groups), "needed": match.needed}
    if match.missing:
        values["missing"] = tuple(match.missing)
    if match.count:
        return _few(values)
    if match.needed == 1 and match.missing:
        form = N_(
            "No record has all %(count)s words; these have at least 1 word, without %(missing)s, or are near in meaning."
        )
    elif match.missing:
        form = N_(
            "No record has all %(count)s words; these have at least %(needed)s words, without %(missing)s, or are near in meaning."
        )
    elif match.needed == 1:
        form = N_("No record has all %(count)s words; these have at least 1 word, or are near in meaning.")
    else:
        form = N_("No record has all %(count)s words; these have at least %(needed)s words, or are near in meaning.")
    return _note("relaxed", form, values)


def _few(values: Values) -> Note:
    if values["needed"] == 1 and "missing" in values:
        form = N_(
            "Few records have all %(count)s words; the others have at least 1 word, or are near in meaning. "
            "Leaving out %(missing)s finds more."
        )
    elif "missing" in values:
        form = N_(
            "Few records have all %(count)s words; the others have at least %(needed)s words, or are near in meaning. "
            "Leaving out %(missing)s finds more."
        )
    elif values["needed"] == 1:
        form = N_("Few records have all %(count)s words; the others have at least 1 word, or are near in meaning.")
    else:
        form = N_(
            "Few records have all %(count)s words; the others have at least %(needed)s words, or are near in meaning."
        )
    return _note("relaxed", form, values)
