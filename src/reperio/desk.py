"""The desk: what people reported and what was searched in vain, in a small database of its own beside the corpus.

Where the corpus lies in PostgreSQL so does the desk, so that several web processes on several hosts share it. No
address, no cookie, no browser is kept with any of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from reperio.database import create_tables, open_database
from reperio.errors import BackendError, NotFoundError, QueryError
from reperio.settings import Settings

FILE = "desk.sqlite"
QUERY_MAX = 200
TEXT_MAX = 2000
LINE_MAX = 300
REPORTS_MAX = 20_000
MISSED_MAX = 50_000

metadata = MetaData()
REPORT = Table(
    "desk_report", metadata,
    Column("key", Integer, primary_key=True),
    *(Column(name, String, nullable=False) for name in
      ("at", "kind", "subject", "title", "reason", "useful", "text", "contact", "generation", "state")),
)  # fmt: skip
MISSED = Table(
    "desk_missed", metadata,
    Column("text", String, primary_key=True), Column("day", String, primary_key=True),
    Column("times", Integer, nullable=False),
)  # fmt: skip
ENDED = Table(
    "desk_ended", metadata, Column("nonce", String, primary_key=True), Column("until", Integer, nullable=False),
)  # fmt: skip
SECRET = Table(
    "desk_secret", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False),
)  # fmt: skip
"""What the hosts of a site must have in common; the home directory keeps it where there is one host."""

Kind = Literal["record", "search", "site"]
State = Literal["new", "done"]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody reported.

    Attributes:
        key: its number; 0 before it is kept.
        at: when, to the minute (ISO 8601, UTC).
        kind: about a record, a search, or the site.
        subject: uuid of the record, or the search as parameters.
        title: title of the record, or words of the search.
        reason: one of a short list.
        useful: `yes`, `no` or empty.
        text: in their own words, at most 2,000 characters.
        contact: how to answer them, if they want; at most 300 characters.
        generation: index generation in force, to see what they saw.
        state: `new` or `done`.
    """

    key: int = 0
    at: str = ""
    kind: Kind = "site"
    subject: str = ""
    title: str = ""
    reason: str = ""
    useful: str = ""
    text: str = ""
    contact: str = ""
    generation: str = ""
    state: State = "new"


class Missed(msgspec.Struct, frozen=True):
    """A search that found nothing: its words, how often it was made, when last (a date)."""

    text: str
    times: int
    last: str


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Reports and vain searches of a home. Safe to use from threads; the database is made when first needed.

    Args:
        home: its directory, for a file of our own.
        missed_days: days for which vain searches are kept.
        clock: gives the time now, in UTC.
        url: a database in place of that file.
    """

    def __init__(self, home: Path, missed_days: int, clock: Callable[[], datetime] = _now, url: str = "") -> None:
        self.path = home / FILE
        self._url = url
        self._days = missed_days
        self._clock = clock
        self._opening = threading.Lock()

    @cached_property
    def _made(self) -> Engine:
        engine = open_database(self._url or f"sqlite:///{self.path.absolute()}")
        _adopt(engine)
        create_tables(engine, metadata)
        return engine

    # -- reports -----------------------------------------------------------------------------------------------

    def report(self, said: Report) -> None:
        """Keep a report, cut to size.

        Raises:
            QueryError: too many are kept already.
        """
        row = msgspec.to_builtins(said) | {"at": self._clock().isoformat(timespec="minutes"), "state": "new"}
        del row["key"]
        kept = {
            name: clean(value, TEXT_MAX if name in {"text", "subject"} else LINE_MAX) for name, value in row.items()
        }
        with self._writing() as connection:
            if connection.execute(select(func.count()).select_from(REPORT)).scalar_one() >= REPORTS_MAX:
                raise QueryError("No more reports can be kept at present.", hint="Write to the operators instead.")
            connection.execute(insert(REPORT).values(kept))

    def reports(self, state: str = "", *, before: int | None = None, limit: int = 50) -> list[Report]:
        """Reports in a state (any when empty), the last first; `before` is the key of the last one seen."""
        query = select(REPORT).order_by(REPORT.c.key.desc()).limit(limit)
        if state:
            query = query.where(REPORT.c.state == state)
        if before is not None:
            query = query.where(REPORT.c.key < before)
        with self._reading() as connection:
            return [Report(**row) for row in connection.execute(query).mappings()]

    def count(self, state: str = "") -> int:
        """How many reports are in a state."""
        query = select(func.count()).select_from(REPORT)
        with self._reading() as connection:
            return int(connection.execute(query.where(REPORT.c.state == state) if state else query).scalar_one())

    def put(self, key: int, state: State) -> None:
        """Put a report into a state.

        Raises:
            NotFoundError: there is no such report.
        """
        with self._writing() as connection:
            if not connection.execute(update(REPORT).where(REPORT.c.key == key).values(state=state)).rowcount:
                raise NotFoundError("There is no such report.")

    def forget(self, key: int) -> None:
        """Delete a report for good."""
        with self._writing() as connection:
            connection.execute(delete(REPORT).where(REPORT.c.key == key))

    # -- searched in vain --------------------------------------------------------------------------------------

    def miss(self, text: str) -> None:
        """Count a search that found nothing; nothing is kept when keeping is switched off."""
        words = " ".join(clean(text, QUERY_MAX).split()).casefold()[:QUERY_MAX]
        if not self._days or not words:
            return
        today = self._today()
        with self._writing() as connection:
            connection.execute(delete(MISSED).where(MISSED.c.day < self._oldest(today)))
            here = (MISSED.c.text == words) & (MISSED.c.day == today.isoformat())
            if connection.execute(update(MISSED).where(here).values(times=MISSED.c.times + 1)).rowcount:
                return
            if connection.execute(select(func.count()).select_from(MISSED)).scalar_one() < MISSED_MAX:
                connection.execute(insert(MISSED).values(text=words, day=today.isoformat(), times=1))

    def missed(self, limit: int = 100) -> list[Missed]:
        """What was searched in vain, the most frequent first, within the days that are kept."""
        times = func.sum(MISSED.c.times)
        query = (
            select(MISSED.c.text, times, func.max(MISSED.c.day))
            .where(MISSED.c.day >= self._oldest(self._today()))
            .group_by(MISSED.c.text).order_by(times.desc(), func.max(MISSED.c.day).desc(), MISSED.c.text).limit(limit)
        )  # fmt: skip
        with self._reading() as connection:
            return [Missed(text, int(count), last) for text, count, last in connection.execute(query)]

    def forget_missed(self) -> None:
        """Delete all of it."""
        with self._writing() as connection:
            connection.execute(delete(MISSED))

    def _today(self) -> date:
        return self._clock().date()

    def _oldest(self, today: date) -> str:
        return (today - timedelta(days=self._days)).isoformat()

    # -- sessions that were ended ------------------------------------------------------------------------------

    def end(self, nonce: str, until: int) -> None:
        """Remember that a session was ended before its time."""
        with self._writing() as connection:
            connection.execute(delete(ENDED).where(ENDED.c.until < int(self._clock().timestamp())))
            connection.execute(delete(ENDED).where(ENDED.c.nonce == nonce))
            connection.execute(insert(ENDED).values(nonce=nonce, until=until))

    def ended(self, nonce: str) -> bool:
        """Whether a session was ended."""
        with self._reading() as connection:
            return connection.execute(select(ENDED.c.nonce).where(ENDED.c.nonce == nonce)).first() is not None

    # -- secrets -----------------------------------------------------------------------------------------------

    def secret(self, name: str) -> str | None:
        """What is kept under a name; None when nothing is."""
        with self._reading() as connection:
            return connection.execute(select(SECRET.c.value).where(SECRET.c.name == name)).scalar()

    def keep(self, name: str, value: str, before: str | None) -> bool:
        """Keep something under a name if what is there is still `before`; whether it was."""
        here = SECRET.c.name == name
        with self._writing() as connection:
            if before is not None:
                changed = update(SECRET).where(here, SECRET.c.value == before).values(value=value)
                return connection.execute(changed).rowcount == 1
            try:
                with connection.begin_nested():
                    connection.execute(insert(SECRET).values(name=name, value=value))
            except IntegrityError:  # another process was quicker
                return False
            return True

    # -- connections -------------------------------------------------------------------------------------------

    @property
    def _engine(self) -> Engine:
        with self._opening:
            return self._made

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _errors(), self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        if "_made" in vars(self):
            self._made.dispose()


def desk_of(settings: Settings) -> Desk:
    """The desk of a site: in its database where that is a server's, in its home otherwise."""
    url = settings.database_url
    return Desk(settings.home, settings.missed_days, url="" if url.startswith("sqlite") else url)


def _adopt(engine: Engine) -> None:
    """Take over tables under the names they had while the desk always had a file of its own."""
    held = set(inspect(engine).get_table_names()) if engine.dialect.name == "sqlite" else set()
    for old in sorted({"report", "missed", "ended"} & held):
        with suppress(DBAPIError), engine.begin() as connection:  # another process may be quicker
            connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO desk_{old}")


def clean(text: str, most: int) -> str:
    """A text without characters that no person types (control characters, lone surrogates), cut to `most`."""
    kept = "".join(
        one if one == "\n" or one.isprintable() else " "
        for one in text[: most * 4]
        if one.isspace() or one.isprintable()
    )
    return kept.strip()[:most]


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise BackendError("This cannot be kept or read now.", hint="Try again in a moment.") from error
