"""What a search finds, counted every way: by time, age, size, place, design and topic.

Every number here is the number of results of the search it links to. The work is bounded: one count of all facets, one
by kind of access, one or two for each of the topics shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from reperio.index.ask import FacetCounts
from reperio.query.model import Query, Span
from reperio.query.understand import without
from reperio.web import words
from reperio.web.charts.bars import Bar, bar_list
from reperio.web.charts.buckets import Bucket, buckets_of, drawn
from reperio.web.charts.columns import Column, ColumnChart, Part, column_chart
from reperio.web.charts.heat import Cell, HeatMap, Row, heat_map
from reperio.web.charts.tiles import TileMap, tile_map
from reperio.web.facets import Labels
from reperio.web.language import gettext as _
from reperio.web.language import inline
from reperio.web.links import Links, choosing, only, spanning, with_text
from reperio.web.service import Service

COUNTED = ("topic", "instrument", "study_design", "country", "source", "access", "language")
RANGES = ("year", "age", "sample_size", "waves", "variables")
VALUES = 300
TOGETHER = 500
TOPICS = 12
BARS = 12
PERIODS = 6
ACCESS_ORDER = ("open", "registered", "controlled", "closed")


class Legend(msgspec.Struct, frozen=True):
    """A tone of a chart and what it stands for."""

    tone: int
    label: str


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A column chart with what stands around it: those whose value is unknown, and the tones of its pieces."""

    name: str
    title: str
    chart: ColumnChart
    columns: tuple[Column, ...]
    unknown: int = 0
    unknown_url: str = ""
    earlier: int = 0
    earlier_url: str = ""
    legend: tuple[Legend, ...] = ()


class Period(msgspec.Struct, frozen=True):
    """A period that the gap map can be drawn for."""

    key: str
    label: str
    url: str
    current: bool


class Exploration(msgspec.Struct, frozen=True, kw_only=True):
    """A search drawn; `query` is the search with what its words demand as filters of their own."""

    query: Query
    total: int
    time: Figure | None
    ranges: tuple[Figure, ...]
    countries: TileMap | None
    country_list: tuple[Bar, ...]
    country_unknown: int
    bars: tuple[tuple[str, str, tuple[Bar, ...]], ...]
    overlap: HeatMap | None
    gaps: HeatMap | None
    periods: tuple[Period, ...]


class Portrait(msgspec.Struct, frozen=True, kw_only=True):
    """A search drawn small: how many, when, at what ages, where, how, with which instruments."""

    total: int
    time: Figure | None
    ages: Figure | None
    countries: TileMap | None
    country_list: tuple[Bar, ...]
    bars: tuple[tuple[str, str, tuple[Bar, ...]], ...]


def explicit(service: Service, query: Query) -> Query:
    """A query with what its words demand as filters, so that a mark can put another value in the place of one."""
    chips = service.search(msgspec.structs.replace(query, size=1)).understood
    if not chips:
        return query
    made = with_text(query, without(query.text, tuple(chips)))
    for chip in chips:
        made = spanning(made, chip.span) if chip.span else made
        for value in chip.chosen.values if chip.chosen else ():
            made = choosing(made, chip.facet, value)
    return made


class Explorer:
    """Counts one search.

    Args:
        service: is asked for the counts.
        links: gives the addresses of the searches behind the marks.
        labels: names of facet values.
        query: the search; its filters stay in force in all that is linked to, but for those of the facet drawn.
        period: key of the decade that the gap map is drawn for, empty for all years.
    """

    def __init__(self, service: Service, links: Links, labels: Labels, query: Query, period: str = "") -> None:
        self._service = service
        self._links = links
        self._labels = labels
        plain = msgspec.structs.replace(query, page=1, size=Query().size, sort="best")
        self._query = explicit(service, plain) if plain.text else plain
        self._period = period
        self._counts: Mapping[str, FacetCounts] = {}

    def explore(self) -> Exploration:
        """Count everything."""
        self._counts = self._service.facets(self._query, (*COUNTED, *RANGES), size=VALUES)
        topics = [value for value, count in self._values("topic")[:TOPICS] if count]
        together = {topic: self._with_topic(self._query, topic) for topic in topics}
        ranges = (self._figure(name) for name in RANGES if name != "year")
        return Exploration(
            query=self._query,
            total=self._service.total(self._query),
            time=self._time(),
            ranges=tuple(figure for figure in ranges if figure),
            countries=tile_map(dict(self._values("country")), self._link_to("country"), self._chosen("country")),
            country_list=self._bars("country", len(self._values("country"))),
            country_unknown=self._unknown("country"),
            bars=tuple(
                (name, self._labels.title(name), bars)
                for name in ("topic", "study_design", "instrument", "source", "access", "language")
                if (bars := self._bars(name))
            ),
            overlap=self._overlap(topics, together),
            gaps=self._gaps(topics, together),
            periods=self._periods(),
        )

    def portrait(self, but: str = "") -> Portrait:
        """Count what a small page shows; `but` is the facet that the page is about."""
        self._counts = self._service.facets(self._query, (*COUNTED, *RANGES), size=VALUES)
        names = tuple(name for name in ("topic", "instrument", "study_design", "source") if name != but)
        return Portrait(
            total=self._service.total(self._query),
            time=self._figure("year"),
            ages=self._figure("age"),
            countries=tile_map(dict(self._values("country")), self._link_to("country")),
            country_list=self._bars("country", 6),
            bars=tuple((name, self._labels.title(name), bars) for name in names if (bars := self._bars(name, 8))),
        )

    # -- counts --------------------------------------------------------------------------------------------------

    def _values(self, name: str) -> tuple[tuple[str, int], ...]:
        counts = self._counts.get(name)
        return counts.values if counts else ()

    def _unknown(self, name: str) -> int:
        counts = self._counts.get(name)
        return counts.unknown if counts else 0

    def _chosen(self, facet: str) -> frozenset[str]:
        return frozenset(value for held in self._query.chosen if held.facet == facet for value in held.values)

    def _link_to(self, facet: str) -> LinkTo:
        return LinkTo(self._links, self._query, facet)

    def _bars(self, name: str, most: int = BARS) -> tuple[Bar, ...]:
        return bar_list(self._values(name)[:most], lambda value: self._labels.value(name, value), self._link_to(name))

    # -- columns -------------------------------------------------------------------------------------------------

    def _figure(self, name: str) -> Figure | None:
        counts = dict(self._values(name))
        columns = tuple(self._column(bucket, counts.get(bucket.key, 0)) for bucket in drawn(name, counts))
        return self._drawn(name, columns, column_chart(columns))

    def _column(self, bucket: Bucket, total: int, parts: tuple[Part, ...] | None = None) -> Column:
        url = self._links.search(spanning(self._query, bucket.span))
        if parts is None:
            parts = (Part(total, 0, bucket.label, url),)
        return Column(bucket.label, bucket.tick, total, url, parts)

    def _drawn(
        self, name: str, columns: tuple[Column, ...], chart: ColumnChart | None, legend: tuple[Legend, ...] = ()
    ) -> Figure | None:
        if chart is None:
            return None
        counts = dict(self._values(name))
        first = next((bucket for bucket in buckets_of(name) if bucket.label == columns[0].label), None)
        before = Span(name, None, first.span.lower - 1) if first and first.span.lower else None
        early = sum(counts.get(bucket.key, 0) for bucket in buckets_of(name) if _is_before(bucket, first))
        earlier = spanning(self._query, before) if before and early else None
        return Figure(
            name=name,
            title=self._labels.title(name),
            chart=chart,
            columns=columns,
            unknown=self._unknown(name),
            earlier=self._service.total(earlier) if earlier else 0,
            earlier_url=self._links.search(earlier) if earlier else "",
            legend=legend,
        )

    def _time(self) -> Figure | None:
        """Studies by decade, each column made of the ways to get the data."""
        counts = dict(self._values("year"))
        kinds = self._access_kinds()
        by_kind = [(label, query, self._years(query)) for label, query in kinds]
        columns = tuple(
            self._column(
                bucket,
                counts.get(bucket.key, 0),
                tuple(
                    Part(
                        years.get(bucket.key, 0),
                        tone,
                        _("%(bucket)s, access: %(access)s") % {"bucket": bucket.label, "access": inline(label)},
                        self._link(query, bucket.span),
                    )
                    for tone, (label, query, years) in enumerate(by_kind)
                )
                if by_kind
                else None,
            )
            for bucket in drawn("year", counts)
        )
        legend = tuple(Legend(tone, label) for tone, (label, *rest) in enumerate(by_kind))
        return self._drawn("year", columns, column_chart(columns, width=580, height=250), legend)

    def _access_kinds(self) -> list[tuple[str, Query]]:
        held = dict(self._values("access"))
        kinds = [
            (words.ACCESS_NAMES[value], only(self._query, "access", value)) for value in ACCESS_ORDER if held.get(value)
        ]
        return [*kinds, (_("Not stated"), only(self._query, "access", unknown=True))] if kinds else []

    def _years(self, query: Query) -> dict[str, int]:
        return dict(self._service.facets(query, ("year",), size=VALUES).get("year", FacetCounts("year", ())).values)

    def _link(self, query: Query, span: Span) -> str:
        return self._links.search(spanning(query, span))

    # -- topics --------------------------------------------------------------------------------------------------

    def _with_topic(self, query: Query, topic: str) -> Mapping[str, FacetCounts]:
        return self._service.facets(only(query, "topic", topic, every=True), ("topic", "age"), size=TOGETHER)

    def _overlap(self, topics: Sequence[str], together: Mapping[str, Mapping[str, FacetCounts]]) -> HeatMap | None:
        """How many results have both of two topics: the lower half of a square."""
        if len(topics) < 3:
            return None
        totals = dict(self._values("topic"))
        rows = [
            Row(
                topic,
                self._links.search(only(self._query, "topic", topic)),
                totals[topic],
                tuple(self._both(topic, other, together[topic]) for other in topics[:place])
                + tuple(Cell(0, "", "", crossed=True) for _ in topics[place:]),
            )
            for place, topic in enumerate(topics)
        ]
        return heat_map(topics[:-1], [msgspec.structs.replace(row, cells=row.cells[:-1]) for row in rows[1:]])

    def _both(self, topic: str, other: str, together: Mapping[str, FacetCounts]) -> Cell:
        query = only(self._query, "topic", topic, other, every=True)
        counts = together.get("topic", FacetCounts("topic", ()))
        count = dict(counts.values).get(other)
        if count is None:
            count = self._service.total(query) if len(counts.values) >= TOGETHER else 0
        return Cell(
            count,
            _("%(topic)s and %(other)s") % {"topic": topic, "other": other},
            self._links.search(query) if count else "",
        )

    def _gaps(self, topics: Sequence[str], together: Mapping[str, Mapping[str, FacetCounts]]) -> HeatMap | None:
        """Topics by ages, in the years asked for; what nobody has studied stays empty."""
        if not topics or not self._values("age"):
            return None
        query = self._query
        if self._period:
            span = next(bucket.span for bucket in buckets_of("year") if bucket.key == self._period)
            query = spanning(self._query, span)
            together = {topic: self._with_topic(query, topic) for topic in topics}
        ages = buckets_of("age")
        rows = [self._gap_row(only(query, "topic", topic), topic, ages, together[topic]) for topic in topics]
        return heat_map([_short(age) for age in ages], rows)

    def _gap_row(self, query: Query, topic: str, ages: Sequence[Bucket], counted: Mapping[str, FacetCounts]) -> Row:
        counts = dict(counted["age"].values) if "age" in counted else {}
        cells = tuple(
            Cell(
                counts.get(age.key, 0),
                _("%(topic)s, ages %(ages)s") % {"topic": topic, "ages": age.label},
                self._link(query, age.span) if counts.get(age.key) else "",
            )
            for age in ages
        )
        return Row(topic, self._links.search(query), self._service.total(query), cells)

    def _periods(self) -> tuple[Period, ...]:
        """All years, and the last decades that have anything."""
        held = drawn("year", dict(self._values("year")))[-PERIODS:]
        keys = [("", _("All years")), *((bucket.key, bucket.label) for bucket in held)]
        return tuple(
            Period(key, label, f"{self._links.explore(self._query, key)}#gaps", key == self._period)
            for key, label in keys
        )


class LinkTo(msgspec.Struct, frozen=True):
    """Gives the address of a search with one value of a facet."""

    links: Links
    query: Query
    facet: str

    def __call__(self, value: str) -> str:
        """The search with this value only."""
        return self.links.search(only(self.query, self.facet, value))


def _short(age: Bucket) -> str:
    """`16–19`, `80+`."""
    upper = age.span.upper
    return age.tick if upper is None else f"{age.tick}–{int(upper)}"


def _is_before(bucket: Bucket, first: Bucket | None) -> bool:
    return first is not None and float(bucket.key) < float(first.key)
