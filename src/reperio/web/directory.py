"""Every value of a facet: from A to Z or by number, searched, in pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from reperio.text.characters import fold
from reperio.web.paging import Pages, pages_of

PAGE = 200
EVERY = 65_000
"""Values counted of one facet; no engine gives more in one answer."""


class Named(msgspec.Struct, frozen=True):
    """Something in a list: its name, how many, its page or search; `sorted_by`, its name for sorting and finding."""

    name: str
    count: int
    url: str
    sorted_by: str
    note: str = ""


class Letter(msgspec.Struct, frozen=True):
    """A letter, and where its first value stands: the part of the list, and the place in that part."""

    letter: str
    part: int
    place: int


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a list.

    Attributes:
        shown: what stands in this part.
        pages: where this part stands.
        letters: where letters begin; empty when the list is by number.
        of: how many there are before any was looked for.
    """

    shown: tuple[Named, ...]
    pages: Pages
    letters: tuple[Letter, ...]
    of: int

    @property
    def begun(self) -> dict[int, int]:
        """Places in this part at which a letter begins, with the number of the letter."""
        return {one.place: number for number, one in enumerate(self.letters) if one.part == self.pages.page}


N = TypeVar("N", bound=Named)


def named(name: str, count: int, url: str, note: str = "") -> Named:
    """Something in a list."""
    return Named(name, count, url, sorting(name), note)


def sorting(name: str) -> str:
    """A name as it is sorted and found by."""
    return fold(name).strip(" \"'([-.,#*") or name


def holding(entries: Iterable[N], text: str) -> list[N]:
    """The entries whose name holds every word of a text."""
    words = fold(text).split()
    return [entry for entry in entries if all(word in entry.sorted_by for word in words)] if words else list(entries)


def directory(entries: Sequence[Named], text: str, order: str, part: int) -> Directory:
    """A part of a list, of those whose name holds the words of `text`; by number unless `order` is `az`."""
    found = holding(entries, text)
    if order == "az":
        found.sort(key=lambda entry: (not entry.sorted_by[:1].isalpha(), entry.sorted_by))
    else:
        found.sort(key=lambda entry: (-entry.count, entry.sorted_by))
    pages = pages_of(len(found), part, PAGE, len(found) or 1)
    return Directory(
        shown=tuple(found[(part - 1) * PAGE : part * PAGE]),
        pages=pages,
        letters=_letters(found) if order == "az" else (),
        of=len(entries),
    )


def _letters(found: Iterable[Named]) -> tuple[Letter, ...]:
    firsts: dict[str, int] = {}
    for place, entry in enumerate(found):
        first = entry.sorted_by[:1].upper()
        firsts.setdefault(first if first.isascii() and first.isalpha() else "…" if first.isalpha() else "#", place)
    return tuple(Letter(letter, place // PAGE + 1, place % PAGE) for letter, place in firsts.items())
