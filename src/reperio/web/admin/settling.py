"""Settling after a judgement: in a thread of its own, once for a burst of judgements.

A judgement is in the corpus at once; making items of it takes seconds in a large one, for which nobody should wait.
A server that stops settles first; is it killed, the corpus remembers that it is stale and settles the next time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from reperio.errors import ReperioError
from reperio.log import get_logger

log = get_logger(__name__)
QUIET_SECONDS = 10.0
"""Long enough that who goes from pair to pair is not held up by the lock that settling holds."""


class Settler:
    """Calls `settle` when nothing was judged for a moment."""

    def __init__(self, settle: Callable[[], object], quiet: float = QUIET_SECONDS) -> None:
        self._settle = settle
        self._quiet = quiet
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._running = threading.Lock()

    def soon(self) -> None:
        """Settle in a moment; a call while one waits puts it off."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._quiet, self._run)
            self._timer.daemon = True
            self._timer.start()

    @property
    def waiting(self) -> bool:
        """Whether judgements have yet to be followed."""
        with self._lock:
            timer = self._timer
        return self._running.locked() or (timer is not None and timer.is_alive())

    def _run(self) -> None:
        with self._running:
            try:
                self._settle()
            except ReperioError as error:  # another process writes; what stays stale is settled by the next one
                log.warning("settle.failed", reason=str(error))

    def finish(self) -> None:
        """Settle what waits now, and wait until it is done."""
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is None:
            return
        timer.cancel()
        timer.join()
        self._run()
