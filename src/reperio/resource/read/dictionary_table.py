"""Rows of a data dictionary: CSV, TSV or JSON (lines or an array), as files come."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from reperio.resource.read.decode import decode
from reperio.resource.read.json import listed, parse_json
from reperio.resource.read.reading import Reading

DELIMITERS = ",;\t|"
ISSUES_MAX = 50
CELL_MAX = 10_000_000

Row = dict[str, Any]


def rows(body: bytes, delimiter: str, wanted: set[str], reading: Reading) -> Iterator[tuple[int, Row]]:
    """Rows by column name with their number in the file, from 1; the header of a CSV is row 1.

    Args:
        body: bytes of the file.
        delimiter: the declared delimiter; another one is tried when the header lacks the wanted columns.
        wanted: columns that must be there, or there are no rows.
        reading: takes the issues.
    """
    text = (decode(body, reading) or "").replace("\0", "")
    if text.lstrip()[:1] in ("{", "["):
        return _json_rows(text, reading)
    return _csv_rows(text, delimiter, wanted, reading)


def _json_rows(text: str, reading: Reading) -> Iterator[tuple[int, Row]]:
    for number, value in enumerate(_json_values(text, reading), 1):
        if isinstance(value, dict):
            yield number, value
        elif value is not None:
            reading.issue("row.unreadable", f"/{number}", value, "A row is not an object.")


def _json_values(text: str, reading: Reading) -> Iterator[object]:
    if text.lstrip().startswith("["):
        yield from listed(parse_json(text, reading))
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield parse_json(line, reading, f"/{number}")


def _csv_rows(text: str, delimiter: str, wanted: set[str], reading: Reading) -> Iterator[tuple[int, Row]]:
    delimiter = _delimiter(text, delimiter, wanted, reading)
    if not delimiter:
        return
    lines = _cells(text, delimiter, reading)
    header = [name.strip() for name in next(lines, (1, []))[1]]
    faults = 0
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            faults += 1
            if faults <= ISSUES_MAX:
                reading.issue(
                    "csv.ragged", f"/{number}", delimiter.join(cells), f"{len(cells)} cells, {len(header)} columns."
                )
        row: Row = dict(zip(header, cells, strict=False))
        if len(cells) > len(header):
            row[""] = cells[len(header) :]
        yield number, row
    if faults > ISSUES_MAX:
        reading.issue("csv.ragged", "/", faults, f"{faults} rows have more or fewer cells than columns.")


def _delimiter(text: str, declared: str, wanted: set[str], reading: Reading) -> str:
    """The delimiter under which the header has the wanted columns, the declared one if it can be; empty if none."""
    for candidate in [declared, *(mark for mark in DELIMITERS if mark != declared)]:
        first = next(_cells(text, candidate, Reading()), (1, []))[1]
        if wanted <= {name.strip() for name in first}:
            if candidate != declared:
                reading.issue("csv.delimiter", "/1", candidate, f"The delimiter is not {declared!r}.")
            return candidate
    header = text.split("\n", 1)[0]
    missing = ", ".join(sorted(wanted))
    reading.issue("csv.columns", "/1", header, f"The header lacks columns of the declaration ({missing}).", "error")
    return ""


def _cells(text: str, delimiter: str, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reading.issue("csv.malformed", f"/{number}", "", str(error), "error")
            continue
        yield number, cells
