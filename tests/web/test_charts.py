"""Geometry of the drawings: nothing leaves its box, nothing is lost, neighbours stay neighbours."""

from __future__ import annotations

from itertools import pairwise

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.query.model import Span
from reperio.text.dates import Period
from reperio.web.charts.buckets import buckets_of, drawn, span_text
from reperio.web.charts.columns import Column, Part, column_chart
from reperio.web.charts.tiles import LEVELS, level, places, tile_map
from reperio.web.charts.timeline import Said, Spell, timeline


def test_every_square_is_a_country_and_has_a_place_of_its_own() -> None:
    known = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    assert set(places()) <= known
    assert len(set(places().values())) == len(places()) > 200


@pytest.mark.parametrize(
    ("west", "east"), [("PT", "ES"), ("US", "GB"), ("FR", "CH"), ("BR", "NG"), ("EG", "IN"), ("CN", "JP"), ("IE", "GB")]
)
def test_squares_lie_west_and_east_as_countries_do(west: str, east: str) -> None:
    assert places()[west][0] < places()[east][0]


@pytest.mark.parametrize(
    ("north", "south"),
    [("NO", "DK"), ("DE", "IT"), ("IT", "TN"), ("CA", "US"), ("US", "MX"), ("KE", "ZA"), ("ID", "AU")],
)
def test_squares_lie_north_and_south_as_countries_do(north: str, south: str) -> None:
    assert places()[north][1] < places()[south][1]


@given(st.dictionaries(st.sampled_from([*sorted(places()), "AW", "GP"]), st.integers(0, 10**9), max_size=30))
def test_the_map_loses_no_country(counts: dict[str, int]) -> None:
    made = tile_map(counts, lambda code: f"/{code}")
    if not any(counts.values()):
        assert made is None
        return
    assert made
    shown = {tile.code: tile.count for tile in (*made.tiles, *made.elsewhere) if tile.count}
    assert shown == {code: count for code, count in counts.items() if count}
    assert all(tile.x + made.side <= made.width and tile.y + made.side <= made.height for tile in made.tiles)
    assert all(bool(tile.url) == bool(tile.count) for tile in made.tiles)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_darkness_follows_the_count(count: int, highest: int) -> None:
    count = min(count, highest)
    assert 0 <= level(count, highest) <= LEVELS
    assert (level(count, highest) == 0) == (count == 0)
    assert level(highest, highest) == LEVELS


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=30))
def test_columns_stay_in_their_box_and_rise_with_their_counts(counts: list[int]) -> None:
    columns = [Column(str(n), str(n), count, "/", (Part(count, 0, "", "/"),)) for n, count in enumerate(counts)]
    chart = column_chart(columns)
    if not any(counts):
        assert chart is None
        return
    assert chart
    assert len(chart.stacks) == len(counts)
    heights = {}
    for stack in chart.stacks:
        for piece in stack.pieces:
            assert chart.left <= piece.x <= piece.x + piece.width <= chart.width
            assert chart.top - 2 <= piece.y <= chart.base
            heights[piece.part.count] = piece.height
    ordered = [heights[count] for count in sorted(heights)]
    assert ordered == sorted(ordered)
    assert 2 <= len(chart.lines) <= 7


@pytest.mark.parametrize("name", ["year", "age", "sample_size", "waves", "variables"])
def test_buckets_leave_no_gap_between_them(name: str) -> None:
    made = buckets_of(name)
    assert len({bucket.key for bucket in made}) == len(made) > 5
    assert made[-1].span.upper is None
    for one, other in pairwise(made):
        assert one.span.upper is not None
        assert other.span.lower is not None
        assert 0 < other.span.lower - one.span.upper <= 1


def test_years_long_past_are_not_drawn() -> None:
    keys = [bucket.key for bucket in drawn("year", {"1000": 3, "1990": 5, "2010": 2})]
    assert keys == [str(year) for year in range(1890, 2020, 10)]


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (Span("age", 10, 19.99), "10 to under 20"),
        (Span("year", 1990, None), "from 1990"),
        (Span("year", None, 1999), "up to 1999"),
        (Span("year", 1990, 1999, unknown=True), "1990 to 1999 or not stated"),
    ],
)
def test_ranges_in_words(span: Span, text: str) -> None:
    assert span_text(span) == text


def test_a_time_line_orders_by_beginning_and_says_what_it_shows() -> None:
    drawn_ = timeline(
        [
            Spell("Later", "/b", (Period("2004", "2006"),)),
            Spell("First", "/a", (Period("1990", "1994"), Period("1999"))),
            Spell("Going on", "", (Period("2010", None, ongoing=True),)),
            Spell("Unknown", "/u", ()),
        ],
        Said(),
    )
    assert drawn_
    assert [(line.label, line.text) for line in drawn_.lines] == [
        ("First", "1990 – 1994, 1999"),
        ("Later", "2004 – 2006"),
        ("Going on", "2010 – now"),
    ]
    assert all(
        0 <= stroke.x <= stroke.x + stroke.width <= drawn_.width for line in drawn_.lines for stroke in line.strokes
    )
    assert drawn_.lines[2].strokes[0].open
    assert timeline([Spell("Unknown", "", ())], Said()) is None
