"""What is drawn of an item: its datasets over time; and the neighbours of a variable in its file."""

from __future__ import annotations

import msgspec

from reperio.corpus.model import Item
from reperio.web.around import Around
from reperio.web.charts.timeline import Said, Spell, Timeline, timeline
from reperio.web.site import Site
from reperio.web.words import apart


class Neighbours(msgspec.Struct, frozen=True):
    """The variables before and after a variable in its file; None at the ends."""

    before: Item | None
    after: Item | None


def time_line(site: Site, around: Around) -> Timeline | None:
    """An item and its datasets over time; None when there is no more than one period to draw."""
    item = around.item
    spells = [Spell(item.resource.title, "", item.resource.temporal)] if item.resource.temporal else []
    spells += [
        Spell(apart(one.resource.title, item.resource.title), site.links.item(one), one.resource.temporal)
        for one in around.children
    ]
    drawn = timeline(spells, Said())
    return drawn if drawn and sum(len(line.strokes) for line in drawn.lines) > 1 else None


def neighbours(site: Site, item: Item, above: tuple[Item, ...]) -> Neighbours | None:
    """The variables next to a variable in its file, where its place in it is known."""
    if not above or item.resource.position is None:
        return None
    before, after = site.service.beside(item, above[-1].id)
    return Neighbours(before, after) if before or after else None
