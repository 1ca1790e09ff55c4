"""The variables below an item: searched, filtered, sorted and paged on the server, and as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args
from urllib.parse import urlencode

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.corpus.model import Item
from reperio.errors import NotFoundError, QueryError
from reperio.index.ask import FacetCounts
from reperio.query.model import Chosen
from reperio.query.url import PARAMETER_OF_FACET
from reperio.text.html import summary
from reperio.text.slugs import slugify
from reperio.web import writers
from reperio.web.asked import check_text, pairs_of, read_count
from reperio.web.export.variables import VariableList, answer_variables
from reperio.web.language import N_, Names, plural
from reperio.web.language import gettext as _
from reperio.web.pages.item import find_item
from reperio.web.paging import pages_of
from reperio.web.service import VariableSort
from reperio.web.site import Site, site_of

SIZE = 50
DEPTH = 1_000_000
FILTERS = ("wave", "topic", "instrument")
EXPORTED = 50_000
"""Variables that one file holds."""
AT_ONCE = 2_000
PICKED = 500
DATASETS = 200
SORT_LABELS: Mapping[VariableSort, str] = Names({
    "best": N_("Best match"),
    "position": N_("Order in the file"),
    "name": N_("Name"),
    "label": N_("Label"),
})  # fmt: skip


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the variables below an item."""

    text: str = ""
    sort: VariableSort = "best"
    page: int = 1
    dataset: str = ""
    chosen: tuple[Chosen, ...] = ()

    def params(self) -> list[tuple[str, str]]:
        """As parameters of an address, in their order, without what is not asked."""
        pairs = [("query", self.text), ("dataset", self.dataset)]
        pairs += [(PARAMETER_OF_FACET[one.facet], value) for one in self.chosen for value in one.values]
        pairs += [("sort", "" if self.sort == "best" else self.sort), ("page", str(self.page) if self.page > 1 else "")]
        return [(name, value) for name, value in pairs if value]


class Choice(msgspec.Struct, frozen=True):
    """A filter of the page: its parameter, its heading, its values with counts, the one chosen."""

    parameter: str
    title: str
    values: tuple[tuple[str, str, int], ...]
    chosen: str


def variables_page(request: Request) -> Response:
    """A page of the variables below an item."""
    site = site_of(request)
    item = find_item(site, request.path_params["key"])
    if isinstance(item, Response):
        return item
    asked = _asked(request, site)
    address = Address(site.links.variables(item), asked)
    if request.url.path != address.path or any(not value for _, value in pairs_of(request)):
        return RedirectResponse(address(asked.page), status_code=302 if request.query_params else 301)
    below = _below(site, item, asked)
    found = site.service.variables(
        below.id, text=asked.text, sort=asked.sort, offset=(asked.page - 1) * SIZE, limit=SIZE,
        chosen=asked.chosen, facets=FILTERS,
    )  # fmt: skip
    return site.page(
        "variables.html",
        item=item,
        ancestors=site.service.ancestors(item),
        found=found,
        text=asked.text,
        sort=asked.sort,
        sorts=SORT_LABELS,
        choices=_choices(site, item, asked, found.facets),
        narrowed=bool(asked.chosen or asked.dataset),
        address=address,
        pages=pages_of(found.total, asked.page, SIZE, DEPTH),
        canonical=address(asked.page),
        description=summary(_described(found.total, item)),
        exported=EXPORTED,
    )


def _described(total: int, item: Item) -> str:
    said = {"variables": plural(total, "variable", "variables"), "title": item.resource.title}
    return _("%(variables)s of %(title)s.") % said


def variables_file(request: Request) -> Response:
    """The variables asked for, or those ticked, as CSV, XLSX or JSON."""
    site = site_of(request)
    item = find_item(site, request.path_params["key"])
    if isinstance(item, Response):
        return item
    asked = _asked(request, site)
    picked = [value for name, value in pairs_of(request) if name == "item" and value][:PICKED]
    below = _below(site, item, asked)
    total = len(picked) or site.service.variables(below.id, text=asked.text, limit=1, chosen=asked.chosen).total
    listing = VariableList(
        items=_picked(site, picked) if picked else _every(site, below, asked),
        total=total,
        shown=min(total, EXPORTED),
        name=slugify(f"{item.resource.title} variables")[:80].strip("-") or "variables",
        about=f"{'Chosen variables' if picked else 'Variables'} of {item.resource.title}",
        url=site.links.absolute(Address(site.links.variables(item), asked)()),
        credit=" ".join(line.text for line in writers.credit_lines(item, site.source_map())),
    )
    return answer_variables(listing, request.path_params["ending"], site.links)


def _every(site: Site, below: Item, asked: Asked) -> Iterator[Item]:
    for offset in range(0, EXPORTED, AT_ONCE):
        page = site.service.variables(
            below.id, text=asked.text, sort=asked.sort, offset=offset, limit=AT_ONCE, chosen=asked.chosen
        )
        yield from (hit.item for hit in page.hits)
        if offset + AT_ONCE >= page.total:
            return


def _picked(site: Site, keys: list[str]) -> Iterator[Item]:
    for key in dict.fromkeys(keys):
        found = find_item(site, key)
        if isinstance(found, Item) and found.kind == "variable":
            yield found


class Address(msgspec.Struct, frozen=True):
    """Addresses of the pages of the list, and of it as files."""

    path: str
    asked: Asked

    def __call__(self, page: int = 1) -> str:
        """A page."""
        return self._with(self.path, msgspec.structs.replace(self.asked, page=page))

    def file(self, ending: str) -> str:
        """The list as a file."""
        return self._with(f"{self.path}.{ending}", msgspec.structs.replace(self.asked, page=1))

    def _with(self, path: str, asked: Asked) -> str:
        params = urlencode(asked.params())
        return f"{path}?{params}" if params else path


def _asked(request: Request, site: Site) -> Asked:
    chosen = []
    for facet in FILTERS:
        values = {value.strip() for name, value in pairs_of(request) if name == PARAMETER_OF_FACET[facet]} - {""}
        chosen += [Chosen(facet, tuple(sorted(values)))] if values else []
    return Asked(
        text=check_text(" ".join(request.query_params.get("query", "").split()), site.settings),
        sort=_sort(request.query_params.get("sort") or "best"),
        page=read_count(request, "page", 1, DEPTH // SIZE, 1),
        dataset=request.query_params.get("dataset", "").strip(),
        chosen=tuple(chosen),
    )


def _sort(raw: str) -> VariableSort:
    for sort in get_args(VariableSort):
        if sort == raw:
            chosen: VariableSort = sort
            return chosen
    raise QueryError(f"sort cannot be {raw[:40]!r}.", hint=f"It is one of: {', '.join(SORT_LABELS)}.")


def _below(site: Site, item: Item, asked: Asked) -> Item:
    """What the variables are to stand below: the item, or the dataset of it that is asked for."""
    if not asked.dataset:
        return item
    dataset = find_item(site, asked.dataset)
    if isinstance(dataset, Item) and item.id in {above.id for above in site.service.ancestors(dataset)}:
        return dataset
    raise NotFoundError("That dataset does not belong here.", hint="Choose one of the list.")


def _choices(site: Site, item: Item, asked: Asked, facets: dict[str, FacetCounts]) -> list[Choice]:
    labels = site.labels()
    made = []
    children = site.service.children(item.id, limit=DATASETS) if item.children else ()
    datasets = tuple((child.slug, child.resource.title, child.variables) for child in children if child.variables)
    if len(datasets) > 1 or asked.dataset:
        made.append(Choice("dataset", _("Dataset"), datasets, asked.dataset))
    for facet in FILTERS:
        held = next((one.values[0] for one in asked.chosen if one.facet == facet), "")
        counts = facets[facet].values if facet in facets else ()
        values = tuple((value, value, count) for value, count in sorted(counts, key=lambda pair: pair[0].casefold()))
        if held and held not in {value for value, *_ in values}:
            values = (*values, (held, held, 0))
        if len(values) > 1 or held:
            made.append(Choice(PARAMETER_OF_FACET[facet], labels.title(facet), values, held))
    return made
