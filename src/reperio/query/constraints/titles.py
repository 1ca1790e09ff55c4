"""Hides names of studies, in which every word belongs to the name: `1970 British Cohort Study`, `swedish twin registry`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from reperio.query.constraints.gazette import PEOPLES, PEOPLES_APART, REGIONS, countries
from reperio.query.constraints.line import HIDDEN, Line
from reperio.query.constraints.model import Chip
from reperio.query.constraints.words import PEOPLE, word_set
from reperio.text.characters import fold

TITLE_WORDS_MAX = 14
_HEADS = word_set(
    "study survey panel cohort register registry census biobank archive programme program project poll barometer index inventory "
    "scale questionnaire database monitor service institute"
)
_JOINERS = word_set("of and in on the for & to at with a an")
_TOKEN = re.compile(r"[^\s,;:()\[\]\"|]+")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_SET = re.compile(
    r"\b(?:growing up|born|made|life|living) in (?:the )?[^\W\d_]+"
    r"|(?<![\w-])(?:1[89]|20)\d\d (?:[a-z]+ )?(?:birth )?cohort\b(?: (?:study|members))?"
)


def title_key(text: str) -> str:
    """The form in which titles are compared: words folded, one blank between, no punctuation around them."""
    return " ".join(_WORD.findall(fold(text)))


def hide_names(line: Line) -> None:
    """Hide what reads as the name of one study, by its capitals or by its form."""
    for pattern in (_SET, _formed()):
        for match in pattern.finditer(line.level):
            if not _only_birth_cohort(match):
                line.mark(*match.span(), HIDDEN)
    if any(map(str.islower, line.text)):
        for start, end in _capitalised(line.text):
            line.mark(start, end, HIDDEN)


@cache
def _formed() -> re.Pattern[str]:
    """A country or its adjective, up to six words that are not people, and what one study is called."""
    adjectives = "|".join(
        sorted([*PEOPLES, *PEOPLES_APART, "english", "scottish", "welsh", "northern irish"], key=len)[::-1]
    )
    names = "|".join(sorted([*countries(), *REGIONS, "us"], key=len)[::-1])
    apart = "|".join(sorted(PEOPLE | _JOINERS - {"and"} | {"from", "aged", "data"}))
    word = rf"(?:(?!(?:{apart})\b)[a-z][a-z'-]* )"
    designs = r"(?:(?:birth|twin|longitudinal|prospective|retrospective|cohort|panel) )"
    one = r"(?:study|survey|panel|cohort)"
    register = r"(?:register|registry|census|biobank|barometer|database|archive)"
    return re.compile(
        rf"(?<![\w'-])(?:(?:{adjectives}) (?:(?:and )?{word}){{0,6}}?(?:{one}|{register})(?![\w-]| (?:studies|surveys)\b)"
        rf"|(?:{names}) (?:(?!{designs}*{one}\b)(?:(?:and )?{word}){{1,6}}?{one}|(?:{word}){{0,3}}?{register})(?![\w-]))"
        r"(?: of [a-z]+)?"
    )


def _only_birth_cohort(match: re.Match[str]) -> bool:
    """`norwegian birth cohort` says what is sought; a study of that name has capitals, or is known to the caller."""
    return match.group().endswith(" birth cohort") and match.group().count(" ") == 2 and not match.group()[0].isdigit()


def _capitalised(text: str) -> list[tuple[int, int]]:
    """Runs of words with capitals, small words between them, in which one is what a study is called."""
    found: list[tuple[int, int]] = []
    run: list[re.Match[str]] = []
    headed = False
    last_end = 0
    for token in _TOKEN.finditer(text):
        if text[last_end : token.start()].strip() or not _goes_on(token.group(), begun=bool(run), headed=headed):
            found += _named(run, headed=headed)
            run, headed = [], False
        last_end = token.end()
        if _goes_on(token.group(), begun=bool(run), headed=headed):
            run.append(token)
            headed = headed or (_capital(token.group()) and fold(token.group()).strip(".'") in _HEADS)
    return found + _named(run, headed=headed)


def _capital(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()


def _goes_on(word: str, *, begun: bool, headed: bool) -> bool:
    """Whether a word can belong to a run: behind what a study is called, neither figures nor where it was made."""
    if _capital(word):
        return not (headed and word[0].isdigit())
    return begun and word in _JOINERS and not (headed and word in {"in", "with"})


def _named(run: list[re.Match[str]], *, headed: bool) -> list[tuple[int, int]]:
    while run and run[-1].group() in _JOINERS:
        run.pop()
    return [(run[0].start(), run[-1].end())] if headed and len(run) > 1 else []


def inside_title(text: str, chip: Chip, titles: Callable[[str], bool]) -> bool:
    """Whether a known title of more words than the chip's contains them."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    inside = [place for place, (start, end) in enumerate(words) if start < chip.end and chip.start < end]
    if not inside:
        return False
    first, last = inside[0], inside[-1]
    for start in range(max(0, last - TITLE_WORDS_MAX + 1), first + 1):
        for end in range(last, min(len(words), start + TITLE_WORDS_MAX)):
            if end - start > last - first and titles(title_key(text[words[start][0] : words[end][1]])):
                return True
    return False
