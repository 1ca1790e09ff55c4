"""Where the question of a variable is asked again, as its page shows it: drawn over time, and in a table."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import msgspec

from reperio.corpus.model import Item
from reperio.query.elsewhere import Again, Elsewhere
from reperio.text.dates import years
from reperio.web.charts.waves import Asked, Waves, waves
from reperio.web.site import Site

FIRST = 12
"""Variables shown at once; the others open on demand."""
IN_CROSSWALK = 24
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_END = re.compile(r"(?<!\d)((?:19|20)\d)(\d)\s?[-–/]\s?(\d{2})(?!\d)")


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """Where a question is asked again.

    Attributes:
        found: the variables.
        line: these and the variable itself over time, by study and wave; None when no time is known.
        studies: studies among the close ones.
        crosswalk: address of a crosswalk of the close ones.
        first: how many of them are shown at once.
    """

    found: Elsewhere
    line: Waves | None
    studies: int
    crosswalk: str
    first: int = FIRST


def asked_again(site: Site, item: Item, ancestors: tuple[Item, ...]) -> Drawn:
    """Where the question of a variable is asked again; `ancestors` are what it belongs to, top first."""
    found = site.service.elsewhere(item)
    asked = [_asked(site, item, ancestors, is_own=True)]
    asked += [_asked(site, again.item, again.ancestors) for again in found.close]
    return Drawn(
        found=found,
        line=waves(asked),
        studies=len({again.study.id for again in found.close}),
        crosswalk=_crosswalk(site, item, found.close),
    )


def _asked(site: Site, item: Item, above: tuple[Item, ...], *, is_own: bool = False) -> Asked:
    study = above[0] if above else item
    first, last = times(item, above)
    file = above[-1].resource.title if len(above) > 1 else ""
    return Asked(
        study=study.resource.title,
        study_url=site.links.item(study),
        label=item.resource.wave or file or item.resource.name or item.resource.title,
        url=site.links.item(item),
        first=first,
        last=last,
        is_own=is_own,
    )


def times(item: Item, above: tuple[Item, ...]) -> tuple[int | None, int | None]:
    """First and last year in which a question was asked, as the nearest tells: the wave by name, the file, the study.

    What spans a whole study of several waves says nothing of one of them; then a stated wave or file leaves it unknown.
    """
    if found := _years_of(item.resource.wave or ""):
        return found
    below_study = above[1:] if len(above) > 1 else ()
    for one in (item, *reversed(below_study)):
        for period in one.resource.temporal[:1]:
            first, last = years(period)
            if first is not None or last is not None:
                return first or last, last or first
    for one in reversed(below_study):
        if found := _years_of(one.resource.title):
            return found
    return (None, None) if item.resource.wave or not above else _of_study(above[0])


def _of_study(study: Item) -> tuple[int | None, int | None]:
    if len(study.resource.temporal) == 1:
        first, last = years(study.resource.temporal[0])
        if first is not None and (last is None or last - first <= 2) and not study.resource.temporal[0].ongoing:
            return first, last or first
    return None, None


def _years_of(text: str) -> tuple[int, int] | None:
    """Years that a name tells: `Wave 2 (2005)`, `2009-10`."""
    if short := _SHORT_END.search(text):
        first = int(short[1] + short[2])
        last = first // 100 * 100 + int(short[3])
        if first < last <= first + 15:
            return first, last
    found = [int(year) for year in _YEAR.findall(text)]
    return (min(found), max(found)) if found and max(found) - min(found) <= 15 else None


def _crosswalk(site: Site, item: Item, close: tuple[Again, ...]) -> str:
    variables = [item.uuid, *(again.item.uuid for again in close)][:IN_CROSSWALK]
    pairs = [("label", item.resource.title[:120]), *(("v", f"{uuid}~0") for uuid in variables)]
    return f"{site.links.page('crosswalk')}?{urlencode(pairs)}"
