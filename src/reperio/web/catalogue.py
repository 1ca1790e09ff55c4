"""Catalogues kept in step with the texts: `python -m reperio.web.catalogue` brings them up to date, `--check` only looks.

Texts are taken from templates and code, and from what is declared with names for people: the fields of a resource, the
elements that descriptions are judged by, study designs, facets.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from reperio.resource.fields import fields
from reperio.resource.quality.assess import EXTRA_LABELS, LABELS
from reperio.resource.quality.cmm import ELEMENTS
from reperio.resource.quality.fair import CHECKS
from reperio.text.designs import StudyDesign
from reperio.web.language import LANGUAGES, SOURCE

HERE = Path(__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "_note": (2,), "plural": (2, 3)}
REFUSALS = {"NotFoundError", "GoneError", "QueryError", "NotReadyError"}
METHODS = [("web/templates/admin_**.html", "ignore"), ("web/templates/**.html", "jinja2"), ("web/admin/**.py", "ignore"),
           ("web/**.py", "python"), ("query/notes.py", "python")]  # fmt: skip
OPTIONS = {"**.html": {"extensions": "jinja2.ext.do", "trimmed": "true", "silent": "false"}}


def source_texts() -> Catalog:
    """Every text there is to be said, in English, with where it stands."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(
        HERE.parent,
        METHODS,
        {"web/templates/**.html": OPTIONS["**.html"]},
        keywords=KEYWORDS,
        directory_filter=_is_ours,
    )
    for name, _line, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
        catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    for text in declared():
        catalog.add(text, locations=[("declared", 0)])
    return catalog


def _is_ours(path: str | Path) -> bool:
    return Path(path).name in {"reperio", "web", "templates", "pages", "charts", "export", "query"}


def declared() -> Iterator[str]:
    """Names for people that declarations hold."""
    for field in fields().values():
        yield field.label
        yield field.help
    yield from get_args(StudyDesign)
    yield from (element.label for element in ELEMENTS)
    yield from (check.label for check in CHECKS)
    yield from (*LABELS.values(), *EXTRA_LABELS.values())
    yield from (level for element in ELEMENTS for level in element.levels.values())
    yield from ("required", "requested", "proposed", "something else")
    for path in (
        *sorted(HERE.glob("*.py")),
        *sorted(HERE.glob("pages/*.py")),
        *sorted((HERE.parent / "query").glob("*.py")),
        *sorted((HERE.parent / "corpus").glob("read.py")),
    ):
        yield from _refusals(ast.parse(path.read_text(encoding="utf-8")))


def _refusals(module: ast.Module) -> Iterator[str]:
    """What errors that people see say, where that is a constant."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "hint")]
            yield from (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))


def path_of(language: str) -> Path:
    """Where the catalogue of a language stands."""
    return HERE / "locale" / language / "messages.po"


def read(language: str) -> Catalog:
    """The catalogue of a language as it stands; an empty one when there is none yet."""
    if not path_of(language).exists():
        return Catalog(locale=language, charset="utf-8")
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> bytes:
    """The catalogue of a language with every text there is, translated or not yet, and no other."""
    catalog = read(language)
    catalog.update(source_texts(), no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    catalog.obsolete.clear()
    written = BytesIO()
    write_po(written, catalog, width=120, omit_header=False, sort_output=True, no_location=True)
    return b"".join(line for line in written.getvalue().splitlines(keepends=True) if not line.startswith(_STAMPS))


_STAMPS = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator', b'"Generated-By', b'"Report-Msgid',
           b'"Project-Id', b'"Language-Team')  # fmt: skip


def unfinished(language: str) -> list[str]:
    """Texts of a catalogue that have no translation yet."""
    return [str(message.id) for message in read(language) if message.id and not _is_said(message.string)]


def _is_said(translation: object) -> bool:
    return all(translation) if isinstance(translation, (tuple, list)) else bool(translation)


def main(arguments: list[str]) -> int:
    """Update, or with `--check` tell whether anything is out of date or untranslated."""
    behind = 0
    for language in (one for one in LANGUAGES if one != SOURCE):
        new = updated(language)
        old = path_of(language).read_bytes() if path_of(language).exists() else b""
        if "--check" not in arguments:
            path_of(language).parent.mkdir(parents=True, exist_ok=True)
            path_of(language).write_bytes(new)
        elif new != old:
            behind += 1
            sys.stderr.write(f"{language}: out of date; run `make texts`.\n")
        if left := unfinished(language):
            behind += 1
            sys.stderr.write(f"{language}: {len(left)} texts without translation, the first: {left[0]!r}\n")
    return 1 if behind else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
