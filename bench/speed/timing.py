"""Times of calls: median and 95th percentile, of the clock and of the processor, and memory as the kernel counts it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_LINE = re.compile(r"^(\w+):\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Times:
    """Times in milliseconds: `p50`, `p95` and `worst` by the clock, `cpu50` and `cpu95` of the processor; `n` calls."""

    n: int
    p50: float
    p95: float
    worst: float
    cpu50: float
    cpu95: float


@dataclass(frozen=True)
class Memory:
    """Memory of a process in MB: its own pages, those of files (which the system may take back), and their sum."""

    private: float
    files: float
    resident: float


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which that share of them lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def times(wall: list[float], cpu: list[float]) -> Times:
    """Times of calls that were measured, in seconds."""
    return Times(
        len(wall),
        *(round(quantile(wall, share) * 1000, 2) for share in (0.5, 0.95)),
        round(max(wall) * 1000, 2),
        *(round(quantile(cpu, share) * 1000, 2) for share in (0.5, 0.95)),
    )


def measure(call: Callable[[T], object], inputs: Iterable[T]) -> Times:
    """Call with each input once, one after the other."""
    wall, cpu = [], []
    for one in inputs:
        busy, started = time.process_time(), time.perf_counter()
        call(one)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - busy)
    return times(wall, cpu)


def memory(pid: int | str = "self") -> Memory:
    """Memory of a process."""
    found = dict(_LINE.findall(Path(f"/proc/{pid}/smaps_rollup").read_text()))
    own = int(found["Anonymous"]) / 1024
    resident = int(found["Rss"]) / 1024
    return Memory(round(own), round(resident - own), round(resident))


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100
