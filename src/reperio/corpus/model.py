"""What the corpus holds: items, made from what sources state, and changes to them."""

from __future__ import annotations

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.model import Kind


class Item(msgspec.Struct, frozen=True, kw_only=True):
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
