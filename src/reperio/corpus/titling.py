"""Which title a merged resource bears: the one that names the whole, not an edition, a wave or a file of it.

Of several titles the least burdened wins; of equals the first. Since a burden is a property of one title alone, it does
not matter in which steps titles are merged.
"""

from __future__ import annotations

from collections.abc import Sequence

from reperio.corpus.title import DEFAULT_EDITIONS, is_acronym, is_file_name, read_name
from reperio.resource.model import Text

MARKS = "wave ", "age ", "part ", "month "


def best_titles(held: Sequence[tuple[Text, ...]]) -> tuple[Text, ...]:
    """The titles whose main one is least burdened; members without a title are passed over."""
    return min((titles for titles in held if titles), key=lambda titles: burden(titles[0].value), default=())


def burden(title: str) -> tuple[int, ...]:
    """What speaks against a title, worst first.

    In turn: it is the name of a file; it names an edition (special licence, boost, teaching file); a wave, age or
    part; a release; it is nothing but an acronym; it is written in capitals throughout.
    """
    name = read_name(title)
    editions = set(name.editions) - {"covid", "trend"}
    return (
        int(is_file_name(title) or not name.words),
        len(editions - DEFAULT_EDITIONS),
        sum(number.startswith(MARKS) for number in name.numbers),
        len(editions) + sum(number.startswith("release ") for number in name.numbers),
        int(is_acronym(title)),
        int(title.isupper()),
    )
