"""Items of a questionnaire from a file: text, CSV, XLSX, PDF or the JSON of Harmony. Files are taken for hostile."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from reperio.errors import QueryError
from reperio.query.questionnaire.harmonydata import by_harmonydata
from reperio.query.questionnaire.lines import gather, read_lines
from reperio.query.questionnaire.model import Asked, Questionnaire
from reperio.query.questionnaire.pdf import pdf_text
from reperio.resource.read.reading import Reading
from reperio.resource.read.spreadsheet_table import Workbook
from reperio.text.characters import fold

BYTES_MAX: Final = 4_000_000
"""Largest file that is read."""
UNPACKED_MAX: Final = 40_000_000
"""Largest workbook once unpacked."""
ROWS_MAX: Final = 20_000
_WORDING: Final = re.compile(
    r"^(?:question[ _]?text|question[ _]?wording|wording|item[ _]?text|item[ _]?wording|question|questions|item|items|statement|frage|"
    r"fragetext|pregunta|texto)$"
)
_LABEL: Final = re.compile(r"^(?:variable[ _]?label|label|description|text|title|field[ _]?label)$")
_NUMBER: Final = re.compile(
    r"^(?:no|nr|number|question[ _]?no|question[ _]?number|item[ _]?no|item[ _]?number|id|name|variable|variable[ _]?name)$"
)
_OPTIONS: Final = re.compile(r"^(?:options|response[ _]?options|answers|choices|categories|values|value[ _]?labels)$")


def read_file(body: bytes, name: str = "") -> Questionnaire:
    """The items of a file, whatever kind its content shows it to be.

    Raises:
        QueryError: it is too large, encrypted, broken, or of another kind.
    """
    if len(body) > BYTES_MAX:
        raise QueryError(
            f"The file is larger than {BYTES_MAX // 1_000_000} MB.", hint="Upload the pages with the items only."
        )
    kind = next((ending for ending in ("csv", "txt") if name.lower().endswith(ending)), "")
    kind = "pdf" if body.lstrip()[:5] == b"%PDF-" else "xlsx" if body[:4] == b"PK\x03\x04" else kind
    if kind == "xlsx":
        _refuse_bombs(body)
    if kind and (items := by_harmonydata(body, kind)):
        return gather(items, kind, "harmonydata")
    return _by_ourselves(body, name)


def _by_ourselves(body: bytes, name: str) -> Questionnaire:
    if body.lstrip()[:5] == b"%PDF-":
        return read_lines(pdf_text(body).splitlines(), "pdf")
    if body[:4] == b"PK\x03\x04":
        return _of_workbook(body)
    if body[:4] in (b"\xd0\xcf\x11\xe0", b"PK\x05\x06"):
        raise QueryError(
            "This is an encrypted or old workbook or document.", hint="Save it as XLSX without a password, or as CSV."
        )
    text = _decoded(body)
    if text.lstrip()[:1] in ("{", "["):
        return _of_json(text)
    return _of_table(text) if name.lower().endswith((".csv", ".tsv", ".tab")) else read_text(text)


def read_text(text: str) -> Questionnaire:
    """The items of pasted text; a table with a heading for wordings is read as one."""
    first = text.lstrip().split("\n", 1)[0]
    if text.lstrip()[:1] in ("{", "[") and '"question_text"' in text:
        return _of_json(text)
    cells = [fold(cell.strip(' "')) for cell in re.split(r"[\t,;]", first)]
    if len(cells) > 1 and any(_WORDING.match(cell) or _LABEL.match(cell) for cell in cells):
        return _of_table(text)
    return read_lines(text.splitlines())


def _decoded(body: bytes) -> str:
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    if b"\x00" in body[:2000]:
        raise QueryError(
            "This file is not one of those that are read.", hint="Text, CSV, XLSX, PDF and the JSON of Harmony are."
        )
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


# -- tables --------------------------------------------------------------------------------------------------------


def _of_table(text: str) -> Questionnaire:
    sample = text[:5000]
    delimiter = max("\t;,", key=sample.count)
    try:
        rows = [
            [cell.strip() for cell in row]
            for row, _ in zip(csv.reader(io.StringIO(text), delimiter=delimiter), range(ROWS_MAX), strict=False)
        ]
    except csv.Error as error:
        raise QueryError("The table cannot be read.", hint="Save it as CSV in UTF-8.") from error
    return gather(list(_of_rows(rows)), "csv")


def _of_workbook(body: bytes) -> Questionnaire:
    reading = Reading()
    book = Workbook(body, reading)
    items: list[Asked] = []
    for sheet in list(book.sheets)[:20]:
        rows = [cells for (_, cells), _ in zip(book.rows(sheet), range(ROWS_MAX), strict=False)]
        items += _of_rows(rows)
    errors = [issue for issue in reading.issues if issue.level == "error"]
    if errors and not items:
        raise QueryError(errors[0].message, hint="Save it as XLSX without a password, or as CSV.")
    return gather(items, "xlsx")


def _refuse_bombs(body: bytes) -> None:
    """Refuse an archive that says it unpacks to much more than a questionnaire is; what lies is cut short when unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise QueryError("This workbook is broken.", hint="Save it again, or as CSV.") from error
    if len(infos) > 2_000 or sum(info.file_size for info in infos) > UNPACKED_MAX:
        raise QueryError(
            "The workbook unpacks to more than is read.", hint="Keep the sheet with the items only, or save it as CSV."
        )
    if any(info.flag_bits & 1 for info in infos):
        raise QueryError("The workbook is encrypted.", hint="Save it without a password.")


def _of_rows(rows: Sequence[Sequence[str]]) -> Iterator[Asked]:
    """Items of a table: from the column that a heading names, else from the column with the most words."""
    start, wording, number, options = _columns(rows)
    for row in rows[start:]:
        text = " ".join(row[wording].split()) if wording < len(row) else ""
        if text:
            yield Asked(
                text[:400],
                row[number].strip()[:40] if number is not None and number < len(row) and number != wording else "",
                "",
                _split(row[options]) if options is not None and options < len(row) else (),
            )


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, int, int | None, int | None]:
    for place, row in enumerate(rows[:20]):
        names = [fold(cell).strip() for cell in row]
        for pattern in (_WORDING, _LABEL):
            column = next((column for column, name in enumerate(names) if pattern.match(name)), None)
            if column is not None:
                number = next((one for one, name in enumerate(names) if _NUMBER.match(name)), None)
                options = next((one for one, name in enumerate(names) if _OPTIONS.match(name)), None)
                return place + 1, column, number, options
    width = max((len(row) for row in rows[:200]), default=0)
    words = [sum(len(row[column].split()) for row in rows[:200] if column < len(row)) for column in range(width)]
    return 0, words.index(max(words)) if words else 0, None, None


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip()[:120] for part in re.split(r"\s*[|;/\n]\s*", cell) if part.strip())[:20]


# -- Harmony -------------------------------------------------------------------------------------------------------


def _of_json(text: str) -> Questionnaire:
    """Instruments as Harmony has them: an object with `questions`, or several in an array; or plain texts in an array."""
    try:
        held: Any = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise QueryError("The file is not JSON.", hint="Harmony's `Export` gives a file that is.") from error
    items = list(_questions(held, 0))
    if not items:
        raise QueryError(
            "The JSON holds no question.",
            hint="It is an instrument, or several, with `questions` that have a `question_text`.",
        )
    return gather(items, "harmony")


def _questions(held: object, depth: int) -> Iterator[Asked]:
    if depth > 6:
        return
    if isinstance(held, list):
        for one in held[:5_000]:
            if isinstance(one, str):
                yield Asked(one[:400])
            else:
                yield from _questions(one, depth + 1)
    elif isinstance(held, dict):
        text = held.get("question_text") or held.get("question")
        if isinstance(text, str) and text.strip():
            yield _question(held, text)
        else:
            for key in ("questions", "instruments", "items", "elements"):
                yield from _questions(held.get(key), depth + 1)


def _question(held: dict[str, Any], text: str) -> Asked:
    options = held.get("options") if isinstance(held.get("options"), list) else []
    return Asked(
        " ".join(text.split())[:400],
        str(held.get("question_no") or "")[:40],
        str(held.get("question_intro") or "")[:400],
        tuple(str(option)[:120] for option in options or [])[:20],
    )
