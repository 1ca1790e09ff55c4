"""Where what a page states comes from: sources that contradict each other, and the versions that a record had."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from fastapi import Request

from reperio.errors import ReperioError
from reperio.resource.fields import Resource, fields
from reperio.resource.model import Claim
from reperio.web.admin.office import office_of
from reperio.web.language import gettext as _

CONTESTED = (
    "temporal", "spatial", "ages", "sex", "sizes", "study_designs", "time_methods", "waves", "genetic_data", "access",
    "licences", "date_published",
)  # fmt: skip
"""Fields of which two sources cannot both be right when they share no value. Topics and the like only add up."""
ORIGINS = 12
VERSIONS = 30


class Side(msgspec.Struct, frozen=True):
    """What one source says: its key, and its words."""

    source: str
    words: tuple[str, ...]


class Conflict(msgspec.Struct, frozen=True):
    """A field of which sources say different things."""

    label: str
    sides: tuple[Side, ...]


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """The versions of a record: when each was fetched, oldest first, and whether the last one withdrew it."""

    source: str
    record: str
    fetched: tuple[str, ...]
    withdrawn: bool


def conflicts(resource: Resource) -> tuple[Conflict, ...]:
    """Fields of which two sources share no value, with what each says."""
    found = []
    for name in CONTESTED:
        sides: dict[str, dict[bytes, str]] = {}
        for claim in _stated(resource.claims, name):
            sides.setdefault(claim.source, {})[msgspec.json.encode(claim.value)] = claim.raw
        if _differ([set(values) for values in sides.values()]):
            said = tuple(Side(source, tuple(dict.fromkeys(values.values()))) for source, values in sides.items())
            found.append(Conflict(_(fields()[name].label), said))
    return tuple(found)


def _stated(claims: Iterable[Claim], name: str) -> Iterable[Claim]:
    return (one for one in claims if one.field == name and one.how == "stated" and one.value is not None and one.source)


def _differ(values: list[set[bytes]]) -> bool:
    return any(not one & other for place, one in enumerate(values) for other in values[place + 1 :])


def history(request: Request, resource: Resource) -> tuple[Past, ...]:
    """The versions of each record that a resource was read from; none where the archive is elsewhere."""
    office = office_of(request)
    if office is None:
        return ()
    found = []
    for origin in resource.origins[:ORIGINS]:
        try:
            versions = office.workshop.archive.history(origin.source, origin.record)
        except ReperioError:
            return ()
        if versions:
            fetched = tuple(version.fetched for version in versions[-VERSIONS:])
            found.append(
                Past(source=origin.source, record=origin.record, fetched=fetched, withdrawn=versions[-1].deleted)
            )
    return tuple(found)
