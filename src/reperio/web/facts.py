"""Every fact a resource holds, in groups for people. It goes through all declared fields, so that none is forgotten."""

from __future__ import annotations

from typing import Any

import msgspec

from reperio.resource.fields import Field, Resource, fields
from reperio.resource.model import Claim, Origin
from reperio.web.language import N_
from reperio.web.language import gettext as _
from reperio.web.values import Shown, show_all

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Of this variable"), (
        "name", "universe", "informant", "reference_period", "concepts", "wave", "data_type", "measurement_unit",
        "position", "statistics",
    )),
    (N_("Coverage"), ("temporal", "spatial", "ages", "sex", "sizes", "population")),
    (N_("How it was made"), (
        "study_designs", "time_methods", "sampling", "collection_modes", "analysis_units", "data_kinds", "instruments",
        "waves", "genetic_data", "variable_count",
    )),
    (N_("What it is about"), ("alternate_titles", "topics", "keywords", "languages")),
    (N_("Who"), ("creators", "contributors", "publishers", "funders", "rights_holders", "contacts")),
    (N_("Access and licence"), ("access", "access_routes", "access_notes", "licences", "distributions", "citation")),
    (N_("Publications and links"), ("publications", "links", "urls", "image")),
    (N_("Record"), (
        "id", "kind", "source", "identifiers", "version", "date_created", "date_published", "date_modified", "part_of",
        "extra",
    )),
)  # fmt: skip
ELSEWHERE = ("titles", "abstracts", "question", "preamble", "categories", "origins", "claims")
"""Fields with a place of their own on the page."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One field that has a value: its heading, its help, its values, and where they come from when not stated."""

    name: str
    label: str
    help: str
    values: tuple[Shown, ...]
    how: str = ""


class FactGroup(msgspec.Struct, frozen=True):
    """Facts that belong together."""

    title: str
    facts: tuple[Fact, ...]


class ClaimRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the provenance table."""

    label: str
    value: str
    raw: str
    path: str
    how: str
    source: str
    date: str
    of: str


def fact_groups(resource: Resource) -> tuple[FactGroup, ...]:
    """All facts of a resource by group; fields of no group come last, under `Other`."""
    listed = {name for _, names in GROUPS for name in names} | set(ELSEWHERE)
    others = tuple(name for name in fields() if name not in listed)
    groups = (*GROUPS, (N_("Other"), others))
    made = (FactGroup(_(title), _facts(resource, names)) for title, names in groups)
    return tuple(group for group in made if group.facts)


def facts(resource: Resource, *names: str) -> tuple[Fact, ...]:
    """The facts of these fields that have a value."""
    return _facts(resource, names)


def _facts(resource: Resource, names: tuple[str, ...]) -> tuple[Fact, ...]:
    return tuple(
        _fact(resource, fields()[name], getattr(resource, name)) for name in names if _has(getattr(resource, name))
    )


def _has(value: object) -> bool:
    return value is not None and value not in ("", (), {})


def _fact(resource: Resource, field: Field, value: Any) -> Fact:
    return Fact(
        name=field.name,
        label=_(field.label),
        help=_(field.help),
        values=show_all(value, name=field.name, facet=field.facet),
        how=_how(resource, field.name),
    )


def _how(resource: Resource, name: str) -> str:
    """`inherited` or `derived` when every claim of a field is, else empty."""
    hows = {claim.how for claim in resource.claims if claim.field == name}
    return hows.pop() if len(hows) == 1 and "stated" not in hows else ""


def claim_rows(resource: Resource) -> tuple[ClaimRow, ...]:
    """Where each normalised value came from."""
    dates = {origin.source: origin for origin in resource.origins}
    return tuple(_row(claim, dates.get(claim.source)) for claim in resource.claims)


def _row(claim: Claim, origin: Origin | None) -> ClaimRow:
    field = fields().get(claim.field)
    value = "" if claim.value is None else msgspec.json.encode(claim.value).decode()
    return ClaimRow(
        label=_(field.label) if field else claim.field,
        value=value[:300],
        raw=claim.raw,
        path=claim.path,
        how=claim.how,
        source=claim.source,
        date=origin.date[:10] if origin else "",
        of=claim.of or "",
    )
