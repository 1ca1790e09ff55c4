"""Where the question of a variable is asked again, as its page shows it: drawn over time, and in a table."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from reperio.corpus.model import Item
from reperio.query.elsewhere import Again, Elsewhere
from reperio.text.dates import Period
from reperio.web.charts.timeline import Said, Spell, Timeline, timeline
from reperio.web.site import Site

FIRST = 12
"""Variables shown at once; the others open on demand."""
IN_CROSSWALK = 24


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """Where a question is asked again.

    Attributes:
        found: the variables.
        line: these and the variable itself over time, by study and wave; None when fewer than two times are known.
        studies: studies among the close ones.
        crosswalk: address of a crosswalk of the close ones.
        first: how many of them are shown at once.
    """

    found: Elsewhere
    line: Timeline | None
    studies: int
    crosswalk: str
    first: int = FIRST


def asked_again(site: Site, item: Item) -> Drawn:
    """Where the question of a variable is asked again."""
    found = site.service.elsewhere(item.id)
    ancestors = tuple(site.service.ancestors(item.id))
    spells: dict[tuple[str, str], Spell] = {}
    for one, above in ((item, ancestors), *((again.item, again.ancestors) for again in found.close)):
        study = above[0] if above else one
        label = study.resource.title + (f", {one.resource.wave}" if one.resource.wave else "")
        if label not in {spell.label for spell in spells.values()} and (periods := times(one, above)):
            spells[study.id, one.resource.wave or ""] = Spell(label, site.links.item(one), periods)
    line = timeline(list(spells.values()), Said()) if len(spells) > 1 else None
    return Drawn(
        found=found,
        line=line,
        studies=len({again.study.id for again in found.close}),
        crosswalk=_crosswalk(site, item, found.close),
    )


def times(item: Item, ancestors: tuple[Item, ...]) -> tuple[Period, ...]:
    """When a question was asked: of the nearest of the variable and what it belongs to that states a time."""
    for one in (item, *reversed(ancestors)):
        if one.resource.temporal:
            return one.resource.temporal
    return ()


def _crosswalk(site: Site, item: Item, close: tuple[Again, ...]) -> str:
    variables = [item.uuid, *(again.item.uuid for again in close)][:IN_CROSSWALK]
    pairs = [("label", item.resource.title[:120]), *(("v", f"{uuid}~0") for uuid in variables)]
    return f"{site.links.page('crosswalk')}?{urlencode(pairs)}"
