"""The API under `/api/v1`: each endpoint reads its parameters, asks the service, answers JSON."""

from __future__ import annotations

from typing import get_args

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio.errors import QueryError
from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS
from reperio.resource.quality.assess import assess
from reperio.web import writers
from reperio.web.api.answers import find, json_answer
from reperio.web.api.views import (
    FacetsAnswer,
    SourcesAnswer,
    SuggestionsAnswer,
    VariablesAnswer,
    VersionAnswer,
    Viewer,
    source_answer,
)
from reperio.web.around import look_around
from reperio.web.asked import check_text, pairs_of, read_count, read_query
from reperio.web.service import VariableSort
from reperio.web.site import site_of

DEEPEST = 1_000_000


def search(request: Request) -> Response:
    """Search studies, datasets and variables."""
    site = site_of(request)
    query = read_query(pairs_of(request), site.settings)
    return json_answer(Viewer(site.links).search(query, site.service.search(query)))


def item(request: Request) -> Response:
    """Everything held of one item, with its claims, credit lines and ancestors."""
    site = site_of(request)
    found = find(site, request)
    if isinstance(found, Response):
        return found
    credits_ = writers.credit_lines(found, site.source_map())
    ancestors = tuple(site.service.ancestors(found))
    answer = Viewer(site.links).item(found, ancestors, credits_)
    return json_answer(msgspec.structs.replace(answer, quality=assess(found.resource)))


def variables(request: Request) -> Response:
    """Variables anywhere below an item, searched and paged."""
    site = site_of(request)
    found = find(site, request, "variables")
    if isinstance(found, Response):
        return found
    offset = read_count(request, "offset", 0, DEEPEST)
    limit = read_count(request, "limit", 100, 1000, 1)
    text = check_text(" ".join(request.query_params.get("query", "").split()), site.settings)
    page = site.service.variables(found.id, text=text, sort=_sort(request), offset=offset, limit=limit)
    viewer = Viewer(site.links)
    return json_answer(
        VariablesAnswer(total=page.total, offset=offset, limit=limit, variables=tuple(map(viewer.variable, page.hits)))
    )


def _sort(request: Request) -> VariableSort:
    raw = request.query_params.get("sort") or "best"
    for sort in get_args(VariableSort):
        if sort == raw:
            chosen: VariableSort = sort
            return chosen
    raise QueryError(f"sort cannot be {raw[:40]!r}.", hint=f"It is one of: {', '.join(get_args(VariableSort))}.")


def json_ld(request: Request) -> Response:
    """An item as schema.org JSON-LD."""
    site = site_of(request)
    found = find(site, request, "json-ld")
    if isinstance(found, Response):
        return found
    answer = json_answer(writers.json_ld(site.links, look_around(site, found)))
    answer.headers["content-type"] = "application/ld+json"
    return answer


def citation(request: Request) -> Response:
    """The citation of an item as a file, in one of several formats."""
    site = site_of(request)
    found = find(site, request, "citation")
    if isinstance(found, Response):
        return found
    wanted = request.query_params.get("format") or writers.CITATION_FORMATS[0].key
    form = next((form for form in writers.CITATION_FORMATS if form.key == wanted), None)
    if form is None:
        known = ", ".join(form.key for form in writers.CITATION_FORMATS)
        raise QueryError(f"format cannot be {wanted[:40]!r}.", hint=f"It is one of: {known}.")
    name = f"{found.slug[:80]}.{form.ending}"
    return Response(
        writers.citation(site.links, found, form.key, site.service.ancestors(found)),
        headers={"Content-Type": form.media_type, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def facets(request: Request) -> Response:
    """Counts of facet values over all results of a query."""
    site = site_of(request)
    query = read_query(pairs_of(request), site.settings)
    names = request.query_params.getlist("facet")
    for name in names:
        if name not in (*KEYWORD_FILTERS, *RANGE_FILTERS):
            known = ", ".join((*KEYWORD_FILTERS, *RANGE_FILTERS))
            raise QueryError(f"There is no facet {name[:40]!r}.", hint=f"There are: {known}.")
    size = read_count(request, "values", 50, 1000, 1)
    return json_answer(FacetsAnswer(facets=site.service.facets(query, names, size=size)))


def suggest(request: Request) -> Response:
    """Complete what is being typed."""
    site = site_of(request)
    prefix = check_text(request.query_params.get("prefix", "").strip(), site.settings)
    limit = read_count(request, "limit", 8, 20, 1)
    found = site.service.suggest(prefix, limit=limit) if prefix else ()
    return json_answer(SuggestionsAnswer(suggestions=tuple(found)))


def sources(request: Request) -> Response:
    """Every catalogue: what is held of it, its licence and credit line."""
    service = site_of(request).service
    quality = service.standings()
    views = service.sources()
    return json_answer(
        SourcesAnswer(sources=tuple(source_answer(view, quality.get(view.source.key)) for view in views))
    )


def version(request: Request) -> Response:
    """Versions of the software and of what it serves."""
    status = site_of(request).service.status()
    return json_answer(
        VersionAnswer(
            version=status.version,
            generation=status.generation,
            model=status.model,
            counts=status.counts,
            changed=status.changed,
        )
    )
