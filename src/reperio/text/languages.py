"""Languages, to BCP 47 primary subtags (ISO 639-1 where there is one, else ISO 639-3)."""

from __future__ import annotations


def read_language(raw: str) -> str | None:
    """Read a language from a code (`en`, `eng`, `en-GB`) or a name in English or its own; None when unknown."""
    raise NotImplementedError


def language_name(code: str, lang: str = "en") -> str:
    """Name of a language in a language, for people; the code itself when unknown."""
    raise NotImplementedError
