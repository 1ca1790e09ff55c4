"""Titles and aliases: the words that name the thing, in the pair of names that meet best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from reperio.corpus.blocking import core_words
from reperio.corpus.compare.met import NONE, Met
from reperio.corpus.profile import Profile
from reperio.corpus.title import Name, fold_acronym, initials, is_acronym
from reperio.corpus.words import COMMON, GENERIC, PROGRAMMES, STUDY_WORDS, are_alike

FEATURE = "title"
LEVELS = (
    "same long", "same study", "same name", "same", "same short", "nearly", "alias", "acronym", "prefix", "subtitle", "made acronym",
    "longer", "part", "contrast", "overlap", "different", NONE,
)  # fmt: skip
LONG = 4
MADE_MIN = 4
OWN_MIN = 6
"""Letters of a single word that makes a name by itself: `Lifelines`, not `Share`."""
NEGATIONS = frozenset({"non", "not", "without", "excluding", "except", "zonder", "ohne"})
_RANK = {level: rank for rank, level in enumerate(LEVELS)}


def compare(left: Profile, right: Profile) -> Met:
    """Compare titles.

    `same`: word for word (`long`: four words and more, one of which is not borne by many; `study`: four that are, or
    three with study or the like and one that is not; `name`: a word among them that is not, `short`: a single one, or
    words that many bear). `nearly`: but for words such as study and data. `alias`: a name that is not the main title
    of one side. `acronym`: one is called by the acronym that the other gives; `made acronym`: by that which its words
    make. `prefix`: one is the other up to its colon, and what follows is another name of a study (`part`: is not);
    `subtitle`: one is what follows it. `longer`: one has words that the other lacks. `contrast`: both have, though
    most are shared (hip and knee).
    """
    if not left.names or not right.names:
        return Met(FEATURE, NONE)
    best = (meet(left.main, right.main), left.main, right.main)
    for one in left.names:
        for other in right.names:
            if one is left.main and other is right.main:
                continue
            level = meet(one, other)
            if level in {"same long", "same study", "same name", "same", "nearly"} and not _is_one_acronym(one):
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
    if acronym := _by_acronym(left, right) or _by_acronym(right, left):
        return acronym
    one, other = spelt_out(left, right), spelt_out(right, left)
    if one == other:
        return _same(left, right, one)
    if _differ_behind_the_colon(left, right):
        return "contrast"
    return _by_words(left, right, one, other)


def _by_words(left: Name, right: Name, one: tuple[str, ...], other: tuple[str, ...]) -> str:
    first, second = core_words(one), core_words(other)
    extra, missing = unmatched(first, second)
    if not extra and not missing:
        if bool(left.base) != bool(right.base) and len(one) != len(other):
            return _inside(left, right)
        return "nearly" if len(first) > 1 or len(one) == len(other) or _is_coined(first[0]) else "same short"
    common = len(first) - len(extra)
    if not extra or not missing:
        return "contrast" if NEGATIONS & {*extra, *missing} else _inside(left, right)
    if _is_subtitle(left, right) or _is_subtitle(right, left):
        return "subtitle"
    share = 2 * common / (len(first) + len(second))
    return "contrast" if share >= 0.5 else "overlap" if share >= 0.25 else "different"


def _same(left: Name, right: Name, words: tuple[str, ...]) -> str:
    if any(set(words) <= programme for programme in PROGRAMMES):
        return "same short"
    if len(words) >= LONG:
        return "same long" if is_own(words) else "same study"
    if is_own(words):
        return _same_own(left, right, words)
    return "same" if len(words) > 1 else "same short"


def _same_own(left: Name, right: Name, words: tuple[str, ...]) -> str:
    if len(words) > 2 and STUDY_WORDS & set(words):
        return "same study"
    if len(words) > 1 or (len(words[0]) >= OWN_MIN and not _has_capitals(left, right)):
        return "same name"
    return "same" if _has_capitals(left, right) else "same short"


def is_own(words: Iterable[str]) -> bool:
    """Whether a word among these is not borne by many."""
    return any(word not in COMMON and word not in GENERIC for word in words)


def _is_coined(word: str) -> bool:
    """Whether a single word beside words such as study is a name: `Lifelines` and `Lifelines Cohort Study`."""
    return len(word) >= OWN_MIN and is_own((word,))


def _has_capitals(left: Name, right: Name) -> bool:
    return is_acronym(left.text) or is_acronym(right.text)


def spelt_out(name: Name, other: Name) -> tuple[str, ...]:
    """The words of a name, with acronyms spelt out as the other has them: `HES` as `Hospital Episode Statistics`."""
    words: list[str] = []
    if len(name.words) < 2:
        return name.words
    for word in name.words:
        run = () if word in other.words or len(word) < 3 or word.upper() not in name.text else _run(word, other.words)
        words += run or (word,)
    return tuple(words)


def _run(acronym: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words side by side of which an acronym is made, if they are there."""
    letters = "".join(word[0] for word in words)
    at = letters.find(acronym) if len(letters) == len(words) else -1
    return words[at : at + len(acronym)] if at >= 0 else ()


def _by_acronym(short: Name, long: Name) -> str:
    """How a name that is nothing but an acronym stands for another."""
    first = short.text.split()[0].strip(",:;()")
    if len(short.words) != 1 or len(long.words) < 2 or not is_acronym(first):
        return ""
    folded = fold_acronym(first)
    if folded in long.acronyms:
        return "acronym"
    return "made acronym" if len(folded) >= MADE_MIN and folded in initials(long) else ""


def _is_subtitle(short: Name, long: Name) -> bool:
    """Whether a name is what follows the colon of another, and that names a study."""
    words = long.words[long.base :]
    return bool(long.base) and words == short.words and len(words) >= 3 and bool(STUDY_WORDS & set(words))


def _differ_behind_the_colon(left: Name, right: Name) -> bool:
    """Whether both are parts of one thing, by their titles, and other parts."""
    heads = left.words[: left.base], right.words[: right.base]
    tails = left.words[left.base :], right.words[right.base :]
    return heads[0] == heads[1] != () and bool(tails[0]) and bool(tails[1]) and set(tails[0]) != set(tails[1])


def _inside(left: Name, right: Name) -> str:
    """How a name stands to a longer one that has all its words."""
    short, long = sorted((left, right), key=lambda name: len(name.words))
    if _is_subtitle(short, long):
        return "subtitle"
    if not long.base or any(unmatched(core_words(short.words), core_words(long.words[: long.base]))):
        return "longer"
    rest = long.words[long.base :]
    return "prefix" if len(rest) >= 3 and STUDY_WORDS & set(rest) else "part" if rest else "nearly"


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
