"""Numbers given once, and the lock that writers hold: there is one writer at a time, so that changes are in order."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from reperio.corpus.tables import COUNTER

_CURRENT = select(COUNTER.c.value).where(COUNTER.c.name == bindparam("name"))
# Built once: every question asks for it, and to build a statement costs more than to ask it.


def lock(connection: Connection) -> None:
    """Begin writing: other writers wait until this transaction ends."""
    connection.execute(update(COUNTER).where(COUNTER.c.name == "seq").values(value=COUNTER.c.value))


def take(connection: Connection, name: str, number: int = 1) -> int:
    """Take `number` fresh numbers and give the first of them."""
    connection.execute(update(COUNTER).where(COUNTER.c.name == name).values(value=COUNTER.c.value + number))
    return current(connection, name) - number + 1


def current(connection: Connection, name: str) -> int:
    """The last number taken."""
    return int(connection.scalar(_CURRENT, {"name": name}) or 0)


def put(connection: Connection, name: str, value: int) -> None:
    """Set a number; the lock is held."""
    if not connection.execute(update(COUNTER).where(COUNTER.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(COUNTER).values(name=name, value=value))
