"""Tables as CSV and XLSX, in which no cell can act as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

import msgspec
import xlsxwriter

Value = str | int | float | None
CELL_MAX = 32_767
"""Most characters that a cell of XLSX holds."""
SHEET_MAX = 1_048_000
PIECE = 65_536
IN_MEMORY = 4_000_000
_ACTS = re.compile(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n\x00]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


class Sheet(msgspec.Struct, frozen=True):
    """A sheet: its name, its headings, its lines."""

    name: str
    headings: Sequence[str]
    lines: Iterable[Sequence[Value]]


def harmless(value: Value) -> Value:
    """A cell that no spreadsheet takes for a formula: text that could be one gets an apostrophe before it."""
    if not isinstance(value, str):
        return value
    clean = _CONTROL.sub("", value)
    return f"'{clean}" if _ACTS.match(value) or _ACTS.match(clean) else clean


def csv_pieces(headings: Sequence[str], lines: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 with a byte order mark, without which Excel misreads accents."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    held.write("\ufeff")
    writer.writerow(headings)
    for line in lines:
        writer.writerow([harmless(value) for value in line])
        if held.tell() > PIECE:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def xlsx_pieces(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """An XLSX workbook. Texts are kept as texts, so they stay as they are and never act."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        _write_workbook(file, sheets)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write_workbook(file: IO[bytes], sheets: Sequence[Sheet]) -> None:
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "nan_inf_to_errors": True, **never})
    head = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"quote_prefix": True})
    for sheet in sheets:
        made = book.add_worksheet(_SHEET_NAME.sub(" ", sheet.name).strip("' ")[:31] or None)
        made.freeze_panes(1, 0)
        made.set_column(0, max(0, len(sheet.headings) - 1), 18)
        for column, heading in enumerate(sheet.headings):
            made.write_string(0, column, heading, head)
        for row, line in zip(range(1, SHEET_MAX), sheet.lines, strict=False):
            for column, value in enumerate(line):
                _write_cell(made, row, column, value, text)
    book.close()


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value, text: xlsxwriter.format.Format
) -> None:
    if isinstance(value, str):
        if clean := _CONTROL.sub("", value):
            sheet.write_string(row, column, _cut(clean), text if _ACTS.match(clean) else None)
    elif value is not None:
        sheet.write_number(row, column, value)


def _cut(value: str) -> str:
    return value if len(value) <= CELL_MAX else f"{value[: CELL_MAX - 1]}…"
