"""A backup: one file with all that cannot be made again, of one moment, while everything goes on.

It is a tar archive compressed by zstd. Its last member, `manifest.json`, names every other with its size and digest, so
that a file that was cut short or changed is known for one. Secrets are not in it: no passwords, no tokens, no keys.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

import msgspec
import zstandard
from sqlalchemy import MetaData
from sqlalchemy.engine import make_url

from reperio import __version__
from reperio.database import open_database
from reperio.database.copying import copy_tables, save_sqlite
from reperio.errors import BackendError, ConfigError
from reperio.index.generation import POINTER
from reperio.jobs.move import TABLES
from reperio.jobs.workshop import Progress, Workshop, quiet
from reperio.log import get_logger
from reperio.settings import PREFIX

log = get_logger(__name__)

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
CORPUS: Final = "home/reperio.sqlite"
DESK: Final = "home/desk.sqlite"
SETTINGS: Final = "settings.json"
MAKES: Final = "reperio-backup"
PIECE: Final = 1 << 20
OF_A_PLACE: Final = frozenset({"home", "sources", "database", "index_url"})
"""Settings that belong to a machine, not to the catalogue."""


class Member(msgspec.Struct, frozen=True):
    """A file in a backup: its size in bytes and its SHA-256."""

    size: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself.

    Attributes:
        makes: always `reperio-backup`.
        format: version of this layout.
        version: of Reperio that made it.
        made: when (ISO 8601, UTC).
        counts: live items by kind.
        members: files by name.
    """

    makes: str
    format: int
    version: str
    made: str
    counts: dict[str, int]
    members: dict[str, Member]


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """What was made: where, its size and SHA-256 (keep that elsewhere), and what it says of itself."""

    path: Path
    size: int
    digest: str
    manifest: Manifest


def make_backup(
    workshop: Workshop,
    file: Path,
    *,
    desk: MetaData,
    index: bool = False,
    cache: bool = False,
    progress: Progress = quiet,
) -> Backup:
    """Make a backup of a home, its sources and its settings; searching and harvesting go on meanwhile.

    Args:
        workshop: the home.
        file: where to; made aside and put there when it is whole.
        desk: tables of the desk, for where they lie in the database of the corpus.
        index: also the index in use, which could be made again.
        cache: also the vectors of texts, likewise.
        progress: told of files and their megabytes.

    Raises:
        ConfigError: there is such a file already.
        BackendError: the database cannot be saved, or another process is indexing while the index is wanted.
    """
    if file.exists():
        raise ConfigError(f"{file} is there already.", hint="Choose another name; nothing was changed.")
    file.parent.mkdir(parents=True, exist_ok=True)
    counts = workshop.corpus.counts()
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as aside, ExitStack() as stack:
        if index:  # before the database, so that it is never ahead of that
            stack.enter_context(workshop.library.writing())
        whole = Path(aside) / "whole"
        with _Writer(whole, progress) as writer:
            for name, path in _files(workshop, Path(aside), desk, index=index, cache=cache):
                writer.add(name, path)
            writer.add_bytes(SETTINGS, _settings(workshop))
            manifest = writer.finish(counts)
        digest = _digest_of(whole)
        whole.replace(file)
    log.info("backup.made", file=file.name, size=file.stat().st_size, members=len(manifest.members))
    return Backup(path=file, size=file.stat().st_size, digest=digest, manifest=manifest)


def _files(workshop: Workshop, aside: Path, desk: MetaData, *, index: bool, cache: bool) -> Iterator[tuple[str, Path]]:
    home = workshop.settings.home
    if index:
        yield from _below(home / "index", "home/index", _in_use(home / "index"))
    yield from _databases(workshop, aside, desk)
    yield from _below(workshop.settings.sources, "sources")
    yield from _below(workshop.settings.thesauri_dir, "home/thesauri")
    if cache:
        yield from _below(home / "cache", "home/cache")


def _databases(workshop: Workshop, aside: Path, desk: MetaData) -> Iterator[tuple[str, Path]]:
    url = make_url(workshop.settings.database_url)
    corpus, kept = aside / "reperio.sqlite", aside / "desk.sqlite"
    if url.get_backend_name() == "sqlite":
        save_sqlite(Path(str(url.database)), corpus)
        if (held := workshop.settings.home / kept.name).is_file():
            save_sqlite(held, kept)
    else:
        _save_elsewhere(workshop, corpus, TABLES)
        _save_elsewhere(workshop, kept, [desk])
    yield CORPUS, corpus
    if kept.is_file():
        yield DESK, kept


def _save_elsewhere(workshop: Workshop, file: Path, metadatas: Sequence[MetaData]) -> None:
    """Save what another database holds as a SQLite file."""
    engine = open_database(f"sqlite:///{file}")
    try:
        copy_tables(workshop.engine, engine, metadatas, quiet)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()


def _in_use(directory: Path) -> Callable[[Path], bool]:
    """Whether a file is of the generation in use, or says which that is."""
    pointer = directory / POINTER
    name = pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else ""
    return lambda path: path == pointer or (bool(name) and path.is_relative_to(directory / name))


def _below(directory: Path, name: str, wanted: Callable[[Path], bool] = lambda _: True) -> Iterator[tuple[str, Path]]:
    for path in sorted(directory.rglob("*")) if directory.is_dir() else ():
        if path.is_file() and not path.is_symlink() and path.name[0] != "." and wanted(path):
            yield f"{name}/{path.relative_to(directory).as_posix()}", path


def _settings(workshop: Workshop) -> bytes:
    """Settings that differ from what they are unset, as environment variables; no secrets, nothing of this machine."""
    settings = workshop.settings
    told = settings.model_dump(mode="json", exclude_defaults=True)
    kinds = {name: str(field.annotation) for name, field in type(settings).model_fields.items()}
    kept = {
        f"{PREFIX}{name.upper()}": value
        for name, value in told.items()
        if name not in OF_A_PLACE and "Secret" not in kinds[name]
    }
    return msgspec.json.format(msgspec.json.encode(kept), indent=2)


class _Writer:
    """Writes members and notes their digests."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self._progress = progress
        self._members: dict[str, Member] = {}
        self._stack = ExitStack()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # feedback may tell addresses
        file = self._stack.enter_context(os.fdopen(handle, "wb"))
        packer = zstandard.ZstdCompressor(level=6, write_checksum=True)
        packed = self._stack.enter_context(packer.stream_writer(file, closefd=False))
        self._tar = self._stack.enter_context(tarfile.TarFile.open(fileobj=packed, mode="w|"))

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, name: str, path: Path) -> None:
        """A file, as long as it is now; one that grows meanwhile is cut there."""
        size = path.stat().st_size
        with path.open("rb") as file:
            self._add(name, size, file)
        self._progress(name.rsplit("/", maxsplit=1)[-1], size >> 20)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Some bytes, as a file."""
        self._add(name, len(content), io.BytesIO(content))

    def _add(self, name: str, size: int, file: IO[bytes]) -> None:
        told = tarfile.TarInfo(name)
        told.size, told.mode = size, 0o600
        heard = Digesting(file)
        try:
            self._tar.addfile(told, heard)
        except OSError as error:
            raise BackendError(f"{name} cannot be saved: {error}.") from error
        self._members[name] = Member(size, heard.digest)

    def finish(self, counts: dict[str, int]) -> Manifest:
        """Write the manifest, at the end."""
        manifest = Manifest(
            makes=MAKES, format=FORMAT, version=__version__, made=datetime.now(UTC).isoformat(timespec="seconds"),
            counts=counts, members=dict(self._members),
        )  # fmt: skip
        self.add_bytes(MANIFEST, msgspec.json.encode(manifest))
        return manifest


class Digesting(io.RawIOBase):
    """A file that is summed up while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of what was read."""
        return self._sum.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        some = self._file.read(size)
        self._sum.update(some)
        return some


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
