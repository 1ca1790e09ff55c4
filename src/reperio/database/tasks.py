"""Tables of the work that several processes share, and the time that all of them agree on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
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

PLAN = "plan"
"""The stage that looks what there is to do; it is done again and again and never given up."""

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


class Standing(msgspec.Struct, frozen=True):
    """How the work stood at one moment.

    Attributes:
        at: when, by the database's clock; nothing that was committed before is missing.
        busy: whether any work waited or was under way, but for looking what there is to do.
        since: by stage and state, when the first of it was finished; 0.0 for what is not finished.
    """

    at: float
    busy: bool
    since: dict[tuple[str, str], float]

    def has(self, stage: str, state: str) -> bool:
        """Whether there was work of a stage in a state."""
        return (stage, state) in self.since


def standing(connection: Connection, stages: Sequence[str]) -> Standing:
    """How the work stands: that of some stages in detail.

    Whoever looks for what work has left undone looks here first: where statements of one transaction see what others
    commit meanwhile (PostgreSQL), work that ends between the two looks would else be seen neither under way nor done.
    """
    at, busy = now(connection), is_busy(connection)
    finished = select(TASK.c.stage, TASK.c.state, func.min(TASK.c.finished)).where(TASK.c.stage.in_(list(stages)))
    rows = connection.execute(finished.group_by(TASK.c.stage, TASK.c.state)).all()
    since = {(stage, state): float(first) for stage, state, first in rows}
    return Standing(at, busy or any(state == "open" for _, state in since), since)


def is_busy(connection: Connection) -> bool:
    """Whether any work waits or is under way."""
    left = (TASK.c.state == "open") & (TASK.c.stage != PLAN)
    return connection.execute(select(TASK.c.key).where(left).limit(1)).first() is not None
