"""Score the normalisers: `python bench/normalising/score.py [--freeze] [data]`.

Prints precision and recall by field over the cases we wrote (`cases.tsv`) and, where the development data lies beside
the repository, over real strings that we labelled (`labelled.tsv`, those for development and those held out apart) and
the gold that others made. Precision: of what was read, how much is right. Recall: of what was to be read, how much was
read right. Ends with 1 when a field of the cases we wrote falls below the floors, or any score below the frozen ones
(`frozen.tsv`, written by `--freeze`).
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

import catalogue_gold
from cases import NOTHING, load_cases, show
from gold import country_names, edtf_dates, spatial_countries, temporal_years, vocabulary_labels
from labelled import load_labelled, read, right

PRECISION_FLOOR = 0.97
RECALL_FLOOR = 0.90
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FROZEN = Path(__file__).with_name("frozen.tsv")
SLACK = 0.0005
"""Scores are frozen to three decimals."""


class Score(NamedTuple):
    """How many cases a field has, what share of what was read is right, and of what was wanted was read."""

    name: str
    count: int
    precision: float
    recall: float


def score(name: str, pairs: Iterable[tuple[str, str]]) -> Score:
    """The score of (wanted, got) pairs."""
    pairs = list(pairs)
    hits = sum(wanted == got != NOTHING for wanted, got in pairs)
    got = sum(got != NOTHING for _, got in pairs)
    wanted = sum(wanted != NOTHING for wanted, _ in pairs)
    return Score(name, len(pairs), _share(hits, got), _share(hits, wanted))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _written() -> Iterator[Score]:
    by_field: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for case in load_cases():
        got = show(case.field, case.raw)
        by_field[case.field].append((case.expected, got))
        if got != case.expected:
            print(f"  wrong: {case.field}: {case.raw!r}: wanted {case.expected!r}, got {got!r}")
    return (score(f"written: {field}", pairs) for field, pairs in by_field.items())


def _labelled(data: Path) -> Iterator[Score]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for case in load_labelled(data):
        got = read(case)
        precise, found = right(case, got)
        for name in (f"real: {case.field}", f"real: {case.field}, {'held out' if case.held else 'development'}"):
            for at, number in enumerate((1, precise, len(got), found, len(case.expected))):
                sums[name][at] += number
    for name, (count, precise, got_count, found, wanted) in sorted(sums.items()):
        yield Score(name, count, _share(precise, got_count), _share(found, wanted))


def _gold(data: Path) -> Iterator[Score]:
    for name, outcomes in (
        ("natural-language dates", edtf_dates(data)),
        ("free-text periods overlap coded ones", temporal_years(data)),
        ("country names, English and own", country_names(data)),
        ("labels of vocabularies, all languages", vocabulary_labels(data)),
        ("HDR UK: text on places, coded coverage", catalogue_gold.hdruk(data, catalogue_gold.places)),
        ("HDR UK: start of the data", catalogue_gold.hdruk(data, catalogue_gold.starts)),
        ("HDR UK: band of ages, coded range", catalogue_gold.hdruk(data, catalogue_gold.ages)),
        ("HDR UK: ages told in sentences, coded range", catalogue_gold.hdruk(data, catalogue_gold.told_ages)),
        ("UK LLC: ages in titles, years of fieldwork", catalogue_gold.ukllc_ages(data)),
        ("UK LLC: months of fieldwork", catalogue_gold.ukllc_periods(data)),
    ):
        yield score(f"gold: {name}", ((each.wanted or NOTHING, each.got or NOTHING) for each in outcomes))
    records = list(spatial_countries(data))
    found = sum(len(wanted & got) for wanted, got in records)
    read_count = sum(len(got) for _, got in records)
    wanted_count = sum(len(wanted) for wanted, _ in records)
    yield Score(
        "gold: places against a noisy list", len(records), _share(found, read_count), _share(found, wanted_count)
    )


def _dropped(scores: list[Score]) -> list[str]:
    """Frozen scores that are no longer reached."""
    if not FROZEN.exists():
        return []
    now = {each.name: each for each in scores}
    with FROZEN.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["name"] in now]
    return [
        f"{row['name']}: {what} was {row[what]}, is {getattr(now[row['name']], what):.3f}"
        for row in rows
        for what in ("precision", "recall")
        if getattr(now[row["name"]], what) < float(row[what]) - SLACK
    ]


def _freeze(scores: list[Score]) -> None:
    rows = (f"{each.name}\t{each.count}\t{each.precision:.3f}\t{each.recall:.3f}" for each in scores)
    FROZEN.write_text("\n".join(["name\tcases\tprecision\trecall", *rows]) + "\n", encoding="utf-8")


def main() -> int:
    """Print the scores; 1 when one is below its floor or its frozen value."""
    words = [word for word in sys.argv[1:] if word != "--freeze"]
    written = list(_written())
    scores = list(written)
    data = Path(words[0]) if words else DATA
    if data.is_dir():
        scores += [*_labelled(data), *_gold(data)]
    print(f"{'field':<48}{'cases':>7}{'precision':>11}{'recall':>9}")
    for each in scores:
        print(f"{each.name:<48}{each.count:>7}{each.precision:>11.3f}{each.recall:>9.3f}")
    if not data.is_dir():
        print("The development data is not beside the repository: real strings and gold of others not scored.")
    if "--freeze" in sys.argv and data.is_dir():
        _freeze(scores)
    dropped = _dropped(scores)
    for line in dropped:
        print(f"  dropped: {line}")
    low = [each for each in written if each.precision < PRECISION_FLOOR or each.recall < RECALL_FLOOR]
    return 1 if low or dropped else 0


if __name__ == "__main__":
    sys.exit(main())
