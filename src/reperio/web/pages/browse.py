"""The list from A to Z: all studies, or datasets, or everything; narrowed by the same filters as a search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.errors import NotFoundError
from reperio.index.ask import FacetCounts
from reperio.index.ordering import title_order
from reperio.query.model import Query, Scope
from reperio.web import links as moves
from reperio.web.asked import DEPTH_MAX, pairs_of, read_count, read_query
from reperio.web.facets import chips, facet_views, range_views
from reperio.web.language import N_, Names
from reperio.web.language import gettext as _
from reperio.web.paging import pages_of
from reperio.web.site import Site, site_of

SIZE = 100
SCOPES: tuple[tuple[Scope, str], ...] = (
    ("study", N_("Studies")),
    ("dataset", N_("Datasets")),
    ("all", N_("Everything")),
)
NAMES = Names({
    "study": N_("studies"),
    "dataset": N_("datasets"),
    "all": N_("studies and datasets"),
    "variable": N_("variables"),
})  # fmt: skip
NOT_HERE = {"page", "size", "sort", "query", "like", "meaning"}


class Letter(msgspec.Struct, frozen=True):
    """A letter, how many titles begin with it, the place of the first one."""

    letter: str
    count: int
    url: str


def browse(request: Request) -> Response:
    """A page of the list from A to Z."""
    site = site_of(request)
    pairs = pairs_of(request)
    query = _asked(site, pairs)
    page = read_count(request, "page", 1, DEPTH_MAX // SIZE, 1)
    if not all(value.strip() for _, value in pairs):
        return RedirectResponse(site.links.list(query, page), status_code=302)
    answer = site.service.search(msgspec.structs.replace(query, size=1))
    items = site.service.titled(query, offset=(page - 1) * SIZE, limit=SIZE)
    if page > 1 and not items:
        raise NotFoundError("The list has fewer pages.", hint="Start again from the first page.")
    above = site.service.lines(item for item in items if item.resource.part_of)
    return site.page(
        "browse.html",
        query=query,
        total=answer.total,
        items=[(item, above.get(item.id, ())) for item in items],
        what=NAMES[query.scope],
        letters=_letters(site, query),
        pages=pages_of(answer.total, page, SIZE, DEPTH_MAX),
        page=page,
        narrowed=bool(query.chosen or query.spans or query.within),
        tabs=_tabs(site, query, answer.scopes),
        **_filters(site, query, answer.facets),
        kept=[("resource_type", query.scope)] if query.scope != "study" else [],
        initial=_initial,
    )


def _asked(site: Site, pairs: Iterable[tuple[str, str]]) -> Query:
    """The query of the list: filters only, studies when no kind is named, by title."""
    kept = [(name, value) for name, value in pairs if name not in NOT_HERE]
    named = any(name == "resource_type" and value for name, value in kept)
    query = read_query(kept, site.settings)
    scope: Scope = query.scope if named else "study"
    return msgspec.structs.replace(query, scope=scope, sort="title", meaning=False)


def _filters(site: Site, query: Query, facets: Mapping[str, FacetCounts]) -> dict[str, Any]:
    labels = site.labels()
    return {
        "facets": facet_views(query, facets, labels, site.links, site.links.list),
        "ranges": range_views(query, facets, labels, site.links, site.links.list),
        "chips": chips(query, labels, site.links, site.links.list),
    }


def _tabs(site: Site, query: Query, scopes: Mapping[str, int]) -> list[tuple[str, int, str, bool]]:
    return [
        (_(label), scopes.get(scope, 0), site.links.list(moves.in_scope(query, scope)), scope == query.scope)
        for scope, label in SCOPES
    ]


def _letters(site: Site, query: Query) -> list[Letter]:
    """Each letter with the address of the page on which its first title stands."""
    made = []
    before = 0
    for letter, count in site.service.letters(query):
        at = before // SIZE + 1
        if before < DEPTH_MAX:
            made.append(Letter(letter, count, f"{site.links.list(query, at)}#{_anchor(letter)}"))
        before += count
    return made


def _anchor(letter: str) -> str:
    return {"#": "letter-0", "…": "letter-z1"}.get(letter, f"letter-{letter.lower()}")


def _initial(title: str) -> tuple[str, str]:
    """The letter under which a title stands, and the name of its place on the page."""
    first = title_order(title)[:1].upper()
    letter = first if first.isascii() and first.isalpha() else "…" if first > "Z" else "#"
    return letter, _anchor(letter)
