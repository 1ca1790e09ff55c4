"""Questions to measure by, drawn from the titles, labels and abstracts of the corpus itself, by seed.

Each question is asked once, so that nothing is answered from what a question before it left behind.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec

from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.query.model import Chosen, Query, SortName, Span
from reperio.query.url import to_params

HEAVY = ("health", "age", "sex", "survey", "education", "income", "household", "children", "data", "study", "year",
         "work", "social", "how often", "number of", "mental health", "in the last 12 months")  # fmt: skip
"""Words that catalogues of surveys are full of: the longest lists of hits there are."""

SENTENCES = (
    "how does {} affect {}",
    "{} and {}",
    "{}, {}",
    "what is the relationship between {} and {} in young adults",
    "{} with {}",
)
SORTS: tuple[SortName, ...] = ("newest", "oldest", "size", "title")
DEEP = (5, 20, 100)
_WORD = re.compile(r"[^\W\d_][\w'-]*")
_STATEMENT = (
    "SELECT id FROM corpus_statement NOT INDEXED WHERE key >= ? AND seq > 0 AND deleted = 0 AND kind = 3 LIMIT 1"
)
_ITEM = "SELECT id FROM corpus_item NOT INDEXED WHERE key >= ? AND seq > 0 AND kind < 3 AND moved_to IS NULL LIMIT 1"


class Asked(msgspec.Struct, frozen=True):
    """A question and what kind of question it is."""

    kind: str
    query: Query

    @property
    def params(self) -> list[tuple[str, str]]:
        """As parameters of an address."""
        return to_params(self.query)


class Texts:
    """Texts of a home, at random.

    Args:
        home: directory of the home; it is only read.
        seed: the same seed gives the same texts of the same home.
    """

    def __init__(self, home: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self._path = home / "reperio.sqlite"
        self._corpus = Corpus(open_database(f"sqlite:///{self._path}"))

    def variables(self, count: int) -> list[Item]:
        """Variables at random places of the corpus."""
        return self._items("corpus_statement", _STATEMENT, count)

    def catalogue(self, count: int) -> list[Item]:
        """Studies and datasets at random places of the corpus."""
        return self._items("corpus_item", _ITEM, count)

    def _items(self, table: str, statement: str, count: int) -> list[Item]:
        with sqlite3.connect(f"file:{self._path}?mode=ro", uri=True) as held:
            most = held.execute(f"SELECT max(key) FROM {table}").fetchone()[0] or 0
            rows = [held.execute(statement, (self.random.randrange(most + 1),)).fetchone() for _ in range(count)]
        ids = list(dict.fromkeys(row[0] for row in rows if row))
        found = self._corpus.items(ids)
        return [found[one] for one in ids if one in found]

    def runs(self, texts: list[str], least: int, most: int) -> list[str]:
        """A run of so many words out of each text that has them."""
        found = []
        for text in texts:
            words = _WORD.findall(text)
            if len(words) >= least:
                length = self.random.randint(least, min(most, len(words)))
                start = self.random.randint(0, len(words) - length)
                found.append(" ".join(words[start : start + length]))
        return found


def draw(home: Path, count: int, seed: int) -> list[Asked]:
    """Draw about `count` questions in a realistic mix, the heavy ones among them, shuffled."""
    texts = Texts(home, seed)
    titles = [item.resource.title for item in texts.catalogue(count)]
    abstracts = [item.resource.abstract or "" for item in texts.catalogue(count // 8)]
    labels = [item.resource.title for item in texts.variables(count)]
    drawn = [Asked("title", Query(text=text)) for text in texts.runs(titles, 2, 5)[: count // 4]]
    drawn += [Asked("label", Query(text=text)) for text in texts.runs(labels, 2, 8)[: count // 4]]
    drawn += [Asked("word", Query(text=text)) for text in texts.runs(labels[::-1], 1, 1)[: count // 8]]
    drawn += [Asked("abstract", Query(text=text)) for text in texts.runs(abstracts, 6, 10)[: count // 12]]
    drawn += [Asked("concepts", Query(text=text)) for text in _sentences(texts, labels, titles)[: count // 8]]
    drawn += [Asked("heavy", Query(text=text)) for text in HEAVY]
    drawn += _without_words()
    texts.random.shuffle(drawn)
    return list({one.query: one for one in drawn}.values())


def _sentences(texts: Texts, labels: list[str], titles: list[str]) -> list[str]:
    firsts, seconds = texts.runs(labels, 1, 3), texts.runs(titles, 1, 3)
    texts.random.shuffle(seconds)
    return [
        texts.random.choice(SENTENCES).format(first.lower(), second.lower())
        for first, second in zip(firsts, seconds, strict=False)
    ]


def _without_words() -> list[Asked]:
    """Everything, in each order and deep into it; long lists sorted; filters with nothing else."""
    asked = [Asked("all", Query(sort=sort)) for sort in SORTS] + [Asked("all", Query())]
    asked += [Asked("deep", Query(sort=sort, page=page)) for sort in SORTS for page in DEEP]
    asked += [Asked("deep", Query(text=word, page=page)) for word in HEAVY[:3] for page in DEEP]
    asked += [Asked("sorted", Query(text=word, sort=sort)) for word in HEAVY[3:7] for sort in SORTS]
    asked += [Asked("filters", msgspec.structs.replace(Query(), **chosen())) for chosen in FILTERS]
    return asked


FILTERS: tuple[Callable[[], dict[str, object]], ...] = (
    lambda: {"chosen": (Chosen("country", ("GB",)),)},
    lambda: {"spans": (Span("year", 1990, 2010),)},
    lambda: {"spans": (Span("sample_size", 1000, None),)},
    lambda: {"chosen": (Chosen("country", ("GB",)),), "spans": (Span("year", 2000, 2010), Span("variables", 1, None))},
)


def with_filters(asked: list[Asked], chosen: tuple[Chosen, ...], spans: tuple[Span, ...]) -> list[Asked]:
    """The same questions, narrowed."""
    return [
        Asked(one.kind, msgspec.structs.replace(one.query, chosen=chosen, spans=spans))
        for one in asked
        if one.kind not in {"filters"}
    ]
