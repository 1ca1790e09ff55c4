"""The short form of an item, shown beside the list of results."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.errors import MovedError
from reperio.web.facts import facts
from reperio.web.site import site_of

GLANCE = ("temporal", "spatial", "ages", "sizes", "study_designs", "waves", "instruments", "access", "licences")
VARIABLES = 6


def preview(request: Request) -> Response:
    """A piece of HTML with what an item is in one glance; it is drawn inside the page of results."""
    site = site_of(request)
    try:
        item = site.service.find(request.path_params["key"])
    except MovedError as moved:
        return RedirectResponse(site.links.preview(site.service.find(moved.target)), status_code=308)
    return site.page(
        "preview.html",
        headers={"X-Robots-Tag": "noindex"},
        item=item,
        resource=item.resource,
        ancestors=site.service.ancestors(item),
        glance=facts(item.resource, *GLANCE),
        found=site.service.variables(item.id, sort="position", limit=VARIABLES) if item.variables else None,
    )
