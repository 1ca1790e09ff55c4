"""Whose turn it is to write indexes and vectors: one process at a time, and who makes vectors lets others go first.

Two files are locked: who wants a turn locks the *line*, then the *door*, and lets go of the line. Who has the door and is at
something that can be left writes so into it: then who comes waits, else it is refused. Who lets another go first stands
in line meanwhile and says there that it goes on. The locks of a process end with it.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from reperio.errors import BackendError

DOOR, LINE = ".lock", ".line"
CAN_BE_LEFT, GOES_ON = b"can be left", b"goes on"
LOOK_SECONDS = 0.1
"""Between two looks while waiting."""


def _nothing() -> None:
    """Nothing is to be done while waiting."""


class Turn:
    """The right to write what is in a directory, from entering it to leaving it.

    Args:
        directory: of the index generations.

    Raises:
        BackendError: on entering, another process is at something that cannot be left.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._door = (directory / DOOR).open("a+b", buffering=0)
        self._line = (directory / LINE).open("a+b", buffering=0)

    def __enter__(self) -> Self:
        try:
            self._take(b"", self._wait_or_refuse)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def is_wanted(self) -> bool:
        """Say that what is being done can be left, and see whether somebody waits for that."""
        if _said(self._door) != CAN_BE_LEFT:
            _say(self._door, CAN_BE_LEFT)
        if not _lock(self._line):
            return True
        _unlock(self._line)
        return False

    @property
    def is_continued(self) -> bool:
        """Whether who waits is one that let us go first, and goes on then with what it left."""
        return _said(self._line) == GOES_ON

    def let_others(self, breathe: Callable[[], None] = _nothing) -> None:
        """Let who waits go first, and take the turn again; `breathe` is called while waiting and may raise."""
        _unlock(self._door)

        def wait() -> None:
            breathe()
            time.sleep(LOOK_SECONDS)

        self._take(GOES_ON, wait)

    def _take(self, says: bytes, wait: Callable[[], None]) -> None:
        while not _lock(self._line):
            wait()
        _say(self._line, says)
        while not _lock(self._door):
            wait()
        _say(self._door, b"")
        _say(self._line, b"")
        _unlock(self._line)

    def _wait_or_refuse(self) -> None:
        if _said(self._door) != CAN_BE_LEFT:
            raise BackendError("Another process is indexing this home.", hint="Wait until it is done, then try again.")
        time.sleep(LOOK_SECONDS)

    def _close(self) -> None:
        self._line.close()
        self._door.close()


def _lock(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unlock(file: BinaryIO) -> None:
    fcntl.flock(file, fcntl.LOCK_UN)


def _say(file: BinaryIO, what: bytes) -> None:
    file.truncate(0)
    file.write(what)


def _said(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()
