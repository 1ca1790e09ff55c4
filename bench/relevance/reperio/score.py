"""Scores the query path on our own topics, by style and by part (dev, held).

Prints nDCG@10 (gain = grade), recall@100 of what is relevant (grade 2 or 3), the reciprocal rank of the first exact
answer (grade 3) and the share of judged results in the first ten. Topics that nothing answers have no positive grade and
are scored apart: how many results they give, and whether the answer says that nothing was found.

    python bench/relevance/reperio/score.py [--home DIRECTORY] [--part dev] [--worst 10] [--freeze | --build]

Without a home that of `--build` is used (a directory for temporary files, or `RELEVANCE_HOME`); when there is none,
nothing is measured. `--build` reads the catalogue of `bench/real/sources` from ../shared/data and indexes it first: half
an hour and 1.5 GB. The scores are compared with the frozen run as in `make bench-relevance`.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import Any

import ir_measures
from ir_measures import RR, R, nDCG
from ir_measures import Judged as JudgedAt

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from run import p_value

from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.errors import MovedError, QueryError
from reperio.index.encoder import load_encoder
from reperio.index.library import Library
from reperio.query.model import Query, Result
from reperio.query.service import SearchService

HERE = Path(__file__).parent
FROZEN = HERE.parent / "frozen" / "reperio.tsv"
SOURCES = HERE.parents[1] / "real" / "sources"
DEPTH = 100
MEASURES = {"nDCG@10": nDCG @ 10, "R@100": R(rel=2) @ 100, "RR": RR(rel=3), "judged@10": JudgedAt @ 10}

Scores = dict[str, dict[str, float]]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    usual = Path(os.environ.get("RELEVANCE_HOME") or Path(tempfile.gettempdir()) / "reperio-relevance" / "real")
    options.add_argument("--home", type=Path, default=usual, help="a built home: reperio.sqlite and index")
    options.add_argument("--part", choices=("dev", "held"))
    options.add_argument("--worst", type=int, default=10)
    options.add_argument("--freeze", action="store_true", help="keep this run as the one to compare with")
    options.add_argument("--build", action="store_true", help="build the home first")
    given = options.parse_args()
    if given.build:
        build_home(given.home)
    if not (given.home / "index" / "current").exists():
        print(f"No catalogue to ask our own topics of in {given.home}: build it with --build, or name one by --home.")
        return 0
    return 0 if measure(given.home, given.part, given.worst, freeze=given.freeze) else 1


def build_home(home: Path) -> None:
    """Read and index the real catalogue: three commands of the program, as an operator would give them."""
    for command in ("harvest", "read", "index"):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from reperio.cli import main; main()",
                command,
                "--home",
                home,
                "--sources",
                SOURCES,
            ],
            check=False,
        )
        print(f"reperio {command}: {done.returncode}")


def measure(home: Path, part: str | None, worst: int, *, freeze: bool) -> bool:
    """Score the default and words alone; False when the default is significantly worse than the frozen run."""
    corpus = Corpus(open_database(f"sqlite:///{home / 'reperio.sqlite'}"))
    service = SearchService(corpus, Library(home / "index"), load_encoder("minilm"), {})
    chosen = [topic for topic in rows("topics.tsv") if part in {None, topic["part"]}]
    qrels = settled(corpus, grades())
    fine = True
    for name, meaning in (("default", True), ("words", False)):
        answers = {
            topic["qid"]: service.search(Query(text=topic["query"], size=DEPTH, meaning=meaning)) for topic in chosen
        }
        scores = score(qrels, {qid: lifted(answer.results) for qid, answer in answers.items()})
        tell(name, chosen, scores)
        for topic in chosen:
            if topic["qid"] not in qrels:
                answer = answers[topic["qid"]]
                print(f"  nothing: {answer.total:,} results, {[note.code for note in answer.notes]}: {topic['query']}")
        if name == "default":
            texts = {topic["qid"]: topic["query"] for topic in chosen}
            for qid in sorted(scores, key=lambda one: scores[one]["nDCG@10"])[:worst]:
                print(f"  worst: {scores[qid]['nDCG@10']:.3f} {qid} {texts[qid]}")
            fine = compare(scores, freeze=freeze and part is None)
    return fine


def settled(corpus: Corpus, qrels: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Judgements by the ids that the records have now: records may have been merged since they were judged."""
    held = corpus.items(sorted({identity for grades in qrels.values() for identity in grades}))
    found: dict[str, dict[str, int]] = {}
    for qid, grades in qrels.items():
        found[qid] = {}
        for identity, grade in grades.items():
            now = identity if identity in held else _moved(corpus, identity)
            found[qid][now] = max(grade, found[qid].get(now, 0))
    return found


def _moved(corpus: Corpus, identity: str) -> str:
    try:
        return corpus.find(identity).id
    except MovedError as moved:
        return corpus.find(moved.target).id
    except QueryError:
        return identity


def compare(scores: Scores, *, freeze: bool) -> bool:
    """Compare with the frozen run; False when significantly worse."""
    fine = True
    if FROZEN.exists() and not freeze:
        with FROZEN.open(encoding="utf-8") as file:
            frozen = {
                row["query"]: {name: float(row[name]) for name in MEASURES}
                for row in csv.DictReader(file, delimiter="\t")
            }
        both = {qid: one for qid, one in scores.items() if qid in frozen}
        for name in ("nDCG@10", "R@100"):
            change = mean(one[name] - frozen[qid][name] for qid, one in both.items())
            p = p_value(both, frozen, name)
            print(f"{name} {change:+.4f} against the frozen run (p {p:.4f})")
            fine = fine and not (change < 0 and p < 0.05)
    if freeze:
        with FROZEN.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter="\t", lineterminator="\n")
            writer.writerow(["query", *MEASURES])
            writer.writerows([qid, *(f"{one[name]:.4f}" for name in MEASURES)] for qid, one in sorted(scores.items()))
    return fine


def rows(name: str) -> list[dict[str, Any]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def grades() -> dict[str, dict[str, int]]:
    """Grades by topic and id; topics without a positive grade are left out."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (HERE / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        qid, _, identity, grade = line.split("\t")
        found[qid][identity] = int(grade)
    return {qid: one for qid, one in found.items() if any(one.values())}


def lifted(results: Iterable[Result]) -> list[str]:
    """Ids of what stands at the top above each result, each once: a study found through its variable or file counts."""
    tops = (result.ancestors[0].id if result.ancestors else result.item.id for result in results)
    return list(dict.fromkeys(tops))


def score(qrels: dict[str, dict[str, int]], run: dict[str, list[str]]) -> Scores:
    """Measures by topic; a topic without results scores 0."""
    asked = {qid: one for qid, one in qrels.items() if qid in run}
    judged = [ir_measures.Qrel(qid, identity, grade) for qid, one in asked.items() for identity, grade in one.items()]
    docs = [
        ir_measures.ScoredDoc(qid, identity, DEPTH - place) for qid in asked for place, identity in enumerate(run[qid])
    ]
    names = {str(measure): name for name, measure in MEASURES.items()}
    scores: Scores = {qid: dict.fromkeys(MEASURES, 0.0) for qid in asked}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), judged, docs):
        scores[metric.query_id][names[str(metric.measure)]] = metric.value
    return scores


def tell(name: str, chosen: list[dict[str, Any]], scores: Scores) -> None:
    styles: dict[str, list[str]] = defaultdict(list)
    for topic in chosen:
        if topic["qid"] in scores:
            styles[topic["style"]].append(topic["qid"])
    styles["all"] = list(scores)
    print(f"\n## {name}\n\n| style | topics | {' | '.join(MEASURES)} |\n|---|---|{'---|' * len(MEASURES)}")
    for style, qids in styles.items():
        means = " | ".join(f"{mean(scores[qid][measure] for qid in qids):.3f}" for measure in MEASURES)
        print(f"| {style} | {len(qids)} | {means} |")


if __name__ == "__main__":
    sys.exit(main())
