"""What others commit between any two statements of a look for work is neither lost nor taken for done.

PostgreSQL shows each statement of a transaction what was committed before it; SQLite has one writer at a time, so there
nothing can come between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, select, update

import reperio.corpus.spans as spans
from crews import workshop
from postgresql import Postgresql, postgresql
from reperio.database.tasks import PLAN, TASK
from reperio.database.work import IDLE, Lease, Wanted
from reperio.jobs import Crew, Workshop
from reperio.record.tables import record, state

__all__ = ["postgresql"]

SOURCE = "gesis"


@pytest.fixture
def made(postgresql: Postgresql, tmp_path: Path, sample: Path) -> Iterator[Workshop]:
    """A source harvested into PostgreSQL, nothing of it read, no other source."""
    made = workshop(tmp_path / "home", postgresql.fresh(), sample / "sources")
    made.__dict__["sources"] = {SOURCE: made.sources[SOURCE]}
    assert [report.outcome for report in made.harvest()] == ["ok"]
    yield made
    made.engine.dispose()


def look(crew: Crew, others: Callable[[], None], after: int) -> bool:
    """Look for work while others commit something after so many statements; False when there are fewer."""
    engine, said, own = crew.workshop.engine, 0, True

    def listen(*_: Any) -> None:
        nonlocal said, own
        if own:
            said += 1
            if said == after:
                own = False
                others()
                own = True

    lease = plan(crew)
    event.listen(engine, "after_cursor_execute", listen)
    try:
        crew._plan(lease)
    finally:
        event.remove(engine, "after_cursor_execute", listen)
    return said >= after


def plan(crew: Crew) -> Lease:
    crew.queue.ask([Wanted(stage=PLAN, name=PLAN, rank=99)])
    with crew.queue.writing() as connection:
        connection.execute(update(TASK).where(TASK.c.stage == PLAN).values(until=0.0))
    lease = crew.queue.take("here:1", [PLAN])
    assert lease is not None
    return lease


def take(crew: Crew, stage: str) -> Lease:
    lease = crew.queue.take("elsewhere:1", [stage], [crew.workshop.version_of(crew.workshop.sources[SOURCE])])
    assert lease is not None
    return lease


def held(crew: Crew) -> tuple[dict[str, str], bytes]:
    """State by stage, and what the last look came to."""
    with crew.queue.reading() as connection:
        tasks = connection.execute(select(TASK.c.stage, TASK.c.state, TASK.c.result)).all()
    return {row.stage: row.state for row in tasks}, next(bytes(row.result) for row in tasks if row.stage == PLAN)


def forget(crew: Crew, *stages: str) -> None:
    with crew.queue.writing() as connection:
        connection.execute(delete(TASK).where(TASK.c.stage.in_(stages)))


@pytest.mark.server
def test_work_that_ends_during_a_look_is_not_overlooked(made: Workshop) -> None:
    """The last span is done while somebody looks: either it is still under way, or it is to be settled."""
    crew = Crew(made, ["harvest", "read", "settle"])
    for after in range(1, 100):
        with crew.queue.writing() as connection:
            connection.execute(delete(state).where(state.c.source == spans.mark_key(SOURCE)))
            assert spans.ask_for_spans(connection, SOURCE, made.version_of(made.sources[SOURCE]), 1.0) == 1
        slow = take(crew, "read")

        def read(slow: Lease = slow) -> None:
            spans.read_span(slow, made.sources[SOURCE], made.corpus.clock())

        if not look(crew, read, after):
            break
        tasks, came = held(crew)
        assert tasks["read"] == "done"
        assert "settle" in tasks or came != IDLE, f"after {after} statements"
        forget(crew, "read", "settle")
    assert after > 8


@pytest.mark.server
def test_nothing_is_settled_before_what_was_just_harvested_is_read(made: Workshop) -> None:
    """A harvest stores its last record and ends while somebody looks: that record is read before all is settled."""
    crew = Crew(made, ["harvest", "read", "settle"])
    with crew.queue.writing() as connection:
        assert spans.ask_for_spans(connection, SOURCE, made.version_of(made.sources[SOURCE]), 1.0) == 1
    spans.read_span(take(crew, "read"), made.sources[SOURCE], made.corpus.clock())
    for after in range(1, 100):
        crew.queue.ask([Wanted(stage="harvest", name=SOURCE)])
        harvest = take(crew, "harvest")

        def end(harvest: Lease = harvest) -> None:
            with crew.queue.writing() as connection:
                last = made.archive.last_seq(SOURCE)
                connection.execute(update(record).where(record.c.seq == last).values(seq=last + 1))
            with crew.queue.writing() as connection:
                harvest.finish(connection)

        if not look(crew, end, after):
            break
        with crew.queue.reading() as connection:
            mark = connection.execute(
                select(state.c.state).where(state.c.source == spans.mark_key(SOURCE))
            ).scalar_one()
        tasks, came = held(crew)
        asked = f'"seq":{made.archive.last_seq(SOURCE)},' in mark
        assert asked or "settle" not in tasks, f"after {after} statements"
        assert asked or came != IDLE, f"after {after} statements"
        assert "settle" not in tasks or tasks["read"] == "done", f"after {after} statements"
        assert look(crew, lambda: None, 1)
        while lease := crew.queue.take("elsewhere:1", ["read"], [made.version_of(made.sources[SOURCE])]):
            spans.read_span(lease, made.sources[SOURCE], made.corpus.clock())
        forget(crew, "settle")
    assert after > 8


@pytest.mark.server
def test_what_is_settled_while_somebody_indexes_is_indexed_again(made: Workshop) -> None:
    """Who indexes may have read the corpus before: both at the end of indexing and before it."""
    crew = Crew(made)
    asked = [Wanted(stage="index", name="index", again=True)]
    for ends_first in (True, False):
        crew.queue.ask(asked)
        indexing = take(crew, "index")
        assert crew.queue.ask([Wanted(stage="index", name="index")]) == 0
        if not ends_first:
            assert crew.queue.ask(asked) == 1
        with crew.queue.writing() as connection:
            indexing.finish(connection)
        if ends_first:
            assert crew.queue.ask(asked) == 1
        with crew.queue.writing() as connection:
            take(crew, "index").finish(connection)
        assert crew.queue.take("elsewhere:1", ["index"]) is None, "once more, and that was it"
