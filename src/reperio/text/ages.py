"""Ages of people, to ranges in years."""

from __future__ import annotations

import msgspec


class AgeRange(msgspec.Struct, frozen=True, omit_defaults=True):
    """Ages in completed years (months and weeks as fractions: 6 months is 0.5); None where unknown or unbounded."""

    lower: float | None = None
    upper: float | None = None


def read_ages(raw: str) -> AgeRange | None:
    """Read the range that a statement of ages spans (`16, 18 and 20` spans 16 to 20); None when it states none.

    For fields whose content is an age. For prose, see `find_ages`.
    """
    raise NotImplementedError


def find_ages(prose: str) -> AgeRange | None:
    """Find the ages of participants that prose states beyond doubt ("aged 18 to 64"); None otherwise."""
    raise NotImplementedError
