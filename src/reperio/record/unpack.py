"""Opening files: gz without being told, and never more bytes than were agreed to."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from reperio.errors import RecordError

GZIP_MAGIC = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
RATIO = 200
"""Largest growth we believe: text seldom shrinks to less than a fiftieth, a bomb to a thousandth."""


class FileError(RecordError):
    """A file cannot be read, in whole or from some point on."""


class _Bounded(io.RawIOBase):
    """Reads through, until more than `limit` bytes have come."""

    def __init__(self, inner: BinaryIO, limit: int) -> None:
        self._inner = inner
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # any writable buffer, as io asks
        data = self._inner.read(len(view))
        self._left -= len(data)
        if self._left < 0:
            raise FileError("The file unfolds to far more than its size; it is taken for a bomb.")
        view[: len(data)] = data
        return len(data)


@contextmanager
def open_bytes(path: Path, spare: int) -> Iterator[BinaryIO]:
    """Open a file for reading bytes, through gz when it is compressed; a byte order mark of UTF-8 is passed over.

    Args:
        path: the file.
        spare: bytes a compressed file may unfold to beyond 200 times its size.

    Raises:
        FileError: it cannot be opened, is cut short or damaged, or unfolds without end.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.peek(2)[:2] == GZIP_MAGIC
            if not packed:
                yield _without_mark(raw)
                return
            limit = path.stat().st_size * RATIO + spare
            with gzip.open(raw) as unpacked:
                bounded = io.BufferedReader(_Bounded(cast("BinaryIO", unpacked), limit), 1 << 16)
                yield _without_mark(cast("BinaryIO", bounded))
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(f"The file cannot be read: {error}.") from error


def _without_mark(stream: BinaryIO) -> BinaryIO:
    if cast("io.BufferedReader", stream).peek(3)[:3] == BOM:
        stream.read(3)
    return stream


def read_whole(stream: BinaryIO, limit: int) -> bytes:
    """Read all of a stream.

    Raises:
        FileError: it has more than `limit` bytes.
    """
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise FileError(f"The file has more than {limit} bytes; politeness.max_megabytes sets the limit.")
    return data
