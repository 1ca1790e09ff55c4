"""What stands around an item: gathered once for its page, its JSON-LD and its record in the API."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from reperio.corpus.model import Item
from reperio.query.view import VariablePage
from reperio.source.model import Source
from reperio.web.site import Site

CHILDREN = 50
PREVIEW = 12


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """An item with what it belongs to (top first), what belongs to it, and the sources there are.

    Attributes:
        item: the item.
        ancestors: what it belongs to, top first.
        children: its first children that are not variables.
        preview: its first variables, in the order of the file; None when it has none.
        sources: declared sources by key.
    """

    item: Item
    ancestors: tuple[Item, ...]
    children: tuple[Item, ...]
    preview: VariablePage | None
    sources: Mapping[str, Source]


def look_around(site: Site, item: Item) -> Around:
    """Gather what stands around an item."""
    service = site.service
    return Around(
        item=item,
        ancestors=tuple(service.ancestors(item)),
        children=tuple(service.children(item.id, limit=CHILDREN)) if item.children else (),
        preview=service.variables(item.id, sort="position", limit=PREVIEW) if item.variables else None,
        sources=site.source_map(),
    )
