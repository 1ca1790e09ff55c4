"""Shared work: nobody has what another has, nothing is forgotten, and who lost a lease cannot commit."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from postgresql import postgresql
from reperio.database import open_database
from reperio.database.process import may_live, name_of_process, shown
from reperio.database.tasks import TASK, is_busy
from reperio.database.work import IDLE, MOST_TRIES, Lease, Queue, Wanted
from reperio.database.worker import StoppedError, Worker, claimed
from reperio.errors import BackendError
from reperio.log import get_logger

__all__ = ["postgresql"]

LEASE = 1.5


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    """No work, in a database of each kind."""
    url = f"sqlite:///{tmp_path / 'w.sqlite'}"
    engine = open_database(url if request.param == "sqlite" else request.getfixturevalue("postgresql").fresh())
    yield Queue(engine)
    engine.dispose()


def ask(queue: Queue, *names: str, **more: object) -> int:
    return queue.ask(Wanted(stage="read", name=name, payload=name.encode(), **more) for name in names)  # type: ignore[arg-type]


def take(queue: Queue, worker: str = "a:1", **more: object) -> Lease:
    lease = queue.take(worker, ["read"], **more)  # type: ignore[arg-type]
    assert lease is not None
    return lease


def finish(lease: Lease, result: bytes | None = None) -> None:
    with lease.queue.writing() as connection:
        lease.finish(connection, result)


def end_leases(queue: Queue) -> None:
    """As time does."""
    with queue.writing() as connection:
        connection.execute(update(TASK).values(until=1.0))


def test_work_is_taken_in_order_by_one_each(queue: Queue) -> None:
    assert ask(queue, "one", "two") == 2
    assert ask(queue, "urgent", rank=-1) == 1
    assert [take(queue).task.name for _ in range(3)] == ["urgent", "one", "two"]
    assert queue.take("b:1", ["read"]) is None


def test_asking_twice_is_asking_once_and_what_is_done_is_done_again(queue: Queue) -> None:
    assert (ask(queue, "one"), ask(queue, "one")) == (1, 0)
    lease = take(queue)
    assert ask(queue, "one") == 0
    finish(lease, b"result")
    assert queue.done("read", ["one", "two"]) == {"one"}
    assert ask(queue, "one") == 1
    assert take(queue).task.payload == b"one"


def test_results_are_collected_once(queue: Queue) -> None:
    ask(queue, "one", "two")
    finish(take(queue), b"\0vectors")
    assert queue.collect("read", ["one"]) == {"one": b"\0vectors"}
    assert queue.collect("read", ["one"]) == {}
    assert take(queue).task.name == "two"


def test_needs_are_heeded(queue: Queue) -> None:
    ask(queue, "one", needs="minilm")
    assert queue.take("a:1", ["read"]) is None
    assert queue.take("a:1", ["read"], ["e5"]) is None
    assert take(queue, has=["e5", "minilm"]).task.name == "one"


def test_what_a_silent_worker_had_is_taken_over_and_it_cannot_commit(queue: Queue) -> None:
    ask(queue, "one")
    first = take(queue, "a:1")
    end_leases(queue)
    second = take(queue, "b:1")
    assert (second.task.name, second.task.token, second.task.tries) == ("one", 2, 2)
    for attempt in (first.hold, first.finish, first.release, first.forget):
        with pytest.raises(BackendError, match="taken"), queue.writing() as connection:
            attempt(connection)
    with pytest.raises(BackendError, match="taken"), queue.writing() as connection:
        first.fail(connection, "late")
    assert first.lost
    finish(second)
    assert queue.done("read", ["one"]) == {"one"}


def test_a_commit_of_a_lost_lease_leaves_nothing(queue: Queue) -> None:
    sums = Table("sums", MetaData(), Column("number", Integer))
    sums.create(queue.engine)
    ask(queue, "one")
    first = take(queue, "a:1")
    end_leases(queue)
    second = take(queue, "b:1")
    for lease in (first, second):
        try:
            with queue.writing() as connection:
                connection.execute(insert(sums).values(number=lease.task.token))
                lease.finish(connection)
        except BackendError:
            assert lease is first
    with queue.reading() as connection:
        assert list(connection.scalars(select(sums.c.number))) == [2]


def test_extending_keeps_work_and_tells_what_is_lost(queue: Queue) -> None:
    ask(queue, "one", "two")
    kept, gone = take(queue), take(queue)
    end_leases(queue)
    assert take(queue, "b:1", names=["two"]).task.name == "two"
    queue.extend([kept, gone])
    assert (kept.lost, gone.lost) == (False, True)
    assert queue.take("b:1", ["read"]) is None


def test_work_given_back_waits_for_nobody_and_a_failure_rests(queue: Queue) -> None:
    ask(queue, "one")
    with queue.writing() as connection:
        take(queue).release(connection)
    lease = take(queue)
    assert lease.task.tries == 1
    with queue.writing() as connection:
        lease.fail(connection, "no \0 luck")
    assert queue.take("a:1", ["read"]) is None
    queue.free(lambda _worker: True, "read", "one")
    assert take(queue).task.tries == 2


def test_what_fails_always_is_given_up_told_and_can_be_tried_again(queue: Queue) -> None:
    ask(queue, "bad", "good")
    for _ in range(MOST_TRIES):
        end_leases(queue)
        with queue.writing() as connection:
            take(queue, names=["bad"]).fail(connection, "cannot be done")
    end_leases(queue)
    assert take(queue).task.name == "good"
    state = queue.state()
    assert (state.stages["read"].failed, state.stages["read"].taken) == (1, 1)
    assert state.failures == (("read", "bad", "cannot be done"),)
    assert queue.retry() == 1
    assert take(queue).task.name == "bad"


def test_what_kills_whoever_takes_it_is_given_up(queue: Queue) -> None:
    ask(queue, "deadly")
    for _ in range(MOST_TRIES + 1):
        queue.take("a:1", ["read"])
        end_leases(queue)
    assert queue.state().stages["read"].failed == 1


def test_work_of_a_dead_process_of_this_host_is_free_at_once(queue: Queue) -> None:
    ask(queue, "one", "two")
    host = name_of_process().rpartition(":")[0]
    take(queue, f"{host}:4194399")
    take(queue, "elsewhere:1")
    queue.free(may_live)
    assert take(queue).task.name == "one"
    assert queue.take("b:1", ["read"]) is None


def test_a_number_that_is_another_process_now_is_no_sign_of_life() -> None:
    mine = name_of_process()
    place, _, identity = mine.partition("@")
    space, _, start = identity.rpartition(".")
    assert shown(mine) == place
    assert may_live(mine)
    assert not may_live(f"{place}@{space}.{int(start) - 1}"), "the number was given away since"
    assert may_live(f"{place}@other.{start}"), "another container, or before this host was started: not known"
    assert may_live(f"elsewhere:1@{identity}")
    assert not may_live(f"{place.rpartition(':')[0]}:4194399@{identity}")


HARVESTER = """
import sys, time
from reperio.database import open_database
from reperio.database.work import Queue
from reperio.database.worker import claimed

with claimed(Queue(open_database(sys.argv[1])), "harvest", "ukds"):
    print("harvesting", flush=True)
    time.sleep(600)
"""


def test_what_a_killed_process_claimed_is_free_at_once_and_one_that_lives_is_named(queue: Queue) -> None:
    url = queue.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-c", HARVESTER, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "harvesting\n"
        named = rf"harvest of ukds: process {process.pid} on {re.escape(socket.gethostname())}, .* (29|30) s more"
        with pytest.raises(BackendError, match=named), claimed(queue, "harvest", "ukds"):
            pytest.fail("two have it")
    finally:
        process.kill()  # nobody waits for it yet: its number is still in use
        process.stdout.close()
    until = time.monotonic() + 10
    while may_live(named_holder(queue)) and time.monotonic() < until:
        time.sleep(0.01)
    with claimed(queue, "harvest", "ukds"):
        pass
    process.wait()
    assert queue.done("harvest", ["ukds"]) == {"ukds"}


def named_holder(queue: Queue) -> str:
    holder = queue.holder("harvest", "ukds")
    assert holder is not None
    return holder[0]


def test_many_at_once_share_everything_and_nothing_twice(queue: Queue) -> None:
    names = [f"n{number}" for number in range(60)]
    ask(queue, *names)
    met: Counter[str] = Counter()

    def work(worker: str) -> None:
        while lease := queue.take(worker, ["read"]):
            met[lease.task.name] += 1
            finish(lease)

    threads = [threading.Thread(target=work, args=(f"w{number}:1",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == Counter(names)


def test_workers_are_told_of_while_they_live(queue: Queue) -> None:
    queue.enlist("a:1", ["read", "embed"])
    queue.seen("a:1", "read one", 7)
    (worker,) = queue.state().workers
    assert (worker.name, worker.stages, worker.doing, worker.finished) == ("a:1", ("read", "embed"), "read one", 7)
    assert worker.is_alive
    queue.leave("a:1")
    assert queue.state().workers == ()


def test_a_worker_works_until_nothing_is_left(queue: Queue) -> None:
    ask(queue, *"abc")
    done: list[str] = []

    def read(lease: Lease) -> None:
        done.append(lease.task.name)
        finish(lease)

    def plan(lease: Lease) -> None:
        with queue.writing() as connection:
            lease.finish(connection, b"" if is_busy(connection) else IDLE, again_in=0.0)

    assert Worker(queue, {"read": read, "plan": plan}, once=True).run() == 3
    assert done == ["a", "b", "c"]
    assert queue.state().workers == ()


def test_a_worker_outlives_work_that_fails_and_stops_in_order(queue: Queue) -> None:
    ask(queue, "bad", "long")

    def read(lease: Lease) -> None:
        if lease.task.name == "bad":
            raise ValueError("no number")
        worker.stop()
        worker.breathe(lease)

    worker = Worker(queue, {"read": read})
    assert worker.run() == 0
    with queue.reading() as connection:
        held = {row.name: row for row in connection.execute(select(TASK))}
    assert (held["bad"].said, held["bad"].tries) == ("ValueError: no number", 1)
    assert (held["long"].worker, held["long"].tries, held["long"].state) == (None, 0, "open")


def test_events_of_a_piece_of_work_carry_its_number(queue: Queue) -> None:
    ask(queue, "one", "two", "bad")
    log = get_logger("test")

    def read(lease: Lease) -> None:
        log.info("reading", name=lease.task.name)
        if lease.task.name == "bad":
            worker.stop()
            raise ValueError("no number")
        finish(lease)

    worker = Worker(queue, {"read": read})
    with capture_logs(processors=[merge_contextvars]) as events:
        assert worker.run() == 2
    numbers = {event["name"]: event["run_id"] for event in events if event["event"] == "reading"}
    assert len(set(numbers.values())) == 3
    (failed,) = (event for event in events if event["event"] == "work.failed")
    assert failed["run_id"] == numbers["bad"]
    assert ["run_id" in event for event in events if event["event"].startswith("worker.")] == [False, False]


def test_the_heart_keeps_long_work(queue: Queue) -> None:
    quick = Queue(queue.engine, LEASE)
    ask(queue, "long")
    others: list[Lease | None] = []

    def read(lease: Lease) -> None:
        until = time.monotonic() + 4 * LEASE
        while time.monotonic() < until:
            time.sleep(LEASE / 4)
            lease_of_other = quick.take("b:1", ["read"])
            others.append(lease_of_other)
        worker.stop()
        finish(lease)

    worker = Worker(quick, {"read": read})
    assert worker.run() == 1
    assert others
    assert set(others) == {None}


def test_a_claim_is_for_one_process_and_leaves_nothing_behind(queue: Queue) -> None:
    with (
        claimed(queue, "harvest", "ukds"),
        pytest.raises(BackendError, match="Another process"),
        claimed(queue, "harvest", "ukds"),
    ):
        pytest.fail("two have it")
    assert queue.done("harvest", ["ukds"]) == {"ukds"}
    with pytest.raises(KeyboardInterrupt), claimed(queue, "harvest", "ukds"):
        raise KeyboardInterrupt
    assert queue.state().stages == {}


def test_stopping_is_no_failure() -> None:
    assert not issubclass(StoppedError, BackendError)
