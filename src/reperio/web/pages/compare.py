"""Up to six studies or datasets side by side, and the variables they share."""

from __future__ import annotations

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.corpus.model import Item
from reperio.errors import GoneError, MovedError, NotFoundError
from reperio.query.crosswalk import Crosswalk, wording
from reperio.query.model import Query
from reperio.resource.model import CATALOGUE_KINDS
from reperio.text.html import summary
from reperio.web.asked import check_text, pairs_of
from reperio.web.basket import ITEMS_MAX, KEY_MAX, pasted
from reperio.web.comparison import Group, compared
from reperio.web.export.answer import ending_of
from reperio.web.export.spreadsheets import Sheet
from reperio.web.export.tables import answer_tables
from reperio.web.language import gettext as _
from reperio.web.site import Site, site_of

MOST = 6
OFFERED = 8
LOOKED_AT = 100
"""Variables of each item that a crosswalk looks at."""
EVERY = "*"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be compared.

    Attributes:
        keys: of the items, in their order, each once.
        differences: leave out what is the same.
        about: what the variables of the crosswalk are about; `*` for the first of each; empty for no crosswalk.
        add: what was typed to add another item.
    """

    keys: tuple[str, ...] = ()
    differences: bool = False
    about: str = ""
    add: str = ""

    def params(self) -> dict[str, str]:
        """Its parameters beside the items."""
        return {"only": "differences" if self.differences else "", "about": self.about}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the keys lead to: items in their order; what is gone; what is there but is not compared, and why."""

    items: tuple[Item, ...] = ()
    gone: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def compare(request: Request) -> Response:
    """Studies or datasets side by side."""
    site = site_of(request)
    pairs = pairs_of(request)
    asked = _read(site, pairs)
    found = _find(site, asked.keys)
    keys = [item.slug for item in found.items]
    chosen = _added(site, asked.add)
    address = site.links.compare([*keys, *([chosen.slug] if chosen else [])], **asked.params())
    if chosen or (not found.gone and not found.refused and not asked.add and _differs(pairs, keys, asked)):
        return RedirectResponse(address, status_code=302)
    return site.page(
        "compare.html",
        found=found,
        asked=asked,
        keys=keys,
        most=MOST,
        looked_at=LOOKED_AT,
        every=EVERY,
        groups=_groups(site, found, differences=asked.differences),
        crosswalk=_crosswalk(site, asked, found),
        offered=_offered(site, asked, found),
        variables_max=ITEMS_MAX,
    )


def _differs(pairs: list[tuple[str, str]], keys: list[str], asked: Asked) -> bool:
    """Whether the address is not the tidy one: other keys of an item, empty fields, things named twice."""
    tidy = [("item", key) for key in keys] + [(name, value) for name, value in asked.params().items() if value]
    return pairs != tidy


def _read(site: Site, pairs: list[tuple[str, str]]) -> Asked:
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value.strip())
    last = {name: values[-1] for name, values in given.items()}
    removed = given.get("remove", [])
    keys = (pasted(key)[:KEY_MAX] for key in given.get("item", []) if key not in removed)
    return Asked(
        keys=tuple(dict.fromkeys(filter(None, keys)))[:ITEMS_MAX],
        differences=last.get("only") == "differences",
        about=check_text(" ".join(last.get("about", "").split()), site.settings),
        add=check_text(" ".join(last.get("add", "").split()), site.settings),
    )


def _find(site: Site, keys: tuple[str, ...]) -> Found:
    items: dict[str, Item] = {}
    gone: list[str] = []
    refused: list[str] = []
    for key in keys:
        item = _item(site, key)
        if item is None:
            gone.append(key)
        elif item.kind not in CATALOGUE_KINDS:
            refused.append(_("%(title)s: single variables are not compared here.") % {"title": item.resource.title})
        elif len(items) == MOST and item.id not in items:
            refused.append(
                _("%(title)s: %(most)s at most are compared at once.") % {"title": item.resource.title, "most": MOST}
            )
        else:
            items[item.id] = item
    return Found(items=tuple(items.values()), gone=tuple(gone), refused=tuple(refused))


def _item(site: Site, key: str) -> Item | None:
    try:
        return site.service.find(key)
    except MovedError as moved:
        return site.service.find(moved.target)
    except (NotFoundError, GoneError):
        return None


def _added(site: Site, add: str) -> Item | None:
    """The item that was named exactly to be added: its key, its identifier or the address of its page."""
    item = _item(site, pasted(add)[:KEY_MAX]) if add else None
    return item if item is not None and item.kind in CATALOGUE_KINDS else None


def _groups(site: Site, found: Found, *, differences: bool) -> tuple[Group, ...]:
    titles = {key: source.title for key, source in site.source_map().items()}
    return compared(found.items, titles, differences=differences) if found.items else ()


def _crosswalk(site: Site, asked: Asked, found: Found) -> Crosswalk | None:
    if not asked.about or len(found.items) < 2:
        return None
    text = "" if asked.about == EVERY else asked.about
    return site.service.crosswalk([item.id for item in found.items], text=text, limit=LOOKED_AT)


def _offered(site: Site, asked: Asked, found: Found) -> tuple[Item, ...]:
    """What could be added: what was searched for, else what is like the first."""
    if len(found.items) >= MOST:
        return ()
    if asked.add:
        results = site.service.search(Query(text=asked.add, size=OFFERED + MOST)).results
    elif found.items:
        results = tuple(site.service.similar(found.items[0], limit=OFFERED))
    else:
        return ()
    held = {item.id for item in found.items}
    items = (result.item for result in results)
    return tuple(item for item in items if item.id not in held and item.kind in CATALOGUE_KINDS)[:OFFERED]


# -- files ---------------------------------------------------------------------------------------------------------


def compare_file(request: Request) -> Response:
    """The comparison as a file: facts, and the crosswalk where one is asked for."""
    site = site_of(request)
    ending = ending_of(request.path_params["ending"])
    if ending not in {"csv", "xlsx", "json"}:
        raise NotFoundError("There is no such format.", hint="There are: csv, xlsx, json.")
    asked = _read(site, pairs_of(request))
    found = _find(site, asked.keys)
    groups = _groups(site, found, differences=asked.differences)
    titles = [item.resource.title for item in found.items]
    sheets = [_facts_sheet(site, found, groups, titles)]
    if walk := _crosswalk(site, asked, found):
        sheets.append(_crosswalk_sheet(walk, titles))
    if request.query_params.get("part") == "crosswalk":
        sheets = sheets[1:]
    if not sheets:
        raise NotFoundError("There is no crosswalk.", hint="Name at least two items and a topic (`about`).")
    return answer_tables(sheets, ending, "comparison")


def _facts_sheet(site: Site, found: Found, groups: tuple[Group, ...], titles: list[str]) -> Sheet:
    addresses = ("", "Address", "", *(site.links.absolute(site.links.item(item)) for item in found.items))
    lines = [
        (group.title, line.label, line.said, *(" | ".join(value.shown.text for value in cell) for cell in line.cells))
        for group in groups
        for line in group.lines
    ]
    return Sheet("Facts", ("Group", "Fact", "Comparison", *titles), [addresses, *lines])


def _crosswalk_sheet(walk: Crosswalk, titles: list[str]) -> Sheet:
    headings = [heading for title in titles for heading in (f"{title}: name", f"{title}: wording")]
    lines = [
        (
            "same wording" if row.same else "similar meaning",
            round(row.likeness, 2),
            *(
                text
                for cell in row.cells
                for text in (
                    (cell.item.resource.name or "", summary(wording(cell.item.resource), 2000)) if cell else ("", "")
                )
            ),
        )
        for row in walk.rows
    ]
    return Sheet("Crosswalk", ("Match", "Similarity", *headings), lines)
