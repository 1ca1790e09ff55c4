"""Restoring a backup into an empty place; what is not whole, or not as it was made, is refused and nothing is kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import msgspec
import zstandard

from reperio.database.copying import check_sqlite
from reperio.errors import BackendError, ConfigError
from reperio.jobs.backup import CORPUS, FORMAT, MAKES, MANIFEST, PIECE, SETTINGS, Digesting, Manifest, Member
from reperio.jobs.workshop import Progress, quiet
from reperio.log import get_logger

log = get_logger(__name__)

TOPS = ("home", "sources")
DAMAGED = "The backup is damaged or cut short"
HINT = "Nothing was restored. Take another copy of the file, or another backup."


def restore(
    file: Path,
    home: Path,
    sources: Path,
    *,
    digest: str = "",
    keep_sources: bool = False,
    progress: Progress = quiet,
) -> Manifest:
    """Put what a backup holds into a home directory and a directory of sources; all of it or nothing.

    Args:
        file: the backup.
        home: the home directory; absent or empty.
        sources: the directory of declarations; absent or empty, or to be left as it is.
        digest: SHA-256 that the file must have; unset: any.
        keep_sources: leave the declarations that are there, and those of the backup aside.
        progress: told of files and their megabytes.

    Raises:
        ConfigError: a directory holds something already, or the file is no backup of ours.
        BackendError: the backup is damaged, cut short or changed.
    """
    _refuse_filled(home)
    if not keep_sources:
        _refuse_filled(sources)
    _check_digest(file, digest)
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=f".{home.name}.") as aside:
        manifest = _unpack(file, Path(aside), progress)
        check_sqlite(Path(aside) / CORPUS)
        _put(Path(aside), home, None if keep_sources else sources)
    log.info("backup.restored", made=manifest.made, version=manifest.version, members=len(manifest.members))
    return manifest


def _refuse_filled(directory: Path) -> None:
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ConfigError(
            f"{directory} is not empty.",
            hint="Restore into an empty or new directory; nothing is overwritten.",
        )


def _check_digest(file: Path, digest: str) -> None:
    try:
        with file.open("rb") as held:
            found = hashlib.file_digest(held, "sha256").hexdigest() if digest else ""
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    if found != digest.lower():
        raise BackendError(f"{DAMAGED}: its SHA-256 is {found}, not {digest.lower()}.", hint=HINT)


def _unpack(file: Path, aside: Path, progress: Progress) -> Manifest:
    """Unpack everything, then see whether it is what the manifest says."""
    found: dict[str, Member] = {}
    told = b""
    with _damage(), file.open("rb") as held:
        packed = zstandard.ZstdDecompressor().stream_reader(held, read_across_frames=True)
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            for one in tar:
                if told:
                    raise BackendError(f"{DAMAGED}: there is more after its end.", hint=HINT)
                if one.name == MANIFEST:
                    told = _read(tar, one)
                    continue
                found[one.name] = _take(tar, one, aside)
                progress(one.name.split("/")[-1], one.size >> 20)
    if not told:
        raise BackendError(f"{DAMAGED}: its end is missing.", hint=HINT)
    return _checked(told, found)


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, zstandard.ZstdError, EOFError, UnicodeError) as error:
        raise BackendError(f"{DAMAGED}: {error}.", hint=HINT) from error


def _read(tar: tarfile.TarFile, one: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(one)
    return file.read() if file else b""


def _take(tar: tarfile.TarFile, one: tarfile.TarInfo, aside: Path) -> Member:
    """Unpack one file; only plain files in places that we know."""
    place = PurePosixPath(one.name)
    known = place.parts and (place.parts[0] in TOPS or one.name == SETTINGS)
    file = tar.extractfile(one) if one.isreg() else None
    if file is None or not known or place.is_absolute() or ".." in place.parts or "\0" in one.name:
        raise BackendError(f"{DAMAGED}: {one.name[:100]!r} does not belong in it.", hint=HINT)
    path = aside / place
    path.parent.mkdir(parents=True, exist_ok=True)
    heard = Digesting(file)
    try:
        with path.open("xb") as to:
            while some := heard.read(PIECE):
                to.write(some)
            to.flush()
            os.fsync(to.fileno())
    except FileExistsError as error:
        raise BackendError(f"{DAMAGED}: {one.name[:100]!r} is in it twice.", hint=HINT) from error
    path.chmod(0o644 if place.parts[0] == "sources" else 0o600)
    return Member(path.stat().st_size, heard.digest)


def _checked(told: bytes, found: dict[str, Member]) -> Manifest:
    try:
        manifest = msgspec.json.decode(told, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackendError(f"{DAMAGED}: its manifest cannot be read.", hint=HINT) from error
    if manifest.makes != MAKES:
        raise ConfigError("This is no backup of Reperio.")
    if manifest.format > FORMAT:
        raise ConfigError(
            f"The backup was made by Reperio {manifest.version}, whose layout this version does not know.",
            hint="Restore it with that version or a later one.",
        )
    wrong = sorted(
        name for name in found.keys() | manifest.members.keys() if found.get(name) != manifest.members.get(name)
    )
    if wrong or CORPUS not in found:
        raise BackendError(f"{DAMAGED}: {', '.join(wrong[:3]) or CORPUS} is not what it was.", hint=HINT)
    return manifest


def _put(aside: Path, home: Path, sources: Path | None) -> None:
    """Put what was unpacked into place; the home last, so that a home that is there is whole."""
    unpacked = aside / TOPS[0]
    settings = aside / SETTINGS
    if settings.is_file():
        settings.replace(unpacked / "settings-of-backup.json")
    if sources is not None and (aside / TOPS[1]).is_dir():
        sources.parent.mkdir(parents=True, exist_ok=True)
        if sources.exists():
            sources.rmdir()
        shutil.move(aside / TOPS[1], sources)
    if home.exists():
        home.rmdir()
    unpacked.replace(home)
