"""The template environment: escaping always on, an undefined name is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reperio.index.ask import Snippet
from reperio.query.view import SourceView
from reperio.resource.model import Text
from reperio.resource.write.credit import source_credit
from reperio.settings import Settings
from reperio.web import language, words
from reperio.web.assets import Assets
from reperio.web.explain import explain, field_name, shares
from reperio.web.links import Links
from reperio.web.said import script_texts
from reperio.web.understood import told

_ADDRESS = re.compile(r"""(https?://[^\s<>"'`]+[^\s<>"'`.,;:!?)\]])""")
_SCRIPT_SAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def build_environment(settings: Settings, links: Links, assets: Assets) -> Environment:
    """Templates with our links, icons and filters."""
    environment = Environment(
        loader=PackageLoader("reperio.web"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # else the file of every template is looked at for each page
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do", "jinja2.ext.i18n"],
    )
    environment.globals.update(
        site_name=settings.site_name, contact=settings.contact, links=links, asset=assets.url, words=words,
        absolute=links.absolute, query_max=settings.query_max_chars, icon=icon, credit_of=credit_of,
    )  # fmt: skip
    _install_languages(environment)
    environment.globals.update(own=assets.own, has_admin=False, has_feedback=False)
    environment.filters.update(
        number=language.number,
        about=about,
        about_else=about_else,
        marked=marked,
        json_script=json_script,
        day=language.day,
        http=words.http_url,
        reasons=explain,
        shares=shares,
        field_name=field_name,
        ticked=ticked,
        linked=linked,
    )
    return environment


def _install_languages(environment: Environment) -> None:
    """Texts in the language spoken: `_`, `{% trans %}`, `plural`, the filters `inline` and `other`."""
    install = environment.install_gettext_callables  # type: ignore[attr-defined]  # added by the extension
    install(language.gettext, language.ngettext, newstyle=True)
    environment.globals.update(_=said, gettext=said, ngettext=said_of)
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(
        plural=language.plural, speech=language.speech, script_texts=script_texts, own_name=language.own_name
    )
    environment.filters.update(
        inline=language.inline,
        said=language.gettext,
        other=language.other,
        told=told,
        in_lang=in_lang,
        tojson_attribute=tojson_attribute,
    )


@lru_cache(maxsize=8192)
def _markup(code: str, text: str) -> Markup:
    """A source text, which may hold HTML, in a language."""
    return Markup(language.translations(code).gettext(text) if text else text)  # noqa: S704 - texts are our own


def said(text: str, /, **values: object) -> Markup:
    """A source text in the language spoken, with values, which are escaped, in it: what `_` and `trans` are in templates."""
    return _filled(_markup(language.language(), text), values)


def said_of(one: str, many: str, count: float, /, **values: object) -> Markup:
    """The form of a source text that goes with a number, with values in it."""
    text = Markup(language.ngettext(one, many, count))  # noqa: S704 - texts are our own
    return _filled(text, {"num": count, **values})


def _filled(text: Markup, values: Mapping[str, object]) -> Markup:
    if "%" not in text:
        return text
    safe = {name: str(escape(value)) for name, value in values.items()}
    return Markup(str(text) % safe)  # noqa: S704 - what is put in is escaped


def about(snippets: Sequence[Snippet], *fields: str) -> Snippet | None:
    """The first of some snippets that is of one of the fields."""
    return next((one for one in snippets if one.field in fields), None)


def about_else(snippets: Sequence[Snippet], *fields: str) -> Snippet | None:
    """The first of some snippets that is of none of the fields."""
    return next((one for one in snippets if one.field not in fields), None)


def marked(snippet: Snippet) -> Markup:
    """A snippet with its matches in `mark`, everything else escaped; marks that overlap or overrun are mended."""
    if not snippet.marks:
        return escape(snippet.text)
    pieces: list[str] = []
    done = 0
    for start, end in sorted(snippet.marks):
        begin, stop = max(start, done), min(end, len(snippet.text))
        if begin >= stop:
            continue
        pieces += (escape(snippet.text[done:begin]), "<mark>", escape(snippet.text[begin:stop]), "</mark>")
        done = stop
    pieces.append(escape(snippet.text[done:]))
    return Markup("".join(pieces))  # noqa: S704 - every piece of text is escaped above


def json_script(value: object) -> Markup:
    """JSON that can stand inside a script element: nothing in it can end the element."""
    text = msgspec.json.encode(value).decode()
    for character, escaped in _SCRIPT_SAFE.items():
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704 - every character that HTML could act on is escaped above


def in_lang(texts: Sequence[Text]) -> Markup:
    """The attribute that says which language the first of some texts is in, where that is not the page's."""
    code = language.other(texts[0].lang) if texts else ""
    return Markup(' lang="{}"').format(code) if code else Markup("")


def credit_of(view: SourceView) -> str:
    """What a source asks to be said of it as a whole."""
    return source_credit(view.source, (view.state.read or "") if view.state else "")


def ticked(text: str) -> Markup:
    """A text in which what stands between backticks is code; all of it is escaped."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces)
    )


def linked(text: str) -> Markup:
    """A text in which web addresses are links; all of it is escaped."""
    pieces = _ADDRESS.split(text)
    return Markup("").join(
        Markup('<a href="{0}" rel="external nofollow noopener">{0}</a>').format(piece) if words.http_url(piece) and place % 2
        else escape(piece)
        for place, piece in enumerate(pieces)
    )  # fmt: skip


def tojson_attribute(value: object) -> str:
    """JSON to stand in an attribute, which the template escapes."""
    return msgspec.json.encode(value).decode()


@cache
def icon(name: str) -> Markup:
    """A small drawing that says nothing to a screen reader."""
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>'
    ).format(name)
