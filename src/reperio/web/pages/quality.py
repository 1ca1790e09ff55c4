"""The page of a source: what is held of it, how good its descriptions are, what would mend them."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from reperio.errors import NotFoundError
from reperio.web.site import site_of

GAPS = 15
ISSUES = 30


def source_page(request: Request) -> Response:
    """One catalogue, with the quality of its descriptions: mean, how they spread, what is missing most."""
    site = site_of(request)
    key = request.path_params["key"]
    view = next((view for view in site.service.sources() if view.source.key == key), None)
    if view is None:
        raise NotFoundError("There is no such source.", key=key[:80])
    standing = site.service.standings().get(key)
    issues = sorted((view.state.issues if view.state else {}).items(), key=lambda pair: (-pair[1], pair[0]))
    return site.page(
        "source.html",
        view=view,
        source=view.source,
        standing=standing,
        gaps=standing.gaps[:GAPS] if standing else (),
        issues=issues[:ISSUES],
    )
