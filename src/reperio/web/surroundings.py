"""What is drawn of an item: its datasets over time, its topics by wave; and the neighbours of a variable in its file."""

from __future__ import annotations

import re

import msgspec

from reperio.corpus.model import Item
from reperio.index.ask import FacetCounts
from reperio.query.model import Query
from reperio.web.around import Around
from reperio.web.charts.heat import Cell, HeatMap, Row, heat_map
from reperio.web.charts.timeline import Said, Spell, Timeline, timeline
from reperio.web.links import only
from reperio.web.site import Site

WAVES = 14
TOPICS = 12
VALUES = 200
NEAR = 40
_FIGURES = re.compile(r"\d+")


class Neighbours(msgspec.Struct, frozen=True):
    """The variables before and after a variable in its file; None at the ends."""

    before: Item | None
    after: Item | None


def time_line(site: Site, around: Around) -> Timeline | None:
    """An item and its datasets over time; None when there is no more than one period to draw."""
    item = around.item
    spells = [Spell(item.resource.title, "", item.resource.temporal)] if item.resource.temporal else []
    spells += [Spell(one.resource.title, site.links.item(one), one.resource.temporal) for one in around.children]
    drawn = timeline(spells, Said())
    return drawn if drawn and sum(len(line.strokes) for line in drawn.lines) > 1 else None


def topics_by_wave(site: Site, item: Item) -> HeatMap | None:
    """How many variables below an item are about a topic in a wave, where variables state both themselves."""
    if not item.variables:
        return None
    key = ("topics by wave", site.service.status().generation, item.id)
    return site.kept.get(key, lambda: _topics_by_wave(site, item))


def _topics_by_wave(site: Site, item: Item) -> HeatMap | None:
    query = Query(scope="variable", within=item.id, meaning=False)
    counts = site.service.facets(query, ("wave", "topic"), size=VALUES)
    waves = [wave for wave, _ in _values(counts, "wave")[:WAVES]]
    total = site.service.total(query)
    topics = [topic for topic, count in _values(counts, "topic") if count < total][:TOPICS]
    if len(waves) < 2 or len(topics) < 2:
        return None  # what every variable has was stated of the whole, not of them
    waves.sort(key=_in_order)
    by_wave = {
        wave: dict(_values(site.service.facets(only(query, "wave", wave), ("topic",), size=VALUES), "topic"))
        for wave in waves
    }
    totals = dict(_values(counts, "topic"))
    rows = [
        Row(
            topic,
            site.links.search(only(query, "topic", topic)),
            totals[topic],
            tuple(_cell(site, query, topic, wave, by_wave[wave].get(topic, 0)) for wave in waves),
        )
        for topic in topics
    ]
    return heat_map(waves, rows)


def _cell(site: Site, query: Query, topic: str, wave: str, count: int) -> Cell:
    url = site.links.search(only(only(query, "topic", topic), "wave", wave)) if count else ""
    return Cell(count, f"{topic}, {wave}", url)


def _values(counts: dict[str, FacetCounts], name: str) -> tuple[tuple[str, int], ...]:
    return counts[name].values if name in counts else ()


def _in_order(wave: str) -> tuple[list[int], str]:
    """`Wave 2` before `Wave 10`."""
    return [int(found) for found in _FIGURES.findall(wave)[:4]], wave


def neighbours(site: Site, item: Item, above: tuple[Item, ...]) -> Neighbours | None:
    """The variables next to a variable in its file, where its place in it is known."""
    position = item.resource.position
    if not above or position is None:
        return None
    start = max(0, position - 1 - NEAR // 2)
    page = site.service.variables(above[-1].id, sort="position", offset=start, limit=NEAR)
    ids = [hit.item.id for hit in page.hits]
    if item.id not in ids:
        return None
    at = ids.index(item.id)
    before = page.hits[at - 1].item if at else None
    after = page.hits[at + 1].item if at + 1 < len(ids) else None
    return Neighbours(before, after) if before or after else None
