"""Every kind of value a field can hold, made ready to be shown. No HTML here: templates draw what this gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import singledispatch

import msgspec

from reperio.query.model import KEYWORD_FILTERS
from reperio.resource.model import (
    Agent,
    Category,
    Concept,
    Distribution,
    Link,
    Publication,
    Text,
)
from reperio.text.ages import AgeRange
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier
from reperio.text.licences import Licence
from reperio.text.places import Place, subdivision_name
from reperio.text.sizes import Size
from reperio.web import words
from reperio.web.language import gettext


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A value as it is drawn.

    Attributes:
        text: the words.
        url: outside address, already known to be safe.
        lang: language of the words.
        note: what stands behind them in small print.
        facet, value: the facet and its value of which everything can be searched, empty where none.
    """

    text: str
    url: str = ""
    lang: str | None = None
    note: str = ""
    facet: str = ""
    value: str = ""


def show_all(value: object, *, name: str = "", facet: str = "") -> tuple[Shown, ...]:
    """A field's value, one or many, made ready; `facet` is the facet the field feeds."""
    values: Iterable[object] = value if isinstance(value, tuple) else (value,)
    if isinstance(value, Mapping):
        return tuple(shown for key, held in value.items() for shown in _pairs(str(key), held))
    return tuple(dict.fromkeys(_with_facet(_named(name, one), facet) for one in values))


def _pairs(key: str, held: object) -> Iterable[Shown]:
    """What no field had room for, one line a statement: its words, and its key behind them."""
    if isinstance(held, Mapping):
        return [Shown(text=str(path), note=_said(inner)) for path, inner in held.items()]
    return [Shown(text=_said(held), note=key)]


def _said(held: object) -> str:
    if isinstance(held, str):
        return held
    if isinstance(held, list | tuple) and all(isinstance(one, str) for one in held):
        return ", ".join(held)
    return msgspec.json.encode(held).decode()


def _with_facet(shown: Shown, facet: str) -> Shown:
    if facet not in KEYWORD_FILTERS or not shown.value:
        return msgspec.structs.replace(shown, facet="", value="")
    return msgspec.structs.replace(shown, facet=facet)


def _named(name: str, value: object) -> Shown:
    """Values whose field says more than their type."""
    if isinstance(value, str):
        if name == "languages":
            return Shown(text=words.language(value), note=value, value=value)
        if name == "access":
            return Shown(text=words.ACCESS_NAMES[value], note=words.ACCESS_HELP[value], value=value)
        if name == "access_routes":
            return Shown(text=words.ROUTE_NAMES[value], value=value)
        if name == "study_designs":
            return Shown(text=words.design(value), value=value)
        if name == "sex":
            return Shown(text=words.SEX_NAMES[value], value=value)
        if name in {"urls", "image"}:
            return Shown(text=words.address(value), url=words.http_url(value))
    if name == "genetic_data" and isinstance(value, bool):
        text = str(value).lower()
        return Shown(text=words.TRUTH_NAMES[text], value="yes" if value else "no")
    return show(value)


@singledispatch
def show(value: object) -> Shown:
    """One value made ready; kinds not known here are shown as JSON."""
    return Shown(text=msgspec.json.encode(value).decode())


@show.register
def _(value: str) -> Shown:
    return Shown(text=value, value=value)


@show.register
def _(value: bool) -> Shown:
    return Shown(text=gettext("Yes") if value else gettext("No"))


@show.register(int)
@show.register(float)
def _(value: float) -> Shown:
    return Shown(text=words.number(value))


@show.register
def _(value: Text) -> Shown:
    return Shown(text=value.value, lang=value.lang)


@show.register
def _(value: Concept) -> Shown:
    note = ", ".join(part for part in (value.vocabulary, value.code) if part)
    return Shown(text=value.label, lang=value.lang, note=note, url=words.http_url(value.uri), value=value.label)


@show.register
def _(value: Agent) -> Shown:
    known = next((identifier.url for identifier in value.identifiers if identifier.url), None)
    labels = [f"{identifier.scheme.upper()} {identifier.value}" for identifier in value.identifiers]
    note = ", ".join(part for part in (value.affiliation, *labels) if part)
    return Shown(text=value.name, url=words.http_url(known or value.url), note=note, value=value.name)


@show.register
def _(value: Identifier) -> Shown:
    return Shown(text=value.value, url=words.http_url(value.url), note=value.scheme.upper())


@show.register
def _(value: Publication) -> Shown:
    address = f"https://doi.org/{value.doi}" if value.doi else value.url
    return Shown(text=value.citation, url=words.http_url(address), note=value.doi or "")


@show.register
def _(value: Distribution) -> Shown:
    size = words.bytes_size(value.size_bytes) if value.size_bytes else ""
    note = ", ".join(part for part in (value.media_type, size) if part)
    return Shown(text=value.name, url=words.http_url(value.url), note=note)


@show.register
def _(value: Category) -> Shown:
    return Shown(text=value.label, note=value.code or "")


@show.register
def _(value: Link) -> Shown:
    return Shown(
        text=value.title or words.address(value.target),
        url=words.http_url(value.target),
        note=words.spaced(value.relation),
    )


@show.register
def _(value: Period) -> Shown:
    return Shown(text=words.period(value))


@show.register
def _(value: Place) -> Shown:
    parts = [subdivision_name(value.subdivision)] if value.subdivision else []
    parts += [words.country(value.country)] if value.country else []
    note = ", ".join(part for part in parts if part != value.name)
    return Shown(text=value.name, note=note, value=value.country or "")


@show.register
def _(value: AgeRange) -> Shown:
    return Shown(text=words.ages(value))


@show.register
def _(value: Size) -> Shown:
    return Shown(text=words.size(value))


@show.register
def _(value: Licence) -> Shown:
    note = value.spdx if value.spdx and value.spdx != value.name else ""
    return Shown(text=value.name, url=words.http_url(value.url), note=note)
