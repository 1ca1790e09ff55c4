"""Rows that each describe a study or a dataset, by columns that the source declares."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.read.ids import Ids
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import accession, is_placeholder
from reperio.source.model import Source
from reperio.text.html import plain_text

ADDRESS = re.compile(r"https?://[^\s\"'<>()\[\]]+")
PARTS = re.compile(r"\s*[,;\n]\s*")


class Describe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a row describes a resource.

    Attributes:
        id: template of the source's own id (`{source}/{table}`).
        part_of: template of the id of what it belongs to in the same source; empty for nothing.
        fields: columns by what they hold (`titles`, `abstracts`, `url`, `topics`, `keywords`, `period`, `start`, `end`,
            `places`, `ages`, `size`, `sex`, `design`, `publisher`, `funder`, `access`, `genetic`, `identifier`,
            `population`, `version`, `alternate_titles`); all others are kept in `extra`.
        nowhere: words of a column of places that name none (`Nationwide`).
    """

    id: str
    kind: Literal["series", "study", "dataset"] = "dataset"
    part_of: str = ""
    fields: dict[str, list[str]] = {}
    nowhere: tuple[str, ...] = ("Nationwide", "National", "Worldwide")


def read_rows(record: Record, source: Source, describe: Describe, rows: list[dict[str, str]], reader: str) -> Reading:
    """Read rows of descriptions."""
    reading = Reading()
    ids = Ids(reading)
    for number, row in enumerate(rows, 1):
        filled = fill(describe.id, row).strip("/ ")
        path = f"/{row.get('row number', number)}"
        if not filled:
            reading.issue("id.missing", path, " | ".join(row.values()), "A row has no id.", "error")
            continue
        draft = Draft(
            reading, record, source, reader=reader, kind=describe.kind, local_id=ids.take(filled, path), path=path
        )
        if whole := fill(describe.part_of, row).strip("/ "):
            draft.add("part_of", f"{source.key}/{whole}".lower())
        say_row(draft, describe, row)
        if not draft.values("titles"):
            reading.issue("title.missing", path, filled, "There is no title.")
        draft.finish()
    return reading


def fill(template: str, row: dict[str, str]) -> str:
    """A template with the cells of a row."""
    return re.sub(r"\{([^{}]*)\}", lambda found: row.get(found[1], "").strip(), template)


def say_row(draft: Draft, describe: Describe, row: dict[str, str]) -> None:
    """Say into a draft what the columns of a row say; columns that are not declared are kept."""
    taken = set(re.findall(r"\{([^{}]*)\}", describe.id + describe.part_of)) | {"row number"}
    for fact, columns in describe.fields.items():
        for column in columns:
            taken.add(column)
            text = row.get(column, "").strip()
            if fact == "titles" and draft.values("titles"):
                continue  # the first of these columns that has one gives the title
            if text and not is_placeholder(text) and fact in FACTS:
                FACTS[fact](draft, text if fact != "places" else _somewhere(text, describe.nowhere), f"/{column}")
    starts, ends = (
        next((row[name] for name in describe.fields.get(fact, ()) if row.get(name)), None) for fact in ("start", "end")
    )
    _span(draft, starts, ends)
    for column, text in row.items():
        if column not in taken and text.strip():
            draft.keep(column, plain_text(text))


def _span(draft: Draft, start: str | None, end: str | None) -> None:
    if start and re.search(r"<|[a-z]{4,}", start):
        draft.period(plain_text(start), "/start")
    else:
        draft.span(start, end, "/start")


def _somewhere(text: str, nowhere: tuple[str, ...]) -> str:
    return "" if text.strip().lower() in {word.lower() for word in nowhere} else text


def _addresses(draft: Draft, text: str, _path: str) -> None:
    for address in ADDRESS.findall(text):
        draft.url(address.rstrip(".,;"))


def _terms(field: str) -> Callable[[Draft, str, str], None]:
    def say(draft: Draft, text: str, _path: str) -> None:
        for part in PARTS.split(plain_text(text)):
            draft.concept(field, part)

    return say


def _agents(field: str) -> Callable[[Draft, str, str], None]:
    def say(draft: Draft, text: str, _path: str) -> None:
        for part in re.split(r"\s*(?:;|\n|<br\s*/?>)\s*", text):
            draft.agent(field, part, kind="Organization")

    return say


def _texts(field: str) -> Callable[[Draft, str, str], None]:
    return lambda draft, text, _path: draft.text(field, text)


def _access(draft: Draft, text: str, path: str) -> None:
    draft.access(text, path)
    draft.text("access_notes", text)


FACTS: dict[str, Callable[[Draft, str, str], Any]] = {
    "titles": _texts("titles"), "alternate_titles": _texts("alternate_titles"), "abstracts": _texts("abstracts"),
    "population": _texts("population"), "url": _addresses, "topics": _terms("topics"), "keywords": _terms("keywords"),
    "period": lambda draft, text, path: draft.period(plain_text(text), path), "places": Draft.places, "ages": Draft.ages,
    "size": Draft.sizes, "sex": Draft.sex, "design": Draft.designs, "genetic": Draft.genetic, "access": _access,
    "publisher": _agents("publishers"), "funder": _agents("funders"),
    "identifier": accession,
    "version": lambda draft, text, _path: draft.line("version", text),
}  # fmt: skip
