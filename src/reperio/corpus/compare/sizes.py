"""Sizes: numbers of participants. Numbers of rows and records are not profiled, so they never meet."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met, listed
from reperio.corpus.profile import Profile

FEATURE = "size"
LEVELS = ("same", "near", "far", NONE)


def compare(left: Profile, right: Profile) -> Met:
    """`same`: two numbers within 2 %. `near`: within a quarter. `far`: further apart."""
    if not left.sizes or not right.sizes:
        return Met(FEATURE, NONE)
    ratio = max(min(one, other) / max(one, other, 1) for one in left.sizes for other in right.sizes)
    level = "same" if ratio >= 0.98 else "near" if ratio >= 0.75 else "far"
    return Met(FEATURE, level, listed(left.sizes), listed(right.sizes))
