"""Rows of an Excel workbook (xlsx), read with the standard library and lxml: no formula is computed, no link followed.

A workbook is a hostile thing: parts are unpacked only up to a bound, document types are refused, cells, rows and
columns are counted. What a cell shows is its stored value; numbers that a date format shows are ISO dates.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from lxml import etree

from reperio.resource.read.reading import Reading
from reperio.resource.read.xml import Element, attribute, children, descend, local

PART_MAX = 256 * 1024 * 1024
CELLS_MAX = 20_000_000
COLUMNS_MAX = 2_000
SHEETS_MAX = 200
CELL_MAX = 100_000
CELL = re.compile(r"([A-Z]{1,3})\d{0,7}")
DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
NOT_SHOWN = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]|_.")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
NOT_XLSX = {b"\xd0\xcf\x11\xe0": "xls", b"PK\x05\x06": "empty archive"}


class Workbook:
    """A workbook whose parts are unpacked when asked for.

    Args:
        body: bytes of the file.
        reading: takes the issues.
    """

    def __init__(self, body: bytes, reading: Reading) -> None:
        self.reading = reading
        self._archive = _archive(body, reading)
        self._left = PART_MAX * 2
        self.sheets: dict[str, str] = {}
        self._epoch = datetime(1899, 12, 30, tzinfo=UTC)
        if self._archive is not None:
            self._outline()
            self._texts = list(self._shared())
            self._date_styles = self._styles()

    def _part(self, name: str) -> bytes | None:
        """A part of the archive; None, with an issue where it is there but cannot be had."""
        if self._archive is None or name not in self._archive.NameToInfo:
            return None
        try:
            with self._archive.open(name) as part:
                body = part.read(min(PART_MAX, self._left) + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
            self.reading.issue("xlsx.malformed", name, error, "A part of the workbook cannot be unpacked.", "error")
            return None
        except Exception as error:  # zlib.error has no public base class short of Exception
            if type(error).__module__ != "zlib":
                raise
            self.reading.issue("xlsx.malformed", name, error, "A part of the workbook cannot be unpacked.", "error")
            return None
        self._left -= len(body)
        if len(body) > PART_MAX or self._left < 0:
            self.reading.issue("xlsx.too_large", name, len(body), "The workbook unpacks to more than is read.", "error")
            return None
        if b"<!DOCTYPE" in body[:4000]:
            self.reading.issue(
                "xml.entities", name, body[:200], "A workbook has no document type; the part is not read.", "error"
            )
            return None
        return body

    def _elements(self, name: str, *tags: str) -> Iterator[Element]:
        """Elements of these local names in a part, freed when the next is asked for."""
        body = self._part(name)
        if body is None:
            return
        wanted = tuple(f"{{*}}{tag}" for tag in tags)
        events = etree.iterparse(
            io.BytesIO(body), tag=wanted, events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
        )  # fmt: skip
        try:
            for _, element in events:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            self.reading.issue("xml.malformed", name, error.msg, "A part of the workbook is not XML.", "error")

    def _outline(self) -> None:
        """Names of the sheets and where they stand; whether days are counted from 1904."""
        targets: dict[str, str] = {}
        for relation in self._elements("xl/_rels/workbook.xml.rels", "Relationship"):
            target = (attribute(relation, "Target") or "").lstrip("/")
            targets[attribute(relation, "Id") or ""] = target if target.startswith("xl/") else f"xl/{target}"
        for number, element in enumerate(self._elements("xl/workbook.xml", "sheet", "workbookPr"), 1):
            if local(element) == "workbookPr":
                if attribute(element, "date1904") in ("1", "true"):
                    self._epoch = datetime(1904, 1, 1, tzinfo=UTC)
                continue
            relation_id = next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), "")
            if len(self.sheets) < SHEETS_MAX:
                self.sheets[attribute(element, "name") or str(number)] = targets.get(relation_id, "")

    def _shared(self) -> Iterator[str]:
        for item in self._elements("xl/sharedStrings.xml", "si"):
            yield _words(item)

    def _styles(self) -> frozenset[int]:
        """Numbers of the cell styles that show dates."""
        formats: dict[str, str] = {}
        dated: list[int] = []
        for element in self._elements("xl/styles.xml", "numFmt", "cellXfs"):
            if local(element) == "numFmt":
                formats[attribute(element, "numFmtId") or ""] = attribute(element, "formatCode") or ""
                continue
            for number, style in enumerate(children(element, "xf")):
                own = attribute(style, "numFmtId") or "0"
                shown = NOT_SHOWN.sub("", formats.get(own, ""))
                if (own.isdigit() and int(own[:6]) in DATE_FORMATS) or re.search(r"[yd]|mmm", shown, re.IGNORECASE):
                    dated.append(number)
        return frozenset(dated)

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Rows of a sheet with their numbers, cells as texts, blank at their end cut off; empty rows left out."""
        count = 0
        for position, element in enumerate(self._elements(self.sheets.get(sheet, ""), "row"), 1):
            number = attribute(element, "r") or ""
            cells = self._cells(element)
            count += len(cells)
            if count > CELLS_MAX:
                self.reading.issue("xlsx.too_large", sheet, count, "The sheet has more cells than are read.", "error")
                return
            if any(cells):
                yield int(number) if number.isdigit() and len(number) < 9 else position, cells

    def _cells(self, row: Element) -> list[str]:
        cells: list[str] = []
        for cell in children(row, "c"):
            place = CELL.fullmatch(attribute(cell, "r") or "")
            column = _column(place[1]) if place else len(cells)
            if column >= COLUMNS_MAX:
                continue
            cells += [""] * (column + 1 - len(cells))
            cells[column] = self._value(cell)[:CELL_MAX]
        while cells and not cells[-1]:
            cells.pop()
        return cells

    def _value(self, cell: Element) -> str:
        kind = attribute(cell, "t") or "n"
        if kind == "inlineStr":
            return "".join(_words(each) for each in children(cell, "is"))
        raw = next((each.text or "" for each in children(cell, "v")), "").strip()
        if kind == "s":
            number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1
            return self._texts[number] if 0 <= number < len(self._texts) else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(raw, raw)
        if kind == "e":
            return ""  # #N/A, #REF!: a formula that came to nothing
        return self._number(raw, attribute(cell, "s") or "0") if kind == "n" else _unescaped(raw)

    def _number(self, raw: str, style: str) -> str:
        try:
            value = float(raw)
        except ValueError:
            return raw
        if style.isdigit() and int(style[:6]) in self._date_styles and 0 < value < 2_958_466:
            moment = self._epoch + timedelta(days=value)
            return (
                moment.date().isoformat()
                if value == int(value)
                else moment.replace(tzinfo=None).isoformat(timespec="seconds")
            )
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else raw


def _archive(body: bytes, reading: Reading) -> zipfile.ZipFile | None:
    kind = NOT_XLSX.get(body[:4])
    if kind:
        reading.issue("xlsx.other_format", "", kind, "This is no xlsx workbook; save it as one.", "error")
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        reading.issue("xlsx.malformed", "", error, "This is no xlsx workbook.", "error")
        return None
    if "xl/workbook.xml" not in archive.NameToInfo:
        reading.issue(
            "xlsx.other_format", "", ", ".join(archive.namelist()[:5]), "This archive holds no workbook.", "error"
        )
        return None
    return archive


def _words(item: Element) -> str:
    """Text of a string item: its runs joined, phonetic guides left out."""
    own = [each.text or "" for each in children(item, "t")]
    return _unescaped("".join([*own, *(each.text or "" for each in descend(item, "r", "t"))])).strip()


def _unescaped(text: str) -> str:
    """`_x000D_` stands for a character that XML cannot hold."""
    return ESCAPED.sub(lambda found: "\n" if found[1].upper() == "000D" else "", text) if "_x" in text else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
