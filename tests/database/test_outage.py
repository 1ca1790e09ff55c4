"""A database server that is killed and comes back: told as ours meanwhile, used again at once, nothing committed lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from postgresql import Postgresql, running
from reperio.database import open_database
from reperio.database.work import Lease, Queue, Wanted
from reperio.database.worker import Worker, is_outage
from reperio.errors import BackendError, ConfigError
from reperio.record.archive import Archive
from reperio.record.model import Record


@pytest.fixture
def server() -> Iterator[Postgresql]:
    """A server to be killed; what it committed has been handed to the system."""
    yield from running(("fsync=off", "full_page_writes=off"))


def one(name: str) -> Record:
    return Record(source="s", identifier=name, body=b"<a/>", media_type="application/xml", fetched="2026")


@pytest.mark.server
def test_connections_heal_and_workers_wait(server: Postgresql) -> None:
    engine = open_database(server.fresh())
    archive, queue = Archive(engine), Queue(engine)
    archive.store([one("before")])
    queue.ask(Wanted(stage="read", name=name) for name in "abc")
    away, back = threading.Event(), threading.Event()
    tried: list[str] = []

    def store(lease: Lease) -> None:
        tried.append(lease.task.name)
        if len(tried) == 2:
            away.set()
            back.wait(60)
        Archive(engine, lease.hold).store([one(lease.task.name)])
        with queue.writing() as connection:
            lease.finish(connection)
        if lease.task.name == "c":
            worker.stop()

    worker = Worker(queue, {"read": store})
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert away.wait(60)
    server.kill()
    with pytest.raises(BackendError) as told:
        archive.count("s")
    assert is_outage(told.value)
    back.set()
    server.start()
    assert archive.count("s") >= 1, "the first question after its return is answered"
    thread.join(120)
    assert not thread.is_alive()
    assert archive.count("s") == 4
    assert queue.state().stages == {}
    engine.dispose()


def test_a_mistake_of_ours_is_no_outage() -> None:
    engine = open_database("sqlite://")
    with pytest.raises(BackendError) as told, Queue(engine).writing() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    assert not is_outage(told.value)
    engine.dispose()


def test_a_driver_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigError, match="driver"):
        open_database("postgresql+pg8000://localhost/x")
