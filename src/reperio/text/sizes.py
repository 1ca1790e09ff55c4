"""Sizes of samples: how many of what."""

from __future__ import annotations

from typing import Literal

import msgspec

Unit = Literal["participants", "households", "families", "organisations", "records", "unstated"]


class Size(msgspec.Struct, frozen=True):
    """A count of units of observation. `unstated`: the source gives a bare number."""

    count: int
    unit: Unit = "unstated"


def read_sizes(raw: str) -> tuple[Size, ...]:
    """Read the sizes a statement of sample size gives, main one first; empty when it gives none.

    Percentages, years, wave numbers and ages are not sizes; `1.2 million` is 1200000, `n=17 415` is 17415.
    """
    raise NotImplementedError
