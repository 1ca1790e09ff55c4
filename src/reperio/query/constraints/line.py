"""The text in which constraints are sought: levelled, with what must not be read hidden and what was read marked.

Offsets in the levelled text are offsets in the text as typed: every character stands for one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from reperio.query.constraints.words import word_set
from reperio.text.characters import without_accents

HIDDEN = "\ufffc"
"""Stands for a character of words that are not to be read: of a title, a phrase in quotes, an exclusion."""

TAKEN = "\x1e"
"""Stands for a character of words that were read; whatever is beside them is at an edge."""

_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_BREAK = re.compile(rf"[,;:!?()\[\]{{}}/|{HIDDEN}{TAKEN}]|\.(?!\w)|(?<!\S)[-&+](?!\S)")
_EDGE_AFTER = re.compile(rf"\s*(?:$|[,;:!?()\[\]{{}}/|&{TAKEN}]|\.(?!\w)|-(?!\S))")
_NEAR = 90
JOINING = word_set(
    "of on in with for about from among amongst and or by that which who whose where when covering including using since before "
    "after until between at aged ages over under as during across within has have having is are was were not without"
)
"""Words that begin something else: what stands before them is complete."""

_NEGATIONS = word_set("not no non without excluding except neither nor never outside beyond other than unlike")


def levelled(text: str) -> str:
    """The text in lower case, without accents, with plain dashes, apostrophes and blanks; as long as it was."""
    return "".join(map(_level, text)) if not text.isascii() or not text.isprintable() else text.lower()


def _level(character: str) -> str:
    if character in "\u2018\u2019\u02bc\u00b4`":
        return "'"
    if unicodedata.category(character) == "Pd" or character == "\u2212":
        return "-"
    if character.isspace() or not (character.isprintable() and character != HIDDEN):
        return " "
    plain = without_accents(character).lower()
    return plain if len(plain) == 1 else character


@dataclass(slots=True)
class Line:
    """A text being read.

    Attributes:
        text: as typed.
        level: the same, levelled; what is hidden or taken is marked in it.
        plain: the same, levelled, without marks.
        read: the facet of what was read, by where that begins.
    """

    text: str
    level: str = field(init=False)
    plain: str = field(init=False)
    read: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.level = self.plain = levelled(self.text)

    def mark(self, start: int, end: int, marker: str) -> None:
        """Put a marker over a stretch."""
        self.level = self.level[:start] + marker * (end - start) + self.level[end:]

    def edge_after(self, end: int) -> bool:
        """Whether what ends here is followed by nothing that could belong to it."""
        return self.closed_after(end) or self.word_after(end) in JOINING

    def closed_after(self, end: int) -> bool:
        """Whether nothing, a mark of punctuation or something read follows."""
        return _EDGE_AFTER.match(self.level, end) is not None

    def word_after(self, end: int) -> str:
        """The next word, empty when a mark or nothing comes first."""
        return next(iter(self.words_after(end, 1)), "")

    def words_after(self, end: int, count: int) -> list[str]:
        """Up to so many words that follow, up to the next mark of punctuation."""
        rest = self.level[end : end + _NEAR]
        stop = _BREAK.search(rest)
        return _WORD.findall(rest[: stop.start()] if stop else rest)[:count]

    def words_before(self, start: int, count: int) -> list[str]:
        """Up to so many words that lead here, nearest first, back to the last mark of punctuation."""
        return self._last_words(self.level[max(0, start - _NEAR) : start], count)

    def words_behind(self, start: int, count: int) -> list[str]:
        """As `words_before`, as if what was already read did not stand between."""
        return self._last_words(self.level[max(0, start - _NEAR) : start].replace(TAKEN, " "), count)

    @staticmethod
    def _last_words(before: str, count: int) -> list[str]:
        for stop in _BREAK.finditer(before):
            before = " " * stop.end() + before[stop.end() :]
        return _WORD.findall(before)[: -count - 1 : -1]

    def word_before(self, start: int) -> str:
        """The word before, empty when a mark or nothing comes first."""
        return next(iter(self.words_before(start, 1)), "")

    def denied(self, start: int) -> bool:
        """Whether a negation stands among the three words before."""
        return not _NEGATIONS.isdisjoint(self.words_before(start, 3))

    def capitalised(self, at: int) -> bool:
        """Whether the character as typed is a capital."""
        return self.text[at : at + 1].isupper()
