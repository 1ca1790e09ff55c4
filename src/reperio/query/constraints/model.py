"""What is understood of a query's text: the constraints it states, as chips, and the words that remain."""

from __future__ import annotations

import msgspec

from reperio.query.model import Chip

__all__ = ["Chip", "Understood"]


class Understood(msgspec.Struct, frozen=True):
    """A text, read: what is left to search for in words, and the chips in the order in which they were written."""

    text_left: str
    chips: tuple[Chip, ...] = ()
