"""Keys that documents are sorted by, alike for every backend."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from reperio.index.document import Document

SORT_TITLE_LENGTH: Final = 80


def title_order(title: str) -> str:
    """Give the key that titles are sorted by: caseless, without leading punctuation."""
    return title.casefold().strip(" \t\n\"'([{<.,;:-–—“”‘’«»¿¡*#")[:SORT_TITLE_LENGTH]


def published_number(date: str | None) -> int | None:
    """Give an ISO date (year, month or day) as the number yyyymmdd; what is not stated counts as 0."""
    if not date:
        return None
    parts = date[:10].split("-")
    if not all(part.isdecimal() and part.isascii() for part in parts) or len(parts) > 3:
        return None
    year, month, day = (*(int(part) for part in parts), 0, 0)[:3]
    return year * 10_000 + month * 100 + day


def sort_key(sort: str) -> Callable[[Document], float | str]:
    """Give the function that orders documents; what is unknown comes last either way."""
    keys: dict[str, Callable[[Document], float | str]] = {
        "newest": lambda document: _last(published_number(document.published), -1),
        "oldest": lambda document: _last(published_number(document.published), 1),
        "size": lambda document: _last(document.size, -1),
        "position": lambda document: _last(document.position, 1),
        "title": lambda document: title_order(document.title),
        "score": lambda _: 0,
    }
    return keys[sort]


def _last(number: int | None, sign: int) -> float:
    return math.inf if number is None else sign * number
