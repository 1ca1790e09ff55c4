"""Building an index aside and bringing one up to date in place.

A generation is put into use as soon as it answers by words; meaning joins as its vectors are made. A small change is
applied to the generation in use: what it touches is written again, and its vectors are added as a segment.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from reperio.corpus.model import Change
from reperio.corpus.store import Corpus
from reperio.errors import NotReadyError
from reperio.index.across import FIELDS, Second, beginnings, field_of
from reperio.index.backend import Collection
from reperio.index.change import write_changes
from reperio.index.encoder import Encoder
from reperio.index.fill import Progress, Spool, fill, quiet
from reperio.index.generation import Manifest, load_manifest, write_manifest
from reperio.index.library import ACROSS, NO_MODEL, Library, meaning_path
from reperio.index.meaning import add_segment, count_segments
from reperio.index.neighbours import extend
from reperio.index.shelves import Shelves
from reperio.index.vectors import TextVectors
from reperio.index.wordings import Wordings
from reperio.log import get_logger
from reperio.resource.model import CATALOGUE_KINDS

log = get_logger(__name__)

COLLECTIONS: tuple[Collection, ...] = ("catalogue", "variables")
CHANGES_IN_PLACE = 20_000
"""Changes above which a new generation is quicker than changing the present one."""

PAGE = 5_000

MOST_SEGMENTS = 64
"""Segments of vectors, one a change, from which a new generation joins them: searching asks each of them."""

WHOLE = 0.95
"""Share of the catalogue that is spooled when all of it is: a record without a word has nothing to encode."""


class BuildReport(msgspec.Struct, frozen=True, kw_only=True):
    """What indexing did.

    Attributes:
        generation: name of the generation now in use.
        rebuilt: whether it was built anew, or brought up to date.
        documents: documents it holds, by collection.
        written: documents written now.
        encoded: texts encoded now; others were known.
        searchable_seconds: until it answered by words.
        seconds: until meaning was complete.
    """

    generation: str
    rebuilt: bool
    documents: dict[str, int]
    written: int
    encoded: int
    searchable_seconds: float
    seconds: float


def build(
    corpus: Corpus,
    library: Library,
    encoder: Encoder | None,
    cache: Path,
    progress: Progress = quiet,
    second: Second | None = None,
) -> BuildReport:
    """Build a new generation of the whole corpus aside and put it into use; `second` encodes across languages."""
    started = time.perf_counter()
    path = library.begin(encoder.name if encoder else NO_MODEL, corpus.last_seq())
    backend, shelves = library.words(path), Shelves(path)
    try:
        spools = _spools(path)
        written = fill(corpus.walk(CATALOGUE_KINDS), corpus.walk(("variable",)), backend, spools, shelves, progress)
        documents = backend.stats().documents
    finally:
        shelves.close()
        backend.close()
    library.publish(path, documents, expected=written)
    searchable = time.perf_counter() - started
    log.info("index.searchable", generation=path.name, seconds=round(searchable, 1), **documents)
    encoded = _encode(library, path, encoder, cache, [], progress, second)
    library.announce(path)
    return BuildReport(
        generation=path.name,
        rebuilt=True,
        documents=documents,
        written=sum(written.values()),
        encoded=encoded,
        searchable_seconds=searchable,
        seconds=time.perf_counter() - started,
    )


def update(
    corpus: Corpus,
    library: Library,
    encoder: Encoder | None,
    cache: Path,
    progress: Progress = quiet,
    second: Second | None = None,
) -> BuildReport | None:
    """Bring the generation in use up to the corpus in place; None when it must be built anew.

    That is when there is none, it is another than the settings want, or very much or very often changed. Vectors that a
    killed build had not made yet are made first.
    """
    started = time.perf_counter()
    try:
        path = library.generations.current()
    except NotReadyError:
        return None
    if not _can_be_changed(path, library, encoder, second):
        return None
    manifest, seq = load_manifest(path), corpus.last_seq()
    changes = list(_changes(corpus, manifest.seq, CHANGES_IN_PLACE + 1)) if seq > manifest.seq else []
    if len(changes) > CHANGES_IN_PLACE:
        return None
    encoded = _finish_encoding(library, path, encoder, cache, progress, second)
    written = 0
    if changes:
        written, documents = _write_changes(path, library, corpus, changes, progress)
        if not manifest.second and second and _is_wanted(second, path / "spool" / "catalogue.jsonl", documents):
            return None  # the catalogue has come to be in several languages: all of it is to be encoded
        gone = [change.id for change in changes if change.deleted]
        encoded += _encode(library, path, encoder, cache, gone, progress, second)
        manifest = msgspec.structs.replace(load_manifest(path), seq=seq, counts=documents)
        write_manifest(path, manifest)
    library.announce(path)
    seconds = time.perf_counter() - started
    return BuildReport(
        generation=path.name,
        rebuilt=False,
        documents=manifest.counts,
        written=written,
        encoded=encoded,
        searchable_seconds=seconds,
        seconds=seconds,
    )


def _can_be_changed(path: Path, library: Library, encoder: Encoder | None, second: Second | None) -> bool:
    """Whether a generation is what the settings want, where they want it, and has not been changed too often."""
    manifest = load_manifest(path)
    if manifest.model != (encoder.name if encoder else NO_MODEL) or not _is_same_second(manifest, second):
        return False
    often = any(count_segments(meaning_path(path, name)) >= MOST_SEGMENTS for name in COLLECTIONS)
    return not often and library.has_words(path) and Shelves.are_in(path)


def _write_changes(
    path: Path, library: Library, corpus: Corpus, changes: list[Change], progress: Progress
) -> tuple[int, dict[str, int]]:
    """Write what changes touch; gives the documents written, and those held by collection."""
    backend, shelves = library.words(path), Shelves(path)
    try:
        written = write_changes(corpus, backend, shelves, _spools(path), changes, progress)
        return written, backend.stats().documents
    finally:
        shelves.close()
        backend.close()


def _changes(corpus: Corpus, since: int, limit: int) -> Iterator[Change]:
    while limit > 0 and (page := corpus.changes(since, min(PAGE, limit))):
        yield from page
        since, limit = page[-1].seq, limit - len(page)


def _spools(path: Path) -> dict[str, Spool]:
    return {name: Spool(path / "spool" / f"{name}.jsonl") for name in COLLECTIONS}


def _is_same_second(manifest: Manifest, second: Second | None) -> bool:
    """Whether the generation has the second field that is wanted, or may still get it."""
    if manifest.second:
        return second is not None and second.name == manifest.second
    return second is None or not second.is_forced


def _finish_encoding(
    library: Library, path: Path, encoder: Encoder | None, cache: Path, progress: Progress, second: Second | None
) -> int:
    """Encode what a build that was killed had put into use but not encoded yet; gives the texts encoded."""
    return _encode(library, path, encoder, cache, [], progress, second) if (path / "spool").is_dir() else 0


def _encode(
    library: Library,
    path: Path,
    encoder: Encoder | None,
    cache: Path,
    gone: list[str],
    progress: Progress,
    second: Second | None,
) -> int:
    """Make the vectors of what was spooled and add them to the generation; gives the texts encoded."""
    encoded = 0
    if encoder is not None:
        store = TextVectors(cache / encoder.name, encoder.dimensions)
        for name in COLLECTIONS:
            spool = path / "spool" / f"{name}.jsonl"
            if not spool.exists() and not gone:
                continue
            encoded += store.ensure(Spool.texts(spool), encoder, lambda count: progress("texts", count))
            add_segment(meaning_path(path, name), Spool.entries(spool), gone, store)
            library.share(path, name, Spool.entries(spool), gone, store)
            write_manifest(path, load_manifest(path))
            if spool.exists():  # done with, but for the second encoder
                spool.replace(spool.with_suffix(".encoded"))
        encoded += _encode_across(library, path, second, cache, gone, progress)
        _find_neighbours(path, encoder, cache, second, progress)
    shutil.rmtree(path / "spool", ignore_errors=True)
    return encoded


def _find_neighbours(path: Path, encoder: Encoder, cache: Path, second: Second | None, progress: Progress) -> None:
    """Work out which questions are alike, of the variables that were just encoded."""
    spool = path / "spool" / "variables.encoded"
    if not spool.exists():
        return
    store = TextVectors(cache / encoder.name, encoder.dimensions)
    extend(
        meaning_path(path, "variables"),
        lambda: Spool.texts(spool),
        store,
        Wordings(encoder, cache, store),
        second.encoder if second is not None and load_manifest(path).second else None,
        lambda count: progress("questions", count),
    )
    write_manifest(path, load_manifest(path))


def _encode_across(
    library: Library, path: Path, second: Second | None, cache: Path, gone: list[str], progress: Progress
) -> int:
    """Make the second field of vectors, when the catalogue is in several languages; gives the texts encoded."""
    manifest = load_manifest(path)
    spool = path / "spool" / "catalogue.encoded"
    if second is None or not (manifest.second or _is_whole(spool, manifest.counts)):
        return 0
    if not manifest.second and not _is_wanted(second, spool, manifest.counts):
        return 0
    encoder = second.encoder()
    store = TextVectors(cache / encoder.name, encoder.dimensions)
    texts = (entry.texts[0] for entry in Spool.entries(spool))
    encoded = store.ensure(texts, encoder, lambda count: progress("texts", count))
    for name in FIELDS:
        elsewhere = [entry.id for entry in Spool.entries(spool) if field_of(entry) != name]
        removed = [*gone, *(elsewhere if manifest.second else ())]
        add_segment(meaning_path(path, ACROSS) / name, beginnings(Spool.entries(spool), name), removed, store)
        library.share(path, name, beginnings(Spool.entries(spool), name), removed, store)
    write_manifest(path, msgspec.structs.replace(manifest, second=encoder.name))
    return encoded


def _is_wanted(second: Second, spool: Path, documents: dict[str, int]) -> bool:
    foreign = sum(field_of(entry) == "foreign" for entry in Spool.entries(spool))
    return second.is_wanted(foreign, documents.get("catalogue", 0))


def _is_whole(spool: Path, documents: dict[str, int]) -> bool:
    """Whether a spool holds the whole catalogue: what an update left half done does not."""
    return sum(1 for _ in Spool.entries(spool)) >= WHOLE * documents.get("catalogue", 0)
