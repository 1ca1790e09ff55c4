"""Studies or datasets side by side: every fact that any of them has, and where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from reperio.corpus.model import Item
from reperio.resource.fields import fields
from reperio.text.characters import fold
from reperio.text.html import summary
from reperio.web import words
from reperio.web.facts import GROUPS, facts
from reperio.web.language import N_, Names
from reperio.web.language import gettext as _
from reperio.web.values import Shown

Verdict = Literal["same", "differ", "partly"]
"""same: all say the same; differ: they say different things; partly: only some say anything."""

TERMS = (
    "time_methods",
    "sampling",
    "collection_modes",
    "analysis_units",
    "data_kinds",
    "topics",
    "keywords",
    "concepts",
)
LEFT_OUT = ("id", "kind", "source", "part_of", "extra", "image", "alternate_titles", "variable_count")
SUMMARY_MAX = 400
VERDICTS: Mapping[Verdict, str] = Names({"same": N_("Same"), "differ": N_("Differs"), "partly": N_("Stated by some")})


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A value of one item; `alone`: no other of them has it, although several state this fact."""

    shown: Shown
    alone: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One fact across the items: its values for each, empty where not stated."""

    name: str
    label: str
    help: str
    cells: tuple[tuple[Value, ...], ...]
    verdict: Verdict

    @property
    def said(self) -> str:
        """How they compare, in words."""
        return VERDICTS[self.verdict]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that belong together."""

    title: str
    lines: tuple[Line, ...]


def compared(items: Sequence[Item], sources: dict[str, str], *, differences: bool = False) -> tuple[Group, ...]:
    """The facts of some items side by side; with `differences` only those in which they differ.

    Args:
        items: what is compared.
        sources: titles of the sources by key.
        differences: leave out what all state alike.
    """
    glance = [
        _made("kind", _("Kind"), items, lambda item: [words.KIND_NAMES[item.kind]]),
        _made("summary", _("Summary"), items, _summary, judged=False),
        _made("years", _("Years"), items, lambda item: [words.year_span(item.resource)]),
        _made("sample", _("Sample"), items, lambda item: [_number(item.resource.sample_size)]),
        _made("variables", _("Variables"), items, lambda item: [_number(item.variables)]),
        _made("children", _("Datasets"), items, lambda item: [_number(item.children)]),
        _made("sources", _("Catalogues"), items, lambda item: [sources.get(key, key) for key in item.sources]),
    ]
    groups = [Group(title=_("At a glance"), lines=tuple(glance))]
    groups += [
        Group(title=_(title), lines=tuple(_line(items, name) for name in names if name not in LEFT_OUT))
        for title, names in GROUPS
    ]
    return tuple(kept for group in groups if (kept := _kept(group, differences=differences)).lines)


def _kept(group: Group, *, differences: bool) -> Group:
    lines = tuple(line for line in group.lines if any(line.cells) and not (differences and line.verdict == "same"))
    return msgspec.structs.replace(group, lines=lines)


def _summary(item: Item) -> list[str]:
    return [summary(item.resource.abstract, SUMMARY_MAX)] if item.resource.abstract else []


def _number(value: int | None) -> str:
    return words.number(value) if value else ""


def _made(
    name: str, label: str, items: Sequence[Item], made: Callable[[Item], Sequence[str]], *, judged: bool = True
) -> Line:
    cells = [tuple(Shown(text=text) for text in made(item) if text) for item in items]
    line = _judged(name, label, "", cells)
    return line if judged else _unjudged(line)


def _unjudged(line: Line) -> Line:
    """Running text differs always: it is not marked value by value."""
    cells = tuple(tuple(msgspec.structs.replace(value, alone=False) for value in cell) for cell in line.cells)
    return msgspec.structs.replace(line, cells=cells)


def _line(items: Sequence[Item], name: str) -> Line:
    field = fields()[name]
    held = [facts(item.resource, name) for item in items]
    cells = [fact[0].values if fact else () for fact in held]
    if name in TERMS:  # of vocabularies and codes the pages of the items tell
        cells = [tuple(msgspec.structs.replace(value, note="") for value in cell) for cell in cells]
    return _judged(name, _(field.label), _(field.help), cells)


def _judged(name: str, label: str, about: str, cells: Sequence[Sequence[Shown]]) -> Line:
    texts = [frozenset(map(_folded, cell)) for cell in cells]
    stated = [text for text in texts if text]
    counts = Counter(text for cell in texts for text in cell)
    verdict: Verdict = "differ" if len(set(stated)) > 1 else "same" if len(stated) == len(cells) else "partly"
    return Line(
        name=name,
        label=label,
        help=about,
        verdict=verdict,
        cells=tuple(
            tuple(Value(shown=value, alone=len(stated) > 1 and counts[_folded(value)] == 1) for value in cell)
            for cell in cells
        ),
    )


def _folded(value: Shown) -> str:
    return fold(value.text)
