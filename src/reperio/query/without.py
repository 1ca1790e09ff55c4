"""When nothing was found: what to leave out, with how many that would give, and what is nearest in meaning."""

from __future__ import annotations

import re
from typing import Protocol

import msgspec

from reperio.index.ask import Ask
from reperio.index.encoder import Encoder
from reperio.query.match import Match
from reperio.query.misses import Asks, constraints_of
from reperio.query.model import Drop, Query, Reason, Result
from reperio.query.parse import parse
from reperio.query.understand import Asked

DROPS_MAX = 10
"""Things that are tried without; a query of more has more wrong with it than one thing."""

NEAREST = 3


class Counts(Asks, Protocol):
    """What this needs of a discovery."""

    encoder: Encoder | None

    def total(self, query: Query) -> int:
        """How many results a query has."""
        ...


def drops(discovery: Counts, asked: Asked) -> tuple[Drop, ...]:
    """Single words and constraints without which something is found, most first."""
    tried = [
        Drop(
            kind="constraint",
            label=one.words or f"{one.facet.replace('_', ' ')}: {one.label}",
            query=one.without,
            total=0,
            words=one.words,
            demand=one.demand,
        )
        for one in constraints_of(asked)
    ]
    typed = msgspec.structs.replace(asked.typed, page=1)
    parsed = parse(asked.query.text)
    words = [group.label for group in parsed.groups] if len(parsed.groups) > 1 else []
    words += [f"-{one.text}" for one in parsed.excluded]
    tried += [
        Drop(kind="word", label=label, query=msgspec.structs.replace(typed, text=text), total=0)
        for label in words
        if (text := _cut(typed.text, label)) != typed.text
    ]
    told = [msgspec.structs.replace(one, total=discovery.total(one.query)) for one in tried[:DROPS_MAX]]
    return tuple(sorted((one for one in told if one.total), key=lambda one: -one.total))


def _cut(text: str, label: str) -> str:
    """A text without a word, a phrase or an exclusion."""
    bare = re.escape(label.removeprefix("-"))
    start = r"(?:-|\bNOT\s+)" if label.startswith("-") else r"(?<![\w-])"
    return " ".join(re.sub(rf'{start}(?:\w+:)?"?{bare}\*?"?(?!\w)', " ", text, count=1).split())


def nearest(discovery: Counts, asked: Asked, match: Match) -> tuple[Result, ...]:
    """What is nearest in meaning (else has most of the words), whatever the constraints."""
    cosines: dict[str, float] = {}
    if discovery.encoder is not None and asked.query.text and asked.query.meaning:
        vector = discovery.encoder.encode([asked.query.text], purpose="query")[0]
        if vector.any():
            cosines = {near.root or near.id: near.cosine for near in discovery.index.catalogue.nearest(vector, NEAREST)}
    elif match.parsed.groups:
        page = discovery.index.backend.search(Ask(clause=match.scoring, roots_only=True, limit=NEAREST))
        cosines = {hit.id: 0.0 for hit in page.hits}
    items = discovery.corpus.items(cosines)
    return tuple(
        Result(item=item, score=max(cosines[identity], 0.0), reasons=(Reason("meaning", weight=cosines[identity]),))
        for identity, item in items.items()
    )
