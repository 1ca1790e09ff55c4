"""Index generations opened for asking, and the places of what they are made of."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from reperio.errors import BackendError, NotReadyError
from reperio.index.across import Across, FirstOnly
from reperio.index.analysis import EVERY_LANGUAGE, Analysis
from reperio.index.backend import Backend
from reperio.index.generation import MANIFEST, Generations, load_manifest
from reperio.index.meaning import Meaning
from reperio.index.neighbours import Neighbours
from reperio.index.tantivy_backend import TantivyBackend

ACROSS = "across"
NO_MODEL = "none"
LOCK = ".lock"


class Index(msgspec.Struct, frozen=True):
    """An index generation opened for asking.

    Attributes:
        name: changes whenever an answer could.
        backend: the engine for words.
        catalogue, variables: what is near in meaning; empty when built without an encoder.
        analysis: how its texts were cut into words.
        second: name of the multilingual encoder, whose vectors `catalogue` then has too; empty without it.
        neighbours: which questions are asked elsewhere.
    """

    name: str
    backend: Backend
    catalogue: Meaning
    variables: Meaning
    analysis: Analysis
    second: str = ""
    neighbours: Neighbours | None = None


def words_path(generation: Path) -> Path:
    """Where a generation keeps its words."""
    return generation / "words"


def meaning_path(generation: Path, collection: str) -> Path:
    """Where a generation keeps the vectors of a collection."""
    return generation / "meaning" / collection


class Library:
    """The index generations of one home directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.generations = Generations(directory)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep other processes from writing indexes or vectors meanwhile; a killed process leaves nothing locked.

        Raises:
            BackendError: another process is at it.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BackendError(
                    "Another process is indexing this home.", hint="Wait until it is done, then try again."
                ) from error
            yield

    def stamp(self) -> str:
        """Name of the state that `open` would give; cheap.

        Raises:
            NotReadyError: there is no index of this schema.
        """
        path = self.generations.current()
        return f"{path.name}.{(path / MANIFEST).stat().st_mtime_ns:x}"

    def open(self, model: str, second: str = "") -> Index:
        """Open the generation in force for reading.

        Args:
            model: name of the encoder in force; empty to search by words only, whatever the index holds.
            second: name of the multilingual encoder that may be used; where the index has its vectors, it is.

        Raises:
            NotReadyError: there is no index of this schema, or it was built with another encoder.
        """
        stamp = self.stamp()
        path = self.generations.current()
        manifest = load_manifest(path)
        built_with = manifest.model
        if model and built_with != model:
            raise NotReadyError(
                f"The index was built with the encoder {built_with}; the settings name {model}.",
                hint="`reperio index --full` builds it anew, or set REPERIO_MODEL back.",
            )
        index = Index(
            name=stamp,
            backend=TantivyBackend(words_path(path), read_only=True),
            catalogue=Meaning(meaning_path(path, "catalogue")),
            variables=Meaning(meaning_path(path, "variables")),
            analysis=EVERY_LANGUAGE,
            neighbours=Neighbours(meaning_path(path, "variables")),
        )
        if not (model and second and manifest.second == second):
            return index
        return msgspec.structs.replace(
            index,
            catalogue=Across(index.catalogue, meaning_path(path, ACROSS)),
            variables=FirstOnly(index.variables, index.catalogue.dimensions),
            second=second,
        )
