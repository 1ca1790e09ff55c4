"""Which questions are asked elsewhere: the neighbours of wordings, as `reperio.index.alike` worked them out.

Where that was not done (no encoder, an older index, not yet), nothing is known, and that is told apart from a wording
that has no neighbour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from reperio.index.alike import ALIKE, NOBODY, STEPS
from reperio.index.names import Finder, Keys, Numbers, keys_of
from reperio.index.rows import Rows
from reperio.index.segment import Segment
from reperio.index.segments import live_entries, segment_paths
from reperio.index.wordings import POSSIBLE

MOST_NAMING = 50
"""Texts of later segments that name a text, at most so many looked at."""


class NearText(msgspec.Struct, frozen=True):
    """A wording and the ids of the variables worded so.

    Attributes:
        text: the wording.
        score: how alike; 1 for the wording asked about.
        ids: the variables, at most so many as were asked for.
        count: how many variables there are.
    """

    text: str
    score: float
    ids: tuple[str, ...]
    count: int


class Part:
    """The neighbours of one segment.

    Attributes:
        segment: the segment.
        rows: the vectors of its texts.
        near: hashes of the neighbours of each text; 0 where there are no more.
        score: their scores, in steps.
        matter: what each text says about somebody, in bytes.
        across: vectors of the multilingual encoder in bytes, their texts' numbers, and whether these are not in English;
            None where there are none.
    """

    def __init__(self, segment: Segment, living: np.ndarray[tuple[int], np.dtype[np.bool_]] | None) -> None:
        aside = segment.directory / ALIKE
        self.segment = segment
        self.rows = Rows(segment.directory, (aside / "encoder").read_text().strip(), segment.text_count)
        self.near, self.score, self.matter = (
            np.load(aside / f"{name}.npy", mmap_mode="r") for name in ("near", "score", "matter")
        )
        self._finder = Finder(segment.text_keys)
        self._living = living
        self.across = (
            tuple(np.load(aside / f"tongues{name}.npy", mmap_mode="r") for name in ("", ".number", ".foreign"))
            if (aside / "tongues.npy").exists()
            else None
        )

    def numbers(self, keys: Keys) -> Numbers:
        """Numbers of texts by their hashes, -1 where they are not here."""
        return self._finder.of_keys(keys)

    def entries(self, text: int) -> Numbers:
        """Entries a text stands for that count."""
        found = self.segment.postings.of(text)
        return found if self._living is None else found[self._living[found]]


class Neighbours:
    """Neighbours of wordings, over all segments of a directory.

    Args:
        directory: of the segments.
        encoder: by whose vectors neighbours must have been worked out to count; empty for any.
    """

    def __init__(self, directory: Path, encoder: str = "") -> None:
        segments = [Segment(path) for path in segment_paths(directory)]
        self.parts = tuple(
            Part(segment, living)
            for segment, living in zip(segments, live_entries(directory, segments), strict=True)
            if (made_by := _made_by(segment.directory / ALIKE)) and encoder in {"", made_by}
        )

    @property
    def is_known(self) -> bool:
        """Whether neighbours were worked out at all."""
        return bool(self.parts)

    def of(self, texts: Sequence[str], *, floor: float = POSSIBLE, each: int = 50) -> list[NearText] | None:
        """The wordings near to any of some, these themselves first, then the nearest.

        Args:
            texts: the wordings of a variable.
            floor: least score.
            each: ids given of a wording, at most.

        Returns:
            None when nothing is known of any of them.
        """
        own = keys_of(texts)
        if not any((part.numbers(own) >= 0).any() for part in self.parts):
            return None
        best: dict[int, float] = {}
        for key, score in self._near(own):
            if score >= floor:
                best[key] = max(best.get(key, 0.0), score)
        best |= dict.fromkeys(own.tolist(), 1.0)
        found = (self._near_text(key, score, each) for key, score in best.items())
        return sorted(
            (one for one in found if one is not None), key=lambda one: (-one.score, one.text not in texts, one.text)
        )

    def _near(self, own: Keys) -> Iterator[tuple[int, float]]:
        """Hashes of what is near to some texts, with scores: what they name, and what names them."""
        for part in self.parts:
            numbers = part.numbers(own)
            for number in numbers[numbers >= 0]:
                known = part.near[number] != NOBODY
                yield from zip(
                    part.near[number][known].tolist(), (part.score[number][known] / STEPS).tolist(), strict=True
                )
        for part in self.parts[1:]:
            places = np.argwhere(np.isin(part.near, own))[:MOST_NAMING]
            keys = part.segment.text_keys[places[:, 0]]
            yield from zip(keys.tolist(), (part.score[places[:, 0], places[:, 1]] / STEPS).tolist(), strict=True)

    def _near_text(self, key: int, score: float, each: int) -> NearText | None:
        ids: list[str] = []
        count, text = 0, ""
        for part in self.parts:
            number = int(part.numbers(np.array([key], np.uint64))[0])
            if number >= 0:
                entries = part.entries(number)
                count += len(entries)
                ids += [part.segment.ids[int(entry)] for entry in entries[: each - len(ids)]]
                text = part.segment.texts[number]
        return NearText(text, round(score, 3), tuple(dict.fromkeys(ids)), count) if count else None


def _made_by(directory: Path) -> str:
    path = directory / "encoder"
    return path.read_text().strip() if path.is_file() else ""
