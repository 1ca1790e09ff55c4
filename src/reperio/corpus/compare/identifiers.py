"""Identifiers: DOIs (with and without their version), accession numbers and uuids, landing pages, own names."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met
from reperio.corpus.profile import Profile

FEATURE = "identifier"
LEVELS = ("doi", "version", "other doi", "id", "number", "link", "name", NONE)


def compare(left: Profile, right: Profile) -> Met:
    """Compare identifiers.

    `doi`, `id`, `number`: one is shared. `version`: DOIs that differ in their version only. `link`: a landing page of one's
    own is shared. `name`: both sources call it the same in their ids. `other doi`: one agency gave them two DOIs.
    """
    shared: dict[str, str] = {}
    for key in left.identifiers:
        kind, _, value = key.partition(":")
        if key in right.identifiers and kind not in shared and (kind != "link" or "/" in value):
            shared[kind] = value
    for kind, level in (("doi", "doi"), ("base", "version")):
        if kind in shared:
            return Met(FEATURE, level, shared[kind], shared[kind])
    if pair := _two_of_one_agency(left, right):
        return Met(FEATURE, "other doi", *pair)
    level = next((level for level in ("id", "number", "link", "name") if level in shared), NONE)
    return Met(FEATURE, level, shared.get(level, ""), shared.get(level, ""))


def _two_of_one_agency(left: Profile, right: Profile) -> tuple[str, str] | None:
    first, second = _dois(left), _dois(right)
    for one in first:
        for other in second:
            if one.split("/")[0] == other.split("/")[0]:
                return one, other
    return None


def _dois(profile: Profile) -> list[str]:
    return [key[4:] for key in profile.identifiers if key.startswith("doi:")]
