"""Reader `spreadsheet`: workbooks (xlsx) of cohort variables or of descriptions, a row at a time.

A sheet of variables is read as a dictionary whose columns the source declares (see `dictionary`); two layouts are known
by name: `cls` (study, sweep-year-age, variable, question, topic) and `matilda` (items of scales with the survey and
year they were asked in). A sheet whose rows are records of another format is read by that reader (`rows_as`). What
rows say of their study and dataset rather than of the variable (years, ages, places, links) is declared in `facts`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Literal

import msgspec

from reperio.errors import SourceError
from reperio.record.model import Record
from reperio.resource.read.dictionary import read as read_dictionary
from reperio.resource.read.reading import Reader, Reading
from reperio.resource.read.spreadsheet_facts import Facts, add_facts
from reperio.resource.read.spreadsheet_layout import LAYOUTS
from reperio.resource.read.spreadsheet_rows import Describe, read_rows
from reperio.resource.read.spreadsheet_table import Workbook
from reperio.source.model import Source

NAME = "spreadsheet"
HEADER_ROWS = 30
Row = dict[str, str]


class Options(msgspec.Struct, frozen=True):
    """What a source with this reader declares in `options`; the rest are those of `dictionary`.

    Attributes:
        sheet: name of the sheet, or its place from 1; unset: the first.
        header: row of the column names, from 1; unset: the first that has the declared columns, else the first.
        layout: a known layout, whose options the others complete.
        rows_as: reader of single rows as JSON objects.
        facts: columns that speak of the dataset or the study of a variable.
        describe: columns of a sheet whose rows each describe a study or a dataset.
        compose: further columns, made of others: `{_id: "{Scale}/{Item Number}"}`.
    """

    sheet: str | int = ""
    header: int = 0
    layout: Literal["", "cls", "matilda", "eurobarometer", "issp", "ukllc_tables", "ukllc_sources"] = ""
    rows_as: Literal["", "ukllc", "mental_health_catalogue", "redcap"] = ""
    facts: dict[Literal["study", "dataset"], Facts] = {}
    compose: dict[str, str] = {}
    describe: Describe | None = None


def read(record: Record, source: Source) -> Reading:
    """Read one workbook.

    Raises:
        SourceError: the options of the source are wrong.
    """
    options, rest = _options(source)
    reading = Reading()
    book = Workbook(record.body, reading)
    sheet = _sheet(book, options, reading)
    rows = list(_rows(book, sheet, options, rest, reading)) if sheet else []
    if not rows:
        if not reading.issues:
            reading.issue("record.empty", f"/{sheet}", "", "The sheet has no rows.", "error")
        return reading
    if options.describe:
        found = read_rows(record, source, options.describe, rows, NAME)
        found.issues[:0] = reading.issues
        return found
    inner = source.model_copy(update={"options": rest, "reader": options.rows_as or "dictionary"})
    found = _read_rows(record, inner, options, rows)
    found.issues[:0] = reading.issues
    if not options.rows_as and options.facts:
        add_facts(found, rows, options.facts, record, source)
    return found


def _options(source: Source) -> tuple[Options, dict[str, Any]]:
    """Own options and those of the dictionary, a layout completed by what the source declares."""
    declared = dict(source.options)
    merged = {**LAYOUTS.get(str(declared.get("layout", "")), {}), **declared}
    own = {name: merged.pop(name) for name in Options.__struct_fields__ if name in merged}
    try:
        return msgspec.convert(own, Options), merged
    except msgspec.ValidationError as error:
        raise SourceError(f"The options of {source.key} are wrong: {error}.", source=source.key) from error


def _sheet(book: Workbook, options: Options, reading: Reading) -> str:
    names = list(book.sheets)
    if isinstance(options.sheet, int):
        wanted = names[options.sheet - 1] if 0 < options.sheet <= len(names) else ""
    else:
        wanted = options.sheet if options.sheet in names else ("" if options.sheet else next(iter(names), ""))
    if names and not wanted:
        reading.issue("xlsx.no_sheet", "/", options.sheet, f"The workbook has {', '.join(names)[:300]}.", "error")
    return wanted


def _rows(book: Workbook, sheet: str, options: Options, rest: dict[str, Any], reading: Reading) -> Iterator[Row]:
    wanted = _columns(rest.get("columns"))
    header: list[str] = []
    head = 0
    for number, cells in book.rows(sheet):
        if not header:
            head += 1
            names = [" ".join(cell.split()) for cell in cells]
            if _is_header(number, names, head, options, wanted):
                header = names
                _repeated(header, sheet, number, reading)
            elif head >= HEADER_ROWS:
                reading.issue(
                    "xlsx.no_header", f"/{sheet}", ", ".join(sorted(wanted)), "No row has these columns.", "error"
                )
                return
            continue
        row = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}
        if row:
            row.setdefault("row number", str(number))
            yield {**row, **{name: _filled(made, row) for name, made in options.compose.items()}}
    if not header and head:
        reading.issue("xlsx.no_header", f"/{sheet}", ", ".join(sorted(wanted)), "No row has these columns.", "error")


def _filled(template: str, row: Row) -> str:
    return re.sub(r"\{([^{}]*)\}", lambda found: row.get(found[1], ""), template)


def _columns(columns: Any) -> set[str]:
    """The columns without which there are no variables."""
    found = columns if isinstance(columns, dict) else {}
    names = [found.get("name"), found.get("question") if not found.get("name") else None]
    return {name for name in names if isinstance(name, str) and name}


def _is_header(number: int, names: list[str], head: int, options: Options, wanted: set[str]) -> bool:
    if options.header:
        return number >= options.header
    return wanted <= set(names) if wanted else head == 1


def _repeated(header: list[str], sheet: str, number: int, reading: Reading) -> None:
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        reading.issue("xlsx.column_repeated", f"/{sheet}/{number}", name, "The last column of this name is read.")


def _read_rows(record: Record, source: Source, options: Options, rows: list[Row]) -> Reading:
    if options.rows_as in ("", "redcap"):
        body = json.dumps(rows).encode()
        reader: Reader = read_dictionary if not options.rows_as else import_module("reperio.resource.read.redcap").read
        return reader(msgspec.structs.replace(record, body=body, media_type="application/json"), source)
    one: Reader = import_module(f"reperio.resource.read.{options.rows_as}").read
    found = Reading()
    for number, row in enumerate(rows, 1):
        plain = {name: text for name, text in row.items() if name != "row number" and name not in options.compose}
        each = msgspec.structs.replace(
            record,
            body=json.dumps(plain).encode(),
            media_type="application/json",
            identifier=f"{record.identifier}#{number}",
        )
        part = one(each, source)
        found.resources += part.resources
        found.issues += part.issues
    return found
