"""What a search finds, drawn; and every value of a facet."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.errors import QueryError
from reperio.query.model import Query, Scope
from reperio.query.url import to_params
from reperio.web import links as moves
from reperio.web.asked import pairs_of, read_query
from reperio.web.charts.buckets import buckets_of
from reperio.web.exploration import Exploration, Explorer
from reperio.web.facets import chips
from reperio.web.language import N_
from reperio.web.language import gettext as _
from reperio.web.site import Site, site_of

SCOPES: tuple[tuple[Scope, str], ...] = (
    ("all", N_("Everything")),
    ("study", N_("Studies")),
    ("dataset", N_("Datasets")),
    ("variable", N_("Variables")),
)


def explore(request: Request) -> Response:
    """A search drawn: by time, age, size, country, design and topic."""
    site = site_of(request)
    pairs = pairs_of(request)
    query = read_query(pairs, site.settings)
    period = _period(request)
    if not all(pair[1].strip() for pair in pairs):
        return RedirectResponse(site.links.explore(query, period), status_code=302)
    labels = site.labels()
    drawn = _drawn(site, query, period)
    query = drawn.query
    return site.page(
        "explore.html",
        query=query,
        drawn=drawn,
        chips=chips(query, labels, site.links, site.links.explore),
        narrowed=bool(to_params(moves.in_scope(query, "all"))),
        kept=[(name, value) for name, value in to_params(query) if name not in {"query", "page"}],
        tabs=[
            {
                "label": _(label),
                "url": site.links.explore(moves.in_scope(query, scope)),
                "current": scope == query.scope,
            }
            for scope, label in SCOPES
        ],
    )


def _drawn(site: Site, query: Query, period: str) -> Exploration:
    """The drawing, counted once for each state of the index."""
    key = ("explore", site.service.status().generation, tuple(to_params(moves.at_page(query, 1))), period)
    return site.kept.get(key, lambda: Explorer(site.service, site.links, site.labels(), query, period).explore())


def _period(request: Request) -> str:
    period = request.query_params.get("period", "").strip()
    if period and period not in {bucket.key for bucket in buckets_of("year")}:
        raise QueryError(f"period cannot be {period[:40]!r}.", hint="It is the first year of a decade.")
    return period
