"""Places named in metadata, to ISO 3166-1 countries, ISO 3166-2 subdivisions and UK nations."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place as named, with what is certain of it.

    Attributes:
        name: the name as the source wrote it.
        country: ISO 3166-1 alpha-2 code of the country it is or lies in (`GB`), None when not certain.
        subdivision: ISO 3166-2 code (`GB-SCT`), None when it is none or not certain.
    """

    name: str
    country: str | None = None
    subdivision: str | None = None


def read_places(raw: str) -> tuple[Place, ...]:
    """Read the places that a statement of geographic coverage names; unknown names stay, without codes."""
    raise NotImplementedError


def country_name(code: str, lang: str = "en") -> str:
    """Name of a country in a language, for people (`GB`, `en`: United Kingdom); the code itself when unknown."""
    raise NotImplementedError


def subdivision_name(code: str) -> str:
    """Name of an ISO 3166-2 subdivision (`GB-SCT`: Scotland); the code itself when unknown."""
    raise NotImplementedError
