"""What crawlers and browsers ask for: sitemap, robots.txt, icon, OpenSearch description, assets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.errors import NotFoundError, NotReadyError
from reperio.web.assets import FOREVER
from reperio.web.entities import KINDS, listed
from reperio.web.site import Site, site_of

PART = 50_000
"""Most addresses that a part of a sitemap may hold (sitemaps.org)."""
PARTS_MAX = 50_000
"""Most parts that an index of sitemaps may name (sitemaps.org)."""
XML = "application/xml"
MAIN_PAGES = (
    "explore", "studies", "topics", "instruments", "organisations", "sources",
    "questionnaire", "about", "help", "accessibility", "privacy",
)  # fmt: skip


Place = tuple[str, str]
"""Path of a page, and when what it shows last changed (empty where that is not known)."""


def sitemap_index(request: Request) -> Response:
    """The parts of the sitemap, each with the latest change in it."""
    site = site_of(request)
    parts = [max(changed for _, changed in part) for part in _parts(site)]
    return _xml(site, "sitemap_index.xml", parts=list(enumerate(parts, 1)))


def sitemap_part(request: Request) -> Response:
    """One part of the sitemap: canonical addresses with the time of their last change."""
    site = site_of(request)
    number = int(request.path_params["number"])
    part = next(islice(_parts(site), number - 1, None), None) if 0 < number <= PARTS_MAX else None
    if part is None:
        raise NotFoundError("The sitemap has fewer parts.")
    return _xml(site, "sitemap.xml", places=part)


def _parts(site: Site) -> Iterator[list[Place]]:
    places = chain(_main(site), _items(site), _entities(site))
    while part := list(islice(places, PART)):
        yield part


def _main(site: Site) -> Iterator[Place]:
    yield from ((path, "") for path in (site.links.home(), *map(site.links.page, MAIN_PAGES)))
    yield from ((site.links.entity("sources", key), "") for key in site.source_map())


def _items(site: Site) -> Iterator[Place]:
    for entry in site.service.walk():
        yield site.links.page(f"{'studies' if entry.kind == 'study' else 'items'}/{entry.slug}"), entry.changed


def _entities(site: Site) -> Iterator[Place]:
    """Pages of topics, instruments and organisations, but for thin ones; none while nothing is indexed."""
    for kind in KINDS:
        with suppress(NotReadyError):
            yield from ((site.links.entity(kind, one.slug), "") for one in listed(site, kind) if not one.is_thin)


def robots(request: Request) -> Response:
    """Everything may be crawled but the endless combinations of filters."""
    site = site_of(request)
    return Response(site.environment.get_template("robots.txt").render(), media_type="text/plain")


def opensearch(request: Request) -> Response:
    """OpenSearch description, by which a browser can add the search."""
    return _xml(site_of(request), "opensearch.xml", media_type="application/opensearchdescription+xml")


def favicon(request: Request) -> Response:
    """The icon, where browsers look for it unasked."""
    return RedirectResponse(site_of(request).assets.url("icon.svg"), status_code=307)


def asset(request: Request) -> Response:
    """A style, script or drawing of ours; its address changes with its content."""
    found = site_of(request).assets.find(request.path_params["name"])
    return Response(found.body, media_type=found.media_type, headers={"Cache-Control": FOREVER})


def _xml(site: Site, template: str, *, media_type: str = XML, **context: object) -> Response:
    return Response(site.environment.get_template(template).render(**context), media_type=media_type)
