"""The language of the interface: the one a page speaks, texts in it, numbers, days and names.

A page is drawn in one language from beginning to end, so the language is held for the length of a request; what is not a
page (the API, files, feeds) speaks English. Source texts are English and stand in templates and code; other languages
are gettext catalogues, `locale/<language>/messages.po`, read when first needed.
"""

from __future__ import annotations

import gettext as stdlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Generic, TypeVar

import msgspec
from babel import Locale
from babel.dates import format_date, parse_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

K = TypeVar("K", bound=str)
SOURCE = "en"
"""The language that source texts are in."""
LANGUAGES = (SOURCE, "de")
"""Languages that the interface is complete in."""


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """What is spoken in answer to a request.

    Attributes:
        language: of the page, an ISO 639-1 code.
        offered: languages that this site can be read in, its own first.
        path, query: the address asked for; the query without a choice of language.
    """

    language: str = SOURCE
    offered: tuple[str, ...] = (SOURCE,)
    path: str = "/"
    query: str = ""

    def in_other(self, language: str) -> str:
        """The address of the same page in another language."""
        return f"{self.path}?{self.query}&lang={language}" if self.query else f"{self.path}?lang={language}"


_SPEECH: ContextVar[Speech] = ContextVar("speech")
_SILENT = Speech()


def speech() -> Speech:
    """What is spoken at present."""
    return _SPEECH.get(_SILENT)


def language() -> str:
    """The language spoken at present."""
    return _SPEECH.get(_SILENT).language


@contextmanager
def speaking(said: Speech | str) -> Iterator[None]:
    """Speak so for a while."""
    token = _SPEECH.set(Speech(language=said, offered=LANGUAGES) if isinstance(said, str) else said)
    try:
        yield
    finally:
        _SPEECH.reset(token)


@cache
def translations(code: str) -> stdlib.NullTranslations:
    """The catalogue of a language; one that leaves every text as it is for English."""
    if code == SOURCE:
        return stdlib.NullTranslations()
    compiled = BytesIO()
    with files("reperio.web").joinpath("locale", code, "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return stdlib.GNUTranslations(compiled)


def gettext(text: str) -> str:
    """A source text in the language spoken."""
    code = language()
    return text if code == SOURCE or not text else translations(code).gettext(text)


_ = gettext


def ngettext(one: str, many: str, count: float) -> str:
    """The form of a source text that goes with a number, in the language spoken; a fraction (`1.5 years`) goes with many."""
    return translations(language()).ngettext(one, many, int(count) if count == int(count) else 2)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it, which extraction looks for
    """Mark a text for translation where it stands; it is translated when it is shown."""
    return text


def inline(text: str) -> str:
    """A name as it stands within a sentence: small in English; as it is where nouns are written large."""
    return text.lower() if language() == SOURCE else text


class Names(Mapping[K, str], Generic[K]):
    """Names for people by what they name, each in the language spoken when it is asked for."""

    def __init__(self, names: Mapping[K, str]) -> None:
        self._names = names

    def __getitem__(self, key: K) -> str:
        return gettext(self._names[key])

    def __iter__(self) -> Iterator[K]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@cache
def _symbols(code: str) -> tuple[str, str]:
    return get_group_symbol(code), get_decimal_symbol(code)


@cache
def _signs(code: str) -> dict[int, str]:
    """What stands for the comma and the point of a number; empty where those do."""
    group, point = _symbols(code)
    return {} if (group, point) == (",", ".") else {ord(","): group, ord("."): point}


def number(value: float) -> str:
    """`12,345`, in German `12.345`; fractions to two places."""
    whole = value == int(value)
    text = f"{int(value):,}" if whole else f"{value:,.2f}".rstrip("0").rstrip(".")
    signs = _signs(language())
    return text.translate(signs) if signs else text


def plural(count: int, one: str, many: str) -> str:
    """`1 study`, `2 studies`, `12,345 variables`."""
    return f"{number(count)} {ngettext(one, many, count)}"


def day(stamp: str | None) -> str:
    """The date of an ISO timestamp: as it is in English, as people write it in other languages."""
    date = (stamp or "")[:10]
    if language() == SOURCE or len(date) != 10:
        return date
    try:
        return format_date(parse_date(date, locale="sv"), "medium", locale=language())
    except ValueError:
        return date


def own_name(code: str) -> str:
    """A language by its own name: `Deutsch`."""
    return (Locale.parse(code).get_display_name(code) or code).capitalize()


def other(code: str | None) -> str:
    """The language of a text where it is known and not that of the page, else empty: for `lang` attributes."""
    return code if code and code.partition("-")[0].lower() != language() else ""
