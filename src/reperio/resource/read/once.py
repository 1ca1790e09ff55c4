"""One resource for each id: what several places of a record say of one thing is put together."""

from __future__ import annotations

from typing import Any

import msgspec

from reperio.resource.fields import Resource, fields
from reperio.resource.read.reading import Reading

IDENTITY = frozenset({"id", "kind", "source", "origins"})


def put_together(reading: Reading) -> None:
    """Fold resources of one id and kind into the first of them; nothing that any of them states is lost.

    Of what can be said once, the first to say it counts. An id has one kind: what claims it for another kind gets an
    id of its own, and an issue.
    """
    if len({resource.id for resource in reading.resources}) == len(reading.resources):
        return
    held: dict[str, Resource] = {}
    for resource in reading.resources:
        first = held.get(resource.id)
        if first is None:
            held[resource.id] = resource
        elif first.kind == resource.kind:
            held[resource.id] = _folded(first, resource)
        else:
            message = f"This is the id of a {first.kind} and of a {resource.kind}."
            reading.issue("id.repeated", "", resource.id, message)
            other = f"{resource.id}/{resource.kind}"
            held.setdefault(other, msgspec.structs.replace(resource, id=other))
    reading.resources[:] = held.values()


def _folded(first: Resource, more: Resource) -> Resource:
    changed: dict[str, Any] = {}
    for name in fields():
        one, other = getattr(first, name), getattr(more, name)
        if name in IDENTITY or not other or one == other:
            continue
        if isinstance(one, tuple):
            changed[name] = (*one, *(value for value in other if value not in one))
        elif isinstance(one, dict):
            changed[name] = {**other, **one}
        elif one is None:
            changed[name] = other
    return msgspec.structs.replace(first, **changed)
