"""A static encoder: a vector for each token, made once from the default encoder; a text is their weighted mean.

After Model2Vec (Tulkens and van Dongen 2024): every token of the vocabulary goes through the encoder alone, the vectors
are projected on their principal components, and each is weighted by how rare its token is (smooth inverse frequency:
Arora, Liang and Ma 2017), the frequencies being guessed by Zipf's law from the rank in the vocabulary. Of the
components the first few, which all tokens share, are left out (Mu and Viswanath 2018), and the others are brought half
the way to equal size. It needs no data, half a minute, and encodes a hundred times faster than what it was made from;
what it is worth beside that is told in `docs/decisions/0017-static-encoder.md`.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import BertWordPieceTokenizer

from reperio.index.encoder import (
    MINILM_SHA256,
    ModelCard,
    OnnxEncoder,
    Purpose,
    Vectors,
    encoder_name,
    load_encoder,
    minilm_vocabulary,
)
from reperio.log import get_logger

log = get_logger(__name__)

MADE: Final = "minilm-static-1"
"""Name of the directory of what was made; grows with the way it is made."""

STATIC: Final = ModelCard(name="static", dimensions=256, max_tokens=256, related=0.35, close_match=0.8)
IDENTITY: Final = f"{MINILM_SHA256} {MADE}"

SHARED_COMPONENTS: Final = 8
"""Principal components left out: what all tokens have in common."""
EQUALISED: Final = 0.5
"""How far the remaining components are brought to equal size: 0 not at all, 1 fully."""
RARITY: Final = 1e-4
"""The constant of smooth inverse frequency: tokens about so frequent count half."""
TOKENS_AT_ONCE: Final = 256
TEXTS_AT_ONCE: Final = 512
WORDS_KEPT: Final = 200_000
"""Words whose tokens are remembered; the memory is emptied when it is full."""
BEGIN, END = 101, 102
_SPECIAL: Final = re.compile(r"\[.+\]")
_WORD: Final = re.compile(r"\w+|[^\w\s]")


class StaticEncoder:
    """A sentence encoder that looks vectors up.

    Args:
        table: a row for each token, weighted; rows of tokens that say nothing are zero.
        tokenizer: cuts a word into tokens.
        card: what else must be known.
        identity: names how the table was made.
    """

    at_once = 8_192

    def __init__(
        self, table: Vectors, tokenizer: BertWordPieceTokenizer, card: ModelCard = STATIC, identity: str = IDENTITY
    ) -> None:
        self._table = table
        self._tokenizer = tokenizer
        self._tokenizer.no_truncation()
        self._pieces: dict[str, list[int]] = {}
        self.name = encoder_name(card, identity.encode())
        self.dimensions = card.dimensions
        self.max_tokens = card.max_tokens
        self.related = card.related
        self.close_match = card.close_match

    def encode(self, texts: Sequence[str], *, purpose: Purpose = "passage") -> Vectors:  # noqa: ARG002 - both alike
        """Encode texts; a text's vector does not depend on its company."""
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        by_length: dict[int, list[int]] = {}
        tokens = [self._tokens(text) for text in texts]
        for place, ids in enumerate(tokens):
            if ids:
                by_length.setdefault(len(ids), []).append(place)
        for places in by_length.values():
            for start in range(0, len(places), TEXTS_AT_ONCE):
                some = places[start : start + TEXTS_AT_ONCE]
                rows[some] = self._table[np.array([tokens[place] for place in some])].sum(1)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)

    def pieces_per_word(self, text: str) -> float:
        """Pieces the tokenizer cuts a word into, on average: many where it does not know the language."""
        words = re.findall(r"[^\W\d_]+", text)
        return sum(len(self._word(word.lower())) for word in words) / max(len(words), 1)

    def _tokens(self, text: str) -> list[int]:
        found: list[int] = []
        for word in _WORD.findall(text.lower()):
            found += self._pieces.get(word) or self._word(word)
            if len(found) >= self.max_tokens:
                return found[: self.max_tokens]
        return found

    def _word(self, word: str) -> list[int]:
        if word not in self._pieces:
            if len(self._pieces) >= WORDS_KEPT:
                self._pieces.clear()
            self._pieces[word] = self._tokenizer.encode(word, add_special_tokens=False).ids
        return self._pieces[word]


class Static:
    """The static encoder of a home, made or loaded when first needed.

    Args:
        cache: directory in which its table is made.
        threads: threads that making it may use.
    """

    def __init__(self, cache: Path, *, threads: int = 2) -> None:
        self.name = encoder_name(STATIC, IDENTITY.encode())
        self._cache = cache
        self._threads = threads
        self._lock = threading.Lock()
        self._encoder: StaticEncoder | None = None

    def encoder(self) -> StaticEncoder:
        """The encoder.

        Raises:
            ConfigError: the default encoder, from which it is made, is not there.
        """
        with self._lock:
            if self._encoder is None:
                self._encoder = load_static(self._cache, threads=self._threads)
            return self._encoder


def load_static(cache: Path, *, threads: int = 2) -> StaticEncoder:
    """Load the encoder; the first time, make its table in `cache`, which takes about half a minute of one core.

    Raises:
        ConfigError: the default encoder, from which it is made, is not there.
    """
    path = cache / MADE / "table.npy"
    if not path.is_file():
        _make(path, threads)
    return StaticEncoder(np.load(path).astype(np.float32), minilm_vocabulary())


def _make(path: Path, threads: int) -> None:
    encoder = load_encoder("minilm", threads=threads)
    assert isinstance(encoder, OnnxEncoder)  # noqa: S101 - what that name gives
    log.info("encoder.made", model=MADE, directory=str(path.parent))
    table = distil(encoder, _vocabulary()).astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        np.save(file, table)
    aside.replace(path)


def _vocabulary() -> list[str]:
    listed = resources.files("reperio.index") / "data" / "bert-base-uncased-vocab.txt"
    return listed.read_text(encoding="utf-8").rstrip("\n").split("\n")


def distil(encoder: OnnxEncoder, vocabulary: Sequence[str], dimensions: int = STATIC.dimensions) -> Vectors:
    """The weighted vector of each token of a vocabulary that lists them by falling frequency."""
    alone = np.concatenate(
        [
            encoder.encode_tokens([[BEGIN, token, END] for token in range(start, min(start + TOKENS_AT_ONCE, end))])
            for end in (len(vocabulary),)
            for start in range(0, end, TOKENS_AT_ONCE)
        ]
    )
    speaks = np.array([_SPECIAL.fullmatch(token) is None for token in vocabulary])
    return np.asarray(_projected(alone, speaks, dimensions) * _rarity(speaks)[:, None], np.float32)


def _projected(vectors: Vectors, speaks: NDArray[np.bool_], dimensions: int) -> Vectors:
    """Vectors on their principal components but the first, these nearer to equal size; signs fixed."""
    held = vectors[speaks].astype(np.float64)
    sizes, axes = np.linalg.eigh(np.cov(held, rowvar=False))
    kept = np.argsort(-sizes)[SHARED_COMPONENTS : SHARED_COMPONENTS + dimensions]
    axes, sizes = axes[:, kept], np.maximum(sizes[kept], 1e-9)
    axes *= np.sign(axes[np.abs(axes).argmax(0), np.arange(len(kept))])
    return np.asarray((vectors - held.mean(0)) @ axes / sizes ** (EQUALISED / 2), np.float32)


def _rarity(speaks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weight of each token by smooth inverse frequency, its frequency by Zipf's law; 0 for what is no word."""
    frequency = 1 / (1 + np.cumsum(speaks))
    frequency /= frequency[speaks].sum()
    return np.where(speaks, RARITY / (RARITY + frequency), 0.0)
