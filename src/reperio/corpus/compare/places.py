"""Places covered, by code of country and subdivision."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met, listed
from reperio.corpus.profile import Profile

FEATURE = "place"
LEVELS = ("same", "within", "overlap", "apart", NONE)


def compare(left: Profile, right: Profile) -> Met:
    """`same`: the same codes. `within`: one lies in the other. `overlap`: some are shared. `apart`: none is."""
    if not left.places or not right.places:
        return Met(FEATURE, NONE)
    first, second = set(left.places), set(right.places)
    if first == second:
        level = "same"
    elif first < second or second < first or _lies_in(first, second) or _lies_in(second, first):
        level = "within"
    else:
        level = "overlap" if first & second else "apart"
    return Met(FEATURE, level, listed(left.places), listed(right.places))


def _lies_in(inner: set[str], outer: set[str]) -> bool:
    return all(code in outer or code.partition("-")[0] in outer for code in inner)
