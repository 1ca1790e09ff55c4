"""Aliases and acronyms of a thing, learned from what is stated about it.

Names come from titles and alternate titles (which, once merged, hold the titles of every member), from acronyms in
brackets (`Avon Longitudinal Study (ALSPAC)`), from what stands before such a bracket or behind a colon, and from
descriptions that give the acronym behind the title itself. Nothing is guessed: an acronym that could be made of a
title's letters is none until somebody uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reperio.corpus.title import fold_acronym, is_acronym, is_file_name, read_name
from reperio.corpus.words import STUDY_WORDS, stem
from reperio.resource.fields import Resource
from reperio.resource.model import Text
from reperio.text.characters import fold

READ_MAX = 4000
NAMES_MAX = 40
_BRACKET = re.compile(r"[(\[]([^()\[\]]{2,200})[)\]]")
_WORD = re.compile(r"[^\W_]+")


def names_of(resource: Resource) -> tuple[str, ...]:
    """Every name of a series, study or dataset as people may type it, main title first, each once.

    Names of files are left out. Merged resources give the names of all their members.
    """
    found: dict[str, str] = {}
    for text in (*resource.titles, *resource.alternate_titles):
        for name in (text.value, *_inside(text.value)):
            _add(found, name)
    for acronym in acronyms_of(resource):
        _add(found, acronym)
    return tuple(found.values())[:NAMES_MAX]


def _add(found: dict[str, str], name: str) -> None:
    key = " ".join(_WORD.findall(fold(name)))
    if key and not is_file_name(name):
        found.setdefault(key, " ".join(name.split()))


def acronyms_of(resource: Resource) -> tuple[str, ...]:
    """Acronyms of a thing as written: given alone, in brackets, or behind its title in a description."""
    titles = [text.value for text in (*resource.titles, *resource.alternate_titles)]
    found = [title.strip() for title in titles if is_acronym(title)]
    found += [inside for title in titles for inside in _brackets(title) if is_acronym(inside)]
    found += stated_acronyms(titles, resource.abstracts)
    return tuple({fold_acronym(acronym): acronym for acronym in reversed(found)}.values())[::-1]


def stated_acronyms(titles: Sequence[str], texts: Iterable[Text]) -> list[str]:
    """Acronyms that a text gives in brackets right behind one of the titles."""
    wanted = [words for title in titles if len(words := _folded_words(_BRACKET.sub(" ", title))) > 1]
    found = []
    for text in texts:
        said = text.value[:READ_MAX]
        for match in _BRACKET.finditer(said):
            inside = match[1].strip()
            before = _folded_words(said[max(0, match.start() - 300) : match.start()])
            if is_acronym(inside) and any(before[-len(words) :] == words for words in wanted):
                found.append(inside)
    return found


def _folded_words(text: str) -> list[str]:
    return _WORD.findall(fold(text).replace("&", " and "))


def _brackets(title: str) -> list[str]:
    return [inside.strip() for inside in _BRACKET.findall(title)]


def _inside(title: str) -> Iterable[str]:
    """Names that a title holds: without its bracketed acronym, what stands in brackets, and behind the colon."""
    for inside in _brackets(title):
        if is_acronym(inside) or _names_a_study(inside):
            yield title.replace(f"({inside})", " ").replace(f"[{inside}]", " ")
        if _names_a_study(inside):
            yield inside
    head, colon, rest = title.partition(":")
    if colon and _names_a_study(rest):
        yield head
        yield _BRACKET.sub(" ", rest)


def _names_a_study(phrase: str) -> bool:
    name = read_name(phrase)
    marked = name.numbers or name.years or name.editions
    return len(name.words) >= 3 and not marked and bool(STUDY_WORDS & {stem(word) for word in name.words})
