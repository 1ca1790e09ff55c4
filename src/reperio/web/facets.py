"""Facets as the search page draws them: values with counts, choices, ranges with a small histogram."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

import msgspec

from reperio.index.ask import FacetCounts
from reperio.query.discovery import FACET_VALUES
from reperio.query.model import KEYWORD_FILTERS, RANGE_FILTERS, Chosen, Query, Span
from reperio.query.url import PARAMETER_OF_FACET
from reperio.resource.fields import fields
from reperio.web import words
from reperio.web.charts.buckets import drawn, span_text
from reperio.web.charts.tiles import TileMap, small_map
from reperio.web.language import N_, Names, number
from reperio.web.language import gettext as _
from reperio.web.links import Links, any_of, choosing, dropping, dropping_span, spanning

TITLES = Names({
    "country": N_("Countries"),
    "source": N_("Catalogue"),
    "year": N_("Years"),
    "age": N_("Ages"),
    "variables": N_("Variables"),
    "waves": N_("Waves"),
})  # fmt: skip
UNITS = Names({"year": "", "age": N_("years"), "sample_size": "", "waves": "", "variables": ""})
FIRST = ("topic", "instrument", "study_design", "country", "access", "source")
"""Facets that stand open, in this order; ranges follow, the rest stands closed below them."""
SHORT = 7
"""Values of a long facet that are shown on the page; the others are a click away."""
SPARE = 3
"""A list longer than `SHORT` by so few is shown whole; and so many are shown below those chosen, however many they are."""
SEVERAL = ("topic", "keyword", "instrument", "study_design", "country", "language", "creator", "publisher", "funder")
"""Facets of which one result may have several values."""


class FacetValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value that can be chosen: as sent, as shown, how many results have it, whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


class FacetView(msgspec.Struct, frozen=True, kw_only=True):
    """A keyword facet as drawn.

    Attributes:
        values: those shown: the chosen, then those that most results have.
        total: how many values there are; 0 where nobody has counted them.
        all_url: page of all values; empty where all are shown.
    """

    name: str
    parameter: str
    title: str
    values: tuple[FacetValue, ...]
    total: int = 0
    unknown: int = 0
    unknown_chosen: bool = False
    open: bool = False
    every: bool = False
    all_url: str = ""
    map: TileMap | None = None

    @property
    def several(self) -> bool:
        """Whether one result may have several of its values, so that all of those chosen can be demanded."""
        return self.name in SEVERAL and self.chosen > 1

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(value.chosen for value in self.values) + self.unknown_chosen


class Bar(msgspec.Struct, frozen=True):
    """A bar of a histogram, in a box of 100 by 24: its place, what it says, its search, whether it is in the range."""

    x: float
    width: float
    height: float
    label: str
    count: int
    url: str
    chosen: bool


class RangeView(msgspec.Struct, frozen=True, kw_only=True):
    """A number facet as drawn."""

    name: str
    title: str
    unit: str
    lower: str
    upper: str
    minimum: str
    maximum: str
    unknown: int
    unknown_chosen: bool
    bars: tuple[Bar, ...] = ()

    @property
    def chosen(self) -> bool:
        """Whether a range is set."""
        return bool(self.lower or self.upper)

    @property
    def text(self) -> str:
        """The histogram in words."""
        if not self.bars:
            return ""
        top = max(self.bars, key=lambda bar: bar.count)
        said = {
            "title": self.title,
            "low": self.minimum,
            "high": self.maximum,
            "top": top.label,
            "count": number(top.count),
        }
        return _("%(title)s from %(low)s to %(high)s. Most results: %(top)s (%(count)s).") % said


class Chip(msgspec.Struct, frozen=True):
    """A filter in force: its facet, its value, and the address of the search without it."""

    title: str
    label: str
    url: str


class Labels:
    """Names of facet values for people."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources

    def title(self, facet: str) -> str:
        """Heading of a facet."""
        return TITLES[facet] if facet in TITLES else _(_named(facet))

    def value(self, facet: str, value: str) -> str:
        """A value of a facet in words."""
        match facet:
            case "source":
                return self._sources.get(value, value)
            case "country":
                return words.country(value)
            case "language":
                return words.language(value)
            case "access":
                return words.ACCESS_NAMES.get(value, value)
            case "sex":
                return words.SEX_NAMES.get(value, value)
            case "study_design":
                return words.design(value)
            case "genetic_data":
                return words.TRUTH_NAMES.get({"yes": "true", "no": "false"}.get(value, value), value)
            case _:
                return value


@cache
def _named(facet: str) -> str:
    """Label of the field that a facet counts."""
    named = (field.label for field in fields().values() if field.facet == facet)
    return next(named, facet.replace("_", " ").title())


Address = Callable[[Query], str]


def facet_views(
    query: Query, counts: Mapping[str, FacetCounts], labels: Labels, links: Links, to: Address | None = None
) -> tuple[FacetView, ...]:
    """The keyword facets that have a value or a choice, those most wanted first.

    `to` gives the address of the page with another choice; the search page's when not given.
    """
    order = (*FIRST, *(name for name in KEYWORD_FILTERS if name not in FIRST))
    views = (_facet_view(name, query, counts.get(name), labels, links, to or links.search) for name in order)
    return tuple(view for view in views if view.values or view.unknown_chosen)


def _facet_view(
    name: str, query: Query, counts: FacetCounts | None, labels: Labels, links: Links, to: Address
) -> FacetView:
    held = next((chosen for chosen in query.chosen if chosen.facet == name), Chosen(name))
    counted = dict(counts.values) if counts else {}
    counted |= {value: 0 for value in held.values if value not in counted}
    shown = _shown(counted, held.values)
    return FacetView(
        name=name,
        parameter=PARAMETER_OF_FACET[name],
        title=labels.title(name),
        values=tuple(
            FacetValue(value=value, label=labels.value(name, value), count=counted[value], chosen=value in held.values)
            for value in shown
        ),
        total=len(counted) if len(counted) < FACET_VALUES else 0,
        unknown=counts.unknown if counts else 0,
        unknown_chosen=held.unknown,
        open=name in FIRST or bool(held.values) or held.unknown,
        every=held.every,
        all_url=links.values(name, query) if len(shown) < len(counted) else "",
        map=_map(query, counted, frozenset(held.values), to) if name == "country" else None,
    )


def _shown(counted: Mapping[str, int], held: Collection[str]) -> list[str]:
    """The values of a facet that the page shows: those held, then those most wanted."""
    ordered = [value for value in counted if value in held] + [value for value in counted if value not in held]
    most = SHORT + SPARE if len(ordered) <= SHORT + SPARE else max(SHORT, len(held) + SPARE)
    return ordered[:most]


def _map(query: Query, counted: Mapping[str, int], held: frozenset[str], to: Address) -> TileMap | None:
    """The countries as a map, on which each adds itself to the search, or takes itself away."""

    def toggled(code: str) -> str:
        change = dropping if code in held else choosing
        return to(change(query, "country", code))

    return small_map(counted, toggled, held)


def range_views(
    query: Query, counts: Mapping[str, FacetCounts], labels: Labels, links: Links, to: Address | None = None
) -> tuple[RangeView, ...]:
    """The number facets that have a value or a choice."""
    spans = {span.facet: span for span in query.spans}
    address = to or links.search
    views = (_range_view(query, name, spans.get(name), counts.get(name), labels, address) for name in RANGE_FILTERS)
    return tuple(view for view in views if view.chosen or view.minimum)


def _range_view(
    query: Query, name: str, span: Span | None, counts: FacetCounts | None, labels: Labels, to: Address
) -> RangeView:
    return RangeView(
        name=name,
        title=labels.title(name),
        unit=UNITS.get(name, ""),
        lower=_plain(span.lower if span else None),
        upper=_plain(span.upper if span else None),
        minimum=_plain(counts.minimum if counts else None),
        maximum=_plain(counts.maximum if counts else None),
        unknown=counts.unknown if counts else 0,
        unknown_chosen=bool(span and span.unknown),
        bars=_bars(query, name, span, counts, to) if counts else (),
    )


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"


def _bars(query: Query, name: str, span: Span | None, counts: FacetCounts, to: Address) -> tuple[Bar, ...]:
    counted = dict(counts.values)
    shown = drawn(name, counted)
    if len(shown) < 2:
        return ()
    top = max(counted.get(bucket.key, 0) for bucket in shown) or 1
    step = 100 / len(shown)
    unknown = bool(span and span.unknown)
    return tuple(
        Bar(
            round(place * step, 2),
            round(step * 0.86, 2),
            round(max(24 * count / top, 1 if count else 0), 2),
            bucket.label,
            count,
            to(spanning(query, msgspec.structs.replace(bucket.span, unknown=unknown))),
            span is None or _overlap(span, bucket.span),
        )
        for place, bucket in enumerate(shown)
        for count in (counted.get(bucket.key, 0),)
    )


def _overlap(one: Span, other: Span) -> bool:
    starts_before = one.lower is None or other.upper is None or one.lower <= other.upper
    return starts_before and (one.upper is None or other.lower is None or other.lower <= one.upper)


def chips(query: Query, labels: Labels, links: Links, to: Callable[[Query], str] | None = None) -> tuple[Chip, ...]:
    """Every filter in force, each removable; `to` gives the address of the page without it (the search page's)."""
    address = to or links.search
    made = []
    for chosen in query.chosen:
        title = labels.title(chosen.facet)
        made += [
            Chip(title, labels.value(chosen.facet, value), address(dropping(query, chosen.facet, value)))
            for value in chosen.values
        ]
        if chosen.every and len(chosen.values) > 1:
            made.append(Chip(title, _("all of these"), address(any_of(query, chosen.facet))))
        if chosen.unknown:
            made.append(Chip(title, _("not stated"), address(dropping(query, chosen.facet, None))))
    for span in query.spans:
        url = address(dropping_span(query, span.facet))
        made.append(Chip(labels.title(span.facet), span_text(span), url))
    return tuple(made)
