"""Search by meaning in a cluster: what `Meaning` answers from files, asked of an index of vectors.

What is near is found by the engine's graph, or exactly where texts are few; it is narrowed before it is walked where
only some roots are wanted. How words and meaning are weighed is not its business: the lists are fused where those of
the files are, by the same function.

Where the vectors do not answer (their shards are gone, their memory is full, the plugin is missing), search goes on by
words; whether they answer again is tried by one question every quarter of a minute, so that the others need not wait.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from reperio.errors import BackendError, MeaningError
from reperio.index.encoder import Vectors
from reperio.index.meaning import OVERSAMPLE, SHARED_BY_MOST, Meaning, Near
from reperio.index.opensearch_address import Dialect
from reperio.index.opensearch_query import DSL
from reperio.index.opensearch_vectors import MOST_NEAR, VECTOR, cosine_of, near_query
from reperio.index.opensearch_wire import UnreachedError, Wire
from reperio.log import get_logger

log = get_logger(__name__)

TEXTS_OF_A_ROOT: Final = 20  # looked at for each root that is wanted, before one root's texts fill the list
IDS_AT_ONCE: Final = 500
MOST_TEXTS: Final = 20_000  # of a study, compared with those of others
TEXTS_OF_AN_ENTRY: Final = 100
PAUSE_SECONDS: Final = 15.0  # before it is tried whether vectors that did not answer do again
_WHAT_FOR: Final = ["root", "entries", "parents"]
_NO_FILES: Final = Path("no-files")

Answer = Mapping[str, Any]


class Lapse:
    """For how long something that failed is left alone; then one asker tries it, and the others go on without it."""

    def __init__(self) -> None:
        self._until: float | None = None
        self._lock = threading.Lock()

    @property
    def is_on(self) -> bool:
        """Whether it is left alone now."""
        until = self._until
        return until is not None and time.monotonic() < until

    @property
    def has_failed(self) -> bool:
        """Whether it failed when it was last tried."""
        return self._until is not None

    def may_ask(self) -> bool:
        """Whether to ask it. To the first who may after a pause the others leave it."""
        with self._lock:
            if self.is_on:
                return False
            if self._until is not None:
                self._until = time.monotonic() + PAUSE_SECONDS
            return True

    def begin(self) -> None:
        """It failed."""
        self._until = time.monotonic() + PAUSE_SECONDS

    def end(self) -> None:
        """It answered."""
        self._until = None


class ClusterMeaning(Meaning):
    """Nearest entries, from an index of vectors in a cluster.

    Args:
        wire: the cluster.
        dialect: whose query language it speaks.
        index: name of the index.
        dimensions: length of its vectors.
        texts: how many it has; they are all looked at where they are few, and the graph is walked where they are many.
    """

    def __init__(self, wire: Wire, dialect: Dialect, index: str, dimensions: int, texts: int = MOST_NEAR + 1) -> None:
        super().__init__(_NO_FILES)
        self._wire = wire
        self._dialect: Dialect = dialect
        self._index = index
        self._dimensions = dimensions
        self._few: DSL | None = {"match_all": {}} if texts <= MOST_NEAR else None
        self._lapse = Lapse()

    @property
    def dimensions(self) -> int:
        """Length of the vectors."""
        return self._dimensions

    @property
    def is_away(self) -> bool:
        """As `Meaning.is_away`."""
        return self._lapse.is_on

    @property
    def has_failed(self) -> bool:
        """As `Meaning.has_failed`."""
        return self._lapse.has_failed

    def nearest(self, vector: Vectors, limit: int, *, floor: float = -1.0) -> list[Near]:
        """As `Meaning.nearest`."""
        if limit <= 0 or not vector.any():
            return []
        found: dict[str, Near] = {}
        for near in _entries(self._asked([self._near(vector, limit * OVERSAMPLE)])[0], floor):
            if len(found) >= limit and near.cosine < next(reversed(found.values())).cosine:
                break
            found.setdefault(near.id, near)
        return sorted(found.values(), key=lambda near: (-near.cosine, near.id))[:limit]

    def nearest_roots(self, vector: Vectors, limit: int, *, floor: float = -1.0) -> list[Near]:
        """As `Meaning.nearest_roots`."""
        if limit <= 0 or not vector.any():
            return []
        for number in (limit * TEXTS_OF_A_ROOT, MOST_NEAR):
            body = self._near(vector, number) | {"size": limit, "collapse": {"field": "root"}}
            answer = self._asked([body])[0]
            best = [next(_entries_of(hit)) for hit in answer["hits"]["hits"]]
            if len(best) >= limit or answer["hits"]["total"]["value"] < number:
                break
        best = [near for near in best if near.cosine >= floor]
        return sorted(best, key=lambda near: (-near.cosine, near.root))

    def nearest_within(
        self, vector: Vectors, roots: Sequence[str], each: int, *, floor: float = -1.0, texts: int = 4000
    ) -> dict[str, list[Near]]:
        """As `Meaning.nearest_within`, of all texts below these roots, each root narrowed to before it is searched."""
        if not roots or each <= 0 or not vector.any():
            return {}
        answers = self._asked([self._near(vector, min(each, texts), {"term": {"root": root}}) for root in roots])
        found = {
            root: sorted(_entries(answer, floor), key=lambda near: (-near.cosine, near.id))[:each]
            for root, answer in zip(roots, answers, strict=True)
        }
        return {root: nears for root, nears in found.items() if nears}

    def cosines(self, ids: Sequence[str], vector: Vectors) -> dict[str, float]:
        """As `Meaning.cosines`."""
        found: dict[str, float] = {}
        if not vector.any():
            return found
        wanted = set(ids)
        pieces = [list(ids[start : start + IDS_AT_ONCE]) for start in range(0, len(ids), IDS_AT_ONCE)]
        bodies = [self._near(vector, MOST_NEAR, {"terms": {"entries": piece}}) for piece in pieces]
        for answer in self._asked(bodies):
            for near in _entries(answer):
                if near.id in wanted:
                    found[near.id] = max(near.cosine, found.get(near.id, -1.0))
        return found

    def vector(self, identity: str) -> Vectors | None:
        """As `Meaning.vector`."""
        body = {"query": {"term": {"entries": identity}}, "size": TEXTS_OF_AN_ENTRY, "_source": [VECTOR]}
        rows = [hit["_source"][VECTOR] for hit in self._asked([body])[0]["hits"]["hits"]]
        if not rows:
            return None
        mean = np.asarray(rows, np.float32).mean(0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)

    def sharing(self, root: str, limit: int) -> list[tuple[str, int]]:
        """As `Meaning.sharing`, by at most so many texts of the root."""
        own = self._counted({"term": {"root": root}}, "text", MOST_TEXTS)
        if not own:
            return []
        held = self._counted({"terms": {"text": list(own)}}, "text", MOST_TEXTS)
        telling = [text for text, count in held.items() if count <= SHARED_BY_MOST]
        others = self._counted({"terms": {"text": telling}}, "root", limit + 1) if telling else {}
        others.pop(root, None)
        return sorted(others.items(), key=lambda one: (-one[1], one[0]))[:limit]

    # -- requests --------------------------------------------------------------------------------------------------

    def _near(self, vector: Vectors, number: int, narrowed: DSL | None = None) -> DSL:
        number = min(number, MOST_NEAR)
        return {
            "query": near_query(self._dialect, vector, number, narrowed or self._few),
            "size": number,
            "sort": [{"_score": "desc"}, {"text": "asc"}],
            "_source": _WHAT_FOR,
        }

    def _counted(self, query: DSL, field: str, size: int) -> dict[str, int]:
        terms = {"field": field, "size": size, "shard_size": size * 2}
        answer = self._asked([{"query": query, "size": 0, "aggs": {"found": {"terms": terms}}}])[0]
        return {bucket["key"]: int(bucket["doc_count"]) for bucket in answer["aggregations"]["found"]["buckets"]}

    def _asked(self, bodies: Sequence[DSL]) -> list[Answer]:
        """Ask several things at once, of every shard, and of the same copies when the same is asked.

        Raises:
            MeaningError: the vectors do not answer, or did not lately; the cluster may.
            BackendError: the cluster cannot be reached.
        """
        if not self._lapse.may_ask():
            raise MeaningError("Search by meaning did not answer a moment ago.")
        told = hashlib.blake2b(msgspec.json.encode(bodies), digest_size=8).hexdigest()
        try:
            answers = self._wire.search_each(self._index, bodies, preference=told)
        except UnreachedError:
            raise
        except BackendError as error:
            self._lapse.begin()
            log.warning("cluster.meaning_away", index=self._index, reason=error.detail)
            raise MeaningError(f"Search by meaning does not answer: {error.detail}", hint=error.hint) from error
        self._lapse.end()
        return answers


def _entries(answer: Answer, floor: float = -1.0) -> list[Near]:
    found = [near for hit in answer["hits"]["hits"] for near in _entries_of(hit)]
    return [near for near in found if near.cosine >= floor]


def _entries_of(hit: Mapping[str, Any]) -> Iterator[Near]:
    told, score = hit["_source"], hit["_score"] if hit["_score"] is not None else hit["sort"][0]
    for entry, parent in zip(told["entries"], told["parents"], strict=True):
        yield Near(entry, cosine_of(float(score)), told["root"], parent)
