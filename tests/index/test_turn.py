"""One process writes at a time; one that makes vectors lets others go first and goes on after them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from reperio.errors import BackendError
from reperio.index.turn import Turn


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that another thread is about to do."""
    waiting = threading.Event()
    for _ in range(1000):
        if is_so():
            return
        waiting.wait(0.01)
    raise AssertionError("It never came to be so.")


def test_who_comes_is_refused_while_something_is_done_that_cannot_be_left(tmp_path: Path) -> None:
    with Turn(tmp_path), pytest.raises(BackendError, match="Another process is indexing"), Turn(tmp_path):
        pass
    with Turn(tmp_path) as turn:
        assert not turn.is_wanted()


def test_who_makes_vectors_lets_another_go_first_and_goes_on(tmp_path: Path) -> None:
    done: list[str] = []

    def come() -> None:
        with Turn(tmp_path) as turn:
            until(lambda: turn.is_wanted() and turn.is_continued)
            done.append("the other")

    with Turn(tmp_path) as turn:
        assert not turn.is_wanted()
        other = threading.Thread(target=come)
        other.start()
        until(turn.is_wanted)
        assert not turn.is_continued
        assert not done
        turn.let_others()
        done.append("the first")
        assert not turn.is_wanted()
        other.join()
    assert done == ["the other", "the first"]


def test_what_was_said_before_is_not_believed_of_who_came_since(tmp_path: Path) -> None:
    """Who has a turn after one that could be left cannot be left itself, unless it says so."""
    with Turn(tmp_path) as turn:
        assert not turn.is_wanted()
    with Turn(tmp_path), pytest.raises(BackendError), Turn(tmp_path):
        pass


def test_waiting_can_be_broken_off(tmp_path: Path) -> None:
    with Turn(tmp_path) as turn:
        assert not turn.is_wanted()
        came, leave = threading.Event(), threading.Event()

        def come() -> None:
            with Turn(tmp_path):
                came.set()
                leave.wait(10)

        other = threading.Thread(target=come)
        other.start()
        until(turn.is_wanted)

        def breathe() -> None:
            if came.is_set():
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            turn.let_others(breathe)
    leave.set()
    other.join()
    with Turn(tmp_path) as turn:
        assert not turn.is_wanted()


def test_a_killed_process_leaves_nothing_locked(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from reperio.index.turn import Turn\n"
        "turn = Turn(Path(sys.argv[1])); turn.__enter__(); print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in\n"
        with pytest.raises(BackendError), Turn(tmp_path):
            pass
        process.kill()
    with Turn(tmp_path) as turn:
        assert not turn.is_wanted()
