"""Titles taken apart: the words that name the thing, and what marks one wave, year, edition or part of it.

`1970 British Cohort Study: Age 16, Sweep 4, 1986: Special Licence Access (BCS70)` gives the words `british cohort
study`, the numbers `age 16` and `wave 4`, the years 1970 and 1986, the edition `special licence` and the acronym
`bcs70`. Two titles of one study may differ in their words; two that differ in a number, a year or an edition are not
the same thing.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from reperio.corpus.words import DECADES, LABELS, MONTHS, NUMBER_WORDS, PERIODS, ROMAN, STOP, STUDY_WORDS, stem
from reperio.text.characters import fold

TITLE_MAX = 400
MAY = "5"
ACRONYM_MAX = 14

_EDITIONS = (
    ("special licence", r"special licen[cs]e(?: access)?"),
    ("secure access", r"secure (?:access|data service|lab)(?: version)?"),
    ("teaching", r"teaching (?:data ?set|sample|file|version|pack)|unrestricted access teaching data ?set"),
    ("open access", r"open access(?: (?:teaching )?data ?set| version)?"),
    ("public use", r"public[- ]use(?: (?:version|files?|sample|microdata))?"),
    ("scientific use", r"scientific[- ]use files?"),
    ("restricted", r"restricted(?:[- ]use)?(?: access)?(?: (?:version|data|files?))?"),
    ("general release", r"general release"),
    ("end user licence", r"end user licen[cs]e(?: version)?|\beul\b|safeguarded(?: access| version)?"),
    ("remote access", r"remote access|controlled (?:access|data)"),
    ("boost", r"(?:ethnic minority |immigrant and ethnic minority |child )?boost(?: sample)?|booster sample"),
    ("pilot", r"pilot(?: study| survey| data)?|dress rehearsal"),
    ("synthetic", r"synthetic(?: data)?|dummy data"),
    ("replication", r"replication (?:data|package|materials?|files?)(?: for)?|reproduction (?:data|materials?)"),
    ("trend", r"trend files?|cumulati(?:on|ve)(?: files?)?|harmoni[sz]ed|integrated (?:data|values)|longitudinal file"),
    ("covid", r"covid(?:[- ]?19)?|coronavirus"),
    ("pseudonymised", r"simulated|test (?:data|record)|do not use"),
)
DEFAULT_EDITIONS = frozenset({"public use", "scientific use", "general release", "end user licence"})
"""Editions that a catalogue may leave unsaid: what everybody gets."""
_EDITION = re.compile("|".join(f"(?P<e{at}>\\b(?:{pattern})\\b)" for at, (_, pattern) in enumerate(_EDITIONS)))
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,200})[)\]]")
_YEARS = re.compile(
    r"(?<![\d.])(1[4-9]\d\d|20\d\d)(?:\s?(?:-|/|to|tot|bis|until|–)\s?(1[4-9]\d\d|20\d\d|\d\d(?![\d-])))?(?![\d.]?\d)"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:[.,]\d+)*[a-z]?(?![a-z])|\d+")
_ACRONYM = re.compile(r"[^\W_]{0,3}[A-Z][^\W_]*(?:[-:/&][^\W_]+)*")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th|e|\.)(?= (?:wave|sweep|round|follow|edition|release|kierros|runde|golf))")
_DATASET = re.compile(r"\bdata[- ]sets?\b")
_DECADE = re.compile(r"(?<![\d.])'?(?:1[6-9]|20)?(\d0)'?s\b")
_HYPHENED = re.compile(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)+")
_CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?![\w-])")
_FOLLOW_UP = re.compile(r"\bfollow[- ]ups?\b")
_ENDS = re.compile(r"\s*(?:$|[:,;\[(-])")
_FILE = re.compile(r"\S*[_\d]\S*(?:\.\w{1,5})?|\S+\.(?:dta|sav|csv|tab|dat|txt|xlsx?|zip)", re.IGNORECASE)


class Name(msgspec.Struct, frozen=True, omit_defaults=True):
    """A title taken apart.

    Attributes:
        text: the title, cut to 400 characters.
        words: words that name it, in order, without stop words.
        numbers: numbers in it, with what they count: `wave 4`, `release 20`, `age 16`, bare `2`.
        years: years in it, first and last of a range.
        editions: editions, licences and samples in it.
        acronyms: acronyms given in brackets, or that it consists of; folded.
        base: number of words before the first colon, 0 when there is none.
    """

    text: str
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    editions: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    base: int = 0


@lru_cache(maxsize=4096)
def read_name(raw: str) -> Name:
    """Take a title apart."""
    text = raw.strip()[:TITLE_MAX]
    outside, acronyms = _take_acronyms(text)
    if is_acronym(outside):
        acronyms.append(fold_acronym(outside))
    outside, spelt = _drop_spelt_out(outside)
    acronyms += spelt
    folded = fold(_with_digits(outside)).replace("&", " and ").replace("_", " ")
    folded = _DATASET.sub("dataset", _DECADE.sub(lambda match: f" {DECADES[match[1]]} ", folded))
    folded = _FOLLOW_UP.sub("followup", _ORDINAL.sub(r"\1", folded))
    folded, editions = _take_editions(folded)
    folded, years = _take_years(folded)
    head, colon, _ = folded.replace(" - ", ": ").partition(":")
    words, numbers = _sort_tokens(folded)
    return Name(
        text=text, words=tuple(words), numbers=tuple(sorted(set(numbers))), years=tuple(sorted(set(years))),
        editions=tuple(sorted(editions)), acronyms=tuple(dict.fromkeys(acronyms)),
        base=len(_sort_tokens(head)[0]) if colon else 0,
    )  # fmt: skip


def is_acronym(raw: str) -> bool:
    """Whether a whole title is an acronym: one word with capitals inside, as ALSPAC, BiB, GS:SFHS or NFBC1966."""
    text = raw.strip()
    if not 2 <= len(text) <= ACRONYM_MAX or not _ACRONYM.fullmatch(text) or "_" in text or _HYPHENED.fullmatch(text):
        return False
    return sum(character.isupper() for character in text[1:]) >= 1 or text.isupper()


def fold_acronym(raw: str) -> str:
    """An acronym without case, hyphens and the like."""
    return re.sub(r"[^a-z0-9]", "", fold(raw))


def is_file_name(raw: str) -> bool:
    """Whether a title is the name of a file: `6849_g_timediary_ip`, `f_2b.dta`."""
    text = raw.strip()
    return " " not in text and bool(_FILE.fullmatch(text)) and not is_acronym(text)


def initials(name: Name) -> tuple[str, ...]:
    """Acronyms that people may make of a title's words; none of fewer than three letters."""
    with_small = re.findall(r"[^\W\d_]+", fold(_BRACKETS.sub(" ", name.text)).partition(":")[0])
    base = name.words[: name.base] if name.base else name.words
    found = ("".join(word[0] for word in base), "".join(word[0] for word in with_small))
    return tuple(dict.fromkeys(made for made in found if 3 <= len(made) <= ACRONYM_MAX))


def spells(acronym: str, text: str) -> bool:
    """Whether an acronym takes its letters, in order, from the beginnings of a text's words, the first from the first.

    Digits do not count, and it may leave out words, two besides the small ones: `ALSPAC`, `BCS70`, `UKREACH`.
    """
    letters = re.sub(r"\d", "", acronym)
    words = re.findall(r"[^\W\d_]+", fold(text))
    if len(letters) < 3 or not words or words[0][0] != letters[0]:
        return False
    found = 0
    for word in words:
        found += found < len(letters) and word[0] == letters[found]
    return found == len(letters) and sum(word not in STOP for word in words) <= len(letters) + 2


def plain_title(text: str) -> str:
    """A title without what stands in brackets."""
    return _BRACKETS.sub(" ", text)


def edition_words(text: str) -> tuple[str, ...]:
    """The words of a title that are taken for an edition."""
    return tuple(match[0] for match in _EDITION.finditer(fold(text)))


def _take_acronyms(text: str) -> tuple[str, list[str]]:
    found: list[str] = []

    def replace(match: re.Match[str]) -> str:
        inside = match[1].strip()
        if is_acronym(inside) and not inside[:1].isdigit():
            if _ENDS.match(text, match.end()):
                found.append(fold_acronym(inside))
                return " "
            return f" {inside} "
        return f": {inside} " if _names_a_study(inside) else f" {inside} "

    return _BRACKETS.sub(replace, text).strip(), found


def _names_a_study(phrase: str) -> bool:
    """Whether what stands in brackets is another name: `Next Steps (Longitudinal Study of Young People in England)`."""
    words = [stem(word) for word in _TOKEN.findall(fold(phrase)) if word not in STOP]
    return len(words) >= 3 and bool(STUDY_WORDS & set(words)) and not any(word[0].isdigit() for word in words)


def _drop_spelt_out(text: str) -> tuple[str, list[str]]:
    """Leave out acronyms whose words stand in the same title: `MCS: The Millennium Cohort Study`."""
    found: list[str] = []
    words = re.findall(r"[^\W\d_]+", fold(text))
    runs = ["".join(word[0] for word in words if word not in STOP), "".join(word[0] for word in words)]

    def replace(match: re.Match[str]) -> str:
        letters = fold_acronym(match[0])
        if len(letters) >= 3 and any(letters in run for run in runs):
            found.append(letters)
            return " "
        return match[0]

    dropped = _CAPITALS.sub(replace, text) if len(words) > 3 else text
    return re.sub(r"^[\s:,-]+", "", dropped), found


def _with_digits(text: str) -> str:
    """Roman numerals as digits; a single letter only at the end or behind a word like wave."""
    parts = text.split(" ")
    for at, part in enumerate(parts):
        bare = part.strip(",:;.")
        if bare not in ROMAN:
            continue
        before = fold(parts[at - 1]) if at else ""
        if len(bare) > 1 or before in LABELS or (at == len(parts) - 1 and at):
            parts[at] = part.replace(bare, ROMAN[bare])
    return " ".join(parts)


def _take_editions(folded: str) -> tuple[str, set[str]]:
    found: set[str] = set()

    def replace(match: re.Match[str]) -> str:
        found.add(_EDITIONS[int((match.lastgroup or "e0")[1:])][0])
        return " "

    return _EDITION.sub(replace, folded), found


def _take_years(folded: str) -> tuple[str, list[int]]:
    found: list[int] = []

    def replace(match: re.Match[str]) -> str:
        first = int(match[1])
        found.append(first)
        if match[2]:
            last = int(match[2]) if len(match[2]) == 4 else first - first % 100 + int(match[2])
            found.append(last if last >= first else last + 100)
        return " "

    return _YEARS.sub(replace, folded), found


def _sort_tokens(folded: str) -> tuple[list[str], list[str]]:
    """Words and numbers of a folded title."""
    words: list[str] = []
    numbers: list[str] = []
    tokens = [token.replace("'s", "").replace("'", "") for token in _TOKEN.findall(folded)]
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else ""
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token[0].isdigit():
            numbers.append(_number(token, tokens[max(0, at - 3) : at]))
        elif token in NUMBER_WORDS and (before in LABELS or after in LABELS):
            numbers.append(_number(NUMBER_WORDS[token], [before if before in LABELS else after]))
        elif token in MONTHS and (at or MONTHS[token] != MAY):
            numbers.append(f"month {MONTHS[token]}")
        elif token in PERIODS:
            numbers.append(token)
        elif token not in STOP and not _is_label(token, before, after):
            words.append(stem(token))
    return words, numbers


def _is_label(token: str, before: str, after: str) -> bool:
    number = after[:1].isdigit() or before[:1].isdigit() or after in NUMBER_WORDS or before in NUMBER_WORDS
    return number and token in LABELS


def _number(token: str, before: list[str]) -> str:
    """A number with the word that says what it counts."""
    value = token.replace(",", "").rstrip(".")
    value = value.lstrip("0") or "0"
    for word in reversed(before):
        if word in LABELS:
            return f"{LABELS[word]} {value}"
        if not word[:1].isdigit() and word not in STOP:
            break
    return value
