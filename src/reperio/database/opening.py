"""Opening it: SQLite by default, PostgreSQL by one setting, the same SQLAlchemy Core statements for both.

SQLite runs in WAL mode with `synchronous=FULL`: a process killed at any moment loses nothing committed; readers
never wait for the writer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from reperio.errors import BackendError, ConfigError

BUSY_TIMEOUT_MS = 30_000
CREATE_TRIES = 20
DRIVER = "postgresql+psycopg"
"""What drives PostgreSQL unless the URL says otherwise."""

POOL_SECONDS = 10
"""How long a request waits for a connection of the pool."""

PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000,
    "application_name": "reperio",
}  # fmt: skip
"""So that a host which is gone without a word is noticed within half a minute. The URL may say otherwise."""


def open_database(url: str) -> Engine:
    """Open the database at `url`, making the directory of a SQLite file when it is missing.

    Raises:
        ConfigError: the URL is not one, or names a database that is neither SQLite nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError("The database URL cannot be read.", hint="See REPERIO_DATABASE.") from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ConfigError(
            f"Databases of kind {parsed.get_backend_name()!r} are not supported.", hint="Use sqlite or postgresql."
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    if parsed.get_backend_name() == "postgresql":
        return _open_postgresql(parsed.set(drivername=DRIVER) if parsed.drivername == "postgresql" else parsed)
    engine = create_engine(parsed)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _open_postgresql(url: URL) -> Engine:
    """A pool whose connections are tried before they are used: a server that was away is no trouble once it is back."""
    given = {name: value for name, value in PATIENCE.items() if name not in url.query}
    try:
        return create_engine(url, pool_pre_ping=True, pool_timeout=POOL_SECONDS, max_overflow=20, connect_args=given)
    except ImportError as error:
        raise ConfigError(
            f"The driver of {url.drivername} is not installed.",
            hint="Install psycopg (the extra `postgresql`), or write postgresql://...",
        ) from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def create_tables(engine: Engine, metadata: MetaData) -> None:
    """Create the tables of `metadata` that are missing; several processes may do so at once."""
    for left in reversed(range(CREATE_TRIES)):
        try:
            return metadata.create_all(engine)
        except DBAPIError:  # another process may have made one between our look and our statement
            if not left:
                raise
            time.sleep(0.05)
    return None


FULL = "The disk of the database is full."
FULL_HINT = "Make room; what was committed is kept, and the same command goes on from there."


@contextmanager
def our_errors(detail: str = "The database cannot do this now.") -> Iterator[None]:
    """Errors of the database as ours; `detail` says what cannot be done."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(error)[:500]
        if _is_full(error):
            raise BackendError(FULL, hint=FULL_HINT, cause=cause) from error
        raise BackendError(detail, hint="Try again in a moment.", cause=cause) from error


def _is_full(error: SQLAlchemyError) -> bool:
    said = str(getattr(error, "orig", "") or "").lower()
    return "disk is full" in said or "no space left" in said
