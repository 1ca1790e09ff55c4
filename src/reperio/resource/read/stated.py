"""Telling what a record states from what only fills its fields, and keeping what nobody took."""

from __future__ import annotations

import re
from typing import Any

from reperio.resource.draft import Draft
from reperio.resource.read.json import listed, mapping, said
from reperio.text.identifiers import Identifier, read_identifier

PLACEHOLDER = re.compile(
    r"""[\s\[("'{]*(n\.?\s?/?\s?[av]\.?|null|none|nil|nan|tb[acd]|-+|\.+|\?+|unknown(\s*-\s*unknown)?|unspecified|undefined|blank|
    in\s+progress|to\s+be\s+(confirmed|determined|decided|advised|added|completed)|
    not?[\s_-]+(available|avaliable|applicable|known|specified|stated|set|provided|yet\s+known|group|data|value)|
    other|please\s+contact\s+the\s+publisher\s+using\s+contact\s+point\s+details\s+provided)?[\s.\])"'}]*""",
    re.IGNORECASE | re.VERBOSE,
)


def is_placeholder(text: str) -> bool:
    """Whether a text only fills a field: `null`, `N/A`, `TBC`, `Not Available`, `In Progress` ..."""
    return len(text) < 120 and PLACEHOLDER.fullmatch(text) is not None


def stated(value: Any) -> str | None:
    """The text of a string or number that states something; None for placeholders and whatever is no text."""
    text = said(value)
    return None if text is None or is_placeholder(text) else text


def statements(value: Any, separator: str = "") -> list[str]:
    """The texts that a value, a list of values, or a text of several (parted by `separator`) states."""
    texts = [text for child in listed(value) if (text := said(child))]
    if separator:
        texts = [part.strip() for text in texts for part in re.split(separator, text)]
    return [text for text in texts if text and not is_placeholder(text)]


def take(value: dict[str, Any], *path: str) -> Any:
    """What stands at a path of a JSON object, taken out of it; None when nothing does."""
    for name in path[:-1]:
        value = mapping(value.get(name))
    return value.pop(path[-1], None)


def remainder(value: Any) -> Any:
    """What is left of a JSON value without its empty parts; None when nothing is."""
    if isinstance(value, dict):
        kept = {str(name): rest for name, child in value.items() if (rest := remainder(child)) is not None}
        return kept or None
    if isinstance(value, list):
        return [rest for child in value if (rest := remainder(child)) is not None] or None
    return None if isinstance(value, str) and not value.strip() else value


def accession(draft: Draft, raw: str | None, path: str) -> None:
    """Add an identifier of a field for identifiers: what is of no known scheme is an accession number."""
    if not raw or not raw.strip():
        return
    found = read_identifier(raw) or Identifier("accession", raw.strip())
    draft.add("identifiers", found)
    draft.claim("identifiers", raw, path, found)


def local_id(raw: str) -> str:
    """An own id to make the resource's id of: bare where the text is a persistent identifier."""
    found = read_identifier(raw)
    return found.value if found and found.scheme in ("doi", "ark", "handle", "urn") else raw.strip()
