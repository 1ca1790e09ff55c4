"""What marks one wave, part, age or release of something: the numbers in titles."""

from __future__ import annotations

from reperio.corpus.compare.met import NONE, Met, listed
from reperio.corpus.profile import Profile

FEATURE = "number"
LEVELS = ("same", "one", "one wave", "differ", NONE)
WAVES = ("wave ", "age ", "part ", "month ")


def compare(left: Profile, right: Profile) -> Met:
    """Compare numbers.

    `same`: both titles have the same wave, part, release. `one`: only one has any (`one wave`: of a wave, age,
    month or part). `differ`: they are others.
    """
    if not left.main.numbers and not right.main.numbers:
        return Met(FEATURE, NONE)
    first, second = numbers(left), numbers(right)
    return Met(FEATURE, _level(first, second), listed(first), listed(second))


def _level(first: tuple[str, ...], second: tuple[str, ...]) -> str:
    if _agree(first, second):
        return "same"
    if first and second:
        return "differ"
    return "one wave" if any(number.startswith(WAVES) for number in first or second) else "one"


def numbers(profile: Profile) -> tuple[str, ...]:
    """Numbers of the main title; of other titles when it has none."""
    if profile.main.numbers:
        return profile.main.numbers
    return tuple(sorted({number for name in profile.names[1:] for number in name.numbers}))


def _agree(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """The same numbers; a bare one agrees with one that says what it counts."""
    if not left or not right:
        return False
    return left == right or sorted(_bare(left)) == sorted(_bare(right))


def _bare(numbers_: tuple[str, ...]) -> list[str]:
    return [number.rpartition(" ")[2] for number in numbers_]
