"""What the asker is told about how a query was read."""

from __future__ import annotations

import msgspec

from reperio.query.match import Match
from reperio.query.model import Note, Query


def notes_on(query: Query, match: Match, total: int, *, encoder: bool) -> tuple[Note, ...]:
    """Say what was corrected, relaxed, found by meaning alone, left out or not found."""
    notes = []
    if match.corrected:
        notes.append(Note("corrected", f"Nothing has {query.text!r}; these are results for {match.corrected!r}.",
                          msgspec.structs.replace(query, text=match.corrected, page=1)))  # fmt: skip
    if match.needed:
        count = len(match.parsed.groups)
        some = "1 word" if match.needed == 1 else f"{match.needed} words"
        text = f"Few records have all {count} words; the others have at least {some}, or are near in meaning."
        if match.missing:
            text += f" Leaving out {' or '.join(f'“{word}”' for word in match.missing)} finds more."
        notes.append(Note("relaxed", text))
    elif query.text and match.near and not match.found:
        notes.append(Note("meaning_only", "No record has these words; these are near in meaning."))
    if not encoder and query.text and query.meaning:
        notes.append(Note("meaning_off", "No encoder is installed: this search is by words only."))
    if total == 0:
        notes.append(Note("nothing", "Nothing was found."))
    return tuple(notes)
