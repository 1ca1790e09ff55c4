"""Issues: what is wrong inside a record, located, collected while the rest is read."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["info", "warning", "error"]


class Issue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing a data manager should know about one record.

    Attributes:
        code: stable name (`date.unreadable`, `xml.malformed`, `id.missing`).
        path: where in the record (XPath-like or JSON-path-like).
        value: the offending text, cut to 500 characters.
        message: one sentence for a person.
        level: error: something was lost; warning: something could not be understood; info: worth knowing.
    """

    code: str
    path: str
    value: str = ""
    message: str = ""
    level: Level = "warning"
