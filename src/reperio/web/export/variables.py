"""Variables as a file, one line a variable: wording, codes and what tells how it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec
from fastapi.responses import Response, StreamingResponse

from reperio.corpus.model import Item
from reperio.errors import NotFoundError
from reperio.resource.fields import Resource
from reperio.web.export.answer import MEDIA_TYPES, Ending, ending_of
from reperio.web.export.spreadsheets import Sheet, Value, csv_pieces, xlsx_pieces
from reperio.web.links import Links

PARTED = " | "
Made = Callable[[Resource], Value]


class VariableList(msgspec.Struct, frozen=True, kw_only=True):
    """Variables to be exported: what they are, in order, their number in all, the file's name, what to say of them."""

    items: Iterable[Item]
    total: int
    shown: int
    name: str
    about: str
    url: str
    credit: str


def _options(resource: Resource, *, missing: bool) -> str:
    return PARTED.join(
        f"{category.code} = {category.label}" if category.code is not None else category.label
        for category in resource.categories
        if category.missing == missing
    )


COLUMNS: tuple[tuple[str, Made], ...] = (
    ("name", lambda one: one.name),
    ("label", lambda one: one.title),
    ("question", lambda one: PARTED.join(text.value for text in one.question)),
    ("introduction", lambda one: PARTED.join(text.value for text in one.preamble)),
    ("response_options", lambda one: _options(one, missing=False)),
    ("missing_codes", lambda one: _options(one, missing=True)),
    ("universe", lambda one: one.universe),
    ("informant", lambda one: one.informant),
    ("reference_period", lambda one: one.reference_period),
    ("instruments", lambda one: PARTED.join(one.instruments)),
    ("concepts", lambda one: PARTED.join(concept.label for concept in one.concepts)),
    ("topics", lambda one: PARTED.join(topic.label for topic in one.topics)),
    ("wave", lambda one: one.wave),
    ("data_type", lambda one: one.data_type),
    ("unit", lambda one: one.measurement_unit),
    ("position", lambda one: one.position),
    ("belongs_to", lambda one: PARTED.join(one.part_of)),
    ("id", lambda one: one.id),
)
HEADINGS = (*(name for name, _ in COLUMNS), "url")


def answer_variables(listing: VariableList, raw_ending: str, links: Links) -> Response:
    """The list as CSV, XLSX or JSON.

    Raises:
        NotFoundError: variables do not come in that format.
    """
    ending = ending_of(raw_ending)
    if ending not in ("csv", "xlsx", "json"):
        raise NotFoundError("There is no such format.", hint="Variables come as csv, xlsx or json.")
    headers = {
        "Content-Type": MEDIA_TYPES[ending],
        "Content-Disposition": f'attachment; filename="{listing.name}.{ending}"',
        "X-Total-Count": str(listing.total),
        "X-Robots-Tag": "noindex",
    }
    return StreamingResponse(_pieces(listing, ending, links), headers=headers)


def _pieces(listing: VariableList, ending: Ending, links: Links) -> Iterator[bytes]:
    if ending == "csv":
        return csv_pieces(HEADINGS, _lines(listing, links))
    if ending == "xlsx":
        about = [("List", listing.about), ("Address", listing.url), ("Credit", listing.credit)]
        sheets = [Sheet("Variables", HEADINGS, _lines(listing, links)), Sheet("About", ("What", "Says"), about)]
        return xlsx_pieces(sheets)
    return _json(listing, links)


def _lines(listing: VariableList, links: Links) -> Iterator[tuple[Value, ...]]:
    for item in listing.items:
        yield (*(made(item.resource) for _, made in COLUMNS), links.absolute(links.item(item)))


def _json(listing: VariableList, links: Links) -> Iterator[bytes]:
    head = {
        "about": listing.about,
        "url": listing.url,
        "credit": listing.credit,
        "total": listing.total,
        "shown": listing.shown,
    }
    yield msgspec.json.encode(head)[:-1] + b',"variables":['
    between = b""
    for item in listing.items:
        said = msgspec.to_builtins(msgspec.structs.replace(item.resource, claims=(), origins=()))
        yield between + msgspec.json.encode(said | {"url": links.absolute(links.item(item))})
        between = b",\n"
    yield b"]}\n"
