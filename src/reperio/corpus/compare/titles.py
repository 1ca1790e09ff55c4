"""Titles and aliases: the words that name the thing, in the pair of names that meet best."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from reperio.corpus.blocking import core_words
from reperio.corpus.compare.met import NONE, Met
from reperio.corpus.profile import Profile
from reperio.corpus.title import Name, is_acronym
from reperio.corpus.words import are_alike

FEATURE = "title"
LEVELS = (
    "same long", "same", "same short", "nearly", "alias", "prefix", "longer", "contrast", "overlap", "different", NONE,
)  # fmt: skip
NEGATIONS = frozenset({"non", "not", "without", "excluding", "except", "zonder", "ohne"})
_RANK = {level: rank for rank, level in enumerate(LEVELS)}


def compare(left: Profile, right: Profile) -> Met:
    """Compare titles.

    `same`: word for word (`long`: four words and more, `short`: a single one). `nearly`: but for words such as study
    and data. `alias`: a name that is not the main title of one side. `prefix`: one is the other up to its colon.
    `longer`: one has words that the other lacks. `contrast`: both have, though most are shared (hip and knee).
    """
    if not left.names or not right.names:
        return Met(FEATURE, NONE)
    best = (meet(left.main, right.main), left.main, right.main)
    for one in left.names:
        for other in right.names:
            if one is left.main and other is right.main:
                continue
            level = meet(one, other)
            if level in {"same long", "same", "nearly"} and not _is_one_acronym(one):
                level = "alias"
            if _RANK[level] < _RANK[best[0]]:
                best = (level, one, other)
    return Met(FEATURE, best[0], best[1].text, best[2].text)


def _is_one_acronym(name: Name) -> bool:
    return len(name.words) == 1 and is_acronym(name.text)


def meet(left: Name, right: Name) -> str:
    """The level at which two names meet."""
    if not left.words or not right.words:
        return NONE
    if left.words == right.words:
        return _same(left, right)
    first, second = core_words(left.words), core_words(right.words)
    extra, missing = unmatched(first, second)
    if not extra and not missing:
        return "nearly" if len(first) > 1 or len(left.words) == len(right.words) else "same short"
    common = len(first) - len(extra)
    if not extra or not missing:
        return "contrast" if NEGATIONS & {*extra, *missing} else _inside(left, right)
    share = 2 * common / (len(first) + len(second))
    return "contrast" if share >= 0.5 else "overlap" if share >= 0.25 else "different"


def _same(left: Name, right: Name) -> str:
    if len(left.words) >= 4:
        return "same long"
    if len(left.words) > 1:
        return "same"
    distinctive = is_acronym(left.text) or is_acronym(right.text)
    return "same" if distinctive else "same short"


def _inside(left: Name, right: Name) -> str:
    short, long = sorted((left, right), key=lambda name: len(core_words(name.words)))
    if long.base and not any(unmatched(core_words(short.words), core_words(long.words[: long.base]))):
        return "prefix"
    return "longer"


@lru_cache(maxsize=20000)
def unmatched(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of the one that the other lacks, and the other way round; slips of the pen are forgiven."""
    extra = [word for word in left if word not in right]
    missing = [word for word in right if word not in left]
    for word in list(extra):
        other = next((other for other in missing if are_alike(word, other)), None)
        if other is not None:
            extra.remove(word)
            missing.remove(other)
    return _joined(extra, missing)


def _joined(extra: Sequence[str], missing: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Leave out words that are written in one on one side and in two on the other: time diary, timediary."""
    if extra and missing and "".join(extra) == "".join(missing):
        return (), ()
    return tuple(extra), tuple(missing)
