"""Score the resolver: `python bench/duplicates/score.py [--errors] [--freeze]`.

Prints pairwise precision and recall of every set, of the training and the held-out half, at the threshold in force,
with 95% intervals (Wilson), and a curve over thresholds of the held-out half. A pair counts as found when blocking
brings it together and its probability reaches the threshold. Ends with 1 when precision on the held-out half falls
below the floor, a look-alike merges, or a result falls below the interval of the one frozen in `frozen/`.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from sets import Case, load_cases

from reperio.corpus.score import score
from reperio.corpus.weights import ACCEPT, REVIEW

FROZEN = Path(__file__).parent / "frozen" / "results.json"
FLOOR = 0.99
CURVE = (0.35, 0.5, 0.7, 0.8, 0.9, 0.92, 0.95, 0.98, 0.99, 0.995, 0.999)


class Scored(NamedTuple):
    """A case and its probability, 0 when blocking does not bring the two together."""

    case: Case
    probability: float
    why: str


def measure(scored: list[Scored], threshold: float) -> dict[str, float]:
    """Precision, recall and what they are made of."""
    found = [one for one in scored if one.probability >= threshold]
    right = sum(one.case.same for one in found)
    wanted = sum(one.case.same for one in scored)
    return {
        "pairs": len(scored), "same": wanted, "found": len(found), "right": right,
        "precision": round(right / len(found), 4) if found else 1.0, "recall": round(right / wanted, 4) if wanted else 1.0,
    }  # fmt: skip


def interval(right: float, number: float) -> tuple[float, float]:
    """The 95% interval of a share (Wilson 1927); everything is possible when nothing was counted."""
    if not number:
        return 0.0, 1.0
    z, share = 1.96, right / number
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    reach = z / (1 + z * z / number) * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _shown(right: float, number: float) -> str:
    if not number:
        return "-"
    low, high = interval(right, number)
    return f"{right / number:.4f} ({low:.3f}-{high:.3f})"


def main() -> int:
    """Print the scores; 1 when they fall."""
    scored = []
    for case in load_cases():
        result = score(case.left, case.right)
        scored.append(Scored(case, result.probability if case.meets else 0.0, result.why))
    by_set: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for one in scored:
        half = "held-out" if one.case.held_out else "training"
        for name in {one.case.set, "aliases" if one.case.set == "aliases" else "all but aliases"}:
            by_set[name, half].append(one)
    results = {f"{name}, {half}": measure(members, ACCEPT) for (name, half), members in sorted(by_set.items())}
    print(f"accepted at {ACCEPT}")
    print(f"{'set':<26}{'pairs':>7}{'same':>6}{'found':>7}{'right':>7}{'precision':>23}{'recall':>23}{'+review':>9}")
    for (name, half), members in sorted(by_set.items()):
        row = results[f"{name}, {half}"]
        wide = measure(members, REVIEW)["recall"]
        print(
            f"{name + ', ' + half:<26}{row['pairs']:>7}{row['same']:>6}{row['found']:>7}{row['right']:>7}"
            f"{_shown(row['right'], row['found']):>23}{_shown(row['right'], row['same']):>23}{wide:>9.4f}"
        )
    print("\nall but aliases, held out, by threshold")
    print(f"{'threshold':>9}{'found':>7}{'precision':>11}{'recall':>9}")
    for threshold in CURVE:
        row = measure(by_set["all but aliases", "held-out"], threshold)
        print(f"{threshold:>9}{row['found']:>7}{row['precision']:>11.4f}{row['recall']:>9.4f}")
    if "--errors" in sys.argv:
        _print_errors(scored)
    return _compare(results)


def _print_errors(scored: list[Scored]) -> None:
    for one in scored:
        wrong = one.probability >= ACCEPT and not one.case.same
        missed = one.case.same and one.probability < ACCEPT and one.case.set != "aliases"
        if wrong or missed:
            print("WRONG" if wrong else "missed" if one.case.meets else "apart", one.case.set, one.why[:420])


def _compare(results: dict[str, dict[str, float]]) -> int:
    if "--freeze" in sys.argv:
        FROZEN.write_text(json.dumps({"accept": ACCEPT, "results": results}, indent=1) + "\n", encoding="utf-8")
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))["results"] if FROZEN.exists() else {}
    bad = [f"{name} merges look-alikes" for name, row in results.items() if row["found"] and not row["same"]]
    overall = results.get("all but aliases, held-out", {"precision": 1.0})
    if overall["precision"] < FLOOR:
        bad.append(f"precision below {FLOOR}")
    worse = [name for name, row in results.items() if name in frozen and _fell(row, frozen[name])]
    if bad:
        print(f"failed: {', '.join(bad)}")
    if worse:
        print(f"worse than frozen: {', '.join(worse)}")
    return 1 if bad or worse else 0


def _fell(row: dict[str, float], before: dict[str, float]) -> bool:
    """Whether precision or recall are below what the frozen results leave possible."""
    return (
        row["precision"] < interval(before["right"], before["found"])[0]
        or row["recall"] < interval(before["right"], before["same"])[0]
    )


if __name__ == "__main__":
    sys.exit(main())
