"""Whether the process answers, and whether it is ready for people: what probes and balancers of load ask.

A probe costs next to nothing: what was found is told again for two seconds, and only one look is under way at a time,
in a thread of its own, so that a database which does not answer holds up neither probes nor people.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from reperio.log import get_logger
from reperio.query.view import Condition

log = get_logger(__name__)

LIVE = "/health/live"
READY = "/health/ready"
KEPT_SECONDS = 2.0
PATIENCE_SECONDS = 3.0
"""How long a probe waits for a look; probes of others give up after a few seconds, too."""

RETRY_SECONDS = 5
NO_ANSWER = Condition(failed={"check": f"Looking took longer than {PATIENCE_SECONDS:g} seconds."})


class Readiness:
    """What was found last; looks again when that is old. Safe to ask from threads."""

    def __init__(self, look: Callable[[], Condition]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, "readiness")
        self._pending: Future[Condition] | None = None
        self._held: Condition | None = None
        self._looked = 0.0
        self._word = ""
        self.stopping = False
        """Set when the process is told to stop: it is ready no longer, but finishes what it does."""

    def begin(self) -> None:
        """Look for the first time, without waiting for it."""
        self._asked()

    async def now(self) -> Condition:
        """What is found now, or was a moment ago."""
        found = self._fresh()
        if found is None:
            try:
                found = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._asked())), PATIENCE_SECONDS)
            except TimeoutError:
                found = NO_ANSWER
        self._tell(found)
        return found

    def at_hand(self, patience: float) -> Condition | None:
        """The same for threads; what was found last when looking takes longer, None when nothing was."""
        found = self._fresh()
        if found is not None:
            return found
        try:
            return self._asked().result(patience)
        except TimeoutError:
            return self._held

    def _fresh(self) -> Condition | None:
        return self._held if time.monotonic() - self._looked < KEPT_SECONDS else None

    def _asked(self) -> Future[Condition]:
        with self._lock:
            if self._pending is None or self._pending.done():
                self._pending = self._pool.submit(self._looked_at)
            return self._pending

    def _looked_at(self) -> Condition:
        found = self._look()
        self._held, self._looked = found, time.monotonic()
        return found

    def _tell(self, found: Condition) -> None:
        """Log when it became another."""
        word = word_of(found)
        if word != self._word:
            self._word = word
            log.warning("readiness.changed", state=word, **(found.failed or found.degraded))

    def close(self) -> None:
        """Wait for nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def word_of(found: Condition) -> str:
    """`ready`, `degraded` (it answers, but less well) or `not ready`."""
    if found.failed:
        return "not ready"
    return "degraded" if found.degraded else "ready"


async def live(_: Request) -> Response:
    """The process answers. Nothing is looked at: what is wrong elsewhere is no reason to start it anew."""
    return JSONResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


async def ready(request: Request) -> Response:
    """People can be sent here (200), or not now (503), and what is wrong by part."""
    readiness: Readiness = request.app.state.readiness
    headers = {"Cache-Control": "no-store"}
    if readiness.stopping:
        return JSONResponse({"status": "stopping"}, 503, headers | {"Retry-After": str(RETRY_SECONDS)})
    found = await readiness.now()
    told = {"status": word_of(found), "failed": found.failed, "degraded": found.degraded}
    if found.failed:
        return JSONResponse(told, 503, headers | {"Retry-After": str(RETRY_SECONDS)})
    return JSONResponse(told, headers=headers)
