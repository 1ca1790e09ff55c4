"""Where an engine's own limits would make an answer wrong: far pages, large groups, facets cut short, long questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster.nodes import Nodes
from contracts.backend import study, variable
from reperio.errors import BackendError
from reperio.index import opensearch_backend
from reperio.index.ask import AnyOf, Ask, FacetAsk, Sort, Word
from reperio.index.backend import Backend
from reperio.index.generation import Manifest

pytestmark = pytest.mark.cluster

GENERATION = "v2-none-000000000001"


@pytest.fixture(params=["one_node", "elasticsearch"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    nodes: Nodes = request.getfixturevalue(request.param)
    cluster = nodes.cluster("limits", "?shards=3&replicas=0")
    cluster.discard(GENERATION)
    cluster.begin(GENERATION, Manifest(schema=2, model="none", seq=1))
    yield cluster.open(GENERATION)
    cluster.close()


def test_pages_beyond_the_window_follow_on(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    backend.upsert(variable(number, "Sleep" if number % 3 else "Sleep and diet") for number in range(45))
    backend.commit()
    sorts: tuple[Sort, ...] = ("score", "position")
    for sort in sorts:
        ask = Ask(collection="variables", clause=Word("sleep"), sort=sort, limit=45)
        whole = [hit.id for hit in backend.search(ask).hits]
        with monkeypatch.context() as patched:
            patched.setattr(opensearch_backend, "WINDOW", 20)
            pages = [
                backend.search(Ask(collection="variables", clause=Word("sleep"), sort=sort, offset=at, limit=7))
                for at in range(0, 56, 7)
            ]
        assert [hit.id for page in pages for hit in page.hits] == whole
        assert len(set(whole)) == 45


def test_groups_beyond_the_window_are_refused_and_not_left_off(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.upsert(variable(number, "Sleep", f"source/{number}") for number in range(30))
    backend.commit()
    monkeypatch.setattr(opensearch_backend, "WINDOW", 20)
    with pytest.raises(BackendError):
        backend.search(Ask(collection="variables", group="parent", offset=15, limit=10))
    assert backend.search(Ask(collection="variables", group="parent", offset=40, limit=10)).groups == ()


def test_a_group_larger_than_an_engine_counts_has_its_exact_total(backend: Backend) -> None:
    backend.upsert(variable(number, "Sleep") for number in range(10_250))
    backend.commit()
    page = backend.search(Ask(collection="variables", clause=Word("sleep"), group="parent", group_size=2))
    assert (page.total, page.total_groups, page.groups[0].total) == (10_250, 1, 10_250)


def test_a_facet_that_shards_tell_too_little_of_is_asked_again(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = [(f"t{number % 40:02}", f"u{number % 41:02}", f"w{number % 43:02}") for number in range(400)]
    backend.upsert(variable(number, "Sleep", facets={"topic": values}) for number, values in enumerate(topics))
    backend.commit()
    monkeypatch.setattr(opensearch_backend, "FROM_EACH_SHARD", 1)
    page = backend.search(Ask(collection="variables", facets=(FacetAsk("topic", 3),)))
    assert page.facets["topic"].values == (("t00", 10), ("t01", 10), ("t02", 10))
    assert page.exact


def test_a_question_with_too_many_words_says_so(backend: Backend, request: pytest.FixtureRequest) -> None:
    """Elasticsearch takes as many as its memory has room for; OpenSearch has a limit."""
    backend.upsert([study(1, "Sleep")])
    backend.commit()
    ask = Ask(clause=AnyOf(tuple(Word(f"word{number}x") for number in range(1_500))))
    if request.node.callspec.params["backend"] == "elasticsearch":
        assert backend.search(ask).total == 0
        return
    with pytest.raises(BackendError, match="more words"):
        backend.search(ask)
