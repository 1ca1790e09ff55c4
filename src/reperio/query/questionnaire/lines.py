"""Items of a questionnaire from lines of text: numbers, bullets, stems, response options and page furniture told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from reperio.query.questionnaire.model import ITEM_CHARS, ITEMS_MAX, Asked, Questionnaire
from reperio.text.characters import fold

LINES_MAX: Final = 5_000
_NUMBER: Final = re.compile(
    r"^\s*(?:(?:q(?:uestion)?|item)\s*\.?\s*)?[(\[]?(\d{1,3}(?:\.\d{1,2})?\s?[a-z]?|[a-z]|[ivx]{1,4})[.):\]]+\s+(?=\S)"
    r"|^\s*(?:q|item\s)(\d{1,3}[a-z]?)\s*[.):\-]?\s+(?=\S)|^\s*(\d{1,3})\s+(?=[^\W\d_]{2,}|[\"'“])",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"^\s*[-–—•●○▪■□☐◦*·]+\s+")
_TAIL: Final = re.compile(r"(?:\s*[□☐○●◯]\s*|(?:\s+\d\b){2,}|[._…]{3,}|\s*\[\s*\]\s*)+\s*$")
_FURNITURE: Final = re.compile(
    r"^(?:page\s*\d+(?:\s*(?:of|/)\s*\d+)?|\d+\s*(?:/|of)\s*\d+|-?\s*\d{1,3}\s*-?|©.*|copyright\b.*|https?://\S+|www\.\S+|"
    r"(?:name|date|participant(?: id)?|signature|today'?s date|date of birth|for office use.*|total(?: score)?)\s*[:._…\s]*|"
    r"(?:office use|scoring)\b.*|thank you\b.*|please (?:turn|continue)\b.*)$",
    re.IGNORECASE,
)
_OPTION: Final = re.compile(
    r"^(?:[(\[]?\d{1,2}[\])=.:]?\s*[-=]?\s*)?(?:not at all(?: true)?|never|rarely|seldom|sometimes|occasionally|often|always|usually|"
    r"very often|nearly every day|several days|more than half the days|all of the time|most of the time|some of the time|"
    r"a little of the time|none of the time|a little|a bit|quite a bit|moderately|extremely|a lot|yes|no|true|false|"
    r"don'?t know|refused|prefer not to (?:say|answer)|not applicable|n/?a|not true|somewhat true|certainly true|very true|"
    r"strongly agree|agree|neither agree nor disagree|neutral|disagree|strongly disagree|excellent|very good|good|fair|poor|"
    r"male|female|other|no more than usual|rather more than usual|much more than usual|better than usual|same as usual|"
    r"less than usual|much less than usual)[\s.,;/|□☐○]*$",
    re.IGNORECASE,
)
_MANY_OPTIONS: Final = re.compile(r"\s{2,}|\t+|\s*[|/;]\s*|\s*□\s*|\s*☐\s*|,\s+")
_STEM: Final = re.compile(
    r"(?::\s*$|(?:…|\.{3})\s*$)|^(?:over|during|in|for|within) the (?:last|past)\b|"
    r"^how (?:often|much|true|well)\b.*(?:bothered|following|these)|"
    r"^(?:please|the following|the next|below|listed below|here (?:is|are)|these questions|this questionnaire|instructions?\b|for each\b|"
    r"indicate\b|tick\b|circle\b|read each\b|to what extent\b.*(?:following|statements))",
    re.IGNORECASE,
)
_LEADS: Final = re.compile(r"\b(?:following|these|below|statements?|each of)\b", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")


def read_lines(lines: Iterable[str], form: str = "text") -> Questionnaire:
    """The items among some lines.

    When most lines that could be items bear numbers, those without continue the one before, or are headers; otherwise each
    line is an item. Stems go with the items below them; response options with the item above.
    """
    clean = [line for raw in _first(lines) if (line := raw.replace("\x00", "").strip())]
    kept = [line for line in clean if not _FURNITURE.match(line)]
    numbered = sum(bool(_NUMBER.match(line)) for line in kept)
    reader = _Reader(by_number=numbered >= 2 and numbered * 4 >= len([line for line in kept if not _options(line)]))
    for line in kept:
        reader.take(line)
    return gather(reader.items, form)


def gather(items: Sequence[Asked], form: str, reader: str = "plain") -> Questionnaire:
    """A questionnaire of items: what is no wording left out, each once, not too many."""
    unique: dict[str, Asked] = {}
    for item in items:
        if len(_LETTERS.findall(item.text)) >= 1 and len(item.text) >= 3:
            unique.setdefault(fold(item.text).rstrip(" .?:"), item)
    found = tuple(unique.values())
    return Questionnaire(items=found[:ITEMS_MAX], form=form, reader=reader, left_off=max(0, len(found) - ITEMS_MAX))


def _first(lines: Iterable[str]) -> Iterable[str]:
    for number, line in enumerate(lines):
        if number >= LINES_MAX:
            return
        yield line[: ITEM_CHARS * 4]


class _Reader:
    """Takes line by line."""

    def __init__(self, *, by_number: bool) -> None:
        self._by_number = by_number
        self._stem = ""
        self._is_open = False
        self.items: list[Asked] = []

    def take(self, line: str) -> None:
        """Read one line."""
        found = _NUMBER.match(line)
        number = next((part for part in found.groups() if part), "") if found else ""
        options = _options(line)
        rest = " ".join(_TAIL.sub("", _BULLET.sub("", line[found.end() :] if found else line)).split())
        if options and not (found and len(options) == 1 and not _OPTION.match(rest)):
            self._add_options(options)
        elif not found and _is_stem(line):
            self._stem, self._is_open = rest.rstrip(" :.…"), False
        elif found or not self._by_number:
            self.items.append(Asked(rest[:ITEM_CHARS], number, self._stem))
            self._is_open = True
        elif self._is_open and (rest[:1].islower() or not self.items[-1].text.endswith((".", "?", "!"))):
            last = self.items[-1]
            self.items[-1] = Asked(f"{last.text} {rest}"[:ITEM_CHARS], last.number, last.stem, last.options)
        else:
            self._is_open = False

    def _add_options(self, options: list[str]) -> None:
        self._is_open = False
        if self.items:
            last = self.items[-1]
            held = tuple(dict.fromkeys((*last.options, *options)))[:20]
            self.items[-1] = Asked(last.text, last.number, last.stem, held)


def _is_stem(line: str) -> bool:
    """Whether a line leads to the items below it, or instructs, and is no question of its own."""
    return bool(_STEM.search(line)) and (not line.endswith("?") or bool(_LEADS.search(line)))


def _options(line: str) -> list[str]:
    """The response options that a line consists of; empty when it is something else."""
    parts = [part.strip() for part in _MANY_OPTIONS.split(line) if part.strip()]
    return parts if parts and all(_OPTION.match(part) for part in parts) else []
