"""Index generations opened for asking, and the places of what they are made of."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from reperio.errors import NotReadyError
from reperio.index.across import FIELDS, Across, FirstOnly
from reperio.index.analysis import EVERY_LANGUAGE, Analysis
from reperio.index.backend import Backend, Collection
from reperio.index.generation import MANIFEST, POINTER, SCHEMA_VERSION, Coming, Generations, Manifest, load_manifest
from reperio.index.meaning import Entry, Meaning
from reperio.index.neighbours import Neighbours
from reperio.index.opensearch_generations import Cluster
from reperio.index.tantivy_backend import TantivyBackend
from reperio.index.turn import Turn
from reperio.index.vectors import TextVectors
from reperio.log import get_logger

log = get_logger(__name__)

ACROSS = "across"
NO_MODEL = "none"
_NO_FILES = Path("no-files")
COLLECTIONS: tuple[Collection, ...] = ("catalogue", "variables")


class Index(msgspec.Struct, frozen=True):
    """An index generation opened for asking.

    Attributes:
        name: changes whenever an answer could.
        backend: the engine for words.
        catalogue, variables: what is near in meaning; empty when built without an encoder.
        analysis: how its texts were cut into words.
        second: name of the multilingual encoder, whose vectors `catalogue` then has too; empty without it.
        neighbours: which questions are asked elsewhere.
        words_only: its vectors are on another host.
        model: name of the encoder whose vectors it has; empty to search by words only.
        coming: how far the encoder is whose vectors are being made; None when none is.
        covered: part of the texts that have a vector of the encoder in force, from 0 to 1.
        away: its vectors do not answer at the moment.
    """

    name: str
    backend: Backend
    catalogue: Meaning
    variables: Meaning
    analysis: Analysis
    second: str = ""
    neighbours: Neighbours | None = None
    words_only: bool = False
    model: str = ""
    coming: Coming | None = None
    covered: float = 1.0
    away: bool = False

    @property
    def is_away(self) -> bool:
        """Whether some of its vectors do not answer at the moment."""
        return self.catalogue.is_away or self.variables.is_away

    @property
    def has_failed(self) -> bool:
        """Whether some of its vectors did not answer when last asked."""
        return self.away or self.catalogue.has_failed or self.variables.has_failed

    def by_words(self) -> Index:
        """The same without its vectors, for while these do not answer."""
        none = Meaning(_NO_FILES)
        return msgspec.structs.replace(
            self, name=f"{self.name}.words", catalogue=none, variables=none, second="", covered=1.0, away=True
        )


def words_path(generation: Path) -> Path:
    """Where a generation keeps its words."""
    return generation / "words"


def meaning_path(generation: Path, collection: str) -> Path:
    """Where a generation keeps the vectors of a collection."""
    return generation / "meaning" / collection


class Library:
    """The index generations of one home directory.

    Args:
        directory: where they are kept.
        cluster: keeps their words in place of the directory, where there is one, and their vectors too if it can.
    """

    def __init__(self, directory: Path, cluster: Cluster | None = None) -> None:
        self._directory = directory
        self._cluster = cluster
        self.generations = Generations(directory)

    @property
    def cluster(self) -> Cluster | None:
        """The cluster that keeps the words, where there is one."""
        return self._cluster

    # -- writing ---------------------------------------------------------------------------------------------------

    def writing(self) -> Turn:
        """Keep other processes from writing indexes or vectors meanwhile; a killed process leaves nothing locked.

        Who makes vectors lets others go first (see `reperio.index.turn`), so that entering may take a moment.

        Raises:
            BackendError: on entering, another process is at something that cannot be left.
        """
        return Turn(self._directory)

    def begin(self, model: str, seq: int) -> Path:
        """Make an empty generation and give its directory; nobody reads it until it is published."""
        path = self.generations.begin(model, seq)
        if self._cluster is None:
            return path
        others = []
        while self._cluster.has(path.name):  # another home made it, or this one before it lost its directory
            others.append(path)
            path = self.generations.begin(model, seq)
        for other in others:
            shutil.rmtree(other)
        self._cluster.begin(path.name, load_manifest(path))
        return path

    def words(self, path: Path, *, read_only: bool = False) -> Backend:
        """Open the words of a generation.

        Raises:
            NotReadyError: they are not there.
        """
        if self._cluster:
            return self._cluster.open(path.name, read_only=read_only)
        return TantivyBackend(words_path(path), read_only=read_only)

    def has_words(self, path: Path) -> bool:
        """Whether a generation is where the settings say, whole or being finished: elsewhere since they changed."""
        if self._cluster is None:
            return words_path(path).is_dir()
        return self._cluster.has(path.name) and (self._has_meaning(path) or (path / "spool").is_dir())

    def _has_meaning(self, path: Path) -> bool:
        manifest = load_manifest(path)
        if self._cluster is None or manifest.model == NO_MODEL or not self._cluster.keeps_vectors:
            return True
        return self._cluster.meanings(path.name).keys() >= {*COLLECTIONS, *(FIELDS if manifest.second else ())}

    @property
    def keeps_vectors(self) -> bool:
        """Whether a cluster keeps the vectors too."""
        return self._cluster is not None and self._cluster.keeps_vectors

    def share(self, path: Path, field: str, entries: Iterable[Entry], gone: Sequence[str], store: TextVectors) -> None:
        """Put vectors that a generation has got into the cluster, where there is one that keeps them.

        Args:
            path: the generation.
            field: `catalogue`, `variables`, or a part of the second field.
            entries: all that stands below each root that was written.
            gone: ids of what is no more.
            store: has the vectors.
        """
        if self._cluster and self.keeps_vectors:
            self._cluster.put_meaning(path.name, field, entries, gone, store)

    def publish(self, path: Path, counts: Mapping[str, int], expected: Mapping[str, int]) -> None:
        """Verify a generation and put it into use in one step; the one before is kept, all others are removed.

        Raises:
            BackendError: it does not hold what is expected; the generation in use stays in use.
        """
        self.generations.publish(path, counts, expected)
        self.announce(path)

    def announce(self, path: Path) -> None:
        """Tell the other hosts, where there is a cluster, what the generation in use holds."""
        if self._cluster:
            self._cluster.publish(path.name, load_manifest(path))

    # -- asking ----------------------------------------------------------------------------------------------------

    def stamp(self) -> str:
        """Name of the state that `open` would give; cheap.

        Raises:
            NotReadyError: there is no index of this schema.
        """
        if self._cluster and not self._is_here():
            name, manifest = self._cluster.current(SCHEMA_VERSION)
            return f"{name}.{manifest.seq:x}.{'.'.join(sorted(self._cluster.meanings(name)))}"
        path = self.generations.current()
        return f"{path.name}.{(path / MANIFEST).stat().st_mtime_ns:x}"

    def _is_here(self) -> bool:
        """Whether the directory has the generation in use: a host that only asks a cluster may have none."""
        return (self._directory / POINTER).is_file()

    def current(self) -> tuple[Path, Manifest]:
        """Directory and manifest of the generation in use; the directory may be on another host only.

        Raises:
            NotReadyError: there is none of this schema.
        """
        if self._cluster and not self._is_here():
            name, manifest = self._cluster.current(SCHEMA_VERSION)
            return self._directory / name, manifest
        path = self.generations.current()
        return path, load_manifest(path)

    def open(self, model: str, second: str = "", stand_in: str = "") -> Index:
        """Open the generation in force for reading.

        Args:
            model: name of the encoder in force; empty to search by words only, whatever the index holds.
            second: name of the multilingual encoder that may be used; where the index has its vectors, it is.
            stand_in: name of an encoder that may stand in for `model` while its vectors are being made.

        Raises:
            NotReadyError: there is no index of this schema, or it was built with another encoder.
        """
        stamp = self.stamp()
        path, manifest = self.current()
        built_with = manifest.model
        if model and built_with not in {model, stand_in, NO_MODEL}:
            raise NotReadyError(
                f"The index was built with the encoder {built_with}; the settings name {model}.",
                hint="`reperio index` encodes it anew in place, or set REPERIO_MODEL back.",
            )
        shared: Mapping[str, Meaning] = self._cluster.meanings(path.name) if self._cluster and model else {}
        asked = built_with if model else NO_MODEL
        catalogue, variables = (shared.get(name) or Meaning(meaning_path(path, name), asked) for name in COLLECTIONS)
        index = Index(
            name=stamp,
            backend=self.words(path, read_only=True),
            catalogue=catalogue,
            variables=variables,
            analysis=EVERY_LANGUAGE,
            neighbours=Neighbours(meaning_path(path, "variables"), asked),
            words_only=not path.is_dir() and not shared,
            model="" if asked == NO_MODEL else asked,
            coming=manifest.coming,
            covered=_covered(catalogue, variables),
        )
        if index.words_only:
            log.warning("index.words_only", generation=path.name)
            return index
        if not (model and second and manifest.second == second):
            return index
        parts = (shared[FIELDS[0]], shared[FIELDS[1]]) if shared.keys() >= set(FIELDS) else None
        if parts is None and not path.is_dir():
            return index
        return msgspec.structs.replace(
            index,
            catalogue=Across(index.catalogue, meaning_path(path, ACROSS), parts),
            variables=FirstOnly(index.variables, index.catalogue.dimensions),
            second=second,
        )


def _covered(*meanings: Meaning) -> float:
    held = sum(meaning.held for meaning in meanings)
    return sum(meaning.encoded for meaning in meanings) / held if held else 1.0
