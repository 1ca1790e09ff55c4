"""The peer: plain stemmed BM25 over one text a record (Robertson and Zaragoza 2009; k1 1.2, b 0.75)."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from functools import cache

import snowballstemmer
from judged import Judged

from reperio.index.compounds import STOP_WORDS
from reperio.resource.fields import Resource

_WORD = re.compile(r"[^\W_]+")
_STEMMER = snowballstemmer.stemmer("english")
K1, B = 1.2, 0.75


@cache
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))


def words(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


def text_of(resource: Resource) -> str:
    texts = (*resource.titles, *resource.alternate_titles, *resource.abstracts)
    return " ".join(text.value for text in texts)


class Bm25:
    def __init__(self, judged: Judged) -> None:
        self._postings: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._lengths: dict[str, int] = {}
        for resource in judged.resources:
            counts = Counter(words(text_of(resource)))
            self._lengths[resource.id] = sum(counts.values())
            for word, count in counts.items():
                self._postings[word].append((resource.id, count))
        self._mean = sum(self._lengths.values()) / max(1, len(self._lengths))

    def search(self, query: str, limit: int) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for word in set(words(query)):
            found = self._postings.get(word, ())
            weight = math.log(1 + (len(self._lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for identity, count in found:
                norm = K1 * (1 - B + B * self._lengths[identity] / self._mean)
                scores[identity] += weight * count * (K1 + 1) / (count + norm)
        return sorted(scores, key=lambda identity: (-scores[identity], identity))[:limit]
