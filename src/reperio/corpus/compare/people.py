"""People and organisations: creators and publishers together, since catalogues put them differently.

That two catalogues name different people means as much as the title leaves open. One names the custodian, another the
university, a third itself: of a long title of its own, or of a name and an acronym that agree, others are expected.
Of a title that many bear (`Outpatient Dataset`), other people have another thing.
"""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz

from reperio.corpus.compare.met import NONE, Met
from reperio.corpus.compare.titles import FEATURE as TITLE
from reperio.corpus.profile import Profile
from reperio.corpus.title import fold_acronym

FEATURE = "people"
LEVELS = ("shared", "similar", "elsewhere", "differ", "namesake", NONE)
SIMILAR = 88.0
WORD_MIN = 5
SUCCESSORS = {"nhs digital": "nhs england", "nhs digitrials": "nhs england"}
"""Bodies that became part of another, which holds their data now."""
TEAM = frozenset({"study", "team", "project", "group", "cohort", "consortium"})
BORNE_BY_MANY = frozenset({"same", "same short", "acronym", "made acronym"})
NAMED = frozenset({"same study", "same name", "alias", "nearly", "prefix"})
CALLED = frozenset({("acronym", "same"), ("acronym", "own name")})
AGREEING = frozenset({("years", "same"), ("years", "start"), ("years", "near"), ("size", "same")})


def compare(left: Profile, right: Profile) -> Met:
    """Compare people.

    `shared`: a name occurs on both sides. `similar`: the words of one are nearly those of another. `differ`: neither.
    A study that is given as its own publisher says nothing.
    """
    one, other = _held(left), _held(right)
    shared = [name for name in one if name in other]
    if shared:
        return Met(FEATURE, "shared", shared[0], shared[0])
    own = _names(left) | _names(right)
    one = [name for name in one if _bare(name) not in own]
    other = [name for name in other if _bare(name) not in own]
    if not one or not other:
        return Met(FEATURE, NONE)
    best = max(
        ((fuzz.token_sort_ratio(first, second), first, second) for first in one for second in other),
        key=lambda found: found[0],
    )
    level = "similar" if best[0] >= SIMILAR or _is_part(best[1], best[2]) else "differ"
    return Met(FEATURE, level, best[1], best[2])


def beside(people: Met, met: Mapping[str, Met]) -> Met:
    """What people who differ mean beside all else.

    `elsewhere`: the title is long and its own, or name and acronym agree, and years or sizes; each catalogue names other
    people. `namesake`: many things bear the title.
    """
    title = met.get(TITLE)
    if people.level != "differ" or title is None:
        return people
    if title.level in BORNE_BY_MANY:
        return Met(FEATURE, "namesake", people.left, people.right)
    if title.level == "same long" or _is_named(title, met):
        return Met(FEATURE, "elsewhere", people.left, people.right)
    return people


def _is_named(title: Met, met: Mapping[str, Met]) -> bool:
    agreeing = {(one.feature, one.level) for one in met.values()}
    return title.level in NAMED and bool(CALLED & agreeing) and bool(AGREEING & agreeing)


def _held(profile: Profile) -> list[str]:
    return [SUCCESSORS.get(name, name) for name in profile.people]


def _names(profile: Profile) -> set[str]:
    """What the thing itself is called, run together."""
    return {*profile.acronyms, *(fold_acronym(name.text) for name in profile.names)}


def _bare(name: str) -> str:
    """A name of people run together, whole, or without `study team` and the like when that is all there is more."""
    words = name.split()
    while len(words) > 1 and words[-1] in TEAM:
        words.pop()
    return "".join(words)


def _is_part(one: str, other: str) -> bool:
    """Whether one name holds all words of the other, of which there are two at least, or one that is long enough."""
    short, long = sorted((set(one.split()), set(other.split())), key=len)
    return short <= long and (len(short) >= 2 or any(len(word) >= WORD_MIN for word in short))
