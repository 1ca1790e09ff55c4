"""Score the normalisers: `python bench/normalising/score.py [data]`.

Prints precision and recall by field over the cases labelled by hand (`cases.tsv`) and, where the development data lies
beside the repository, over the gold that others made. Precision: of what was read, how much is right. Recall: of what
was to be read, how much was read right. Ends with 1 when a field of the hand-made cases falls below the floors.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cases import NOTHING, load_cases, show
from gold import country_names, edtf_dates, spatial_countries, temporal_years

PRECISION_FLOOR = 0.97
RECALL_FLOOR = 0.90
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def score(pairs: Iterable[tuple[str, str]]) -> tuple[int, float, float]:
    """Count, precision and recall of (wanted, got) pairs."""
    pairs = list(pairs)
    right = sum(wanted == got != NOTHING for wanted, got in pairs)
    read = sum(got != NOTHING for _, got in pairs)
    wanted = sum(wanted != NOTHING for wanted, _ in pairs)
    return len(pairs), right / read if read else 1.0, right / wanted if wanted else 1.0


def _row(name: str, count: int, precision: float, recall: float) -> None:
    print(f"{name:<44}{count:>7}{precision:>11.3f}{recall:>9.3f}")


def _hand_made() -> bool:
    by_field: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for case in load_cases():
        got = show(case.field, case.raw)
        by_field[case.field].append((case.expected, got))
        if got != case.expected:
            print(f"  wrong: {case.field}: {case.raw!r}: wanted {case.expected!r}, got {got!r}")
    good = True
    for field, pairs in by_field.items():
        count, precision, recall = score(pairs)
        _row(field, count, precision, recall)
        good &= precision >= PRECISION_FLOOR and recall >= RECALL_FLOOR
    return good


def _gold(data: Path) -> None:
    for name, outcomes in (
        ("natural-language dates", edtf_dates(data)),
        ("free-text periods overlap coded ones", temporal_years(data)),
        ("country names, English and own", country_names(data)),
    ):
        _row(name, *score((outcome.wanted or NOTHING, outcome.got or NOTHING) for outcome in outcomes))
    records = list(spatial_countries(data))
    found = sum(len(wanted & got) for wanted, got in records)
    _row(
        "places in Dutch records, controlled countries",
        len(records),
        float("nan"),
        found / sum(len(wanted) for wanted, _ in records),
    )


def main() -> int:
    """Print the scores; 1 when a hand-made field is below the floors."""
    print(f"{'field':<44}{'cases':>7}{'precision':>11}{'recall':>9}")
    good = _hand_made()
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if data.is_dir():
        _gold(data)
    else:
        print("The development data is not beside the repository: gold of others not scored.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
