"""Pages of a list by number."""

from __future__ import annotations

import msgspec


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """Where one stands in a list.

    Attributes:
        page: this page, from 1.
        last: the last page that can be asked for.
        first_shown, last_shown: places of the first and last thing on this page, from 1; both 0 when it is empty.
        numbers: page numbers worth a link, in order; None stands for a gap.
        total: how many things there are.
    """

    page: int
    last: int
    first_shown: int
    last_shown: int
    numbers: tuple[int | None, ...]
    total: int


def pages_of(total: int, page: int, size: int, depth: int) -> Pages:
    """Where page `page` of `size` stands in a list of `total`, of which the first `depth` can be reached."""
    reachable = min(total, depth)
    last = max(1, -(-reachable // size))
    first_shown = (page - 1) * size + 1
    if first_shown > total:
        first_shown = 0
    return Pages(
        page=page,
        last=last,
        first_shown=first_shown,
        last_shown=min(page * size, total) if first_shown else 0,
        numbers=_numbers(page, last),
        total=total,
    )


def _numbers(page: int, last: int) -> tuple[int | None, ...]:
    wanted = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    numbers: list[int | None] = []
    for number in wanted:
        gap = number - (numbers[-1] or 0) if numbers else 1
        if gap == 2:
            numbers.append(number - 1)
        elif gap > 2:
            numbers.append(None)
        numbers.append(number)
    return tuple(numbers)
