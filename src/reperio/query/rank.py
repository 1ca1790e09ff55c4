"""Fusing evidence into one order: a pure function of scores, the same for every engine.

Words and meaning are made comparable (BM25 by its maximum, cosines by their spread over the candidates) and mixed. On
collections of dataset records this convex mix gains as much as reciprocal ranks, keeps the strength of a match, and its
share can follow the query (Bruch, Gai and Ingber 2023, doi:10.1145/3596512).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

KEYWORDS_SHARE = 0.3
STUDIES_SHARE = 0.7
"""Share of meaning for keywords where variables are held: among the words of thousands of variables most words are found."""

SENTENCE_SHARE = 0.8
SENTENCE_WORDS = 6
SPEAKING = frozenset({
    "i", "we", "you", "my", "our", "what", "how", "why", "which", "who", "whom", "whose", "where", "when", "is",
    "are", "was", "were", "be", "do", "does", "did", "can", "could", "should", "would", "will", "want", "need",
    "looking", "that", "to",
})  # fmt: skip
"""Words people use when they speak, seldom in titles: a query longer than `SENTENCE_WORDS` with one is a sentence."""

PHRASE_SHARE = 0.1
"""What neighbouring words of the query, found side by side, add to a word score, as a share of the best."""

COMPLETE_BONUS = 0.05
"""What having every word of the query adds: enough to stand before the like, too little to outweigh being about it."""

HEAD = 20
"""Results from which meaning has at least `TAIL_SHARE`: who reads on has seen what the words say best."""

TAIL_SHARE = 0.4

PARTIAL_SHARE = 0.75
"""Share of a word score that counts where words of the query are missing: one word, often said, is not all of them."""

SYNONYM_SHARE = 0.6
"""Share of its score that a synonym counts, beside the words themselves."""

SCATTERED_SHARE = 0.6
"""Share of a word score that counts where the words stand apart: in no one variable together, nor in a study's own texts."""


class Fused(msgspec.Struct, frozen=True):
    """A candidate's place: its score (0 to 1) and what words and meaning had in it.

    `beside` is the part of `words` that words side by side add, `complete` the part that having every word adds.
    """

    id: str
    score: float
    words: float
    meaning: float
    beside: float = 0.0
    complete: float = 0.0


class Evidence(msgspec.Struct, frozen=True):
    """What speaks for the candidates, by id.

    Attributes:
        words: BM25 of the words a candidate has.
        cosines: nearness in meaning.
        phrases: BM25 of neighbouring words of the query found side by side.
        complete: candidates with every word.
        scattered: those of them that have the words only apart from each other, each in another variable.
        substituted: candidates that have synonyms in place of words.
    """

    words: Mapping[str, float] = {}
    cosines: Mapping[str, float] = {}
    phrases: Mapping[str, float] = {}
    complete: frozenset[str] = frozenset()
    scattered: frozenset[str] = frozenset()
    substituted: frozenset[str] = frozenset()


def meaning_share(text: str, *, studies: bool = False) -> float:
    """Share of meaning in the score: little for keywords, most for a sentence, whose words say less one by one.

    Args:
        text: what is searched for.
        studies: whether variables are held, whose words studies have as well; an acronym or a code stays a word.
    """
    words = text.lower().split()
    if len(words) > SENTENCE_WORDS and not SPEAKING.isdisjoint(words):
        return SENTENCE_SHARE
    return STUDIES_SHARE if studies and not _is_code(text) else KEYWORDS_SHARE


def _is_code(text: str) -> bool:
    """Whether a text is one word that names something by its letters: `NCDS`, `KR_INC`, `bcs70`."""
    return len(text.split()) == 1 and (not text.isalpha() or text[1:] != text[1:].lower())


def fuse(evidence: Evidence, share: float) -> list[Fused]:
    """Order candidates by the mix of word scores and cosines; `share` (0 to 1) is that of meaning. Ties by id."""
    by_words = _by_maximum(_discounted(evidence))
    beside = {one: PHRASE_SHARE * score for one, score in _by_maximum(evidence.phrases).items() if one in by_words}
    most = max((score + beside.get(one, 0.0) for one, score in by_words.items()), default=1.0)
    scale = (1 - share) / most / (1 + COMPLETE_BONUS)
    by_meaning = _by_spread(evidence.cosines, evidence.substituted)
    fused = []
    for identity in evidence.words.keys() | evidence.cosines.keys():
        whole = identity in evidence.complete and identity not in evidence.scattered
        bonus = COMPLETE_BONUS / (1 + COMPLETE_BONUS) if whole else 0.0
        side = beside.get(identity, 0.0) * scale
        words = by_words.get(identity, 0.0) * scale + side + bonus
        meaning = share * by_meaning.get(identity, 0.0) / (1 + COMPLETE_BONUS)
        fused.append(Fused(identity, words + meaning, words, meaning, side, bonus))
    return sorted(fused, key=lambda one: (-one.score, one.id))


def _discounted(evidence: Evidence) -> Mapping[str, float]:
    if not evidence.complete and not evidence.substituted:
        return evidence.words
    shares = dict.fromkeys(evidence.substituted, SYNONYM_SHARE)
    shares |= {one: SCATTERED_SHARE if one in evidence.scattered else 1.0 for one in evidence.complete}
    return {one: score * shares.get(one, PARTIAL_SHARE) for one, score in evidence.words.items()}


def ordered(evidence: Evidence, share: float) -> list[Fused]:
    """Order candidates as `fuse` does, but after the first `HEAD` by no less meaning than `TAIL_SHARE`."""
    fused = fuse(evidence, share)
    if not evidence.cosines or share >= TAIL_SHARE or len(fused) <= HEAD:
        return fused
    head = fused[: _end_of_head(fused, evidence.substituted)]
    if len(head) == len(fused):
        return fused
    first = {one.id for one in head}
    tail = [one for one in fuse(evidence, TAIL_SHARE) if one.id not in first]
    factor = min(1.0, head[-1].score / tail[0].score) if tail[0].score > 0 else 1.0  # scores go on falling
    return head + [_scaled(one, factor) for one in tail]


def _end_of_head(fused: list[Fused], aside: frozenset[str]) -> int:
    """Where the first `HEAD` end; what has synonyms only takes no place in them, so that it changes no order."""
    places = [place for place, one in enumerate(fused) if one.id not in aside]
    return places[HEAD - 1] + 1 if len(places) >= HEAD else len(fused)


def _scaled(one: Fused, factor: float) -> Fused:
    return Fused(
        one.id, one.score * factor, one.words * factor, one.meaning * factor, one.beside * factor, one.complete * factor
    )


def _by_maximum(scores: Mapping[str, float]) -> dict[str, float]:
    most = max(scores.values(), default=0.0)
    return {identity: score / most for identity, score in scores.items()} if most > 0 else {}


def _by_spread(cosines: Mapping[str, float], aside: frozenset[str] = frozenset()) -> dict[str, float]:
    """Cosines between the lowest and the highest; those set aside do not stretch the scale for the others."""
    measured = [cosine for identity, cosine in cosines.items() if identity not in aside] or list(cosines.values())
    low, high = min(measured, default=0.0), max(measured, default=0.0)
    if high <= low:
        return dict.fromkeys(cosines, 1.0)
    return {identity: min(1.0, max(0.0, (cosine - low) / (high - low))) for identity, cosine in cosines.items()}
