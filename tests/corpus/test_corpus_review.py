"""What a review page is made of: pairs side by side, who said what and when, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from reperio.corpus.reviewing import FACTS
from reperio.corpus.score import Rules
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.errors import NotFoundError, QueryError
from reperio.resource.fields import Resource, fields
from reperio.resource.model import Agent, Text
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier
from reperio.text.sizes import Size


class Clock:
    """One minute later whenever it is asked."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def corpus() -> Iterator[Corpus]:
    made = Corpus(open_database("sqlite://"), Clock())
    for identity, start in (("a/alspac", "1991"), ("b/77", "1990"), ("c/avon", "1992")):
        made.replace(
            identity[0], identity,
            [
                Resource(
                    id=identity, kind="study", source=identity[0], titles=(Text("Avon Longitudinal Study"),),
                    publishers=(Agent("Bristol"),), temporal=(Period(start, ongoing=True),),
                    sizes=(Size(14_541, "participants"),), identifiers=(Identifier("accession", identity),),
                )
            ],
        )  # fmt: skip
    made.settle()
    made.resolve(Rules(accept=0.999999, review=0.0001))
    made.settle()
    yield made
    made.engine.dispose()


def test_a_pair_that_waits_shows_both_sides_and_why(corpus: Corpus) -> None:
    waiting = corpus.waiting()
    assert len(waiting) == corpus.count_unsure() == 3
    first = waiting[0]
    facts = {fact.name: fact for fact in first.facts}
    assert facts["titles"].left == facts["titles"].right == ("Avon Longitudinal Study",)
    assert facts["titles"].agree is True
    assert facts["temporal"].left == ("1991 to now",)
    assert facts["temporal"].agree is False
    assert facts["sizes"].right == ("14,541 participants",)
    assert "creators" not in facts
    assert first.score.reasons[0].weight
    assert first.judgement is not None
    assert first.judgement.by == "rules"
    assert first.merged is False
    assert corpus.waiting(limit=1) == [first]
    assert [pair.key for pair in corpus.waiting(after=first.key)] == [pair.key for pair in waiting[1:]]


def test_who_and_when_are_kept_and_undo_gives_back_what_was(corpus: Corpus) -> None:
    said = corpus.decide("b/77", "a/alspac", "same", by=" ann ", why="same cohort")
    assert (said.left, said.right, said.by) == ("a/alspac", "b/77", "ann")
    assert corpus.review("a/alspac", "b/77").merged
    assert corpus.item("a/alspac").members == ("a/alspac", "b/77")
    back = corpus.undo("a/alspac", "b/77", by="bob")
    assert back.at > said.at > "2024-05-01"
    assert corpus.item("a/alspac").members == ("a/alspac",)
    people = corpus.history("b/77", "a/alspac", by_people=True)
    assert [(entry.judgement.verdict, entry.judgement.by, entry.in_force) for entry in people] == [
        ("undone", "bob", False),
        ("yes", "ann", False),
    ]
    everything = corpus.history("b/77")
    assert len(everything) > len(people)
    assert sum(entry.in_force for entry in everything) == 2
    assert corpus.history(limit=1, before=everything[0].key)[0].key < everything[0].key
    with pytest.raises(NotFoundError):
        corpus.undo("a/alspac", "b/77", by="bob")


def test_one_is_taken_out_of_what_it_was_merged_with(corpus: Corpus) -> None:
    corpus.decide("a/alspac", "b/77", "same", by="ann")
    corpus.decide("a/alspac", "c/avon", "same", by="ann")
    assert len(corpus.part("b/77", by="ann", why="a boost")) == 2
    assert corpus.item("b/77").members == ("b/77",)
    assert corpus.item("a/alspac").members == ("a/alspac", "c/avon")
    with pytest.raises(QueryError):
        corpus.part("b/77", by="ann")


def test_what_is_not_there_and_nobody_are_refused(corpus: Corpus) -> None:
    with pytest.raises(NotFoundError):
        corpus.decide("a/alspac", "x/none", "same", by="ann")
    with pytest.raises(NotFoundError):
        corpus.review("a/alspac", "x/none\0")
    for name in ("", "  ", "rules"):
        with pytest.raises(QueryError):
            corpus.decide("a/alspac", "b/77", "different", by=name)
    with pytest.raises(QueryError):
        corpus.decide("a/alspac", "a/alspac", "same", by="ann")
    assert not corpus.history(by_people=True)


def test_every_fact_is_a_field() -> None:
    assert set(FACTS) <= fields().keys()
