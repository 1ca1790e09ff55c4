"""How the API answers: JSON made of our types."""

from __future__ import annotations

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.corpus.model import Item
from reperio.errors import MovedError
from reperio.web.site import Site


def json_answer(value: object, *, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON."""
    return Response(msgspec.json.encode(value), media_type="application/json", headers=headers)


def find(site: Site, request: Request, part: str = "") -> Item | Response:
    """The item of the path; a redirection where it has moved."""
    try:
        return site.service.find(request.path_params["key"])
    except MovedError as moved:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(site.links.api_item(site.service.find(moved.target), part) + query, status_code=308)
