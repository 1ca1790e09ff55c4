"""Identifiers that every database can store, and that stay the same from harvest to harvest."""

from __future__ import annotations

import hashlib

MAX_CHARS = 500
_KEPT = 450
_REPLACEMENT = "\ufffd"


def safe_identifier(raw: str) -> str:
    """Give `raw` without what no database stores: null bytes, lone surrogates, excessive length.

    What is longer than 500 characters is cut and ends in a digest of the whole, so that two long identifiers stay
    two. Doing it twice changes nothing.
    """
    text = safe_text(raw.strip())
    if len(text) <= MAX_CHARS:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return f"{text[:_KEPT].rstrip()}~{digest}"


def safe_text(raw: str) -> str:
    """Give `raw` with null bytes and lone surrogates replaced by U+FFFD."""
    if raw.isascii():
        return raw.replace("\0", _REPLACEMENT)
    return raw.replace("\0", _REPLACEMENT).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
