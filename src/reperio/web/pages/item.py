"""The page of a study, dataset, series or variable, and the list of the variables below it."""

from __future__ import annotations

from typing import get_args

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.corpus.model import Item
from reperio.errors import MovedError, QueryError
from reperio.resource.quality.assess import assess
from reperio.text.html import summary
from reperio.web import head, words, writers
from reperio.web.around import look_around
from reperio.web.asked import check_text, pairs_of, read_count
from reperio.web.facts import claim_rows, fact_groups, facts
from reperio.web.paging import pages_of
from reperio.web.service import VariableSort
from reperio.web.site import Site, site_of

SIMILAR = 6
VARIABLES_SIZE = 50
VARIABLES_DEPTH = 1_000_000
SORT_LABELS: dict[VariableSort, str] = {
    "best": "Best match",
    "position": "Order in the file",
    "name": "Name",
    "label": "Label",
}


def item_page(request: Request) -> Response:
    """The page of an item at its canonical address; a redirection there from its other ones."""
    site = site_of(request)
    item = _find(site, request.path_params["key"])
    if isinstance(item, Response):
        return item
    if request.url.path != site.links.item(item):
        return RedirectResponse(site.links.item(item), status_code=301)
    return _draw(site, item)


def _find(site: Site, key: str) -> Item | Response:
    try:
        return site.service.find(key)
    except MovedError as moved:
        return RedirectResponse(site.links.item(site.service.find(moved.target)), status_code=308)


GLANCE = ("temporal", "spatial", "ages", "sizes", "study_designs", "access")
"""Fields of a study or dataset that one wants to see first."""


def _draw(site: Site, item: Item) -> Response:
    """The page of an item of any kind."""
    around = look_around(site, item)
    resource = item.resource
    cited = around.ancestors[-1] if item.kind == "variable" and around.ancestors else item
    return site.page(
        "variable.html" if item.kind == "variable" else "item.html",
        headers=head.link_header(site, item),
        item=item,
        resource=resource,
        head=head.head_of(site, around),
        glance=facts(resource, *GLANCE),
        groups=fact_groups(resource),
        quality=assess(resource),
        claims=claim_rows(resource),
        ancestors=around.ancestors,
        children=around.children,
        preview=around.preview,
        similar=site.service.similar(item.id, limit=SIMILAR),
        issues=site.service.issues(item.id),
        sources=around.sources,
        credits=writers.credit_lines(item, around.sources),
        citations=writers.citations(site.links, cited),
    )


def variables_page(request: Request) -> Response:
    """The variables below an item: searched, sorted and paged on the server."""
    site = site_of(request)
    item = _find(site, request.path_params["key"])
    if isinstance(item, Response):
        return item
    text = check_text(" ".join(request.query_params.get("query", "").split()), site.settings)
    sort = _sort(request.query_params.get("sort") or "best")
    page = read_count(request, "page", 1, VARIABLES_DEPTH // VARIABLES_SIZE, 1)
    canonical = site.links.variables(item, text, sort, page)
    if request.url.path != canonical.partition("?")[0] or not all(value for _, value in pairs_of(request)):
        return RedirectResponse(canonical, status_code=302 if request.query_params else 301)
    found = site.service.variables(
        item.id, text=text, sort=sort, offset=(page - 1) * VARIABLES_SIZE, limit=VARIABLES_SIZE
    )
    return site.page(
        "variables.html",
        item=item,
        ancestors=site.service.ancestors(item.id),
        found=found,
        text=text,
        sort=sort,
        sorts=SORT_LABELS,
        pages=pages_of(found.total, page, VARIABLES_SIZE, VARIABLES_DEPTH),
        canonical=canonical,
        description=summary(f"{words.plural(found.total, 'variable')} of {item.resource.title}."),
    )


def _sort(raw: str) -> VariableSort:
    for sort in get_args(VariableSort):
        if sort == raw:
            chosen: VariableSort = sort
            return chosen
    raise QueryError(f"sort cannot be {raw[:40]!r}.", hint=f"It is one of: {', '.join(SORT_LABELS)}.")
