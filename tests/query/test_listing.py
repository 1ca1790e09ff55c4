"""Lists of all results: the order of the pages without their bounds, and what changed last."""

from __future__ import annotations

import pytest

from reperio.errors import NotFoundError
from reperio.query.crosswalk import ROWS_MAX
from reperio.query.model import Chosen, Query
from reperio.query.service import SearchService

QUERIES = [
    Query(),
    Query(text="sleep"),
    Query(text="anxiety", scope="variable"),
    Query(scope="dataset", sort="title"),
    Query(text="health", chosen=(Chosen("country", ("GB",)),)),
    Query(text="zzzz"),
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.text or query.scope)
def test_each_gives_what_the_pages_give(service: SearchService, query: Query) -> None:
    total, items = service.each(query, limit=60)
    answer = service.search(Query(**{**_fields(query), "size": 60}))
    assert total == answer.total
    assert [item.id for item in items] == [result.item.id for result in answer.results]


def _fields(query: Query) -> dict[str, object]:
    return {name: getattr(query, name) for name in query.__struct_fields__}


def test_each_is_cut_but_counts_all(service: SearchService) -> None:
    total, items = service.each(Query(), limit=3)
    assert total > 3
    assert len(list(items)) == 3


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.text or query.scope)
def test_the_latest_are_results_in_the_order_of_their_change(service: SearchService, query: Query) -> None:
    total, items = service.each(query, limit=1000)
    every = {item.id: item for item in items}
    latest = service.latest(query, limit=5)
    assert len(latest) == min(5, total)
    order = [(item.changed, item.seq) for item in latest]
    assert order == sorted(order, reverse=True)
    assert {item.id for item in latest} <= every.keys()
    others = [item.changed for item in every.values() if item.id not in {one.id for one in latest}]
    assert not others or max(others) <= min(item.changed for item in latest)


def test_unknown_places_are_refused(service: SearchService) -> None:
    with pytest.raises(NotFoundError):
        service.each(Query(within="never-there"), limit=3)


def test_variables_of_real_items_are_lined_up(service: SearchService) -> None:
    _, items = service.each(Query(scope="study", sort="size"), limit=500)
    studies = sorted((item for item in items if item.variables), key=lambda item: -item.variables)[:3]
    walk = service.crosswalk([item.id for item in studies], limit=60)
    assert walk.by_meaning
    assert len(walk.looked_at) == len(studies)
    assert all(0 < looked <= min(60, held) for looked, held in zip(walk.looked_at, walk.held, strict=True))
    assert len(walk.rows) <= ROWS_MAX
    for row in walk.rows:
        assert len(row.cells) == len(studies)
        for study, cell in zip(studies, row.cells, strict=True):
            if cell:
                assert study.id in {one.id for one in service.ancestors(cell.item.id)}


def test_without_an_encoder_only_the_same_words_meet(words_service: SearchService) -> None:
    _, items = words_service.each(Query(scope="study"), limit=500)
    with_variables = [item.id for item in items if item.variables][:2]
    walk = words_service.crosswalk([*with_variables, with_variables[0]], limit=40)
    assert not walk.by_meaning
    assert walk.rows
    assert all(row.same for row in walk.rows)
