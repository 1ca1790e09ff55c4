"""Reader `redcap`: data dictionaries of REDCap projects, as CSV, JSON of its API, or rows of a catalogue of forms.

A project gives a study, each form (instrument) a dataset, each field a variable. Section headers and the shared text of
a matrix become the introduction of the fields below them. Options of the source: `study` (`id`, `title`,
`alternate_titles`, `abstract`, `url`) says what the study is; else it is named by the record. Not read: branching
logic beyond its text, action tags, layout.
"""

from __future__ import annotations

import re

from reperio.record.model import Record
from reperio.resource.draft import Draft
from reperio.resource.model import Category, Kind
from reperio.resource.read.decode import BLANKS
from reperio.resource.read.dictionary_table import Row, rows
from reperio.resource.read.ids import Ids, fit
from reperio.resource.read.json import mapping, said
from reperio.resource.read.reading import Reading
from reperio.resource.read.stated import statements
from reperio.source.model import Source
from reperio.text.html import plain_text

NAME = "redcap"
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("variable / field name", "field_name", "variable", "var", "field name"),
    "form": ("form name", "form_name", "form"),
    "section": ("section header", "section_header"),
    "type": ("field type", "field_type", "type"),
    "label": ("field label", "field_label", "label"),
    "choices": ("choices, calculations, or slider labels", "choices or calculations", "select_choices_or_calculations", "choices"),
    "note": ("field note", "field_note", "note"),
    "validation": ("text validation type or show slider number", "text validation type", "text_validation_type_or_show_slider_number"),
    "low": ("text validation min", "text_validation_min"),
    "high": ("text validation max", "text_validation_max"),
    "identifier": ("identifier?", "identifier"),
    "branching": ("branching logic (show field only if...)", "branching logic", "branching_logic"),
    "required": ("required field?", "required_field"),
    "alignment": ("custom alignment", "custom_alignment"),
    "number": ("question number (surveys only)", "question_number", "question number"),
    "matrix": ("matrix group name", "matrix_group_name"),
    "ranking": ("matrix ranking?", "matrix_ranking"),
    "annotation": ("field annotation", "field_annotation"),
    "protocol": ("protocol",),
}  # fmt: skip
"""Columns by what they hold: names of the CSV (letter case and quotes apart), of the API, of catalogues of forms."""
CHOICES = ("radio", "dropdown", "checkbox", "select")
CHOICE = re.compile(r"\s*([^,|]{1,100}?)\s*,\s*(.*)", re.DOTALL)
BARS = re.compile(r"\s*\|\s*")
CATEGORIES_MAX = 2000
TYPES = {
    "text": "text", "notes": "text", "textarea": "text", "calc": "numeric", "slider": "numeric", "yesno": "code",
    "truefalse": "code", "radio": "code", "dropdown": "code", "select": "code", "checkbox": "code", "file": "file",
    "signature": "file", "sql": "code",
}  # fmt: skip
VALIDATIONS = {
    "number": "numeric",
    "integer": "numeric",
    "float": "numeric",
    "date": "date",
    "datetime": "date",
    "time": "date",
}
FIXED = {"yesno": (("1", "Yes"), ("0", "No")), "truefalse": (("1", "True"), ("0", "False"))}


def read(record: Record, source: Source) -> Reading:
    """Read a data dictionary of REDCap."""
    reading = Reading()
    project = _Project(reading, record, source)
    if not record.body.strip(BLANKS + b"\"'"):
        reading.issue("record.empty", "", "", "The record has no content.", "error")
        return reading
    for number, row in rows(record.body, ",", set(), reading):
        project.add(number, _known(row))
    project.finish()
    return reading


def _known(row: Row) -> Row:
    """A row by what its columns hold; columns that REDCap has not stand under their own names in `rest`."""
    by_name = {re.sub(r"\s+", " ", str(name)).strip(' "\ufeff').lower(): name for name in row if name}
    found: Row = {}
    for fact, names in COLUMNS.items():
        for name in names:
            if name in by_name:
                found[fact] = said(row[by_name.pop(name)]) or ""
                break
    found["rest"] = {name: row[name] for name in by_name.values() if said(row[name])}
    return found


class _Project:
    """One dictionary being read."""

    def __init__(self, reading: Reading, record: Record, source: Source) -> None:
        self.reading, self.record, self.source = reading, record, source
        self.ids = Ids(reading)
        self.study = ""
        self.forms: dict[str, str] = {}
        self.positions: dict[str, int] = {}
        self.section: tuple[str, str] = ("", "")
        self.matrix: dict[tuple[str, str], str] = {}
        self.rows = 0

    def add(self, number: int, row: Row) -> None:
        """Add the field of one row."""
        self.rows += 1
        name, label = row.get("name", ""), row.get("label", "")
        shown = " | ".join(str(value) for value in row.values() if value)
        if not {"name", "label"} <= row.keys():
            if self.rows == 1:
                self.reading.issue("record.unknown", f"/{number}", shown, "These are no columns of REDCap.", "error")
            return
        if not name and not label:
            self.reading.issue("row.empty", f"/{number}", shown, "A row names and asks nothing.")
            return
        if not name:
            row["own"] = f"row_{self.rows}"
            self.reading.issue("name.missing", f"/{number}", shown, f"A row has no name; kept as {row['own']}.")
        form = self._form(row, number)
        preamble = self._preamble(row, form)
        if row.get("type", "").lower() == "descriptive":
            self.section = (form, "\n".join(text for text in (preamble, label) if text))
            return
        self._field(number, row, form, preamble)

    def _draft(self, kind: Kind, wanted: str, path: str) -> Draft:
        local = self.ids.take(wanted, path)
        return Draft(self.reading, self.record, self.source, reader=NAME, kind=kind, local_id=local, path=path)

    def _study_id(self) -> str:
        """Id of the study, made when first met."""
        if not self.study:
            declared = mapping(self.source.options.get("study"))
            stem = re.sub(
                r"(\.(csv|json|jsonl|gz))+$", "", self.record.identifier.rpartition("/")[2], flags=re.IGNORECASE
            )
            draft = self._draft("study", said(declared.get("id")) or fit(stem), "/options")
            draft.text("titles", said(declared.get("title")) or stem)
            draft.text("abstracts", said(declared.get("abstract")))
            for title in statements(declared.get("alternate_titles")):
                draft.text("alternate_titles", title)
            draft.url(said(declared.get("url")))
            self.study = draft.finish().id
        return self.study

    def _form(self, row: Row, number: int) -> str:
        """Id of the dataset of the row's form, made when first met; the study's own where a row names no form."""
        study = self._study_id()
        name = row.get("form", "")
        if not name:
            return study
        if name not in self.forms:
            draft = self._draft("dataset", f"{study.removeprefix(f'{self.source.key}/')}/{fit(name)}", f"/{number}")
            draft.text("titles", _readable(name))
            draft.add("part_of", study)
            if protocol := row.get("protocol"):
                draft.keep("protocol", protocol)
            self.forms[name] = draft.finish().id
        return self.forms[name]

    def _preamble(self, row: Row, form: str) -> str:
        """Section header in force, and the first one of a matrix; a new form starts without."""
        held_form, held = self.section
        header = row.get("section", "")
        if header or held_form != form:
            self.section = (form, header)
            held = header
        matrix = row.get("matrix", "")
        return self.matrix.setdefault((form, matrix), held) if matrix else held

    def _field(self, number: int, row: Row, form: str, preamble: str) -> None:
        self.positions[form] = position = self.positions.get(form, 0) + 1
        draft = self._draft(
            "variable", f"{form.removeprefix(f'{self.source.key}/')}/{row['name'] or row['own']}", f"/{number}"
        )
        draft.add("part_of", form)
        draft.set("position", position)
        draft.line("name", row["name"])
        draft.text("question", row.get("label"))
        draft.text("preamble", preamble)
        kind = row.get("type", "").lower()
        validation = row.get("validation", "").lower().split("_")[0]
        draft.line("data_type", VALIDATIONS.get(validation) or TYPES.get(kind, kind))
        self._choices(draft, kind, row.get("choices", ""))
        extra = {
            "field_type": kind, "note": plain_text(row.get("note", "")), "branching_logic": row.get("branching"),
            "matrix_group": row.get("matrix"), "annotation": row.get("annotation"), "number": row.get("number"),
            "identifier": row.get("identifier"), "validation": row.get("validation"),
            "range": _range(row.get("low", ""), row.get("high", "")),
            **row["rest"],
        }  # fmt: skip
        for name, value in extra.items():
            draft.keep(name, value)
        if kind and kind not in TYPES:
            self.reading.issue("field_type.unknown", f"/{number}", kind, "REDCap has no such type of field.", "info")
        draft.finish()

    def _choices(self, draft: Draft, kind: str, raw: str) -> None:
        if kind in FIXED:
            draft.add("categories", *(Category(label, code) for code, label in FIXED[kind]))
        if not raw.strip():
            return
        if kind == "slider":
            draft.keep("slider", [plain_text(part) for part in BARS.split(raw)])
        elif kind in CHOICES or (not kind and "|" in raw):
            found = [_choice(part) for part in BARS.split(raw) if part.strip()]
            draft.add("categories", *found[:CATEGORIES_MAX])
            if len(found) > CATEGORIES_MAX:
                self.reading.issue(
                    "categories.many", draft.path, len(found), f"Only the first {CATEGORIES_MAX} were kept."
                )
        else:
            draft.keep("calculation", raw)

    def finish(self) -> None:
        """Say so where the file held nothing."""
        if not self.reading.resources and not any(issue.level == "error" for issue in self.reading.issues):
            self.reading.issue("record.empty", "/", self.record.identifier, "The dictionary has no fields.", "error")


def _choice(part: str) -> Category:
    """`1, Yes` is the code and its label; a part without comma is both."""
    found = CHOICE.fullmatch(part)
    code, label = (found[1], plain_text(found[2])) if found else (part.strip(), plain_text(part))
    return Category(label or code, code)


def _readable(form: str) -> str:
    """`demographics_form` as people write it."""
    return form if " " in form else re.sub(r"_+", " ", form).strip().capitalize()


def _range(low: str, high: str) -> str:
    return f"{low}..{high}" if low or high else ""
