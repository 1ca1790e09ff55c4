"""What a reader gives: the resources a record describes and the issues found on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reperio.record.model import Record
from reperio.resource.fields import Resource
from reperio.resource.issues import Issue, Level
from reperio.source.model import Source

VALUE_MAX = 500


@dataclass(slots=True)
class Reading:
    """Resources and issues of one record, in document order.

    Attributes:
        tree: what the record was parsed into, while it is read: so that it is parsed once.
    """

    resources: list[Resource] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    tree: object = field(default=None, compare=False, repr=False)

    def issue(self, code: str, path: str, value: object = "", message: str = "", level: Level = "warning") -> None:
        """Note an issue; the value is cut to 500 characters."""
        self.issues.append(Issue(code=code, path=path, value=str(value)[:VALUE_MAX], message=message, level=level))


Reader = Callable[[Record, Source], Reading]
"""A reader never raises on what a record holds: what it cannot read becomes an issue, the rest is read."""
