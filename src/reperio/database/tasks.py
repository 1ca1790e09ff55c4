"""Tables of the work that several processes share, and the time that all of them agree on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    cast,
    func,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

metadata = MetaData()

_Big = BigInteger().with_variant(Integer(), "sqlite")
_Seconds: Double[float] = Double().with_variant(REAL(), "sqlite")


def _number(name: str) -> Column[Any]:
    return Column(name, _Big, nullable=False, server_default="0")


def _time(name: str) -> Column[Any]:
    return Column(name, _Seconds, nullable=False, server_default="0")


TASK = Table(
    "work_task",
    metadata,
    Column("key", _Big, primary_key=True, autoincrement=True),
    Column("stage", Text, nullable=False),
    Column("name", Text, nullable=False),
    _number("rank"),
    Column("needs", Text, nullable=False, server_default=""),
    Column("payload", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),
    Column("worker", Text),
    _number("token"),
    _number("tries"),
    _time("until"),
    _time("finished"),
    Column("result", LargeBinary),
    Column("said", Text, nullable=False, server_default=""),
    Index("work_task_name", "stage", "name", unique=True),
    Index("work_task_next", "state", "rank", "key"),
    sqlite_strict=True,
)
"""One piece of work a row.

`state` is `open`, `done` or `failed`. Of what is open nobody may take it before `until`: the end of the lease of the
worker that has it, or of a pause after a failure. `token` grows with each taking; who holds an old one cannot commit.
`tries` counts takings since the work was asked for, `needs` names what a worker must have (an encoder, a release).
"""

WORKER = Table(
    "work_worker",
    metadata,
    Column("name", Text, primary_key=True),
    Column("stages", Text, nullable=False),
    Column("doing", Text, nullable=False, server_default=""),
    _time("started"),
    _time("seen"),
    _number("finished"),
    sqlite_strict=True,
)
"""Who works, since when, when last heard of, and on what; `finished` counts pieces of work."""


def clock(connection: Connection) -> ColumnElement[float]:
    """Seconds since 1970 by the database's clock, which is the same for every host."""
    if connection.dialect.name == "sqlite":
        return (func.julianday("now") - 2440587.5) * 86400.0
    return cast(func.extract("epoch", func.clock_timestamp()), Double)


def now(connection: Connection) -> float:
    """The time by the database's clock."""
    return float(connection.execute(select(clock(connection))).scalar_one())
