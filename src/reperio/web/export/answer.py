"""A list of items as a file, written while it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, cast, get_args

import msgspec
from fastapi.responses import Response, StreamingResponse

from reperio.corpus.model import Item
from reperio.errors import NotFoundError
from reperio.resource.write.credit import source_credit
from reperio.source.model import Source
from reperio.web import writers
from reperio.web.export.columns import HEADINGS, Exported, line_of
from reperio.web.export.spreadsheets import Sheet, csv_pieces, xlsx_pieces
from reperio.web.links import Links

Ending = Literal["csv", "xlsx", "json", "ris", "bib"]
MEDIA_TYPES: dict[Ending, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
}
NAMES: dict[Ending, str] = {"csv": "CSV", "xlsx": "Excel", "json": "JSON", "ris": "RIS", "bib": "BibTeX"}


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What is exported.

    Attributes:
        items: the items, in order; read once.
        total: how many there are in all.
        shown: how many of them are exported.
        name: name of the file, without its ending.
        url: full address of the page the list is of.
        about: what the list is, in words.
        extra: columns to put after ours, as headings and a function of the item.
    """

    items: Iterable[Item]
    total: int
    shown: int
    name: str
    url: str
    about: str
    extra: tuple[tuple[str, Callable[[Item], str]], ...] = ()


def ending_of(raw: str) -> Ending:
    """The ending, when there is such a format.

    Raises:
        NotFoundError: there is none.
    """
    if raw not in get_args(Ending):
        raise NotFoundError("There is no such format.", hint=f"There are: {', '.join(get_args(Ending))}.")
    return cast("Ending", raw)


def answer_list(listing: Listing, ending: Ending, links: Links, sources: Mapping[str, Source]) -> Response:
    """The list as a file. The header `X-Total-Count` says how many there are, were the list cut."""
    headers = {
        "Content-Type": MEDIA_TYPES[ending],
        "Content-Disposition": f'attachment; filename="{listing.name}.{ending}"',
        "X-Total-Count": str(listing.total),
        "X-Robots-Tag": "noindex",
    }
    return StreamingResponse(_WRITERS[ending](listing, links, sources), headers=headers)


def note_on(listing: Listing) -> str:
    """How much of the list the file holds, in words."""
    if listing.shown < listing.total:
        return f"The first {listing.shown:,} of {listing.total:,}. Narrow the search to have the rest."
    return f"All {listing.total:,}."


def _lines(listing: Listing, links: Links, sources: Mapping[str, Source]) -> Iterator[tuple[str | int | None, ...]]:
    for item in listing.items:
        yield (*line_of(Exported(item, links, sources)), *(made(item) for _, made in listing.extra))


def _headings(listing: Listing) -> tuple[str, ...]:
    return (*HEADINGS, *(name for name, _ in listing.extra))


def _csv(listing: Listing, links: Links, sources: Mapping[str, Source]) -> Iterator[bytes]:
    return csv_pieces(_headings(listing), _lines(listing, links, sources))


def _xlsx(listing: Listing, links: Links, sources: Mapping[str, Source]) -> Iterator[bytes]:
    about = [("List", listing.about), ("Address", listing.url), ("Holds", note_on(listing))]
    about += [(f"Source: {source.title}", source_credit(source)) for source in sources.values() if source.credit]
    return xlsx_pieces(
        [
            Sheet("List", _headings(listing), _lines(listing, links, sources)),
            Sheet("About", ("What", "Says"), about),
        ]
    )


def _json(listing: Listing, links: Links, sources: Mapping[str, Source]) -> Iterator[bytes]:
    head = {
        "about": listing.about,
        "url": listing.url,
        "total": listing.total,
        "shown": listing.shown,
        "note": note_on(listing),
    }
    yield msgspec.json.encode(head)[:-1] + b',"items":['
    between = b""
    for item in listing.items:
        yield between + msgspec.json.encode(_said(listing, item, links, sources))
        between = b",\n"
    yield b"]}\n"


def _said(listing: Listing, item: Item, links: Links, sources: Mapping[str, Source]) -> dict[str, object]:
    """An item as JSON: as the API gives it in lists, and what each source asks to be said."""
    made: dict[str, object] = {
        "id": item.id,
        "uuid": item.uuid,
        "slug": item.slug,
        "kind": item.kind,
        "title": item.resource.title,
        "url": links.absolute(links.item(item)),
        "sources": item.sources,
        "members": item.members,
        "variables": item.variables,
        "children": item.children,
        "changed": item.changed,
        "resource": msgspec.structs.replace(item.resource, claims=(), extra={}),
        "credits": writers.credit_lines(item, sources),
    }
    return made | {name: value for name, made_of in listing.extra if (value := made_of(item))}


def _ris(listing: Listing, links: Links, _: Mapping[str, Source]) -> Iterator[bytes]:
    for item in listing.items:
        yield (writers.citation(links, item, "ris").strip("\r\n") + "\r\n\r\n").encode()


def _bib(listing: Listing, links: Links, _: Mapping[str, Source]) -> Iterator[bytes]:
    yield f"% {' '.join(listing.about.split())}. {note_on(listing)}\n% {listing.url}\n\n".encode()
    for item in listing.items:
        yield (writers.citation(links, item, "bibtex").strip() + "\n\n").encode()


_WRITERS: dict[Ending, Callable[[Listing, Links, Mapping[str, Source]], Iterator[bytes]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
    "ris": _ris,
    "bib": _bib,
}
