"""The search page, and the list of all studies."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from reperio.query.model import Query, Scope
from reperio.query.url import to_params
from reperio.web import links as moves
from reperio.web.admin.office import office_of
from reperio.web.asked import DEPTH_MAX, pairs_of, read_query
from reperio.web.facets import chips, facet_views, range_views
from reperio.web.language import N_
from reperio.web.language import gettext as _
from reperio.web.pages.home import home
from reperio.web.paging import pages_of
from reperio.web.site import Site, site_of
from reperio.web.understood import added_chips, searched, told_drop, told_miss, understood_chips

SCOPES: tuple[tuple[Scope, str], ...] = (
    ("all", N_("Everything")),
    ("study", N_("Studies")),
    ("dataset", N_("Datasets")),
    ("variable", N_("Variables")),
)
SORTS = (
    ("best", N_("Best match")),
    ("newest", N_("Newest first")),
    ("oldest", N_("Oldest first")),
    ("size", N_("Largest sample first")),
    ("title", N_("Title, A to Z")),
)


class ScopeTab(msgspec.Struct, frozen=True):
    """A tab: the kind of thing, how many results it would give (None when not counted), its address."""

    label: str
    count: int | None
    url: str
    current: bool


def start(request: Request) -> Response:
    """The home page, or the search page as soon as anything is asked."""
    return search(request) if request.query_params else home(request)


def search(request: Request) -> Response:
    """Results of a query with all that narrows it."""
    site = site_of(request)
    pairs = pairs_of(request)
    query = read_query(pairs, site.settings)
    if tidied := _tidied(site, pairs, query):
        return RedirectResponse(tidied, status_code=302)
    answer = site.service.search(query)
    labels = site.labels()
    page = site.page(
        "search.html",
        query=query,
        answer=answer,
        facets=facet_views(query, answer.facets, labels, site.links),
        ranges=range_views(query, answer.facets, labels, site.links),
        chips=chips(query, labels, site.links),
        tabs=_tabs(site, query, answer.scopes),
        pages=pages_of(answer.total, query.page, query.size, DEPTH_MAX),
        sorts=[(name, _(label)) for name, label in SORTS],
        labels=labels,
        similar_to=_similar_to(site, query),
        inside=_inside(site, query),
        moves=moves,
        understood=understood_chips(query, answer.understood, site.links, labels),
        added=added_chips(query, answer.added, site.links),
        left_out={drop.label: told_drop(drop, labels) for drop in answer.drops},
        missed=[(miss, told_miss(miss, labels)) for miss in answer.near_misses],
        searched=() if answer.total else searched(site.service.sources()),
        kept=_kept(query),
    )
    office = office_of(request)
    if office and query.text and query.page == 1 and not answer.total:
        page.background = BackgroundTask(office.miss, query.text)
    return page


def _tidied(site: Site, pairs: list[tuple[str, str]], query: Query) -> str:
    """The canonical address where a form sent empty parameters along; empty where nothing needs tidying."""
    if all(value.strip() for _, value in pairs):
        return ""
    return site.links.search(query) if to_params(query) else site.links.home()


def _tabs(site: Site, query: Query, scopes: Mapping[str, int]) -> list[ScopeTab]:
    return [
        ScopeTab(_(label), scopes.get(scope), site.links.search(moves.in_scope(query, scope)), scope == query.scope)
        for scope, label in SCOPES
    ]


def _similar_to(site: Site, query: Query) -> tuple[str, str] | None:
    """Title and address of what similar ones are wanted of."""
    if not query.like:
        return None
    item = site.service.find(query.like)
    return item.resource.title, site.links.item(item)


def _inside(site: Site, query: Query) -> tuple[str, str] | None:
    """Title of what is searched inside of, and the address of the same search everywhere."""
    if not query.within:
        return None
    item = site.service.find(query.within)
    return item.resource.title, site.links.search(msgspec.structs.replace(query, within="", page=1))


def _kept(query: Query) -> list[tuple[str, str]]:
    """What the form must carry along although no control of it shows it."""
    kept = ("plain", "resource_type", "within", "like", "size", "meaning")
    return [(name, value) for name, value in to_params(query) if name in kept]
