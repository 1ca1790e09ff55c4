"""The results of a search as a file."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from reperio.web.export.answer import ending_of
from reperio.web.export.results import export_results


def export(request: Request) -> Response:
    """The results of a search as a file in the format that the ending names."""
    return export_results(request, ending_of(request.path_params["ending"]))
