"""What is dear to count, kept until the index changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from reperio.web.language import language

T = TypeVar("T")
MOST = 128
"""Answers kept; the one not asked for the longest gives way."""


class Kept:
    """A small memory of answers, safe to use from threads. Two askers of one new thing may both compute it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer of a key, made when it is not kept. The key names the index generation it depends on; the language is added."""
        key = (language(), key)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return cast("T", self._answers[key])
        made = make()
        with self._lock:
            self._answers[key] = made
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return made
