"""Lists of values with a bar each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec


class Bar(msgspec.Struct, frozen=True):
    """A value: its name, how many, the search behind it, and its share of the longest bar in hundredths."""

    label: str
    count: int
    url: str
    share: float
    value: str = ""


def bar_list(
    values: Iterable[tuple[str, int]], label: Callable[[str], str], url: Callable[[str], str]
) -> tuple[Bar, ...]:
    """A bar for each value, in the order given."""
    held = [(value, count) for value, count in values if count]
    longest = max((count for _, count in held), default=1)
    return tuple(
        Bar(label(value), count, url(value), round(max(100 * count / longest, 0.6), 2), value) for value, count in held
    )
