"""People and organisations: creators and publishers together, since catalogues put them differently."""

from __future__ import annotations

from rapidfuzz import fuzz

from reperio.corpus.compare.met import NONE, Met
from reperio.corpus.profile import Profile

FEATURE = "people"
LEVELS = ("shared", "similar", "differ", NONE)
SIMILAR = 88.0
WORD_MIN = 5


def compare(left: Profile, right: Profile) -> Met:
    """`shared`: a name occurs on both sides. `similar`: the words of one are nearly those of another. `differ`: no."""
    if not left.people or not right.people:
        return Met(FEATURE, NONE)
    shared = [name for name in left.people if name in right.people]
    if shared:
        return Met(FEATURE, "shared", shared[0], shared[0])
    best = max(
        ((fuzz.token_sort_ratio(one, other), one, other) for one in left.people for other in right.people),
        key=lambda found: found[0],
    )
    level = "similar" if best[0] >= SIMILAR or _is_part(best[1], best[2]) else "differ"
    return Met(FEATURE, level, best[1], best[2])


def _is_part(one: str, other: str) -> bool:
    """Whether one name holds all words of the other, of which there are two at least, or one that is long enough."""
    short, long = sorted((set(one.split()), set(other.split())), key=len)
    return short <= long and (len(short) >= 2 or any(len(word) >= WORD_MIN for word in short))
