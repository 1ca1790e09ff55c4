"""The same question, everywhere: where a variable's question is asked again, and how alike it is there."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from reperio.corpus.model import Item
from reperio.index.compose import wordings_of
from reperio.index.neighbours import Neighbours
from reperio.index.wordings import CLOSE, share_right
from reperio.query.apart import SHARED
from reperio.query.held import Held
from reperio.query.sameness import Compared, Comparison

CLOSE_IN_OTHER_WORDS = 0.9
"""Score from which wordings that share few words are taken for the same question."""
SHOWN = 60
"""Variables that are compared."""
EACH = 40
"""Variables of one wording that are looked at."""


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """A variable that asks the same, or nearly.

    Attributes:
        item: the variable.
        ancestors: what it belongs to, top first.
        score: how alike the wordings are, 1 for the same.
        right: of pairs of such a score, the share that people had put together; None for the same wording.
        compared: what is the same in it and what is not.
    """

    item: Item
    ancestors: tuple[Item, ...]
    score: float
    right: float | None
    compared: Compared

    @property
    def is_close(self) -> bool:
        """Whether it is taken for the same question: alike enough, and nothing tells them apart."""
        told = self.compared
        if told.told_apart or told.general or told.one_file:
            return False
        return self.score >= (CLOSE if told.shared >= SHARED else CLOSE_IN_OTHER_WORDS)

    @property
    def study(self) -> Item:
        """The study it belongs to, else itself."""
        return self.ancestors[0] if self.ancestors else self.item


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """Where a question is asked again.

    Attributes:
        known: whether it was looked for: an index without an encoder does not tell.
        close: those of a score of `CLOSE` or more, best first.
        perhaps: those below it.
        total: variables that are close, among those looked at.
        threshold: the score from which they are close.
    """

    known: bool
    close: tuple[Again, ...] = ()
    perhaps: tuple[Again, ...] = ()
    total: int = 0
    threshold: float = CLOSE


def elsewhere(item: Item, neighbours: Neighbours | None, held: Held, *, most: int = SHOWN) -> Elsewhere:
    """Where the question of a variable is asked again."""
    near = neighbours.of(wordings_of(item.resource), each=EACH) if neighbours is not None else None
    if near is None:
        return Elsewhere(known=False)
    scores: dict[str, float] = {}
    for text in near:
        for identity in text.ids:
            if identity != item.id and len(scores) < most * 2:
                scores.setdefault(identity, text.score)
    items = held.items(scores, variables=True)
    lines, comparison = held.lines(items.values()), Comparison(item.resource)
    found = [_again(other, lines[other.id], scores[other.id], comparison) for other in items.values()]
    found.sort(key=lambda one: (-one.score, not one.compared.same_words, one.study.id, one.item.id))
    close = [one for one in found if one.is_close]
    return Elsewhere(known=True, close=tuple(close[:most]), perhaps=tuple(_perhaps(found)), total=len(close))


def _perhaps(found: Sequence[Again]) -> list[Again]:
    return [one for one in found if not one.is_close][:12]


def _again(item: Item, ancestors: tuple[Item, ...], score: float, comparison: Comparison) -> Again:
    compared = comparison.with_other(item.resource)
    right = None if compared.same_words else round(share_right(score), 2)
    return Again(item=item, ancestors=ancestors, score=score, right=right, compared=compared)
