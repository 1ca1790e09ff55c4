"""Tables that are no lists of items, as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from fastapi.responses import Response, StreamingResponse

from reperio.web.export.answer import MEDIA_TYPES, Ending
from reperio.web.export.spreadsheets import Sheet, csv_pieces, xlsx_pieces


def answer_tables(sheets: Sequence[Sheet], ending: Ending, name: str) -> Response:
    """Tables as a file: CSV puts them one below the other, XLSX in sheets, JSON as lists of objects by name."""
    headers = {
        "Content-Type": MEDIA_TYPES[ending],
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "X-Robots-Tag": "noindex",
    }
    made = {"csv": _csv, "xlsx": xlsx_pieces, "json": _json}[ending]
    return StreamingResponse(made(sheets), headers=headers)


def _csv(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    for number, sheet in enumerate(sheets):
        body = b"".join(csv_pieces(sheet.headings, sheet.lines))
        yield body if number == 0 else b"\r\n" + body.removeprefix(b"\xef\xbb\xbf")


def _json(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    said = {
        sheet.name.lower(): {"columns": list(sheet.headings), "rows": [list(line) for line in sheet.lines]}
        for sheet in sheets
    }
    yield msgspec.json.format(msgspec.json.encode(said), indent=2)
