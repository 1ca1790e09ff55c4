"""The embedded backend: two tantivy indexes (catalogue, variables) in one directory.

One process writes, many read. What is committed survives a killed process; a reader sees a commit at its next question.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
import tantivy

from reperio.errors import BackendError, NotReadyError
from reperio.index.analysis import EVERY_LANGUAGE, Analysis
from reperio.index.ask import Ask, Clause, FacetCounts, Page, Suggestion, Word
from reperio.index.backend import Collection, Stats
from reperio.index.clauses import scores
from reperio.index.document import Document
from reperio.index.facets import check_ask
from reperio.index.kept import Kept
from reperio.index.seen import Seen
from reperio.index.tantivy_counts import Counting
from reperio.index.tantivy_groups import Grouping
from reperio.index.tantivy_hits import SHALLOW, Keyed, Ordering
from reperio.index.tantivy_query import Compiler
from reperio.index.tantivy_schema import build_schema, encode, register_analysers
from reperio.index.tantivy_tally import Tally
from reperio.index.tantivy_titles import TITLES_READ, TitleLists
from reperio.index.tantivy_words import WordBook

COLLECTIONS: Final[tuple[Collection, ...]] = ("catalogue", "variables")
WRITER_BYTES: Final[dict[Collection, int]] = {"catalogue": 100_000_000, "variables": 150_000_000}
CACHED_COUNTS: Final = 256
LOOKED_SECONDS: Final = 0.25
"""How long no search looks for commits after a look: a question makes dozens, and each look lets go of the interpreter."""

_META: Final = "meta.json"


@contextmanager
def engine_errors(doing: str) -> Iterator[None]:
    """Turn what the engine raises into a `BackendError`."""
    try:
        yield
    except (ValueError, RuntimeError, OSError, OverflowError) as error:
        if "LockBusy" in str(error):
            raise BackendError(
                "Another process is writing to this index.", hint="Wait until it is done, then try again."
            ) from error
        raise BackendError(
            f"The index failed while {doing}: {str(error).rstrip('.')}.", hint="`reperio index` builds it anew."
        ) from error


class Reading:
    """One state of one index, as of a commit."""

    def __init__(self, index: tantivy.Index, analysis: Analysis) -> None:
        self.searcher = index.searcher()
        self.schema = index.schema
        self.compiler = Compiler(index.schema, self.searcher, analysis)
        self.ordering = Ordering(self.searcher)
        matching = self.compiler.matching
        self.tally = Tally(matching)
        self.counting = Counting(matching, self.tally)
        self.grouping = Grouping(self.compiler, self.ordering, self.tally)
        self.titles = TitleLists(index.schema, self.searcher, self.ordering)
        self._counts: Kept[dict[str, FacetCounts]] = Kept(CACHED_COUNTS)

    def search(self, ask: Ask) -> Page:
        """Answer an ask."""
        if not ask.limit and not ask.group:
            facets = self._facets(ask)  # which counts the hits as well
            return Page(total=self.tally.total(ask), facets=facets)
        scored = scores(ask.clause)
        facets = self._facets(ask)
        if ask.group:
            grouped = self.grouping.page(ask, scored=scored)
            return msgspec.structs.replace(grouped, facets=facets) if facets else grouped
        query = self.compiler.compile(ask.clause, ask.filters, roots_only=ask.roots_only)
        total, page = self._page(query, ask, scored=scored)
        return Page(total=total, hits=tuple(self.ordering.hit(keyed) for keyed in page), facets=facets)

    def _page(self, query: tantivy.Query, ask: Ask, *, scored: bool) -> tuple[int, list[Keyed]]:
        if ask.sort == "title" and ask.offset > TITLES_READ and 0 < ask.limit <= SHALLOW and self.searcher.num_docs:
            key = Ask(clause=ask.clause, filters=ask.filters, roots_only=ask.roots_only)
            if (listed := self.titles.page(key, query, ask.offset, ask.limit)) is not None:
                return listed
        return self.ordering.page(query, ask.offset, ask.limit, ask.sort, scored=scored)

    def _facets(self, ask: Ask) -> dict[str, FacetCounts]:
        """Count facets, remembering the counts: turning a page does not count again."""
        if not ask.facets:
            return {}
        key = Ask(clause=ask.clause, filters=ask.filters, roots_only=ask.roots_only, facets=ask.facets)
        return self._counts.get(key) or self._counts.keep(key, self.counting.facets(ask))


class Shelf:
    """One index: its files, its only writer (made when first needed) and its latest state."""

    def __init__(self, path: Path, collection: Collection, analysis: Analysis, *, read_only: bool) -> None:
        self._path = path
        self._collection = collection
        self._analysis = analysis
        self._lock = threading.RLock()
        self._writer: tantivy.IndexWriter | None = None
        self._written: Seen | None = None
        self._is_committed = True
        if read_only and not (path / _META).is_file():
            raise NotReadyError("There is no index here.", hint="`reperio index` builds one.", path=str(path))
        path.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(build_schema(analysis), str(path))
        register_analysers(self._index, analysis)
        self._index.config_reader("manual")
        self._looked = 0.0
        self._seen = self._mark()
        self._index.reload()
        self._reading = Reading(self._index, analysis)

    def _mark(self) -> tuple[int, int]:
        stat = (self._path / _META).stat()
        return stat.st_mtime_ns, stat.st_ino

    def reading(self) -> Reading:
        """Give the latest committed state; after a look it is the latest for a while."""
        if time.monotonic() >= self._looked + LOOKED_SECONDS:
            self._follow()
        return self._reading

    def look(self) -> None:
        """Look for what was committed."""
        self._follow()
        self._looked = time.monotonic()

    def _follow(self) -> None:
        mark = self._mark()
        if mark != self._seen:
            with self._lock:
                if mark != self._seen:
                    self._index.reload()
                    self._reading = Reading(self._index, self._analysis)
                    self._seen = mark

    def _writing(self) -> tantivy.IndexWriter:
        self._is_committed = False
        if self._writer is None:
            self._writer = self._index.writer(WRITER_BYTES[self._collection], 1)
            # The engine keeps every deletion in memory until the next commit: a new index spares itself millions.
            self._written = Seen() if not self._index.searcher().num_docs else None
        return self._writer

    def write(self, document: Document) -> None:
        """Write a document in place of the one of the same id."""
        encoded = encode(document, self._analysis)
        with self._lock:
            writer = self._writing()
            if self._written is None or self._written.add(document.id):
                writer.delete_documents_by_term("id", document.id)
            writer.add_json(encoded)

    def delete(self, identifier: str) -> None:
        """Remove a document, if it is there."""
        with self._lock:
            self._writing().delete_documents_by_term("id", identifier)

    def commit(self) -> None:
        """Make changes durable and visible; without any, readers keep what they know of this state."""
        with self._lock:
            if self._writer is not None and not self._is_committed:
                self._writer.commit()
                self._is_committed = True
                self._writer.garbage_collect_files()
            self._follow()

    def close(self) -> None:
        """Give up the writer; what was not committed is dropped, and segments that are being merged are waited for.

        Rolling back throws away what is being merged: every later writer would begin the same merging again.
        """
        with self._lock:
            writer, self._writer = self._writer, None
            if writer is None:
                return
            if not self._is_committed:
                writer.rollback()
            writer.wait_merging_threads()

    def bytes(self) -> int:
        """Bytes on disk."""
        sizes = []
        for file in self._path.iterdir():
            try:
                sizes.append(file.stat().st_size)
            except FileNotFoundError:  # merged away meanwhile
                continue
        return sum(sizes)


class TantivyBackend:
    """A `Backend` embedded in this process.

    Args:
        path: directory of the index; made when it is missing, unless `read_only`.
        analysis: how text becomes words; the same as when it was built.
        read_only: refuse to write (a server reads what another process writes).

    Raises:
        NotReadyError: `read_only`, and there is no index yet.
        BackendError: the index cannot be opened.
    """

    def __init__(self, path: Path, *, analysis: Analysis = EVERY_LANGUAGE, read_only: bool = False) -> None:
        self._read_only = read_only
        self._closed = False
        self._analysis = analysis
        self._words: tuple[Reading, Reading, WordBook] | None = None
        self._shelves: dict[Collection, Shelf] = {}
        with engine_errors("opening"):
            for name in COLLECTIONS:
                self._shelves[name] = Shelf(path / name, name, analysis, read_only=read_only)

    def _shelf(self, collection: Collection) -> Shelf:
        if self._closed:
            raise BackendError("The index is closed.")
        return self._shelves[collection]

    def _check_writable(self) -> None:
        if self._read_only:
            raise BackendError("This index was opened for reading only.")

    def upsert(self, documents: Iterable[Document]) -> int:
        """Write documents, each replacing the one of the same id; visible after `commit`. Gives their number."""
        self._check_writable()
        number = 0
        for document in documents:
            with engine_errors("writing"):
                self._shelf("variables" if document.kind == "variable" else "catalogue").write(document)
            number += 1
        return number

    def delete(self, ids: Iterable[str]) -> None:
        """Remove the documents of these ids, if there; visible after `commit`."""
        self._check_writable()
        with engine_errors("deleting"):
            for identifier in ids:
                for name in COLLECTIONS:
                    self._shelf(name).delete(identifier)

    def commit(self) -> None:
        """Make every change durable and visible."""
        self._check_writable()
        with engine_errors("committing"):
            for name in COLLECTIONS:
                self._shelf(name).commit()

    def look(self) -> None:
        """See what was committed, by whatever process."""
        with engine_errors("looking"):
            for name in COLLECTIONS:
                self._shelf(name).look()

    def search(self, ask: Ask) -> Page:
        """Answer an ask, exactly."""
        check_ask(ask)
        with engine_errors("searching"):
            return self._shelf(ask.collection).reading().search(ask)

    def suggest(self, prefix: str, *, limit: int = 10) -> Sequence[Suggestion]:
        """Complete what is being typed: titles, instruments, topics, places, variable names."""
        with engine_errors("completing"):
            return self._word_book().suggest(prefix, limit)

    def _word_book(self) -> WordBook:
        catalogue, variables = (self._shelf(name).reading() for name in COLLECTIONS)
        if self._words is None or self._words[0] is not catalogue or self._words[1] is not variables:
            book = WordBook(catalogue.compiler, variables.compiler, self._analysis)
            self._words = (catalogue, variables, book)
        return self._words[2]

    def correct(self, words: Sequence[str]) -> dict[str, str]:
        """Likely spellings of those words that occur nowhere, from the words of the corpus."""
        with engine_errors("correcting"):
            return self._word_book().correct(words)

    def most(self, clauses: Sequence[Clause], collection: Collection = "catalogue") -> int:
        """How many of some clauses the document matches that most of them match."""
        with engine_errors("searching"):
            return self._shelf(collection).reading().tally.most(tuple(clauses), collection)

    def frequency(self, word: str, collection: Collection = "catalogue") -> int:
        """Number of documents in which the word (any form) occurs."""
        return self.search(Ask(collection=collection, clause=Word(text=word), limit=0)).total

    def stats(self) -> Stats:
        """Number of documents and size."""
        with engine_errors("counting"):
            return Stats(
                documents={name: self._shelf(name).reading().searcher.num_docs for name in COLLECTIONS},
                bytes=sum(self._shelf(name).bytes() for name in COLLECTIONS),
            )

    def close(self) -> None:
        """Release files and threads; closing twice is harmless."""
        if self._closed:
            return
        with engine_errors("closing"):
            for shelf in self._shelves.values():
                shelf.close()
        self._closed = True
