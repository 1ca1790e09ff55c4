"""The backend for clusters: two indexes (catalogue, variables) in OpenSearch, or in Elasticsearch 8 and later.

What is written is on the disks of every copy when `upsert` returns, and visible after `commit`. A question is answered
whole or not at all: where a shard cannot answer, the error says so.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from reperio.errors import BackendError
from reperio.index.analysis import EVERY_LANGUAGE, Analysis
from reperio.index.ask import Ask, Clause, FacetAsk, FacetCounts, Group, Page, Suggestion, Word
from reperio.index.backend import Collection, Stats
from reperio.index.document import Document
from reperio.index.facets import check_ask, empty_counts
from reperio.index.opensearch_counts import (
    FROM_EACH_SHARD,
    FROM_EACH_SHARD_AT_MOST,
    GROUPS,
    facet_request,
    group_request,
    is_short,
    read_facet,
    read_groups,
    shared_filters,
)
from reperio.index.opensearch_hits import OF_A_HIT, collapsed, is_total_exact, order, read_group, read_hit, read_total
from reperio.index.opensearch_query import DSL, Compiler, leaves
from reperio.index.opensearch_schema import WINDOW, encode, key_of
from reperio.index.opensearch_wire import Action, Wire
from reperio.index.opensearch_words import COLLECTIONS, WordBook
from reperio.log import get_logger

log = get_logger(__name__)

LOOK_SECONDS: Final = 1.0
MOST_CLAUSES: Final = 1_000  # clusters take 1,024 unless they are set up for more
LANGUAGES_ASKED: Final = 2_000


class State(msgspec.Struct, frozen=True):
    """What an index holds at a time: number of documents, latest stamp, languages by text field."""

    documents: int
    stamp: int
    languages: dict[str, tuple[str, ...]]


class OpenSearchBackend:
    """A `Backend` in a cluster.

    Args:
        wire: the cluster.
        indexes: name of the index of each collection; they exist.
        analysis: how text becomes words; the same as when they were built.
        read_only: refuse to write.
    """

    def __init__(
        self,
        wire: Wire,
        indexes: Mapping[Collection, str],
        *,
        analysis: Analysis = EVERY_LANGUAGE,
        read_only: bool = False,
    ) -> None:
        self._wire = wire
        self._indexes = dict(indexes)
        self._analysis = analysis
        self._read_only = read_only
        self._closed = False
        self._lock = threading.Lock()
        self._states: dict[Collection, tuple[float, State]] = {}
        self._book: tuple[tuple[State, ...], WordBook] | None = None
        self._stamp = 0

    # -- writing ---------------------------------------------------------------------------------------------------

    def upsert(self, documents: Iterable[Document]) -> int:
        """Write documents, each replacing the one of the same id; visible after `commit`. Gives their number."""
        self._check_writable()
        return self._wire.bulk(self._written(document) for document in documents)

    def _written(self, document: Document) -> Action:
        collection: Collection = "variables" if document.kind == "variable" else "catalogue"
        stamp = self._next_stamp()
        encoded = encode(document, self._analysis, stamp)
        return Action(index=self._indexes[collection], key=key_of(document.id), version=stamp, document=encoded)

    def delete(self, ids: Iterable[str]) -> None:
        """Remove the documents of these ids, if there; visible after `commit`."""
        self._check_writable()
        self._wire.bulk(self._deletions(ids))

    def _deletions(self, ids: Iterable[str]) -> Iterator[Action]:
        for identifier in ids:
            stamp = self._next_stamp()
            for index in self._indexes.values():
                yield Action(index=index, key=key_of(identifier), version=stamp, document=None)

    def commit(self) -> None:
        """Make every change visible; it is durable since it was sent."""
        self._check_writable()
        self._wire.settled("POST", f"/{','.join(self._indexes.values())}/_refresh")
        self._states.clear()

    def _check_writable(self) -> None:
        self._check_open()
        if self._read_only:
            raise BackendError("This index was opened for reading only.")

    def _check_open(self) -> None:
        if self._closed:
            raise BackendError("The index is closed.")

    def _next_stamp(self) -> int:
        """Give a version above every one given before, by this process or another, whatever their clocks say."""
        if not self._stamp:
            self._stamp = max(self._look(name).stamp for name in COLLECTIONS)
        with self._lock:
            self._stamp = max(self._stamp + 1, time.time_ns() // 1_000)
            return self._stamp

    # -- asking ----------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """The cluster sees to it."""

    def search(self, ask: Ask) -> Page:
        """Answer an ask. Where counts are estimates, the page says so."""
        self._check_open()
        check_ask(ask)
        state = self._look(ask.collection)
        if not state.documents:
            return Page(total=0, facets=empty_counts([facet.name for facet in ask.facets]))
        return _Question(ask, self._compiler_for(ask, state), self._sent).answer()

    def _compiler_for(self, ask: Ask, state: State) -> Compiler:
        fine = Compiler(self._analysis, state.languages)
        if leaves(fine.clause(ask.clause)) <= MOST_CLAUSES:
            return fine
        return Compiler(self._analysis, state.languages, coarse=True)

    def _sent(self, collection: Collection, body: DSL, search_type: str = "query_then_fetch") -> Mapping[str, Any]:
        """Send a search: of every shard, and of the same copies when the same is asked."""
        told = hashlib.blake2b(msgspec.json.encode(body.get("query")), digest_size=8).hexdigest()
        answer: Mapping[str, Any] = self._wire.search(
            f"/{self._indexes[collection]}/_search",
            body,
            preference=told,
            allow_partial_search_results="false",
            search_type=search_type,
        )
        return answer

    def _look(self, collection: Collection) -> State:
        """Give the state of an index, as of at most a second ago; shards remember the answer until they change."""
        now = time.monotonic()
        with self._lock:
            looked, state = self._states.get(collection, (-LOOK_SECONDS, None))
        if state is not None and now - looked < LOOK_SECONDS:
            return state
        aggs = {
            "stamp": {"max": {"field": "stamp"}},
            "langs": {"terms": {"field": "langs", "size": LANGUAGES_ASKED, "order": {"_key": "asc"}}},
        }
        answer = self._sent(collection, {"size": 0, "track_total_hits": True, "aggs": aggs})
        languages: dict[str, tuple[str, ...]] = {}
        for bucket in answer["aggregations"]["langs"]["buckets"]:
            name, _, language = str(bucket["key"]).partition("/")
            languages[name] = (*languages.get(name, ()), language)
        state = State(read_total(answer), int(answer["aggregations"]["stamp"]["value"] or 0), languages)
        with self._lock:
            self._states[collection] = (now, state)
        return state

    def suggest(self, prefix: str, *, limit: int = 10) -> Sequence[Suggestion]:
        """Complete what is being typed: titles, instruments, topics, places, variable names."""
        return self._word_book().suggest(prefix, limit)

    def correct(self, words: Sequence[str]) -> dict[str, str]:
        """Likely spellings of those words that occur nowhere, from the words of the corpus."""
        return self._word_book().correct(words)

    def _word_book(self) -> WordBook:
        self._check_open()
        states = tuple(self._look(name) for name in COLLECTIONS)
        if self._book is None or self._book[0] != states:
            self._book = (states, WordBook(self._sent, self._compiled, self._analysis))
        return self._book[1]

    def _compiled(self, collection: Collection, clause: Clause) -> DSL:
        return Compiler(self._analysis, self._look(collection).languages).clause(clause)

    def most(self, clauses: Sequence[Clause], collection: Collection = "catalogue") -> int:
        """How many of some clauses the document matches that most of them match."""
        each = [{"constant_score": {"filter": self._compiled(collection, clause)}} for clause in clauses]
        if not each or not self._look(collection).documents:
            return 0
        answer = self._sent(collection, {"size": 1, "query": {"bool": {"should": each}}, "_source": False})
        return round(max((hit["_score"] for hit in answer["hits"]["hits"]), default=0))

    def frequency(self, word: str, collection: Collection = "catalogue") -> int:
        """Number of documents in which the word (any form) occurs."""
        return self.search(Ask(collection=collection, clause=Word(text=word), limit=0)).total

    def stats(self) -> Stats:
        """Number of documents, and bytes of the first copy of each shard."""
        self._check_open()
        store = self._wire.ask("GET", f"/{','.join(self._indexes.values())}/_stats/store")
        counts = {name: self._wire.ask("GET", f"/{self._indexes[name]}/_count") for name in COLLECTIONS}
        return Stats(
            documents={name: int(answer["count"]) for name, answer in counts.items()},
            bytes=int(store["_all"]["primaries"]["store"]["size_in_bytes"]),
        )

    def close(self) -> None:
        """Refuse further questions; the connection is its owner's. Closing twice is harmless."""
        self._closed = True


class _Question:
    """One ask on its way to a cluster and back."""

    def __init__(self, ask: Ask, compiler: Compiler, send: Any) -> None:
        self._ask = ask
        self._send = send
        self._compile = compiler.filter
        shared, self._later = shared_filters(ask)
        self._query = compiler.narrowed(ask.clause, roots_only=ask.roots_only, filters=shared)
        self._post = [compiler.filter(chosen) for chosen in self._later]

    def answer(self) -> Page:
        """Ask, and read what is answered."""
        ask = self._ask
        page = ask.limit > 0 and ask.offset + ask.limit <= WINDOW
        body: DSL = self._body() | {"size": ask.limit if page else 0, "aggs": self._counted(ask.facets)}
        if page:
            body |= {"from": ask.offset}
            body |= {"collapse": collapsed(ask)} if ask.group else {}
        answer = self._send(ask.collection, body, search_type="dfs_query_then_fetch")
        total, counts = read_total(answer), answer.get("aggregations", {})
        facets, exact = self._facets(counts)
        if not exact:
            log.warning("cluster.estimated", facets=[facet.name for facet in ask.facets])
        exact = exact and is_total_exact(answer)
        if not ask.group:
            found = answer["hits"]["hits"] if page else self._far(total)
            return Page(total=total, hits=tuple(map(read_hit, found)), facets=facets, exact=exact)
        total_groups, known = read_groups(counts[GROUPS])
        groups = self._groups(answer["hits"]["hits"] if page else self._far_groups(total_groups))
        return Page(total=total, groups=groups, total_groups=total_groups, facets=facets, exact=exact and known)

    def _body(self) -> DSL:
        body: DSL = {
            "query": self._query,
            "sort": order(self._ask.sort),
            "track_scores": True,
            "track_total_hits": True,
            "_source": OF_A_HIT,
        }
        return body | ({"post_filter": {"bool": {"filter": self._post}}} if self._post else {})

    # -- counts ----------------------------------------------------------------------------------------------------

    def _counted(self, facets: Sequence[FacetAsk], each: int = FROM_EACH_SHARD) -> DSL:
        request = facet_request(self._ask, facets, self._later, self._compile, each)
        if self._ask.group and each == FROM_EACH_SHARD:
            request[GROUPS] = group_request(self._ask.group, self._post)
        return request

    def _facets(self, counts: Mapping[str, Any]) -> tuple[dict[str, FacetCounts], bool]:
        """Read the facets; those that shards told too little of are asked again."""
        short = [facet for facet in self._ask.facets if is_short(facet, counts[facet.name])]
        if short:
            body = {"query": self._query, "size": 0, "aggs": self._counted(short, FROM_EACH_SHARD_AT_MOST)}
            counts = {**counts, **self._send(self._ask.collection, body)["aggregations"]}
        exact = not any(is_short(facet, counts[facet.name]) for facet in short)
        return {facet.name: read_facet(facet, counts[facet.name]) for facet in self._ask.facets}, exact

    # -- groups ----------------------------------------------------------------------------------------------------

    def _groups(self, found: Sequence[Mapping[str, Any]]) -> tuple[Group, ...]:
        read = [read_group(each, self._ask.group) for each in found]
        large = [group.key for group, exact in read if not exact]
        totals = self._totals(large) if large else {}
        return tuple(msgspec.structs.replace(group, total=totals.get(group.key, group.total)) for group, _ in read)

    def _totals(self, keys: Sequence[str]) -> dict[str, int]:
        """Count the hits of groups that are larger than an engine counts by itself."""
        field = f"{self._ask.group}_key"
        members = {key: {"bool": {"filter": [{"term": {field: key}}, *self._post]}} for key in keys}
        body = {"query": self._query, "size": 0, "aggs": {GROUPS: {"filters": {"filters": members}}}}
        answer = self._send(self._ask.collection, body)["aggregations"][GROUPS]["buckets"]
        return {key: int(answer[key]["doc_count"]) for key in keys}

    # -- far pages -------------------------------------------------------------------------------------------------

    def _far(self, total: int) -> list[Mapping[str, Any]]:
        """Walk to a page beyond what an engine gives in one request."""
        if self._ask.offset >= total or not self._ask.limit:
            return []
        found: list[Mapping[str, Any]] = []
        passed, wanted = 0, min(self._ask.offset + self._ask.limit, total)
        body = self._body()
        while passed < wanted:
            step = min(WINDOW // 5, wanted - passed)
            some = self._send(self._ask.collection, body | {"size": step}, search_type="dfs_query_then_fetch")
            hits = some["hits"]["hits"]
            if not hits:
                break
            found += hits[max(0, self._ask.offset - passed) :]
            passed += len(hits)
            body["search_after"] = hits[-1]["sort"]
        return found

    def _far_groups(self, total: int) -> list[Mapping[str, Any]]:
        if self._ask.limit and self._ask.offset < total:
            raise BackendError(
                f"Groups beyond the first {WINDOW} cannot be listed.", hint="Ask for a narrower set, or do not group."
            )
        return []
