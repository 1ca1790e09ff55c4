"""Resolving: proposals are stored, follow what is stated, and give way to people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

import reperio.corpus.resolve as resolving
from reperio.corpus.held import Stated
from reperio.corpus.score import RULES as FROZEN
from reperio.corpus.score import Rules
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.errors import NotFoundError, QueryError
from reperio.resource.fields import Resource
from reperio.resource.model import Agent, Concept, Text
from reperio.text.dates import Period
from reperio.text.identifiers import Identifier


@pytest.fixture
def corpus() -> Iterator[Corpus]:
    made = Corpus(open_database("sqlite://"))
    yield made
    made.engine.dispose()


def cohort(
    identity: str, title: str, *, start: str = "1991", aliases: tuple[str, ...] = (), **more: object
) -> Resource:
    return Resource(
        id=identity, kind="study", source=identity.split("/", maxsplit=1)[0], titles=(Text(title),), publishers=(Agent("Bristol"),),
        alternate_titles=tuple(map(Text, aliases)), temporal=(Period(start),), keywords=(Concept(identity),), **more,
    )  # fmt: skip


ALSPAC = cohort("a/alspac", "Avon Longitudinal Study of Parents and Children", aliases=("ALSPAC",))
OURS = cohort("b/77", "Avon Longitudinal Study of Parents & Children (ALSPAC)", urls=("https://b.example/77",))
MAYBE = cohort("c/avon", "Avon Longitudinal Study", start="1990")
OTHER = cohort("b/78", "Growing Up in Ireland: National Longitudinal Study of Children", start="2006")


def fill(corpus: Corpus, *resources: Resource) -> None:
    for resource in resources:
        corpus.replace(resource.source, resource.id, [resource])
    corpus.settle()


def members(corpus: Corpus) -> set[frozenset[str]]:
    return {frozenset(item.members) for item in corpus.walk()}


def test_what_is_surely_one_merges_and_loses_nothing(corpus: Corpus) -> None:
    fill(corpus, ALSPAC, OURS, OTHER)
    done = corpus.resolve()
    assert (done.profiled, done.accepted, done.unsure) == (3, 1, 0)
    assert corpus.settle() > 0
    assert members(corpus) == {frozenset({"a/alspac", "b/77"}), frozenset({"b/78"})}
    merged = corpus.item(next(item.id for item in corpus.walk() if len(item.members) == 2)).resource
    assert {keyword.label for keyword in merged.keywords} == {"a/alspac", "b/77"}
    assert merged.urls == ("https://b.example/77",)
    (judgement,) = corpus.judgements()
    assert (judgement.by, judgement.verdict) == ("rules", "yes")
    assert judgement.score is not None
    assert judgement.score >= FROZEN.accept
    assert "title same long" in judgement.why


def test_resolving_again_does_nothing_and_only_changes_are_compared(corpus: Corpus) -> None:
    fill(corpus, ALSPAC, OURS, OTHER)
    corpus.resolve()
    again = corpus.resolve()
    assert (again.profiled, again.compared, again.accepted) == (0, 0, 0)
    fill(corpus, cohort("c/gui", "Growing Up in Ireland: National Longitudinal Study of Children", start="2006"))
    later = corpus.resolve()
    assert (later.profiled, later.compared, later.accepted) == (1, 1, 1)
    assert len(corpus.judgements()) == 2


def test_nothing_is_looked_at_when_only_variables_say_something_else(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def variable(label: str) -> Resource:
        return Resource(
            id="a/alspac/v1", kind="variable", source="a", titles=(Text(label),), part_of=("a/alspac",), name="v1"
        )

    fill(corpus, ALSPAC, variable("Age"))
    corpus.resolve()
    looked: list[int] = []
    load = resolving.load_stated

    def loaded(connection: Connection) -> dict[str, list[Stated]]:
        looked.append(1)
        return load(connection)

    monkeypatch.setattr(resolving, "load_stated", loaded)
    fill(corpus, variable("Age in years"))
    corpus.resolve()
    assert looked == []
    fill(corpus, OURS)  # settled by somebody who does not resolve
    assert (corpus.resolve().accepted, looked) == (1, [1])
    monkeypatch.setattr(resolving.profiling, "FORM", 0)
    assert (corpus.resolve().profiled, looked) == (2, [1, 1])


def test_one_go_or_a_source_at_a_time_comes_to_the_same(corpus: Corpus) -> None:
    resources = [
        ALSPAC,
        OURS,
        MAYBE,
        OTHER,
        cohort("c/gui", "Growing Up in Ireland: National Longitudinal Study of Children", start="2006"),
    ]
    for resource in resources:
        fill(corpus, resource)
        corpus.resolve()
    corpus.settle()
    at_once = Corpus(open_database("sqlite://"))
    fill(at_once, *resources[::-1])
    at_once.resolve()
    at_once.settle()
    assert members(corpus) == members(at_once)
    assert {(one.left, one.right, one.verdict, one.score) for one in corpus.judgements()} == {
        (one.left, one.right, one.verdict, one.score) for one in at_once.judgements()
    }
    at_once.engine.dispose()


def test_what_no_longer_looks_alike_parts_again(corpus: Corpus) -> None:
    fill(corpus, ALSPAC, OURS)
    corpus.resolve()
    corpus.settle()
    fill(corpus, cohort("b/77", "Deaths registered in Wales", start="2001"))
    done = corpus.resolve()
    assert done.withdrawn == 1
    corpus.settle()
    assert members(corpus) == {frozenset({"a/alspac"}), frozenset({"b/77"})}
    assert corpus.judgement("a/alspac", "b/77") is None


def test_people_outweigh_the_rules_and_can_take_it_back(corpus: Corpus) -> None:
    fill(corpus, ALSPAC, OURS)
    corpus.resolve()
    corpus.settle()
    corpus.split("b/77", corpus.merged_with("b/77"), by="ann", why="a boost")
    corpus.settle()
    apart = members(corpus)
    assert apart == {frozenset({"a/alspac"}), frozenset({"b/77"})}
    fill(corpus, cohort("b/77", "Avon Longitudinal Study of Parents & Children", aliases=("ALSPAC",)))
    corpus.resolve()
    corpus.settle()
    assert members(corpus) == apart
    assert corpus.unjudge("a/alspac", "b/77", by="bob").why == "takes back no by ann"
    corpus.resolve()
    corpus.settle()
    assert members(corpus) == {frozenset({"a/alspac", "b/77"})}
    with pytest.raises(NotFoundError):
        corpus.unjudge("a/alspac", "b/77", by="bob")


def test_undo_goes_back_one_step(corpus: Corpus) -> None:
    corpus.judge("a/1", "b/1", "no", by="ann")
    corpus.judge("a/1", "b/1", "yes", by="bob")
    corpus.unjudge("b/1", "a/1", by="cat")
    held = corpus.judgement("a/1", "b/1")
    assert held is not None
    assert (held.verdict, held.by) == ("no", "ann")
    corpus.unjudge("a/1", "b/1", by="cat")
    assert corpus.judgement("a/1", "b/1") is None
    assert len(corpus.judgements()) == 4


def test_nobody_judges_in_the_name_of_the_rules(corpus: Corpus) -> None:
    with pytest.raises(QueryError):
        corpus.judge("a/1", "b/1", "yes", by="rules")


def test_unsure_pairs_wait_and_go_away_when_judged(corpus: Corpus) -> None:
    fill(corpus, ALSPAC, OURS, MAYBE)
    between = Rules(accept=0.999999, review=0.0001)
    corpus.resolve(between)
    corpus.settle()
    waiting = corpus.unsure()
    assert [pair.probability for pair in waiting] == sorted((pair.probability for pair in waiting), reverse=True)
    first = waiting[0]
    assert {first.left, first.right} == {"a/alspac", "b/77"}
    assert corpus.unsure(limit=1) == [first]
    assert corpus.unsure(after=first.key) == waiting[1:]
    assert corpus.explain(first.left, first.right).probability == first.probability
    corpus.judge(first.left, first.right, "yes", by="ann")
    corpus.settle()
    left = corpus.unsure()
    assert first.key not in [pair.key for pair in left]
    assert len(left) <= 1, "of several pairs between two items one is shown"


def test_other_rules_compare_everything_again(corpus: Corpus) -> None:
    fill(corpus, ALSPAC, OURS)
    corpus.resolve()
    corpus.settle()
    done = corpus.resolve(Rules(bias=-40.0))
    assert (done.profiled, done.compared, done.withdrawn) == (0, 1, 1)
    corpus.settle()
    assert len(members(corpus)) == 2


def test_a_doi_shared_by_what_differs_is_refused(corpus: Corpus) -> None:
    doi = (Identifier("doi", "10.5/paper"),)
    fill(
        corpus,
        cohort("a/1", "Joint Registry: Primary Hip Replacement", identifiers=doi),
        cohort("a/2", "Joint Registry: Primary Knee Replacement", identifiers=doi),
    )
    assert len(members(corpus)) == 1
    assert corpus.resolve().refused == 1
    corpus.settle()
    assert len(members(corpus)) == 2


def test_likely_pairs_never_bring_two_ids_of_a_source_together(corpus: Corpus) -> None:
    fill(corpus, ALSPAC, OURS, cohort("b/79", "Avon Longitudinal Study of Parents and Children", aliases=("ALSPAC",)))
    corpus.resolve()
    corpus.settle()
    assert not any({"b/77", "b/79"} <= held for held in members(corpus))
    assert any(len(held) == 2 for held in members(corpus))


def test_what_is_gone_is_forgotten(corpus: Corpus) -> None:
    fill(corpus, ALSPAC, OURS)
    corpus.resolve()
    corpus.withdraw("b", "b/77")
    corpus.settle()
    corpus.resolve()
    with pytest.raises(NotFoundError):
        corpus.explain("a/alspac", "b/77")
    with corpus.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from corpus_profile")) == 1
        assert connection.scalar(text("select count(distinct profile) from corpus_block")) == 1


def test_a_corpus_of_the_first_schema_is_brought_up_to_date(corpus: Corpus) -> None:
    with corpus.engine.begin() as connection:
        connection.execute(text("drop table corpus_profile"))
        connection.execute(text("drop table corpus_block"))
        connection.execute(text("alter table corpus_judgement drop column score"))
        connection.execute(text("delete from corpus_counter where name in ('profile', 'rules')"))
        connection.execute(text("delete from corpus_migration where number > 1"))
    again = Corpus(corpus.engine)
    fill(again, ALSPAC, OURS)
    assert again.resolve().accepted == 1
