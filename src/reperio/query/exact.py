"""Being named exactly: what wins outright over any score."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from reperio.corpus.model import Item
from reperio.text.identifiers import read_identifier

Named = Literal["", "identifier", "title", "alternate", "name"]

_SIGNS = re.compile(r"[\W_]+")


_read = lru_cache(maxsize=256)(read_identifier)


@lru_cache(maxsize=50_000)
def _folded(text: str) -> str:
    if text.isascii():
        return _SIGNS.sub(" ", text).strip().casefold()
    plain = unicodedata.normalize("NFKD", text)
    return _SIGNS.sub(" ", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip().casefold()


def named(item: Item, text: str) -> Named:
    """How a text names an item exactly: `identifier`, `title`, `alternate` or `name`; empty when it does not."""
    wanted = _folded(text)
    if not wanted:
        return ""
    resource = item.resource
    identifier = _read(text.strip())
    if identifier is not None and identifier in resource.identifiers:
        return "identifier"
    if wanted in {_folded(one.value) for one in resource.identifiers} | {_folded(item.id), item.uuid}:
        return "identifier"
    if any(_folded(title.value) == wanted for title in resource.titles):
        return "title"
    if any(_folded(title.value) == wanted for title in resource.alternate_titles):
        return "alternate"
    return "name" if resource.name and _folded(resource.name) == wanted else ""
