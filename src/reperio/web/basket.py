"""A list of saved things, all of which stands in its address: items and searches, each with a note and a folder.

`/saves?title=Mine&item=a&folder=Sleep&note=First&item=b&search=query%3Dsleep`: a note and a folder belong to the item or
search before them. So a list is a link; nothing of it is kept on the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from reperio.errors import QueryError

ITEMS_MAX = 100
SEARCHES_MAX = 50
KEY_MAX = 300
NOTE_MAX = 500
FOLDER_MAX = 60
TITLE_MAX = 120
SEARCH_MAX = 2000
FORMAT = "reperio-list"
_UNSAID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
What = Literal["item", "search"]


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """Something saved: an item by its slug, uuid or id, or a search by the parameters of its address."""

    what: What
    key: str
    folder: str = ""
    note: str = ""


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    """A list of saved things in their order."""

    title: str = ""
    saved: tuple[Saved, ...] = ()

    @property
    def items(self) -> tuple[Saved, ...]:
        """The items."""
        return tuple(one for one in self.saved if one.what == "item")

    @property
    def searches(self) -> tuple[Saved, ...]:
        """The searches."""
        return tuple(one for one in self.saved if one.what == "search")

    @property
    def folders(self) -> tuple[str, ...]:
        """Names of its folders, those without one first."""
        return tuple(dict.fromkeys(sorted((one.folder for one in self.saved), key=bool)))


def read_basket(pairs: Iterable[tuple[str, str]]) -> Basket:
    """The list that parameters describe. `add` adds an item by key or address, `remove` takes one out again.

    Raises:
        QueryError: there is more in it than a list can hold.
    """
    basket = Basket()
    saved: list[Saved] = []
    removed: set[str] = set()
    for name, value in pairs:
        text = _UNSAID.sub("", value).strip()
        match name:
            case "item" | "search":
                saved.append(Saved(what="item" if name == "item" else "search", key=_key(name, text)))
            case "add":
                saved.append(Saved(what="item", key=_key("item", pasted(text))))
            case "folder" if saved:
                saved[-1] = msgspec.structs.replace(saved[-1], folder=" ".join(text.split())[:FOLDER_MAX])
            case "note" if saved:
                saved[-1] = msgspec.structs.replace(saved[-1], note=text.replace("\r\n", "\n")[:NOTE_MAX])
            case "remove":
                removed.add(text)
            case "title":
                basket = Basket(title=" ".join(text.split())[:TITLE_MAX])
            case _:
                pass
    return checked(msgspec.structs.replace(basket, saved=tuple(_once(saved, removed))))


def checked(basket: Basket) -> Basket:
    """The list, when it is not too long.

    Raises:
        QueryError: it is.
    """
    for held, most, many in ((basket.items, ITEMS_MAX, "items"), (basket.searches, SEARCHES_MAX, "searches")):
        if len(held) > most:
            raise QueryError(f"A list holds {most} {many} at most.", hint="Make two lists of it.")
    return basket


def _key(name: str, text: str) -> str:
    return text.removeprefix("?")[: SEARCH_MAX if name == "search" else KEY_MAX]


def _once(saved: Iterable[Saved], removed: set[str]) -> Iterator[Saved]:
    """Each thing once; of two the first counts, and takes note and folder of the second where it has none."""
    held: dict[tuple[str, str], Saved] = {}
    for one in saved:
        if not one.key or one.key in removed:
            continue
        first = held.get((one.what, one.key), one)
        held[one.what, one.key] = msgspec.structs.replace(
            first, note=first.note or one.note, folder=first.folder or one.folder
        )
    yield from held.values()


def pasted(text: str) -> str:
    """The key in what somebody pasted: an address of a page, or the key itself."""
    if "://" not in text:
        return text
    try:
        path = urlsplit(text).path
    except ValueError:
        return text
    return re.split(r"/(?:items|studies)/", path)[-1].strip("/")


def to_pairs(basket: Basket) -> list[tuple[str, str]]:
    """The parameters of a list; `read_basket` reads them back."""
    pairs = [("title", basket.title)] if basket.title else []
    for one in basket.saved:
        pairs.append((one.what, one.key))
        pairs += [("folder", one.folder)] if one.folder else []
        pairs += [("note", one.note)] if one.note else []
    return pairs


def length(basket: Basket) -> int:
    """How long the parameters of a list are, in characters."""
    return len(urlencode(to_pairs(basket)))


# -- files ---------------------------------------------------------------------------------------------------------


def read_file(body: bytes) -> Basket:
    """The list in an exported file.

    Raises:
        QueryError: it is no such file.
    """
    try:
        said = msgspec.json.decode(body.decode("utf-8-sig"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise QueryError(
            "This is no file of a list.", hint="Import the JSON file that a list was exported as."
        ) from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise QueryError("This is no file of a list.", hint="Import the JSON file that a list was exported as.")
    return read_basket(_pairs_of_file(said))


def _pairs_of_file(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "title", _text(said.get("title"))
    for name, key in (("items", "uuid"), ("searches", "query")):
        for one in _each(said.get(name)):
            yield name.removesuffix("s").removesuffix("e"), _text(one.get(key)) or _text(one.get("id"))
            yield "folder", _text(one.get("folder"))
            yield "note", _text(one.get("note"))


def _each(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def search_pairs(key: str) -> list[tuple[str, str]]:
    """The parameters of a saved search."""
    return [(name, value.replace("\x00", "")) for name, value in parse_qsl(key)]
