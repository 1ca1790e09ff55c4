"""Response scales side by side: whether answers to two questions can be brought onto one scale, and how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from reperio.resource.model import Category
from reperio.resource.write.recode import How, Step
from reperio.text.characters import fold

Verdict = Literal["identical", "recodable", "different", "unknown"]
LABELS_MAX: Final = 60
"""Response options that are looked at; codes of countries and jobs are no scales."""

_NUMBERED: Final = re.compile(r"^\(?-?\d{1,3}[.):]?\s+|\s*\(?-?\d{1,3}\)?$")
_NOT_WORDS: Final = re.compile(r"[^\w\s]|_")
_SENSES: Final[tuple[tuple[str, frozenset[str]], ...]] = tuple(
    (sense, frozenset(words.split("|")))
    for sense, words in (
        ("yes", "yes|true|mentioned|ticked|selected|agree|y|1 yes|oui|ja|si|sí|sim"),
        ("no", "no|false|not mentioned|not ticked|not selected|disagree|n|2 no|non|nein|nee|nej|não"),
        ("never", "never|not at all|none of the time|rarely or none of the time|nie|jamais|nunca|überhaupt nicht"),
        ("sometimes", "sometimes|some of the time|a little of the time|occasionally|several days|manchmal|parfois"),
        ("often", "often|most of the time|much of the time|more than half the days|frequently|oft|souvent"),
        ("always", "always|all of the time|nearly every day|almost all the time|immer|toujours|siempre"),
        ("not true", "not true|does not apply|not true at all"),
        ("somewhat true", "somewhat true|somewhat applies|partly true|sort of true|a bit true"),
        ("certainly true", "certainly true|certainly applies|very true|true or often true"),
        ("strongly agree", "strongly agree|agree strongly|completely agree|fully agree"),
        ("strongly disagree", "strongly disagree|disagree strongly|completely disagree"),
        ("neither", "neither agree nor disagree|neither|neutral|neither agree or disagree"),
    )
)


class Scales(msgspec.Struct, frozen=True):
    """How two response scales compare.

    Attributes:
        verdict: identical, recodable, different, or unknown where options are not stated on both sides.
        reason: why, in a sentence.
        steps: what each option of the first becomes on the second; empty unless identical or recodable.
    """

    verdict: Verdict
    reason: str
    steps: tuple[Step, ...] = ()


def compare_scales(one: Sequence[Category], other: Sequence[Category], *, opposed: bool = False) -> Scales:
    """Compare the response options of two questions, those that stand for no answer left out.

    Args:
        one: options of the first question.
        other: options of the second.
        opposed: whether the wordings run against each other (one is negated).
    """
    left, right = _valid(one), _valid(other)
    if not left or not right:
        return Scales("unknown", "Response options are not stated on both sides.")
    if max(len(left), len(right)) > LABELS_MAX:
        return Scales("unknown", "There are too many response options to compare.")
    if not opposed and [(c.code, _plain(c)) for c in left] == [(c.code, _plain(c)) for c in right]:
        return Scales("identical", "The same options with the same codes.", _by_place(left, right, "label"))
    return _matched(left, right, opposed=opposed)


def _matched(left: list[Category], right: list[Category], *, opposed: bool) -> Scales:
    steps = _by_words(left, right)
    if steps and not opposed:
        if len(left) == len(right):
            same_order = [step.to_label for step in steps] == [category.label for category in right]
            how = "other codes" if same_order else "another order"
            return Scales("recodable", f"The same options with {how}.", steps)
        return Scales("recodable", f"Each of the {len(left)} options is among the other {len(right)}.", steps)
    if len(left) == len(right) and len(left) > 1 and (not steps or opposed):
        if opposed:
            return Scales(
                "recodable",
                "As many options, and one wording is negated: the order is turned round. Check it.",
                _by_place(left, right[::-1], "reversed"),
            )
        if _are_scales(left, right):
            return Scales(
                "recodable",
                "As many steps in other words, matched by place. Check it.",
                _by_place(left, right, "position"),
            )
    return Scales("different", f"{len(left)} options against {len(right)}, which do not correspond.")


def _are_scales(left: list[Category], right: list[Category]) -> bool:
    """Whether both look like steps of a scale and not like kinds of things: three to eleven, some end or middle shared."""
    if not 3 <= len(left) <= 11:
        return False
    shared = {_sense(category) for category in left} & {_sense(category) for category in right}
    return bool(shared)


def _by_words(left: list[Category], right: list[Category]) -> tuple[Step, ...]:
    """Every option of the left by the one of the right in the same words, or of the same sense; empty if any has none."""
    by_label = {_plain(category): category for category in right}
    by_sense = {_sense(category): category for category in right}
    steps: list[Step] = []
    for category in left:
        same = by_label.get(_plain(category))
        alike = same or by_sense.get(_sense(category))
        if alike is None:
            return ()
        steps.append(_step(category, alike, "label" if same else "sense"))
    return tuple(steps)


def _by_place(left: Sequence[Category], right: Sequence[Category], how: How) -> tuple[Step, ...]:
    return tuple(_step(one, other, how) for one, other in zip(left, right, strict=True))


def _step(one: Category, other: Category, how: How) -> Step:
    return Step(one.code or "", one.label, other.code or "", other.label, how)


def _valid(categories: Sequence[Category]) -> list[Category]:
    return [category for category in categories if not category.missing and category.label.strip()]


def _plain(category: Category) -> str:
    label = _NUMBERED.sub("", fold(category.label)) or fold(category.label)
    return " ".join(_NOT_WORDS.sub(" ", label).split())


def _sense(category: Category) -> str:
    plain = _plain(category)
    return next((f"<{sense}>" for sense, words in _SENSES if plain in words), plain)
