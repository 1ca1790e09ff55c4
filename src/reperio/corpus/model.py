"""What the corpus holds: items, made from what sources state, and changes to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.issues import Issue
from reperio.resource.model import Kind


class Item(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A resource as shown to the world: the merge of every statement judged to be about the same thing.

    Attributes:
        resource: the merged resource. Its `id` is the canonical id; its `part_of` names canonical ids; its `origins`
            and `claims` are those of every member, so that each value can be traced.
        slug: stable name in URLs.
        members: ids of the source statements it was made from, canonical one first.
        sources: keys of the sources of the members, canonical one first.
        variables: number of variables held below it (or in it).
        children: number of direct children that are not variables.
        seq: number of its last change; grows over the whole corpus.
        changed: when that was (ISO 8601, UTC).
    """

    resource: Resource
    slug: str
    members: tuple[str, ...]
    sources: tuple[str, ...]
    variables: int = 0
    children: int = 0
    seq: int = 0
    changed: str = ""

    @property
    def id(self) -> str:
        """Canonical id."""
        return self.resource.id

    @property
    def uuid(self) -> str:
        """md5 of the canonical id."""
        return self.resource.uuid

    @property
    def kind(self) -> Kind:
        """Kind of the resource."""
        return self.resource.kind


class Change(msgspec.Struct, frozen=True):
    """Something changed: an item was made or remade, or (`deleted`) is no more. `seq` grows, an id's last change counts."""

    seq: int
    id: str
    kind: Kind
    deleted: bool


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """What the corpus holds of one source.

    Attributes:
        key: key of the source.
        counts: live statements by kind.
        issues: issues by code.
        read: when it was last read (ISO 8601), None if never.
    """

    key: str
    counts: dict[str, int]
    issues: dict[str, int]
    read: str | None = None


class Counts(msgspec.Struct, kw_only=True):
    """What replacing records did: resources new, changed, the same and no longer stated; issues noted."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    issues: int = 0


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What one record says now.

    Attributes:
        source: key of the source.
        record: identifier of the record within the source.
        resources: everything it describes.
        issues: what was wrong in it.
        unread: it could not be read at all, by no fault of its own: what it stated before still stands, `resources`
            do not count.
    """

    source: str
    record: str
    resources: Sequence[Resource]
    issues: Sequence[Issue] = ()
    unread: bool = False


Verdict = Literal["yes", "no", "unsure", "undone"]


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """Whether two ids name the same thing.

    Attributes:
        left, right: the ids, in alphabetical order.
        verdict: yes or no. Of people, `unsure` leaves the pair to the rules and `undone` takes back the last thing
            that people said; of the rules, `unsure` puts the pair before people and `undone` withdraws.
        by: who says so; `rules` for the rules.
        why: the reason given.
        at: when (ISO 8601, UTC).
        score: how probable the rules find it, None when people judge.
    """

    left: str
    right: str
    verdict: Verdict
    by: str
    why: str = ""
    at: str = ""
    score: float | None = None


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """An issue and the record it was found in. `key` grows, for paging."""

    key: int
    source: str
    record: str
    issue: Issue
