"""A full disk is told plainly, loses nothing that was committed, and is no trouble any more once there is room."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from postgresql import Postgresql, postgresql
from reperio.database import open_database
from reperio.database.opening import FULL
from reperio.database.work import Lease, Queue, Wanted
from reperio.database.worker import Worker
from reperio.errors import BackendError
from reperio.record.archive import Archive
from reperio.record.model import Record

__all__ = ["postgresql"]

SIZE, FILLER = 24, 16
"""Of the disk and of what is removed later, in megabytes."""


class Disk:
    """A small disk with something on it that can be spared."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"
        self._filler.write_bytes(b"x" * (FILLER << 20))

    def make_room(self) -> None:
        self._filler.unlink()


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A disk of some megabytes, where the server's user gets to; only root can make one."""
    path = Path(tempfile.mkdtemp(prefix="rpdisk"))
    path.chmod(0o755)
    made = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "reperio-test", str(path)]
    if os.getuid() != 0 or shutil.which("mount") is None or subprocess.run(made, check=False).returncode:
        path.rmdir()
        pytest.skip("small disks can only be made by root (mount -t tmpfs)")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)
        path.rmdir()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def engine(request: pytest.FixtureRequest, disk: Disk) -> Iterator[Engine]:
    """A database of each kind on that disk."""
    if request.param == "sqlite":
        made = open_database(f"sqlite:///{disk.path / 'a.sqlite'}")
        yield made
        made.dispose()
        return
    server: Postgresql = request.getfixturevalue("postgresql")
    url = _on_disk(server, disk.path)
    made = open_database(url)
    yield made
    made.dispose()
    _leave(server, url)


def _on_disk(server: Postgresql, path: Path) -> str:
    """Let the server put new tables there: its own files stay where they are."""
    tables = path / "tables"
    tables.mkdir()
    if os.getuid() == 0:
        shutil.chown(tables, "postgres")
    _execute(server, f"CREATE TABLESPACE small LOCATION '{tables}'")
    return f"{server.fresh()}%20-cdefault_tablespace%3Dsmall"


def _leave(server: Postgresql, url: str) -> None:
    schema = re.search(r"search_path%3D(\w+?)%20", url)
    assert schema is not None
    _execute(server, f"DROP SCHEMA {schema[1]} CASCADE")
    _execute(server, "DROP TABLESPACE small")


def _execute(server: Postgresql, statement: str) -> None:
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def batch(number: int) -> list[Record]:
    """A quarter of a megabyte that cannot be compressed."""
    return [
        Record(source="s", identifier=f"{number}-{each}", body=os.urandom(64 << 10), media_type="text/plain", fetched="2026")
        for each in range(4)
    ]  # fmt: skip


def test_a_full_disk_is_told_and_loses_nothing(engine: Engine, disk: Disk) -> None:
    archive = Archive(engine)
    refused: list[Record] = []
    for number in range(SIZE * 4):
        records = batch(number)
        try:
            archive.store(records, source="s", state={"batch": number})
        except BackendError as error:
            told, refused = error, records
            break
    assert refused, "the disk was never full"
    assert told.detail == FULL
    assert "room" in told.hint
    held = archive.count("s")
    assert held >= 4
    assert archive.load_state("s") == {"batch": held // 4 - 1}, "records and state belong together"
    disk.make_room()
    archive.store(refused, source="s", state={"batch": -1})
    assert archive.count("s") == held + 4
    assert len([record for _, record in archive.records("s") if record.digest]) == held + 4
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_worker_waits_for_room_and_goes_on(engine: Engine, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.database.worker.LONGEST_WAIT", 0.2)
    queue, archive = Queue(engine, lease_seconds=3.0), Archive(engine)
    names = [str(number) for number in range(10 * 4)]
    queue.ask(Wanted(stage="read", name=name) for name in names)

    def store(lease: Lease) -> None:
        Archive(engine, lease.hold).store(batch(int(lease.task.name)))
        with queue.writing() as connection:
            lease.finish(connection)
        if lease.task.name == names[-1]:
            worker.stop()

    worker = Worker(queue, {"read": store})
    thread = threading.Thread(target=worker.run)
    thread.start()
    until = time.monotonic() + 60
    before = -1
    while (now := archive.count("s")) != before or now < 4:
        before = now
        assert time.monotonic() < until
        time.sleep(1.5)
    assert now < 4 * len(names), "the disk was never full"
    disk.make_room()
    thread.join(120)
    assert not thread.is_alive()
    assert archive.count("s") == 4 * len(names)
    assert queue.state().failures == ()
