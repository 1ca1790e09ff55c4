"""Reads constraints from the words of a query, by grammars and gazetteers. A wrong chip is worse than none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from reperio.query.constraints.ages import find_ages
from reperio.query.constraints.amounts import find_sizes, find_variables, find_waves
from reperio.query.constraints.conditions import find_access, find_genetic, find_language, find_sex
from reperio.query.constraints.designs import find_designs
from reperio.query.constraints.line import TAKEN, Line
from reperio.query.constraints.model import Chip, Understood
from reperio.query.constraints.places import find_countries
from reperio.query.constraints.syntax import hide_syntax
from reperio.query.constraints.titles import hide_names, inside_title, title_key
from reperio.query.constraints.years import find_years
from reperio.query.model import Chosen, Query

TEXT_MAX = 2000
"""Longest text that is read; of a longer one nothing is: it is no statement of constraints."""

CHIPS_MAX = 20
"""Most chips that are read; a text with more states nothing in particular."""

_GRAMMARS: tuple[Callable[[Line], Iterator[Chip]], ...] = (
    find_sizes, find_waves, find_variables, find_ages, find_years, find_access, find_genetic, find_designs, find_sex,
    find_language, find_countries,
)  # fmt: skip
_PASSES = 3
_GIVEN_UP_MAX = 6
_LEADING = re.compile(
    r"(?:\b(?:with|and|plus|in|among|from|for|of|or|using|having|that|which|has|have|are|is|on|about|the|a|an)\b|&)\s*$"
)
_OR = re.compile(r"\s*,?\s*or\s+(?:an?\s+)?")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")
_FOLLOWING = re.compile(r"\s*(?:of|on|about|and|among|&)\b(?=\s)")


def read_constraints(text: str, leave: Iterable[str] = (), titles: Callable[[str], bool] | None = None) -> Understood:
    """Read the constraints that a text states beyond doubt; everything else stays in `text_left`, in order.

    Not read are phrases in quotes, exclusions, alternatives and fields of the query syntax, names of studies, and what
    `leave` names.

    Args:
        text: what was typed.
        leave: words of chips (`Chip.words`) that are to stay words, compared without case and accents.
        titles: whether a text, as `title_key` gives it, is a title, alternate title or acronym in the catalogue.
    """
    if len(text) > TEXT_MAX or (titles is not None and text.strip() and titles(title_key(text))):
        return Understood(text)
    left = frozenset(map(title_key, leave))
    understood = _read(text, left, titles)
    if len(understood.chips) > CHIPS_MAX:
        return Understood(text)
    for given_up in (None, *understood.chips[:_GIVEN_UP_MAX]):
        tried = understood if given_up is None else _read(text, left | {title_key(given_up.words)}, titles)
        if not tried.chips or not _read(tried.text_left, left, titles).chips:
            return tried
    return Understood(text)  # words that a chip parted would meet and say what nobody said


def _read(text: str, leave: frozenset[str], titles: Callable[[str], bool] | None) -> Understood:
    line = Line(text)
    hide_syntax(line)
    hide_names(line)
    chips: list[Chip] = []
    for _ in range(_PASSES):
        found = [chip for grammar in _GRAMMARS for chip in _taken(line, grammar, chips, titles)]
        if not found:
            break
        chips += found
    chips = _alternatives(text, sorted(chips, key=lambda chip: chip.start))
    chips = _widened(text, [chip for chip in chips if title_key(chip.words) not in leave])
    return Understood(_left(text, chips), tuple(chips))


def _taken(
    line: Line, grammar: Callable[[Line], Iterator[Chip]], chips: list[Chip], titles: Callable[[str], bool] | None
) -> list[Chip]:
    """What a grammar finds, marked in the line; countries are read once, since what is marked is no longer seen."""
    if len(chips) > CHIPS_MAX or (grammar is find_countries and any(chip.facet == "country" for chip in chips)):
        return []
    found = [chip for chip in grammar(line) if not line.denied(chip.start)]
    if titles is not None:
        found = [chip for chip in found if not inside_title(line.text, chip, titles)]
    for chip in found:
        line.mark(chip.start, chip.end, TAKEN)
        line.read[chip.start] = chip.facet
    return found


def _alternatives(text: str, chips: list[Chip]) -> list[Chip]:
    """Chips of one facet with `or` between them as one (`cohort or panel studies`)."""
    joined: list[Chip] = []
    for chip in chips:
        last = joined[-1] if joined else None
        if (
            last
            and last.chosen
            and chip.chosen
            and last.facet == chip.facet
            and _OR.fullmatch(text[last.end : chip.start])
        ):
            values = tuple(sorted({*last.chosen.values, *chip.chosen.values}))
            joined[-1] = msgspec.structs.replace(
                last,
                label=f"{last.label} or {chip.label.partition(': ')[2] or chip.label}",
                words=text[last.start : chip.end],
                end=chip.end,
                chosen=Chosen(chip.facet, values, last.chosen.unknown or chip.chosen.unknown),
            )
        else:
            joined.append(chip)
    return joined


def _widened(text: str, chips: list[Chip]) -> list[Chip]:
    """Chips with the joining words around them that would hang in the air without them."""
    wide: list[Chip] = []
    for place, chip in enumerate(chips):
        floor = wide[-1].end if wide else 0
        ceiling = chips[place + 1].start if place + 1 < len(chips) else len(text)
        start, end = chip.start, chip.end
        while lead := _LEADING.search(text[floor:start].lower()):
            start = floor + lead.start()
        if not _has_words(text[floor:start]) and not any(_has_words(text[a:b]) for a, b in _gaps(wide)):
            following = _FOLLOWING.match(text.lower()[:ceiling] if len(text.lower()) == len(text) else text, end)
            end = following.end() if following else end
        wide.append(msgspec.structs.replace(chip, start=start, end=end))
    return wide


def _gaps(chips: list[Chip]) -> list[tuple[int, int]]:
    """Stretches before and between chips."""
    ends = [0, *(chip.end for chip in chips)]
    return [(end, chip.start) for end, chip in zip(ends, chips, strict=False)]


def _has_words(text: str) -> bool:
    return re.search(r"\w", text) is not None


def _left(text: str, chips: list[Chip]) -> str:
    """The text without its chips and the punctuation that parted them."""
    gaps = [*_gaps(chips), (chips[-1].end if chips else 0, len(text))]
    if not chips:
        return text
    parts = [text[start:end].strip() for start, end in gaps]
    kept = " ".join(part.strip(" ,;") for part in parts if _has_words(part) or part.strip(" ,;.&-"))
    return " ".join(_EMPTY.sub(" ", kept).split())


def as_words(leave: Iterable[str], chip: Chip) -> tuple[str, ...]:
    """What to leave so that this chip becomes words again: for the URL, one parameter `plain` each."""
    return tuple(dict.fromkeys([*leave, " ".join(chip.words.casefold().split())]))


def with_chips(query: Query, understood: Understood) -> Query:
    """The query with its chips as filters and the rest of its text to search for.

    Countries are alternatives, as facet values are; any other facet named twice demands both (`longitudinal twin study`),
    as a chip demands what it says besides what was chosen from the facets.
    """
    countries = [chip.chosen for chip in understood.chips if chip.facet == "country" and chip.chosen]
    chosen = [chip.chosen for chip in understood.chips if chip.chosen and chip.facet != "country"]
    if countries:
        chosen.append(Chosen("country", tuple(sorted({value for one in countries for value in one.values}))))
    spans = [chip.span for chip in understood.chips if chip.span]
    return msgspec.structs.replace(
        query,
        text=understood.text_left,
        chosen=tuple(sorted({*query.chosen, *chosen})),
        spans=tuple(sorted({*query.spans, *spans}, key=lambda one: (one.facet, str(one)))),
    )
