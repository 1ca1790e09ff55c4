"""Assessing one description: a score out of 100, its parts, and what would mend it, largest gain first."""

from __future__ import annotations

from typing import Literal

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.quality.cmm import ELEMENTS, WEIGHTS, Level, Role, asked_of, is_stated, role_of
from reperio.resource.quality.fair import CHECKS, PRINCIPLES
from reperio.resource.quality.places import mend_named

Name = Literal["cmm", "findable", "accessible", "interoperable", "reusable"]
SHARES: dict[Name, int] = {"cmm": 40, "findable": 15, "accessible": 15, "interoperable": 15, "reusable": 15}
"""Share of each part in the score; of a variable only the first is asked, and counts for all."""
LABELS: dict[Name, str] = {
    "cmm": "CESSDA Metadata Model",
    "findable": "Findable",
    "accessible": "Accessible",
    "interoperable": "Interoperable",
    "reusable": "Reusable",
}
EXTRA_LABELS = {
    "vocabulary": "Controlled vocabulary",
    "agent_ids": "Identifiers of people and organisations",
    "format": "File formats",
    "link": "Related resources",
    "licence": "Licence",
    "method": "Methods",
    "version": "Version",
    "citation": "Citation",
}
ELEMENT_LABELS = {element.name: element.label for element in ELEMENTS} | EXTRA_LABELS
MEND_BY = {"method": "sampling", "link": "publication"}
"""Checks that are met by filling another element."""


class Part(msgspec.Struct, frozen=True):
    """One part of a score: 0 to 100, and the labels of what is missing in it."""

    name: Name
    label: str
    score: int
    missing: tuple[str, ...] = ()


class Fix(msgspec.Struct, frozen=True):
    """What to mend: the element, how many points of 100 that gives, what it is asked by, and how to do it.

    `level` is how far the CESSDA Metadata Model asks for it, None when only FAIR does.
    """

    name: str
    label: str
    gain: float
    level: Level | None
    parts: tuple[Name, ...]
    how: str


class Quality(msgspec.Struct, frozen=True):
    """How good a description is: 0 to 100, by parts, and what would mend it, largest gain first."""

    score: int
    role: Role
    parts: tuple[Part, ...]
    fixes: tuple[Fix, ...]


class _Sheet:
    """What is asked and what is met, while it is counted."""

    def __init__(self) -> None:
        self.asked: dict[Name, float] = {}
        self.lost: dict[Name, dict[str, float]] = {}
        self.labels: dict[Name, list[str]] = {}
        self.levels: dict[str, Level] = {}

    def note(self, part: Name, name: str, label: str, weight: float, *, met: bool) -> None:
        self.asked[part] = self.asked.get(part, 0) + weight
        if not met:
            held = self.lost.setdefault(part, {})
            held[name] = held.get(name, 0) + weight
            self.labels.setdefault(part, []).append(label)

    def score_of(self, part: Name) -> float:
        """0 to 1."""
        return 1 - sum(self.lost.get(part, {}).values()) / self.asked[part]

    def share_of(self, part: Name) -> float:
        """Share of a part in the score, over the parts that are asked for at all; they sum to 1."""
        return SHARES[part] / sum(SHARES[each] for each in self.asked)


def assess(resource: Resource) -> Quality:
    """Judge a description by what is asked of its kind. The same description always gets the same judgement."""
    role = role_of(resource)
    sheet = _Sheet()
    for element, level in asked_of(resource):
        met = is_stated(element, resource)
        sheet.note("cmm", element.name, element.label, WEIGHTS[level], met=met)
        sheet.levels[element.name] = level
    for check in CHECKS:
        if role in check.roles:
            sheet.note(check.principle, check.name, check.label, check.weight, met=check.test(resource))
    order: tuple[Name, ...] = ("cmm", *PRINCIPLES)
    parts = [name for name in order if name in sheet.asked]
    return Quality(
        score=round(100 * sum(sheet.score_of(part) * sheet.share_of(part) for part in parts)),
        role=role,
        parts=tuple(
            Part(part, LABELS[part], round(100 * sheet.score_of(part)), tuple(sheet.labels.get(part, ())))
            for part in parts
        ),
        fixes=_fixes(sheet, parts, _reader(resource)),
    )


def _reader(resource: Resource) -> str:
    return resource.origins[0].reader if resource.origins else ""


def _fixes(sheet: _Sheet, parts: list[Name], reader: str) -> tuple[Fix, ...]:
    gains: dict[str, float] = {}
    where: dict[str, list[Name]] = {}
    for part in parts:
        for name, weight in sheet.lost.get(part, {}).items():
            gains[name] = gains.get(name, 0) + 100 * weight / sheet.asked[part] * sheet.share_of(part)
            where.setdefault(name, []).append(part)
    fixes = [
        Fix(
            name, ELEMENT_LABELS[name], round(gain, 1), sheet.levels.get(name), tuple(where[name]),
            mend_named(MEND_BY.get(name, name), ELEMENT_LABELS[name], reader),
        )
        for name, gain in gains.items()
    ]  # fmt: skip
    return tuple(sorted(fixes, key=lambda fix: (-fix.gain, fix.label)))
