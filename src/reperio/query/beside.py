"""Work done beside: the engine, the vectors and the corpus mostly work without Python, so parts of an answer overlap.

A part that no thread has begun when it is wanted is done by who wants it. So no part waits for a free thread: parts may
have parts of their own, and many questions at once only do without the overlap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any, Final, Generic, ParamSpec, TypeVar

THREADS: Final = 4

Given = ParamSpec("Given")
Made = TypeVar("Made")

_Waiting = tuple[Future[Any], Callable[[], Any]]
"""What is to be made and how."""


class Part(Generic[Made]):
    """Something being made.

    Args:
        make: makes it.
        begun: its making in another thread.
    """

    def __init__(self, make: Callable[[], Made], begun: Future[Made]) -> None:
        self._make = make
        self._begun = begun

    def result(self) -> Made:
        """What is made; to be asked for once. Raises what its making raised."""
        return self._make() if self._begun.cancel() else self._begun.result()


class Beside:
    """Threads that make parts of answers. Safe to use from any of them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "beside")
        self._soon: deque[_Waiting] = deque()
        self._later: deque[_Waiting] = deque()
        self._lock = Lock()

    def make(self, make: Callable[Given, Made], *args: Given.args, **kwargs: Given.kwargs) -> Part[Made]:
        """Begin to make something."""
        return self._begin(self._soon, partial(make, *args, **kwargs))

    def make_later(self, make: Callable[Given, Made], *args: Given.args, **kwargs: Given.kwargs) -> Part[Made]:
        """Begin to make something that is wanted last: threads take it when nothing else waits for them."""
        return self._begin(self._later, partial(make, *args, **kwargs))

    def _begin(self, waiting: deque[_Waiting], make: Callable[[], Made]) -> Part[Made]:
        begun: Future[Made] = Future()
        with self._lock:
            waiting.append((begun, make))
        self._threads.submit(self._make_next)
        return Part(make, begun)

    def _make_next(self) -> None:
        with self._lock:
            begun, make = (self._soon or self._later).popleft()
        if not begun.set_running_or_notify_cancel():
            return
        try:
            begun.set_result(make())
        except BaseException as error:
            begun.set_exception(error)
            raise  # of no use to the thread, which goes on
