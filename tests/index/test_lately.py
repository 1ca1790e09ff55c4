"""What was found near a vector a moment ago."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from reperio.index.encoder import Vectors
from reperio.index.lately import ASKED_TOGETHER, Lately, Texts


def _texts(count: int) -> Texts:
    return np.linspace(1, 0, count, dtype=np.float32), np.arange(count)


ONE, OTHER = np.array([1, 0], np.float32), np.array([0, 1], np.float32)


def test_one_vector_is_looked_for_once_and_more_of_it_again() -> None:
    asked: list[int] = []

    def search(vector: Vectors, count: int, floor: float) -> Texts:
        asked.append(count)
        return _texts(count)

    lately = Lately(search)
    assert len(lately.get(ONE, 5, 0.3)[1]) == 5
    assert lately.get(ONE, 7, 0.3)[1].tolist() == list(range(7))
    lately.get(OTHER, 1, 0.3)
    assert asked == [ASKED_TOGETHER] * 2
    assert len(lately.get(ONE, ASKED_TOGETHER + 1, 0.3)[0]) == ASKED_TOGETHER + 1
    assert asked[2:] == [ASKED_TOGETHER + 1]


def test_what_is_less_near_is_looked_for_again() -> None:
    asked: list[float] = []

    def search(vector: Vectors, count: int, floor: float) -> Texts:
        asked.append(floor)
        return _texts(count)

    lately = Lately(search)
    for floor in (0.5, 0.7, 0.5, 0.2):
        lately.get(ONE, 5, floor)
    assert asked == [0.5, 0.2]


def test_threads_that_ask_for_the_same_share_one_search() -> None:
    asked: list[int] = []
    begun, go = threading.Event(), threading.Event()

    def search(vector: Vectors, count: int, floor: float) -> Texts:
        asked.append(count)
        begun.set()
        assert go.wait(10)
        return _texts(count)

    lately = Lately(search)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(lately.get(ONE, 9, 0.3)[0]))) for _ in range(4)]
    threads[0].start()
    assert begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(10)
    assert found == [9] * 4
    assert asked == [ASKED_TOGETHER]


def test_a_search_that_failed_is_tried_again() -> None:
    fails = iter([True, False])

    def search(vector: Vectors, count: int, floor: float) -> Texts:
        if next(fails):
            raise OSError("gone")
        return _texts(count)

    lately = Lately(search)
    with pytest.raises(OSError, match="gone"):
        lately.get(ONE, 3, 0.3)
    assert len(lately.get(ONE, 3, 0.3)[0]) == 3
