"""What the FAIR principles ask of a description, as checks a machine can make: each with its weight within its principle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Concept
from reperio.resource.quality.cmm import PERSISTENT, Role

Principle = Literal["findable", "accessible", "interoperable", "reusable"]
PRINCIPLES: tuple[Principle, ...] = ("findable", "accessible", "interoperable", "reusable")
ALONE: tuple[Role, ...] = ("study",)
ALSO_PARTS: tuple[Role, ...] = ("study", "part")
ALSO_SERIES: tuple[Role, ...] = ("study", "part", "series")


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing asked under a principle.

    Attributes:
        principle: the principle it belongs to.
        name: name of the element it is about, as in the register of the CESSDA Metadata Model where that has it.
        label: what is asked, for people.
        weight: share of the principle, in parts of 100 for a study.
        test: whether a resource meets it.
        roles: what resources it is asked of.
    """

    principle: Principle
    name: str
    label: str
    weight: int
    test: Callable[[Resource], bool]
    roles: tuple[Role, ...] = ALONE


def _concepts(resource: Resource) -> Iterable[Concept]:
    for field in ("topics", "keywords", "analysis_units", "time_methods", "sampling", "collection_modes", "data_kinds"):
        yield from getattr(resource, field)


def _has_terms(resource: Resource) -> bool:
    return any(concept.vocabulary or concept.uri for concept in _concepts(resource))


def _has_languages(resource: Resource) -> bool:
    texts = (*resource.titles, *resource.abstracts)
    return bool(texts) and all(text.lang for text in texts)


def _has_codes(resource: Resource) -> bool:
    return any(place.country for place in resource.spatial)


def _agents(resource: Resource) -> Iterable[Agent]:
    for field in ("creators", "publishers", "funders", "contributors"):
        yield from getattr(resource, field)


def _has_agent_ids(resource: Resource) -> bool:
    return any(agent.identifiers for agent in _agents(resource))


def _has_formats(resource: Resource) -> bool:
    return any(each.media_type for each in resource.distributions)


def _has_methods(resource: Resource) -> bool:
    held = (
        resource.sampling,
        resource.collection_modes,
        resource.time_methods,
        resource.study_designs,
        resource.instruments,
    )
    return any(held)


def _has_page(resource: Resource) -> bool:
    return any(url.startswith(("https://", "http://")) for url in resource.urls) or bool(resource.dois)


def _has_pid(resource: Resource) -> bool:
    return any(each.scheme in PERSISTENT for each in resource.identifiers)


def _has_dates(resource: Resource) -> bool:
    return bool(resource.version or resource.date_published or resource.date_modified or resource.date_created)


def _is_linked(resource: Resource) -> bool:
    return bool(resource.links or resource.publications or resource.part_of)


def _has_subjects(resource: Resource) -> bool:
    return bool(resource.keywords or resource.topics)


def _has_licence(resource: Resource) -> bool:
    return any(licence.spdx or licence.url for licence in resource.licences)


CHECKS: tuple[Check, ...] = (
    Check(principle="findable", name="pid", label="Persistent identifier (F1)", weight=40, test=_has_pid, roles=ALSO_PARTS),
    Check(principle="findable", name="title", label="Title (F2)", weight=20, test=lambda each: bool(each.titles), roles=ALSO_SERIES),
    Check(principle="findable", name="abstract", label="Abstract (F2)", weight=20, test=lambda each: bool(each.abstracts), roles=ALSO_SERIES),
    Check(principle="findable", name="keyword", label="Keywords or topics (F2)", weight=20, test=_has_subjects),
    Check(principle="accessible", name="landing_page", label="Landing page on the web (A1)", weight=40, test=_has_page, roles=ALSO_SERIES),
    Check(principle="accessible", name="access_level", label="Whether open, registered, controlled or closed (A1.2)", weight=35,
          test=lambda each: each.access is not None, roles=ALSO_PARTS),
    Check(principle="accessible", name="access_terms", label="How to get the data (A1.2)", weight=25,
          test=lambda each: bool(each.access_notes or each.licences)),
    Check(principle="interoperable", name="vocabulary", label="Terms of a named vocabulary (I2)", weight=35, test=_has_terms),
    Check(principle="interoperable", name="title_language", label="Language of every title and abstract (I1)", weight=20,
          test=_has_languages, roles=ALSO_SERIES),
    Check(principle="interoperable", name="country", label="Country as an ISO code (I2)", weight=20, test=_has_codes),
    Check(principle="interoperable", name="agent_ids", label="Identifiers of people or organisations (I3)", weight=10, test=_has_agent_ids),
    Check(principle="interoperable", name="format", label="Files with their format (I1)", weight=10, test=_has_formats, roles=ALSO_PARTS),
    Check(principle="interoperable", name="link", label="Links to other things, with their kind (I3)", weight=5, test=_is_linked),
    Check(principle="reusable", name="licence", label="Licence that a machine knows (R1.1)", weight=35, test=_has_licence, roles=ALSO_PARTS),
    Check(principle="reusable", name="method", label="How the data were made (R1)", weight=20, test=_has_methods),
    Check(principle="reusable", name="creator", label="Who made it (R1.2)", weight=15, test=lambda each: bool(each.creators)),
    Check(principle="reusable", name="period", label="When (R1)", weight=10, test=lambda each: bool(each.temporal), roles=ALSO_PARTS),
    Check(principle="reusable", name="version", label="Version or dates (R1.2)", weight=10, test=_has_dates, roles=ALSO_PARTS),
    Check(principle="reusable", name="citation", label="How to cite it (R1.2)", weight=10,
          test=lambda each: bool(each.citation or (each.creators and each.publishers and each.date_published))),
)  # fmt: skip
"""Every check. The letters in the labels are those of the principles as published (Wilkinson and others, 2016)."""
