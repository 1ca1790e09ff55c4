"""What a search costs, part by part: milliseconds of the processor, median and 95th percentile, over a mix of questions.

    python bench/speed/phases.py HOME [--questions 240] [--seed 7] [--into docs/explanation/performance.md]

Parts that run beside the others, in threads of their own, are marked so. The home is only read.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inside import WARM, service_of
from questions import draw
from tables import replaced
from timing import quantile

from reperio.query import results
from reperio.query.discovery import Discovery
from reperio.query.inside import Inside
from reperio.query.order import Order
from reperio.web.serving import spare_questions

PARTS: tuple[tuple[str, Any, str], ...] = (
    ("constraints read from the text", Discovery, "understood"),
    ("what the words match, and how many", Discovery, "_matched"),
    ("the best of the catalogue, in order", Discovery, "_page"),
    ("of that, evidence of meaning, phrases and whole words", Order, "_evidence"),
    ("passages marked in the results", results, "snippets_of"),
    ("variables inside the results (beside)", Inside, "variables"),
    ("datasets inside the results (beside)", Inside, "datasets"),
    ("facets (beside)", Discovery, "_facets"),
    ("counts of the other tabs (beside)", Discovery, "_other_scopes"),
)


class Ledger:
    """Adds up what each part takes of the processor, in seconds."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys((name for name, _, _ in PARTS), 0.0)
        for name, owner, method in PARTS:
            setattr(owner, method, self._timed(name, getattr(owner, method)))

    def _timed(self, name: str, call: Any) -> Any:
        def timed(*given: Any, **named: Any) -> Any:
            began = time.thread_time()
            try:
                return call(*given, **named)
            finally:
                self.spent[name] += time.thread_time() - began

        return timed


def measured(home: Path, count: int, seed: int) -> dict[str, list[float]]:
    """Seconds of the processor that each question took, by part, and in all."""
    spare_questions()  # as `reperio serve` does
    ledger, service = Ledger(), service_of(home)
    for one in draw(home, WARM, seed + 1):
        service.search(one.query)
    taken: dict[str, list[float]] = {name: [] for name in (*ledger.spent, "the whole answer")}
    for one in draw(home, count, seed):
        if one.query.text and one.query.page == 1 and one.query.sort == "best":
            ledger.spent = dict.fromkeys(ledger.spent, 0.0)
            began = time.process_time()
            service.search(one.query)
            for name, seconds in (*ledger.spent.items(), ("the whole answer", time.process_time() - began)):
                taken[name].append(seconds)
    return taken


def table(taken: dict[str, list[float]]) -> Iterator[str]:
    """The lines of a table."""
    yield "| part of a search | median, ms of the processor | 95th percentile |"
    yield "|---|---|---|"
    for name, seconds in taken.items():
        yield f"| {name} | {quantile(seconds, 0.5) * 1000:.1f} | {quantile(seconds, 0.95) * 1000:.1f} |"


def main() -> None:
    """Measure a home and print the table, or put it into a page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("home", type=Path)
    options.add_argument("--questions", type=int, default=240)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--into", type=Path, help="page with `<!-- phases -->` markers")
    given = options.parse_args()
    lines = "\n".join(table(measured(given.home, given.questions, given.seed)))
    if given.into:
        page = given.into.read_text(encoding="utf-8")
        given.into.write_text(replaced(page, "phases", lines), encoding="utf-8")
    print(lines)


if __name__ == "__main__":
    sys.exit(main())
