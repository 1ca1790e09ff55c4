"""Upgrading: a home of an earlier version is brought up to date while the old server answers; a later one is refused."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import text

from homes import SAMPLE, copy_of, workshop
from reperio.corpus.migrate import MIGRATIONS
from reperio.database import open_database
from reperio.errors import BackendError, NotReadyError
from reperio.index.generation import SCHEMA_VERSION
from reperio.jobs import Workshop

ROOT = SAMPLE.parent
EARLIER = "421e53412f8a63836f0674ac255724d891a81f36"
"""A commit whose index has another schema, whose corpus has fewer tables and whose reading was another."""

START = "from reperio.cli import main; main()"


def with_sql(home: Path, *statements: str) -> None:
    engine = open_database(f"sqlite:///{home / 'reperio.sqlite'}")
    with engine.begin() as connection:
        for one in statements:
            connection.execute(text(one))
    engine.dispose()


def test_tables_of_an_earlier_version_are_brought_up_to_date(read_home: Path, tmp_path: Path) -> None:
    """The corpus as it was before rivals and quality were kept, read by an earlier reader."""
    home = copy_of(read_home, tmp_path / "home")
    before = workshop(home).corpus.counts()
    with_sql(
        home,
        "DROP TABLE corpus_rival",
        "DROP TABLE corpus_quality",
        "DELETE FROM corpus_migration WHERE number > 3",
        "UPDATE archive_state SET state = replace(state, '\"version\":\"', '\"version\":\"0.0.9 ') WHERE source LIKE 'read:%'",
    )
    now = workshop(home)
    assert now.corpus.standings() == {}
    records = sum(report.records for report in now.read())
    assert records == sum(now.archive.count(source) for source in now.archive.sources())
    assert now.corpus.standings(), "read again by the readers of today"
    assert now.corpus.counts() == before
    assert sum(report.records for report in workshop(home).read()) == 0, "once"


def test_a_database_of_a_later_version_is_refused_and_left_alone(read_home: Path, tmp_path: Path) -> None:
    home = copy_of(read_home, tmp_path / "home")
    later = len(MIGRATIONS) + 1
    with_sql(home, f"INSERT INTO corpus_migration (number, name, at) VALUES ({later}, 'later', 0)")
    with pytest.raises(BackendError, match=f"schema {later}, this version knows {len(MIGRATIONS)}"):
        _ = workshop(home).corpus
    with_sql(home, f"DELETE FROM corpus_migration WHERE number = {later}")
    assert workshop(home).corpus.counts()["variable"] == 2550


# -- a real earlier version --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of an earlier commit; the test skips where the history is not here."""
    packed = subprocess.run(["git", "archive", EARLIER, "src", "sample"], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip("the history of the repository is not here")
    directory = tmp_path_factory.mktemp("earlier")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
        tar.extractall(directory, filter="data")
    return directory


def call(code: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START, *words], env=environment(code, home), capture_output=True, text=True, check=False
    )  # fmt: skip


def environment(code: Path, home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REPERIO_")}
    sources = str(code / "sample" / "sources")
    return kept | {
        "PYTHONPATH": str(code / "src"), "REPERIO_HOME": str(home), "REPERIO_SOURCES": sources, "REPERIO_MODEL": "none",
        "REPERIO_LOG_LEVEL": "error",
    }  # fmt: skip


@contextmanager
def serving(code: Path, home: Path) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-u", "-W", "ignore", "-c", START, "serve", "--port", "0"],
        env=environment(code, home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        told = next(line for line in process.stdout if "Reperio is at" in line)
        yield int(told.split("127.0.0.1:")[1].split("/")[0])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ask(port: int) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/api/v1/search?query=sleep&n={time.monotonic_ns()}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.server
@pytest.mark.enable_socket
def test_an_earlier_version_is_upgraded_while_it_serves(earlier: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for words in (("harvest",), ("read",), ("index",)):
        made = call(earlier, home, *words)
        assert made.returncode == 0, made.stderr[-2000:]
    with serving(earlier, home) as old:
        assert ask(old) == 200
        now = workshop(home, sources=earlier / "sample" / "sources")
        with pytest.raises(NotReadyError, match=f"this version needs {SCHEMA_VERSION}"):
            now.service().discovery()
        assert ask(old) == 200, "what looked did no harm"
        records = sum(report.records for report in now.read())
        assert records > 100, "every record is read again"
        assert ask(old) == 200, "the old server answers while records are read again"
        held = {path.name for path in (home / "index").iterdir() if path.is_dir()}
        report = now.index()
        assert report.rebuilt
        left = {path.name for path in (home / "index").iterdir() if path.is_dir()}
        assert held < left, "the earlier index is kept beside the new one"
    assert_serves(Workshop(now.settings), report.documents)
    refused = call(earlier, home, "status")
    assert refused.returncode != 0
    assert "version" in refused.stderr, "the earlier version says why it does not open what the later one made"
    assert "Traceback" not in refused.stderr


def assert_serves(now: Workshop, documents: dict[str, int]) -> None:
    discovery = now.service().discovery()
    assert discovery.index.backend.stats().documents == documents
    assert documents["variables"] > 2000
