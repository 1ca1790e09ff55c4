"""Slugs: names for URLs, unique, given once and kept.

A slug is the folded title; when it is taken, `-2`, `-3` and so on are tried. What has no title is named by its id.
Variables have no slug of their own (5 million of them would share a few thousand labels): they go by their uuid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from reperio.corpus.ledger import chunks
from reperio.corpus.tables import ALIAS, ITEM
from reperio.resource.fields import Resource
from reperio.text.slugs import SLUG_MAX, slugify, uuid_of

UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def base_slug(resource: Resource) -> str:
    """The slug a resource would have were it alone."""
    title = resource.titles[0].value if resource.titles else ""
    return slugify(title) or slugify(resource.id) or uuid_of(resource.id)


class Namer:
    """Gives slugs that are free, remembering what it gave."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._taken: set[str] = set()
        self._families: dict[str, set[str]] = {}
        self._next: dict[str, int] = {}

    def name(self, resources: Mapping[str, Resource]) -> dict[str, str]:
        """Slugs by id, for ids that have none; given in order of the ids."""
        wanted = {identity: base_slug(resource) for identity, resource in sorted(resources.items())}
        self._taken |= self._held(wanted.values())
        return {identity: self._free(base) for identity, base in wanted.items()}

    def _held(self, slugs: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for some in chunks(dict.fromkeys(slugs)):
            found.update(filter(None, self.connection.scalars(select(ITEM.c.slug).where(ITEM.c.slug.in_(some)))))
            found.update(self.connection.scalars(select(ALIAS.c.name).where(ALIAS.c.name.in_(some))))
        return found

    def _free(self, base: str) -> str:
        slug, number = base, 1
        if base in self._taken or UUID.fullmatch(base):
            family = self._family(base)
            number = self._next.get(base, 2)
            while slug == base or slug in family or slug in self._taken:
                slug = _numbered(base, number)
                number += 1
            self._next[base] = number
        self._taken.add(slug)
        return slug

    def _family(self, base: str) -> set[str]:
        """Slugs in use that begin like this one."""
        stem = base[: SLUG_MAX - 12]
        if stem not in self._families:
            end = stem + "\x7f"
            held = self.connection.scalars(select(ITEM.c.slug).where(ITEM.c.slug >= stem, ITEM.c.slug < end))
            other = self.connection.scalars(select(ALIAS.c.name).where(ALIAS.c.name >= stem, ALIAS.c.name < end))
            self._families[stem] = {slug for slug in (*held, *other) if slug}
        return self._families[stem]


def _numbered(base: str, number: int) -> str:
    suffix = f"-{number}"
    return base[: SLUG_MAX - len(suffix)].rstrip("-") + suffix
