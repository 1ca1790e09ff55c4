"""What a user saw who asked all the time while something failed; and the table of that in the documentation."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from reperio.errors import BackendError
from reperio.index.ask import Ask, FacetAsk, Word
from reperio.index.backend import Backend

BEGIN, END = "<!-- faults: written by `make faults` -->", "<!-- end of faults -->"
ASK = Ask(clause=Word("sleep"), facets=(FacetAsk("topic"),))


class Asking(msgspec.Struct):
    """What was answered: how often, how often not (503), the longest time between two answers, answers not whole."""

    answered: int = 0
    refused: int = 0
    longest: float = 0.0
    wrong: list[str] = msgspec.field(default_factory=list)

    def told(self) -> str:
        """The same in words."""
        saw = f"{self.answered} of {self.answered + self.refused} questions answered whole"
        return f"{saw}, {self.refused} with 503" if self.refused else saw


@contextmanager
def asking(backend: Backend, expected: int) -> Iterator[Asking]:
    """Ask for a total and facets again and again meanwhile; every answer must be whole."""
    seen, stop = Asking(), threading.Event()
    thread = threading.Thread(target=_keep_asking, args=(backend, expected, seen, stop))
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _keep_asking(backend: Backend, expected: int, seen: Asking, stop: threading.Event) -> None:
    last = time.monotonic()
    while not stop.is_set():
        try:
            page = backend.search(ASK)
        except BackendError:
            seen.refused += 1
            time.sleep(0.1)
            continue
        now = time.monotonic()
        seen.longest, last = max(seen.longest, now - last), now
        seen.answered += 1
        if page.total != expected or sum(count for _, count in page.facets["topic"].values) != expected:
            seen.wrong.append(f"{page.total} {page.facets['topic'].values}")
        time.sleep(0.01)


class Row(msgspec.Struct, frozen=True):
    """A fault, what users saw, for how long, and what was lost."""

    fault: str
    saw: str
    long: str
    lost: str = "nothing"


def write_table(rows: list[Row], path: Path, load: float) -> None:
    """Put a table of faults between its marks in a document, with the load of the machine before it was made.

    Raises:
        ValueError: the document has no such marks.
    """
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path.name} has no place for the table of faults")
    where = f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, a load of {load:.1f} before it began.\n\n"
    head = "| fault | what users saw | for how long | lost |\n|---|---|---|---|\n"
    lines = "".join(f"| {row.fault} | {row.saw} | {row.long} | {row.lost} |\n" for row in rows)
    path.write_text(f"{before}{begin}\n\n{where}{head}{lines}\n{end}{after}", encoding="utf-8")
