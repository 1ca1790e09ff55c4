"""What an index generation holds and how old it is, told without opening it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from reperio.errors import BackendError
from reperio.index.generation import MANIFEST, Coming
from reperio.index.library import Library, meaning_path

COLLECTIONS = ("catalogue", "variables")


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """The generation in use, in figures.

    Attributes:
        generation: its name.
        schema: version of the schema it was built by.
        model: encoder it was built with, `none` without.
        second: encoder of its second field of vectors, empty without one.
        seq: change number of the corpus up to which it is complete.
        changed: when it was last built or brought up to date (seconds since 1970); 0 when another host knows.
        documents: documents by collection.
        vectors: documents with vectors by collection, at most those there are.
        unfinished: its vectors are still being made, or a build was killed before they were.
        coming: how far the encoder is whose vectors are being made; None when none is.
    """

    generation: str
    schema: int
    model: str
    second: str = ""
    seq: int = 0
    changed: float = 0.0
    documents: dict[str, int] = {}
    vectors: dict[str, int] = {}
    unfinished: bool = False
    coming: Coming | None = None


def measure(library: Library) -> Measures:
    """Measure the generation in use: some small files are looked at, and the cluster is asked where that knows it.

    Raises:
        NotReadyError: there is none of this schema.
        BackendError: the cluster does not answer.
    """
    path, manifest = library.current()
    here = path.is_dir()
    documents = dict(manifest.counts)
    return Measures(
        generation=path.name,
        schema=manifest.schema,
        model=manifest.model,
        second=manifest.second,
        seq=manifest.seq,
        changed=(path / MANIFEST).stat().st_mtime if here else 0.0,
        documents=documents,
        vectors={name: min(documents.get(name, 0), _vectors(meaning_path(path, name))) for name in COLLECTIONS},
        unfinished=(path / "spool").is_dir() or manifest.coming is not None,
        coming=manifest.coming,
    )


def _vectors(directory: Path) -> int:
    """Entries of all segments; replaced ones are among them."""
    offsets = (path / "ids.offsets.npy" for path in directory.glob("segment-*"))
    return sum(len(np.load(path, mmap_mode="r")) - 1 for path in offsets if path.is_file())


def cluster_state(library: Library) -> tuple[str, str]:
    """States of the words and of the vectors of the generation in use in its cluster.

    They are `green`, `yellow`, `red` or `unreachable`; empty without a cluster, or where it keeps no vectors.
    """
    if library.cluster is None:
        return "", ""
    try:
        path, _ = library.current()
        return library.cluster.health(path.name)
    except BackendError:
        return "unreachable", ""
