"""The tables of the corpus.

Two kinds of rows matter. A *statement* is what one source says about one id; there is one live row per id and source,
a tombstone when the source no longer says it. An *item* is what the world is shown: for series, studies and datasets
there is a row per id ever stated, which is live (it leads a group of statements), moved (it was merged into another
row) or gone. A variable never merges: its statement is its item, so 5 million variables cost one row each.

Ids are found by a 64-bit hash (the first half of their uuid), which serves look-ups by id and by uuid with one small
index. What has that hash is compared with the id itself before it counts.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

METADATA = MetaData()
VARIABLE = 3
KINDS = ("series", "study", "dataset", "variable")
CODES = {kind: code for code, kind in enumerate(KINDS)}

_Name = Text().with_variant(Text(collation="C"), "postgresql")
_Big = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *parts: Any, rowid: bool = True) -> Table:
    return Table(name, METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def _key() -> Column[int]:
    return Column("key", _Big, primary_key=True, autoincrement=False)


def _number(name: str, default: int = 0) -> Column[int]:
    return Column(name, _Big, nullable=False, server_default=str(default))


MIGRATION = _table(
    "corpus_migration",
    Column("number", _Big, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    _number("at"),
)

COUNTER = _table("corpus_counter", Column("name", Text, primary_key=True), _number("value"), rowid=False)
"""Last number given, by name: `seq` (changes), `statement`, `item`, `record`, `source` (keys), `stale` (1: settle)."""

SOURCE = _table(
    "corpus_source",
    _key(),
    Column("name", Text, nullable=False, unique=True),
    Column("read", Text),
)

RECORD = _table(
    "corpus_record",
    _key(),
    Column("source", _Big, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("origins", LargeBinary, nullable=False),
    UniqueConstraint("source", "identifier"),
)
"""A record, and the origins that what it states has in common."""

STATEMENT = _table(
    "corpus_statement",
    _key(),
    Column("hash", _Big, nullable=False),
    Column("id", Text, nullable=False),
    _number("source"),
    _number("record"),
    _number("kind"),
    Column("parent", _Big),
    _number("position"),
    _number("filled"),
    Column("keys", Text),
    Column("digest", LargeBinary, nullable=False),
    Column("payload", LargeBinary),
    _number("deleted"),
    _number("seq"),
    _number("changed"),
)
"""`parent` (hash of the first id in part_of) and `seq` are of variables; `keys` (parents, DOIs) of catalogue items.

What was a variable and is none now keeps its `seq` until it is settled, so that those who follow changes are told.
"""

IN_CATALOGUE = STATEMENT.c.kind < literal_column("3")
IS_NUMBERED = STATEMENT.c.seq > literal_column("0")
"""Conditions in the words of the partial indexes below: with parameters in them SQLite would not use those."""

Index("corpus_statement_hash", STATEMENT.c.hash)
Index("corpus_statement_record", STATEMENT.c.record)
for _name, _columns, _where in (
    ("below", (STATEMENT.c.parent, STATEMENT.c.position, STATEMENT.c.key), STATEMENT.c.parent.is_not(None)),
    ("alone", (STATEMENT.c.key,), STATEMENT.c.parent.is_(None) & IS_NUMBERED),
    ("variable_seq", (STATEMENT.c.seq,), IS_NUMBERED),
    ("catalogue", (STATEMENT.c.kind, STATEMENT.c.key), IN_CATALOGUE),
):
    Index(f"corpus_statement_{_name}", *_columns, sqlite_where=_where, postgresql_where=_where)

RIVAL = _table(
    "corpus_rival",
    Column("record", _Big, primary_key=True, autoincrement=False),
    Column("id", Text, primary_key=True),
    Column("hash", _Big, nullable=False),
    _number("source"),
    _number("kind"),
    Column("parent", _Big),
    _number("position"),
    _number("filled"),
    Column("keys", Text),
    Column("digest", LargeBinary, nullable=False),
    Column("payload", LargeBinary),
)
"""What further records of a source state about an id; it counts when the statement that does is withdrawn."""
Index("corpus_rival_hash", RIVAL.c.hash)

EDGE = _table(
    "corpus_edge",
    Column("statement", _Big, primary_key=True, autoincrement=False),
    Column("parent", _Big, primary_key=True, autoincrement=False),
    rowid=False,
)
"""What a variable belongs to beyond its first parent."""
Index("corpus_edge_parent", EDGE.c.parent)

HELD = _table(
    "corpus_held",
    Column("parent", _Big, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    _number("record"),
    _number("variables"),
)
"""How many live variables name this id as their first parent; `record` is one that did."""

TALLY = _table(
    "corpus_tally",
    Column("source", _Big, primary_key=True, autoincrement=False),
    Column("kind", _Big, primary_key=True, autoincrement=False),
    _number("live"),
    rowid=False,
)

ITEM = _table(
    "corpus_item",
    _key(),
    Column("hash", _Big, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("slug", _Name, unique=True),
    _number("kind"),
    Column("lead", _Big),
    Column("moved_to", _Big),
    _number("stated"),
    _number("top"),
    Column("members", Text, nullable=False, server_default="[]"),
    Column("signature", LargeBinary),
    Column("payload", LargeBinary),
    _number("variables"),
    _number("children"),
    _number("seq"),
    _number("changed"),
)
"""Live when `lead` (the statement that leads its group) is set; `payload` only where it differs from that statement's."""
Index("corpus_item_hash", ITEM.c.hash)
Index("corpus_item_seq", ITEM.c.seq)
Index("corpus_item_moved", ITEM.c.moved_to)

PART = _table(
    "corpus_part",
    Column("child", _Big, primary_key=True, autoincrement=False),
    Column("parent", _Big, primary_key=True, autoincrement=False),
    rowid=False,
)
"""Which live item belongs to which: canonical, and without cycles."""
Index("corpus_part_parent", PART.c.parent)

ALIAS = _table("corpus_alias", Column("name", _Name, primary_key=True), _number("item"), rowid=False)
"""Slugs that were replaced, for ever."""

ISSUE = _table(
    "corpus_issue",
    Column("key", _Big, primary_key=True, autoincrement=True),
    _number("source"),
    _number("record"),
    _number("settled"),
    Column("code", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("level", Text, nullable=False),
)
Index("corpus_issue_record", ISSUE.c.record)
Index("corpus_issue_code", ISSUE.c.source, ISSUE.c.code)

QUALITY = _table(
    "corpus_quality",
    Column("record", _Big, primary_key=True, autoincrement=False),
    _number("source"),
    Column("tally", Text, nullable=False),
)
"""How good the descriptions of a record are, as sums that can be added up."""

JUDGEMENT = _table(
    "corpus_judgement",
    Column("key", _Big, primary_key=True, autoincrement=True),
    Column("left", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("score", Double().with_variant(REAL, "sqlite")),
)
"""Every judgement ever passed; `verdicts` says which is in force."""

PROFILE = _table(
    "corpus_profile",
    _key(),
    Column("id", Text, nullable=False, unique=True),
    Column("signature", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
"""What comparing knows of each id, and a digest of the statements it was made from."""

BLOCK = _table(
    "corpus_block",
    Column("hash", _Big, primary_key=True, autoincrement=False),
    Column("profile", _Big, primary_key=True, autoincrement=False),
    _number("source"),
    _number("strong"),
    rowid=False,
)
"""Keys under which profiles meet; `source` is a hash of the sources, `strong` marks identifiers."""
Index("corpus_block_profile", BLOCK.c.profile)
