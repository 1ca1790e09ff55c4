"""The page of a study, dataset, series or variable, and the list of the variables below it."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.corpus.model import Item
from reperio.errors import MovedError
from reperio.resource.quality.assess import assess
from reperio.web import head, writers
from reperio.web.again import asked_again
from reperio.web.around import look_around
from reperio.web.coverage import coverage
from reperio.web.entities import slug_of
from reperio.web.facts import claim_rows, fact_groups, facts
from reperio.web.held import variable_parts
from reperio.web.site import Site, site_of
from reperio.web.surroundings import neighbours, time_line
from reperio.web.trace import conflicts, history

SIMILAR = 6


def item_page(request: Request) -> Response:
    """The page of an item at its canonical address; a redirection there from its other ones."""
    site = site_of(request)
    item = find_item(site, request.path_params["key"])
    if isinstance(item, Response):
        return item
    if request.url.path != site.links.item(item):
        return RedirectResponse(site.links.item(item), status_code=301)
    return _draw(request, site, item)


def find_item(site: Site, key: str) -> Item | Response:
    """The item of a key, or the redirection to where it is now."""
    try:
        return site.service.find(key)
    except MovedError as moved:
        return RedirectResponse(site.links.item(site.service.find(moved.target)), status_code=308)


GLANCE = ("temporal", "spatial", "ages", "sizes", "study_designs", "access")
"""Fields of a study or dataset that one wants to see first."""
GLANCE_OF_VARIABLE = ("universe", "informant", "reference_period", "instruments", "concepts", "topics", "wave")
"""Fields of a variable that one wants to see first."""


def _draw(request: Request, site: Site, item: Item) -> Response:
    """The page of an item of any kind."""
    around = look_around(site, item)
    resource = item.resource
    return site.page(
        "variable.html" if item.kind == "variable" else "item.html",
        headers=head.link_header(site, item),
        item=item,
        resource=resource,
        head=head.head_of(site, around),
        files=facts(resource, "distributions"),
        glance=facts(resource, *(GLANCE_OF_VARIABLE if item.kind == "variable" else GLANCE)),
        line=time_line(site, around) if item.kind != "variable" else None,
        covered=coverage(site, item),
        beside=neighbours(site, item, around.ancestors) if item.kind == "variable" else None,
        again=asked_again(site, item, around.ancestors) if item.kind == "variable" else None,
        entity_slug=slug_of,
        most=max((category.count or 0 for category in resource.categories), default=0),
        groups=fact_groups(resource),
        quality=assess(resource),
        claims=claim_rows(resource),
        conflicts=conflicts(resource),
        pasts=history(request, resource),
        ancestors=around.ancestors,
        children=around.children,
        preview=around.preview,
        similar=site.service.similar(item, limit=SIMILAR),
        issues=site.service.issues(item),
        sources=around.sources,
        credits=writers.credit_lines(item, around.sources),
        citations=writers.citations(site.links, item, around.ancestors),
        **(variable_parts(site, around) if item.kind == "variable" else {}),
    )
