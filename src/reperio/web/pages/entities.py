"""Pages of topics, instruments, organisations and sources, and their lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nlargest
from urllib.parse import urlencode

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.errors import NotFoundError
from reperio.query.model import Query, Result
from reperio.resource.instruments import Instrument, register
from reperio.web.asked import check_text, read_count
from reperio.web.charts.bars import Bar
from reperio.web.charts.timeline import Said, Spell, Timeline, timeline
from reperio.web.directory import PAGE, Named, directory, named
from reperio.web.entities import Entity, EntityKind, Role, entities, entity, listed, slug_of
from reperio.web.exploration import Explorer, Portrait
from reperio.web.instrument import Uses, uses
from reperio.web.language import N_, Names
from reperio.web.language import gettext as _
from reperio.web.links import in_scope, only
from reperio.web.site import Site, site_of

SHOWN = 12
MOST = 24
DRAWN = 30
RELATED = 14
PARTS_MAX = 1000
TITLES: dict[EntityKind, tuple[str, str, str]] = {
    "topics": (N_("Topics"), N_("topic"), N_("Every topic that anything here is filed under.")),
    "instruments": (N_("Instruments"), N_("instrument"), N_("Every instrument that anything here names.")),
    "organisations": (N_("Organisations"), N_("organisation"), N_("Every organisation that anything here names.")),
}
ROLES = Names({
    "publisher": N_("As publisher or distributor"),
    "funder": N_("As funder"),
    "creator": N_("As creator"),
})  # fmt: skip
RELATED_KINDS: dict[str, EntityKind] = {"topic": "topics", "instrument": "instruments"}


def topics(request: Request) -> Response:
    """The list of topics."""
    return _list(request, "topics")


def instruments(request: Request) -> Response:
    """The list of instruments."""
    return _list(request, "instruments")


def organisations(request: Request) -> Response:
    """The list of organisations."""
    return _list(request, "organisations")


def _list(request: Request, kind: EntityKind) -> Response:
    site = site_of(request)
    key = ("list", site.service.status().generation, kind)
    entries = site.kept.get(key, lambda: [_entry(site, one) for one in listed(site, kind)])
    title, _one, lead = map(_, TITLES[kind])
    return draw_list(request, Listing(kind=kind, entries=entries, title=title, lead=lead, here=site.links.entity(kind)))


def _entry(site: Site, one: Entity) -> Named:
    role = one.roles[0]
    count = site.service.total(role.query) if len(role.spellings) > 1 and one.count > 1 else one.count
    return named(one.name, count, site.links.entity(one.kind, one.slug), one.instrument.about if one.instrument else "")


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A list to be drawn.

    Attributes:
        entries: what is in it.
        kind: what it lists, when these have pages; else it lists values of a facet.
        title, lead: its heading, and a sentence on it.
        here: its address.
        kept: what its form carries along.
        back: where it belongs.
        index: whether search engines may have it.
        finished: what gives an entry its address and note, where making them for all would take long.
    """

    entries: Sequence[Named]
    kind: EntityKind | None = None
    title: str
    lead: str
    here: str
    kept: tuple[tuple[str, str], ...] = ()
    back: str = ""
    index: bool = True
    finished: Callable[[Named], Named] | None = None


def draw_list(request: Request, listing: Listing) -> Response:
    """The page of a list: searched, sorted and in parts, as the request asks."""
    site = site_of(request)
    text = check_text(" ".join(request.query_params.get("find", "").split()), site.settings)
    order = "count" if request.query_params.get("order") == "count" else "az"
    part = read_count(request, "part", 1, PARTS_MAX, 1)
    found = directory(listing.entries, text, order, part)
    if part > 1 and not found.shown:
        raise NotFoundError("The list has fewer parts.", hint="Start again from the first part.")
    if listing.finished:
        found = msgspec.structs.replace(found, shown=tuple(map(listing.finished, found.shown)))
    address = _Address(listing.here, text, order)
    return site.page(
        "directory.html",
        listing=listing,
        found=found,
        text=text,
        order=order,
        address=address,
        most=_most(listing) if order == "az" and part == 1 and not text else (),
        action=listing.here.partition("?")[0],
        index=listing.index and not text and part == 1,
    )


def _most(listing: Listing) -> Sequence[Named]:
    """What leads to most, where a list is too long to be read: from A to Z it begins with what hardly anything names."""
    if listing.kind is None or len(listing.entries) <= PAGE:
        return ()
    return nlargest(MOST, listing.entries, key=lambda entry: entry.count)


class _Address(msgspec.Struct, frozen=True):
    """Addresses of the parts of a list."""

    here: str
    text: str
    order: str

    def __call__(self, part: int = 1, order: str = "", text: str | None = None) -> str:
        """The address of a part, in an order, of those that hold a text."""
        order = order or self.order
        text = self.text if text is None else text
        pairs = [
            ("find", text),
            ("order", "count" if order == "count" else ""),
            ("part", str(part) if part > 1 else ""),
        ]
        asked = urlencode([(name, value) for name, value in pairs if value])
        return self.here + (("&" if "?" in self.here else "?") + asked if asked else "")


# -- one of them -------------------------------------------------------------------------------------------------


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """A part in which an entity stands, with the search for it."""

    title: str
    url: str
    total: int


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn of an entity: counts and charts, the first results, their time line, what goes with it."""

    portrait: Portrait
    results: tuple[Result, ...]
    scopes: dict[str, int]
    line: Timeline | None
    related: tuple[Bar, ...]
    uses: tuple[Used, ...]


def topic(request: Request) -> Response:
    """The page of a topic."""
    return _entity_page(request, "topics")


def instrument(request: Request) -> Response:
    """The page of an instrument: what the register knows, and which studies used it, when, at what ages."""
    return _entity_page(request, "instruments")


def organisation(request: Request) -> Response:
    """The page of an organisation: what it made, published or paid for."""
    return _entity_page(request, "organisations")


def _entity_page(request: Request, kind: EntityKind) -> Response:
    site = site_of(request)
    slug = request.path_params["slug"]
    if (right := _right_slug(kind, slug)) != slug:
        return RedirectResponse(site.links.entity(kind, right), status_code=301)
    found = entity(site, kind, slug)
    key = ("entity", site.service.status().generation, kind, slug)
    drawn = site.kept.get(key, lambda: _drawn(site, found.roles)) if found.roles else None
    return site.page(
        "entity.html",
        kind=kind,
        kind_title=TITLES[kind][0],
        one=TITLES[kind][1],
        entity=found,
        name=found.name,
        canonical=site.links.entity(kind, slug),
        about=found.instrument.about if found.instrument else "",
        entry=found.instrument,
        versions=_versions(site, found.instrument),
        spellings=found.spellings,
        query=found.roles[0].query if found.roles else Query(),
        drawn=drawn,
        uses=_uses(site, found),
        source=None,
        query_in=in_scope,
    )


def _uses(site: Site, found: Entity) -> Uses | None:
    """What variables tell of an instrument."""
    if found.kind != "instruments" or not found.roles:
        return None
    key = ("instrument", site.service.status().generation, found.slug)
    return site.kept.get(key, lambda: uses(site, found.slug, found.roles[0]))


def _right_slug(kind: EntityKind, slug: str) -> str:
    """Acronyms and other names of an instrument lead to its key."""
    if kind == "instruments" and slug not in register():
        return slug_of(kind, slug.replace("-", " ")) if slug_of(kind, slug.replace("-", " ")) in register() else slug
    return slug


def _versions(site: Site, entry: Instrument | None) -> list[tuple[str, str, int | None, int]]:
    """Its versions (or what it is a version of): name, page, number of items, results."""
    if entry is None:
        return []
    keys = (entry.version_of,) if entry.version_of else entry.versions
    held = entities(site, "instruments")
    known = [register()[key] for key in keys if key and key in register()]
    return [
        (one.label, site.links.entity("instruments", one.key), one.items, held[one.key].count if one.key in held else 0)
        for one in known
    ]


def source(request: Request) -> Response:
    """The page of a source: its credit and licence, and what it holds, drawn."""
    site = site_of(request)
    view = next((one for one in site.service.sources() if one.source.key == request.path_params["slug"]), None)
    if view is None:
        raise NotFoundError("There is no such source.", hint="The sources are listed one step up.")
    role = Role("source", ((view.source.key, 0),))
    key = ("entity", site.service.status().generation, "sources", view.source.key)
    return site.page(
        "entity.html",
        kind="sources",
        kind_title=_("Sources"),
        one=_("source"),
        entity=None,
        name=view.source.title,
        canonical=site.links.entity("sources", view.source.key),
        about=view.source.description or "",
        entry=None,
        versions=[],
        spellings=(),
        query=role.query,
        drawn=site.kept.get(key, lambda: _drawn(site, (role,))),
        uses=None,
        source=view,
        query_in=in_scope,
    )


def _drawn(site: Site, roles: tuple[Role, ...]) -> Drawn:
    query = roles[0].query
    answer = site.service.search(msgspec.structs.replace(query, size=DRAWN, meaning=False))
    spells = [
        Spell(result.item.resource.title, site.links.item(result.item), result.item.resource.temporal)
        for result in answer.results
    ]
    return Drawn(
        portrait=Explorer(site.service, site.links, site.labels(), query).portrait(roles[0].facet),
        results=answer.results[:SHOWN],
        scopes={scope: count for scope, count in answer.scopes.items() if scope != "all"},
        line=timeline(spells, Said()),
        related=_related(site, roles[0]),
        uses=tuple(_used(site, role) for role in roles) if len(roles) > 1 else (),
    )


def _used(site: Site, role: Role) -> Used:
    return Used(
        title=ROLES.get(role.facet, role.facet), url=site.links.search(role.query), total=site.service.total(role.query)
    )


def _related(site: Site, role: Role) -> tuple[Bar, ...]:
    """What is most often named together with it, in the same facet."""
    kind = RELATED_KINDS.get(role.facet)
    if kind is None:
        return ()
    main = role.spellings[0][0]
    counts = site.service.facets(only(Query(), role.facet, main, every=True), (role.facet,), size=RELATED * 2)
    own = {value for value, _ in role.spellings}
    values = counts[role.facet].values if role.facet in counts else ()
    others = [(value, count) for value, count in values if value not in own and count]
    return tuple(
        Bar(
            value,
            count,
            site.links.entity(kind, slug_of(kind, value)),
            0.0,
            site.links.search(only(Query(), role.facet, main, value, every=True)),
        )
        for value, count in others[:RELATED]
    )
