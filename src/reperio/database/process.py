"""Which process has a piece of work, so that a dead one is known for dead on its own host.

A process is named `host:number@boot.space.start`: the boot of the machine, the name space its number is of, and when it
began. So a number that was given to another process since, or means another one in another container, is not taken
for the one that died. Where the system does not tell these, the name ends after the number.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

_PROC = Path("/proc")
_START, _STATE = 19, 0
"""Fields of `/proc/NUMBER/stat` behind the name of the program."""


def name_of_process() -> str:
    """What a worker is called: its host and process."""
    here, space, held = f"{socket.gethostname()}:{os.getpid()}", _space(), _stat(os.getpid())
    return f"{here}@{space}.{held[_START]}" if space and held else here


def shown(worker: str) -> str:
    """The name of a worker for people: host and process number."""
    return worker.partition("@")[0]


def may_live(worker: str) -> bool:
    """Whether a worker may be alive: of processes of this host since its last start it is known, of others it is not."""
    place, _, identity = worker.partition("@")
    host, _, number = place.rpartition(":")
    if host != socket.gethostname() or not number.isdecimal():
        return True
    space, _, start = identity.rpartition(".")
    if not identity:
        return _answers(int(number))
    if space != _space():
        return True
    held = _stat(int(number))
    return bool(held) and held[_START] == start and held[_STATE] not in "ZX"


def _answers(number: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _stat(number: int) -> list[str]:
    """What the system tells of a process; empty when there is none, or the system does not tell."""
    try:
        return (_PROC / str(number) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _space() -> str:
    """The boot of this machine and the space that process numbers are of; empty where the system does not tell."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}.{(_PROC / 'self/ns/pid').stat().st_ino}"
    except (OSError, UnicodeDecodeError):
        return ""
