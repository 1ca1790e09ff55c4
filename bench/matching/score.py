"""`make bench-matching`: how well questions that ask the same are told from those that do not.

Scores every pair of the development set (gold: two questions belong to the same construct) by AUC and average
precision, beside the plain cosine, with the bar; and the rank correlation with people's ratings of likeness.

    python bench/matching/score.py [--data ../shared/data] [--pairs FILE ...]

A file of pairs has a line a pair, divided by tabs: text_1, text_2, y (1: they match).
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from tempfile import gettempdir

import numpy as np
from numpy.typing import NDArray

from reperio.index.encoder import Encoder, load_encoder
from reperio.index.likeness import Likeness
from reperio.index.multilingual import Multilingual, is_installed
from reperio.index.wordings import Wordings

HERE = Path(__file__).parent
BAR = 0.82
SET = Path("matching") / "harmony_matching_dev"
PUBLISHED = (
    ("*Harmony: paraphrase-multilingual-MiniLM-L12-v2*", 0.801), ("*Harmony: OpenAI ada-2*", 0.836),
    ("*Harmony: OpenAI large-3*", 0.855), ("*Harmony: Gecko multilingual*", 0.793),
)  # fmt: skip
"""AUC on the same pairs from the predictions that Harmony publishes for its own and other models (harmonydata/matching)."""
Numbers = NDArray[np.float64]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data")
    options.add_argument("--pairs", type=Path, nargs="*", default=[])
    given = options.parse_args()
    folder = given.data / SET
    own = [folder / "mcelroy_2020_childhood_binary.csv"] if folder.is_dir() else []
    if not (own or given.pairs):
        print(f"The pairs are not here ({folder}); nothing was measured.")
        return 0
    encoder = load_encoder("minilm")
    assert encoder is not None
    second = Multilingual(Path(gettempdir()) / "reperio-relevance" / "cache" / "models", "on")
    likeness = Likeness(encoder, second.encoder if is_installed() else None)
    print("| pairs | matches | measure | AUC | average precision |\n|---|---|---|---|---|")
    reached = True
    for path in (*own, *given.pairs):
        ones, others, gold = load(path)
        plain = cosines(encoder, ones, others)
        ours = score(likeness, ones, others)
        matches = gold > 0.5
        wordings = Wordings(encoder)
        in_use = np.array(
            [float(one @ other) for one, other in zip(rows(wordings, ones), rows(wordings, others), strict=True)]
        )
        for name, scores in (
            ("plain cosine", plain),
            ("likeness, six ways", ours),
            ("likeness, the two in use", in_use),
        ):
            print(f"| {path.stem} ({len(gold):,}) | {matches.sum():,} | {name} | {auc(scores, matches):.4f} | "
                  f"{average_precision(scores, matches):.4f} |")  # fmt: skip
        if path in own:
            for name, area in PUBLISHED:
                print(f"| {path.stem} ({len(gold):,}) | {matches.sum():,} | {name} | {area:.3f} | not published |")
        low, high = interval(ours, plain, ones, others, matches)
        print(f"\n95 % of halves of the questions gain {low:+.4f} to {high:+.4f} AUC over the cosine\n")
        reached = reached and (path not in own or auc(ours, matches) > BAR)
    rated = folder / "gorilla_train_continuous.csv"
    if rated.is_file():
        ones, others, gold = load(rated)
        print(f"people's ratings ({len(gold):,} pairs): rank correlation {correlation(score(likeness, ones, others), gold):.3f}, "
              f"plain cosine {correlation(cosines(encoder, ones, others), gold):.3f}")  # fmt: skip
    print(f"The bar of {BAR} is {'reached' if reached else 'NOT reached'}.")
    return 0 if reached else 1


def load(path: Path) -> tuple[list[str], list[str], Numbers]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [row["text_1"] for row in rows], [row["text_2"] for row in rows], np.array([float(row["y"]) for row in rows])


def score(likeness: Likeness, ones: list[str], others: list[str]) -> Numbers:
    first, second = list(dict.fromkeys(ones)), list(dict.fromkeys(others))
    table = likeness.scores(first, second)
    rows, columns = ({text: place for place, text in enumerate(some)} for some in (first, second))
    return np.array([table[rows[one], columns[other]] for one, other in zip(ones, others, strict=True)], np.float64)


def rows(wordings: Wordings, texts: list[str]) -> NDArray[np.float32]:
    """A row for each text, each distinct one encoded once."""
    unique = list(dict.fromkeys(texts))
    found = wordings.rows(unique)
    place = {text: number for number, text in enumerate(unique)}
    return np.asarray(found[[place[text] for text in texts]], np.float32)


def cosines(encoder: Encoder, ones: list[str], others: list[str]) -> Numbers:
    texts = list(dict.fromkeys((*ones, *others)))
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    return np.array([float(vectors[one] @ vectors[other]) for one, other in zip(ones, others, strict=True)])


def ranks(scores: Numbers) -> Numbers:
    """Ranks from 1; ties share the mean of theirs."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[inverse], np.float64)


def auc(scores: Numbers, matches: NDArray[np.bool_]) -> float:
    positive = int(matches.sum())
    above = ranks(scores)[matches].sum() - positive * (positive + 1) / 2
    return float(above / (positive * (len(scores) - positive)))


def average_precision(scores: Numbers, matches: NDArray[np.bool_]) -> float:
    hits = matches[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def correlation(scores: Numbers, gold: Numbers) -> float:
    return float(np.corrcoef(ranks(scores), ranks(gold))[0, 1])


def interval(
    ours: Numbers, plain: Numbers, ones: list[str], others: list[str], matches: NDArray[np.bool_]
) -> tuple[float, float]:
    """Where the gain lies over random halves of the questions: pairs of one question are not independent."""
    texts = sorted({*ones, *others})
    rng = np.random.default_rng(2026)
    gains = []
    for _ in range(200):
        kept = {text for text, draw in zip(texts, rng.random(len(texts)), strict=True) if draw < 0.5}
        half = np.array([one in kept and other in kept for one, other in zip(ones, others, strict=True)])
        if matches[half].any():
            gains.append(auc(ours[half], matches[half]) - auc(plain[half], matches[half]))
    return float(np.quantile(gains, 0.025)), float(np.quantile(gains, 0.975))


if __name__ == "__main__":
    sys.exit(main())
