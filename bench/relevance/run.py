"""`make bench-relevance`: every judged set through the real query path, beside a plain peer and the frozen run.

Prints nDCG@10, recall@100, MAP@10 and the share of unjudged results in the first ten; tells the queries that moved; and
fails on a significant drop against the frozen run (paired randomisation test, p < 0.05).

    python bench/relevance/run.py [--data ../shared/data] [--set NAME] [--freeze] [--home DIRECTORY]
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from pathlib import Path

import ir_measures
import numpy as np
from bm25 import Bm25
from ir_measures import AP, R, nDCG
from ir_measures import Judged as JudgedAt
from judged import SETS, SOURCE, Judged

from reperio.corpus.model import Statement
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.index.build import build
from reperio.index.encoder import load_encoder
from reperio.index.library import Library
from reperio.index.multilingual import Multilingual
from reperio.query.model import Query
from reperio.query.service import SearchService

HERE = Path(__file__).parent
MEASURES = {"nDCG@10": nDCG @ 10, "R@100": R @ 100, "MAP@10": AP @ 10, "judged@10": JudgedAt @ 10}
DEPTH = 100
ROUNDS = 10_000

Run = dict[str, list[str]]
Scores = dict[str, dict[str, float]]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data")
    options.add_argument("--set", choices=sorted(SETS), action="append")
    options.add_argument("--freeze", action="store_true", help="keep this run as the one to compare with")
    options.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "reperio-relevance")
    given = options.parse_args()
    if not given.data.is_dir():
        print(f"The judged sets are not here ({given.data}); nothing was measured.")
        return 0
    dropped = [
        name for name in given.set or SETS if not measure(SETS[name](given.data), given.home, freeze=given.freeze)
    ]
    if dropped:
        print(f"Significantly worse than the frozen run: {', '.join(dropped)}")
    return 1 if dropped else 0


def measure(judged: Judged, home: Path, *, freeze: bool) -> bool:
    print(f"\n## {judged.name}: {len(judged.resources):,} records, {len(judged.queries)} queries\n")
    service = open_service(judged, home / judged.name)
    peer = Bm25(judged)
    runs: dict[str, Run] = {"plain BM25": {query: peer.search(text, DEPTH) for query, text in judged.queries.items()}}
    seconds = {"plain BM25": float("nan")}
    for name, query in (("words", Query(meaning=False, size=DEPTH)), ("default", Query(size=DEPTH))):
        started = time.perf_counter()
        runs[name] = ask_all(service, judged, query)
        seconds[name] = (time.perf_counter() - started) / len(judged.queries)
    runs["meaning"] = meaning_alone(service, judged)
    shown = " | ".join(MEASURES).replace("judged", "unjudged")
    print(f"| system | {shown} | nDCG@10 over the peer | p |")
    print("|---|" + "---|" * (len(MEASURES) + 2))
    scored = {name: score(judged, run) for name, run in runs.items()}
    base = scored["plain BM25"]
    for name, scores in scored.items():
        means = " | ".join(
            f"{1 - mean(scores, shown) if shown == 'judged@10' else mean(scores, shown):.4f}" for shown in MEASURES
        )
        gain = mean(scores, "nDCG@10") - mean(base, "nDCG@10")
        print(f"| {name} | {means} | {gain:+.4f} | {p_value(scores, base, 'nDCG@10'):.4f} |")
    print(
        f"\nranked in {seconds['default'] * 1000:.0f} ms a query by default, {seconds['words'] * 1000:.0f} ms by words"
    )
    return compare(judged, scored["default"], freeze=freeze)


def open_service(judged: Judged, home: Path) -> SearchService:
    """Corpus and index of a set, made once."""
    encoder = load_encoder("minilm")
    corpus = Corpus(open_database(f"sqlite:///{home / 'reperio.sqlite'}"))
    library = Library(home / "index")
    corpus.replace_many(
        Statement(source=SOURCE, record=resource.id, resources=(resource,), issues=()) for resource in judged.resources
    )
    corpus.settle()
    second = Multilingual(home.parent / "cache" / "models", "auto")
    build(corpus, library, encoder, home.parent / "cache", second=second)
    return SearchService(corpus, library, encoder, {}, query_max_chars=10_000, second=second)


def ask_all(service: SearchService, judged: Judged, query: Query) -> Run:
    run: Run = {}
    for identity, text in judged.queries.items():
        asked = Query(text=text, meaning=query.meaning)
        _, run[identity] = service.discovery().ids(asked, query.size)
    return run


def meaning_alone(service: SearchService, judged: Judged) -> Run:
    discovery = service.discovery()
    run: Run = {}
    for identity, text in judged.queries.items():
        assert discovery.encoder is not None
        vector = discovery.encoder.encode([text], purpose="query")[0]
        run[identity] = [near.id for near in discovery.index.catalogue.nearest(vector, DEPTH)]
    return run


def score(judged: Judged, run: Run) -> Scores:
    """Measures by query; a query without results scores 0."""
    qrels = [
        ir_measures.Qrel(query, identity, grade)
        for query, grades in judged.qrels.items()
        for identity, grade in grades.items()
    ]
    docs = [
        ir_measures.ScoredDoc(query, identity, DEPTH - place)
        for query, found in run.items()
        for place, identity in enumerate(found)
    ]
    scores: Scores = {query: dict.fromkeys(MEASURES, 0.0) for query in judged.queries}
    names = {str(measure): name for name, measure in MEASURES.items()}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), qrels, docs):
        if metric.query_id in scores:
            scores[metric.query_id][names[str(metric.measure)]] = metric.value
    return scores


def mean(scores: Scores, measure: str) -> float:
    return float(np.mean([one[measure] for one in scores.values()]))


def p_value(one: Scores, other: Scores, measure: str) -> float:
    """Two-sided paired randomisation test (Smucker, Allan and Carterette 2007)."""
    differences = np.array([one[query][measure] - other[query][measure] for query in one if query in other])
    signs = np.random.default_rng(2026).choice((-1, 1), (ROUNDS, len(differences)))
    return float((np.abs((signs * differences).mean(1)) >= abs(differences.mean()) - 1e-12).mean())


def compare(judged: Judged, scores: Scores, *, freeze: bool) -> bool:
    """Compare with the frozen run; False when significantly worse."""
    path = HERE / "frozen" / f"{judged.name}.tsv"
    fine = True
    if path.exists():
        with path.open(encoding="utf-8") as file:
            frozen = {
                row["query"]: {name: float(row[name]) for name in MEASURES}
                for row in csv.DictReader(file, delimiter="\t")
            }
        for name in ("nDCG@10", "R@100"):
            change, p = mean(scores, name) - mean(frozen, name), p_value(scores, frozen, name)
            print(f"{name} {change:+.4f} against the frozen run (p {p:.4f})")
            fine = fine and not (change < 0 and p < 0.05)
        tell_moved(judged, scores, frozen)
    if freeze or not path.exists():
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter="\t", lineterminator="\n")
            writer.writerow(["query", *MEASURES])
            for query, one in sorted(scores.items()):
                writer.writerow([query, *(f"{one[name]:.4f}" for name in MEASURES)])
    return fine


def tell_moved(judged: Judged, scores: Scores, frozen: Scores) -> None:
    moved = [(one["nDCG@10"] - frozen[query]["nDCG@10"], query) for query, one in scores.items() if query in frozen]
    moved = sorted((pair for pair in moved if abs(pair[0]) > 0.0001), key=lambda pair: -abs(pair[0]))
    print(f"{len(moved)} queries moved")
    for change, query in moved[:15]:
        print(f"  {change:+.3f}  {judged.queries[query][:80]}")


if __name__ == "__main__":
    sys.exit(main())
