"""Building an index aside and bringing one up to date in place.

A generation is put into use as soon as it answers by words; meaning joins as its vectors are made. A small change is
applied to the generation in use: what it touches is written again, and its vectors are added as a segment.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypedDict, Unpack

import msgspec

from reperio.corpus.model import Change
from reperio.corpus.store import Corpus
from reperio.errors import NotReadyError
from reperio.index.across import Second
from reperio.index.change import write_changes
from reperio.index.encoder import Encoder
from reperio.index.enrich import Enriched, Mode, Plan, StandIn, enrich, is_wanted, needs_laying_out
from reperio.index.family import Family
from reperio.index.fill import Progress, Spool, fill, lay_out, quiet
from reperio.index.generation import Manifest, load_manifest, write_manifest
from reperio.index.library import COLLECTIONS, NO_MODEL, Library, meaning_path
from reperio.index.segment import Entry, Segment
from reperio.index.segments import segment_paths
from reperio.index.shelves import Shelves
from reperio.log import get_logger
from reperio.resource.model import CATALOGUE_KINDS

log = get_logger(__name__)

CHANGES_IN_PLACE = 20_000
"""Changes above which a new generation is quicker than changing the present one."""

PAGE = 5_000

SPOOL, UNUSED = "spool", "unused"
"""Where what is to be encoded waits, and where it goes of changes when all of it is to be laid out anew."""


class Means(TypedDict, total=False):
    """What else says how meaning is made, see `Plan`."""

    stand_in: StandIn | None
    mode: Mode
    seconds: float | None
    waits: Callable[[], bool]


class BuildReport(msgspec.Struct, frozen=True, kw_only=True):
    """What indexing did.

    Attributes:
        generation: name of the generation now in use.
        rebuilt: whether it was built anew, or brought up to date.
        documents: documents it holds, by collection.
        written: documents written now.
        encoded: texts encoded now, or found among those encoded before.
        left: texts that the encoder that is wanted has not encoded yet; 0 when meaning is complete.
        finished: whether all was done that was asked for; if not, something waited to be done first.
        searchable_seconds: until it answered by words.
        seconds: until it was left.
    """

    generation: str
    rebuilt: bool
    documents: dict[str, int]
    written: int
    encoded: int
    left: int = 0
    finished: bool = True
    searchable_seconds: float
    seconds: float


def build(
    corpus: Corpus,
    library: Library,
    encoder: Encoder | None,
    cache: Path,
    progress: Progress = quiet,
    second: Second | None = None,
    **means: Unpack[Means],
) -> BuildReport:
    """Build a new generation of the whole corpus aside and put it into use; `second` encodes across languages."""
    started = time.perf_counter()
    plan = Plan(encoder=encoder, cache=cache, second=second, progress=progress, **means)
    path = library.begin(encoder.name if encoder else NO_MODEL, corpus.last_seq())
    write_manifest(path, msgspec.structs.replace(load_manifest(path), model=NO_MODEL))
    backend, shelves = library.words(path), Shelves(path)
    try:
        spools = _spools(path)
        written = fill(corpus.walk(CATALOGUE_KINDS), corpus.walk(("variable",)), backend, spools, shelves, progress)
        documents = backend.stats().documents
        library.publish(path, documents, expected=written)
        searchable = time.perf_counter() - started
        log.info("index.searchable", generation=path.name, seconds=round(searchable, 1), **documents)
    finally:
        shelves.close()
        backend.close()
    done = enrich(library, path, plan)
    library.announce(path)
    return _report(path, done, started, searchable, written=sum(written.values()), rebuilt=True)


def update(
    corpus: Corpus,
    library: Library,
    encoder: Encoder | None,
    cache: Path,
    progress: Progress = quiet,
    second: Second | None = None,
    **means: Unpack[Means],
) -> BuildReport | None:
    """Bring the generation in use up to the corpus in place, vectors too; None when it must be built anew.

    That is when there is none, it is elsewhere than the settings say, very much changed, or has to be read by another
    second encoder.
    """
    started = time.perf_counter()
    path = _changeable(library, second)
    if path is None:
        return None
    plan = Plan(encoder=encoder, cache=cache, second=second, progress=progress, **means)
    manifest, seq = load_manifest(path), corpus.last_seq()
    changes = list(_changes(corpus, manifest.seq, CHANGES_IN_PLACE + 1)) if seq > manifest.seq else []
    if len(changes) > CHANGES_IN_PLACE:
        return None
    lacks = _is_of_earlier_version(path) or needs_laying_out(path, manifest.counts)
    gone: list[str] = []
    written = 0
    with ExitStack() as later:  # the engine may go on joining its segments: what was written is found before
        if changes:
            spools = _spools(path, UNUSED if lacks else SPOOL)
            written, documents = _write_changes(path, library, corpus, changes, spools, progress, later)
            if not manifest.second and second and is_wanted(second, _spooled(path), documents):
                return None  # the catalogue has come to be in several languages: all of it is to be encoded
            gone = [change.id for change in changes if change.deleted]
            write_manifest(path, msgspec.structs.replace(load_manifest(path), counts=documents))
        searchable = time.perf_counter() - started
        if lacks:
            _lay_out_again(corpus, path, plan)
        done = enrich(library, path, plan, gone) if not lacks or encoder else Enriched()
        manifest = msgspec.structs.replace(load_manifest(path), seq=seq)
        if manifest != load_manifest(path):
            write_manifest(path, manifest)
        library.announce(path)
        return _report(path, done, started, searchable, written=written, rebuilt=False)


def _report(
    path: Path, done: Enriched, started: float, searchable: float, *, written: int, rebuilt: bool
) -> BuildReport:
    """What building a generation, or bringing it up to date, came to."""
    return BuildReport(
        generation=path.name,
        rebuilt=rebuilt,
        documents=load_manifest(path).counts,
        written=written,
        encoded=done.encoded,
        left=done.left,
        finished=done.finished,
        searchable_seconds=searchable,
        seconds=time.perf_counter() - started,
    )


def _changeable(library: Library, second: Second | None) -> Path | None:
    """The generation in use, when it is where the settings want it and has, or may get, the second field that is wanted."""
    try:
        path = library.generations.current()
    except NotReadyError:
        return None
    fits = _is_same_second(load_manifest(path), second) and library.has_words(path) and Shelves.are_in(path)
    return path if fits else None


def _is_of_earlier_version(path: Path) -> bool:
    """Whether its segments do not hold their texts, so that they cannot be encoded again."""
    return not all(
        Segment(segment).is_complete for name in COLLECTIONS for segment in segment_paths(meaning_path(path, name))
    )


def _lay_out_again(corpus: Corpus, path: Path, plan: Plan) -> None:
    """Spool anew what is to be encoded of the whole corpus, for an index in which that is missing and is wanted."""
    shutil.rmtree(path / UNUSED, ignore_errors=True)
    if plan.encoder is None:
        return
    for name in COLLECTIONS:
        shutil.rmtree(meaning_path(path, name), ignore_errors=True)
    write_manifest(path, msgspec.structs.replace(load_manifest(path), model=NO_MODEL))
    lay_out(Family(corpus.walk(CATALOGUE_KINDS)), corpus.walk(("variable",)), _spools(path), plan.progress)


def _spooled(path: Path) -> Iterator[Entry]:
    return Spool.entries(path / "spool" / "catalogue.jsonl")


def _write_changes(
    path: Path,
    library: Library,
    corpus: Corpus,
    changes: list[Change],
    spools: dict[str, Spool],
    progress: Progress,
    later: ExitStack,
) -> tuple[int, dict[str, int]]:
    """Write what changes touch; gives the documents written, and those held by collection. Closes the words `later`."""
    backend = library.words(path)
    later.callback(backend.close)
    with closing(Shelves(path)) as shelves:
        written = write_changes(corpus, backend, shelves, spools, changes, progress)
        return written, backend.stats().documents


def _changes(corpus: Corpus, since: int, limit: int) -> Iterator[Change]:
    while limit > 0 and (page := corpus.changes(since, min(PAGE, limit))):
        yield from page
        since, limit = page[-1].seq, limit - len(page)


def _spools(path: Path, directory: str = SPOOL) -> dict[str, Spool]:
    return {name: Spool(path / directory / f"{name}.jsonl") for name in COLLECTIONS}


def _is_same_second(manifest: Manifest, second: Second | None) -> bool:
    """Whether the generation has the second field that is wanted, or may still get it."""
    if manifest.second:
        return second is not None and second.name == manifest.second
    return second is None or not second.is_forced
