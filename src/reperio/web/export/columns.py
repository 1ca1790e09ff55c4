"""The columns of an exported list: one line an item, one heading a column, several values parted by ` | `."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from reperio.corpus.model import Item
from reperio.source.model import Source
from reperio.text.dates import years
from reperio.text.places import country_name
from reperio.web import words, writers
from reperio.web.links import Links

Value = str | int | None
Made = Callable[["Exported"], Value]
PARTED = " | "


class Exported(msgspec.Struct, frozen=True):
    """An item to be exported, with what its line needs."""

    item: Item
    links: Links
    sources: Mapping[str, Source]


def _joined(values: Iterable[str | None]) -> str:
    return PARTED.join(dict.fromkeys(" ".join(value.split()) for value in values if value))


def _first_year(one: Exported) -> Value:
    return min((first for first, _ in map(years, one.item.resource.temporal) if first is not None), default=None)


def _last_year(one: Exported) -> Value:
    """None while it goes on."""
    periods = one.item.resource.temporal
    if any(period.ongoing for period in periods):
        return None
    return max((last for _, last in map(years, periods) if last is not None), default=None)


def _credit(one: Exported) -> Value:
    return _joined(line.text for line in writers.credit_lines(one.item, one.sources))


COLUMNS: tuple[tuple[str, Made], ...] = (
    ("kind", lambda one: one.item.kind),
    ("title", lambda one: one.item.resource.title),
    ("name", lambda one: one.item.resource.name),
    ("question", lambda one: _joined(text.value for text in one.item.resource.question)),
    ("response_options", lambda one: _joined(category.label for category in one.item.resource.categories)),
    ("abstract", lambda one: one.item.resource.abstract),
    ("first_year", _first_year),
    ("last_year", _last_year),
    ("ongoing", lambda one: "yes" if any(period.ongoing for period in one.item.resource.temporal) else None),
    ("countries", lambda one: _joined(country_name(p.country) for p in one.item.resource.spatial if p.country)),
    ("places", lambda one: _joined(place.name for place in one.item.resource.spatial)),
    ("ages", lambda one: _joined(words.ages(age) for age in one.item.resource.ages)),
    ("sample_size", lambda one: one.item.resource.sample_size),
    ("study_designs", lambda one: _joined(one.item.resource.study_designs)),
    ("instruments", lambda one: _joined(one.item.resource.instruments)),
    ("topics", lambda one: _joined(topic.label for topic in one.item.resource.topics)),
    ("keywords", lambda one: _joined(keyword.label for keyword in one.item.resource.keywords)),
    ("languages", lambda one: _joined(one.item.resource.languages)),
    ("waves", lambda one: one.item.resource.waves),
    ("variables", lambda one: one.item.variables or None),
    ("access", lambda one: one.item.resource.access),
    ("licence", lambda one: _joined(licence.name for licence in one.item.resource.licences)),
    ("creators", lambda one: _joined(agent.name for agent in one.item.resource.creators)),
    ("publishers", lambda one: _joined(agent.name for agent in one.item.resource.publishers)),
    ("doi", lambda one: _joined(one.item.resource.dois)),
    ("url_at_source", lambda one: next(filter(None, map(words.http_url, one.item.resource.urls)), None)),
    ("url", lambda one: one.links.absolute(one.links.item(one.item))),
    ("catalogues", lambda one: _joined(_title(one.sources, key) for key in one.item.sources)),
    ("credit", _credit),
    ("belongs_to", lambda one: _joined(one.item.resource.part_of)),
    ("id", lambda one: one.item.id),
    ("uuid", lambda one: one.item.uuid),
    ("changed", lambda one: one.item.changed or None),
)
HEADINGS = tuple(name for name, _ in COLUMNS)


def _title(sources: Mapping[str, Source], key: str) -> str:
    return sources[key].title if key in sources else key


def line_of(one: Exported) -> tuple[Value, ...]:
    """The values of an item, in the order of `HEADINGS`."""
    return tuple(made(one) for _, made in COLUMNS)
