"""The template environment: escaping always on, an undefined name is an error."""

from __future__ import annotations

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reperio.index.ask import Snippet
from reperio.settings import Settings
from reperio.web import words
from reperio.web.assets import Assets
from reperio.web.explain import explain
from reperio.web.links import Links

_SCRIPT_SAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def build_environment(settings: Settings, links: Links, assets: Assets) -> Environment:
    """Templates with our links, icons and filters."""
    environment = Environment(
        loader=PackageLoader("reperio.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    environment.globals.update(
        site_name=settings.site_name, contact=settings.contact, links=links, asset=assets.url, words=words,
        absolute=links.absolute, query_max=settings.query_max_chars, icon=icon, sprite=sprite,
    )  # fmt: skip
    environment.filters.update(
        number=words.number, marked=marked, json_script=json_script, day=words.day, http=words.http_url, reasons=explain
    )
    return environment


def marked(snippet: Snippet) -> Markup:
    """A snippet with its matches in `mark`, everything else escaped; marks that overlap or overrun are mended."""
    pieces = []
    done = 0
    for start, end in sorted(snippet.marks):
        begin, stop = max(start, done), min(end, len(snippet.text))
        if begin >= stop:
            continue
        pieces += [
            escape(snippet.text[done:begin]),
            Markup("<mark>"),
            escape(snippet.text[begin:stop]),
            Markup("</mark>"),
        ]
        done = stop
    pieces.append(escape(snippet.text[done:]))
    return Markup("").join(pieces)


def json_script(value: object) -> Markup:
    """JSON that can stand inside a script element: nothing in it can end the element."""
    text = msgspec.json.encode(value).decode()
    for character, escaped in _SCRIPT_SAFE.items():
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704 - every character that HTML could act on is escaped above


_ICONS = {
    "search": "M10.5 4a6.5 6.5 0 1 0 4 11.6l4.9 4.9 1.1-1.1-4.9-4.9A6.5 6.5 0 0 0 10.5 4Zm0 1.6a4.9 4.9 0 1 1 0 9.8 4.9 4.9 0 0 1 0-9.8Z",
    "calendar": "M7 3v2H4v16h16V5h-3V3h-1.6v2H8.6V3H7Zm-1.4 7h12.8v9.4H5.6V10Z",
    "place": "M12 2.5A6.7 6.7 0 0 0 5.3 9.2c0 4.6 6.7 12.3 6.7 12.3s6.7-7.7 6.7-12.3A6.7 6.7 0 0 0 12 2.5Zm0 9.2a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5Z",
    "people": "M8.5 4.5a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8ZM2 19.5v-1.8c0-2.6 3-4.4 6.5-4.4s6.5 1.8 6.5 4.4v1.8H2Zm14.4-8.6a2.9 2.9 0 1 0-1.2-5.6 4.9 4.9 0 0 1-.3 5.2c.4.2 1 .4 1.5.4Zm.2 8.6H22v-1.6c0-2-2.1-3.5-4.9-3.7a5.5 5.5 0 0 1 1.5 3.6v1.7Z",
    "design": "M4 4h7v7H4V4Zm9 0h7v7h-7V4ZM4 13h7v7H4v-7Zm12.5 0a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Z",
    "key": "M15.5 3a5.5 5.5 0 0 0-5.3 7L3 17.2V21h4v-2.5h2.5V16h2l1.7-1.7A5.5 5.5 0 1 0 15.5 3Zm1.3 5.7a1.5 1.5 0 1 1 0-3 1.5 1.5 0 0 1 0 3Z",
    "list": "M4 5h2v2H4V5Zm4 0h12v2H8V5ZM4 11h2v2H4v-2Zm4 0h12v2H8v-2ZM4 17h2v2H4v-2Zm4 0h12v2H8v-2Z",
    "file": "M6 2.5h8.2L19 7.3v14.2H6v-19Zm7.6 1.8v3.6h3.6l-3.6-3.6ZM8.5 12h7v1.5h-7V12Zm0 3.5h7V17h-7v-1.5Z",
    "filter": "M3.5 5h17v1.8l-6.6 7v6.4l-3.8-2.1v-4.3l-6.6-7V5Z",
    "close": "m6.4 5.2 5.6 5.6 5.6-5.6 1.2 1.2-5.6 5.6 5.6 5.6-1.2 1.2-5.6-5.6-5.6 5.6-1.2-1.2 5.6-5.6-5.6-5.6 1.2-1.2Z",
    "out": "M13 4h7v7h-1.7V6.9l-8 8-1.2-1.2 8-8H13V4ZM5 6.5h5v1.7H6.7v9.1h9.1V14h1.7v5H5V6.5Z",
    "quote": "M4 6h6.5v6.4c0 3.3-1.7 5.2-5 5.6v-2.2c1.5-.3 2.3-1.2 2.3-2.8H4V6Zm9.5 0H20v6.4c0 3.3-1.7 5.2-5 5.6v-2.2c1.5-.3 2.3-1.2 2.3-2.8h-3.8V6Z",
    "arrow": "m9 5 7 7-7 7-1.2-1.2L13.6 12 7.8 6.2 9 5Z",
    "spark": "M12 2.5 14 9l6.5 2.5L14 14l-2 7-2-7-6.5-2.5L10 9l2-6.5Z",
}  # fmt: skip


def icon(name: str) -> Markup:
    """A small drawing that says nothing to a screen reader."""
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>'
    ).format(name)


def sprite() -> Markup:
    """All icons, once a page."""
    symbols = Markup("").join(
        Markup('<symbol id="i-{}" viewBox="0 0 24 24"><path d="{}"/></symbol>').format(name, path)
        for name, path in _ICONS.items()
    )
    return Markup('<svg class="sprite" aria-hidden="true" focusable="false">{}</svg>').format(symbols)
