"""Other words for what a text says: synonyms and narrower terms, from imported thesauri and a list of our own.

A home keeps its thesauri in a directory, one file each, written by `add_vocabulary`. Our own list
(`data/field.ttl`, SKOS like the others) always belongs to them; a file of the same name in the home replaces it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final, Literal

import msgspec

from reperio.errors import ConfigError
from reperio.index.analysis import ENGLISH, Words, is_stop_word
from reperio.index.skos import Concept, Label, Vocabulary, read_skos
from reperio.text.slugs import slugify

OWN: Final = "field"
SUFFIX: Final = ".vocabulary.json"
LONGEST: Final = 8  # words of the longest term that is looked for in a text
MOST_TERMS: Final = 12  # terms given for one thing; more would be another question

Relation = Literal["synonym", "narrower"]


class Expansion(msgspec.Struct, frozen=True):
    """Other words for a part of a text.

    Attributes:
        words: the words matched in the text, as typed but for case and accents.
        terms: other terms for them, as the thesaurus writes them.
        source: title of the thesaurus.
        relation: whether the terms mean the same, or something that falls under it.
    """

    words: tuple[str, ...]
    terms: tuple[str, ...]
    source: str
    relation: Relation = "synonym"


class Thesaurus:
    """Vocabularies ready to look terms up in.

    Args:
        vocabularies: in order of precedence; each is asked on its own.
    """

    def __init__(self, vocabularies: Iterable[Vocabulary] = ()) -> None:
        self.vocabularies = tuple(vocabularies)
        self._places: list[dict[Words, list[tuple[int, str]]]] = [_places(each) for each in self.vocabularies]

    def expansions(self, text: str, *, narrower: bool = False) -> tuple[Expansion, ...]:
        """Other words for parts of a text: the longest terms in it, from left to right, by vocabulary.

        Terms are given in the language of the term matched. A term that is a word too common to search for
        (`it`, `who`) counts only where it is typed in capitals.

        Args:
            text: what was typed.
            narrower: also give terms that fall under those matched.
        """
        words = ENGLISH.words(text)
        capitals = frozenset(word.lower() for word in text.split() if word.isupper())
        return tuple(
            expansion
            for vocabulary, places in zip(self.vocabularies, self._places, strict=True)
            for first, last, found in _matches(words, places, capitals)
            for expansion in _expansions(vocabulary, words[first:last], found, narrower=narrower)
        )


def _matches(
    words: Words, places: dict[Words, list[tuple[int, str]]], capitals: frozenset[str]
) -> Iterator[tuple[int, int, list[tuple[int, str]]]]:
    at = 0
    while at < len(words):
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            part = words[at : at + length]
            common = length == 1 and is_stop_word(part[0]) and part[0] not in capitals
            if not common and (found := places.get(_key(part))):
                yield at, at + length, found
                at += length
                break
        else:
            at += 1


def _expansions(
    vocabulary: Vocabulary, words: Words, found: list[tuple[int, str]], *, narrower: bool
) -> Iterator[Expansion]:
    for relation in ("synonym", "narrower") if narrower else ("synonym",):
        terms: dict[Words, str] = {}
        for number, language in found:
            for label in _terms(vocabulary, number, relation):
                if label.lang in {language, ""}:
                    terms.setdefault(_key(ENGLISH.words(label.text)), label.text)
        terms.pop(_key(words), None)
        if terms:
            yield Expansion(words, tuple(terms.values())[:MOST_TERMS], vocabulary.title, relation)


def _terms(vocabulary: Vocabulary, number: int, relation: Relation) -> tuple[Label, ...]:
    concept = vocabulary.concepts[number]
    if relation == "synonym":
        return (*concept.preferred, *concept.alternative)
    return tuple(label for below in concept.narrower for label in vocabulary.concepts[below].preferred)


def _places(vocabulary: Vocabulary) -> dict[Words, list[tuple[int, str]]]:
    """Concepts (number, language of the term) by the words of their terms; one concept once a language."""
    places: dict[Words, list[tuple[int, str]]] = {}
    for number, concept in enumerate(vocabulary.concepts):
        for label in _every(concept):
            words = ENGLISH.words(label.text)
            if words and len(words) <= LONGEST:
                held = places.setdefault(_key(words), [])
                if (number, label.lang) not in held:
                    held.append((number, label.lang))
    return places


def _every(concept: Concept) -> tuple[Label, ...]:
    return (*concept.preferred, *concept.alternative, *concept.hidden)


def _key(words: Words) -> Words:
    """A term without its number: stems would take *organisation* for *organ*, so only the last word's plural goes."""
    return (*words[:-1], _singular(words[-1])) if words else words


@lru_cache(maxsize=50_000)
def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


# -- the thesauri of a home ------------------------------------------------------------------------------------------


def add_vocabulary(directory: Path, file: Path, *, title: str = "") -> tuple[str, Vocabulary]:
    """Import a thesaurus into the directory of a home; gives the key it is kept under. One of the same key is replaced.

    Raises:
        ConfigError: the file cannot be read as SKOS.
    """
    vocabulary = read_skos(file, title=title)
    key = slugify(title or file.stem) or "thesaurus"
    directory.mkdir(parents=True, exist_ok=True)
    aside = directory / f".{key}.{os.getpid()}"
    aside.write_bytes(msgspec.json.encode(vocabulary))
    aside.replace(directory / f"{key}{SUFFIX}")
    return key, vocabulary


def remove_vocabulary(directory: Path, key: str) -> None:
    """Take a thesaurus out of a home; our own list is switched off by one that is empty.

    Raises:
        ConfigError: there is none of that key.
    """
    path = directory / f"{key}{SUFFIX}"
    if path.is_file() and key != OWN:
        path.unlink()
    elif key == OWN:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(Vocabulary("", ())))
    else:
        raise ConfigError(f"No thesaurus is called {key}.", hint="`reperio thesaurus list` lists them.")


def load_vocabularies(directory: Path | None) -> dict[str, Vocabulary]:
    """The thesauri of a home by key, our own list first; without a directory that list alone.

    Raises:
        ConfigError: a file was damaged.
    """
    found: dict[str, Vocabulary] = {}
    for path in _files(directory):
        try:
            found[path.name.removesuffix(SUFFIX)] = msgspec.json.decode(path.read_bytes(), type=Vocabulary)
        except (OSError, msgspec.MsgspecError) as error:
            raise ConfigError(f"{path} cannot be read: {error}.", hint="Import the thesaurus anew.") from error
    if OWN not in found:
        found = {OWN: own_vocabulary(), **found}
    return {key: vocabulary for key, vocabulary in found.items() if vocabulary.concepts}


def _files(directory: Path | None) -> list[Path]:
    return sorted(directory.glob(f"*{SUFFIX}")) if directory is not None and directory.is_dir() else []


@lru_cache(maxsize=1)
def own_vocabulary() -> Vocabulary:
    """Our own list: names and acronyms of the field."""
    with resources.as_file(resources.files("reperio.index") / "data" / "field.ttl") as path:
        return read_skos(path)


class Thesauri:
    """The thesauri of a home, read again when they change.

    Args:
        directory: where they lie; need not exist.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._held: tuple[tuple[tuple[str, int], ...], Thesaurus] | None = None

    def current(self) -> Thesaurus:
        """The thesauri as they are now."""
        mark = tuple((path.name, path.stat().st_mtime_ns) for path in _files(self._directory))
        with self._lock:
            if self._held is None or self._held[0] != mark:
                self._held = (mark, Thesaurus(load_vocabularies(self._directory).values()))
            return self._held[1]
