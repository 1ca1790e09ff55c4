"""Editions: special licence, secure access, boost samples, pilots, teaching files, synthetic copies."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met, listed
from reperio.corpus.profile import Profile
from reperio.corpus.title import DEFAULT_EDITIONS

FEATURE = "edition"
LEVELS = ("same", "default", "one", "differ", NONE)


def compare(left: Profile, right: Profile) -> Met:
    """Compare the editions that the main titles name.

    `same`: both titles name the same. `default`: one names the one that everybody gets. `one`: only one title names
    another, such as special licence. `differ`: they name others.
    """
    first, second = set(left.main.editions), set(right.main.editions)
    values = listed(left.main.editions), listed(right.main.editions)
    if not first and not second:
        return Met(FEATURE, NONE)
    if first == second:
        return Met(FEATURE, "same", *values)
    if first - DEFAULT_EDITIONS == second - DEFAULT_EDITIONS:
        return Met(FEATURE, "default", *values)
    return Met(FEATURE, "differ" if first and second else "one", *values)
