"""How often something may be tried. Addresses are held in memory only, for as long as they count, and never written."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

ADDRESSES_MAX = 10_000
EVERYBODY = "\x00everybody"


class Limiter:
    """Allows `each` tries an address and `all_` tries together in a span of `seconds`."""

    def __init__(self, each: int, all_: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = each
        self._all = all_
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._tried: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until the address may try again; 0 when it may now."""
        with self._lock:
            waits = (self._wait(address, self._each), self._wait(EVERYBODY, self._all))
        return max(waits)

    def note(self, address: str) -> None:
        """Count a try."""
        with self._lock:
            for name in (address, EVERYBODY):
                self._tried.setdefault(name, deque()).append(self._clock())
                self._tried.move_to_end(name)
            while len(self._tried) > ADDRESSES_MAX:
                self._tried.popitem(last=False)

    def forgive(self, address: str) -> None:
        """Forget the tries of an address that got in."""
        with self._lock:
            self._tried.pop(address, None)

    def _wait(self, name: str, most: int) -> int:
        tries = self._tried.get(name)
        if tries is None:
            return 0
        now = self._clock()
        while tries and now - tries[0] >= self._seconds:
            tries.popleft()
        if not tries:
            del self._tried[name]
            return 0
        return int(self._seconds - (now - tries[-most])) + 1 if len(tries) >= most else 0
