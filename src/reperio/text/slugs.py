"""Slugs and identities for URLs."""

from __future__ import annotations

import hashlib

SLUG_MAX = 220


def slugify(title: str) -> str:
    """Fold a title to `[a-z0-9-]`, at most 220 characters, cut at a word; empty when nothing remains.

    ``Television: the Public's View, 2000`` is ``television-the-public-s-view-2000``.
    """
    raise NotImplementedError


def uuid_of(identity: str) -> str:
    """The 32 hexadecimal digits of md5 of an id, as the original product made them."""
    return hashlib.md5(identity.encode(), usedforsecurity=False).hexdigest()
