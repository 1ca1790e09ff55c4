"""The corpus contract on PostgreSQL, where its server and the driver psycopg are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

pytest.register_assert_rewrite("contracts.corpus")

from contracts.corpus import CorpusContract  # noqa: E402 - after its assertions are made to explain themselves
from reperio.corpus.tables import METADATA  # noqa: E402
from reperio.database import open_database  # noqa: E402

pytestmark = pytest.mark.server


def _programs() -> tuple[str, str]:
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    found = [shutil.which(name) for name in ("initdb", "postgres")]
    if None in found:
        pytest.skip("the PostgreSQL server is not installed")
    return str(found[0]), str(found[1])


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL refuses to run as root and there is no user postgres")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server in a directory of its own, reached through a Unix socket; its URL."""
    initdb, postgres = _programs()
    user = _user()
    with tempfile.TemporaryDirectory(prefix="rp") as home:
        if user:
            shutil.chown(home, user)
        data = Path(home) / "data"
        made = [initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(made, check=True, capture_output=True, user=user)
        options = ["-c", "listen_addresses=", "-c", "fsync=off"]
        running = [postgres, "-D", str(data), "-k", home, *options]
        with subprocess.Popen(running, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _wait(home)
                yield f"postgresql+psycopg://postgres@/postgres?host={home}"
            finally:
                process.terminate()


def _wait(home: str) -> None:
    import psycopg  # noqa: PLC0415 - only where it is installed

    for _ in range(100):
        try:
            psycopg.connect(host=home, user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("PostgreSQL did not start")


@pytest.fixture
def engine(server: str) -> Iterator[Engine]:
    engine = open_database(server)
    METADATA.drop_all(engine)
    yield engine
    engine.dispose()


class TestPostgresqlCorpus(CorpusContract):
    """On PostgreSQL."""
