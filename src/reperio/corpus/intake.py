"""From records to statements: each record is read, and what came of it is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from reperio.corpus.model import Statement
from reperio.record.model import Record
from reperio.resource.fields import Resource
from reperio.resource.issues import Issue
from reperio.resource.model import CATALOGUE_KINDS
from reperio.resource.read.registry import FAILED, read_record
from reperio.source.model import Source

LEVELS = ("info", "warning", "error")
EMPTY: tuple[object, ...] = (None, (), "", {})


class ReadReport(msgspec.Struct, kw_only=True):
    """What reading a source's records gave.

    Attributes:
        source: key of the source.
        records: records read (those that changed since last time), deletions among them.
        deleted: of these, deletions.
        resources: resources stated, by kind.
        issues: issues noted, by code.
        empty: records that gave no resource, with the reason: code and message of their worst issue.
        changed: resources that are new or differ from before.
        failed_expectations: sentences, one for each fill rate of the declaration that is not met by what the source
            states now; not told when nothing had changed.
        seconds: how long it took.
    """

    source: str
    records: int = 0
    deleted: int = 0
    resources: dict[str, int] = {}
    issues: dict[str, int] = {}
    empty: list[tuple[str, str]] = []
    changed: int = 0
    failed_expectations: list[str] = []
    seconds: float = 0.0

    def add(self, other: ReadReport) -> None:
        """Count what another part of the source's records gave, too."""
        self.records += other.records
        self.deleted += other.deleted
        self.resources = dict(Counter(self.resources) + Counter(other.resources))
        self.issues = dict(Counter(self.issues) + Counter(other.issues))
        self.empty += other.empty
        self.changed += other.changed


class Tally:
    """Counts what is read, while it is read."""

    def __init__(self, report: ReadReport) -> None:
        self.report = report
        self._resources: Counter[str] = Counter()
        self._issues: Counter[str] = Counter()
        self._filled: Counter[str] = Counter()
        self._described = 0

    def statements(self, source: Source, records: Iterable[Record]) -> Iterator[Statement]:
        """Read records and give what each says."""
        for record in records:
            reading = read_record(record, source)
            self.report.records += 1
            self.report.deleted += record.deleted
            self._resources.update(resource.kind for resource in reading.resources)
            self._issues.update(issue.code for issue in reading.issues)
            self.count_filled(source, reading.resources)
            if not reading.resources and not record.deleted:
                self.report.empty.append((record.identifier, _reason(reading.issues)))
            yield Statement(
                source=source.key,
                record=record.identifier,
                resources=tuple(reading.resources),
                issues=tuple(reading.issues),
                unread=any(issue.code == FAILED for issue in reading.issues),
            )

    def count_filled(self, source: Source, resources: Iterable[Resource]) -> None:
        """Count which of the fields that are expected to be filled are."""
        for resource in resources:
            if resource.kind in CATALOGUE_KINDS and not resource.part_of and source.expect.fill:
                self._described += 1
                self._filled.update(name for name in source.expect.fill if getattr(resource, name) not in EMPTY)

    def failed(self, source: Source) -> list[str]:
        """Sentences on the fill rates, over what stands at the top of a record, that are below what is expected."""
        return [
            f"{name} is filled in {self._filled[name] / self._described:.0%}, expected {rate:.0%}."
            for name, rate in source.expect.fill.items()
            if self._described and self._filled[name] < rate * self._described
        ]

    def finish(self) -> None:
        """Write the counts into the report."""
        self.report.resources = dict(self._resources)
        self.report.issues = dict(self._issues)


def _reason(issues: Sequence[Issue]) -> str:
    worst = max(issues, key=lambda issue: LEVELS.index(issue.level), default=None)
    return f"{worst.code}: {worst.message}" if worst else "nothing recognised"
