"""Generations of the index: built aside, verified, swapped in one step, the last one kept.

The directory of indexes holds one directory a generation and a file `current` that names the one in use::

    index/
      current                       v1-minilm-384-000000001234
      v1-minilm-384-000000001200/   the one before
      v1-minilm-384-000000001234/   manifest.json and what the engines keep

The name says the schema, the encoder and the change number of the corpus; it is made and parsed here only.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from reperio.errors import BackendError, NotReadyError

SCHEMA_VERSION: Final = 2
"""Grows with every change to fields, analysis or layout after which an older index answers wrongly."""

REBUILD_HINT: Final = "`reperio index` builds it."
MANIFEST: Final = "manifest.json"
POINTER: Final = "current"

_NAME = re.compile(r"v(?P<schema>\d{1,6})-(?P<model>[a-z0-9][a-z0-9.-]*)-(?P<seq>\d{12,18})(?:-(?P<again>\d{1,6}))?")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.]+")


class Generation(msgspec.Struct, frozen=True):
    """What the name of a generation says.

    Attributes:
        schema: version of the schema it was built by.
        model: name of the encoder, folded to letters, digits, dots and hyphens.
        seq: change number of the corpus it was begun from.
        again: counts generations that agree in all that, from 0.
    """

    schema: int
    model: str
    seq: int
    again: int = 0

    @property
    def name(self) -> str:
        """The directory's name."""
        again = f"-{self.again}" if self.again else ""
        return f"v{self.schema}-{self.model}-{self.seq:012}{again}"

    @classmethod
    def parse(cls, name: str) -> Generation | None:
        """Read a directory's name; None when it is not one of a generation."""
        found = _NAME.fullmatch(name)
        if found is None:
            return None
        return cls(int(found["schema"]), found["model"], int(found["seq"]), int(found["again"] or 0))


class Coming(msgspec.Struct, frozen=True):
    """How far an encoder is whose vectors are being made.

    Attributes:
        model: its name.
        done: texts encoded.
        total: texts to be encoded in all.
        per_second: texts encoded in a second, of late.
    """

    model: str
    done: int
    total: int
    per_second: float = 0.0

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self.done / self.total if self.total else 1.0

    @property
    def seconds_left(self) -> float:
        """How long the rest takes at that rate."""
        return (self.total - self.done) / self.per_second if self.per_second else 0.0


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation holds; written when it is begun, when it is finished and when it is brought up to date.

    Attributes:
        schema: version of the schema.
        model: name of the encoder whose vectors are asked, as it names itself, `none` without.
        seq: change number of the corpus up to which it is complete.
        counts: documents by collection.
        finished: whether it was verified and published.
        second: name of the encoder of the second field of vectors, empty without one.
        coming: how far the encoder is whose vectors are being made; None when none is.
    """

    schema: int
    model: str
    seq: int
    counts: dict[str, int] = {}
    finished: bool = False
    second: str = ""
    coming: Coming | None = None


def model_name(model: str) -> str:
    """Fold the name of an encoder for use in a directory's name."""
    return _NOT_IN_NAMES.sub("-", model.lower()).strip("-.")[:80] or "none"


def load_manifest(path: Path) -> Manifest:
    """Read the manifest of a generation.

    Raises:
        NotReadyError: there is none, or it cannot be read.
    """
    try:
        return msgspec.json.decode((path / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise NotReadyError(
            "The index has no readable manifest.", hint="`reperio index` builds it anew.", path=str(path)
        ) from error


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest of a generation, whole or not at all."""
    write_durably(path / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file in one step that a power cut does not undo."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Generations:
    """The generations in a directory.

    Args:
        index_dir: the directory; made when the first generation is begun.
        schema: the version of the schema this code reads and writes.
    """

    def __init__(self, index_dir: Path, *, schema: int = SCHEMA_VERSION) -> None:
        self._directory = index_dir
        self._schema = schema

    def current(self) -> Path:
        """Give the directory of the generation in use.

        Raises:
            NotReadyError: there is none, or it is of another schema or unfinished.
        """
        path = self._pointed()
        if path is None:
            raise NotReadyError("Nothing is indexed yet.", hint=REBUILD_HINT)
        manifest = load_manifest(path)
        if manifest.schema != self._schema:
            raise NotReadyError(
                f"The index is of schema {manifest.schema}; this version needs {self._schema}.",
                hint="`reperio index` builds it anew.",
                path=str(path),
            )
        if not manifest.finished:
            raise NotReadyError("The index was not finished.", hint=REBUILD_HINT, path=str(path))
        return path

    def _pointed(self) -> Path | None:
        try:
            name = (self._directory / POINTER).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        path = self._directory / name
        return path if Generation.parse(name) and path.is_dir() else None

    def begin(self, model: str, seq: int) -> Path:
        """Make an empty directory for a new generation and give it; nobody reads it until it is published."""
        self._directory.mkdir(parents=True, exist_ok=True)
        again = 0
        while True:
            path = self._directory / Generation(self._schema, model_name(model), seq, again).name
            try:
                path.mkdir()
            except FileExistsError:
                again += 1
                continue
            write_manifest(path, Manifest(schema=self._schema, model=model, seq=seq))
            return path

    def publish(self, path: Path, counts: Mapping[str, int], expected: Mapping[str, int] | None = None) -> None:
        """Verify a generation, put it into use in one step, keep the one before it and remove all others.

        Args:
            path: what `begin` gave.
            counts: documents it holds, by collection.
            expected: documents it must hold; without, there must be any at all.

        Raises:
            BackendError: it does not hold them; the generation in use stays in use.
        """
        _verify(counts, expected)
        before = self._pointed()
        begun = load_manifest(path)
        write_manifest(path, msgspec.structs.replace(begun, counts=dict(counts), finished=True))
        write_durably(self._directory / POINTER, f"{path.name}\n".encode())
        self._remove_others({path.name, *((before.name,) if before else ())})

    def discard(self, path: Path) -> None:
        """Remove a generation that was begun and is not wanted."""
        if Generation.parse(path.name) and path != self._pointed():
            shutil.rmtree(path, ignore_errors=True)

    def _remove_others(self, kept: set[str]) -> None:
        for path in self._directory.iterdir():
            if path.name not in kept and Generation.parse(path.name):
                shutil.rmtree(path, ignore_errors=True)


def _verify(counts: Mapping[str, int], expected: Mapping[str, int] | None) -> None:
    if expected is None:
        if not any(counts.values()):
            raise BackendError("The new index is empty; the old one stays in use.", counts=dict(counts))
        return
    wrong = {name: (counts.get(name, 0), number) for name, number in expected.items() if counts.get(name, 0) != number}
    if wrong:
        told = ", ".join(f"{found} of {number} {name}" for name, (found, number) in sorted(wrong.items()))
        raise BackendError(f"The new index holds {told}; the old one stays in use.", counts=dict(counts))
