"""Licences, to SPDX identifiers or a URL."""

from __future__ import annotations

import msgspec


class Licence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A licence as named, with its SPDX identifier and address where certain."""

    name: str
    spdx: str | None = None
    url: str | None = None


def read_licence(raw: str) -> Licence | None:
    """Read a licence from its name, SPDX identifier or URL; a URL that is not a licence gives None."""
    raise NotImplementedError
