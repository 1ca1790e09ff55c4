"""The seam between Reperio and a search engine: a handful of methods that take our `Ask`, no engine's language.

Three backends keep the same contract (`tests/contracts/backend.py`): `memory` (exact, obvious, slow: the oracle),
`tantivy` (embedded, the default) and, for clusters, one over OpenSearch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

import msgspec

from reperio.index.ask import Ask, Clause, Page, Suggestion
from reperio.index.document import Document

Collection = Literal["catalogue", "variables"]


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """State of an index: documents by collection, bytes on disk."""

    documents: dict[str, int]
    bytes: int = 0


class Backend(Protocol):
    """A search engine for words, filters, facets and groups."""

    def upsert(self, documents: Iterable[Document]) -> int:
        """Write documents, each replacing the one of the same id (full replace, not a merge). Gives their number.

        Visible after `commit`.
        """
        ...

    def delete(self, ids: Iterable[str]) -> None:
        """Remove the documents of these ids, if there. Visible after `commit`."""
        ...

    def commit(self) -> None:
        """Make every change durable and visible."""
        ...

    def look(self) -> None:
        """See what was committed, by whatever process; to be called when a question begins.

        Searches look by themselves, too. For a quarter of a second after this they may leave it.
        """
        ...

    def search(self, ask: Ask) -> Page:
        """Answer an ask. Totals, facets and groups are exact."""
        ...

    def suggest(self, prefix: str, *, limit: int = 10) -> Sequence[Suggestion]:
        """Complete what is being typed: titles, instruments, topics, places, variable names."""
        ...

    def correct(self, words: Sequence[str]) -> dict[str, str]:
        """Likely spellings of those words that occur nowhere, from the words of the corpus.

        Also of words (no capitals) that occur, but so seldom beside a near spelling that they are likely mistyped.
        """
        ...

    def most(self, clauses: Sequence[Clause], collection: Collection = "catalogue") -> int:
        """How many of some clauses the document matches that most of them match."""
        ...

    def frequency(self, word: str, collection: Collection = "catalogue") -> int:
        """Number of documents in which the word (any form) occurs."""
        ...

    def stats(self) -> Stats:
        """Number of documents and size."""
        ...

    def close(self) -> None:
        """Release files and threads; closing twice is harmless."""
        ...
