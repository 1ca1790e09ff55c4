"""Kinds and standing: what can be the same thing at all."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met
from reperio.corpus.profile import Profile

FEATURE = "kind"
LEVELS = ("series", "studies", "same", "top", "level", "one source", NONE)
STANDING = "standing"


def compare(left: Profile, right: Profile) -> Met:
    """Compare kinds and standing.

    `same`: of one kind and standing (`series`, `studies`: both such and at the
    top; their titles are names). `top`: kinds differ, and neither
    is part of anything. `level`: one is part of something, the other is not, or they are parts of different kinds.
    `one source`: a source gives both, with an identifier that they share.
    """
    if set(left.sources) & set(right.sources):
        level = "one source"
    elif left.kind == right.kind and bool(left.parents) == bool(right.parents):
        level = {"series": "series", "study": "studies"}.get(left.kind, "same") if not left.parents else "same"
    elif not left.parents and not right.parents:
        level = "top"
    else:
        level = "level"
    return Met(FEATURE, level, _shown(left), _shown(right))


def _shown(profile: Profile) -> str:
    return f"{profile.kind} in {profile.parents[0]}" if profile.parents else profile.kind


def refusal(left: Profile, right: Profile) -> Met | None:
    """Why two things cannot be the same whatever else agrees: parent and child, siblings, ids of one source.

    A catalogue that gives two ids means two things, unless they share an identifier that says otherwise (versions).
    """
    if left.id in right.parents or right.id in left.parents:
        return Met(STANDING, "parent and child", left.id, right.id)
    if shared := set(left.parents) & set(right.parents):
        return Met(STANDING, "siblings", f"{left.id} in {min(shared)}", f"{right.id} in {min(shared)}")
    if set(left.sources) & set(right.sources) and not _share_an_identifier(left, right):
        return Met(STANDING, "one source", left.id, right.id)
    return None


def _share_an_identifier(left: Profile, right: Profile) -> bool:
    shared = set(left.identifiers) & set(right.identifiers)
    return any(key.startswith(("doi:", "id:", "base:")) for key in shared)
