"""Acronyms: given by both, or given by one and made of the other's words."""

from __future__ import annotations

from reperio.corpus.blocking import core_words
from reperio.corpus.compare.met import NONE, Met, listed
from reperio.corpus.profile import Profile
from reperio.corpus.title import fold_acronym, initials, plain_title, spells

FEATURE = "acronym"
LEVELS = ("same", "own name", "initials", "fits", "differ", NONE)
NAME_MIN = 3


def compare(left: Profile, right: Profile) -> Met:
    """Compare acronyms.

    `same`: both give it. `own name`: one gives what the other is called in its source. `initials`: the words of the
    one make what the other, which has no other title, gives. `fits`: their names are the same, and one gives an
    acronym that the words make: a thing that has one bears a name. `differ`: both give one, and they have nothing in
    common.
    """
    one, other = set(left.acronyms), set(right.acronyms)
    shared = [acronym for acronym in left.acronyms if acronym in other]
    if shared:
        return Met(FEATURE, "same", listed(left.acronyms), listed(right.acronyms))
    if names := (one & _own(right)) | (other & _own(left)):
        return Met(FEATURE, "own name", min(names), min(names))
    if (_is_bare(left) and one & _made(right)) or (_is_bare(right) and other & _made(left)):
        return Met(
            FEATURE, "initials", listed(left.acronyms) or left.main.text, listed(right.acronyms) or right.main.text
        )
    if bool(one) != bool(other) and (fitting := _fitting(left, right)):
        return Met(FEATURE, "fits", fitting if one else "", fitting if other else "")
    if (
        one
        and other
        and not any(first.startswith(second) or second.startswith(first) for first in one for second in other)
    ):
        return Met(FEATURE, "differ", listed(left.acronyms), listed(right.acronyms))
    return Met(FEATURE, NONE)


def _is_bare(profile: Profile) -> bool:
    """Whether a thing is called by its acronym alone: beside a name spelt out, that the two fit says nothing new."""
    return len(profile.main.words) < 2


def _fitting(left: Profile, right: Profile) -> str:
    """An acronym of either that the name they share makes."""
    if set(core_words(left.main.words)) != set(core_words(right.main.words)):
        return ""
    title = plain_title((right if left.acronyms else left).main.text)
    return next((acronym for acronym in left.acronyms or right.acronyms if spells(acronym, title)), "")


def _own(profile: Profile) -> set[str]:
    return {key[5:] for key in profile.identifiers if key.startswith("name:") and len(key) - 5 >= NAME_MIN}


def _made(profile: Profile) -> set[str]:
    return {fold_acronym(made) for name in profile.names[:3] for made in initials(name)}
