"""What was understood of a query, as the search page shows it: chips to be edited, near misses, what to leave out."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from reperio.query.model import Added, Chip, Demand, Drop, NearMiss, Note, Query
from reperio.query.understand import without
from reperio.query.view import SourceView
from reperio.web import words
from reperio.web.charts.buckets import span_text
from reperio.web.facets import Labels
from reperio.web.language import N_, SOURCE, Names, inline, language, number
from reperio.web.language import gettext as _
from reperio.web.links import Links, choosing, spanning, with_text

HELD_TITLES = Names({
    "age": N_("ages"),
    "sample_size": N_("sample of"),
    "year": N_("years"),
    "waves": N_("waves:"),
    "variables": N_("variables:"),
})  # fmt: skip


class UnderstoodChip(msgspec.Struct, frozen=True, kw_only=True):
    """A constraint read from the text: what it demands, the words it came from, and addresses.

    `as_words` takes it for words again, `as_filter` makes it a filter of its own, to be edited beside the results.
    """

    label: str
    words: str
    as_words: str
    as_filter: str


class AddedChip(msgspec.Struct, frozen=True, kw_only=True):
    """A synonym searched for as well, and the address of the search without it."""

    term: str
    words: str
    source: str
    url: str


def kept_as_words(query: Query, text: str) -> Query:
    """A query in which some words stay words, from its first page."""
    folded = " ".join(text.casefold().split())
    return msgspec.structs.replace(query, plain=tuple(sorted({*query.plain, folded})), page=1)


def as_filter(query: Query, chip: Chip) -> Query:
    """A query with a chip as a filter chosen by hand, and its words taken out of the text."""
    rest = with_text(query, without(query.text, (chip,)))
    if chip.span is not None:
        return spanning(rest, chip.span)
    for value in chip.chosen.values if chip.chosen else ():
        rest = choosing(rest, chip.facet, value)
    return rest


def told(note: Note) -> str:
    """A note in the language spoken."""
    if language() == SOURCE or not note.form:
        return note.text
    joined = _(" or ")
    return _(note.form) % {
        name: joined.join(_("“%(word)s”") % {"word": one} for one in value) if isinstance(value, tuple) else value
        for name, value in note.values.items()
    }


def demanded(demand: Demand, labels: Labels) -> str:
    """What is demanded, in the language spoken: `Alter: 10 bis 16`."""
    values = [
        (_(" and ") if one.every else _(" or ")).join(
            [*(labels.value(one.facet, value) for value in one.values), *[_("not stated")] * one.unknown]
        )
        for one in demand.chosen
    ]
    values += [span_text(span) for span in demand.spans]
    return f"{labels.title(demand.facet)}: {', '.join(values)}"


def told_drop(drop: Drop, labels: Labels) -> str:
    """A word or constraint that could be left out."""
    if language() == SOURCE or drop.words or drop.demand is None:
        return drop.label
    return demanded(drop.demand, labels)


def _label(chip: Chip, labels: Labels) -> str:
    """What a chip demands: as the query room says it in English, made anew in other languages."""
    if language() == SOURCE:
        return chip.label
    chosen = (chip.chosen,) if chip.chosen else ()
    return demanded(Demand(chip.facet, chosen, (chip.span,) if chip.span else ()), labels)


def understood_chips(query: Query, chips: Sequence[Chip], links: Links, labels: Labels) -> tuple[UnderstoodChip, ...]:
    """The constraints read from a query's text."""
    return tuple(
        UnderstoodChip(
            label=_label(chip, labels),
            words=chip.words,
            as_words=links.search(kept_as_words(query, chip.words)),
            as_filter=links.search(as_filter(query, chip)),
        )
        for chip in chips
    )


def added_chips(query: Query, added: Sequence[Added], links: Links) -> tuple[AddedChip, ...]:
    """The synonyms searched for as well, each removable."""
    return tuple(
        AddedChip(term=one.term, words=one.words, source=one.source, url=links.search(kept_as_words(query, one.term)))
        for one in added
    )


def told_miss(miss: NearMiss, labels: Labels) -> str:
    """Which constraint a record fails: `sample of 3,100; asked: at least 5,000 people`."""
    title = labels.title(miss.facet)
    asked, others = _asked(miss, labels)
    also = _("; nor: %(others)s") % {"others": ", ".join(others)} if others else ""
    if not miss.held:
        return _("%(title)s not stated; asked: %(asked)s") % {"title": title, "asked": asked} + also
    name = HELD_TITLES.get(miss.facet, f"{inline(title)}:")
    said = {"name": words.capital(name), "held": _held(miss, labels), "asked": asked}
    return _("%(name)s %(held)s; asked: %(asked)s") % said + also


def _asked(miss: NearMiss, labels: Labels) -> tuple[str, tuple[str, ...]]:
    if language() == SOURCE or not miss.demands:
        return (miss.asked[:1].lower() + miss.asked[1:] if miss.words else miss.asked), miss.others
    first, *others = (demanded(demand, labels) for demand in miss.demands)
    return first, tuple(others)


def _held(miss: NearMiss, labels: Labels) -> str:
    """What a record says instead; sentences of the query room that have no values of their own are translated whole."""
    if miss.held.replace(",", "").isdigit():
        return number(int(miss.held.replace(",", "")))
    return _(labels.value(miss.facet, miss.held))


def searched(views: Sequence[SourceView]) -> list[tuple[str, int, str]]:
    """What was searched: each catalogue's title, how many descriptions are held of it, and when it was last read."""
    return [
        (
            view.source.title,
            sum(count for kind, count in view.state.counts.items() if kind != "variable"),
            words.day(view.state.read),
        )
        for view in views
        if view.state is not None and any(view.state.counts.values())
    ]
