"""A report for data managers: what was understood of a source's records, what was not, what is missing, how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from reperio.record.model import Record
from reperio.resource.fields import Resource, fields
from reperio.resource.issues import Level as IssueLevel
from reperio.resource.model import CATALOGUE_KINDS
from reperio.resource.quality.assess import Quality, assess
from reperio.resource.quality.cmm import ELEMENTS, Element, Level, asked_of, is_stated
from reperio.resource.quality.places import mend
from reperio.resource.quality.tally import Adder, Standing, standing_of
from reperio.resource.read.leftover import KEPT_AS, Left, passed_over
from reperio.resource.read.reading import Reading

ASIDE = frozenset({"id", "kind", "source", "origins", "claims", "extra", "part_of"})
"""Fields that say nothing of what a record states."""
DEPTH = 3
EXAMPLE_MAX = 120


class Filled(msgspec.Struct, frozen=True):
    """How many series, studies and datasets (or variables) have a field filled."""

    field: str
    label: str
    descriptions: int
    variables: int


class Example(msgspec.Struct, frozen=True):
    """Something that was not understood: how often, and one such place.

    Attributes:
        what: a path in the record, a field, or the code of an issue.
        count: how often.
        records: in how many records.
        record: identifier of a record that has it.
        path: where in that record.
        text: what stands there.
        message: a sentence, of issues.
        level: of issues.
    """

    what: str
    count: int
    records: int
    record: str
    path: str = ""
    text: str = ""
    message: str = ""
    level: IssueLevel | None = None


class Missing(msgspec.Struct, frozen=True):
    """An element of the CESSDA Metadata Model (or asked of variables) that is missing: from how many, and how to mend it."""

    name: str
    label: str
    cmm: str
    level: Level
    of: str
    number: int
    asked: int
    how: str
    record: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What reading tells of a source or of one of its records.

    Attributes:
        source: key of the source.
        record: identifier of the record, empty for the whole source.
        records: records read, without deletions.
        readers: records by reader.
        resources: what they gave, by kind.
        understood: fields filled, in the order of the model.
        kept: what the readers kept in `extra` without understanding it, by path.
        passed_over: what stands in the records and nowhere in what was read of them, by path.
        unreadable: statements that gave no value, by field.
        issues: by code.
        missing: elements asked for and missing, mandatory ones first.
        quality: mean quality of series, studies and datasets; None when there are none.
        judgement: the judgement of the only description of the report, None when there are several.
    """

    source: str
    record: str = ""
    records: int = 0
    readers: dict[str, int] = {}
    resources: dict[str, int] = {}
    understood: tuple[Filled, ...] = ()
    kept: tuple[Example, ...] = ()
    passed_over: tuple[Example, ...] = ()
    unreadable: tuple[Example, ...] = ()
    issues: tuple[Example, ...] = ()
    missing: tuple[Missing, ...] = ()
    quality: Standing | None = None
    judgement: Quality | None = None


class _Seen:
    """Things by name, counted, with the first place of each."""

    def __init__(self) -> None:
        self._held: dict[str, list[Any]] = {}

    def note(self, what: str, record: str, count: int = 1, **more: Any) -> None:
        held = self._held.setdefault(what, [0, 0, None, Example(what, 0, 0, record, **more)])
        held[0] += count
        if held[2] != record:
            held[1], held[2] = held[1] + 1, record

    def result(self) -> tuple[Example, ...]:
        """Most frequent first."""
        found = [
            msgspec.structs.replace(example, count=count, records=records)
            for count, records, _, example in self._held.values()
        ]
        return tuple(sorted(found, key=lambda example: (-example.count, example.what)))


class Reporter:
    """Gathers a report record by record.

    Args:
        source: key of the source.
        record: identifier of the record when there is only one.
    """

    def __init__(self, source: str, record: str = "") -> None:
        self.source = source
        self.record = record
        self.records = 0
        self._readers: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._filled: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        self._kept, self._left, self._unreadable, self._issues = _Seen(), _Seen(), _Seen(), _Seen()
        self._asked: Counter[tuple[str, Level, str]] = Counter()
        self._lacking: dict[tuple[str, Level, str], list[Any]] = {}
        self._adder = Adder()
        self._judged: list[Quality] = []

    def add(self, record: Record, reading: Reading) -> None:
        """Add what was read of one record."""
        name = record.identifier
        self.records += 1
        self._readers.update({each.origins[0].reader for each in reading.resources if each.origins})
        for resource in reading.resources:
            self._add_resource(name, resource)
        for issue in reading.issues:
            self._issues.note(
                issue.code,
                name,
                path=issue.path,
                text=issue.value[:EXAMPLE_MAX],
                message=issue.message,
                level=issue.level,
            )
        left: dict[str, Left] = passed_over(record, reading) if reading.resources else {}  # else the issues say why
        for path, each in left.items():
            self._left.note(path, name, each.count, text=each.example[:EXAMPLE_MAX])

    def _add_resource(self, record: str, resource: Resource) -> None:
        self._kinds[resource.kind] += 1
        described = resource.kind in CATALOGUE_KINDS
        self._filled[described].update(field for field in fields() if field not in ASIDE and _says(resource, field))
        for claim in resource.claims:
            if claim.value is None and claim.how != "inherited":
                self._unreadable.note(claim.field, record, path=claim.path, text=claim.raw[:EXAMPLE_MAX])
        for path, count, text in kept_paths(resource.extra):
            self._kept.note(path, record, count, text=text[:EXAMPLE_MAX])
        for element, level in asked_of(resource):
            self._ask(record, resource, element, level)
        if described:
            self._adder.judge(resource)
            if len(self._judged) < 2:
                self._judged.append(assess(resource))

    def _ask(self, record: str, resource: Resource, element: Element, level: Level) -> None:
        key = (element.name, level, resource.kind)
        self._asked[key] += 1
        if not is_stated(element, resource):
            reader = resource.origins[0].reader if resource.origins else ""
            held = self._lacking.setdefault(key, [0, record, reader, element])
            held[0] += 1

    def result(self) -> Report:
        """The report of everything added."""
        return Report(
            source=self.source,
            record=self.record,
            records=self.records,
            readers=dict(self._readers),
            resources=dict(self._kinds),
            understood=tuple(self._understood()),
            kept=self._kept.result(),
            passed_over=self._left.result(),
            unreadable=self._unreadable.result(),
            issues=self._issues.result(),
            missing=tuple(self._missing()),
            quality=standing_of(self._adder.result()),
            judgement=self._judged[0] if len(self._judged) == 1 else None,
        )

    def _understood(self) -> Iterator[Filled]:
        for name, field in fields().items():
            described, variables = self._filled[True][name], self._filled[False][name]
            if described or variables:
                yield Filled(name, field.label, described, variables)

    def _missing(self) -> list[Missing]:
        order = {"mandatory": 0, "recommended": 1, "optional": 2}
        places = {element.name: number for number, element in enumerate(ELEMENTS)}
        found = [
            Missing(name, element.label, element.cmm, level, kind, number, self._asked[name, level, kind], mend(element, reader), record)
            for (name, level, kind), (number, record, reader, element) in self._lacking.items()
        ]  # fmt: skip
        kinds = {"study": 0, "dataset": 1, "series": 2, "variable": 3}
        return sorted(found, key=lambda each: (order[each.level], kinds[each.of], -each.number, places[each.name]))


def _says(resource: Resource, field: str) -> bool:
    value = getattr(resource, field)
    return value is not None and value not in ((), "", {})


def kept_paths(extra: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Paths of what a reader kept aside, how often each occurs, and a text of it."""
    for name, value in extra.items():
        if name == KEPT_AS:
            continue
        if name == "unread" and isinstance(value, dict):
            for path, held in value.items():
                node = held if isinstance(held, dict) else {}
                texts = node.get("texts") or [""]
                yield str(path), int(node.get("count") or 1), str(texts[0])
        else:
            yield from _paths(str(name), value, 1)


def _paths(path: str, value: Any, depth: int) -> Iterator[tuple[str, int, str]]:
    if isinstance(value, dict) and depth < DEPTH:
        for name, child in value.items():
            yield from _paths(f"{path}/{name}", child, depth + 1)
    elif isinstance(value, list) and any(isinstance(child, dict) for child in value) and depth < DEPTH:
        for child in value:
            yield from _paths(f"{path}[]", child, depth)
    else:
        count = len(value) if isinstance(value, list) else 1
        yield path, max(count, 1), str(value[0] if isinstance(value, list) and value else value)
