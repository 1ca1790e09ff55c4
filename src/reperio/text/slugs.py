"""Slugs and identities for URLs."""

from __future__ import annotations

import hashlib
import re

from reperio.text.characters import without_accents

SLUG_MAX = 220
_OTHER = re.compile(r"[^a-z0-9]+")


def slugify(title: str) -> str:
    """Fold a title to `[a-z0-9-]`, at most 220 characters, cut at a word; empty when nothing remains.

    ``Television: the Public's View, 2000`` is ``television-the-public-s-view-2000``.
    """
    slug = _OTHER.sub("-", without_accents(title).lower()).strip("-")
    if len(slug) <= SLUG_MAX:
        return slug
    head = slug[: SLUG_MAX + 1]
    cut = head.rfind("-")
    return head[:cut] if cut > 0 else slug[:SLUG_MAX]


def uuid_of(identity: str) -> str:
    """The 32 hexadecimal digits of md5 of an id, as the original product made them."""
    return hashlib.md5(identity.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
