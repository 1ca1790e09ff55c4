"""How vectors lie in a cluster: one document for each text that stands below a root, with what it stands for.

A text that many studies share has its vector once for each of them. That costs room, and lets a study be replaced by
itself, be asked by itself, and lie on any shard. OpenSearch needs its k-NN plugin, which its usual distributions have;
Elasticsearch needs nothing. The Lucene engine is asked for, since it narrows before it looks for what is near.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from reperio.errors import BackendError
from reperio.index.encoder import Vectors
from reperio.index.meaning import Entry
from reperio.index.opensearch_address import Address, Dialect
from reperio.index.opensearch_query import DSL
from reperio.index.opensearch_wire import Action, PassingError, Wire
from reperio.index.vectors import TextVectors, text_key
from reperio.log import get_logger

log = get_logger(__name__)

VECTOR: Final = "vector"
LINKS: Final = 16  # of a text to near ones, in the graph that is walked
CARE: Final = 100  # candidates looked at for each link while the graph is made
MOST_NEAR: Final = 10_000  # engines give no more
MOST_ENTRIES: Final = 1_000  # in one document
MOST_HELD: Final = 20_000  # entries of a root in memory while it is written
DIGITS: Final = 5  # of a component: vectors are kept in 16 bits before they are sent
_encoder = msgspec.json.Encoder()


def has_vectors(wire: Wire, address: Address) -> bool:
    """Whether a cluster can keep vectors and is to; one that does not let us see its plugins is taken to have none.

    Raises:
        BackendError: it does not answer now.
    """
    if address.vectors == "files":
        return False
    if address.dialect == "elasticsearch":
        return True
    try:
        plugins = wire.ask("GET", "/_cat/plugins", format="json")
    except PassingError:
        raise
    except BackendError as error:
        log.warning("cluster.plugins_unknown", reason=error.detail)
        return False
    return any("knn" in str(plugin.get("component")).lower() for plugin in plugins)


def vectors_mapping(dialect: Dialect, dimensions: int, meta: dict[str, Any]) -> dict[str, Any]:
    """Give the mapping of an index of vectors."""
    told_only = {"type": "keyword", "index": False, "doc_values": False}
    keyword = {"type": "keyword"}
    fields: dict[str, Any] = {"text": keyword, "root": keyword, "entries": keyword}
    fields |= {"parents": told_only, "stamp": {"type": "long"}, VECTOR: _field(dialect, dimensions)}
    return {"dynamic": "strict", "_meta": meta, "properties": fields}


def _field(dialect: Dialect, dimensions: int) -> dict[str, Any]:
    graph = {"m": LINKS, "ef_construction": CARE}
    if dialect == "elasticsearch":
        options = {"type": "hnsw", **graph}
        return {
            "type": "dense_vector", "dims": dimensions, "index": True, "similarity": "cosine", "index_options": options,
        }  # fmt: skip
    method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil", "parameters": graph}
    return {"type": "knn_vector", "dimension": dimensions, "method": method}


def vectors_settings(address: Address, shards: int) -> dict[str, Any]:
    """Give the settings of an index of vectors; nothing becomes visible by itself."""
    copies: dict[str, Any] = (
        {"auto_expand_replicas": "0-1"} if address.replicas is None else {"number_of_replicas": address.replicas}
    )
    told = {"number_of_shards": shards, **copies, "refresh_interval": "-1", "max_result_window": MOST_NEAR}
    return {"index": told | ({"knn": True} if address.dialect == "opensearch" else {})}


def near_query(dialect: Dialect, vector: Vectors, number: int, narrowed: DSL | None = None) -> DSL:
    """Ask for the nearest texts of each shard, among those that a filter leaves.

    Both engines give (1 + cosine) / 2 as the score, and compare with every text that a filter leaves, exactly, where
    these are no more than are asked for. So what is narrowed asks for all there may be.
    """
    number = MOST_NEAR if narrowed else min(number, MOST_NEAR)
    told: DSL = {"k": number} | ({"filter": narrowed} if narrowed else {})
    components = _components(vector)
    if dialect == "elasticsearch":
        return {"knn": {"field": VECTOR, "query_vector": components, "num_candidates": max(number, CARE), **told}}
    return {"knn": {VECTOR: {"vector": components, **told}}}


def cosine_of(score: float) -> float:
    """Give the cosine that a score tells of."""
    return 2 * score - 1


def _components(vector: Vectors) -> list[float]:
    rounded: list[float] = np.round(vector.astype(np.float64), DIGITS).tolist()
    return rounded


# -- writing -----------------------------------------------------------------------------------------------------------


class VectorIndex:
    """Writes an index of vectors.

    Args:
        wire: the cluster.
        index: name of the index; it exists.
    """

    def __init__(self, wire: Wire, index: str) -> None:
        self._wire = wire
        self._index = index

    def put(self, entries: Iterable[Entry], gone: Sequence[str], store: TextVectors) -> int:
        """Replace the roots of entries, whole, and remove ids that are gone; visible at once. Gives the texts written.

        Args:
            entries: all that stands below each root that is written; those of a root mostly together.
            gone: ids of what is no more.
            store: has the vectors of the texts.
        """
        held, last = self._state()
        stamp = max(last + 1, time.time_ns() // 1_000)
        roots: dict[str, None] = {}

        def actions() -> Iterator[Action]:
            for document in documents_of(entries, store):
                if held:
                    roots[str(document["root"])] = None
                body = _encoder.encode(document | {"stamp": stamp})
                yield Action(index=self._index, key=_key(document), version=stamp, document=body)

        written = self._wire.bulk(actions())
        self._wire.settled("POST", f"/{self._index}/_refresh")
        if held:
            self._remove([*roots, *gone], "root", stamp)
            self._remove(gone, "entries", stamp)
        held, _ = self._state()
        told = self._meta() | {"complete": True, "texts": held}
        self._wire.settled("PUT", f"/{self._index}/_mapping", {"_meta": told})
        return written

    def _state(self) -> tuple[int, int]:
        """How many documents there are, and their latest stamp."""
        body = {"size": 0, "track_total_hits": True, "aggs": {"stamp": {"max": {"field": "stamp"}}}}
        self._wire.settled("POST", f"/{self._index}/_refresh")
        answer = self._wire.settled("POST", f"/{self._index}/_search", body, allow_partial_search_results="false")
        return int(answer["hits"]["total"]["value"]), int(answer["aggregations"]["stamp"]["value"] or 0)

    def _remove(self, values: Sequence[str], field: str, stamp: int) -> None:
        """Remove what was written before and bears one of some values."""
        for start in range(0, len(values), MOST_NEAR):
            chosen = [{"terms": {field: list(values[start : start + MOST_NEAR])}}, {"range": {"stamp": {"lt": stamp}}}]
            body = {"query": {"bool": {"filter": chosen}}}
            self._wire.settled(
                "POST", f"/{self._index}/_delete_by_query", body, conflicts="proceed", refresh="true", timeout="90s"
            )

    def _meta(self) -> dict[str, Any]:
        (answer,) = self._wire.settled("GET", f"/{self._index}/_mapping").values()
        meta: dict[str, Any] = answer["mappings"].get("_meta", {})
        return meta


def documents_of(entries: Iterable[Entry], store: TextVectors) -> Iterator[dict[str, Any]]:
    """Give a document for each text below each root; texts without a vector are left out.

    Entries of a root that come apart give documents apart, and so do very many.
    """
    root: str | None = None
    held: dict[str, list[Entry]] = {}
    number = 0
    for entry in entries:
        if root is not None and ((entry.root or entry.id) != root or number >= MOST_HELD):
            yield from _below(root, held, store)
            held, number = {}, 0
        root, number = entry.root or entry.id, number + 1
        for text in entry.texts:
            held.setdefault(text, []).append(entry)
    if root is not None:
        yield from _below(root, held, store)


def _below(root: str, held: dict[str, list[Entry]], store: TextVectors) -> Iterator[dict[str, Any]]:
    texts = list(held)
    for text, row in zip(texts, store.rows(texts), strict=True):
        vector = store.vectors(np.asarray([row]))[0] if row >= 0 else np.zeros(0, np.float32)
        if not vector.any():
            continue
        components = _components(vector)
        for start in range(0, len(held[text]), MOST_ENTRIES):
            some = held[text][start : start + MOST_ENTRIES]
            yield {
                "text": text_key(text).hex(),
                "root": root,
                "entries": [entry.id for entry in some],
                "parents": [entry.parent for entry in some],
                VECTOR: components,
            }


def _key(document: dict[str, Any]) -> str:
    told = f"{document['root']}\0{document['text']}\0{document['entries'][0]}"
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
