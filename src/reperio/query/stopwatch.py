"""Times of the parts of an answer."""

from __future__ import annotations

import time


class Stopwatch:
    """Running since it was made; `laps` are in milliseconds."""

    def __init__(self) -> None:
        self.started = self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """A part ends here."""
        now = time.perf_counter()
        self.laps[name] = self.laps.get(name, 0.0) + (now - self._last) * 1000
        self._last = now

    @property
    def total(self) -> float:
        """Milliseconds so far."""
        return (time.perf_counter() - self.started) * 1000
