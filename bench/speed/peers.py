"""The nearest equivalent task in three other embedded engines, over the files that `export.py` wrote.

    python bench/speed/peers.py DIRECTORY ENGINE        (lancedb, qdrant or sqlite; the packages of requirements-peers.txt)

The task: for each question the 100 best variables by words and by meaning fused by reciprocal ranks, grouped into the 20
best studies with 5 each; ten facets over all that have a word of the question; the same narrowed by two values. Prints
JSON. Nothing of Reperio is imported. What an engine has no call for is written by hand here, as its manual advises, and
said in `by_hand`.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from timing import memory, times

FACETS = ("study", "source", "wave", "instrument", "topic", "keyword", "country", "design", "method", "publisher")
BEST = 100
STUDIES = 20
EACH = 5
FACET_SIZE = 50
RRF = 60
BATCH = 10_000
_WORD = re.compile(r"\w+")
Ids = list[int]


class Data:
    """The files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.vectors = np.load(directory / "vectors.npy", mmap_mode="r")
        self.dimensions = int(self.vectors.shape[1])
        self.questions: list[str] = json.loads((directory / "questions.json").read_text())
        self.asked = np.load(directory / "questions.npy").astype(np.float32)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Variables by number."""
        with (self.directory / "variables.jsonl").open(encoding="utf-8") as file:
            for number, line in enumerate(file):
                yield number, json.loads(line)

    def batches(self) -> Iterator[list[tuple[int, dict[str, str]]]]:
        """The same, some at a time."""
        batch: list[tuple[int, dict[str, str]]] = []
        for row in self.rows():
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def fused(*lists: Ids) -> Ids:
    """Reciprocal rank fusion."""
    scores: dict[int, float] = defaultdict(float)
    for ranked in lists:
        for place, one in enumerate(ranked):
            scores[one] += 1 / (RRF + place)
    return sorted(scores, key=lambda one: -scores[one])[:BEST]


def grouped(best: list[tuple[int, str]]) -> dict[str, Ids]:
    """The best of each of the best studies."""
    groups: dict[str, Ids] = {}
    for one, study in best:
        of_study = groups.setdefault(study, [])
        if len(of_study) < EACH:
            of_study.append(one)
    return dict(list(groups.items())[:STUDIES])


class Sqlite:
    """SQLite FTS5 with sqlite-vec: words by FTS5, vectors of 8 bits scanned by vec0, facets by GROUP BY."""

    by_hand = (
        "fusing, grouping, facets (one GROUP BY each over all hits); no approximate index of vectors: each is compared"
    )

    def __init__(self, data: Data, path: Path) -> None:
        self._data = data
        self._path = path
        self._held: Any = None

    def _open(self) -> Any:
        import pysqlite3  # noqa: PLC0415 - Python's own SQLite often refuses extensions
        import sqlite_vec  # noqa: PLC0415 - of this engine alone

        held = pysqlite3.connect(self._path / "peer.sqlite")
        held.enable_load_extension(True)  # noqa: FBT003 - its only form
        sqlite_vec.load(held)
        held.executescript("PRAGMA journal_mode=WAL; PRAGMA cache_size=-400000; PRAGMA mmap_size=8000000000;")
        return held

    def build(self) -> None:
        """Fill the tables."""
        held = self._held = self._open()
        columns = ", ".join(f"{name} TEXT" for name in FACETS)
        held.executescript(
            f"CREATE TABLE variable (n INTEGER PRIMARY KEY, {columns});"
            "CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='porter unicode61');"
            f"CREATE VIRTUAL TABLE meaning USING vec0(n INTEGER PRIMARY KEY, vector int8[{self._data.dimensions}]);"
        )
        places = ", ".join("?" * len(FACETS))
        for batch in self._data.batches():
            held.executemany(
                f"INSERT INTO variable VALUES (?, {places})", [(n, *(row[f] for f in FACETS)) for n, row in batch]
            )
            held.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", [(n, row["text"]) for n, row in batch])
            first = batch[0][0]
            packed = _bytes(self._data.vectors[first : first + len(batch)])
            held.executemany(
                "INSERT INTO meaning VALUES (?, vec_int8(?))",
                [(n, one.tobytes()) for (n, _), one in zip(batch, packed, strict=True)],
            )
            held.commit()
        held.execute("INSERT INTO words (words) VALUES ('optimize')")
        held.executescript(
            "CREATE INDEX variable_country ON variable (country); CREATE INDEX variable_source ON variable (source);"
            "ANALYZE;"
        )
        held.commit()

    def search(self, text: str, vector: Any, chosen: dict[str, str]) -> tuple[dict[str, Ids], dict[str, list[Any]]]:
        """A page: groups and facets."""
        held = self._held
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(text)) or '""'
        narrowing = "".join(f" AND {name} = :{name}" for name in chosen)
        if chosen:
            join = f"SELECT words.rowid, rank FROM words JOIN variable ON n = words.rowid WHERE words MATCH :words {narrowing}"
            by_words = held.execute(f"{join} ORDER BY rank LIMIT 200", {"words": words, **chosen}).fetchall()
        else:
            by_words = held.execute(
                "SELECT rowid, rank FROM words WHERE words MATCH :words ORDER BY rank LIMIT 200", {"words": words}
            ).fetchall()
        within = f" AND n IN (SELECT n FROM variable WHERE 1 {narrowing})" if chosen else ""
        by_meaning = held.execute(
            f"SELECT n FROM meaning WHERE vector MATCH vec_int8(:vector) AND k = 200 {within}",
            {"vector": _bytes(vector[None])[0].tobytes(), **chosen},
        ).fetchall()
        best = fused([row[0] for row in by_words], [row[0] for row in by_meaning])
        marks = ",".join(map(str, best)) or "-1"
        study = dict(held.execute(f"SELECT n, study FROM variable WHERE n IN ({marks})").fetchall())
        held.execute("CREATE TEMP TABLE IF NOT EXISTS hit (n INTEGER PRIMARY KEY)")
        held.execute("DELETE FROM hit")
        held.execute("INSERT INTO hit SELECT rowid FROM words WHERE words MATCH ?", (words,))
        facets = {
            name: held.execute(
                f"SELECT {name}, count(*) FROM hit JOIN variable USING (n) WHERE 1 {narrowing}"
                f" GROUP BY 1 ORDER BY 2 DESC LIMIT {FACET_SIZE}",
                chosen,
            ).fetchall()
            for name in FACETS
        }
        return grouped([(one, study.get(one, "")) for one in best]), facets

    def suggest(self, prefix: str) -> Any:
        """Completions by a prefix of words."""
        words = " ".join(f'"{word}"' for word in _WORD.findall(prefix))
        if not words:
            return []
        return self._held.execute(f"SELECT rowid FROM words WHERE words MATCH '{words}*' LIMIT 8").fetchall()


def _bytes(vectors: Any) -> Any:
    return np.clip(np.rint(np.asarray(vectors, np.float32) * 127 * 4), -127, 127).astype(np.int8)


class LanceDb:
    """LanceDB: its full-text index, IVF_PQ for vectors, scalar indexes; hybrid search fused by its RRF."""

    by_hand = "grouping, facets (all hits fetched as Arrow and counted)"

    def __init__(self, data: Data, path: Path) -> None:
        import lancedb  # noqa: PLC0415 - of this engine alone

        self._data = data
        self._store = lancedb.connect(str(path))
        self._table: Any = None

    def build(self) -> None:
        """Fill the table and index it."""
        import pyarrow as pa  # noqa: PLC0415 - comes with this engine

        def batches() -> Iterator[Any]:
            for batch in self._data.batches():
                first = batch[0][0]
                rows = np.asarray(self._data.vectors[first : first + len(batch)], np.float32)
                columns = {name: pa.array([row[name] for _, row in batch]) for name in ("text", *FACETS)}
                vectors = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), rows.shape[1])
                numbers = pa.array([n for n, _ in batch], pa.int64())
                yield pa.RecordBatch.from_pydict({"n": numbers, "vector": vectors, **columns})

        schema = pa.schema(
            [
                ("n", pa.int64()),
                ("vector", pa.list_(pa.float32(), self._data.dimensions)),
                *((f, pa.string()) for f in ("text", *FACETS)),
            ]
        )
        table = self._table = self._store.create_table("variable", batches(), schema=schema)
        from lancedb.index import FTS, Bitmap, IvfPq  # noqa: PLC0415 - of this engine alone

        table.create_index("text", config=FTS(with_position=False))
        for name in FACETS:
            table.create_index(name, config=Bitmap())
        partitions = max(1, int(len(self._data.vectors) ** 0.5))
        config = IvfPq(distance_type="cosine", num_partitions=partitions, num_sub_vectors=self._data.dimensions // 8)
        table.create_index("vector", config=config)
        table.optimize()

    def search(self, text: str, vector: Any, chosen: dict[str, str]) -> tuple[dict[str, Ids], dict[str, list[Any]]]:
        """A page: groups and facets."""
        import pyarrow.compute as pc  # noqa: PLC0415 - comes with this engine

        where = " AND ".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in chosen.items())
        found = self._table.search(query_type="hybrid").vector(vector).text(text).nprobes(20).refine_factor(5)
        every = self._table.search(text, query_type="fts")
        if where:
            found, every = found.where(where, prefilter=True), every.where(where, prefilter=True)
        best = found.select(["n", "study"]).limit(BEST).to_arrow()
        hits = every.select(list(FACETS)).limit(len(self._data.vectors)).to_arrow()
        facets = {name: _most(pc.value_counts(hits[name]).to_pylist()) for name in FACETS}
        return grouped(list(zip(best["n"].to_pylist(), best["study"].to_pylist(), strict=True))), facets

    def suggest(self, _: str) -> Any:
        """No completion of its own."""
        return None


def _most(counts: list[dict[str, Any]]) -> list[Any]:
    return sorted(counts, key=lambda one: -one["counts"])[:FACET_SIZE]


class Qdrant:
    """Qdrant Edge: BM25 as sparse vectors, HNSW for dense ones, fused by its RRF; its own facets over a text index."""

    by_hand = "grouping (the groups API is the server's)"

    def __init__(self, data: Data, path: Path) -> None:
        import qdrant_edge  # noqa: PLC0415 - of this engine alone

        self._q = qdrant_edge
        self._data = data
        self._path = path
        self._bm25 = qdrant_edge.Bm25()
        self._shard: Any = None

    def build(self) -> None:
        """Fill the shard and index it."""
        q = self._q
        config = q.EdgeConfig(
            vectors={"dense": q.EdgeVectorParams(size=self._data.dimensions, distance=q.Distance.Cosine)},
            sparse_vectors={"words": q.EdgeSparseVectorParams(modifier=q.Modifier.Idf)},
        )
        self._path.mkdir(parents=True, exist_ok=True)
        shard = self._shard = q.EdgeShard.create(str(self._path), config)
        for name in FACETS:
            shard.update(q.UpdateOperation.create_field_index(name, q.PayloadSchemaType.Keyword))
        shard.update(q.UpdateOperation.create_field_index("text", q.PayloadSchemaType.Text))
        for batch in self._data.batches():
            points = [
                q.Point(
                    n,
                    {
                        "dense": self._data.vectors[n].astype(np.float32).tolist(),
                        "words": self._bm25.embed_document(row["text"]),
                    },
                    {name: row[name] for name in ("text", *FACETS)},
                )
                for n, row in batch
            ]
            shard.update(q.UpdateOperation.upsert_points(points))
        shard.flush()
        shard.optimize()

    def search(self, text: str, vector: Any, chosen: dict[str, str]) -> tuple[dict[str, Ids], dict[str, list[Any]]]:
        """A page: groups and facets."""
        q = self._q
        narrowing = [q.FieldCondition(key=name, match=q.MatchValue(value)) for name, value in chosen.items()]
        narrowed = q.Filter(must=narrowing) if narrowing else None
        nearest = (
            q.Query.Nearest(self._bm25.embed_query(text), using="words"),
            q.Query.Nearest(vector.tolist(), using="dense"),
        )
        prefetches = [q.Prefetch(limit=200, query=one, filter=narrowed) for one in nearest]
        request = q.QueryRequest(limit=BEST, query=q.Fusion.Rrf(k=RRF), prefetches=prefetches, with_payload=["study"])
        best = [(point.id, point.payload["study"]) for point in self._shard.query(request)]
        hits = q.Filter(must=[*narrowing, q.FieldCondition(key="text", match=q.MatchTextAny(text))])
        facets = {
            name: list(self._shard.facet(q.FacetRequest(name, limit=FACET_SIZE, exact=True, filter=hits)).hits)
            for name in FACETS
        }
        return grouped(best), facets

    def suggest(self, _: str) -> Any:
        """No completion of its own."""
        return None


ENGINES: dict[str, Any] = {"sqlite": Sqlite, "lancedb": LanceDb, "qdrant": Qdrant}


def main() -> None:
    """Build one engine, ask it, print what was measured."""
    directory, name = Path(sys.argv[1]), sys.argv[2]
    path = directory / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    if name == "qdrant":
        path.rmdir()
    data = Data(directory)
    engine = ENGINES[name](data, path)
    started, busy = time.perf_counter(), time.process_time()
    engine.build()
    built = time.perf_counter() - started, time.process_time() - busy
    first = next(data.rows())[1]
    chosen = {name: first[name] for name in ("source", "country")}
    measured = {
        "search": _times(data, lambda text, vector: engine.search(text, vector, {})),
        "search, two filters": _times(data, lambda text, vector: engine.search(text, vector, chosen)),
    }
    if engine.suggest("he") is not None:
        measured["autocomplete"] = _times(data, lambda text, _: engine.suggest(text[:8]))
    size = sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    held = memory()
    print(
        json.dumps(
            {
                "engine": name,
                "variables": len(data.vectors),
                "build_seconds": round(built[0], 1),
                "build_cpu_seconds": round(built[1], 1),
                "disk_mb": round(size / 1e6),
                "private_mb": held.private,
                "resident_mb": held.resident,
                "by_hand": engine.by_hand,
                "times": measured,
            }
        )
    )


def _times(data: Data, call: Callable[[str, Any], Any]) -> dict[str, float]:
    wall, cpu = [], []
    for number, (text, vector) in enumerate(zip(data.questions, data.asked, strict=True)):
        busy, started = time.process_time(), time.perf_counter()
        call(text, vector)
        if number >= min(10, len(data.questions) // 3):  # the first ones warm the caches
            wall.append(time.perf_counter() - started)
            cpu.append(time.process_time() - busy)
    return asdict(times(wall, cpu))


if __name__ == "__main__":
    main()
