"""The picture of an item for messengers and social networks."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.errors import MovedError
from reperio.web.card import card_of, png
from reperio.web.site import site_of

KEPT = "public, max-age=86400, stale-while-revalidate=604800"


def card(request: Request) -> Response:
    """A PNG of 1200 by 630."""
    site = site_of(request)
    try:
        item = site.service.find(request.path_params["key"])
    except MovedError as moved:
        return RedirectResponse(site.links.card(site.service.find(moved.target)), status_code=308)
    titles = {key: source.title for key, source in site.source_map().items()}
    body = png(card_of(item, titles, site.settings.site_name, site.settings.card_fonts))
    return Response(body, media_type="image/png", headers={"Cache-Control": KEPT})
