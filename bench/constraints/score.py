"""Score the reader of constraints: `python bench/constraints/score.py [--held]`.

Prints, for the development and the held-out cases of `cases.tsv` (queries written and labelled by hand; the held-out
third was written before the reader and first scored when that was tuned: precision 1.000, recall 0.948, exact 0.937 of
95; two faults that it showed have been mended since, so that it is no longer unseen), precision and recall of chips by facet and
the share of queries read exactly: the same chips, and the same words left. Function words and punctuation do not
count in what is left. Mistakes are listed; those of the held-out cases only with `--held`. Ends with 1 when the
precision of either part is below the floor.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from reperio.query.constraints import Chip, read_constraints

CASES = Path(__file__).with_name("cases.tsv")
PRECISION_FLOOR = 0.97
FUNCTION = "of on in with for about from among and or by the a an at to is are"
FUNCTION_WORDS = frozenset(FUNCTION.split())


class Case(NamedTuple):
    """A query, and what should be understood of it."""

    split: str
    query: str
    chips: frozenset[str]
    left: str


def load_cases() -> list[Case]:
    """Read the cases."""
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Case(row["split"], row["query"], frozenset(chip for chip in row["chips"].split("; ") if chip), row["left"])
        for row in rows
    ]


def show(chip: Chip) -> str:
    """A chip as it is labelled: `country=DE|FR`, `age=10..16`, `sex=all|female|?` (? for: or not stated)."""
    if chip.span is not None:
        low, high = ("" if end is None else f"{end:.12g}" for end in (chip.span.lower, chip.span.upper))
        return f"{chip.facet}={low}..{high}"
    assert chip.chosen is not None
    return f"{chip.facet}=" + "|".join(chip.chosen.values) + ("|?" if chip.chosen.unknown else "")


def content(text: str) -> list[str]:
    """The words of a text that are no function words."""
    return [word for word in re.findall(r"\w+", text.lower()) if word not in FUNCTION_WORDS]


def score(split: str, *, verbose: bool) -> float:
    """Print the figures of one part; gives the precision over all facets."""
    right: Counter[str] = Counter()
    got: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    exact = clean = 0
    cases = [case for case in load_cases() if case.split == split]
    for case in cases:
        understood = read_constraints(case.query)
        chips = frozenset(map(show, understood.chips))
        for counter, found in ((right, chips & case.chips), (got, chips), (wanted, case.chips)):
            counter.update(chip.partition("=")[0] for chip in found)
        good = chips == case.chips and content(understood.text_left) == content(case.left)
        exact += good
        clean += chips <= case.chips
        if verbose and not good:
            print(
                f"  {case.query!r}: wanted {sorted(case.chips)} {case.left!r}, got {sorted(chips)} {understood.text_left!r}"
            )
    print(
        f"{split}: {len(cases)} queries, exact {exact / len(cases):.3f}, without a wrong chip {clean / len(cases):.3f}"
    )
    for facet in [*sorted(wanted | got), "all"]:
        r, g, w = (sum(c.values()) if facet == "all" else c[facet] for c in (right, got, wanted))
        print(f"  {facet:<14} chips {w:>3}  precision {r / g if g else 1:.3f}  recall {r / w if w else 1:.3f}")
    return sum(right.values()) / max(1, sum(got.values()))


if __name__ == "__main__":
    precisions = [score("dev", verbose=True), score("held", verbose="--held" in sys.argv)]
    sys.exit(min(precisions) < PRECISION_FLOOR)
