"""Study designs."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met, listed
from reperio.corpus.profile import Profile

FEATURE = "design"
LEVELS = ("shared", "differ", NONE)


def compare(left: Profile, right: Profile) -> Met:
    """`shared`: one design is named on both sides. `differ`: none is."""
    if not left.designs or not right.designs:
        return Met(FEATURE, NONE)
    level = "shared" if set(left.designs) & set(right.designs) else "differ"
    return Met(FEATURE, level, listed(left.designs), listed(right.designs))
