"""Learn the weights of the score: `python bench/duplicates/fit.py` prints the table of `reperio/corpus/weights.py`.

Logistic regression by levels on the training half, with a normal prior around weights set by hand: a level that the
training pairs seldom meet keeps about the weight that sense gives it. Sets are weighed so that a few dozen cohorts
labelled by hand count as much as some thousand records of one gateway. Pairs that blocking does not bring together,
the pairs of aliases (which hold nothing but the alias), and pairs that a wave, edition or year holds open whatever the
sum (else the same title would count for little, because every sweep bears it), are not learned from.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from prior import BIAS, WEIGHTS
from sets import Case, load_cases

from reperio.corpus.compare import kinds, titles
from reperio.corpus.score import CONTESTS, IDENTIFIED, compare

SIGMA = 1.2
ROUNDS = 3000
MADE_UP = {"people", "place"}
INVENTED = {"families", "variants", "namesakes"}
"""What the titles of these sets are given by us: how often it agrees is our choice, and nothing to learn from."""
SHARE = {
    "hdruk": 300.0,
    "cohorts": 150.0,
    "lookup": 0.0,
    "sample": 150.0,
    "families": 250.0,
    "variants": 200.0,
    "namesakes": 50.0,
    "aliases": 80.0,
}
"""How many pairs each set counts as."""


def main() -> int:
    """Print bias and weights."""
    cases = [case for case in load_cases() if case.meets and not case.held_out and _is_learned(case)]
    names = [(feature, level) for feature, levels in WEIGHTS.items() for level in levels]
    place = {name: at for at, name in enumerate(names, 1)}
    rows = np.zeros((len(cases), len(names) + 1))
    rows[:, 0] = 1.0
    for at, case in enumerate(cases):
        for met in compare(case.left, case.right):
            if case.set in INVENTED and met.feature in MADE_UP:
                continue
            rows[at, place[met.feature, met.level]] = 1.0
    wanted = np.array([float(case.same) for case in cases])
    totals = Counter(case.set for case in cases)
    share = np.array([SHARE[case.set] / totals[case.set] for case in cases])
    prior = np.array([BIAS, *(WEIGHTS[feature][level] for feature, level in names)])
    learned = fit(rows, wanted, share, prior)
    _show(names, learned, rows)
    return 0


def _is_learned(case: Case) -> bool:
    refused = kinds.refusal(case.left, case.right) is not None
    met = {(one.feature, one.level) for one in compare(case.left, case.right)}
    held_open = bool(CONTESTS & met) and not IDENTIFIED & met
    return not refused and not held_open and not (case.set == "aliases" and case.same and not _names(case))


def _names(case: Case) -> bool:
    """Whether an alias can be told from the title at all."""
    return titles.compare(case.left, case.right).level not in {"longer", "contrast", "overlap", "different"}


def fit(rows: np.ndarray, wanted: np.ndarray, share: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Weights of greatest posterior probability that keep the sign of their prior, by projected gradient steps."""
    weights = prior.copy()
    precision = 1.0 / SIGMA**2
    low = np.where(prior > 0, 0.0, -np.inf)
    high = np.where(prior < 0, 0.0, np.inf)
    pace = 1.0 / (np.linalg.norm(rows * np.sqrt(share)[:, None], 2) ** 2 / 4 + precision)
    ahead, before = weights.copy(), weights.copy()
    for at in range(ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(rows @ ahead, -40, 40)))
        slope = rows.T @ (share * (wanted - chance)) - precision * (ahead - prior)
        weights = np.clip(ahead + pace * slope, low, high)
        ahead = weights + at / (at + 3) * (weights - before)
        before = weights
    return weights


def _show(names: list[tuple[str, str]], learned: np.ndarray, rows: np.ndarray) -> None:
    print(f"BIAS = {learned[0]:.2f}")
    seen = rows.sum(axis=0)
    for feature in WEIGHTS:
        entries = [f'"{level}": {learned[at]:.2f}' for at, (name, level) in enumerate(names, 1) if name == feature]
        counts = [f"{level} {int(seen[at])}" for at, (name, level) in enumerate(names, 1) if name == feature]
        print(f'    "{feature}": {{{", ".join(entries)}}},', flush=True)
        print(f"    # pairs: {', '.join(counts)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
