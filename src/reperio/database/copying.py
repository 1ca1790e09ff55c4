"""Copying whole tables from one database to another, of the same kind or not, and proving that the copy is whole.

Everything is read in one transaction, so that it is of one moment while others go on writing, and written in one, so
that a copy is there whole or not at all. Rows are summed up on both sides: as many, and each the same.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, func, insert, inspect, select, text

from reperio.database.opening import create_tables, our_errors
from reperio.errors import BackendError, ConfigError

CHUNK = 2_000
_MASK = (1 << 64) - 1

Progress = Callable[[str, int], None]
"""Told of which table how many more rows are done."""


class Sum(msgspec.Struct, frozen=True):
    """How many rows a table has, and a number made of every value in them, whatever their order."""

    rows: int = 0
    digest: int = 0


def copy_tables(source: Engine, target: Engine, metadatas: Sequence[MetaData], progress: Progress) -> dict[str, Sum]:
    """Copy every table of `metadatas` that the source has; gives what each holds, the same on both sides.

    Raises:
        ConfigError: the target holds something already.
        BackendError: a database fails, or what was written is not what was read; the target is left empty.
    """
    held = set(inspect(source).get_table_names())
    tables = [one for metadata in metadatas for one in metadata.sorted_tables if one.name in held]
    refuse_filled(target, metadatas)
    with our_errors():
        for metadata in metadatas:
            create_tables(target, metadata)
        with snapshot(source) as reading, target.begin() as writing:
            sums = {table.name: _copy(reading, writing, table, progress) for table in tables}
            for table in tables:
                _compare(writing, table, sums[table.name])
                _go_on_counting(writing, table)
    return sums


def refuse_filled(engine: Engine, metadatas: Sequence[MetaData]) -> None:
    """Refuse a database in which one of our tables has a row.

    Raises:
        ConfigError: one has.
    """
    with our_errors(), engine.connect() as connection:
        held = set(inspect(connection).get_table_names())
        for metadata in metadatas:
            for table in metadata.sorted_tables:
                if table.name in held and connection.execute(select(table).limit(1)).first() is not None:
                    raise ConfigError(
                        f"There is something in the table {table.name} of the target already.",
                        hint="Copy into an empty database; nothing was changed.",
                    )


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment, whatever others write."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        else:
            connection.exec_driver_sql("BEGIN")
            yield connection


def _copy(reading: Connection, writing: Connection, table: Table, progress: Progress) -> Sum:
    rows = digest = 0
    statement = insert(table)
    with closing(_rows(reading, table)) as pieces:  # closed at once, too, when something fails
        for some in pieces:
            writing.execute(statement, some)
            rows += len(some)
            digest = (digest + sum(_digest(table, row) for row in some)) & _MASK
            progress(table.name, len(some))
    return Sum(rows, digest)


def _rows(connection: Connection, table: Table) -> Generator[list[dict[str, Any]], None, None]:
    with connection.execute(select(table).execution_options(yield_per=CHUNK)) as streamed:
        for some in streamed.mappings().partitions(CHUNK):
            yield [dict(row) for row in some]


def _digest(table: Table, row: dict[str, Any]) -> int:
    values = [bytes(value) if isinstance(value, memoryview) else value for value in (row[c.name] for c in table.c)]
    return int.from_bytes(hashlib.blake2b(repr(values).encode(), digest_size=8).digest(), "big")


def sum_up(connection: Connection, table: Table) -> Sum:
    """What a table holds."""
    rows = digest = 0
    for some in _rows(connection, table):
        rows += len(some)
        digest = (digest + sum(_digest(table, row) for row in some)) & _MASK
    return Sum(rows, digest)


def _compare(connection: Connection, table: Table, wanted: Sum) -> None:
    found = sum_up(connection, table)
    if found != wanted:
        raise BackendError(
            f"The copy of {table.name} is not what was read ({found.rows:,} rows of {wanted.rows:,}).",
            hint="Nothing was kept; try again, and tell us when it happens again.",
        )


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were copied."""
    if connection.dialect.name != "postgresql":
        return
    column: Column[Any] | None = table.autoincrement_column
    if column is None or not isinstance(column.type, Integer):
        return
    name = connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
    last = connection.execute(select(func.max(column))).scalar()
    if name and last:
        connection.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})


def save_sqlite(file: Path, to: Path) -> None:
    """Save a SQLite database, of one moment and without the gaps in it, while others read and write.

    Raises:
        BackendError: it cannot be read, or there is no room.
    """
    try:
        with closing(sqlite3.connect(f"file:{file.absolute()}?mode=ro", uri=True, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(to),))
    except sqlite3.Error as error:
        raise BackendError(f"{file.name} cannot be saved: {error}.") from error


def check_sqlite(file: Path) -> None:
    """Look a SQLite database through.

    Raises:
        BackendError: it is damaged.
    """
    try:
        with closing(sqlite3.connect(f"file:{file.absolute()}?mode=ro&immutable=1", uri=True)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise BackendError(f"{file.name} is damaged: {error}.") from error
    if found != "ok":
        raise BackendError(f"{file.name} is damaged: {found}.")
