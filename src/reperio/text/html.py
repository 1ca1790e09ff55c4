"""HTML and odd characters to plain text."""

from __future__ import annotations


def plain_text(raw: str) -> str:
    """Text of `raw` without markup, scripts, entities, control characters and doubled blanks; paragraphs kept as blank lines.

    Mojibake of UTF-8 read as Latin-1 (`WarwickâEdinburgh`) is mended where certain; text is NFC.
    """
    raise NotImplementedError


def summary(text: str, limit: int = 160) -> str:
    """First sentences of a plain text within `limit` characters, cut at a word with an ellipsis when needed."""
    raise NotImplementedError
