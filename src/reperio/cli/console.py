"""Talking to a terminal: errors, tables, progress, JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from reperio.errors import ReperioError
from reperio.jobs import Progress as Told
from reperio.log import get_logger

# What is printed comes from records: square brackets in it are no markup.
out = Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else 160)
err = Console(markup=False, stderr=True, highlight=False)
log = get_logger(__name__)

FIRST = {"key", "source", "setting"}
"""Headings whose cells are never folded: what people copy from."""

LOG_EVERY = 5_000


def complain(error: ReperioError) -> None:
    """Say what went wrong and what to do, on standard error."""
    err.print(f"{type(error).__name__}: ", style="bold red", end="")
    err.print(error.detail, soft_wrap=True)
    if error.__cause__ is not None:
        reason = str(error.__cause__).strip().partition("\n")[0]
        err.print(f"Cause: {type(error.__cause__).__name__}: {reason[:300]}", soft_wrap=True)
    if error.hint:
        err.print(error.hint, soft_wrap=True)


def print_json(value: object) -> None:
    """Print a value as JSON on standard output."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    sys.stdout.flush()


def table(*headings: str, title: str | None = None) -> Table:
    """Begin a table; columns whose heading ends with `#` hold numbers."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        made.add_column(
            heading.rstrip("#"),
            justify="right" if heading.endswith("#") else "left",
            overflow="fold",
            no_wrap=heading in FIRST,
        )
    return made


@contextmanager
def progress(quiet: bool = False) -> Iterator[Told]:
    """Show progress as bars at a terminal, and as a line of log each few thousand elsewhere."""
    if quiet:
        yield lambda _stage, _count: None
    elif err.is_terminal:
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=err,
        ) as bars:  # fmt: skip
            yield _Bars(bars)
    else:
        yield _Lines()


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, count: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=None)
        self._bars.advance(self._tasks[stage], count)


class _Lines:
    def __init__(self) -> None:
        self._done: dict[str, int] = {}

    def __call__(self, stage: str, count: int) -> None:
        before = self._done.get(stage, 0)
        self._done[stage] = before + count
        if before // LOG_EVERY != self._done[stage] // LOG_EVERY:
            log.info("stage.progress", stage=stage, done=self._done[stage])
