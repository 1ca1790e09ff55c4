"""A worker: takes shared work, does it, and stops in order when it is told to.

A thread of its own extends the leases in hand. While the database is away a worker waits and tries again; the work it
had is taken over by whoever comes first once the lease has run out.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from reperio.database.process import may_live, name_of_process, shown
from reperio.database.tasks import PLAN
from reperio.database.work import Lease, Queue, Wanted
from reperio.errors import BackendError
from reperio.log import get_logger, numbered

log = get_logger(__name__)

IDLE_SECONDS = 0.5
"""Between two looks for work when there is none."""

LONGEST_WAIT = 15.0
"""Between two tries while the database is away."""

SQLITE_PASSING = ("locked", "full", "disk I/O", "unable to open", "busy")
"""Words of the errors of SQLite that pass; what else it calls operational is a mistake of ours."""

Found = TypeVar("Found")

Handler = Callable[[Lease], None]
"""Does a piece of work, and finishes its lease in the transaction that commits the last of it."""


class StoppedError(Exception):
    """Told to stop, or the work is another's now: leave it where it is."""


class Heart:
    """Extends leases and tells that a worker lives, from a thread of its own."""

    def __init__(self, queue: Queue, worker: str) -> None:
        self.queue = queue
        self.worker = worker
        self.finished = 0
        self._leases: dict[int, Lease] = {}
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="heart")

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    @contextmanager
    def keeping(self, lease: Lease) -> Iterator[None]:
        """Extend a lease while its work is done."""
        with self._lock:
            self._leases[id(lease)] = lease
        try:
            yield
        finally:
            with self._lock:
                del self._leases[id(lease)]

    def _run(self) -> None:
        while not self._end.wait(self.queue.lease_seconds / 3):
            with self._lock:
                held = list(self._leases.values())
            doing = ", ".join(f"{lease.task.stage} {lease.task.name}" for lease in held)
            try:
                self.queue.extend(held)
                self.queue.seen(self.worker, doing, self.finished)
            except BackendError as error:  # the database is away or busy; the work itself will tell
                log.warning("worker.unheard", worker=self.worker, reason=error.context.get("cause", str(error)))


class Worker:
    """Does shared work until it is told to stop.

    Args:
        queue: the work.
        handlers: what does the work of each stage.
        has: what this worker has that work may need.
        once: end when there is nothing left to do, also nothing that other workers have in hand.
    """

    def __init__(
        self, queue: Queue, handlers: Mapping[str, Handler], has: Sequence[str] = (), *, once: bool = False
    ) -> None:
        self.queue = queue
        self.name = name_of_process()
        self.began = 0.0
        self._handlers = handlers
        self._has = tuple(has)
        self._once = once
        self._stop = threading.Event()
        self._away = 0

    def stop(self) -> None:
        """Stop as soon as what is in hand can be left; may be called from a signal handler."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def run(self) -> int:
        """Work; gives how many pieces were finished."""
        while not self.began and not self._stop.is_set():
            self.began = self._patiently(self._enlist) or 0.0
        log.info("worker.started", worker=self.name, stages=" ".join(self._handlers))
        with Heart(self.queue, self.name) as heart:
            while not self._stop.is_set() and not self._is_over():
                lease = self._patiently(self._take)
                if lease is None:
                    self._stop.wait(IDLE_SECONDS)
                else:
                    with numbered():
                        self._do(lease, heart)
        with suppress(BackendError):
            self.queue.leave(self.name)
        log.info("worker.stopped", worker=self.name, finished=heart.finished)
        return heart.finished

    def breathe(self, lease: Lease) -> None:
        """For long work, between two commits.

        Raises:
            StoppedError: it is to be left where it is.
        """
        if lease.lost or self._stop.is_set():
            raise StoppedError("The work was left where it is.")

    # -- one piece ---------------------------------------------------------------------------------------------

    def _enlist(self) -> float:
        self.queue.free(may_live)
        if PLAN in self._handlers:
            self.queue.ask([Wanted(stage=PLAN, name=PLAN, rank=99)])
        return self.queue.enlist(self.name, list(self._handlers))

    def _take(self) -> Lease | None:
        return self.queue.take(self.name, list(self._handlers), self._has)

    def _is_over(self) -> bool:
        return self._once and bool(self._patiently(lambda: self.queue.is_idle_since(self.began)))

    def _do(self, lease: Lease, heart: Heart) -> None:
        task, started = lease.task, time.monotonic()
        try:
            with heart.keeping(lease):
                self._handlers[task.stage](lease)
            heart.finished += task.stage != PLAN
            self._away = 0
            log.debug("work.done", stage=task.stage, name=task.name, seconds=round(time.monotonic() - started, 3))
        except StoppedError:
            self._give_back(lease)
        except Exception as error:  # noqa: BLE001 - one failing piece of work must not end the worker
            if lease.lost:
                log.warning("work.lost", stage=task.stage, name=task.name)
            elif is_outage(error):
                log.warning("work.database_away", stage=task.stage, name=task.name, reason=reason_of(error))
                self._give_back(lease)
                self._wait()
            else:
                self._fail(lease, error)

    def _give_back(self, lease: Lease) -> None:
        with suppress(BackendError), self.queue.writing() as connection:  # else the lease runs out
            lease.release(connection)

    def _fail(self, lease: Lease, error: Exception) -> None:
        log.error("work.failed", stage=lease.task.stage, name=lease.task.name, reason=reason_of(error), exc_info=error)
        with suppress(BackendError), self.queue.writing() as connection:
            lease.fail(connection, reason_of(error))

    # -- a database that is away -------------------------------------------------------------------------------

    def _patiently(self, ask: Callable[[], Found]) -> Found | None:
        """Ask the database; when it is away, wait for a moment and give None."""
        try:
            found = ask()
        except BackendError as error:
            if not is_outage(error):
                raise
            log.warning("worker.database_away", worker=self.name, reason=reason_of(error))
            self._wait()
            return None
        return found

    def _wait(self) -> None:
        self._away += 1
        self._stop.wait(min(0.25 * 2**self._away, LONGEST_WAIT))


@contextmanager
def claimed(queue: Queue, stage: str, name: str) -> Iterator[Lease]:
    """Claim a piece of work for this process alone, be it asked for or not, while it is done here.

    Raises:
        BackendError: another process is at it.
    """
    worker = name_of_process()
    queue.ask([Wanted(stage=stage, name=name)])
    queue.free(may_live, stage, name)
    lease = queue.take(worker, [stage], names=[name])
    if lease is None:
        raise BackendError(
            f"Another process is at the {stage} of {name}{_told(queue.holder(stage, name))}.",
            hint="Wait until it is done; `reperio status` tells. Work of a process that is gone is free when its time ends.",
        )
    with Heart(queue, worker) as heart, heart.keeping(lease):
        try:
            yield lease
        except BaseException:
            with suppress(BackendError), queue.writing() as connection:
                lease.forget(connection)
            raise
        with suppress(BackendError), queue.writing() as connection:
            lease.finish(connection)


def _told(holder: tuple[str, float] | None) -> str:
    """Who has a piece of work, and for how long it is kept for it unless it is heard of again."""
    if holder is None:
        return ""
    host, _, number = shown(holder[0]).rpartition(":")
    return f": process {number} on {host}, for which it is kept {holder[1]:.0f} s more"


def is_outage(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, is that the database is away, full or busy for now."""
    while error is not None:
        if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
            return any(word in str(error.orig) for word in SQLITE_PASSING)
        if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
            return True
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return True
        error = error.__cause__
    return False


def reason_of(error: BaseException) -> str:
    """What went wrong and what caused it, in a line."""
    cause = error.__cause__
    told = f"{type(error).__name__}: {error}" + (f" ({str(cause).strip().partition(chr(10))[0]})" if cause else "")
    return told[:400]
