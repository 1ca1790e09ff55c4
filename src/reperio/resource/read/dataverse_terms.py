"""Terms of controlled vocabularies in Dataverse metadata: by address, with names looked up, or as one text."""

from __future__ import annotations

import re
from typing import Any

from reperio.resource.draft import Draft
from reperio.resource.read.json import mapping, said

TERM_WITH_VOCABULARY = re.compile(r"(?P<label>.+?) \((?P<vocabulary>[^()]+)\) (?P<uri>https?://\S+)")


def is_looked_up(value: Any) -> bool:
    """Whether a value is an address with names looked up for it (by `_simple_value`); a record may hold anything like it."""
    node = mapping(value)
    names = mapping(node.get("names"))
    return bool(names and said(node.get("uri")) and all(map(said, names.values())))


def add_term(draft: Draft, field: str, text: str, vocabulary: str | None) -> bool:
    """Add a term; an address that holds no word for it is left to who knows its vocabulary."""
    if match := TERM_WITH_VOCABULARY.fullmatch(text):
        draft.concept(field, match["label"], vocabulary=match["vocabulary"], uri=match["uri"])
    elif text.startswith(("http://", "https://")):
        code = re.split(r"[#/]", text.rstrip("/"))[-1]
        label = re.sub(r"(?<=[a-z])(?=[A-Z])|[._]", " ", code.split(".")[-1])
        if re.search(r"\d", label) or not re.search(r"[^\W\d]{4}", label):
            return False
        draft.concept(field, label, vocabulary=vocabulary, uri=text, code=code)
    else:
        draft.concept(field, text.strip("{}"), vocabulary=vocabulary)
    return True
