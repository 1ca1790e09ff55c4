"""Questions across languages: the multilingual encoder's vectors, with what all questions of a language share taken off.

Its cosines of an item and its translation lie between 0.85 and 0.93 and those of unrelated items reach 0.87, since every
text in one language is near every other one in it. So a centre is taken off, that of English from English texts and that of
other languages from all others, and what is left is stretched so that it means the same as a likeness of English wordings:
from 0.8 on, two wordings are taken for the same question. `bench/matching/languages.py` measures it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from reperio.index.encoder import Encoder, Vectors

UNRELATED: Final = 0.05
"""Cosine, after the centres are taken off, of questions that have nothing to do with each other."""
STRETCH: Final = 1.6
"""Likeness for each 1 of cosine above that: 0.55 becomes 0.8, 0.36 becomes 0.5."""

ENGLISH: Final = (
    "How often do you eat vegetables?", "Has a car or van", "In general, would you say your health is",
    "How many people live in your household?", "I enjoy spending time with my family",
    "Have you ever been told by a doctor that you had asthma?", "What is your current employment status?",
    "Child has own bedroom", "How satisfied are you with your job?", "Worries about the future",
    "During the past week, did you have trouble sleeping?", "Plays a musical instrument", "Do you smoke cigarettes?",
    "My neighbourhood is a safe place", "Is popular with other young people",
    "How much do you agree with the following statement?", "Finds it easy to make friends",
    "I do most of my shopping on foot", "Has difficulty walking up stairs", "Reads books for pleasure",
)  # fmt: skip
"""Items about nothing in particular."""

OTHERS: Final = (
    "Wie oft essen Sie Gemüse?", "Haben Sie ein Auto?", "Wie zufrieden sind Sie mit Ihrer Arbeit?",
    "Ich bin gern mit meiner Familie zusammen", "À quelle fréquence mangez-vous des légumes ?", "Avez-vous une voiture ?",
    "Êtes-vous satisfait de votre travail ?", "J'aime passer du temps avec ma famille", "¿Con qué frecuencia come verduras?",
    "¿Tiene coche?", "¿Está satisfecho con su trabajo?", "Me gusta pasar tiempo con mi familia",
    "Com que frequência come legumes?", "Tem carro?", "Está satisfeito com o seu trabalho?",
    "Gosto de passar tempo com a minha família", "Quanto spesso mangia verdura?", "Ha un'automobile?",
    "È soddisfatto del suo lavoro?", "Mi piace stare con la mia famiglia", "Hoe vaak eet u groente?", "Heeft u een auto?",
    "Bent u tevreden met uw werk?", "Ik ben graag bij mijn familie", "Hur ofta äter du grönsaker?", "Har du bil?",
    "Hvor ofte spiser du grønnsaker?", "Jeg er glad i å være sammen med familien min", "Kuinka usein syötte vihanneksia?",
    "Onko teillä auto?", "Oletteko tyytyväinen työhönne?", "Hvor tilfreds er du med dit arbejde?",
    "Как часто вы едите овощи?", "Есть ли у вас машина?", "Довольны ли вы своей работой?", "Jak często je Pan/Pani warzywa?",
    "您多久吃一次蔬菜?", "您有汽车吗?", "您对工作满意吗?", "Koliko često jedete povrće?",
)  # fmt: skip
"""The like in other languages."""


class Tongues:
    """Gives questions in any language as rows of unit length, the products of which `likeness` puts on the common scale.

    Args:
        encoder: the multilingual encoder.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._english, self._others = _centres(encoder)

    def rows(self, texts: Sequence[str], foreign: NDArray[np.bool_]) -> Vectors:
        """A row for each text; `foreign` tells those that are not in English."""
        vectors = self._encoder.encode(texts, purpose="query")
        vectors = vectors - np.where(foreign[:, None], self._others, self._english)
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


_CENTRES: WeakKeyDictionary[Encoder, tuple[Vectors, Vectors]] = WeakKeyDictionary()
"""Centres by encoder: 60 short texts are encoded once for each."""


def _centres(encoder: Encoder) -> tuple[Vectors, Vectors]:
    if encoder not in _CENTRES:
        english, others = (encoder.encode(texts, purpose="query").mean(0) for texts in (ENGLISH, OTHERS))
        _CENTRES[encoder] = english, others
    return _CENTRES[encoder]


def likeness(products: Vectors) -> Vectors:
    """How alike questions are whose rows have these products: on the scale of English wordings, 1 at most."""
    return np.asarray(np.minimum((products - UNRELATED) * STRETCH, 1.0), np.float32)


def product_of(score: float) -> float:
    """The product of rows that are this much alike."""
    return score / STRETCH + UNRELATED
