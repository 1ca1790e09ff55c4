"""Characters: folding for comparison, Unicode form, and the spaces, dashes and invisibles of the world."""

from __future__ import annotations

import re
import unicodedata

# A canonical sort of thousands of combining marks takes quadratic time; Unicode's stream-safe form allows 30 in a run.
MARKS_MAX = 30
SAFE_LENGTH = 1000

_SPECIAL = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d",
        "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N",
    }
)  # fmt: skip
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u00ad]")
_BLANKS = re.compile(r"\s+")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u00b4`]")


def safe_marks(text: str) -> str:
    """Drop the combining marks beyond 30 in a row, which no script has and normalising chokes on."""
    if len(text) <= SAFE_LENGTH or text.isascii():
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MARKS_MAX:
            kept.append(character)
    return "".join(kept)


def composed(text: str) -> str:
    """The text in Unicode's form C."""
    return text if text.isascii() else unicodedata.normalize("NFC", safe_marks(text))


def without_accents(text: str) -> str:
    """The text with its letters stripped of accents, as far as Latin script goes; other scripts keep their letters."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", safe_marks(text))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_SPECIAL)


def straight(text: str) -> str:
    """The text with one kind of dash and apostrophe."""
    if text.isascii():
        return text
    return _APOSTROPHES.sub("'", _DASHES.sub("-", text))


def fold(text: str) -> str:
    """The key under which two spellings of a name meet: no case, accents, doubled blanks or typographic dashes."""
    return _BLANKS.sub(" ", without_accents(straight(text)).casefold()).strip()
