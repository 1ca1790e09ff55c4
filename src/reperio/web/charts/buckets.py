"""The buckets of number facets: what each is called, and the range that finds what was counted in it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import msgspec

from reperio.index.facets import bucket_edges
from reperio.query.model import Span
from reperio.web.language import gettext as _
from reperio.web.language import number

YEARS_SHOWN = 130
"""Decades further back than this before the last one are gathered in words, not drawn."""

JUST_UNDER = 0.01
"""Ages may have fractions: the bucket from 10 to 19 ends just under 20."""


class Bucket(msgspec.Struct, frozen=True):
    """A bucket: its key in counts, its name (long and on an axis), and the range that it is as a filter."""

    key: str
    label: str
    tick: str
    span: Span


def buckets_of(name: str) -> tuple[Bucket, ...]:
    """Every bucket of a number facet, from low to high."""
    edges = bucket_edges(name)
    made = [_bucket(name, low, high, first=low == edges[0]) for low, high in pairwise(edges)]
    return (*made, _last(name, edges[-1]))


def _bucket(name: str, low: int, high: int, *, first: bool) -> Bucket:
    lower = None if first and name == "year" else float(low)
    upper = high - JUST_UNDER if name == "age" else float(high - 1)
    return Bucket(str(low), _label(name, low, high - 1), _tick(name, low), Span(name, lower, upper))


def _last(name: str, low: int) -> Bucket:
    label = _label(name, low, low) if name == "year" else _("%(low)s and more") % {"low": number(low)}
    return Bucket(str(low), label, _tick(name, low) + ("" if name == "year" else "+"), Span(name, float(low), None))


def _label(name: str, low: int, high: int) -> str:
    if name == "year":
        return _("%(year)ss") % {"year": low}
    ends = {"lower": number(low), "upper": number(high)}
    return number(low) if low == high else _("%(lower)s to %(upper)s") % ends


def _tick(name: str, low: int) -> str:
    if name == "year":
        return str(low)
    for size, letter in ((1_000_000_000, _("bn")), (1_000_000, _("m")), (1_000, _("k"))):
        if low >= size:
            return f"{low // size}{letter}"
    return str(low)


def drawn(name: str, counts: Mapping[str, int]) -> tuple[Bucket, ...]:
    """The buckets worth drawing: from the first with a count to the last, the gaps between them too.

    Of years only those of the last thirteen decades, when there are any: a few records of antiquity would else push
    everything into a corner.
    """
    every = buckets_of(name)
    filled = [place for place, bucket in enumerate(every) if counts.get(bucket.key)]
    if not filled:
        return ()
    first, last = filled[0], filled[-1]
    if name == "year":
        first = max(first, last - YEARS_SHOWN // 10 + 1)
    return every[first : last + 1]


def span_text(span: Span) -> str:
    """A range in words."""
    lower, upper = plain(span.lower), plain(span.upper)
    if span.upper is not None and round(span.upper + JUST_UNDER, 6) == round(span.upper + JUST_UNDER):
        upper = _("under %(age)s") % {"age": round(span.upper + JUST_UNDER)}
    ends = {"lower": lower, "upper": upper}
    form = _("%(lower)s to %(upper)s") if lower and upper else _("from %(lower)s") if lower else _("up to %(upper)s")
    text = form % ends
    return _("%(range)s or not stated") % {"range": text} if span.unknown else text


def plain(value: float | None) -> str:
    """A number without grouping, as an address and a form carry it; empty when unknown."""
    return "" if value is None else f"{value:.15g}"
