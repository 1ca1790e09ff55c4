"""How a file holds records: as one document, a line, an item of an array, a member of an object, a row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

import msgspec

from reperio.record.unpack import FileError, read_whole

DELIMITERS = ",\t;|"

Piece = tuple[str, bytes]
"""The position of a record in its file (empty: the whole file) and its bytes."""


def split_document(stream: BinaryIO, limit: int) -> Iterator[Piece]:
    """Give the whole file as one record."""
    data = read_whole(stream, limit)
    if data.strip():
        yield "", data


def split_lines(stream: BinaryIO, limit: int) -> Iterator[Piece]:
    """Give each line that is not blank, at its line number; what is in it does not matter."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit:
            raise FileError(f"Line {number} has more than {limit} bytes; politeness.max_megabytes sets the limit.")
        if body := line.strip():
            yield str(number), body


def split_array(stream: BinaryIO, limit: int, at: str) -> Iterator[Piece]:
    """Give each item of the JSON array at pointer `at`, just as it is written."""
    items = _decode(_descend(read_whole(stream, limit), at), list[msgspec.Raw], f"an array at {at or 'its top'}")
    for number, item in enumerate(items, start=1):
        yield str(number), bytes(item)


def split_members(stream: BinaryIO, limit: int, at: str) -> Iterator[Piece]:
    """Give each value of the JSON object at pointer `at`, just as it is written; its name is its position."""
    kind = dict[str, msgspec.Raw]
    for name, value in _decode(
        _descend(read_whole(stream, limit), at), kind, f"an object at {at or 'its top'}"
    ).items():
        yield name, bytes(value)


def split_rows(stream: BinaryIO, limit: int, encoding: str, warn: Callable[[str], None]) -> Iterator[Piece]:
    """Give each row of a CSV file with a header as a JSON object of strings; a cell that is not there is null.

    A column without a name, and a cell beyond the header, is called `column 3`; a name that comes again `name (2)`.
    """
    csv.field_size_limit(limit)
    buffered = cast("io.BufferedReader", io.BufferedReader(_Unclosed(stream), 1 << 16))
    lines = _Lines(io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline=""), limit)
    damaged = 0
    try:
        rows = csv.reader(lines, delimiter=_delimiter(lines.first))
        names = _column_names(next(iter(rows), []))
        for number, cells in enumerate(rows, start=1):
            if any(cell.strip() for cell in cells):
                body = _row(names, cells)
                damaged += "\ufffd".encode() in body
                yield str(number), body
    except (csv.Error, UnicodeError) as error:
        raise FileError(f"Line {lines.number} is not CSV in {encoding}: {error}.") from error
    if damaged:
        warn(f"{damaged} rows hold bytes that are not {encoding}; they became U+FFFD.")


class _Unclosed(io.RawIOBase):
    """Hands a stream to a text wrapper that must not close it."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # any writable buffer, as io asks
        data = self._inner.read(len(view))
        view[: len(data)] = data
        return len(data)


class _Lines:
    """The lines of a text, of which the first can be looked at before it is given, and none is endless."""

    def __init__(self, text: io.TextIOWrapper[io.BufferedReader], limit: int) -> None:
        self._text = text
        self._limit = limit
        self._first: str | None = None
        self.number = 0

    @property
    def first(self) -> str:
        if self._first is None:
            self._first = self._read()
        return self._first

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.first if self.number == 0 else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        return line

    def _read(self) -> str:
        line = self._text.readline(self._limit + 1)
        if len(line) > self._limit:
            raise FileError(f"Line {self.number + 1} is too long; politeness.max_megabytes sets the limit.")
        return line


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def _column_names(header: list[str]) -> list[str]:
    names: list[str] = []
    for number, cell in enumerate(header, start=1):
        stem = cell.strip() or f"column {number}"
        name, again = stem, 1
        while name in names:
            again += 1
            name = f"{stem} ({again})"
        names.append(name)
    return names


def _row(names: list[str], cells: list[str]) -> bytes:
    row: dict[str, str | None] = dict.fromkeys(names)
    for number, cell in enumerate(cells):
        row[names[number] if number < len(names) else f"column {number + 1}"] = cell
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _descend(data: bytes, pointer: str) -> bytes:
    for name in pointer_parts(pointer):
        inside = _decode(data, dict[str, msgspec.Raw] | list[msgspec.Raw], f"JSON at {pointer}")
        found = inside.get(name) if isinstance(inside, dict) else _item(inside, name)
        if found is None:
            raise FileError(f"There is nothing at {pointer}.")
        data = bytes(found)
    return data


def _item(items: list[Any], name: str) -> Any:
    return items[int(name)] if name.isdecimal() and int(name) < len(items) else None


def _decode(data: bytes, kind: Any, what: str) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FileError(f"The file does not hold {what}: {error}.") from error


def pointer_parts(pointer: str) -> list[str]:
    """Cut a JSON pointer (RFC 6901) into names; a single name may come without its slash."""
    if not pointer:
        return []
    path = pointer if pointer.startswith("/") else f"/{pointer}"
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def find_key(body: bytes, key: str) -> str | None:
    """Give the text or number at pointer (or column) `key` of a JSON record; None when there is none."""
    try:
        value: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    if isinstance(value, dict) and key in value:
        return _as_key(value[key])
    for name in pointer_parts(key):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list):
            value = _item(value, name)
        else:
            return None
    return _as_key(value)


def _as_key(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None
