"""Home, about and sources: what is inside and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio.index.ask import FacetCounts
from reperio.query.model import Query
from reperio.query.view import SourceView
from reperio.web.charts.bars import Bar, bar_list
from reperio.web.entities import EntityKind, slug_of
from reperio.web.exploration import Explorer, Portrait
from reperio.web.site import Site, site_of

EXAMPLES = (
    "anxiety and household income",
    "sleep problems in teenagers",
    "loneliness in older people",
    "longitudinal study of twins",
    "school exclusion linked to health records",
    "SDQ",
    "unemployment and mental health",
    "smoking during pregnancy",
    "trust in politics",
    "physical activity of children",
    "climate change attitudes",
    "cancer survival",
)
"""Searches worth showing, the best ones first. Those are shown that find something here by their words."""
SHOWN = 6
LISTED = 8
SOURCES = 12


class Inside(msgspec.Struct, frozen=True):
    """What the home page tells of everything that is held."""

    examples: tuple[str, ...]
    portrait: Portrait
    topics: tuple[Bar, ...]
    instruments: tuple[Bar, ...]


def home(request: Request) -> Response:
    """What is inside, and ways in."""
    site = site_of(request)
    status = site.service.status()
    inside = counted(site, status.generation)
    return site.page(
        "home.html",
        status_now=status,
        sources=site.service.sources(),
        largest=_largest(site.service.sources()),
        inside=inside,
        facets=site.overview(),
        labels=site.labels(),
    )


def _largest(sources: Sequence[SourceView]) -> list[SourceView]:
    """The sources of which most is held, studies and datasets before variables; by title."""

    def held(view: SourceView) -> tuple[int, int]:
        counts = view.state.counts if view.state else {}
        return counts.get("study", 0) + counts.get("dataset", 0), counts.get("variable", 0)

    most = sorted((view for view in sources if any(held(view))), key=held, reverse=True)[:SOURCES]
    return sorted(most, key=lambda view: view.source.title.casefold())


def counted(site: Site, generation: str) -> Inside | None:
    """What is told of everything, counted once for each state of the index; None where nothing is indexed."""
    return site.kept.get(("home", generation), lambda: _inside(site)) if generation else None


def _inside(site: Site) -> Inside:
    overview = site.overview()
    portrait = Explorer(site.service, site.links, site.labels(), Query()).portrait()
    finding = (text for text in EXAMPLES if site.service.total(Query(text=text, meaning=False)))
    return Inside(
        examples=tuple(islice(finding, SHOWN)),
        portrait=portrait,
        topics=_entity_bars(site, "topics", overview.get("topic")),
        instruments=_entity_bars(site, "instruments", overview.get("instrument")),
    )


def _entity_bars(site: Site, kind: EntityKind, counts: FacetCounts | None) -> tuple[Bar, ...]:
    values = counts.values[:LISTED] if counts else ()
    return bar_list(values, str, lambda value: site.links.entity(kind, slug_of(kind, value)))


def about(request: Request) -> Response:
    """What this is, how search works, how to cite, privacy and accessibility."""
    site = site_of(request)
    return site.page("about.html", status_now=site.service.status(), sources=site.service.sources())


def sources(request: Request) -> Response:
    """Every catalogue: what is held of it, its licence and credit line, when it was last read."""
    site = site_of(request)
    return site.page("sources.html", sources=site.service.sources())
