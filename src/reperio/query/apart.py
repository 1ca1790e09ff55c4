"""What tells two wordings apart though they are alike: one pattern filled in two ways, a word more, another order.

An encoder sees that `drinks beer` and `drinks wine` are near, and so are `friend A` and `friend B`, `how often` and `how
long`, a percentage and a total. Most links of a large catalogue that are wrong are of these kinds, so words have a veto.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from reperio.text.characters import fold

SHARED: Final = 0.5
"""Share of the words of the shorter wording, from which words of both sides that the other has not stand against each other."""
MORE: Final = 0.12
"""Share of the words of the longer wording that it may have more than the other."""
ORDER: Final = 0.6
"""Share of words that stand in the same order, below which the same words say something else."""
ORDERED_FROM: Final = 5
SHORT: Final = 4
WORDS_MAX: Final = 400
REMEMBERED: Final = 2000
"""Wordings of which the words are remembered: a page compares one with many, and the next page most of these again."""

_ITEM_NUMBER: Final = re.compile(
    r"^\s*(?:[a-z]{0,4}[-.]?\d{1,3}(?!\d)[a-z]{0,2}\d{0,2}(?!\d)(?:[._]?[ivx\d]{1,4})?|[a-z]{1,4}\d{4}(?=:)|\d{1,3}[a-z]?)\s*([:.)]?)\s+",
    re.IGNORECASE,
)
_FILE_CODE: Final = re.compile(r"[:,\s]\s*[a-z]{1,5}@?\d{1,3}[a-z]?\s*$", re.IGNORECASE)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_WORDS: Final = re.compile(r"[^\W_]+")
_LETTER: Final = re.compile(r"(?<=[a-z] )([A-HJ-XZ])\b(?![\w/:.'’&-])")
_YEARS: Final = frozenset(str(year) for year in range(1930, 2040))
_ENDING: Final = re.compile(r"(?:ings?|ed|es|s|e)$")
_TELLING_WORDS: Final = (
    "first second third fourth fifth not no non none free without other only else never percent percentage proportion "
    "ratio mean median maximum minimum increase decrease reduced raw scaled left right before after above below less "
    "more higher lower males females male female boys girls men women mother father weekday weekdays weekend weekends"
)
_TELLING: Final = frozenset(_TELLING_WORDS.split())
"""Words that one wording may not have more than the other."""
_GRAMMAR: Final = (
    "a an the of in on at to for from by with and or is are was were be been being do does did have has had how often what which who "
    "whether if any your you i my me we our us it its he she his her their him them they this that these those as than when while "
    "during over within since about freq frequency often child children ch yp respondent participant study person people cm pt last "
    "past question please tell would could can there used use using ever himself herself yourself myself themselves oneself s t r"
)
_PERSONS: Final = frozenset(["ch", "yp", "cm", "pt"])
EMPTY: Final = frozenset(_GRAMMAR.split())
"""Words that do not tell what is asked: grammar, and who answers."""
_VACUOUS_WORDS: Final = (
    "usual usually result item variable measur value baseline y yn op sweep wave file version questionnair includ eg "
    "ie etc specif current currently now regularly normally generally response answer code derived dv"
)
_VACUOUS: Final = frozenset(_VACUOUS_WORDS.split())
"""Words that one wording may have more than the other: they change little in what is asked."""
_GENERAL_WORDS: Final = (
    "other oth specify specified text comment comments note notes remark remarks number no date total score none "
    "missing refused refus don know dont yes nothing unknown misc data id record form page section q n x please "
    "describe details detail reason why time hour hours minute minutes day days month year years week weeks unit "
    "units type"
)
_GENERAL: Final = _VACUOUS | frozenset(_GENERAL_WORDS.split())
_KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("how often", re.compile(r"\b(?:how (?:often|frequently)|freq(?:uency)?|(?:number of |how many )times)\b")),
    ("how long", re.compile(r"\b(?:how long|duration|length of time|(?:hours|minutes) per)\b")),
    ("age", re.compile(r"\b(?:age (?:at|of|when|first)|how old|what age)\b")),
    ("when", re.compile(r"\b(?:date (?:of|when|that)|what (?:date|year|month)|in which year|start date|end date)\b")),
    ("why", re.compile(r"\b(?:why|reasons? for|main reason)\b")),
    ("where", re.compile(r"\b(?:where|what place|which country)\b")),
)
_PERSONS_ASKED_ABOUT: Final = (
    ("a child", frozenset(["child", "children", "ch", "baby", "babies", "infant", "toddler", "son", "daughter"])),
    (
        "an adult",
        frozenset(["respondent", "mother", "mum", "father", "dad", "partner", "ptnr", "spouse", "wife", "husband"]),
    ),
)


def told_apart(ours: str, theirs: str) -> str:
    """Words by which two wordings ask different things though they are alike; empty when nothing tells them apart.

    Who is asked or asked about, numbers of items, codes of files (`A5b:`, `F9`) and years do not count: waves differ in
    these. What counts: figures and telling words; letters that name one of several (`friend A`); the kind of answer
    (`how often`, `how long`); a child or an adult; words of both sides that stand against each other where half of the words are shared;
    words that only one has, where they are more than a few; and the order, where the words are the same.
    """
    left, right = words(ours), words(theirs)
    here, there = _figures(left) | _ever(ours), _figures(right) | _ever(theirs)
    if here != there:
        return _against(here - there, there - here)
    for sides in (_letters, _kinds, _whom):
        here, there = sides(ours), sides(theirs)
        if here and there and not here & there:
            return _against(here, there)
    return _by_words(left, right)


def told_by_figures(ours: str, theirs: str) -> str:
    """As `told_apart`, of wordings in different languages: by their figures alone."""
    here, there = ({word for word in words(text) if word.isdigit()} - _YEARS for text in (ours, theirs))
    return _against(here - there, there - here) if here != there else ""


def shared(ours: str, theirs: str) -> float:
    """Share of the telling words of the shorter wording that the other has too; 1 where a side has none."""
    left, right = words(ours), words(theirs)
    here, there = _more(left, right)
    least = min(len(left), len(right))
    return 1.0 if not least else max(0.0, 1 - min(len(here), len(there)) / least)


@lru_cache(maxsize=REMEMBERED)
def is_general(text: str) -> bool:
    """Whether a wording says too little to tell what is asked (`Other, specify`, `Comments`): the same words ask anything."""
    telling = [word for word in _WORDS.findall(fold(_CAMEL.sub(" ", text))) if word not in EMPTY and len(word) > 1]
    return all(word in _GENERAL or not word.isalpha() for word in telling)


def is_one_short_word(text: str) -> bool:
    """Whether a wording is one word of four letters or fewer (`PID`): in other words it may be anything."""
    telling = words(text)
    return len(telling) == 1 and len(telling[0]) <= SHORT


@lru_cache(maxsize=REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """Words that tell what is asked, in order, without their endings; figures as they are."""
    bare = _bare(text[:8000])
    shouted = bare.isupper()
    found = ((word, fold(word)) for word in _WORDS.findall(_CAMEL.sub(" ", bare))[:WORDS_MAX])
    return tuple(
        _stem(plain)
        for word, plain in found
        if (len(plain) > 1 or plain.isdigit())
        and (plain not in EMPTY or (len(word) > 1 and word.isupper() and not shouted and plain not in _PERSONS))
    )


def _bare(text: str) -> str:
    """A wording without the number of its item and the code of its file, where enough is left to tell what is asked."""
    numbered = _ITEM_NUMBER.match(text)
    rest = text[numbered.end() :] if numbered else text
    if numbered and len(_WORDS.findall(rest)) < (2 if numbered[1] else 4):
        rest = text
    coded = _FILE_CODE.sub("", rest)
    return coded if len(_WORDS.findall(coded)) > 1 else rest


def _stem(word: str) -> str:
    return word if not word.isalpha() or len(word) < 3 else _ENDING.sub("", word)


_TELLING_STEMS: Final = frozenset(_stem(word) for word in _TELLING)
_VACUOUS_STEMS: Final = frozenset(_stem(word) for word in _VACUOUS) | _VACUOUS


def _figures(some: Iterable[str]) -> set[str]:
    return {word for word in some if not word.isalpha() or word in _TELLING_STEMS} - _YEARS


def _letters(text: str) -> set[str]:
    return set(_LETTER.findall(text))


def _ever(text: str) -> set[str]:
    return {"ever"} if re.search(r"\bever\b", fold(text)) else set()


def _whom(text: str) -> set[str]:
    found = set(_WORDS.findall(fold(text)))
    return {name for name, persons in _PERSONS_ASKED_ABOUT if found & persons}


def _kinds(text: str) -> set[str]:
    plain = fold(text)
    return {kind for kind, pattern in _KINDS if pattern.search(plain)}


def _by_words(left: Sequence[str], right: Sequence[str]) -> str:
    here, there = _more(left, right)
    least = min(len(left), len(right))
    if here and there:
        return _against(here, there) if least and 1 - min(len(here), len(there)) / least >= SHARED else ""
    if here or there:
        return _against(here, there) if len(here or there) > MORE * max(len(left), len(right)) else ""
    if least >= ORDERED_FROM and SequenceMatcher(None, left, right, autojunk=False).ratio() < ORDER:
        return _against(left, right)
    return ""


def _more(left: Sequence[str], right: Sequence[str]) -> tuple[list[str], list[str]]:
    """Words that each has more than the other; what begins alike (`exams`, `examinations`) meets."""
    counts = Counter(left), Counter(right)
    here, there = (
        [word for word in (one - other).elements() if word not in _VACUOUS_STEMS and word not in _YEARS]
        for one, other in (counts, counts[::-1])
    )
    for word in list(here):
        if met := next((other for other in there if _begins(word, other)), None):
            here.remove(word)
            there.remove(met)
    return here, there


def _begins(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and long.startswith(short)


def _against(here: Iterable[str], there: Iterable[str]) -> str:
    return f"{', '.join(sorted(set(here))[:12]) or '–'} / {', '.join(sorted(set(there))[:12]) or '–'}"
