"""Descriptions: the same words, or the name of the one in the text of the other."""

from __future__ import annotations

import re

from reperio.corpus.compare.met import NONE, Met
from reperio.corpus.profile import Profile, resemblance
from reperio.text.characters import fold

_WORD = re.compile(r"[^\W_]+")
FEATURE = "description"
LEVELS = ("same", "similar", "mentions", "different", NONE)
SHOWN = 60
ACRONYM_MIN = 5


def compare(left: Profile, right: Profile) -> Met:
    """Compare descriptions.

    `same`: most runs of three words are shared. `similar`: some are. `mentions`: one gives a name of the other that
    its own titles do not. `different`: neither.
    """
    if not left.text and not right.text:
        return Met(FEATURE, NONE)
    values = left.text[:SHOWN], right.text[:SHOWN]
    alike = resemblance(left.sketch, right.sketch)
    if alike >= 0.5:
        return Met(FEATURE, "same", *values)
    if alike >= 0.12:
        return Met(FEATURE, "similar", *values)
    if said := _mentioned(left, right) or _mentioned(right, left):
        return Met(FEATURE, "mentions", said, said)
    return Met(FEATURE, "different" if left.text and right.text else NONE, *values)


def _mentioned(named: Profile, telling: Profile) -> str | None:
    """A name of the one that stands in the text of the other and is not in its titles."""
    titles = _plain(" ".join(name.text for name in telling.names))
    for name in named.names:
        for part in name.text.split(":"):
            wanted = _plain(part)
            if len(wanted) >= 12 and wanted.count(" ") >= 2 and wanted in telling.text and wanted not in titles:
                return wanted
    for acronym in named.acronyms:
        if len(acronym) >= ACRONYM_MIN and acronym not in telling.acronyms and f" {acronym} " in f" {telling.text} ":
            return acronym
    return None


def _plain(text: str) -> str:
    """Words as in the text of a profile."""
    return " ".join(_WORD.findall(fold(text)))
