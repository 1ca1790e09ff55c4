"""Scores the query path on our own topics, by style and by part (dev, held).

Prints nDCG@10 (gain = grade), recall@100 of what is relevant (grade 2 or 3), the reciprocal rank of the first exact
answer (grade 3) and the share of judged results in the first ten. Topics that nothing answers have no positive grade and
are scored apart: how many results they give, and whether the answer says that nothing was found.

    python bench/relevance/reperio/score.py --home DIRECTORY [--part dev] [--worst 10]
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import Any

import ir_measures
from ir_measures import RR, R, nDCG
from ir_measures import Judged as JudgedAt

from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.index.encoder import load_encoder
from reperio.index.library import Library
from reperio.query.model import Query, Result
from reperio.query.service import SearchService

HERE = Path(__file__).parent
DEPTH = 100
MEASURES = {"nDCG@10": nDCG @ 10, "R@100": R(rel=2) @ 100, "RR": RR(rel=3), "judged@10": JudgedAt @ 10}

Scores = dict[str, dict[str, float]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, required=True, help="a built home: reperio.sqlite and index")
    options.add_argument("--part", choices=("dev", "held"))
    options.add_argument("--worst", type=int, default=10)
    given = options.parse_args()
    corpus = Corpus(open_database(f"sqlite:///{given.home / 'reperio.sqlite'}"))
    service = SearchService(corpus, Library(given.home / "index"), load_encoder("minilm"), {})
    chosen = [topic for topic in rows("topics.tsv") if given.part in {None, topic["part"]}]
    qrels = grades()
    for name, meaning in (("default", True), ("words", False)):
        answers = {
            topic["qid"]: service.search(Query(text=topic["query"], size=DEPTH, meaning=meaning)) for topic in chosen
        }
        run = {qid: lifted(answer.results) for qid, answer in answers.items()}
        scores = score(qrels, run)
        tell(name, chosen, scores)
        for topic in chosen:
            if topic["qid"] not in qrels:
                answer = answers[topic["qid"]]
                print(f"  nothing: {answer.total:,} results, {[note.code for note in answer.notes]}: {topic['query']}")
        if name == "default":
            texts = {topic["qid"]: topic["query"] for topic in chosen}
            for qid in sorted(scores, key=lambda one: scores[one]["nDCG@10"])[: given.worst]:
                print(f"  worst: {scores[qid]['nDCG@10']:.3f} {qid} {texts[qid]}")


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
    main()
