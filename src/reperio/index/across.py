"""Meaning across languages: a second field of vectors beside the first, made by a multilingual encoder.

The first encoder knows English. So what is in another language, or is asked in another, is compared by the second;
what is English on both sides by both, the first having the greater part. The cosines of the second lie close together
(unrelated texts reach 0.75), so they are stretched to the scale of the first before the two are mixed.

To the query both look like one: an encoder whose vectors are twice as long, and nearest entries for such vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

import msgspec
import numpy as np

from reperio.index.encoder import Encoder, Purpose, Vectors
from reperio.index.language import detect_query
from reperio.index.meaning import Entry, Meaning, Near

SECOND_SHARE: Final = 0.3
"""Part of the second encoder in the nearness of what is English on both sides, when keywords are asked."""

SENTENCE_WORDS: Final = 8
"""Words of an English query from which the second encoder has no part: it reads English sentences worse."""

NO_SHARE: Final = 1e-3
"""Nearly none: the direction of the vector is still needed for what is not in English."""

UNRELATED: Final = 0.76
"""The second encoder's cosine of texts that have nothing to do with each other."""

STRETCH: Final = 4.5
"""Times what a cosine of the second encoder has above that counts on the scale of the first."""

DOUBTFUL_SHARE: Final = 0.5
"""Part of the second encoder where the language of a query is not told by its words, but they look foreign."""

PIECES_OF_ENGLISH: Final = 2.5
"""Pieces the first encoder cuts a word into, on average, from which the words look foreign."""

FIELDS: Final = ("english", "foreign")
"""Names of the two parts of the second field: by the language of the resource."""


def field_of(entry: Entry) -> str:
    """Which part of the second field an entry belongs to."""
    return "foreign" if entry.language not in {"", "en"} else "english"


def beginnings(entries: Iterable[Entry], field: str) -> Iterable[Entry]:
    """Entries of one part of the second field, with their first text only: what a record is about stands there."""
    return (msgspec.structs.replace(entry, texts=entry.texts[:1]) for entry in entries if field_of(entry) == field)


class Second(Protocol):
    """The multilingual encoder as indexing and searching see it.

    Attributes:
        name: name of the encoder, known before it is loaded.
        is_forced: whether it is wanted whatever the catalogue holds.
    """

    name: str

    @property
    def is_forced(self) -> bool: ...  # noqa: D102 - above

    def is_wanted(self, foreign: int, total: int) -> bool:
        """Whether a catalogue of `total` resources, `foreign` of them not in English, is to be encoded by it."""
        ...

    def encoder(self) -> Encoder:
        """The encoder, loaded when first asked for."""
        ...


class PairEncoder:
    """Both encoders as one, for queries: the vector of the first, then that of the second, each weighted.

    Args:
        first: the encoder for English.
        second: the multilingual one.
    """

    def __init__(self, first: Encoder, second: Encoder) -> None:
        self._first = first
        self._second = second
        self.name = first.name
        self.dimensions = first.dimensions + second.dimensions
        self.max_tokens = first.max_tokens
        self.related = first.related
        self.close_match = first.close_match

    def encode(self, texts: Sequence[str], *, purpose: Purpose = "passage") -> Vectors:
        """Encode texts: rows of both vectors, each by its weight for the language the text is in."""
        shares = np.array([second_share(text, self._first) for text in texts], np.float32)[:, None]
        first = self._first.encode(texts, purpose=purpose) * (1 - shares)
        second = self._second.encode(texts, purpose=purpose) * shares
        return np.concatenate([first, second], axis=1)


def second_share(text: str, first: Encoder) -> float:
    """Part of the second encoder for a query, by its language."""
    language = detect_query(text)
    if language:
        return (NO_SHARE if len(text.split()) > SENTENCE_WORDS else SECOND_SHARE) if language == "en" else 1.0
    if not text.isascii() and any(sign.isalpha() and not sign.isascii() for sign in text):
        return 1.0
    pieces = getattr(first, "pieces_per_word", None)
    if pieces is not None and pieces(text) >= PIECES_OF_ENGLISH:
        return DOUBTFUL_SHARE
    return NO_SHARE if len(text.split()) > SENTENCE_WORDS else SECOND_SHARE


class Across(Meaning):
    """Nearest entries by both fields, for vectors of a `PairEncoder`.

    Args:
        first: entries by the first encoder.
        directory: where the parts of the second field lie.
        parts: these parts (`FIELDS`), where they lie elsewhere.
    """

    def __init__(self, first: Meaning, directory: Path, parts: tuple[Meaning, Meaning] | None = None) -> None:
        super().__init__(directory)
        self._first = first
        self._english, self._foreign = parts or (Meaning(directory / FIELDS[0]), Meaning(directory / FIELDS[1]))

    @property
    def is_away(self) -> bool:
        """Whether a part of it is left alone."""
        return any(part.is_away for part in (self._first, self._english, self._foreign))

    @property
    def has_failed(self) -> bool:
        """Whether a part of it did not answer when last asked."""
        return any(part.has_failed for part in (self._first, self._english, self._foreign))

    def nearest(self, vector: Vectors, limit: int, *, floor: float = -1.0) -> list[Near]:
        """The nearest entries, best first, ties by id; only those of nearness `floor` or more."""
        first, second = self._split(vector)
        found = {near.id: near for near in self._first.nearest(first, limit)} if first.any() else {}
        if second.any():
            for part in (self._english, self._foreign):
                found |= {near.id: near for near in part.nearest(second, limit) if near.id not in found}
        nearness = self.cosines(list(found), vector)
        near = [msgspec.structs.replace(found[identity], cosine=cosine) for identity, cosine in nearness.items()]
        return sorted((one for one in near if one.cosine >= floor), key=lambda one: (-one.cosine, one.id))[:limit]

    def cosines(self, ids: Sequence[str], vector: Vectors) -> dict[str, float]:
        """Nearness of these entries to a vector, on the scale of the first encoder."""
        first, second = self._split(vector)
        length = float(np.linalg.norm(second))
        unit = second / length if length else second
        foreign = _stretched(self._foreign.cosines(ids, unit)) if length else {}
        rest = [identity for identity in ids if identity not in foreign]
        by_first = self._first.cosines(rest, first)
        by_second = _stretched(self._english.cosines(rest, unit)) if length else {}
        found = dict(foreign)
        for identity in rest:
            if identity in by_first or identity in by_second:
                # Not encoded by the second yet: the first alone, at its full scale.
                whole = by_first.get(identity, 0.0)
                found[identity] = (
                    whole + length * by_second[identity]
                    if identity in by_second
                    else whole / max(float(np.linalg.norm(first)), 1e-6)
                )
        return found

    def vector(self, identity: str) -> Vectors | None:
        """What an entry would be asked by: both its mean vectors, weighted by its language."""
        first = self._first.vector(identity)
        english, foreign = self._english.vector(identity), self._foreign.vector(identity)
        second, share = (foreign, 1.0) if foreign is not None else (english, SECOND_SHARE)
        if first is None or second is None:
            return None if first is None else np.concatenate([first, np.zeros_like(first)])
        return np.concatenate([first * (1 - share), second * share]).astype(np.float32)

    def _split(self, vector: Vectors) -> tuple[Vectors, Vectors]:
        dimensions = self._first.dimensions or len(vector) // 2
        return vector[:dimensions], vector[dimensions:]


def _stretched(cosines: dict[str, float]) -> dict[str, float]:
    return {identity: (cosine - UNRELATED) * STRETCH for identity, cosine in cosines.items()}


class FirstOnly(Meaning):
    """Entries that only the first encoder knows, for vectors of a `PairEncoder`.

    Args:
        first: entries by the first encoder.
        dimensions: length of its vectors.
    """

    def __init__(self, first: Meaning, dimensions: int) -> None:
        super().__init__(first.directory / "none")
        self._first = first
        self._dimensions = dimensions

    @property
    def is_away(self) -> bool:
        """As `Meaning.is_away`."""
        return self._first.is_away

    @property
    def has_failed(self) -> bool:
        """As `Meaning.has_failed`."""
        return self._first.has_failed

    def nearest(self, vector: Vectors, limit: int, *, floor: float = -1.0) -> list[Near]:
        """As `Meaning.nearest`."""
        return self._first.nearest(self._own(vector), limit, floor=floor)

    def nearest_roots(self, vector: Vectors, limit: int, *, floor: float = -1.0) -> list[Near]:
        """As `Meaning.nearest_roots`."""
        return self._first.nearest_roots(self._own(vector), limit, floor=floor)

    def nearest_within(
        self, vector: Vectors, roots: Sequence[str], each: int, *, floor: float = -1.0, texts: int = 4000
    ) -> dict[str, list[Near]]:
        """As `Meaning.nearest_within`."""
        return self._first.nearest_within(self._own(vector), roots, each, floor=floor, texts=texts)

    def cosines(self, ids: Sequence[str], vector: Vectors) -> dict[str, float]:
        """As `Meaning.cosines`."""
        return self._first.cosines(ids, self._own(vector))

    def vector(self, identity: str) -> Vectors | None:
        """As `Meaning.vector`, with nothing for the second encoder."""
        own = self._first.vector(identity)
        return None if own is None else np.concatenate([own, np.zeros_like(own)])

    def _own(self, vector: Vectors) -> Vectors:
        """The first encoder's part at full length: what is asked in another language still is what it is."""
        own = vector[: self._dimensions]
        length = float(np.linalg.norm(own))
        return np.asarray(own / length if length else own, np.float32)
