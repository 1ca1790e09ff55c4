"""Bringing the index up to the corpus from the pages for operators: in a thread of its own, one at a time.

Searching goes on meanwhile. A server that stops does not wait for it: the next one, or `reperio index`, goes on from
what was encoded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from reperio.errors import ReperioError
from reperio.log import get_logger

log = get_logger(__name__)


class Indexer:
    """Calls `index` when asked, and knows how it went."""

    def __init__(self, index: Callable[[], object]) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.failed = ""
        """Why the last one failed; empty when it did not."""

    @property
    def running(self) -> bool:
        """Whether one is under way."""
        thread = self._thread
        return thread is not None and thread.is_alive()

    def begin(self) -> bool:
        """Begin one; False when one is under way already."""
        with self._lock:
            if self.running:
                return False
            self.failed = ""
            self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)
            self._thread.start()
            return True

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the one under way is done, at most so long."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._index()
        except ReperioError as error:  # another process indexes, or the disk is full: told on the page
            self.failed = str(error)
            log.warning("index.failed", reason=str(error))
        except Exception:
            self.failed = "It broke off; the log says where."
            log.exception("index.crashed")
