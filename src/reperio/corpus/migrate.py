"""The schema of the corpus, in numbered steps. A step, once released, never changes; a new one is added below it."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, insert, inspect, select, text

from reperio.corpus.tables import BLOCK, COUNTER, JUDGEMENT, METADATA, MIGRATION, PROFILE, QUALITY, RIVAL
from reperio.errors import BackendError

COUNTERS = ("seq", "statement", "item", "record", "source", "stale", "profile", "rules")


def _begin(connection: Connection) -> None:
    METADATA.create_all(connection)
    _count(connection)


def _count(connection: Connection) -> None:
    """Counters that are missing begin at 0."""
    held = set(connection.scalars(select(COUNTER.c.name)))
    fresh = [{"name": name, "value": 0} for name in COUNTERS if name not in held]
    if fresh:
        connection.execute(insert(COUNTER), fresh)


def _profile(connection: Connection) -> None:
    """Tables of profiles and their keys, and the score of judgements; a new corpus has them already."""
    METADATA.create_all(connection, tables=[PROFILE, BLOCK])
    held = {column["name"] for column in inspect(connection).get_columns(JUDGEMENT.name)}
    if "score" not in held:
        kind = JUDGEMENT.c.score.type.compile(connection.dialect)
        connection.execute(text(f"ALTER TABLE {JUDGEMENT.name} ADD COLUMN score {kind}"))
    _count(connection)


def _rivals(connection: Connection) -> None:
    """The table of what further records of a source state."""
    METADATA.create_all(connection, tables=[RIVAL])


def _quality(connection: Connection) -> None:
    """A table of quality by record; it fills when records are read."""
    METADATA.create_all(connection, tables=[QUALITY])


MIGRATIONS: tuple[tuple[str, Callable[[Connection], None]], ...] = (
    ("tables", _begin),
    ("profiles", _profile),
    ("rules", _count),
    ("rivals", _rivals),
    ("quality", _quality),
)


def migrate(engine: Engine) -> int:
    """Bring the schema up to date and give its number. Doing it again does nothing.

    Raises:
        BackendError: the database was made by a later version.
    """
    METADATA.create_all(engine, tables=[MIGRATION])
    with engine.begin() as connection:
        done = connection.scalar(select(func.max(MIGRATION.c.number))) or 0
        if done > len(MIGRATIONS):
            raise BackendError(
                f"The corpus has schema {done}, this version knows {len(MIGRATIONS)}.", hint="Use a later version."
            )
        for number, (name, step) in enumerate(MIGRATIONS[done:], done + 1):
            step(connection)
            connection.execute(insert(MIGRATION), {"number": number, "name": name, "at": int(time.time())})
    return len(MIGRATIONS)
