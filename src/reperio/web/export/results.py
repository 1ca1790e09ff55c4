"""The results of a search as a file, for the pages and the API alike."""

from __future__ import annotations

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio.query.model import Query
from reperio.text.slugs import slugify
from reperio.web.asked import pairs_of, read_query
from reperio.web.export.answer import Ending, Listing, answer_list
from reperio.web.facets import chips
from reperio.web.language import gettext as _
from reperio.web.site import Site, site_of

EXPORT_MAX = 10_000
"""Results that one file holds."""


def export_results(request: Request, ending: Ending) -> Response:
    """The results of the search that a request describes, in the order of the pages; the first 10,000."""
    site = site_of(request)
    asked = read_query(pairs_of(request), site.settings)
    query = msgspec.structs.replace(asked, page=1, size=Query().size)
    total, items = site.service.each(query, limit=EXPORT_MAX)
    listing = Listing(
        items=items,
        total=total,
        shown=min(total, EXPORT_MAX),
        name=slugify(f"results {query.text}")[:60].strip("-") or "results",
        url=site.links.absolute(site.links.search(query)),
        about=f"{site.settings.site_name}: {in_words(site, query)}",
    )
    return answer_list(listing, ending, site.links, site.source_map())


def in_words(site: Site, query: Query) -> str:
    """A query in words: `“sleep”, Country: Norway, Years: 1990 to 2000`."""
    parts = [f"“{query.text}”"] if query.text else []
    parts += [f"{chip.title}: {chip.label}" for chip in chips(query, site.labels(), site.links)]
    parts += [_("similar ones")] if query.like else []
    return ", ".join(parts) or _("everything")
