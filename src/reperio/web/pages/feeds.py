"""Alerts without an account: what is new or changed among the results of a search, as a feed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio.corpus.model import Item
from reperio.errors import NotFoundError, QueryError
from reperio.query.model import Query
from reperio.web import feed
from reperio.web.asked import pairs_of, read_query
from reperio.web.export.results import in_words
from reperio.web.site import Site, site_of

ENTRIES = 50
_SINCE = re.compile(r"\d{4}-\d{2}-\d{2}([T ][0-9:.+Z-]{0,20})?")


def search_feed(request: Request) -> Response:
    """The 50 results of a search that are new or changed last; with `since`, only those changed since that day."""
    site = site_of(request)
    ending = request.path_params["ending"]
    if ending not in {"atom", "json"}:
        raise NotFoundError("There is no such feed.", hint="There are: feed.atom, feed.json.")
    asked = read_query(pairs_of(request), site.settings)
    query = msgspec.structs.replace(asked, page=1, size=Query().size, sort="best")
    since = _since(request)
    items = tuple(item for item in site.service.latest(query, limit=ENTRIES) if feed.stamp(item) >= since)
    updated = feed.updated_of(items)
    headers = {"Last-Modified": format_datetime(_moment(updated), usegmt=True), "X-Robots-Tag": "noindex"}
    if _has_it(request, updated):
        return Response(status_code=304, headers=headers)
    said = _feed(site, query, ending, items, updated)
    write, media_type = (feed.atom, feed.ATOM_TYPE) if ending == "atom" else (feed.json_feed, feed.JSON_TYPE)
    return Response(write(said, site.links, site.source_map()), headers=headers | {"Content-Type": media_type})


def _feed(site: Site, query: Query, ending: str, items: tuple[Item, ...], updated: str) -> feed.Feed:
    absolute = site.links.absolute
    return feed.Feed(
        title=f"{site.settings.site_name}: {in_words(site, query)}",
        site_name=site.settings.site_name,
        url=absolute(site.links.feed(query, ending)),
        page=absolute(site.links.search(query)),
        icon=absolute(site.assets.url("icon.svg")),
        items=items,
        updated=updated,
    )


def _since(request: Request) -> str:
    raw = request.query_params.get("since", "").strip()
    if raw and not _SINCE.fullmatch(raw):
        raise QueryError(f"since cannot be {raw[:40]!r}.", hint="It is a day, as in 2026-03-31.")
    return raw.replace(" ", "T")


def _has_it(request: Request, updated: str) -> bool:
    """Whether the asker has what stands there already, by its date; an ETag, where sent, has been looked at before."""
    raw = request.headers.get("if-modified-since", "")
    if not raw or "if-none-match" in request.headers:
        return False
    try:
        had = parsedate_to_datetime(raw)
    except ValueError:
        return False
    return _moment(updated) <= (had if had.tzinfo else had.replace(tzinfo=UTC))


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp.replace("Z", "+00:00"))
