"""Topics, instruments and organisations: what the values of facets name, whatever their spelling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, get_args

import msgspec

from reperio.errors import NotFoundError
from reperio.query.model import Chosen, Query
from reperio.resource.instruments import Instrument, instrument_named, register
from reperio.text.slugs import slugify, uuid_of
from reperio.web.directory import EVERY
from reperio.web.site import Site

EntityKind = Literal["topics", "instruments", "organisations"]
KINDS: tuple[EntityKind, ...] = get_args(EntityKind)
FACETS: dict[EntityKind, tuple[str, ...]] = {
    "topics": ("topic",),
    "instruments": ("instrument",),
    "organisations": ("publisher", "funder", "creator"),
}
LISTED: dict[EntityKind, tuple[str, ...]] = FACETS | {"organisations": ("publisher", "funder")}
"""Facets whose values are listed. Creators are mostly people: they have pages, but are not in the list."""
THIN: dict[EntityKind, int] = {"topics": 2, "instruments": 1, "organisations": 2}
"""Fewest results with which a page is offered to crawlers. A page of one study says less than the study's own; of an
instrument the register tells more than its one study does."""


class Role(msgspec.Struct, frozen=True):
    """A facet in which an entity is named, with its spellings there and their counts, the most frequent first."""

    facet: str
    spellings: tuple[tuple[str, int], ...]

    @property
    def query(self) -> Query:
        """The search for everything that has any of the spellings."""
        return Query(chosen=(Chosen(self.facet, tuple(sorted(value for value, _ in self.spellings))),))


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """A topic, instrument or organisation.

    Attributes:
        kind: what it is.
        slug: its name in addresses.
        name: as it is most often written, of an instrument as the register has it.
        roles: where it is named, the most frequent first; none for an instrument that nothing names.
        instrument: its entry of the register.
    """

    kind: EntityKind
    slug: str
    name: str
    roles: tuple[Role, ...]
    instrument: Instrument | None = None

    @property
    def count(self) -> int:
        """Results of its most frequent spelling: a lower bound of its results."""
        return max((count for role in self.roles for _, count in role.spellings), default=0)

    @property
    def is_thin(self) -> bool:
        """Whether it leads to so little that no crawler should be sent to it (an upper bound of its results counts)."""
        most = max((sum(count for _, count in role.spellings) for role in self.roles), default=0)
        return most < THIN[self.kind]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way it is written, but for its name."""
        found = dict.fromkeys(value for role in self.roles for value, _ in role.spellings)
        return tuple(value for value in found if value != self.name)


def entities(site: Site, kind: EntityKind) -> Mapping[str, Entity]:
    """Every entity of a kind by slug, read once for each state of the index."""
    key = ("entities", site.service.status().generation, kind)
    return site.kept.get(key, lambda: {entity.slug: entity for entity in _read(site, kind)})


def entity(site: Site, kind: EntityKind, slug: str) -> Entity:
    """The entity of a slug.

    Raises:
        NotFoundError: there is none.
    """
    held = entities(site, kind)
    if slug in held:
        return held[slug]
    if kind == "instruments" and slug in register():
        known = register()[slug]
        return Entity(kind=kind, slug=slug, name=known.label, roles=(), instrument=known)
    raise NotFoundError("Nothing here has that name.", hint="The list of all is one step up.")


def listed(site: Site, kind: EntityKind) -> Iterator[Entity]:
    """The entities that stand in the list of their kind."""
    for one in entities(site, kind).values():
        if any(role.facet in LISTED[kind] for role in one.roles):
            yield one


def slug_of(kind: EntityKind, value: str) -> str:
    """The slug of what a value names. Spellings that differ in case, accents or signs share it."""
    if kind == "instruments" and (known := instrument_named(value)):
        return known.key
    return slugify(value) or uuid_of(value)[:12]


def _read(site: Site, kind: EntityKind) -> Iterator[Entity]:
    grouped: dict[str, dict[str, list[tuple[str, int]]]] = {}
    for facet, values in _values(site, FACETS[kind]):
        for value, count in values:
            grouped.setdefault(slug_of(kind, value), {}).setdefault(facet, []).append((value, count))
    for slug, by_facet in grouped.items():
        roles = [Role(facet, tuple(spellings)) for facet, spellings in by_facet.items()]
        roles.sort(key=lambda role: -role.spellings[0][1])
        known = register().get(slug) if kind == "instruments" else None
        name = known.label if known else roles[0].spellings[0][0]
        yield Entity(kind=kind, slug=slug, name=name, roles=tuple(roles), instrument=known)


def _values(site: Site, facets: tuple[str, ...]) -> Iterable[tuple[str, tuple[tuple[str, int], ...]]]:
    for facet in facets:
        counts = site.service.facets(Query(), (facet,), size=EVERY).get(facet)
        yield facet, counts.values if counts else ()
