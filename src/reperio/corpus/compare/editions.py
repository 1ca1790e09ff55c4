"""Editions: special licence, secure access, boost samples, pilots, teaching files, synthetic copies."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met, listed
from reperio.corpus.profile import Profile
from reperio.corpus.title import DEFAULT_EDITIONS, Name, edition_words, plain_title, spells
from reperio.text.characters import fold

FEATURE = "edition"
LEVELS = ("same", "default", "one", "differ", NONE)


def compare(left: Profile, right: Profile) -> Met:
    """Compare the editions that the main titles name.

    `same`: both titles name the same. `default`: one names the one that everybody gets. `one`: only one title names
    another, such as special licence. `differ`: they name others. A word that a shared acronym spells is of the name:
    the C in UK-REACH is for COVID.
    """
    first, second = set(left.main.editions), set(right.main.editions)
    if first != second and _is_spelt(left, right):
        return Met(FEATURE, NONE)
    values = listed(left.main.editions), listed(right.main.editions)
    if not first and not second:
        return Met(FEATURE, NONE)
    if first == second:
        return Met(FEATURE, "same", *values)
    if first - DEFAULT_EDITIONS == second - DEFAULT_EDITIONS:
        return Met(FEATURE, "default", *values)
    return Met(FEATURE, "differ" if first and second else "one", *values)


def _is_spelt(left: Profile, right: Profile) -> bool:
    """Whether an acronym that both give takes a letter from what would be an edition in either title."""
    shared = set(left.acronyms) & set(right.acronyms)
    return any(_needs(acronym, name) for acronym in shared for name in (left.main, right.main))


def _needs(acronym: str, name: Name) -> bool:
    text = fold(plain_title(name.text))
    return spells(acronym, text) and any(not spells(acronym, text.replace(word, " ")) for word in edition_words(text))
