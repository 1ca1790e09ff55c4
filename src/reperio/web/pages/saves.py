"""Saved things without an account: a list that stands wholly in its address, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import islice
from urllib.parse import parse_qsl

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.corpus.model import Item
from reperio.errors import GoneError, MovedError, NotFoundError, QueryError
from reperio.query.model import Query
from reperio.web import basket as lists
from reperio.web import writers
from reperio.web.asked import check_text, pairs_of, read_query
from reperio.web.basket import Basket, Saved
from reperio.web.export.answer import Listing, answer_list, ending_of
from reperio.web.export.results import in_words
from reperio.web.harmony import LINK_MAX, Asked, HandOff, hand_off, instruments_of
from reperio.web.language import gettext as _
from reperio.web.site import Site, site_of

COMPARED_MAX = 6
WHOLE_MAX = 100
"""Variables of a study or dataset that are handed over when it is handed over as a whole."""
LONG = 8_000
"""Characters from which an address fails in some programs."""
HANDED_MAX = 1_000
"""Questions that are handed over at once."""
FILES_MAX = 20
"""Datasets of a study that are looked at for its first variables."""
UPLOAD_MAX = 2_000_000


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A saved item as drawn: the item (None when it is gone), why it is gone, what it belongs to."""

    saved: Saved
    item: Item | None = None
    ancestors: tuple[Item, ...] = ()
    gone: str = ""


class KeptSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A saved search as drawn: in words, with its query; None when it can no longer be read."""

    saved: Saved
    words: str
    query: Query | None = None


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder of a list: its name (empty for what is in none), its items, the address that compares them."""

    name: str
    items: tuple[Kept, ...]
    compare: str = ""


def saves(request: Request) -> Response:
    """A list of saved items and searches."""
    site = site_of(request)
    pairs = pairs_of(request)
    basket = lists.read_basket(pairs)
    kept = [_kept(site, one) for one in basket.items]
    said = lists.to_pairs(lists.read_basket(lists.to_pairs(_by_uuid(basket, kept))))
    if said != pairs:
        return RedirectResponse(site.links.saves(said), status_code=302)
    return site.page(
        "saves.html",
        basket=basket,
        kept=kept,
        folders=_folders(site, basket, kept),
        searches=[_kept_search(site, one) for one in basket.searches],
        variables=sum(one.item.kind == "variable" for one in kept if one.item),
        others=sum(one.item.kind != "variable" for one in kept if one.item),
        said=said,
        state=site.links.saves(said).partition("?")[2],
        length=lists.length(basket),
        long=LONG,
        limits=lists,
    )


def _kept(site: Site, saved: Saved) -> Kept:
    try:
        item = _found(site, saved.key)
    except (NotFoundError, GoneError) as gone:
        title = str(gone.context.get("title", "")) if isinstance(gone, GoneError) else ""
        why = _("“%(title)s” was withdrawn by its source.") % {"title": title} if title else _(gone.detail)
        return Kept(saved=saved, gone=why)
    return Kept(saved=saved, item=item, ancestors=tuple(site.service.ancestors(item)))


def _by_uuid(basket: Basket, kept: list[Kept]) -> Basket:
    """The list with its items named by uuid: short, and the same for each of an item's keys."""
    uuids = {one.saved.key: one.item.uuid for one in kept if one.item}
    named = (
        msgspec.structs.replace(one, key=uuids.get(one.key, one.key)) if one.what == "item" else one
        for one in basket.saved
    )
    return msgspec.structs.replace(basket, saved=tuple(named))


def _found(site: Site, key: str) -> Item:
    try:
        return site.service.find(key)
    except MovedError as moved:
        return site.service.find(moved.target)


def _kept_search(site: Site, saved: Saved) -> KeptSearch:
    try:
        query = read_query(lists.search_pairs(saved.key), site.settings)
    except QueryError as error:
        return KeptSearch(saved=saved, words=f"{saved.key} ({error.detail})")
    return KeptSearch(saved=saved, words=in_words(site, query), query=query)


def _folders(site: Site, basket: Basket, kept: list[Kept]) -> list[Folder]:
    made = []
    for name in basket.folders:
        inside = tuple(one for one in kept if one.saved.folder == name)
        whole = [one.item.slug for one in inside if one.item and one.item.kind != "variable"]
        compare = site.links.compare(whole) if 2 <= len(whole) <= COMPARED_MAX else ""
        if inside:
            made.append(Folder(name=name, items=inside, compare=compare))
    return made


# -- files of a list -----------------------------------------------------------------------------------------------


def saves_file(request: Request) -> Response:
    """A list as a file: JSON that can be imported again, or its items as CSV, Excel, RIS or BibTeX."""
    site = site_of(request)
    ending = ending_of(request.path_params["ending"])
    basket = lists.read_basket(pairs_of(request))
    kept = [_kept(site, one) for one in basket.items]
    if ending == "json":
        return _list_file(site, basket, kept)
    items = [one.item for one in kept if one.item]
    noted = {one.item.id: one.saved for one in kept if one.item}
    listing = Listing(
        items=items,
        total=len(items),
        shown=len(items),
        name="saved",
        url=site.links.absolute(site.links.saves(lists.to_pairs(basket))),
        about=basket.title or f"Saved on {site.settings.site_name}",
        extra=(("folder", lambda item: noted[item.id].folder), ("note", lambda item: noted[item.id].note)),
    )
    return answer_list(listing, ending, site.links, site.source_map())


def _list_file(site: Site, basket: Basket, kept: list[Kept]) -> Response:
    sources = site.source_map()
    said = {
        "format": lists.FORMAT,
        "version": 1,
        "title": basket.title,
        "url": site.links.absolute(site.links.saves(lists.to_pairs(basket))),
        "items": [
            {
                "id": one.item.id if one.item else one.saved.key,
                "uuid": one.item.uuid if one.item else one.saved.key,
                "kind": one.item.kind if one.item else None,
                "title": one.item.resource.title if one.item else None,
                "url": site.links.absolute(site.links.item(one.item)) if one.item else None,
                "doi": next(iter(one.item.resource.dois), None) if one.item else None,
                "credits": [line.text for line in writers.credit_lines(one.item, sources)] if one.item else [],
                "folder": one.saved.folder,
                "note": one.saved.note,
            }
            for one in kept
        ],
        "searches": [
            {"query": one.key, "folder": one.folder, "note": one.note, "url": _search_address(site, one)}
            for one in basket.searches
        ],
    }
    return _download(msgspec.json.format(msgspec.json.encode(said), indent=2), "saved.json")


def _search_address(site: Site, saved: Saved) -> str | None:
    query = _kept_search(site, saved).query
    return site.links.absolute(site.links.search(query)) if query else None


def _download(body: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"}
    return Response(body, media_type="application/json", headers=headers)


async def import_list(request: Request) -> Response:
    """Read an exported list and lead to its address; what is posted is not kept."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > UPLOAD_MAX:
            raise QueryError("The file is too large for a list.", hint="A list holds 100 items at most.")
    uploaded, held = _uploaded(request.headers.get("content-type", ""), body)
    basket = lists.read_file(uploaded)
    whole = lists.read_basket([*lists.to_pairs(lists.read_basket(held)), *lists.to_pairs(basket)])
    return RedirectResponse(site_of(request).links.saves(lists.to_pairs(whole)), status_code=303)


def _uploaded(content_type: str, body: bytes) -> tuple[bytes, list[tuple[str, str]]]:
    """The file in a form, and the list it is to be added to (field `list`)."""
    if content_type.startswith("multipart/form-data"):
        head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
        message = message_from_bytes(head + body, _class=EmailMessage, policy=policy.HTTP)
        fields = dict(_fields(message))
    else:
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20)
        fields = {name: value.encode() for name, value in pairs}
    held = parse_qsl(fields.get("list", b"").decode("utf-8", "replace"), max_num_fields=1000)
    return fields.get("file", b"").strip() or fields.get("text", b"").strip(), held


def _fields(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        held = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(held, bytes):
            yield name, held


# -- Harmony -------------------------------------------------------------------------------------------------------


def harmony(request: Request) -> Response:
    """What can be sent to Harmony of a list: links that carry the questions, and a file of them."""
    site = site_of(request)
    basket = lists.read_basket(pairs_of(request))
    whole, about = _wanted(site, request)
    return site.page(
        "harmony.html",
        basket=basket,
        said=lists.to_pairs(basket),
        whole=whole,
        about=about,
        whole_max=WHOLE_MAX,
        off=_hand_off(site, basket, whole=whole, about=about),
        link_max=LINK_MAX,
    )


def harmony_file(request: Request) -> Response:
    """The questions of a list as a file that Harmony can import."""
    site = site_of(request)
    whole, about = _wanted(site, request)
    off = _hand_off(site, lists.read_basket(pairs_of(request)), whole=whole, about=about)
    return _download(msgspec.json.format(msgspec.json.encode(off.instruments), indent=2), "harmony.json")


def _wanted(site: Site, request: Request) -> tuple[bool, str]:
    """Whether studies and datasets are handed over as a whole, and what their questions are to be about."""
    about = check_text(" ".join(request.query_params.get("about", "").replace("\x00", "").split()), site.settings)
    return request.query_params.get("whole") == "1", about


def _hand_off(site: Site, basket: Basket, *, whole: bool, about: str) -> HandOff:
    asked = (one for saved in basket.items for one in _asked(site, saved, whole=whole, about=about))
    unique = {one.item.id: one for one in islice(asked, HANDED_MAX)}.values()
    return hand_off(instruments_of(unique, site.settings.site_name, site.links, site.source_map()))


def _asked(site: Site, saved: Saved, *, whole: bool, about: str) -> Iterator[Asked]:
    kept = _kept(site, saved)
    if kept.item is None:
        return
    if kept.item.kind == "variable":
        yield Asked(item=kept.item, ancestors=kept.ancestors)
    elif whole:
        variables = _variables(site, kept.item, about)
        above = site.service.lines(variables)
        for item in variables:
            yield Asked(item=item, ancestors=tuple(above[item.id]))


def _variables(site: Site, item: Item, about: str) -> list[Item]:
    """The first variables of an item: the best for a topic, else those of one data file after the other."""
    if about:
        page = site.service.variables(item.id, text=about, sort="best", limit=WHOLE_MAX)
        return [hit.item for hit in page.hits]
    found: dict[str, Item] = {}
    for held in (*site.service.children(item.id, limit=FILES_MAX), item):
        if len(found) < WHOLE_MAX and held.variables:
            page = site.service.variables(held.id, sort="position", limit=WHOLE_MAX)
            found.update((hit.item.id, hit.item) for hit in page.hits)
    return list(found.values())[:WHOLE_MAX]
