"""Blocking: which things are worth comparing at all. Two things are compared when they share a key.

Strong keys are identifiers; they bring together things of one source too. Weak keys are titles and acronyms; they
bring together things of different sources only, since a catalogue that gives two ids means two things.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise

from reperio.corpus.profile import Profile
from reperio.corpus.title import Name, initials
from reperio.corpus.words import GENERIC

WORDS_MAX = 8


def strong_keys(profile: Profile) -> tuple[str, ...]:
    """Keys made of identifiers."""
    return tuple(dict.fromkeys(key for key in profile.identifiers if key.startswith(("doi:", "base:", "id:"))))


def weak_keys(profile: Profile) -> tuple[str, ...]:
    """Keys made of landing pages, titles and acronyms. Parts of something (files, sweeps) have none.

    The name of a part says little without its study's: `Wave 1`, `Household`. Parts meet by identifiers.
    """
    if profile.parents:
        return ()
    found = [key for key in profile.identifiers if key.startswith(("link:", "name:", "number:"))]
    for name in profile.names:
        found += _title_keys(name)
    found += [f"name:{acronym}" for acronym in profile.acronyms]
    found += [f"name:{made}" for made in initials(profile.main)]
    found += [f"text:{low}" for low in profile.sketch[:2]]
    return tuple(dict.fromkeys(found))


def _title_keys(name: Name) -> Iterator[str]:
    """The words that matter; each two neighbours of them; what stands before the colon."""
    core = core_words(name.words)
    yield "title:" + " ".join(sorted(core))
    if name.base:
        yield "title:" + " ".join(sorted(core_words(name.words[: name.base])))
    if len(core) == 1:
        yield f"name:{core[0]}"
    for first, second in pairwise(core[:WORDS_MAX]):
        yield "pair:" + " ".join(sorted((first, second)))


def core_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words that name the thing; all words when there are none but generic ones."""
    core = tuple(dict.fromkeys(word for word in words if word not in GENERIC))
    return core or tuple(dict.fromkeys(words))


def hash_key(key: str) -> int:
    """A key as a signed 64-bit number."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)
