"""Work shared by several processes on several hosts, without a broker: the database is the list and the referee.

A worker takes a piece of work for as long as its lease lasts and goes on extending it. When it dies the lease runs out
and another takes the work over. Whoever lost a lease cannot commit: every transaction of the work first claims its row
with the token it was given (`Lease.hold`), and finishing is part of the transaction that commits the last of it. So
what was committed is done once, and what was not is done again by somebody.

PostgreSQL hands out work by `FOR UPDATE SKIP LOCKED`. SQLite has one writer at a time: the same statement is safe there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, case, delete, func, insert, null, or_, select, update
from sqlalchemy.exc import IntegrityError

from reperio.database.opening import create_tables, our_errors
from reperio.database.tasks import PLAN, TASK, WORKER, clock, is_busy, metadata, now
from reperio.errors import BackendError

LEASE_SECONDS = 30.0
"""How long a worker that is not heard of keeps its work."""

MOST_TRIES = 12
"""Takings after which work is given up: it seems to kill whoever takes it."""

PAUSE_SECONDS, LONGEST_PAUSE = 2.0, 300.0
"""After a failure the first pause, doubled each time, and the longest."""

SAID_MAX = 500

IDLE = b"idle"
"""Result of a look that found nothing to do."""

AGAIN = b"again"
"""Result of work under way that is to be done once more when it is done."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of work.

    Attributes:
        key: its number.
        stage: what kind of work it is: `harvest`, `read`, `settle`, `index`, `embed`, `plan`.
        name: what tells it from others of its stage.
        payload: what must be known to do it.
        token: number of the taking.
        tries: takings since the work was asked for.
    """

    key: int
    stage: str
    name: str
    payload: bytes
    token: int
    tries: int


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of work that is asked for; see `Task`.

    Attributes:
        rank: what is lower is done first.
        needs: what a worker must have.
        again: when it is under way, do it once more: who does it may have looked before what it is asked for was there.
    """

    stage: str
    name: str
    payload: bytes = b""
    rank: int = 0
    needs: str = ""
    again: bool = False


class WorkerState(msgspec.Struct, frozen=True, kw_only=True):
    """A worker: its host and process, what it does now, how long it runs, when it was last heard of, what it finished."""

    name: str
    stages: tuple[str, ...]
    doing: str
    seconds: float
    silent: float
    finished: int

    @property
    def is_alive(self) -> bool:
        """Whether it was heard of lately."""
        return self.silent < 2 * LEASE_SECONDS


class StageState(msgspec.Struct, frozen=True, kw_only=True):
    """How much work of a stage waits, is under way, and was given up."""

    waiting: int = 0
    taken: int = 0
    failed: int = 0


class WorkState(msgspec.Struct, frozen=True, kw_only=True):
    """The work and who does it.

    Attributes:
        stages: by name, those with anything to tell.
        workers: the living first.
        failures: what was given up: stage, name, and why.
    """

    stages: dict[str, StageState]
    workers: tuple[WorkerState, ...]
    failures: tuple[tuple[str, str, str], ...] = ()


class Lease:
    """A piece of work in hand.

    Attributes:
        task: the work.
        lost: another worker has it now.
    """

    def __init__(self, queue: Queue, task: Task) -> None:
        self.queue = queue
        self.task = task
        self.lost = False

    def hold(self, connection: Connection) -> None:
        """Make sure, at the beginning of a transaction, that the work is still ours, and extend the lease.

        The row stays locked until the transaction ends, so that nobody can take the work meanwhile.

        Raises:
            BackendError: another worker has taken it.
        """
        self._set(connection, until=clock(connection) + self.queue.lease_seconds)

    def finish(
        self,
        connection: Connection,
        result: bytes | None = None,
        *,
        again_in: float | None = None,
        at: float | None = None,
    ) -> None:
        """Note in the transaction that commits the last of the work that it is done, or when it is to be done again.

        Args:
            connection: that transaction.
            result: what came of it.
            again_in: seconds until it is to be done again; done for good when not given.
            at: the moment of which `result` tells, by the database's clock; now when not given.
        """
        done = case((TASK.c.result == AGAIN, "open"), else_="done")
        state = {"state": done, "until": 0.0} if again_in is None else {"until": clock(connection) + again_in}
        finished = clock(connection) if at is None else at
        self._set(connection, **state, worker=None, tries=0, finished=finished, result=result, said="")

    def forget(self, connection: Connection) -> None:
        """Remove the work in the transaction that commits the last of it."""
        self.hold(connection)
        connection.execute(delete(TASK).where(TASK.c.key == self.task.key))

    def release(self, connection: Connection) -> None:
        """Give the work back as if it had never been taken."""
        self._set(connection, worker=None, until=0.0, tries=max(0, self.task.tries - 1))

    def fail(self, connection: Connection, reason: str) -> None:
        """Give the work back to be tried again later; after many tries it is given up."""
        pause = min(PAUSE_SECONDS * 2 ** (self.task.tries - 1), LONGEST_PAUSE)
        state = "failed" if self.task.tries >= MOST_TRIES and self.task.stage != PLAN else "open"
        said = reason.replace("\0", " ").encode("utf-8", "replace").decode()[:SAID_MAX]
        self._set(connection, worker=None, state=state, until=clock(connection) + pause, said=said)

    def _set(self, connection: Connection, **values: Any) -> None:
        mine = (TASK.c.key == self.task.key) & (TASK.c.token == self.task.token) & (TASK.c.state == "open")
        if connection.execute(update(TASK).where(mine).values(**values)).rowcount != 1:
            self.lost = True
            raise BackendError("Another worker has taken this work over.", task=self.task.name)


class Queue:
    """The shared work of a database; makes its tables when they are missing.

    Args:
        engine: the database.
        lease_seconds: how long a silent worker keeps its work.
    """

    def __init__(self, engine: Engine, lease_seconds: float = LEASE_SECONDS) -> None:
        self.engine = engine
        self.lease_seconds = lease_seconds
        with our_errors():
            create_tables(engine, metadata)

    # -- asking for work ---------------------------------------------------------------------------------------

    def ask(self, wanted: Iterable[Wanted]) -> int:
        """Ask for work in a transaction of its own; see `ask_within`."""
        with self.writing() as connection:
            return ask_within(connection, wanted)

    # -- what came of it ---------------------------------------------------------------------------------------

    def done(self, stage: str, names: Sequence[str]) -> set[str]:
        """Which of some pieces of work are done."""
        mine = (TASK.c.stage == stage) & TASK.c.name.in_(list(names)) & (TASK.c.state == "done")
        with self.reading() as connection:
            return set(connection.scalars(select(TASK.c.name).where(mine)))

    def reopen(self, stage: str, names: Sequence[str]) -> None:
        """Open again those of some pieces of work that were given up."""
        mine = (TASK.c.stage == stage) & TASK.c.name.in_(list(names)) & (TASK.c.state == "failed")
        with self.writing() as connection:
            connection.execute(update(TASK).where(mine).values(state="open", tries=0))

    def collect(self, stage: str, names: Sequence[str]) -> dict[str, bytes]:
        """Give the results of some pieces of work and forget them."""
        mine = (TASK.c.stage == stage) & TASK.c.name.in_(list(names))
        with self.writing() as connection:
            gone = connection.execute(delete(TASK).where(mine).returning(TASK.c.name, TASK.c.result)).all()
        return {row.name: bytes(row.result or b"") for row in gone}

    # -- taking it ---------------------------------------------------------------------------------------------

    def take(
        self, worker: str, stages: Sequence[str], has: Sequence[str] = (), names: Sequence[str] = ()
    ) -> Lease | None:
        """Take the next piece of work of some stages, of those whose needs a worker `has`; None when there is none."""
        with self.writing() as connection:
            free = (TASK.c.state == "open") & (TASK.c.until <= clock(connection)) & TASK.c.stage.in_(list(stages))
            chosen = select(TASK.c.key).where(free, TASK.c.needs.in_(["", *has]))
            if names:
                chosen = chosen.where(TASK.c.name.in_(list(names)))
            first = chosen.order_by(TASK.c.rank, TASK.c.key).limit(1).with_for_update(skip_locked=True)
            taking = (
                update(TASK)
                .where(TASK.c.key == first.scalar_subquery())
                .values(
                    worker=worker,
                    token=TASK.c.token + 1,
                    tries=TASK.c.tries + 1,
                    until=clock(connection) + self.lease_seconds,
                    result=case((TASK.c.result == AGAIN, null()), else_=TASK.c.result),
                )
                .returning(*(getattr(TASK.c, name) for name in Task.__struct_fields__))
            )
            row = connection.execute(taking).mappings().first()
            if row is None:
                return None
            lease = Lease(self, Task(**{**row, "payload": bytes(row["payload"])}))
            if lease.task.tries > MOST_TRIES and lease.task.stage != PLAN:
                lease.fail(connection, "Whoever took this died of it.")
                return None
            return lease

    def free(self, held: Callable[[str], bool], stage: str = "", name: str = "") -> None:
        """Let go of the work of workers that do not hold it any more, as is known here, and end the pauses of a piece."""
        with self.writing() as connection:
            taken = (TASK.c.state == "open") & TASK.c.worker.is_not(None)
            for worker in connection.scalars(select(TASK.c.worker).where(taken).distinct()).all():
                if worker and not held(worker):
                    gone = update(TASK).where(taken, TASK.c.worker == worker)
                    connection.execute(gone.values(until=0.0, worker=None))
            resting = (TASK.c.state == "open") & TASK.c.worker.is_(None) & (TASK.c.until > 0) & (TASK.c.stage == stage)
            connection.execute(update(TASK).where(resting, TASK.c.name == name).values(until=0.0))

    def holder(self, stage: str, name: str) -> tuple[str, float] | None:
        """Who has a piece of work, and the seconds for which it is kept for it at least; None when nobody has it."""
        mine = (TASK.c.stage == stage) & (TASK.c.name == name) & (TASK.c.state == "open")
        with self.reading() as connection:
            row = connection.execute(select(TASK.c.worker, TASK.c.until - clock(connection)).where(mine)).first()
        return (row[0], max(0.0, float(row[1]))) if row and row[0] else None

    def extend(self, leases: Iterable[Lease]) -> None:
        """Extend leases; one that was lost is marked so."""
        for lease in leases:
            try:
                with self.writing() as connection:
                    lease.hold(connection)
            except BackendError:
                if not lease.lost:
                    raise

    # -- who works ---------------------------------------------------------------------------------------------

    def enlist(self, worker: str, stages: Sequence[str]) -> float:
        """Note that a worker begins; gives the time by the database's clock."""
        with self.writing() as connection:
            began = now(connection)
            connection.execute(delete(WORKER).where(or_(WORKER.c.name == worker, WORKER.c.seen < began - 86_400)))
            row = {"name": worker, "stages": " ".join(stages), "started": began, "seen": began}
            connection.execute(insert(WORKER), row)
            return began

    def seen(self, worker: str, doing: str, finished: int) -> None:
        """Note that a worker lives and what it does."""
        with self.writing() as connection:
            values = {"seen": clock(connection), "doing": doing, "finished": finished}
            connection.execute(update(WORKER).where(WORKER.c.name == worker).values(**values))

    def leave(self, worker: str) -> None:
        """Note that a worker ended in order."""
        with self.writing() as connection:
            connection.execute(delete(WORKER).where(WORKER.c.name == worker))

    # -- how it stands -----------------------------------------------------------------------------------------

    def state(self) -> WorkState:
        """The work that is not done, and who works."""
        with self.reading() as connection:
            time = now(connection)
            counts = connection.execute(
                select(TASK.c.stage, TASK.c.state, TASK.c.worker.is_not(None).label("taken"), func.count())
                .where(TASK.c.state != "done", TASK.c.stage != PLAN)
                .group_by(TASK.c.stage, TASK.c.state, TASK.c.worker.is_not(None))
            ).all()
            failed = select(TASK.c.stage, TASK.c.name, TASK.c.said).where(TASK.c.state == "failed")
            failures = connection.execute(failed.order_by(TASK.c.key).limit(20)).all()
            workers = connection.execute(select(WORKER).order_by(WORKER.c.seen.desc(), WORKER.c.name)).all()
        stages: dict[str, dict[str, int]] = {}
        for stage, state, taken, number in counts:
            what = "failed" if state == "failed" else "taken" if taken else "waiting"
            stages.setdefault(stage, {})[what] = number
        return WorkState(
            stages={stage: StageState(**held) for stage, held in sorted(stages.items())},
            workers=tuple(
                WorkerState(
                    name=row.name, stages=tuple(row.stages.split()), doing=row.doing, seconds=time - row.started,
                    silent=max(0.0, time - row.seen), finished=row.finished,
                )
                for row in workers
            ),
            failures=tuple((row.stage, row.name, row.said) for row in failures),
        )  # fmt: skip

    def finished_lately(self, connection: Connection, stage: str, seconds: float) -> set[str]:
        """Names of the work of a stage that was finished within so many seconds."""
        lately = (TASK.c.stage == stage) & (TASK.c.state == "done") & (TASK.c.finished > clock(connection) - seconds)
        return set(connection.scalars(select(TASK.c.name).where(lately)))

    def is_idle_since(self, time: float) -> bool:
        """Whether somebody has begun since a time to look for what there is to do, and there is nothing."""
        looked = (TASK.c.stage == PLAN) & (TASK.c.finished > time) & (TASK.c.result == IDLE)
        with self.reading() as connection:
            if is_busy(connection):
                return False
            return connection.execute(select(TASK.c.key).where(looked)).first() is not None

    def retry(self) -> int:
        """Open again what was given up; gives how many pieces of work."""
        with self.writing() as connection:
            opened = update(TASK).where(TASK.c.state == "failed").values(state="open", tries=0, until=0.0)
            return int(connection.execute(opened).rowcount)

    # -- connections -------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction; errors of the database become ours."""
        with our_errors(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading; errors of the database become ours."""
        with our_errors(), self.engine.connect() as connection:
            yield connection


def ask_within(connection: Connection, wanted: Iterable[Wanted]) -> int:
    """Ask for work: what is asked for already stays as it is, what was done is to be done again. Gives what is new."""
    return sum(_ask(connection, one) for one in wanted)


def _ask(connection: Connection, one: Wanted) -> bool:
    here = (TASK.c.stage == one.stage) & (TASK.c.name == one.name)
    values = {"payload": one.payload, "rank": one.rank, "needs": one.needs}
    afresh = {"state": "open", "until": 0.0, "tries": 0, "worker": None, "result": None, "said": ""}
    if one.again:  # wait for who is just finishing it
        connection.execute(select(TASK.c.key).where(here).with_for_update())
    if connection.execute(update(TASK).where(here, TASK.c.state != "open").values(**values, **afresh)).rowcount:
        return True
    if connection.execute(select(TASK.c.key).where(here)).first() is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(TASK).values(stage=one.stage, name=one.name, **values))
        except IntegrityError:  # another process was quicker
            return False
        return True
    if one.again:
        under_way = here & (TASK.c.state == "open") & TASK.c.worker.is_not(None)
        return bool(connection.execute(update(TASK).where(under_way).values(result=AGAIN)).rowcount)
    return False
