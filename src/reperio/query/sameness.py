"""Two questions compared where overlap of words misleads: direction, time asked about, response scale, words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice
from typing import Final, Literal

import msgspec

from reperio.index.language import detect_query
from reperio.index.likeness import is_negated
from reperio.query.apart import REMEMBERED, is_general, is_one_short_word, shared, told_apart, told_by_figures
from reperio.query.crosswalk import wording
from reperio.query.scales import Scales, compare_scales
from reperio.resource.fields import Resource
from reperio.resource.model import Category
from reperio.text.characters import fold

WORDS_MAX: Final = 400
"""Words of a wording that are compared one by one."""

_UNIT_DAYS: Final = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365, "hour": 1}
_NUMBERS: Final = {
    "a": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "thirty": 30,
}  # fmt: skip
_PERIOD: Final = re.compile(
    r"\b(?:last|past|previous|preceding)\s+(?:(\d{1,3}|[a-z]+)\s+(?:of\s+)?)?(day|week|fortnight|month|year|hour)s?\b"
)
_ALWAYS: Final = re.compile(r"\b(?:ever|in your life(?:time)?|have you ever|usually|generally|in general)\b")
_TOKEN: Final = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]")

Verdict = Literal["same", "different", "unknown"]
Mark = Literal["same", "only_here", "only_there"]


class Piece(msgspec.Struct, frozen=True):
    """Some words of a wording, and whether the other wording has them there too."""

    text: str
    mark: Mark


class Told(msgspec.Struct, frozen=True):
    """A verdict on one side of two questions, with its reason."""

    verdict: Verdict
    reason: str


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """How another question compares with one.

    Attributes:
        same_words: whether the wordings are the same but for case and marks.
        told_apart: what tells them apart though most words are shared (`beer / wine`), empty when nothing does.
        general: whether the wordings say too little to tell what is asked (`Other, specify`).
        one_file: whether both stand in one file of one wave: a file does not ask the same twice, so what sets them apart is
            not in their wordings.
        shared: share of the telling words of the shorter wording that the other has too.
        pieces: the other's wording, what is only in it and only in the first marked.
        polarity: whether both run the same way.
        period: whether both ask about the same span of time.
        scales: how response options compare, from the other's to the first's.
    """

    same_words: bool
    told_apart: str
    general: bool = False
    one_file: bool = False
    shared: float = 1.0
    pieces: tuple[Piece, ...]
    polarity: Told
    period: Told
    scales: Scales


def compare(one: Resource, other: Resource) -> Compared:
    """Compare another question with one."""
    return Comparison(one).with_other(other)


class Comparison:
    """Compares other questions with one. The same words, times and options, of many waves, are compared once.

    Args:
        one: the question that others are compared with.
    """

    def __init__(self, one: Resource) -> None:
        self._one = one
        self._wording, self._language = wording(one), language_of(one)
        self._days = reference_days(one)
        self._words: dict[tuple[str, bool], _Words] = {}
        self._periods: dict[tuple[str, ...], Told] = {}
        self._scales: dict[tuple[tuple[Category, ...], bool], Scales] = {}

    def with_other(self, other: Resource) -> Compared:
        """Compare another question with it."""
        one, words = self._one, self._compare_words(wording(other), abroad=self._language != language_of(other))
        return Compared(
            same_words=words.same,
            told_apart=words.told_apart,
            general=words.general,
            one_file=bool(one.part_of) and one.part_of == other.part_of and one.wave == other.wave,
            shared=words.shared,
            pieces=words.pieces,
            polarity=words.polarity,
            period=self._compare_periods(other),
            scales=self._compare_scales(other, opposed=words.opposed),
        )

    def _compare_words(self, theirs: str, *, abroad: bool) -> _Words:
        key = theirs, abroad
        if key not in self._words:
            self._words[key] = _compare_words(self._wording, theirs, abroad=abroad)
        return self._words[key]

    def _compare_periods(self, other: Resource) -> Told:
        texts = _texts_of_time(other)
        if texts not in self._periods:
            self._periods[texts] = _period(self._days, _days(texts))
        return self._periods[texts]

    def _compare_scales(self, other: Resource, *, opposed: bool) -> Scales:
        options = tuple(Category(one.label, one.code, one.missing) for one in other.categories)
        key = options, opposed
        if key not in self._scales:
            self._scales[key] = compare_scales(options, self._one.categories, opposed=opposed)
        return self._scales[key]


class _Words(msgspec.Struct, frozen=True):
    """What two wordings tell by themselves; `opposed` where one is negated and the other not."""

    same: bool
    told_apart: str
    general: bool
    shared: float
    pieces: tuple[Piece, ...]
    polarity: Told
    opposed: bool


def _compare_words(ours: str, theirs: str, *, abroad: bool) -> _Words:
    opposed = not abroad and is_negated(ours) != is_negated(theirs)
    return _Words(
        same=_plain(ours) == _plain(theirs),
        told_apart=told_by_figures(ours, theirs) if abroad else told_apart(ours, theirs),
        general=_is_general(ours, theirs),
        shared=1.0 if abroad else round(shared(ours, theirs), 2),
        pieces=(Piece(theirs, "same"),) if abroad else differences(ours, theirs),
        polarity=ABROAD if abroad else _polarity(theirs, opposed=opposed),
        opposed=opposed,
    )


ABROAD: Final = Told("unknown", "They are in different languages.")


def language_of(resource: Resource) -> str:
    """Language of a wording: as stated, else as its words tell, else English."""
    text = next(iter((*resource.question, *resource.titles)), None)
    if text is None:
        return "en"
    return (text.lang or "").split("-")[0] or detect_query(text.value) or "en"


def _is_general(ours: str, theirs: str) -> bool:
    if is_general(ours) or is_general(theirs):
        return True
    return _plain(ours) != _plain(theirs) and (is_one_short_word(ours) or is_one_short_word(theirs))


@lru_cache(maxsize=REMEMBERED)
def _plain(text: str) -> str:
    return " ".join(word for word in _TOKEN.findall(fold(text)) if word[0].isalnum())


def _polarity(theirs: str, *, opposed: bool) -> Told:
    if not opposed:
        return Told("same", "Both run the same way, as far as words of negation tell.")
    negated = "the other" if is_negated(theirs) else "this one"
    return Told("different", f"Only {negated} is negated: answers run the other way.")


def reference_days(resource: Resource) -> int | None:
    """Days that a question asks about, counted back from now; 0 for a lifetime or in general, None when not told."""
    return _days(_texts_of_time(resource))


def _texts_of_time(resource: Resource) -> tuple[str, ...]:
    """Texts of a question that may tell the time it asks about."""
    return (
        resource.reference_period or "",
        *(text.value for text in (*resource.question, *resource.preamble)),
        resource.title,
    )


def _days(texts: Sequence[str]) -> int | None:
    for text in texts:
        if found := _PERIOD.search(fold(text)):
            number = found[1] or "one"
            count = int(number) if number.isdigit() else _NUMBERS.get(number)
            return None if count is None else count * _UNIT_DAYS[found[2]]
    return 0 if any(_ALWAYS.search(fold(text)) for text in texts) else None


def _period(ours: int | None, theirs: int | None) -> Told:
    if ours is None and theirs is None:
        return Told("unknown", "Neither tells the time it asks about.")
    if ours is None or theirs is None:
        return Told("unknown", f"Only {'the other' if ours is None else 'this one'} tells the time it asks about.")
    if abs(ours - theirs) <= max(ours, theirs) * 0.1:  # four weeks are a month
        return Told("same", f"Both ask about {_said(ours)}.")
    return Told("different", f"This asks about {_said(ours)}, the other about {_said(theirs)}.")


def _said(days: int) -> str:
    if days == 0:
        return "any time or in general"
    for size, unit in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days % size == 0:
            count = days // size
            return f"the last {unit}" if count == 1 else f"the last {count} {unit}s"
    return f"the last {days} days"


def differences(ours: str, theirs: str) -> tuple[Piece, ...]:
    """Another wording in pieces: what both have, what only it has, and (in its place) what only ours has."""
    left, right = (list(islice(_TOKEN.finditer(text), WORDS_MAX)) for text in (ours, theirs))
    matcher = SequenceMatcher(None, [fold(word[0]) for word in left], [fold(word[0]) for word in right], autojunk=False)
    pieces: list[Piece] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece(_between(theirs, right[other_start:other_end]), "same"))
            continue
        if end > start:
            pieces.append(Piece(_between(ours, left[start:end]), "only_here"))
        if other_end > other_start:
            pieces.append(Piece(_between(theirs, right[other_start:other_end]), "only_there"))
    return tuple(pieces)


def _between(text: str, words: list[re.Match[str]]) -> str:
    return " ".join(text[words[0].start() : words[-1].end()].split())
