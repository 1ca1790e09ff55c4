"""Making the vectors of what is to be found: at any moment as many as there are can be searched, a kill costs nothing.

Texts are encoded in the order of their segments. What was encoded is seen by whoever asks when it is announced: once a
minute at first, more rarely when it takes long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from reperio.index.encoder import Encoder, Vectors
from reperio.index.rows import Rows, RowsWriter
from reperio.index.segment import Entry, Segment
from reperio.index.segments import add_entries, segment_paths, settle
from reperio.index.vectors import TextVectors

AT_ONCE = 256
ANNOUNCED = 60.0
"""Seconds between two announcements, at least."""
SHARE_OF_TIME = 0.05
"""Part of the time so far that passes between two announcements, at least."""

LOOKED = 2.0
"""Seconds between two looks at what waits."""

VectorsOf = Callable[[list[str]], Vectors]


class Pace:
    """Says when to announce what was made, and when to leave off for now.

    Args:
        announce: called to let others see what is there, with the texts encoded since the start and the seconds passed.
        seconds: how long to go on; None until it is done.
        told: called with the number of texts of each step.
        waits: whether something else waits to be done first; asked every `LOOKED` seconds.
    """

    def __init__(
        self,
        announce: Callable[[int, float], None] = lambda _done, _seconds: None,
        seconds: float | None = None,
        told: Callable[[int], None] = lambda _: None,
        waits: Callable[[], bool] = lambda: False,
    ) -> None:
        self._announce = announce
        self._seconds = seconds
        self._told = told
        self._waits = waits
        self._looked = time.monotonic()
        self._started = self._announced = time.monotonic()
        self.done = 0

    def step(self, count: int) -> None:
        """Note that so many texts more are done."""
        self.done += count
        self._told(count)

    @property
    def is_due(self) -> bool:
        """Whether it is time to announce."""
        now = time.monotonic()
        return now - self._announced >= max(ANNOUNCED, SHARE_OF_TIME * (now - self._started))

    @property
    def is_over(self) -> bool:
        """Whether it is time to leave off."""
        now = time.monotonic()
        if self._seconds is not None and now - self._started >= self._seconds:
            return True
        if now - self._looked < LOOKED:
            return False
        self._looked = now
        return self._waits()

    def announce(self) -> None:
        """Let others see what is there."""
        self._announced = time.monotonic()
        self._announce(self.done, self._announced - self._started)


def keeping(encoder: Encoder, store: TextVectors) -> VectorsOf:
    """Vectors of texts out of a store, those that are missing made first."""

    def vectors_of(texts: list[str]) -> Vectors:
        store.ensure(texts, encoder)
        return store.vectors(store.rows(texts))

    return vectors_of


def grow(directory: Path, encoder: Encoder, vectors_of: VectorsOf, pace: Pace) -> bool:
    """Make the vectors that the segments of a directory lack; gives whether all are there."""
    return all(grow_segment(path, encoder, vectors_of, pace) for path in segment_paths(directory))


def grow_segment(path: Path, encoder: Encoder, vectors_of: VectorsOf, pace: Pace) -> bool:
    """Make the vectors that a segment lacks; gives whether all are there."""
    segment = Segment(path)
    if not segment.is_complete:
        return True
    writer = RowsWriter(path, encoder.name, segment.text_count, encoder.dimensions)
    at_once = max(AT_ONCE, getattr(encoder, "at_once", 0))
    while writer.count < segment.text_count:
        if pace.is_over:
            writer.publish()
            return False
        texts = [
            segment.texts[number] for number in range(writer.count, min(writer.count + at_once, len(segment.texts)))
        ]
        writer.add(vectors_of(texts))
        pace.step(len(texts))
        if pace.is_due:
            writer.publish()
            pace.announce()
    if not writer.is_done:
        writer.publish()
    return True


def lacking(directory: Path, encoder: str) -> tuple[int, int]:
    """How many texts of a directory lack a vector of an encoder, and how many there are."""
    lacks = total = 0
    for path in segment_paths(directory):
        segment = Segment(path)
        total += segment.text_count
        if segment.is_complete:
            lacks += segment.text_count - Rows(path, encoder, segment.text_count).count
    return lacks, total


def add_segment(directory: Path, entries: Iterable[Entry], removed: Iterable[str], store: TextVectors) -> int:
    """Add changed entries with their vectors, which must be in the store, and note removed ids; gives the entries."""
    path = add_entries(directory, entries, removed)
    segment = Segment(path)
    writer = RowsWriter(path, store.encoder, segment.text_count, store.dimensions)
    while writer.count < segment.text_count:
        some = range(writer.count, min(writer.count + 8192, segment.text_count))
        writer.add(store.vectors(store.rows([segment.texts[number] for number in some])))
    writer.publish()
    return len(segment)


def finish_joining(aside: Path, encoder: Encoder, vectors_of: VectorsOf) -> None:
    """Give a joined segment its vectors, which are all known, and put it into the place of what it joins."""
    grow_segment(aside, encoder, vectors_of, Pace())
    settle(aside)
