"""Facets as every backend counts them: values, unknowns, and the buckets of number ranges.

A number facet is a range (lower, upper) with either end perhaps open: an open end reaches everything on its side. Its
counts are by bucket, named by the bucket's lower edge; a document counts in every bucket that its range overlaps, so
that choosing a bucket as a filter finds as many documents as were counted.

* year: decades (`1990` is 1990 to 1999). Ranges open upwards reach the decade of today.
* age: ten years (`0`, `10`, ... `100` for 100 and more).
* sample_size, variables: powers of ten (`0` is none, `1` is 1 to 9, `10` is 10 to 99, ...).
* waves: 1 to 10 singly, then from 11, 20, 50, 100.
"""

from __future__ import annotations

import datetime
import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from reperio.errors import BackendError
from reperio.index.ask import Ask, Between, FacetCounts, Filter
from reperio.index.document import FACETS, RANGES, Document

Bounds = tuple[float | None, float | None]

LONGEST_VALUE = 1000  # characters of a facet value that count; engines limit the length of a term
_POWERS_OF_TEN = (0, *(10**power for power in range(10)))
_EDGES: dict[str, tuple[int, ...]] = {
    "age": tuple(range(0, 101, 10)),
    "sample_size": _POWERS_OF_TEN,
    "variables": _POWERS_OF_TEN,
    "waves": (*range(12), 20, 50, 100),
}


def bucket_edges(name: str) -> tuple[int, ...]:
    """Give the lower edges of the buckets of a number facet; a bucket reaches up to the next edge, the last for ever."""
    if name == "year":
        return tuple(range(1000, datetime.datetime.now(datetime.UTC).year + 1, 10))
    return _EDGES[name]


@lru_cache(maxsize=100_000)
def buckets(name: str, lower: float | None, upper: float | None) -> tuple[str, ...]:
    """Give the buckets that a range overlaps; none when both ends are unknown."""
    if lower is None and upper is None:
        return ()
    edges = bucket_edges(name)
    first = 0 if lower is None else max(bisect_right(edges, lower) - 1, 0)
    last = len(edges) - 1 if upper is None else max(bisect_right(edges, upper) - 1, 0)
    return tuple(str(edge) for edge in edges[first : last + 1])


def bounds_of(document: Document, name: str) -> Bounds:
    """Give the range of a document, in order and finite; (None, None) when unknown."""
    lower, upper = (_finite(end) for end in document.ranges.get(name, (None, None)))
    if lower is not None and upper is not None and lower > upper:
        return upper, lower
    return lower, upper


def _finite(number: float | None) -> float | None:
    return float(number) if number is not None and math.isfinite(number) else None


def facet_values(document: Document, name: str) -> tuple[str, ...]:
    """Give the distinct values of a facet of a document: as stated, or the buckets of its range."""
    if name in RANGES:
        return buckets(name, *bounds_of(document, name))
    stated = document.facets.get(name, ())
    return tuple(dict.fromkeys(value[:LONGEST_VALUE] for value in stated if value))


def check_facet(name: str) -> str:
    """Give the name back.

    Raises:
        BackendError: there is no such facet.
    """
    if name not in FACETS and name not in RANGES:
        raise BackendError(f"There is no facet {name!r}.", hint="reperio.index.document lists the facets.", facet=name)
    return name


def check_ask(ask: Ask) -> None:
    """Check that an ask filters by and counts facets that exist.

    Raises:
        BackendError: it does not, or asks a facet that is no number to lie in a range.
    """
    for facet in ask.facets:
        check_facet(facet.name)
    for chosen in ask.filters:
        if isinstance(chosen, Between) and chosen.facet not in RANGES:
            raise BackendError(f"There is no number facet {chosen.facet!r}.", facet=chosen.facet)
        check_facet(chosen.facet)


def other_filters(ask: Ask, facet: str) -> tuple[Filter, ...]:
    """Give the filters that bear on the counts of a facet: all but its own, so that a second value can be chosen.

    Its own fixed ones (every value of several must be there, or words demand it) bear on them too: what is counted can
    be added.
    """
    return tuple(chosen for chosen in ask.filters if chosen.facet != facet or chosen.fixed)


def most_frequent(counts: Iterable[tuple[str, int]], size: int) -> tuple[tuple[str, int], ...]:
    """Give the `size` most frequent values, ties in the order of the values."""
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0]))[: max(size, 0)])


def empty_counts(names: Sequence[str]) -> dict[str, FacetCounts]:
    """Give the counts of facets over no documents at all."""
    return {name: FacetCounts(name=name, values=()) for name in names}
