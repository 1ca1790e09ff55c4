"""Protocol `files`: records that lie on disk, in files, directories and globs, gz or not.

Nothing is interpreted: a line that is no JSON is a record all the same, and its reader reports it. What cannot be
opened or unfolded becomes a `Problem`, and the other files are read.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from reperio.errors import ConfigError, SourceError
from reperio.log import get_logger
from reperio.record.identity import safe_identifier
from reperio.record.model import Record
from reperio.record.problem import Problem, Report
from reperio.record.split import (
    Piece,
    find_key,
    split_array,
    split_document,
    split_lines,
    split_members,
    split_rows,
)
from reperio.record.unpack import FileError, open_bytes
from reperio.source.model import Files, Source

MEGABYTE = 1024 * 1024
WILD = re.compile(r"[*?\[]")
MEDIA_TYPES = {
    ".xml": "application/xml",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".html": "text/html",
    ".htm": "text/html",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".md": "text/markdown",
}

log = get_logger(__name__)


def fetch_files(
    source: Source,
    *,
    now: datetime,
    report: Report | None = None,
    passes: Callable[[str], bool] | None = None,
    listed: list[tuple[Path, str]] | None = None,
) -> Iterator[Record]:
    """Give the records of a source of protocol `files`, one file after the other, in the order of their names.

    A record is known by its `key`, else by `<relative file>#<position>` (a whole document by its file, a member by
    its name; `.gz` is not part of a file's name). A key that comes again with other content is numbered (`id~2`);
    with the same content it is one record.

    Args:
        source: the declaration, its path absolute (as `load_source` gives it).
        now: when the records are fetched.
        report: told of each file that could not be read in full; unset, problems are logged only.
        passes: whether the file of a name may be passed over, since it is as it was.
        listed: what `list_files` gave for its path just now, not to list it twice.

    Raises:
        SourceError: the path leads to no file at all, or the declared encoding is unknown.
    """
    files = _declared(source)
    names = _Names()
    stamp = now.astimezone(UTC).isoformat(timespec="seconds")
    for path, name in listed or list_files(files.path):
        if passes is not None and passes(name):
            continue
        for position, body in _pieces(source, files, path, name, report or _log_problem):
            identifier = names.give(_stem(files, name, position, body), body)
            if identifier is None:
                log.info("record.repeated", source=source.key, file=name, position=position)
                continue
            yield Record(
                source=source.key,
                identifier=identifier,
                body=body,
                media_type="application/json" if files.split != "document" else guess_media_type(name, body),
                format=source.reader or "",
                fetched=stamp,
            )


def list_files(declared: str) -> list[tuple[Path, str]]:
    """Give the files a declared path leads to, each with its name below it; hidden ones are passed over.

    Raises:
        SourceError: there are none.
    """
    try:
        files = _find(declared)
    except (OSError, ValueError) as error:
        raise SourceError(f"harvest.path cannot be followed: {error}.", path=declared) from error
    visible = [(path, _plain_name(name)) for name, path in files if not _hidden(name)]
    if not visible:
        raise SourceError(f"No file is at {declared}.", hint="Check harvest.path; nothing is deleted.", path=declared)
    return visible


def _find(declared: str) -> list[tuple[str, Path]]:
    root, pattern = _split_pattern(Path(declared))
    found: Iterable[Path] = [root]
    if root.is_dir():
        found = root.glob(pattern) if pattern else root.rglob("*")
    base = root if root.is_dir() else root.parent
    below = len(base.parts)
    return sorted(("/".join(path.parts[below:]), path) for path in found if path.is_file())


def guess_media_type(name: str, body: bytes) -> str:
    """Tell XML, HTML and JSON by how they begin, other kinds by the name of the file."""
    named = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), "")
    start = body[:1024].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(b"<"):
        return "text/html" if b"<!doctype html" in start or b"<html" in start else "application/xml"
    if start.startswith((b"{", b"[")):
        return named if named == "application/ld+json" else "application/json"
    if named:
        return named
    return "application/octet-stream" if b"\0" in body[:1024] else "text/plain"


def _declared(source: Source) -> Files:
    if not isinstance(source.harvest, Files):
        raise ConfigError(f"Source {source.key} is not harvested from files.")
    try:
        b"a".decode(source.harvest.encoding, "ignore")
    except (LookupError, ValueError) as error:
        raise SourceError(
            f"Source {source.key}: harvest.encoding: {source.harvest.encoding!r} is unknown.", hint="Try utf-8-sig."
        ) from error
    return source.harvest


def _split_pattern(path: Path) -> tuple[Path, str]:
    """Part a path before its first wild part; what exists as it is written is no pattern."""
    if path.exists():
        return path, ""
    root = Path(path.anchor)
    parts = path.parts[1:] if path.anchor else path.parts
    for position, part in enumerate(parts):
        if WILD.search(part) and not (root / part).exists():
            return root, "/".join(parts[position:])
        root = root / part
    return root, ""


def _hidden(name: str) -> bool:
    return name.startswith(".") or "/." in name


def _plain_name(name: str) -> str:
    return name[: -len(".gz")] if name.lower().endswith(".gz") else name


def _pieces(source: Source, files: Files, path: Path, name: str, report: Report) -> Iterator[Piece]:
    limit = source.politeness.max_megabytes * MEGABYTE

    def warn(detail: str) -> None:
        report(Problem(code="file.encoding", place=name, detail=detail, lossy=False))

    try:
        with open_bytes(path, limit) as stream:
            if files.split == "document":
                yield from split_document(stream, limit)
            elif files.split == "lines":
                yield from split_lines(stream, limit)
            elif files.split == "array":
                yield from split_array(stream, limit, files.at)
            elif files.split == "members":
                yield from split_members(stream, limit, files.at)
            else:
                yield from split_rows(stream, limit, files.encoding, warn)
    except FileError as error:
        report(Problem(code="file.unreadable", place=name, detail=error.detail))


def _stem(files: Files, name: str, position: str, body: bytes) -> str:
    key = find_key(body, files.key) if files.key else None
    return safe_identifier(key or (f"{name}#{position}" if position else name))


class _Names:
    """Gives each record an identifier that no other one has."""

    def __init__(self) -> None:
        self._met: set[bytes] = set()
        self._times: dict[str, int] = {}

    def give(self, stem: str, body: bytes) -> str | None:
        """Give the identifier of a record; None when it has come already, byte for byte."""
        digest = hashlib.sha256(stem.encode() + b"\0" + body).digest()[:16]
        if digest in self._met:
            return None
        self._met.add(digest)
        identifier = stem
        while identifier in self._times:
            self._times[stem] += 1
            identifier = safe_identifier(f"{stem}~{self._times[stem]}")
        self._times[identifier] = 1
        return identifier


def _log_problem(problem: Problem) -> None:
    log.warning(problem.code, file=problem.place, detail=problem.detail)
