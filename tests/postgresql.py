"""A PostgreSQL server of the tests' own, from Debian's package: in a temporary directory, behind a Unix socket."""

from __future__ import annotations

import functools
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from reperio.database import open_database

START_SECONDS = 60.0
SETTINGS = ("listen_addresses=", "max_connections=200", "shared_buffers=32MB", "max_wal_size=256MB")
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For tests that never cut the power: the server alone is killed."""


@functools.cache
def find_programs() -> Path | None:
    """The directory of `initdb` and `postgres`, the newest first; None where Debian's package is not installed."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: (len(path.parent.name), path.parent.name)
    )
    found = shutil.which("postgres")
    for directory in (*reversed(debian), *([Path(found).parent] if found else [])):
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            return directory
    return None


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL refuses to run as root and there is no user postgres")


class Postgresql:
    """A server that can be killed and started again."""

    def __init__(self, programs: Path, home: Path, user: str | None, options: tuple[str, ...] = QUICK) -> None:
        self._programs, self._home, self._user = programs, home, user
        self._options = [part for option in (*SETTINGS, *options) for part in ("-c", option)]
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self.data = home / "data"

    def make(self) -> None:
        """Make the empty cluster of databases."""
        made = [self._programs / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]
        subprocess.run([*made, "--locale=C.UTF-8"], check=True, capture_output=True, user=self._user)

    def start(self) -> None:
        """Start it and wait until it answers."""
        running = [self._programs / "postgres", "-D", self.data, "-k", self._home, *self._options]
        with (self._home / "output").open("ab") as output:
            self._process = subprocess.Popen(running, user=self._user, stdout=output, stderr=output)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is None and self._answers():
                return
            if self._process.poll() is not None:  # what a killed one left is still going away
                with (self._home / "output").open("ab") as output:
                    self._process = subprocess.Popen(running, user=self._user, stdout=output, stderr=output)
            time.sleep(0.05)
        pytest.fail(f"PostgreSQL did not start: {(self._home / 'output').read_text()[-2000:]}")

    def _answers(self) -> bool:
        asked = [self._programs / "pg_isready", "-q", "-h", self._home, "-U", "postgres"]
        return subprocess.run(asked, check=False).returncode == 0

    def kill(self) -> None:
        """Kill it without warning (SIGKILL to the postmaster); its other processes end when they notice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Stop it in order, at once."""
        if self._process is not None:
            self._process.send_signal(2)
            self._process.wait(30)
            self._process = None

    @property
    def url(self) -> str:
        """Where its database is."""
        return f"postgresql+psycopg://postgres@/postgres?host={self._home}"

    def fresh(self) -> str:
        """Make an empty schema and give the URL of the database with it in force."""
        name = f"t{next(self._numbers)}"
        engine = create_engine(self.url)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        engine.dispose()
        return f"{self.url}&options=-csearch_path%3D{name}"


def running(options: tuple[str, ...] = QUICK) -> Iterator[Postgresql]:
    """A started server, gone afterwards; the test skips, and says so, where it cannot be had."""
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    programs = find_programs()
    if programs is None:
        pytest.skip("the PostgreSQL server is not installed (Debian's package postgresql)")
    user = _user()
    with tempfile.TemporaryDirectory(prefix="rp", ignore_cleanup_errors=True) as home:
        if user:
            shutil.chown(home, user)
        server = Postgresql(programs, Path(home), user, options)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A server for tests that leave it running."""
    yield from running()


@pytest.fixture
def postgresql_engine(postgresql: Postgresql) -> Iterator[Engine]:
    """An empty database, opened as we open it."""
    engine = open_database(postgresql.fresh())
    yield engine
    engine.dispose()
