"""Quality of many descriptions: counts that can be added up, so that a source's standing never needs a look at its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.model import CATALOGUE_KINDS
from reperio.resource.quality.assess import ELEMENT_LABELS, LABELS, MEND_BY, Name, assess
from reperio.resource.quality.cmm import ELEMENTS, Level
from reperio.resource.quality.places import mend_named

BANDS = 10
LEVELS: dict[str, Level] = {element.name: element.levels["study"] for element in ELEMENTS if "study" in element.levels}


class Tally(msgspec.Struct, frozen=True, omit_defaults=True):
    """Sums over series, studies and datasets.

    Attributes:
        number: how many were judged.
        scores: sum of the scores.
        parts: sums of the scores of each part, and over how many.
        bands: how many scored 0 to 9, 10 to 19, ..., 90 to 100, by number of the band.
        missing: how many lack an element, by its name, and the sum of the points that mending it would give.
        readers: how many each reader read.
    """

    number: int = 0
    scores: int = 0
    parts: dict[str, tuple[int, int]] = {}
    bands: dict[int, int] = {}
    missing: dict[str, tuple[int, float]] = {}
    readers: dict[str, int] = {}


class Gap(msgspec.Struct, frozen=True):
    """An element that descriptions of a source lack.

    Attributes:
        name, label: the element.
        level: how far the CESSDA Metadata Model asks for it of a study, None when only FAIR does.
        number: how many lack it.
        share: that number over all, 0 to 1.
        gain: how many points the mean would rise, were it mended everywhere.
        how: what to do, in a sentence.
    """

    name: str
    label: str
    level: Level | None
    number: int
    share: float
    gain: float
    how: str


class PartMean(msgspec.Struct, frozen=True):
    """Mean score of a part, 0 to 100."""

    name: Name
    label: str
    score: int


class Standing(msgspec.Struct, frozen=True):
    """Quality of a source: mean score, means of the parts, how many in each band of ten points, gaps by gain."""

    number: int
    score: int
    parts: tuple[PartMean, ...]
    bands: tuple[int, ...]
    gaps: tuple[Gap, ...]


def tally_of(resources: Iterable[Resource]) -> Tally:
    """Tally of the series, studies and datasets among some resources."""
    adder = Adder()
    for resource in resources:
        if resource.kind in CATALOGUE_KINDS:
            adder.judge(resource)
    return adder.result()


class Adder:
    """Adds up judgements and tallies."""

    def __init__(self) -> None:
        self.number = 0
        self.scores = 0
        self.parts: dict[str, list[int]] = {}
        self.bands: Counter[int] = Counter()
        self.missing: dict[str, list[float]] = {}
        self.readers: Counter[str] = Counter()

    def judge(self, resource: Resource) -> None:
        """Judge a resource and add what comes of it."""
        quality = assess(resource)
        self.number += 1
        self.scores += quality.score
        self.bands[min(quality.score // 10, BANDS - 1)] += 1
        if resource.origins:
            self.readers[resource.origins[0].reader] += 1
        for part in quality.parts:
            self._add_part(part.name, part.score, 1)
        for fix in quality.fixes:
            self._add_missing(fix.name, 1, fix.gain)

    def add(self, tally: Tally) -> None:
        """Add a tally."""
        self.number += tally.number
        self.scores += tally.scores
        self.bands.update(tally.bands)
        self.readers.update(tally.readers)
        for name, (total, number) in tally.parts.items():
            self._add_part(name, total, number)
        for name, (number, gain) in tally.missing.items():
            self._add_missing(name, number, gain)

    def _add_part(self, name: str, total: int, number: int) -> None:
        held = self.parts.setdefault(name, [0, 0])
        held[0] += total
        held[1] += number

    def _add_missing(self, name: str, number: int, gain: float) -> None:
        held = self.missing.setdefault(name, [0, 0.0])
        held[0] += number
        held[1] += gain

    def result(self) -> Tally:
        """The tally of everything added."""
        return Tally(
            self.number, self.scores, {name: (total, number) for name, (total, number) in self.parts.items()},
            dict(sorted(self.bands.items())),
            {name: (int(number), round(gain, 1)) for name, (number, gain) in sorted(self.missing.items())},
            dict(self.readers),
        )  # fmt: skip


def standing_of(tally: Tally) -> Standing | None:
    """What a tally says of a source; None when nothing was judged."""
    if not tally.number:
        return None
    reader = max(tally.readers, key=lambda name: (tally.readers[name], name), default="")
    gaps = [_gap(name, int(number), gain, tally.number, reader) for name, (number, gain) in tally.missing.items()]
    return Standing(
        number=tally.number,
        score=round(tally.scores / tally.number),
        parts=tuple(_means(tally.parts)),
        bands=tuple(tally.bands.get(band, 0) for band in range(BANDS)),
        gaps=tuple(sorted(gaps, key=lambda gap: (-gap.gain, gap.label))),
    )


def _means(parts: Mapping[str, tuple[int, int]]) -> Iterable[PartMean]:
    for name, label in LABELS.items():
        total, number = parts.get(name, (0, 0))
        if number:
            yield PartMean(name, label, round(total / number))


def _gap(name: str, number: int, gain: float, of: int, reader: str) -> Gap:
    label = ELEMENT_LABELS[name]
    how = mend_named(MEND_BY.get(name, name), label, reader)
    return Gap(name, label, LEVELS.get(name), number, round(number / of, 4), round(gain / of, 1), how)
