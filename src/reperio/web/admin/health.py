"""Health: each part of the whole looked at, with what it takes."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import msgspec

from reperio import __version__
from reperio.errors import ReperioError
from reperio.web.admin.office import Office
from reperio.web.site import Site
from reperio.web.words import KIND_PLURALS, bytes_size, kinds

DISK_LOW = 0.05
SLOW_SECONDS = 1.0
PACKAGES = ("fastapi", "jinja2", "msgspec", "numpy", "onnxruntime", "pydantic", "sqlalchemy", "tantivy", "uvicorn")


class Check(msgspec.Struct, frozen=True):
    """A part, whether it is well, and what there is to say of it."""

    name: str
    well: bool
    said: str


def checks(office: Office, site: Site) -> list[Check]:
    """Every part, looked at now."""
    parts: tuple[tuple[str, Callable[[], tuple[bool, str]]], ...] = (
        ("Database", lambda: _database(office)),
        ("Search index", lambda: _index(site)),
        ("Search by meaning", lambda: _encoder(office, site)),
        ("Disk", lambda: _disk(office.settings.home)),
        ("Feedback", lambda: (True, f"{office.desk.count():,} reports kept.")),
    )
    return [_look(name, part) for name, part in parts]


def _look(name: str, part: Callable[[], tuple[bool, str]]) -> Check:
    try:
        return Check(name, *part())
    except (ReperioError, OSError) as error:
        return Check(name, False, str(error))


def _database(office: Office) -> tuple[bool, str]:
    begun = time.perf_counter()
    seq = office.corpus.last_seq()
    took = time.perf_counter() - begun
    kind = office.workshop.engine.dialect.name
    size = sum(_size(path) for path in office.settings.home.glob("reperio.sqlite*")) if kind == "sqlite" else 0
    held = f", {bytes_size(size)}" if size else ""
    return took < SLOW_SECONDS, f"{kind}{held}; change {seq:,}; answered in {took * 1000:.0f} ms."


def _index(site: Site) -> tuple[bool, str]:
    status = site.service.status()
    if not status.generation:
        return False, "There is none: run `reperio index`."
    counts = ", ".join(kinds(kind, status.counts[kind]) for kind in KIND_PLURALS if kind in status.counts)
    return True, f"Generation {status.generation}; {counts}; last change {status.changed[:16] or 'unknown'}."


def _encoder(office: Office, site: Site) -> tuple[bool, str]:
    wanted = office.settings.model
    held = site.service.status().model
    if wanted == "none":
        return True, "Switched off by REPERIO_MODEL: words decide."
    less = site.service.condition().degraded.get("meaning", "")
    return bool(
        held
    ), f"Encoder {held}. {less}".strip() if held else f"{wanted} is wanted but not in use. {less}".strip()


def _disk(home: Path) -> tuple[bool, str]:
    usage = shutil.disk_usage(home)
    parts = [f"{name} {bytes_size(size)}" for name in ("index", "cache") if (size := _size(home / name))]
    return usage.free / usage.total > DISK_LOW, f"{bytes_size(usage.free)} free; {', '.join(parts) or 'home empty'}."


def _size(path: Path) -> int:
    """Bytes of a file or of everything below a directory."""
    if path.is_dir():
        return sum(_size(one) for one in path.iterdir() if not one.is_symlink())
    return path.stat().st_size if path.is_file() else 0


def versions() -> list[tuple[str, str]]:
    """What it runs on."""
    found = [("reperio", __version__), ("python", platform.python_version()), ("sqlite", sqlite3.sqlite_version)]
    return found + [(name, _version(name)) for name in PACKAGES]


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
