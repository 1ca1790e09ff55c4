"""Synonyms from thesauri: what has them instead of the words typed joins the results, behind nothing that has the words.

They are shown, each can be taken out, and they never change the order of what has the words themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from reperio.index.analysis import ENGLISH, is_stop_word
from reperio.index.ask import AllOf, AnyOf, Clause, Phrase, Without, Word
from reperio.index.thesaurus import Expansion, Thesaurus
from reperio.query.constraints import title_key
from reperio.query.model import Added
from reperio.query.parse import Group, Parsed

TERMS_MAX = 8
"""Synonyms of one query; more would be another question."""


class Widening(msgspec.Struct, frozen=True):
    """A text widened by synonyms.

    Attributes:
        added: the synonyms, to be shown.
        clause: what has a synonym for at least one word, and the rest or synonyms of it.
        terms: the synonyms as clauses, to be marked where they are found.
    """

    added: tuple[Added, ...]
    clause: Clause
    terms: tuple[Word | Phrase, ...]


class _Unit(msgspec.Struct):
    """Neighbouring groups that mean one thing, and the synonyms of it."""

    groups: tuple[Group, ...]
    terms: list[tuple[str, str, str]]


def widen(parsed: Parsed, thesaurus: Thesaurus, plain: Sequence[str]) -> Widening | None:
    """Widen a text of plain words by the synonyms of its parts; None when there are none.

    Args:
        parsed: the text, read.
        thesaurus: gives the synonyms.
        plain: words and terms that are to be left alone (as `title_key` gives them).
    """
    left = {title_key(words) for words in plain}
    units = _units(parsed, thesaurus.expansions(parsed.text), left)
    terms = [term for unit in units for term in unit.terms][:TERMS_MAX]
    if not terms:
        return None
    kept = {term for term, _, _ in terms}
    wide: Clause = AllOf(tuple(_clause(unit, kept) for unit in units))
    return Widening(
        added=tuple(Added(term=term, words=words, source=source) for term, words, source in terms),
        clause=Without(wide, parsed.clause()),
        terms=tuple(_of(term) for term, _, _ in terms),
    )


def _units(parsed: Parsed, expansions: Iterable[Expansion], left: set[str]) -> list[_Unit]:
    groups = [" ".join(ENGLISH.words(group.alternatives[0].text)) for group in parsed.groups]
    units: dict[int, _Unit] = {}
    taken: dict[int, int] = {}
    for expansion in expansions:
        words = [word for word in expansion.words if not is_stop_word(word)] or list(expansion.words)
        said = " ".join(expansion.words)
        place = _find(groups, words)
        if place is None or title_key(said) in left:
            continue
        first, last = place
        if any(taken.get(at, first) != first for at in range(first, last)):
            continue  # another thesaurus reads the words in another way
        unit = units.setdefault(first, _Unit(parsed.groups[first:last], []))
        if len(unit.groups) != last - first:
            continue
        taken |= dict.fromkeys(range(first, last), first)
        held = {term for term, _, _ in unit.terms}
        unit.terms += [
            (term, said, expansion.source)
            for term in expansion.terms
            if title_key(term) not in left and term not in held and not _says_the_same(term, words)
        ]
    return [*units.values(), *(_Unit((group,), []) for at, group in enumerate(parsed.groups) if at not in taken)]


def _find(groups: list[str], words: list[str]) -> tuple[int, int] | None:
    """Where neighbouring groups are these words; a group may be several of them (`GHQ-12`)."""
    for first in range(len(groups)):
        for last in range(first + 1, len(groups) + 1):
            if " ".join(groups[first:last]) == " ".join(words):
                return first, last
    return None


def _says_the_same(term: str, words: list[str]) -> bool:
    """Whether a term has all the words (or their beginnings): what has it was found by them."""
    held = ENGLISH.stems(ENGLISH.words(term), "en")
    return set(ENGLISH.stems(words, "en")) <= set(held)


def _clause(unit: _Unit, kept: set[str]) -> Clause:
    own = unit.groups[0].clause if len(unit.groups) == 1 else AllOf(tuple(group.clause for group in unit.groups))
    terms = tuple(_of(term) for term, _, _ in unit.terms if term in kept)
    return AnyOf((own, *terms)) if terms else own


def _of(term: str) -> Word | Phrase:
    return Word(term) if len(ENGLISH.words(term)) == 1 else Phrase(term)
