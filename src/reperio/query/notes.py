"""What the asker is told about how a query was read."""

from __future__ import annotations

import msgspec

from reperio.query.match import Match, corrected_text
from reperio.query.model import Note
from reperio.query.understand import Asked


def notes_on(asked: Asked, match: Match, total: int, *, encoder: bool) -> tuple[Note, ...]:
    """Say what was corrected, relaxed, found by meaning alone, left out or not found."""
    notes = []
    query = asked.typed
    if match.corrected:
        text = corrected_text(query.text, match.corrections)
        notes.append(Note("corrected", f"Nothing has {asked.query.text!r}; these are results for {match.corrected!r}.",
                          msgspec.structs.replace(query, text=text, page=1)))  # fmt: skip
    if match.parts and match.needed and total:
        notes.append(Note("concepts", _without_concept(match)))
    elif match.needed and total:
        notes.append(Note("relaxed", _relaxed(match)))
    elif query.text and match.near and not match.found:
        notes.append(Note("meaning_only", "No record has these words; these are near in meaning."))
    if not encoder and query.text and query.meaning:
        notes.append(Note("meaning_off", "No encoder is installed: this search is by words only."))
    if total == 0:
        notes.append(Note("nothing", "Nothing was found."))
    return tuple(notes)


def _without_concept(match: Match) -> str:
    parts = [f"“{part.parsed.text}”" for part in match.parts]
    if len(parts) == 2:
        return f"No record has evidence of both {parts[0]} and {parts[1]}; these have one of them."
    return f"No record has evidence of all {len(parts)} ({', '.join(parts)}); these have {match.needed}."


def _relaxed(match: Match) -> str:
    groups = len(match.parsed.groups)
    some = "1 word" if match.needed == 1 else f"{match.needed} words"
    missing = " or ".join(f"“{word}”" for word in match.missing)
    if not match.count:
        without = f", without {missing}" if missing else ""
        return f"No record has all {groups} words; these have at least {some}{without}, or are near in meaning."
    text = f"Few records have all {groups} words; the others have at least {some}, or are near in meaning."
    return f"{text} Leaving out {missing} finds more." if missing else text
