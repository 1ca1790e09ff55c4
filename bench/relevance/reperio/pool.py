"""Pools what several ways of searching find for each topic, shuffled, for people to judge.

Systems: `default` (the query path as shipped), `words` (the same without meaning), `meaning` (nearest catalogue records
alone), `items` (studies of the nearest variables), `bm25` (plain stemmed BM25 over titles and abstracts), `blend`
(reciprocal ranks of words, meaning and bm25) and `manual` (the Boolean expression that the judge wrote for the topic in
`manual.tsv`, over titles, abstracts, keywords and labels of variables). Everything found is lifted to what stands at
the top of a result list. The order of a topic's cards is drawn from a hash, so it tells nothing of ranks or systems.

    python bench/relevance/reperio/pool.py --home DIRECTORY --pool pool.json --cards cards.txt

Cards quote the catalogue: keep them out of the repository.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bm25 import Bm25
from judged import Judged

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.index.encoder import load_encoder
from reperio.index.library import Library
from reperio.query.model import Query
from reperio.query.service import SearchService
from reperio.resource.model import CATALOGUE_KINDS

HERE = Path(__file__).parent
DEPTHS = {"default": 12, "words": 10, "meaning": 11, "items": 3, "bm25": 10, "manual": 14, "blend": 10}
"""How many of each system's first results are judged."""

KEPT = 30
"""How many of each system's results are kept, to blend and to compare."""

Topics = list[dict[str, str]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, required=True, help="a built home: reperio.sqlite and index")
    options.add_argument("--pool", type=Path, required=True, help="JSON: cards in order, and what each system found")
    options.add_argument("--cards", type=Path, help="text to judge from")
    given = options.parse_args()
    pooling = Pooling(given.home)
    runs = {topic["qid"]: pooling.runs(topic) for topic in topics()}
    cards = {qid: shuffled(qid, found) for qid, found in runs.items()}
    given.pool.write_text(json.dumps({"cards": cards, "runs": runs}, indent=1), encoding="utf-8")
    if given.cards:
        given.cards.write_text("\n".join(pooling.card_lines(cards)), encoding="utf-8")
    print(f"{len(cards)} topics, {sum(map(len, cards.values())):,} cards")


def topics() -> Topics:
    """Topics with the judge's expression."""
    found = _rows(HERE / "topics.tsv")
    expressions = {row["qid"]: row["expression"] for row in _rows(HERE / "manual.tsv")}
    return [topic | {"expression": expressions.get(topic["qid"], "")} for topic in found]


def shuffled(qid: str, found: dict[str, list[str]]) -> list[str]:
    """The first of every system, in an order that tells nothing."""
    pool = {identity for name, ids in found.items() for identity in ids[: DEPTHS[name]]}
    return sorted(pool, key=lambda identity: hashlib.md5(f"{qid} {identity}".encode()).hexdigest())


def blend(*runs: list[str]) -> list[str]:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009; k 60) of the first results of some runs."""
    scores: dict[str, float] = defaultdict(float)
    for run in runs:
        for rank, identity in enumerate(run[:KEPT], 1):
            scores[identity] += 1 / (60 + rank)
    return sorted(scores, key=lambda identity: (-scores[identity], identity))


class Pooling:
    """Every system, opened on one home."""

    def __init__(self, home: Path) -> None:
        self.corpus = Corpus(open_database(f"sqlite:///{home / 'reperio.sqlite'}"))
        self.encoder = load_encoder("minilm")
        self.service = SearchService(self.corpus, Library(home / "index"), self.encoder, {})
        self.items: dict[str, Item] = {item.id: item for item in self.corpus.walk(CATALOGUE_KINDS)}
        resources = [item.resource for item in self.items.values()]
        self.bm25 = Bm25(Judged("catalogue", resources, {}, {}))
        self.shelf = _shelve(self.items.values(), self.corpus.walk(("variable",)))
        self._roots: dict[str, str] = {}
        self.inside: dict[tuple[str, str], list[str]] = defaultdict(list)
        """What spoke for a card from below it, by topic and id."""

    def root(self, identity: str) -> str:
        """Id of what stands at the top above a resource."""
        if identity not in self._roots:
            above = self.corpus.ancestors(identity)
            self._roots[identity] = above[0].id if above else identity
        return self._roots[identity]

    def roots(self, ids: Iterable[str], depth: int) -> list[str]:
        found: dict[str, None] = {}
        for identity in ids:
            found[self.root(identity)] = None
            if len(found) == depth:
                break
        return list(found)

    def runs(self, topic: dict[str, str]) -> dict[str, list[str]]:
        """Ids found by each system, best first."""
        text, qid, started = topic["query"], topic["qid"], time.perf_counter()
        found = {
            "default": self._ask(qid, Query(text=text, size=100)),
            "words": self._ask(qid, Query(text=text, size=100, meaning=False)),
            "bm25": self.roots(self.bm25.search(text, 200), KEPT),
            "manual": self._manual(qid, topic["expression"]),
        }
        if self.encoder is not None:
            index = self.service.discovery().index
            vector = self.encoder.encode([text], purpose="query")[0]
            found["meaning"] = self.roots((near.id for near in index.catalogue.nearest(vector, 90)), KEPT)
            nears = index.variables.nearest_roots(vector, DEPTHS["items"])
            found["items"] = [near.root for near in nears]
            for near in nears:
                self._note(qid, near.root, self.corpus.item(near.id).resource.title)
        found["blend"] = blend(found["words"], found.get("meaning", []), found["bm25"])
        print(f"{qid} {time.perf_counter() - started:.1f} s {text[:60]}", flush=True)
        return found

    def _ask(self, qid: str, query: Query) -> list[str]:
        results = self.service.search(query).results
        for result in results[:20]:
            for hit in result.variables[:2]:
                self._note(qid, result.item.id, hit.item.resource.title)
            for below in result.datasets[:1]:
                self._note(qid, result.item.id, below.resource.title)
        return [result.item.id for result in results]

    def _manual(self, qid: str, expression: str) -> list[str]:
        if not expression:
            return []
        weighed = "SELECT id FROM shelf WHERE shelf MATCH ? ORDER BY bm25(shelf, 0, 5, 1, 2) LIMIT 200"
        found = self.roots((row[0] for row in self.shelf.execute(weighed, (expression,))), KEPT)
        labels = re.sub(r"title:\(([^)]*)\)", r"(\1)", expression)
        counts: dict[str, int] = defaultdict(int)
        for identity, label in self.shelf.execute(
            "SELECT id, label FROM labels WHERE labels MATCH ? LIMIT 3000", (labels,)
        ):
            root = self.root(identity)
            counts[root] += 1
            if counts[root] <= 2:
                self._note(qid, root, label)
        best = sorted(counts, key=lambda root: -counts[root])[:4]
        for root, count in counts.items():
            self._note(qid, root, f"[{count} variables]", first=True)
        return list(dict.fromkeys([*found[: DEPTHS["manual"] - 4], *best, *found]))

    def _note(self, qid: str, identity: str, text: str, *, first: bool = False) -> None:
        notes = self.inside[qid, identity]
        if text not in notes:
            notes.insert(0 if first else len(notes), text)

    def card_lines(self, cards: dict[str, list[str]]) -> Iterator[str]:
        """What the judge reads."""
        for topic in topics():
            qid = topic["qid"]
            yield f"\n=== {qid} [{topic['style']}] {topic['query']}  ## {topic['intent']}"
            for number, identity in enumerate(cards[qid], 1):
                yield f"{number}. {card(self.corpus.item(identity), self.inside[qid, identity])}"


def card(item: Item, inside: list[str]) -> str:
    """One line about an item: title, facts, the beginning of its abstract, what lies below it."""
    resource = item.resource
    years = [str(edge)[:4] for period in resource.temporal for edge in (period.start, period.end) if edge]
    facts = [
        item.kind[:2] + ":" + resource.source[:9],
        f"{min(years)}-{max(years)}" if years else "",
        ",".join(place.name for place in resource.spatial[:3])[:40],
        f"n={resource.sample_size}" if resource.sample_size else "",
        resource.access or "",
        ",".join(resource.study_designs),
        f"{item.variables}v" if item.variables else "",
    ]
    title = " / ".join(text.value for text in (*resource.titles, *resource.alternate_titles))[:130]
    words = re.sub(r"\s+", " ", " ".join(text.value for text in resource.abstracts))[:170]
    keywords = "; ".join(concept.label for concept in resource.keywords[:4])[:45]
    below = " || ".join(text[:60] for text in inside[:4])
    line = f"{title or item.id} ({' '.join(fact for fact in facts if fact)}) {words}"
    return line + (f" <{keywords}>" if keywords else "") + (f" ||{below}" if below else "")


def _shelve(items: Iterable[Item], variables: Iterable[Item]) -> sqlite3.Connection:
    shelf = sqlite3.connect(":memory:")
    tokens = "tokenize='porter unicode61 remove_diacritics 2'"
    shelf.execute(f"CREATE VIRTUAL TABLE shelf USING fts5(id UNINDEXED, title, abstract, keyword, {tokens})")
    shelf.execute(f"CREATE VIRTUAL TABLE labels USING fts5(id UNINDEXED, name, label, title, {tokens})")
    shelf.executemany("INSERT INTO shelf VALUES (?, ?, ?, ?)", (_shelf_row(item) for item in items))
    shelf.executemany(
        "INSERT INTO labels VALUES (?, ?, ?, ?)",
        ((one.id, one.resource.name, one.resource.title, one.resource.title) for one in variables),
    )
    return shelf


def _shelf_row(item: Item) -> tuple[str, str, str, str]:
    resource = item.resource
    concepts = (*resource.keywords, *resource.topics)
    return (
        item.id,
        " / ".join(text.value for text in (*resource.titles, *resource.alternate_titles)),
        " ".join(text.value for text in resource.abstracts),
        "; ".join((*(concept.label for concept in concepts), *resource.instruments)),
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


if __name__ == "__main__":
    main()
