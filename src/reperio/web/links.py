"""Addresses of our own pages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, quote_plus

import msgspec

from reperio.corpus.model import Item
from reperio.query.model import Chosen, Query, Scope, SortName, Span
from reperio.query.url import to_params
from reperio.settings import Settings
from reperio.web.service import VariableSort

API = "/api/v1"


_plus = lru_cache(maxsize=4096)(quote_plus)
"""The parts of the addresses of a page are few, and each stands in dozens of them."""


def urlencode(pairs: Iterable[tuple[str, str]]) -> str:
    """Parameters as the standard library writes them."""
    return "&".join([f"{_plus(name)}={_plus(value)}" for name, value in pairs])


def _quoted(slug: str) -> str:
    """A slug as a part of a path. Nearly all are plain as they are, and a page has hundreds."""
    return slug if slug.isascii() and slug.replace("-", "").isalnum() else quote(slug, safe="")


class Links:
    """Addresses under the prefix of the site; `absolute` puts the public address before one."""

    def __init__(self, settings: Settings) -> None:
        trimmed = settings.prefix.strip("/")
        self.prefix = f"/{trimmed}" if trimmed else ""
        self.root = settings.address
        self.api = API

    def absolute(self, path: str) -> str:
        """Full address of a path of ours."""
        return self.root + path

    def home(self) -> str:
        """Home page."""
        return f"{self.prefix}/"

    def page(self, name: str) -> str:
        """A page by its last part (`about`, `sources`, `studies`)."""
        return f"{self.prefix}/{name}"

    def search(self, query: Query) -> str:
        """Search page of a query."""
        params = to_params(query)
        return f"{self.prefix}/?{urlencode(params)}" if params else f"{self.prefix}/discover"

    def item(self, item: Item) -> str:
        """Canonical page of an item."""
        folder = "studies" if item.kind == "study" else "items"
        return f"{self.prefix}/{folder}/{_quoted(item.slug)}"

    def key(self, key: str) -> str:
        """Page of whatever has this slug, uuid or id; it redirects to the canonical one."""
        return f"{self.prefix}/items/{quote(key, safe='/')}"

    def variables(self, item: Item, text: str = "", sort: VariableSort = "best", page: int = 1) -> str:
        """List of the variables below an item."""
        asked = {"query": text, "sort": "" if sort == "best" else sort, "page": "" if page == 1 else str(page)}
        params = urlencode((name, value) for name, value in asked.items() if value)
        path = f"{self.prefix}/items/{_quoted(item.slug)}/variables"
        return f"{path}?{params}" if params else path

    def browse(self, page: int = 1) -> str:
        """A page of the list of all studies."""
        return f"{self.prefix}/studies" + (f"?page={page}" if page > 1 else "")

    def api_item(self, item: Item, part: str = "", **params: str) -> str:
        """Address of an item, or a part of it, in the API."""
        path = f"{API}/items/{_quoted(item.slug)}" + (f"/{part}" if part else "")
        return f"{path}?{urlencode(params.items())}" if params else path

    def like(self, item: Item) -> str:
        """Search page of what is most like an item."""
        return self.search(Query(like=item.uuid, scope=scope_of(item)))

    def inside(self, item: Item, scope: Scope) -> str:
        """Search page of the things of a kind inside an item."""
        return self.search(Query(within=item.id, scope=scope))

    def everywhere(self, text: str) -> str:
        """Search page of words, without any filter."""
        return self.search(Query(text=text))

    def all_studies(self) -> str:
        """Search page of all studies."""
        return self.search(Query(scope="study"))

    def api_search(self, query: Query) -> str:
        """Address of a search in the API."""
        params = urlencode(to_params(query))
        return f"{API}/search?{params}" if params else f"{API}/search"

    def results_file(self, query: Query, ending: str) -> str:
        """The results of a query as a file (`csv`, `xlsx`, `json`, `ris`, `bib`)."""
        return self._asking(f"export.{ending}", to_params(_whole(query)))

    def feed(self, query: Query, ending: str) -> str:
        """What is new or changed among the results of a query, as a feed (`atom`, `json`)."""
        return self._asking(f"feed.{ending}", to_params(_whole(query)))

    def compare(self, keys: Iterable[str], **params: str) -> str:
        """Items side by side."""
        pairs = [("item", key) for key in keys] + [(name, value) for name, value in params.items() if value]
        return self._asking("compare", pairs)

    def compare_file(self, keys: Iterable[str], ending: str, **params: str) -> str:
        """A comparison as a file (`csv`, `xlsx`, `json`)."""
        return self.compare(keys, **params).replace("/compare", f"/compare.{ending}", 1)

    def search_text(self, query: Query) -> str:
        """A query as the parameters of its address, in one text."""
        return urlencode(to_params(_whole(query)))

    def saves(self, pairs: Iterable[tuple[str, str]] = (), part: str = "") -> str:
        """A list of saved things, all of which stands in its address; `part` names a file of it."""
        return self._asking(f"saves{part}", pairs)

    def feedback(self, **asked: str) -> str:
        """The form for feedback, about an `item` or a `search` (its parameters in one text)."""
        return self._asking("feedback", [(name, value) for name, value in asked.items() if value])

    def _asking(self, page: str, pairs: Iterable[tuple[str, str]]) -> str:
        params = urlencode(pairs)
        return f"{self.page(page)}?{params}" if params else self.page(page)

    def card(self, item: Item) -> str:
        """The picture of an item that messengers and social networks show."""
        return f"{self.prefix}/items/{_quoted(item.slug)}/card.png"

    def preview(self, item: Item) -> str:
        """The short form of an item's page, which is shown beside a list."""
        return f"{self.prefix}/items/{_quoted(item.slug)}/preview"

    def explore(self, query: Query, period: str = "") -> str:
        """What a search finds, drawn: by time, age, size, country, design and topic."""
        return self._asking("explore", to_params(_whole(query)) + ([("period", period)] if period else []))

    def values(self, facet: str, query: Query, **params: str) -> str:
        """Every value of a facet among the results of a query."""
        pairs = [(name, value) for name, value in params.items() if value]
        return self._asking(f"facets/{facet}", to_params(_whole(query)) + pairs)

    def entity(self, kind: str, slug: str = "") -> str:
        """Page of a topic, an instrument, an organisation or a source (`kind` in the plural); without slug, the list."""
        return f"{self.prefix}/{kind}/{_quoted(slug)}" if slug else f"{self.prefix}/{kind}"

    def list(self, query: Query, page: int = 1) -> str:
        """The list from A to Z of what a query finds; studies are what it lists when no kind is named."""
        pairs = [
            (name, value)
            for name, value in to_params(_whole(query))
            if name not in {"resource_type", "sort", "meaning"}
        ]
        kind = [] if query.scope == "study" else [("resource_type", query.scope)]
        return self._asking("studies", kind + pairs + ([("page", str(page))] if page > 1 else []))

    def facet(self, facet: str, value: str, scope: Scope = "all") -> str:
        """Search page of everything that has a value of a facet."""
        return self.search(Query(scope=scope, chosen=(Chosen(facet, (value,)),)))


def _whole(query: Query) -> Query:
    return msgspec.structs.replace(query, page=1, size=Query().size)


def scope_of(item: Item) -> Scope:
    """The scope in which things of an item's kind are listed."""
    return "all" if item.kind == "series" else item.kind


def at_page(query: Query, page: int) -> Query:
    """The same query, another page."""
    return msgspec.structs.replace(query, page=page)


def in_scope(query: Query, scope: Scope) -> Query:
    """The same query for another kind of thing, from its first page."""
    return msgspec.structs.replace(query, scope=scope, page=1)


def sorted_by(query: Query, sort: SortName) -> Query:
    """The same query in another order, from its first page."""
    return msgspec.structs.replace(query, sort=sort, page=1)


def with_text(query: Query, text: str) -> Query:
    """The same query with other words, from its first page."""
    return msgspec.structs.replace(query, text=text, page=1)


def choosing(query: Query, facet: str, value: str) -> Query:
    """The query with one more value of a facet."""
    held = next((chosen for chosen in query.chosen if chosen.facet == facet), Chosen(facet))
    more = Chosen(facet, tuple(sorted({*held.values, value})), held.unknown, held.every)
    return _with_chosen(query, facet, more)


def dropping(query: Query, facet: str, value: str | None) -> Query:
    """The query without one value of a facet; None drops its `unknown`."""
    held = next((chosen for chosen in query.chosen if chosen.facet == facet), Chosen(facet))
    values = tuple(kept for kept in held.values if kept != value)
    less = Chosen(facet, values, held.unknown and value is not None, held.every and bool(values))
    return _with_chosen(query, facet, less if less.values or less.unknown else None)


def only(query: Query, facet: str, *values: str, every: bool = False, unknown: bool = False) -> Query:
    """The query with these values of a facet in place of those chosen of it: any of them, or every one."""
    return _with_chosen(query, facet, Chosen(facet, tuple(sorted(values)), unknown, every))


def any_of(query: Query, facet: str) -> Query:
    """The query without the demand that every value chosen of a facet be there: any of them will do."""
    held = next((chosen for chosen in query.chosen if chosen.facet == facet), Chosen(facet))
    return _with_chosen(query, facet, msgspec.structs.replace(held, every=False))


def dropping_span(query: Query, facet: str) -> Query:
    """The query without its range of a number facet."""
    spans = tuple(span for span in query.spans if span.facet != facet)
    return msgspec.structs.replace(query, spans=spans, page=1)


def spanning(query: Query, span: Span) -> Query:
    """The query with this range of a number facet."""
    spans = (*(held for held in query.spans if held.facet != span.facet), span)
    return msgspec.structs.replace(query, spans=tuple(sorted(spans, key=lambda held: held.facet)), page=1)


def without_filters(query: Query) -> Query:
    """The query with its words and scope only."""
    return Query(text=query.text, scope=query.scope, size=query.size, meaning=query.meaning)


def _with_chosen(query: Query, facet: str, chosen: Chosen | None) -> Query:
    others = tuple(held for held in query.chosen if held.facet != facet)
    kept = (*others, chosen) if chosen else others
    return msgspec.structs.replace(query, chosen=tuple(sorted(kept, key=lambda held: held.facet)), page=1)
