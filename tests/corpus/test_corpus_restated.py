"""What several records of a source state about one id, and ids that change their kind, are neither lost nor left over."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.errors import GoneError
from reperio.resource.fields import Resource
from reperio.resource.model import Concept, Kind, Origin, Text


@pytest.fixture
def corpus() -> Iterator[Corpus]:
    made = Corpus(open_database("sqlite://"))
    yield made
    made.engine.dispose()


def said(record: str, title: str, *keywords: str, kind: Kind = "study", part_of: tuple[str, ...] = ()) -> Resource:
    return Resource(
        id="a/1", kind=kind, source="a", titles=(Text(title),), keywords=tuple(map(Concept, keywords)), part_of=part_of,
        origins=(Origin("a", record, "test", "2024"),),
    )  # fmt: skip


STATED = {"r": said("r", "Whole", "one", "two"), "s": said("s", "Part"), "t": said("t", "Another part")}


@pytest.mark.parametrize("order", list(itertools.permutations("rst")))
def test_the_fullest_statement_counts_in_any_order(corpus: Corpus, order: tuple[str, ...]) -> None:
    for record in order:
        corpus.replace("a", record, [STATED[record]])
    corpus.settle()
    assert corpus.item("a/1").resource == STATED["r"]


@pytest.mark.parametrize("order", list(itertools.permutations("rst")))
def test_when_one_record_is_withdrawn_the_next_counts(corpus: Corpus, order: tuple[str, ...]) -> None:
    for record in "rst":
        corpus.replace("a", record, [STATED[record]])
    left = set("rst")
    for record in order[:-1]:
        corpus.withdraw("a", record)
        left.discard(record)
        corpus.settle()
        best = "r" if "r" in left else max(left)
        assert corpus.item("a/1").resource == STATED[best]
    corpus.withdraw("a", order[-1])
    corpus.settle()
    with pytest.raises(GoneError):
        corpus.item("a/1")
    with corpus.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from corpus_rival")) == 0


def test_records_that_say_the_same_lose_nothing_when_one_goes(corpus: Corpus) -> None:
    same = Resource(id="a/1", kind="study", source="a", titles=(Text("Same"),))
    for record in "rst":
        corpus.replace("a", record, [same])
    corpus.settle()
    before = corpus.last_seq()
    corpus.withdraw("a", "t")
    corpus.withdraw("a", "r")
    corpus.settle()
    assert corpus.item("a/1").resource == same
    assert corpus.changes(before) == []


def test_what_says_less_than_before_gives_way(corpus: Corpus) -> None:
    corpus.replace("a", "r", [STATED["r"]])
    corpus.replace("a", "s", [said("s", "Part", "three")])
    corpus.replace("a", "r", [said("r", "Whole no more")])
    corpus.settle()
    assert corpus.item("a/1").resource.titles[0].value == "Part"
    corpus.withdraw("a", "s")
    corpus.settle()
    assert corpus.item("a/1").resource.titles[0].value == "Whole no more"


def test_variables_of_two_records_come_back_where_they_belong(corpus: Corpus) -> None:
    parents = [Resource(id=f"a/d{n}", kind="dataset", source="a") for n in (1, 2)]
    corpus.replace("a", "parents", parents)
    for number, record in enumerate("rs", 1):
        corpus.replace("a", record, [said(record, "V", kind="variable", part_of=(f"a/d{number}",))])
    corpus.settle()
    assert [corpus.item(f"a/d{n}").variables for n in (1, 2)] == [0, 1]
    corpus.withdraw("a", "s")
    corpus.settle()
    assert [corpus.item(f"a/d{n}").variables for n in (1, 2)] == [1, 0]
    assert corpus.counts()["variable"] == 1


def test_a_variable_that_became_a_dataset_and_went_is_announced_as_gone(corpus: Corpus) -> None:
    corpus.replace("a", "r", [said("r", "V", kind="variable")])
    corpus.settle()
    seen = corpus.last_seq()
    corpus.replace("a", "r", [said("r", "D", kind="dataset")])
    corpus.withdraw("a", "r")
    corpus.settle()
    assert [(change.id, change.deleted) for change in corpus.changes(seen)] == [("a/1", True)]


def test_a_dataset_that_was_a_variable_in_between_is_announced_again(corpus: Corpus) -> None:
    corpus.replace("a", "r", [said("r", "D", kind="dataset")])
    corpus.settle()
    corpus.replace("a", "r", [said("r", "V", kind="variable")])
    seen = corpus.changes()[-1]
    assert seen.kind == "variable"
    corpus.replace("a", "r", [said("r", "D", kind="dataset")])
    corpus.settle()
    assert [(change.id, change.kind, change.deleted) for change in corpus.changes(seen.seq)] == [
        ("a/1", "dataset", False)
    ]
