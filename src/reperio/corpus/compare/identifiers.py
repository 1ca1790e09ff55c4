"""Identifiers: DOIs (with and without their version), accession numbers and uuids, landing pages, own names."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met
from reperio.corpus.profile import Profile

FEATURE = "identifier"
LEVELS = ("doi", "id", "version", "link", "name", "other doi", NONE)
_PREFIXES = (("doi:", "doi"), ("id:", "id"), ("base:", "version"))


def compare(left: Profile, right: Profile) -> Met:
    """Compare identifiers.

    `doi` and `id`: one is shared. `version`: DOIs that differ in their version only. `link`: a landing page of one's
    own is shared. `name`: both sources call it the same in their ids. `other doi`: one agency gave them two DOIs.
    """
    shared = [key for key in left.identifiers if key in set(right.identifiers)]
    for prefix, level in _PREFIXES:
        if key := next((key for key in shared if key.startswith(prefix)), None):
            return Met(FEATURE, level, key.partition(":")[2], key.partition(":")[2])
    if pair := _two_of_one_agency(left, right):
        return Met(FEATURE, "other doi", *pair)
    if link := next((key for key in shared if key.startswith("link:") and "/" in key), None):
        return Met(FEATURE, "link", link[5:], link[5:])
    if name := next((key for key in shared if key.startswith("name:")), None):
        return Met(FEATURE, "name", name[5:], name[5:])
    return Met(FEATURE, NONE)


def _two_of_one_agency(left: Profile, right: Profile) -> tuple[str, str] | None:
    first, second = _dois(left), _dois(right)
    for one in first:
        for other in second:
            if one.split("/")[0] == other.split("/")[0]:
                return one, other
    return None


def _dois(profile: Profile) -> list[str]:
    return [key[4:] for key in profile.identifiers if key.startswith("doi:")]
