"""A document's columns, alike for every engine: their names, facets and ranges in them, and what no engine takes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from reperio.index.document import Document
from reperio.index.facets import Bounds, bounds_of, facet_values
from reperio.index.ordering import published_number

OPEN: Final = 1e18  # an open end of a range lies this far out
LARGEST_INTEGER: Final = 2**62


def exact_field(name: str) -> str:
    """Name of the engine's field of the exact words of a text field."""
    return f"t_{name}"


def facet_field(name: str) -> str:
    """Name of the engine's column of a facet's values."""
    return f"f_{name}"


def facet_columns(document: Document) -> dict[str, Any]:
    """Give the values of each facet, and for each range its ends (`OPEN` where open) and the ends that are known."""
    return _columns(tuple(document.facets.items()), tuple(document.ranges.items())).copy()


@lru_cache(maxsize=4096)
def _columns(facets: tuple[tuple[str, tuple[str, ...]], ...], ranges: tuple[tuple[str, Bounds], ...]) -> dict[str, Any]:
    """The columns of these facets and ranges: the variables of a dataset mostly have the same."""
    document = Document(id="", kind="variable", root="", facets=dict(facets), ranges=dict(ranges))
    columns: dict[str, Any] = {}
    for name in (*document.facets, *document.ranges):
        if values := facet_values(document, name):
            columns[facet_field(name)] = values
    for name in document.ranges:
        lower, upper = bounds_of(document, name)
        known = [end for end in (lower, upper) if end is not None]
        if known:
            columns[f"{name}_lower"] = -OPEN if lower is None else lower
            columns[f"{name}_upper"] = OPEN if upper is None else upper
            columns[f"{name}_known"] = known
    return columns


def number_columns(document: Document) -> dict[str, int]:
    """Give the numbers a document is sorted by, those it has, within what engines hold."""
    numbers = {
        "published": published_number(document.published),
        "size": document.size,
        "position": document.position,
    }
    return {
        name: max(min(number, LARGEST_INTEGER), -LARGEST_INTEGER)
        for name, number in numbers.items()
        if number is not None
    }


def without_surrogates(value: Any) -> Any:
    """Replace what is no character; such halves come from broken encodings."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {key: without_surrogates(item) for key, item in value.items()}
    return value
