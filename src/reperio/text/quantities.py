"""Whole numbers as people write them: grouped by thousands, with `million`, or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

COUNT_MAX = 10**11
_TIMES = {
    "k": 10**3, "thousand": 10**3, "duizend": 10**3, "tausend": 10**3, "mille": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6,
    "millions": 10**6, "miljoen": 10**6, "millionen": 10**6, "bn": 10**9, "billion": 10**9,
}  # fmt: skip
# Groups of three after a comma, point, apostrophe or (thin) space; a number never begins inside a word or after "GHQ-".
_NUMBER = re.compile(
    r"(?<![\w.,])(?<![A-Za-z][-/])(?P<number>\d{1,3}(?:(?P<group>[,.' "
    r"\u00a0\u2009\u202f])\d{3})(?:(?P=group)\d{3}){0,3}(?![\d])|\d{1,12}(?:[.,]\d{1,6})?)"
    r"(?![\d])(?:\s?(?P<times>thousand|millions?|billion|duizend|miljoen|millionen|tausend|bn|mn|k|m)\b)?",
    re.IGNORECASE,
)
_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS: dict[str, int] = {word: n for n, word in enumerate(_UNITS)} | {
    ten if not unit else f"{ten}-{_UNITS[unit]}": 10 * (i + 2) + unit
    for i, ten in enumerate(_TENS)
    for unit in range(10)
}
_WORD = re.compile(rf"\b(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b", re.IGNORECASE)


class Quantity(NamedTuple):
    """A number found in a text: its value, where it stands, and whether it was written grouped or multiplied."""

    value: float
    start: int
    end: int
    marked: bool


def find_quantities(text: str) -> Iterator[Quantity]:
    """Find the numbers in a text, in order: `1.2 million` is 1200000, `17 415` is 17415, `10.5` is 10.5."""
    for match in _NUMBER.finditer(text):
        digits, times = match["number"], match["times"]
        grouped = match["group"] is not None
        if grouped and match["group"] in ".," and times:  # 1.234 million
            grouped = False
        value = float(re.sub(r"[^\d]", "", digits)) if grouped else float(digits.replace(",", "."))
        if times:
            value *= _TIMES[times.lower()]
        if value <= COUNT_MAX:
            yield Quantity(round(value, 6), match.start(), match.end(), grouped or bool(times))


def words_to_digits(text: str) -> str:
    """The text with the English words for 0 to 99 as digits (`sixteen` is `16`)."""
    return _WORD.sub(lambda match: str(WORDS[match.group().lower()]), text)
