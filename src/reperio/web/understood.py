"""What was understood of a query, as the search page shows it: chips to be edited, near misses, what to leave out."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from reperio.query.model import Added, Chip, NearMiss, Query
from reperio.query.understand import without
from reperio.query.view import SourceView
from reperio.web import words
from reperio.web.facets import Labels
from reperio.web.links import Links, choosing, spanning, with_text

HELD_TITLES = {"age": "ages", "sample_size": "sample of", "year": "years", "waves": "waves:", "variables": "variables:"}


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


def understood_chips(query: Query, chips: Sequence[Chip], links: Links) -> tuple[UnderstoodChip, ...]:
    """The constraints read from a query's text."""
    return tuple(
        UnderstoodChip(
            label=chip.label,
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
    asked = miss.asked[:1].lower() + miss.asked[1:] if miss.words else miss.asked
    also = f"; nor: {', '.join(miss.others)}" if miss.others else ""
    if not miss.held:
        return f"{title} not stated; asked: {asked}{also}"
    name = HELD_TITLES.get(miss.facet, f"{title.lower()}:")
    held = labels.value(miss.facet, miss.held)
    return f"{words.capital(name)} {held}; asked: {asked}{also}"


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
