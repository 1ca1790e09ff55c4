"""What is understood of a query's text: the constraints it states, as chips, and the words that remain."""

from __future__ import annotations

import msgspec

from reperio.query.model import Chosen, Span


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """One constraint read from words.

    Attributes:
        facet: the filter it sets, one of `KEYWORD_FILTERS` or `RANGE_FILTERS`.
        label: what it demands, for people (`Ages 10 to 16`).
        words: the words that state it, as typed; what `leave` takes to have them read as plain words.
        start: offset in the text of the first character that the chip stands for, joining words (`in`) included.
        end: offset behind the last one.
        chosen: the filter, of a keyword facet.
        span: the filter, of a number facet; bounds are inclusive.
    """

    facet: str
    label: str
    words: str
    start: int
    end: int
    chosen: Chosen | None = None
    span: Span | None = None

    @property
    def kind(self) -> str:
        """`values` of a keyword facet or `range` of a number facet."""
        return "values" if self.chosen is not None else "range"


class Understood(msgspec.Struct, frozen=True):
    """A text, read: what is left to search for in words, and the chips in the order in which they were written."""

    text_left: str
    chips: tuple[Chip, ...] = ()
