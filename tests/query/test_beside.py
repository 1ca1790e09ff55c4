"""Parts of an answer made beside: always made once, by whoever is free, and never waited for in vain."""

from __future__ import annotations

import threading

import pytest

from reperio.query.beside import THREADS, Beside


def test_a_part_is_made_in_another_thread() -> None:
    beside = Beside()
    here = threading.get_ident()
    begun = threading.Event()

    def told() -> int:
        begun.set()
        return threading.get_ident()

    part = beside.make(told)
    assert begun.wait(10)
    assert part.result() != here


def test_what_no_thread_has_begun_is_made_by_who_wants_it() -> None:
    beside = Beside()
    free = threading.Event()
    busy = [beside.make(free.wait, 10) for _ in range(THREADS)]
    made: list[int] = []
    part = beside.make(lambda: made.append(threading.get_ident()))
    part.result()
    assert made == [threading.get_ident()]
    free.set()
    assert all(one.result() for one in busy)
    assert len(made) == 1


def test_parts_of_parts_of_parts_end() -> None:
    beside = Beside()

    def below(depth: int) -> int:
        return 1 + sum(part.result() for part in [beside.make(below, depth - 1) for _ in range(3)]) if depth else 1

    assert below(5) == sum(3**depth for depth in range(6))


def test_what_a_part_raises_is_raised_where_it_is_wanted() -> None:
    beside = Beside()
    busy = threading.Event()
    waiting = [beside.make(busy.wait, 10) for _ in range(THREADS)]
    in_this_thread = beside.make(int, "seven")
    with pytest.raises(ValueError, match="seven"):
        in_this_thread.result()
    busy.set()
    [one.result() for one in waiting]
    elsewhere = beside.make(int, "eight")
    with pytest.raises(ValueError, match="eight"):
        elsewhere.result()
