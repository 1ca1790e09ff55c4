"""Stopping long work in order: told to stop by SIGTERM, it ends where the next command goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from reperio.jobs import Progress
from reperio.log import get_logger, run

STOPPED = 143
"""Exit code after SIGTERM, as a shell gives it."""

PATIENCE_SECONDS = 20
"""How long the next safe point is waited for; then the work is broken off where it is, which loses no more than time."""

log = get_logger(__name__)


@contextmanager
def stoppable(stage: str, told: Progress) -> Iterator[Progress]:
    """Number the work, and give a progress that ends it, once SIGTERM has come, after what was just committed.

    A second signal, or twenty seconds without a safe point, breaks it off at once.
    """
    asked = False

    def ask(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise SystemExit(STOPPED)
        asked = True
        signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)

    def step(what: str, count: int) -> None:
        told(what, count)
        if asked:
            log.info("stage.stopped", stage=stage)
            raise SystemExit(STOPPED)

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGALRM)}
    try:
        with run(stage):
            yield step
        if asked:
            raise SystemExit(STOPPED)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
