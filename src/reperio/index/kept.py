"""What was found lately, by what was asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Kept(Generic[Found]):
    """The answers used last. Safe to ask from threads.

    Args:
        most: answers kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Found] = OrderedDict()
        self._begun: dict[Hashable, Future[Found]] = {}
        self._lock = threading.Lock()

    def get(self, asked: Hashable) -> Found | None:
        """Give what was found; None when it is not kept."""
        with self._lock:
            if asked in self._answers:
                self._answers.move_to_end(asked)
            return self._answers.get(asked)

    def keep(self, asked: Hashable, found: Found) -> Found:
        """Keep what was found, and give it."""
        with self._lock:
            self._answers[asked] = found
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return found

    def found(self, asked: Hashable, find: Callable[[], Found]) -> Found:
        """Give what is kept, or find and keep it. Who asks the same meanwhile waits for it: threads look once."""
        with self._lock:
            if asked in self._answers:
                self._answers.move_to_end(asked)
                return self._answers[asked]
            looking = self._begun.get(asked)
            if looking is None:
                mine = self._begun[asked] = Future()
        if looking is not None:
            return looking.result()
        try:
            answer = self.keep(asked, find())
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(answer)
            return answer
        finally:
            with self._lock:
                del self._begun[asked]
