"""Giving a generation its meaning, while it answers by words already.

What is to be encoded is laid out first, without vectors, and kept. Then vectors are made: where there is much to do and
the settings allow it, those of a static encoder first (minutes), which stand in until those of the encoder that is
wanted are complete (hours). The manifest names the encoder whose vectors are asked; it changes in one step when those of
another are complete, so that no query ever meets vectors of two. Only where there were none before, what is there of the
first is asked while it grows.

All of it can be left at any moment, killed too, and goes on where it was: texts are encoded in the order in which they
are laid out, and the size of a file tells how many are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from reperio.index.across import FIELDS, Second, beginnings, field_of
from reperio.index.alike import extend, lacks_neighbours
from reperio.index.encoder import Encoder
from reperio.index.fill import Progress, Spool, quiet
from reperio.index.generation import Coming, load_manifest, write_manifest
from reperio.index.growing import Pace, VectorsOf, add_segment, grow, grow_segment, keeping, lacking
from reperio.index.library import ACROSS, COLLECTIONS, NO_MODEL, Library, meaning_path
from reperio.index.segment import Entry
from reperio.index.segments import add_entries, entries_below, join, segment_paths, settle, to_be_joined
from reperio.index.vectors import TextVectors
from reperio.index.wordings import Wordings
from reperio.log import get_logger

log = get_logger(__name__)

STAND_IN_FROM = 20_000
"""Texts without a vector from which the static encoder goes first: two minutes of the default encoder."""

GONE = "gone.txt"
WHOLE = 0.95
"""Share of the catalogue that is spooled when all of it is: a record without a word has nothing to encode."""

Mode = Literal["full", "static", "none"]


class StandIn(Protocol):
    """An encoder that is quick and may stand in for the one that is wanted.

    Attributes:
        name: name of the encoder, known before it is loaded.
    """

    name: str

    def encoder(self) -> Encoder:
        """The encoder, loaded when first asked for."""
        ...


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How meaning is to be made.

    Attributes:
        encoder: the encoder that is wanted; None for words only.
        cache: where vectors of texts are kept.
        second: the encoder across languages.
        stand_in: may stand in for the first.
        mode: `full`; `static` to be content with the stand-in; `none` to lay out only what is to be encoded.
        seconds: how long to go on; None until it is done.
        waits: whether something waits to be done first, so that making vectors is left off for a while.
        progress: told of the work done.
    """

    encoder: Encoder | None
    cache: Path
    second: Second | None = None
    stand_in: StandIn | None = None
    mode: Mode = "full"
    seconds: float | None = None
    waits: Callable[[], bool] = lambda: False
    progress: Progress = quiet


class Enriched(msgspec.Struct, frozen=True):
    """What was done.

    Attributes:
        encoded: texts encoded.
        left: texts that the encoder that is wanted has not encoded yet.
        finished: whether all was done that the plan asks for.
    """

    encoded: int = 0
    left: int = 0
    finished: bool = True


def enrich(library: Library, path: Path, plan: Plan, gone: Sequence[str] = ()) -> Enriched:
    """Lay out what was spooled, without ids that are gone, and make the vectors that are missing, as far as time goes."""
    if _lay_out(path, gone, keep=library.keeps_vectors):
        write_manifest(path, load_manifest(path))
    if plan.encoder is None:
        return Enriched()
    work = _Work(path, plan)
    finished = plan.mode == "none" or _made(library, path, plan, work)
    left = _left(path, plan.encoder)
    if finished and plan.mode == "full":
        shutil.rmtree(path / "spool", ignore_errors=True)
    return Enriched(work.pace.done, left, finished)


def _made(library: Library, path: Path, plan: Plan, work: _Work) -> bool:
    """Make vectors in their order; gives whether all is done that belongs to the encoder that is wanted."""
    assert plan.encoder is not None  # noqa: S101 - asked with one
    by_stand_in = work.wants_stand_in and not library.keeps_vectors
    if by_stand_in and not work.by_stand_in():
        return False
    if plan.mode == "static":
        return True
    if not work.by_encoder(plan.encoder):
        return False
    gone = _gone(path)
    if library.keeps_vectors:
        _share(library, path, gone, TextVectors(plan.cache / plan.encoder.name, plan.encoder.dimensions))
    _encode_across(library, path, plan, gone)
    return _find_neighbours(path, plan.encoder, plan, work.pace)


def needs_laying_out(path: Path, counts: dict[str, int]) -> bool:
    """Whether a generation lacks what is to be encoded: an earlier version left it out without an encoder."""
    return any(
        counts.get(name, 0)
        and not segment_paths(meaning_path(path, name))
        and not (path / "spool" / f"{name}.jsonl").exists()
        for name in COLLECTIONS
    )


def _left(path: Path, encoder: Encoder | None) -> int:
    return sum(lacking(meaning_path(path, name), encoder.name)[0] for name in COLLECTIONS) if encoder else 0


def _lay_out(path: Path, gone: Sequence[str], *, keep: bool) -> bool:
    """Write segments of what was spooled, without vectors; gives whether there was anything."""
    if gone:
        (path / "spool").mkdir(exist_ok=True)
        with (path / "spool" / GONE).open("a", encoding="utf-8") as file:
            file.write("".join(f"{identity}\n" for identity in gone))
    spools = {name: path / "spool" / f"{name}.jsonl" for name in COLLECTIONS}
    laid_out = any(spool.exists() for spool in spools.values())
    for name, spool in spools.items():
        if not spool.exists() and not gone:
            continue
        add_entries(meaning_path(path, name), Spool.entries(spool), gone)
        if not spool.exists():
            continue
        if keep or name == "catalogue":  # the second encoder or a cluster wants them too
            _append(spool, spool.with_suffix(".encoded"))
        spool.unlink()
    return bool(gone) or laid_out


def _gone(path: Path) -> list[str]:
    """Ids that went since meaning was last complete."""
    noted = path / "spool" / GONE
    return noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []


def _append(spool: Path, kept: Path) -> None:
    with spool.open("rb") as source, kept.open("ab") as target:
        shutil.copyfileobj(source, target)


class _Work:
    """The making of one generation's vectors.

    Args:
        path: the generation.
        plan: how.
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        self._path = path
        self._plan = plan
        self._model = ""
        self._lacked = self._total = 0
        self._before = 0
        self.pace = Pace(self._announce, plan.seconds, lambda count: plan.progress("texts", count), plan.waits)

    @property
    def wants_stand_in(self) -> bool:
        """Whether the stand-in is to be used: it is in force, or nothing is and there is much to do."""
        stand_in, encoder = self._plan.stand_in, self._plan.encoder
        if stand_in is None or encoder is None:
            return False
        in_force = load_manifest(self._path).model
        if in_force == stand_in.name or self._plan.mode == "static":
            return in_force != encoder.name
        return in_force == NO_MODEL and _left(self._path, encoder) >= STAND_IN_FROM

    def by_stand_in(self) -> bool:
        """Make the vectors of the stand-in; gives whether all are there."""
        assert self._plan.stand_in is not None  # noqa: S101 - `wants_stand_in` says so
        encoder = self._plan.stand_in.encoder()
        return self._grown(encoder, lambda: encoder.encode)

    def by_encoder(self, encoder: Encoder) -> bool:
        """Make the vectors of the encoder that is wanted; gives whether all are there."""
        where = self._plan.cache / encoder.name
        return self._grown(encoder, lambda: keeping(encoder, TextVectors(where, encoder.dimensions)))

    def _grown(self, encoder: Encoder, source: Callable[[], VectorsOf]) -> bool:
        self._model, self._before = encoder.name, self.pace.done
        told = [lacking(meaning_path(self._path, name), encoder.name) for name in COLLECTIONS]
        self._lacked, self._total = sum(lacks for lacks, _ in told), sum(total for _, total in told)
        manifest = load_manifest(self._path)
        if manifest.model == NO_MODEL:
            write_manifest(self._path, msgspec.structs.replace(manifest, model=encoder.name))
        vectors_of = source() if self._lacked or self._is_to_be_joined() else encoder.encode
        if not all(grow(meaning_path(self._path, name), encoder, vectors_of, self.pace) for name in COLLECTIONS):
            self.pace.announce()
            return False
        if self._lacked or load_manifest(self._path).model != encoder.name:
            _take_over(self._path, encoder.name)
        self._join(encoder, vectors_of)
        return True

    def _is_to_be_joined(self) -> bool:
        return any(to_be_joined(meaning_path(self._path, name)) for name in COLLECTIONS)

    def _announce(self, done: int, seconds: float) -> None:
        made = done - self._before
        coming = Coming(self._model, self._total - self._lacked + made, self._total, round(done / max(seconds, 0.1), 1))
        write_manifest(self._path, msgspec.structs.replace(load_manifest(self._path), coming=coming))
        log.info(
            "meaning.growing", model=coming.model, done=coming.done, total=coming.total, per_second=coming.per_second,
            minutes_left=round(coming.seconds_left / 60, 1),
        )  # fmt: skip

    def _join(self, encoder: Encoder, vectors_of: VectorsOf) -> None:
        """Join segments where there are many; their vectors are known."""
        for name in COLLECTIONS:
            directory = meaning_path(self._path, name)
            if paths := to_be_joined(directory):
                aside = join(directory, paths)
                grow_segment(aside, encoder, vectors_of, Pace())
                settle(aside)
                log.info("meaning.joined", segments=len(paths))
                write_manifest(self._path, load_manifest(self._path))


def _take_over(path: Path, model: str) -> None:
    """Ask by the vectors of an encoder from now on, since all are there; those of others are removed."""
    manifest = load_manifest(path)
    write_manifest(path, msgspec.structs.replace(manifest, model=model, coming=None))
    if manifest.model == model and manifest.coming is None:
        return
    log.info("meaning.complete", model=model)
    for name in COLLECTIONS:
        for segment in segment_paths(meaning_path(path, name)):
            for made in segment.glob("*/vectors.f16"):
                if made.parent.name != model:
                    shutil.rmtree(made.parent, ignore_errors=True)


def _share(library: Library, path: Path, gone: Sequence[str], store: TextVectors) -> None:
    """Put the vectors of what was spooled where a cluster keeps them."""
    for name in COLLECTIONS:
        roots = {entry.root for entry in Spool.entries(path / "spool" / f"{name}.encoded")}
        if roots or gone:  # a cluster replaces whole roots
            library.share(path, name, entries_below(meaning_path(path, name), roots), gone, store)


def _latest(spool: Path) -> list[Entry]:
    """Entries of a spool, of those written several times the last."""
    return list({entry.id: entry for entry in Spool.entries(spool)}.values())


def _find_neighbours(path: Path, encoder: Encoder, plan: Plan, pace: Pace) -> bool:
    """Work out which questions are alike, where that was not done; gives whether it is done for all."""
    if not lacks_neighbours(meaning_path(path, "variables")):
        return True
    store = TextVectors(plan.cache / encoder.name, encoder.dimensions)
    second = plan.second.encoder if plan.second is not None and load_manifest(path).second else None
    found = extend(meaning_path(path, "variables"), Wordings(encoder, plan.cache, store), second, pace)
    write_manifest(path, load_manifest(path))
    return found


def _encode_across(library: Library, path: Path, plan: Plan, gone: Sequence[str]) -> None:
    """Make the second field of vectors, when the catalogue is in several languages."""
    manifest, second = load_manifest(path), plan.second
    spool = path / "spool" / "catalogue.encoded"
    if second is None or not (manifest.second or _is_whole(spool, manifest.counts)):
        return
    if not manifest.second and not is_wanted(second, _latest(spool), manifest.counts):
        return
    if not spool.exists() and not gone:
        return
    encoder = second.encoder()
    store = TextVectors(plan.cache / encoder.name, encoder.dimensions)
    entries = _latest(spool)
    store.ensure((entry.texts[0] for entry in entries), encoder, lambda count: plan.progress("texts", count))
    for name in FIELDS:
        elsewhere = [entry.id for entry in entries if field_of(entry) != name]
        removed = [*gone, *(elsewhere if manifest.second else ())]
        directory = meaning_path(path, ACROSS) / name
        add_segment(directory, beginnings(entries, name), removed, store)
        if library.keeps_vectors:
            roots = {entry.root for entry in entries}
            library.share(path, name, entries_below(directory, roots), removed, store)
        if paths := to_be_joined(directory):
            aside = join(directory, paths)
            grow_segment(aside, encoder, keeping(encoder, store), Pace())
            settle(aside)
    write_manifest(path, msgspec.structs.replace(manifest, second=encoder.name))


def is_wanted(second: Second, entries: Iterable[Entry], documents: dict[str, int]) -> bool:
    """Whether a catalogue of these documents is to be encoded by the second encoder."""
    foreign = sum(field_of(entry) == "foreign" for entry in entries)
    return second.is_wanted(foreign, documents.get("catalogue", 0))


def _is_whole(spool: Path, documents: dict[str, int]) -> bool:
    """Whether a spool holds the whole catalogue: what an update left half done does not."""
    return len(_latest(spool)) >= WHOLE * documents.get("catalogue", 0)
