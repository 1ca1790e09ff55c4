"""Asking the index and the corpus for the items of a questionnaire."""

from __future__ import annotations

from collections.abc import Sequence

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.index.across import Second
from reperio.index.ask import Ask
from reperio.index.encoder import Encoder
from reperio.index.wording_search import Held, WordingSearch
from reperio.index.wordings import CLOSE, share_right
from reperio.query.crosswalk import wording
from reperio.query.discovery import Discovery
from reperio.query.model import Query
from reperio.query.questionnaire.model import ITEMS_MAX, Asked
from reperio.query.questionnaire.rank import Answered, Holding, Match, Placed, rank
from reperio.text.characters import fold

BY_WORDS = 60
"""Variables looked at for an item where meaning is not at hand."""


class Questionnaires:
    """Answers questionnaires.

    Args:
        corpus: the system of record.
        discovery: the index in force.
        encoder: the encoder for English; None to go by words.
        second: the multilingual encoder.
    """

    def __init__(self, corpus: Corpus, discovery: Discovery, encoder: Encoder | None, second: Second | None) -> None:
        self._corpus, self._discovery, self._encoder, self._second = corpus, discovery, encoder, second

    def answer(self, items: Sequence[Asked], limit: int, without: Sequence[str] = ()) -> Answered:
        """Studies by how many of the items they hold."""
        asked = tuple(items[:ITEMS_MAX])
        index = self._discovery.index
        if not asked:
            return Answered(items=())
        by_meaning = self._encoder is not None and index.neighbours is not None and index.neighbours.is_known
        if self._encoder is not None and index.neighbours is not None and by_meaning:
            second = self._second.encoder if index.second and self._second else None
            found = WordingSearch(index.neighbours, self._encoder, second).find([one.text for one in asked])
        else:
            found = [self._by_words(one.text) for one in asked]
        placed = rank(found, without)
        return Answered(
            items=asked, studies=self._holdings(placed[:limit], len(asked)), total=len(placed), by_meaning=by_meaning
        )

    def _by_words(self, text: str) -> list[Held]:
        """Variables that have most words of an item, by the share of words that both have."""
        match = self._discovery.match(Query(text=text[:400], meaning=False))
        if not match.parsed.groups:
            return []
        page = self._discovery.index.backend.search(
            Ask(
                collection="variables",
                clause=match.parsed.clause(at_least=max(1, len(match.parsed.groups) * 3 // 5)),
                sort="score",
                limit=BY_WORDS,
            )
        )
        items = self._corpus.items([hit.id for hit in page.hits])
        found = [
            Held(
                round(_overlap(text, wording(items[hit.id].resource)), 3),
                wording(items[hit.id].resource),
                hit.root,
                hit.id,
            )
            for hit in page.hits
            if hit.id in items
        ]
        return sorted((held for held in found if held.score >= CLOSE), key=lambda held: (-held.score, held.id))

    def _holdings(self, placed: Sequence[Placed], items: int) -> tuple[Holding, ...]:
        ids = [held.id for one in placed for held in one.held.values()]
        held_items = self._corpus.items([*ids, *(one.root for one in placed)])
        made: list[Holding] = []
        for one in placed:
            study = held_items.get(one.root)
            if study is not None:
                matches = tuple(_match(one, number, held_items) for number in range(items))
                made.append(Holding(study=study, matches=matches, score=round(one.score, 4)))
        return tuple(made)


def _match(placed: Placed, number: int, items: dict[str, Item]) -> Match | None:
    held = placed.held.get(number)
    if held is None or held.id not in items:
        return None
    return Match(item=items[held.id], score=round(held.score, 3), right=round(share_right(held.score), 2))


def _overlap(one: str, other: str) -> float:
    """Twice the words shared over all words of both (Dice 1945)."""
    left, right = (set(fold(text).replace("?", " ").split()) for text in (one, other))
    return 2 * len(left & right) / max(1, len(left) + len(right))
