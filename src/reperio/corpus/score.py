"""The score of a pair: how probable it is that two profiles are of one thing, and why.

A sum of weights, one for each feature's level (Fellegi and Sunter 1969, with weights from logistic regression), gives
log-odds. What cannot be, whatever agrees (parent and child, siblings, two ids of one source), is refused outright.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import msgspec

from reperio.corpus.compare import (
    acronyms,
    descriptions,
    designs,
    editions,
    identifiers,
    kinds,
    markers,
    people,
    places,
    sizes,
    titles,
    years,
)
from reperio.corpus.compare.met import NONE, Met
from reperio.corpus.profile import Profile
from reperio.corpus.weights import ACCEPT, BIAS, REVIEW, WEIGHTS

COMPARERS: tuple[tuple[str, Callable[[Profile, Profile], Met]], ...] = (
    (identifiers.FEATURE, identifiers.compare),
    (titles.FEATURE, titles.compare),
    (acronyms.FEATURE, acronyms.compare),
    (markers.FEATURE, markers.compare),
    (editions.FEATURE, editions.compare),
    (years.TITLE_FEATURE, years.compare_titles),
    (years.FEATURE, years.compare),
    (places.FEATURE, places.compare),
    (people.FEATURE, people.compare),
    (sizes.FEATURE, sizes.compare),
    (designs.FEATURE, designs.compare),
    (descriptions.FEATURE, descriptions.compare),
    (kinds.FEATURE, kinds.compare),
)
REFUSED = -99.0
CONTESTS = frozenset({
    ("number", "differ"), ("number", "one wave"), ("edition", "one"), ("edition", "differ"), ("title year", "differ"),
    ("title year", "one"), ("title", "part"), ("number", "one"),
})  # fmt: skip
"""What marks another wave, edition or year. However much else agrees, only people or an identifier may overrule it."""
NAMED_APART = frozenset(("title", level) for level in ("longer", "contrast", "overlap", "different"))
GUESSED = frozenset({("title", "acronym"), ("title", "made acronym")})
KNOWN = frozenset({("people", "shared"), ("people", "similar")})
SUPPORT = frozenset({
    ("description", "same"), ("description", "similar"), ("identifier", "link"), ("identifier", "number"),
    ("identifier", "name"), ("identifier", "doi"), ("identifier", "version"), ("identifier", "id"), ("size", "same"),
})  # fmt: skip
"""What may make two things one though their titles differ; years, places and people that agree may not. A bare
acronym counts as a name when the people agree too."""
AGREED = frozenset(("title", level) for level in ("same long", "same name", "same", "same short", "nearly", "alias"))
IDENTIFIED = frozenset(("identifier", level) for level in ("doi", "version", "id"))


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the decision rests on, in one object that never changes."""

    bias: float = BIAS
    weights: Mapping[str, Mapping[str, float]] = msgspec.field(default_factory=lambda: WEIGHTS)
    accept: float = ACCEPT
    review: float = REVIEW


RULES = Rules()


class Reason(msgspec.Struct, frozen=True):
    """One line of an explanation.

    Attributes:
        feature, level: what was compared, and how the values meet.
        weight: what that adds to the log-odds.
        left, right: the values that met.
    """

    feature: str
    level: str
    weight: float
    left: str = ""
    right: str = ""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How probable it is that two things are one.

    Attributes:
        left, right: ids, in alphabetical order.
        probability: between 0 and 1.
        reasons: every feature that says something, the weightiest first.
    """

    left: str
    right: str
    probability: float
    reasons: tuple[Reason, ...]

    @property
    def refused(self) -> bool:
        """Whether the pair cannot be one thing whatever agrees."""
        return any(reason.weight <= REFUSED for reason in self.reasons)

    @property
    def why(self) -> str:
        """The explanation in one line."""
        said = [_line(reason) for reason in self.reasons]
        return f"{self.probability:.3f}: " + "; ".join(said)


def score(left: Profile, right: Profile, rules: Rules = RULES) -> Score:
    """Score a pair; the order of the two does not matter."""
    if left.id > right.id:
        left, right = right, left
    refusal = kinds.refusal(left, right)
    reasons = [_weigh(met, rules) for met in compare(left, right)]
    if refusal is not None:
        reasons.append(Reason(refusal.feature, refusal.level, REFUSED, refusal.left, refusal.right))
    return Score(
        left=left.id, right=right.id, probability=0.0 if refusal else _probability(reasons, rules),
        reasons=tuple(sorted(reasons, key=lambda reason: (-abs(reason.weight), reason.feature))),
    )  # fmt: skip


def compare(left: Profile, right: Profile) -> list[Met]:
    """At which level the two meet in every feature that says something."""
    met = {feature: found for feature, comparer in COMPARERS if (found := comparer(left, right)).level != NONE}
    if people.FEATURE in met:
        met[people.FEATURE] = people.beside(met[people.FEATURE], met)
    return list(met.values())


def logistic(odds: float) -> float:
    """Probability of log-odds."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, odds))))


def _probability(reasons: list[Reason], rules: Rules) -> float:
    """The probability of the sum; what is contested stays below what is accepted.

    Two ids of one source that share an identifier are one only when their titles agree: sources give the DOI of a
    paper, or of a project, to everything that comes of it.
    """
    found = round(logistic(rules.bias + sum(reason.weight for reason in reasons)), 6)
    met = {(reason.feature, reason.level) for reason in reasons}
    if ("kind", "one source") in met and (CONTESTS & met or not AGREED & met):
        return min(found, round(rules.review - 0.001, 6))
    return min(found, round(rules.accept - 0.001, 6)) if _is_open(met) else found


def _is_open(met: set[tuple[str, str]]) -> bool:
    """Whether only people or an identifier can say that two things are one."""
    if CONTESTS & met and not IDENTIFIED & met:
        return True
    if GUESSED & met and not (SUPPORT | KNOWN) & met:
        return True
    return bool(NAMED_APART & met) and not SUPPORT & met


def _weigh(met: Met, rules: Rules) -> Reason:
    weight = rules.weights.get(met.feature, {}).get(met.level, 0.0)
    return Reason(met.feature, met.level, weight, met.left[:120], met.right[:120])


def _line(reason: Reason) -> str:
    weight = "refused" if reason.weight <= REFUSED else f"{reason.weight:+.1f}"
    values = reason.left if reason.left == reason.right else f"{reason.left or '-'} | {reason.right or '-'}"
    return f"{reason.feature} {reason.level} {weight} ({values})"
