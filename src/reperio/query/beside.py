"""Work done beside: the engine, the vectors and the corpus mostly work without Python, so parts of an answer overlap.

A part that no thread has begun when it is wanted is done by who wants it. So no part waits for a free thread: parts may
have parts of their own, and many questions at once only do without the overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Generic, ParamSpec, TypeVar

THREADS: Final = 4

Given = ParamSpec("Given")
Made = TypeVar("Made")


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

    def make(self, make: Callable[Given, Made], *args: Given.args, **kwargs: Given.kwargs) -> Part[Made]:
        """Begin to make something."""

        def given() -> Made:
            return make(*args, **kwargs)

        return Part(given, self._threads.submit(given))
