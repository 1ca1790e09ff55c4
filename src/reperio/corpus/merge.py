"""Merging: several statements about the same thing to one resource, by the merge rule of each field.

A pure function of its arguments, in their order: the first is the canonical one. Merging what is merged changes
nothing, and it does not matter in which steps a list is merged. No keyword, address, claim or origin is lost. The
titles are those of the member whose main title names the whole best (see `titling`); other titles become alternate
titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from reperio.corpus.titling import best_titles, burden
from reperio.resource.fields import Resource, fields
from reperio.resource.model import Text
from reperio.text.sizes import Size


def merge(members: Sequence[Resource], part_of: Sequence[str] | None = None) -> Resource:
    """Merge members, canonical one first; `part_of` replaces what they say they belong to."""
    if len(members) == 1 and (part_of is None or tuple(part_of) == members[0].part_of):
        return members[0]
    values = {name: _merge_field(field.merge, name, members) for name, field in fields().items()}
    if len(members) > 1:
        values["titles"] = best_titles([member.titles for member in members])
        values["sizes"] = _best_sizes(members)
        values["alternate_titles"] = _other_titles(members, values["titles"])
    if part_of is not None:
        values["part_of"] = tuple(part_of)
    return Resource(**values)


def _merge_field(rule: str, name: str, members: Sequence[Resource]) -> Any:
    values = [getattr(member, name) for member in members]
    if len(values) == 1 or rule == "identity":
        return values[0]
    if rule == "union":
        return _each_once(value for held in values for value in held)
    if rule == "longest":
        return _longest(values)
    return next((value for value in values if value not in (None, (), {})), values[0])


def _each_once(values: Iterable[Any]) -> tuple[Any, ...]:
    """Each value once, in order. Claims hold lists and cannot be hashed: their JSON stands for them."""
    held: dict[bytes, Any] = {}
    for value in values:
        held.setdefault(msgspec.json.encode(value), value)
    return tuple(held.values())


def _longest(held: Sequence[tuple[Text, ...]]) -> tuple[Text, ...]:
    """For each language, the texts of the member that says most in it."""
    best: dict[str | None, tuple[Text, ...]] = {}
    for texts in held:
        for lang in dict.fromkeys(text.lang for text in texts):
            said = tuple(text for text in texts if text.lang == lang)
            if _length(said) > _length(best.get(lang, ())):
                best[lang] = said
            best.setdefault(lang, said)
    return tuple(text for said in best.values() for text in said)


def _length(texts: Sequence[Text]) -> int:
    return sum(len(text.value) for text in texts)


def _best_sizes(members: Sequence[Resource]) -> tuple[Size, ...]:
    """Sizes of the first member that counts people or households: rows of a file are not the size of a sample."""
    counting = (member.sizes for member in members if member.sample_size is not None)
    return next(counting, next((member.sizes for member in members if member.sizes), ()))


def _other_titles(members: Sequence[Resource], main: tuple[Text, ...]) -> tuple[Text, ...]:
    texts: list[Text] = []
    for member in members:
        texts += [*member.titles, *member.alternate_titles]
    return tuple(sorted((text for text in _each_once(texts) if text not in main), key=_place))


def _place(text: Text) -> tuple[tuple[int, ...], str, str]:
    """The least burdened first, then by the alphabet: an order that does not depend on the steps of merging."""
    return burden(text.value), text.value, text.lang or ""
