"""Documents of a made-up catalogue: variables in studies, words by Zipf's law, facets as real ones have them."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate

from reperio.index.document import Document

VOCABULARY = 60_000
VARIABLES_OF_A_STUDY = 800
"""Of the original: 5.2 million variables in 6,656 studies."""
COUNTRIES = ("GB", "DE", "FR", "NL", "SE", "NO", "ES", "IT", "US", "IE")
CONTENTS = 200
"""Labels of variables that a study's own document repeats."""


class Words:
    """Words that are drawn as often as words of a language are."""

    def __init__(self, chance: random.Random) -> None:
        syllables = [first + vowel for first in "bcdfghklmnprstvw" for vowel in ("a", "e", "i", "o", "u", "ai", "ou")]
        self._words = ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(VOCABULARY)]
        self._sums = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))

    def some(self, chance: random.Random, number: int) -> str:
        """So many words."""
        return " ".join(self.one(chance) for _ in range(number))

    def one(self, chance: random.Random) -> str:
        """One word."""
        return self._words[bisect(self._sums, chance.random() * self._sums[-1])]


def documents(words: Words, variables: int, seed: int = 1) -> Iterator[Document]:
    """So many variables, study by study, each study after them."""
    chance = random.Random(seed)
    for study in range(-(-variables // VARIABLES_OF_A_STUDY)):
        number = min(VARIABLES_OF_A_STUDY, variables - study * VARIABLES_OF_A_STUDY)
        yield from _study(words, chance, f"s/{study}", number)


def _study(words: Words, chance: random.Random, root: str, number: int) -> Iterator[Document]:
    year = chance.randint(1946, 2024)
    facets = {
        "topic": (f"topic {int(chance.paretovariate(1.2)) % 80}",),
        "country": (chance.choice(COUNTRIES),),
        "source": (f"source {chance.randrange(12)}",),
    }
    ranges: dict[str, tuple[float | None, float | None]] = {"year": (year, year + 3)}
    labels = []
    for place in range(number):
        labels.append(words.some(chance, chance.randint(3, 12)))
        texts = {
            "label": (labels[-1],), "name": (f"v{place}_{chance.randrange(10**6)}",),
            "question": (words.some(chance, chance.randint(6, 18)),),
        }  # fmt: skip
        yield Document(
            id=f"{root}/v{place}", kind="variable", root=root, parent=root, texts=texts, position=place, language="en",
            facets={**facets, "kind": ("variable",), "ancestor": (root,)}, ranges=ranges,
        )  # fmt: skip
    title = words.some(chance, 8)
    texts = {"title": (title,), "abstract": (words.some(chance, 150),), "contents": tuple(labels[:CONTENTS])}
    yield Document(
        id=root, kind="study", root=root, title=title, language="en", texts=texts, ranges=ranges,
        facets={**facets, "kind": ("study",)},
    )  # fmt: skip
