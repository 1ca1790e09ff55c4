"""Names of organisations and the identifiers that stand with them."""

from __future__ import annotations

import re

from reperio.text.identifiers import Identifier, read_identifier

NAME_MAX = 500
_ROR = re.compile(
    r"[(\[]?\s*(?:ROR\s*[:=]?\s*)?(?:https?://)?(?:www\.)?ror\.org/(0[a-z0-9]{8})/?\s*[)\]]?", re.IGNORECASE
)
_FUNDER = re.compile(r"[(\[]?\s*(?:https?://)?(?:dx\.)?doi\.org/(10\.13039/\d+)\s*[)\]]?", re.IGNORECASE)


def read_organisation(raw: str) -> tuple[str, tuple[Identifier, ...]]:
    """The name of an organisation without the ROR or funder's DOI stated with it, and these.

    The name is empty where only an identifier is stated. An identifier whose check digits are wrong stays in the name.
    """
    if len(raw) > NAME_MAX:
        return raw, ()
    found: list[Identifier] = []
    name = raw
    for pattern, prefix in ((_ROR, "https://ror.org/"), (_FUNDER, "https://doi.org/")):
        for match in pattern.finditer(raw):
            identifier = read_identifier(prefix + match[1].lower())
            if identifier and identifier.scheme in ("ror", "doi"):
                found.append(identifier)
                name = name.replace(match.group(), " ")
    return " ".join(name.split()).strip(" ,;"), tuple(dict.fromkeys(found))
