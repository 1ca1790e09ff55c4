"""Tables of the archive, in SQL that SQLite (STRICT) and PostgreSQL share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# STRICT tables know INTEGER, TEXT and BLOB only; SQLite's INTEGER has 64 bits.
_Big = BigInteger().with_variant(Integer(), "sqlite")

clock = Table(
    "archive_clock",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", _Big, nullable=False),
    sqlite_strict=True,
)
"""The last sequence number given. Writers lock its row first, so that numbers are committed in order."""

record = Table(
    "archive_record",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("datestamp", Text),
    Column("fetched", Text, nullable=False),
    Column("url", Text),
    Column("deleted", Integer, nullable=False),
    Column("size", _Big, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("archive_record_identity", "source", "identifier", unique=True),
    Index("archive_record_order", "source", "seq"),
    sqlite_strict=True,
)
"""The newest version of each record; `size` is that of the raw body, `body` is compressed (zstd)."""

history = Table(
    "archive_history",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("fetched", Text, nullable=False),
    Index("archive_history_identity", "source", "identifier"),
    sqlite_strict=True,
)
"""Every version a record ever had, without its body."""

sighting = Table(
    "archive_sighting",
    metadata,
    Column("source", Text, primary_key=True),
    Column("identifier", Text, primary_key=True),
    sqlite_strict=True,
)
"""What a complete pass over a source, still under way, has met so far."""

state = Table(
    "archive_state",
    metadata,
    Column("source", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("saved", Text, nullable=False),
    sqlite_strict=True,
)
"""Where the harvest of a source stands, as JSON."""

run = Table(
    "archive_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("started", Text, nullable=False),
    Column("finished", Text),
    Column("outcome", Text),
    Column("counts", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("archive_run_source", "source", "id"),
    sqlite_strict=True,
)
"""The log of harvests; one without an end is under way or was killed."""
