"""The segments of a directory: which count, what later ones hide of earlier ones, and how they are joined.

A rebuild writes one segment; a change adds one and hides the entries it replaces, so that it is visible at once and
touches nothing that is there. So that there are never many, the last ones are joined when they outweigh the one before
them: a joined segment is named after the first and the last it replaces, and from the moment it has its name the others
no longer count. They are removed at the next change, since somebody may be opening them.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reperio.index.names import keys_of
from reperio.index.segment import Entry, Segment, write_segment

REMOVED = "removed.txt"
MANY = 6
"""Segments from which the last ones are joined."""
OUTWEIGHED = 3
"""Times what follows it a segment may hold and still be joined with it."""
_NAME = re.compile(r"segment-(\d{6})(?:-(\d{6}))?")

Live = NDArray[np.bool_] | None
"""Which entries of a segment count; None when all do."""


def segment_paths(directory: Path) -> list[Path]:
    """The segments that count, in order."""
    spans = _spans(directory)
    return [
        path for span, path in sorted(spans.items()) if not any(_holds(other, span) for other in spans if other != span)
    ]


def _spans(directory: Path) -> dict[tuple[int, int], Path]:
    """First and last number of each segment on disk, those that others replace among them."""
    found = {}
    for path in directory.glob("segment-*"):
        name = _NAME.fullmatch(path.name)
        if name and path.is_dir():
            found[int(name[1]), int(name[2] or name[1])] = path
    return found


def _holds(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[0] and other[1] <= one[1]


def last_number(path: Path) -> int:
    """Number of a segment: of a joined one, the last it replaces."""
    name = _NAME.fullmatch(path.name)
    assert name is not None  # noqa: S101 - paths come from `segment_paths`
    return int(name[2] or name[1])


def add_entries(directory: Path, entries: Iterable[Entry], removed: Iterable[str] = ()) -> Path:
    """Add changed entries and note removed ids; gives the new segment."""
    directory.mkdir(parents=True, exist_ok=True)
    _sweep(directory)
    number = max((last for _, last in _spans(directory)), default=-1) + 1
    path = directory / f"segment-{number:06d}"
    write_segment(path, entries)
    gone = [f"{number + 1} {identity}\n" for identity in removed]
    if gone:
        _append_durably(directory / REMOVED, "".join(gone))
    return path


def _sweep(directory: Path) -> None:
    """Remove segments that others have replaced."""
    kept = set(segment_paths(directory))
    for path in _spans(directory).values():
        if path not in kept:
            shutil.rmtree(path, ignore_errors=True)


def live_entries(directory: Path, segments: list[Segment]) -> list[Live]:
    """Which entries of each segment are neither replaced by a later segment nor removed."""
    removed = _removed(directory)
    found: list[Live] = []
    for place, segment in enumerate(segments):
        number = last_number(segment.directory)
        hiding = [later.id_keys for later in segments[place + 1 :]]
        hiding.append(keys_of(identity for before, identity in removed if before > number))
        numbers = segment.numbers_of_keys(np.concatenate(hiding)) if len(segment) else np.zeros(0, np.int64)
        numbers = numbers[numbers >= 0]
        live = None
        if len(numbers):
            live = np.ones(len(segment), bool)
            live[numbers] = False
        found.append(live)
    return found


def _removed(directory: Path) -> list[tuple[int, str]]:
    path = directory / REMOVED
    if not path.exists():
        return []
    lines = (line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines())
    return [(int(before), identity) for before, identity in lines]


def to_be_joined(directory: Path) -> list[Path]:
    """The last segments, when there are many: so many that the one before outweighs them. Older ones cannot be."""
    paths = segment_paths(directory)
    if len(paths) < MANY:
        return []
    segments = [Segment(path) for path in paths]
    start = len(paths) - 1
    weight = len(segments[start])
    while start > 0 and len(segments[start - 1]) <= OUTWEIGHED * max(weight, 1):
        start -= 1
        weight += len(segments[start])
    if start > 1 and len(paths) - start < 2:
        start = 1
    return paths[start:] if all(segment.is_complete for segment in segments[start:]) else []


def join(directory: Path, paths: list[Path]) -> Path:
    """Write the live entries of neighbouring segments as one, under a name aside; `settle` puts it into their place."""
    segments = [Segment(path) for path in segment_paths(directory)]
    live = dict(zip([one.directory for one in segments], live_entries(directory, segments), strict=True))
    first, _ = _first_and_last(paths[0])
    _, last = _first_and_last(paths[-1])
    aside = directory / f"joining-{first:06d}-{last:06d}"
    write_segment(aside, _living([one for one in segments if one.directory in paths], live))
    return aside


def settle(aside: Path) -> Path:
    """Give a joined segment its name, from when it counts in place of those it replaces."""
    path = aside.with_name(aside.name.replace("joining", "segment"))
    aside.replace(path)
    return path


def entries_below(directory: Path, roots: Container[str]) -> Iterator[Entry]:
    """Live entries of all segments that stand below some roots."""
    segments = [Segment(path) for path in segment_paths(directory)]
    for segment, live in zip(segments, live_entries(directory, segments), strict=True):
        yield from (entry for entry in _living([segment], {segment.directory: live}) if entry.root in roots)


def _first_and_last(path: Path) -> tuple[int, int]:
    name = _NAME.fullmatch(path.name)
    assert name is not None  # noqa: S101 - paths come from `segment_paths`
    return int(name[1]), int(name[2] or name[1])


def _living(segments: list[Segment], live: dict[Path, Live]) -> Iterator[Entry]:
    for segment in segments:
        mask = live[segment.directory]
        for number, entry in enumerate(segment.entries()):
            if mask is None or mask[number]:
                yield entry


def _append_durably(path: Path, text: str) -> None:
    """Add to a file whole or not at all: a line cut short would name something else."""
    aside = path.with_name(f"{path.name}.part")
    held = path.read_bytes() if path.exists() else b""
    with aside.open("wb") as file:
        file.write(held + text.encode())
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
