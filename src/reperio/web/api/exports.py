"""The results of a search as files, in the API."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from reperio.web.export.results import export_results


def as_csv(request: Request) -> Response:
    """Results of a search as CSV, the first 10,000; `X-Total-Count` says of how many."""
    return export_results(request, "csv")


def as_xlsx(request: Request) -> Response:
    """Results of a search as an Excel workbook, the first 10,000; `X-Total-Count` says of how many."""
    return export_results(request, "xlsx")


def as_json(request: Request) -> Response:
    """Results of a search as one JSON document, the first 10,000; `total` says of how many."""
    return export_results(request, "json")


def as_ris(request: Request) -> Response:
    """Citations of the results of a search as RIS, the first 10,000; `X-Total-Count` says of how many."""
    return export_results(request, "ris")


def as_bibtex(request: Request) -> Response:
    """Citations of the results of a search as BibTeX, the first 10,000; `X-Total-Count` says of how many."""
    return export_results(request, "bib")
