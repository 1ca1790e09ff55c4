"""What was gathered of the variables that are part of the same things, kept beside an index generation.

A study's document holds the words of everything below it. So that a change of one dataset need not look at all of its
study again, each *shelf* (variables with the same parents) keeps what it gives to those above, and a digest of what
it takes from them: where that is as before and no variable of the shelf changed, none of them is written again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

FILE = "shelves.sqlite"
CHUNK = 500
_SCHEMA = (
    "CREATE TABLE shelf (parents TEXT PRIMARY KEY, home TEXT NOT NULL, heritage BLOB NOT NULL, "
    "variables INTEGER NOT NULL, facets BLOB NOT NULL, contents BLOB NOT NULL)",
    "CREATE TABLE above (ancestor TEXT, parents TEXT, PRIMARY KEY (ancestor, parents)) WITHOUT ROWID",
    "CREATE INDEX above_parents ON above (parents)",
    "CREATE TABLE heir (id TEXT PRIMARY KEY, heritage BLOB NOT NULL) WITHOUT ROWID",
)
_DUE = "CREATE TABLE IF NOT EXISTS due (id TEXT PRIMARY KEY) WITHOUT ROWID"

Parents = tuple[str, ...]
Facets = dict[str, tuple[str, ...]]


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """Variables that are part of the same things.

    Attributes:
        parents: ids of what they are stated to be part of.
        home: id of what stands next above them.
        heritage: digest of what they take from there.
        variables: how many there are.
        facets: values they give to those above.
        contents: their names, labels and wordings, packed.
    """

    parents: Parents
    home: str
    heritage: bytes
    variables: int
    facets: Facets
    contents: bytes


class Shelves:
    """The shelves of one generation; nothing is kept before `commit` but what is due."""

    def __init__(self, generation: Path) -> None:
        self._connection = sqlite3.connect(generation / FILE)
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'heir'").fetchone():
            for statement in _SCHEMA:
                self._connection.execute(statement)
        self._connection.execute(_DUE)

    @staticmethod
    def are_in(generation: Path) -> bool:
        """Whether a generation has shelves: those built by earlier versions have none."""
        return (generation / FILE).is_file()

    def put(self, shelf: Shelf, ancestors: Iterable[str]) -> None:
        """Keep a shelf, below these ids, in place of that of the same parents."""
        parents = _text(shelf.parents)
        self.drop(shelf.parents)
        self._connection.execute(
            "INSERT INTO shelf VALUES (?, ?, ?, ?, ?, ?)",
            (parents, shelf.home, shelf.heritage, shelf.variables, msgspec.json.encode(shelf.facets), shelf.contents),
        )
        self._connection.executemany(
            "INSERT INTO above VALUES (?, ?)", [(ancestor, parents) for ancestor in dict.fromkeys(ancestors)]
        )

    def drop(self, parents: Parents) -> None:
        """Remove a shelf, if it is there."""
        for table in ("shelf", "above"):
            self._connection.execute(f"DELETE FROM {table} WHERE parents = ?", (_text(parents),))  # noqa: S608 - names of ours

    def below(self, ids: Iterable[str]) -> dict[Parents, Shelf]:
        """Shelves that stand below any of these ids."""
        found: dict[Parents, Shelf] = {}
        for some in _chunks(ids):
            query = (
                "SELECT DISTINCT shelf.* FROM above JOIN shelf ON shelf.parents = above.parents "  # noqa: S608 - marks
                f"WHERE ancestor IN ({_marks(some)}) ORDER BY shelf.parents"
            )
            for parents, home, heritage, variables, facets, contents in self._connection.execute(query, some):
                key = msgspec.json.decode(parents, type=Parents)
                found[key] = Shelf(
                    parents=key, home=home, heritage=heritage, variables=variables,
                    facets=msgspec.json.decode(facets, type=Facets), contents=contents,
                )  # fmt: skip
        return found

    def put_heritage(self, identity: str, heritage: bytes) -> None:
        """Keep the digest of what a dataset (or a study of a series) takes from above."""
        self._connection.execute("INSERT OR REPLACE INTO heir VALUES (?, ?)", (identity, heritage))

    def heritages(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Digests by id, where they are kept."""
        found: dict[str, bytes] = {}
        for some in _chunks(ids):
            query = f"SELECT id, heritage FROM heir WHERE id IN ({_marks(some)})"  # noqa: S608 - marks
            found.update(self._connection.execute(query, some).fetchall())
        return found

    def note_due(self, ids: Iterable[str]) -> None:
        """Keep at once, until `commit`, what is to be looked at whatever comes: once documents say otherwise, none tells."""
        if rows := [(identity,) for identity in ids]:
            self._connection.executemany("INSERT OR IGNORE INTO due VALUES (?)", rows)
            self._connection.commit()

    def due(self) -> set[str]:
        """What a change that was killed has left to look at."""
        return {identity for (identity,) in self._connection.execute("SELECT id FROM due")}

    def commit(self) -> None:
        """Make everything durable: after the documents, so that a killed change is done again."""
        self._connection.execute("DELETE FROM due")
        self._connection.commit()

    def close(self) -> None:
        """Drop what was not committed."""
        self._connection.close()


def _text(parents: Parents) -> str:
    return msgspec.json.encode(parents).decode()


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    every = list(ids)
    return (every[start : start + CHUNK] for start in range(0, len(every), CHUNK))


def _marks(some: list[str]) -> str:
    return ", ".join("?" * len(some))
