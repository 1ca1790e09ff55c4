"""Fusing evidence into one order: a pure function of scores, the same for every engine.

Words and meaning are made comparable (BM25 by its maximum, cosines by their spread over the candidates) and mixed. On
collections of dataset records this convex mix gains as much as reciprocal ranks, keeps the strength of a match, and its
share can follow the query (Bruch, Gai and Ingber 2023, doi:10.1145/3596512).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from reperio.query.parse import Parsed

SHORT_QUERY_WORDS = 6
SHORT_SHARE = 0.5
LONG_SHARE = 0.7


class Fused(msgspec.Struct, frozen=True):
    """A candidate's place: its score (0 to 1) and what words and meaning had in it."""

    id: str
    score: float
    words: float
    meaning: float


def meaning_share(parsed: Parsed) -> float:
    """Share of meaning in the score: half for a few keywords, more for a sentence, whose words say less one by one."""
    return SHORT_SHARE if len(parsed.words) <= SHORT_QUERY_WORDS else LONG_SHARE


def fuse(words: Mapping[str, float], cosines: Mapping[str, float], share: float) -> list[Fused]:
    """Order candidates by the mix of word scores and cosines; `share` (0 to 1) is that of meaning. Ties by id."""
    most = max(words.values(), default=0.0)
    low, high = min(cosines.values(), default=0.0), max(cosines.values(), default=0.0)
    spread = high - low
    fused = []
    for identity in words.keys() | cosines.keys():
        by_words = words.get(identity, 0.0) / most if most > 0 else 0.0
        by_meaning = 0.0
        if identity in cosines:
            by_meaning = (cosines[identity] - low) / spread if spread > 0 else 1.0
        part_words, part_meaning = (1 - share) * by_words, share * by_meaning
        fused.append(Fused(identity, part_words + part_meaning, part_words, part_meaning))
    return sorted(fused, key=lambda one: (-one.score, one.id))
