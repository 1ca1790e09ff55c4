"""What was found lately, asked for by threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reperio.index.kept import Kept


def test_the_last_ones_are_kept() -> None:
    kept: Kept[int] = Kept(2)
    for asked, found in (("a", 1), ("b", 2), ("a", 0), ("c", 3)):
        kept.found(asked, iter([found]).__next__)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)


def test_threads_look_once() -> None:
    kept: Kept[int] = Kept(2)
    begun, going_on, looks = threading.Event(), threading.Event(), []

    def look() -> int:
        looks.append(1)
        begun.set()
        assert going_on.wait(10)
        return 7

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(kept.found, "same", look)
        assert begun.wait(10)
        second = threads.submit(kept.found, "same", look)
        going_on.set()
        assert (first.result(10), second.result(10)) == (7, 7)
    assert len(looks) == 1


def test_what_failed_is_looked_for_again() -> None:
    kept: Kept[int] = Kept(2)

    def fail() -> int:
        raise ValueError("lost")

    with pytest.raises(ValueError, match="lost"):
        kept.found("same", fail)
    assert kept.found("same", lambda: 3) == 3
