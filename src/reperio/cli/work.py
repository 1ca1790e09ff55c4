"""The command of those who share the work: several processes, on this and other hosts."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.table import Table

from reperio.cli.console import err, out, table
from reperio.cli.workshop import Home, Sources, open_workshop
from reperio.database.process import shown
from reperio.database.work import LEASE_SECONDS, WorkState
from reperio.jobs import Crew


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(work)


def work(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Take only work of this stage: harvest, read, settle, index, embed; repeatable."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="End when there is nothing left to do.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="First open again what was given up.")] = False,
    lease: Annotated[
        float, typer.Option(min=1, max=3600, help="Seconds for which the work of a silent worker is kept for it.")
    ] = LEASE_SECONDS,
    home: Home = None,
    sources: Sources = None,
) -> None:
    """Harvest what is due, read, settle, index and encode, sharing the work with whoever else runs this."""
    crew = Crew(open_workshop(home, sources), only or [], once=once, lease_seconds=lease)
    if retry:
        out.print(f"{crew.queue.retry()} pieces of work were opened again.")
    with _stopped_by_signals(crew):
        finished = crew.run()
    out.print(f"{finished} pieces of work were finished.")


@contextmanager
def _stopped_by_signals(crew: Crew) -> Iterator[None]:
    """Inside, SIGTERM and Ctrl-C let the crew end after what it is at; afterwards they do what they did before."""
    before = {
        number: signal.signal(number, lambda _number, _frame: crew.stop()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def work_table(state: WorkState) -> Table:
    """The work that is left, by stage."""
    rows = table("stage", "waiting#", "under way#", "given up#", title="Work")
    for stage, held in state.stages.items():
        rows.add_row(stage, f"{held.waiting:,}", f"{held.taken:,}", f"{held.failed:,}")
    return rows


def print_work(state: WorkState) -> None:
    """Print the work that is left and who does it, when there is any."""
    if state.stages:
        out.print(work_table(state))
    if state.workers:
        rows = table("worker", "does", "finished#", "heard of")
        for worker in state.workers:
            heard = f"{worker.silent:.0f} s ago" if worker.is_alive else f"silent for {worker.silent:.0f} s"
            rows.add_row(shown(worker.name), worker.doing or "waits", f"{worker.finished:,}", heard)
        out.print(rows)
    for stage, name, said in state.failures:
        err.print(f"Given up: {stage} {name}: {said}")
