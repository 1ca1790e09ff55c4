"""What a comparison finds."""

from __future__ import annotations

import msgspec

NONE = "none"
"""The level at which one side or both say nothing: no evidence either way."""


class Met(msgspec.Struct, frozen=True):
    """At which level two profiles meet in one feature, and the two values that met.

    Attributes:
        feature: name of the feature.
        level: how the values compare; `none` when one side or both say nothing.
        left, right: the values, for people.
    """

    feature: str
    level: str
    left: str = ""
    right: str = ""


def listed(values: tuple[object, ...], most: int = 4) -> str:
    """Values for people, the first few of them."""
    return ", ".join(str(value) for value in values[:most]) + (" ..." if len(values) > most else "")
