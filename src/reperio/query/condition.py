"""Whether there is all that answering takes: database, index, vectors, cluster. Cheap enough to be asked by probes."""

from __future__ import annotations

from collections.abc import Callable

from reperio.corpus.store import Corpus
from reperio.errors import BackendError, ConfigError, NotReadyError
from reperio.index.library import Library
from reperio.index.measures import Measures, cluster_state, measure
from reperio.query.discovery import Discovery
from reperio.query.view import Condition

UNREACHABLE = "It cannot be reached."
WORDS_ONLY = "Search goes by words only: the vectors of the index are not on this host."
UNFINISHED = "Vectors are still being made: search finds by words, and by meaning what has them."
NO_ENCODER = "Search goes by words only: the index has no vectors of the encoder that the settings name."
AWAY = "Search goes by words only: the vectors of the index do not answer now."
CLUSTER = {
    "red": "Part of the index cannot be reached.",
    "yellow": "Some copies of the index are missing; all of it is searched.",
    "unreachable": UNREACHABLE,
}


def condition(corpus: Corpus, library: Library, discovery: Callable[[], Discovery], *, encoder: bool) -> Condition:
    """Look at every part. The index is opened by `discovery`, as a question would; `encoder`: one is in force."""
    failed: dict[str, str] = {}
    seq = _last_change(corpus, failed)
    measures, opened = _index(library, discovery, failed)
    cluster, vectors = cluster_state(library)
    degraded = _less(measures, opened) if encoder else {}
    if vectors == "red" and opened is not None and opened.encoder is not None:
        degraded["meaning"] = AWAY
    if cluster in {"red", "unreachable"}:
        failed["cluster"] = CLUSTER[cluster]
    elif "yellow" in {cluster, vectors}:
        degraded["cluster"] = CLUSTER["yellow"]
    behind = max(0, seq - measures.seq) if measures and seq else 0
    return Condition(failed=failed, degraded=degraded, measures=measures, behind=behind, cluster=cluster)


def _last_change(corpus: Corpus, failed: dict[str, str]) -> int:
    try:
        return corpus.last_seq()
    except BackendError:
        failed["database"] = UNREACHABLE
        return 0


def _index(
    library: Library, discovery: Callable[[], Discovery], failed: dict[str, str]
) -> tuple[Measures | None, Discovery | None]:
    try:
        opened = discovery()
        return measure(library), opened
    except (NotReadyError, ConfigError) as error:
        failed["index"] = error.detail
    except BackendError:
        failed["index"] = UNREACHABLE
    return None, None


def _less(measures: Measures | None, opened: Discovery | None) -> dict[str, str]:
    if measures is None or opened is None:
        return {}
    if opened.index.has_failed:
        return {"meaning": AWAY}
    if opened.index.words_only:
        return {"meaning": WORDS_ONLY}
    if measures.unfinished:
        return {"meaning": f"{UNFINISHED}{_how_far(measures)}"}
    return {"meaning": NO_ENCODER} if opened.encoder is None else {}


def _how_far(measures: Measures) -> str:
    """What is known of how far the vectors are, as a sentence after others."""
    coming = measures.coming
    if coming is None:
        return ""
    left = f", {coming.seconds_left / 60:,.0f} minutes left" if coming.per_second else ""
    return f" {coming.model}: {coming.done:,} of {coming.total:,} texts ({coming.share:.0%}){left}."
