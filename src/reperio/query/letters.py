"""Where in a list from A to Z each letter begins, found by halving: a few hundred titles are looked at, not all."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from string import ascii_lowercase

import msgspec

from reperio.index.ordering import title_order
from reperio.query.discovery import DEEPEST, Discovery
from reperio.query.model import Query

BEFORE = "#"
"""Stands for titles that begin with a figure or a sign."""

AFTER = "…"
"""Stands for titles that begin with a letter after Z: accented ones, other scripts."""


class Titled(msgspec.Struct, frozen=True):
    """What a query finds, from A to Z: ids in order, and the first letters of their titles with their numbers."""

    ids: tuple[str, ...]
    letters: tuple[tuple[str, int], ...]


def by_title(discovery: Discovery, query: Query) -> Titled:
    """Order what a query finds by title; the engine is slow at long lists, so callers keep the answer."""
    _, ids = discovery.ids(msgspec.structs.replace(query, sort="title"), DEEPEST)

    @cache
    def key(identity: str) -> str:
        item = discovery.corpus.items([identity]).get(identity)
        return title_order(item.resource.title) if item else ""

    edges = [bisect_left(ids, letter, key=key) for letter in (*ascii_lowercase, chr(ord("z") + 1))]
    bounds = [0, *edges, len(ids)]
    names = (BEFORE, *ascii_lowercase.upper(), AFTER)
    spans = zip(names, bounds, bounds[1:], strict=False)
    return Titled(tuple(ids), tuple((name, end - start) for name, start, end in spans if end > start))
