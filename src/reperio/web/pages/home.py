"""Home, about and sources: what is inside and where it comes from."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from reperio.query.model import Query
from reperio.web.site import site_of

EXAMPLES = (
    "anxiety and household income",
    "sleep problems in teenagers",
    "SDQ",
    "loneliness in older people",
    "school exclusion linked to health records",
    "twins alcohol use",
)
"""Searches shown as examples; the first one that finds something shows what several concepts do."""


def home(request: Request) -> Response:
    """What is inside, and ways in."""
    site = site_of(request)
    return site.page(
        "home.html",
        status_now=site.service.status(),
        sources=site.service.sources(),
        facets=site.overview(),
        labels=site.labels(),
        examples=[(text, site.links.search(Query(text=text))) for text in EXAMPLES],
    )


def about(request: Request) -> Response:
    """What this is, how search works, how to cite, privacy and accessibility."""
    site = site_of(request)
    return site.page("about.html", status_now=site.service.status(), sources=site.service.sources())


def sources(request: Request) -> Response:
    """Every catalogue: what is held of it, its licence and credit line, when it was last read."""
    site = site_of(request)
    return site.page("sources.html", sources=site.service.sources())
