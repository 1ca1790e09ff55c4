"""What is read of a questionnaire."""

from __future__ import annotations

from typing import Final

import msgspec

ITEMS_MAX: Final = 100
"""Items that are looked for at once."""
ITEM_CHARS: Final = 400
"""Longest item that is read whole."""


class Asked(msgspec.Struct, frozen=True):
    """An item of a questionnaire: its wording, its number as printed, the stem it stands under, its response options."""

    text: str
    number: str = ""
    stem: str = ""
    options: tuple[str, ...] = ()


class Questionnaire(msgspec.Struct, frozen=True, kw_only=True):
    """The items of a questionnaire.

    Attributes:
        items: at most `ITEMS_MAX`, in their order, each wording once.
        form: what was read: `text`, `csv`, `xlsx`, `pdf` or `harmony`.
        reader: what read it: `plain` or `harmonydata`.
        left_off: items beyond the limit.
    """

    items: tuple[Asked, ...]
    form: str
    reader: str = "plain"
    left_off: int = 0
