"""Every value of a facet among the results of a search: as a page, and as the list that opens where the filter stands."""

from __future__ import annotations

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio.errors import NotFoundError
from reperio.query.model import KEYWORD_FILTERS, Query
from reperio.query.url import PARAMETER_OF_FACET
from reperio.web.asked import check_text, pairs_of, read_query
from reperio.web.directory import EVERY, Named, holding, sorting
from reperio.web.facets import FacetValue
from reperio.web.language import gettext as _
from reperio.web.links import choosing, dropping
from reperio.web.pages.entities import Listing, draw_list
from reperio.web.site import Site, site_of

LISTED = 200
"""Values that a list beside the results shows; the others are found by typing."""
OF_THE_PAGE = frozenset({"find", "order", "part"})


class Value(Named, frozen=True):
    """A value of a facet: `name` is what people call it, `value` what a search sends."""

    value: str = ""


def values(request: Request) -> Response:
    """The page of every value: each link adds its value to the search, or takes out what is chosen."""
    site, facet, query = _asked(request)
    held = _held(query, facet)

    def finished(entry: Named) -> Named:
        value = entry.value if isinstance(entry, Value) else entry.name
        if value in held:
            url, note = site.links.search(dropping(query, facet, value)), _("Chosen; choose it again to take it out")
        else:
            url, note = site.links.search(choosing(query, facet, value)), ""
        return msgspec.structs.replace(entry, url=url, note=note)

    listing = Listing(
        entries=_entries(site, facet, query),
        title=site.labels().title(facet),
        lead=_("Every value among the results of your search; choosing one adds it to the search."),
        here=site.links.values(facet, query),
        kept=tuple((name, value) for name, value in pairs_of(request) if name not in OF_THE_PAGE and value),
        back=site.links.search(query),
        index=False,
        finished=finished,
    )
    return draw_list(request, listing)


def listed(request: Request) -> Response:
    """A piece of HTML with the values that hold a text, the chosen first; it opens in place of a facet's short list."""
    site, facet, query = _asked(request)
    text = check_text(" ".join(request.query_params.get("find", "").split()), site.settings)
    held = _held(query, facet)
    found = holding(_entries(site, facet, query), text)
    found.sort(key=lambda entry: entry.value not in held)
    return site.page(
        "facet_list.html",
        headers={"X-Robots-Tag": "noindex"},
        name=facet,
        title=site.labels().title(facet),
        parameter=PARAMETER_OF_FACET[facet],
        options=[FacetValue(value=one.value, label=one.name, count=one.count, chosen=one.value in held)
                 for one in found[:LISTED]],
        total=len(found),
        all_url=site.links.values(facet, query),
    )  # fmt: skip


def _asked(request: Request) -> tuple[Site, str, Query]:
    site = site_of(request)
    facet = request.path_params["name"]
    if facet not in KEYWORD_FILTERS:
        raise NotFoundError("There is no such facet.")
    return site, facet, read_query(pairs_of(request), site.settings)


def _held(query: Query, facet: str) -> frozenset[str]:
    return frozenset(value for one in query.chosen if one.facet == facet for value in one.values)


def _entries(site: Site, facet: str, query: Query) -> tuple[Value, ...]:
    """The values with their counts, most frequent first, without addresses."""
    now = site.service.status()
    key = ("values", now.generation, now.revision, facet, site.links.search_text(query))
    return site.kept_lists.get(key, lambda: _counted(site, facet, query))


def _counted(site: Site, facet: str, query: Query) -> tuple[Value, ...]:
    labels = site.labels()
    counts = site.service.facets(query, (facet,), size=EVERY).get(facet)
    counted = dict(counts.values) if counts else {}
    counted |= {value: 0 for value in sorted(_held(query, facet)) if value not in counted}
    return tuple(
        Value(name, count, "", sorting(name), value=value)
        for value, count in counted.items()
        for name in (labels.value(facet, value),)
    )
