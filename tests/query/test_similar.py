"""What is similar, and why."""

from __future__ import annotations

import pytest

from reperio.query.model import Query
from reperio.query.service import SearchService

ITEMS = ("ukds/2000031", "mhc/teds", "cessda/ess8", "ukds/2000032", "hdruk/born-in-bradford")


@pytest.mark.parametrize("key", ITEMS)
def test_the_same_study_is_never_similar_to_itself(service: SearchService, key: str) -> None:
    item = service.find(key)
    family = {item.id, *item.members, *(one.id for one in service.ancestors(item.id))}
    found = service.similar(item.id, limit=20)
    assert found
    for result in found:
        assert result.item.id not in family
        assert not set(result.item.members) & set(item.members)
        assert item.id not in {one.id for one in service.ancestors(result.item.id)}
        assert not set(result.item.resource.identifiers) & set(item.resource.identifiers)
    assert len({result.item.id for result in found}) == len(found)


@pytest.mark.parametrize("key", ITEMS)
def test_why_it_is_similar_is_true(service: SearchService, key: str) -> None:
    item = service.find(key)
    facts = 0
    for result in service.similar(item.id, limit=20):
        assert result.reasons
        assert result.score == pytest.approx(sum(reason.weight for reason in result.reasons))
        for reason in result.reasons:
            if reason.field == "study_design":
                assert set(reason.words) <= set(item.resource.study_designs) & set(result.item.resource.study_designs)
                facts += 1
            if reason.field == "instrument":
                assert set(reason.words) <= set(item.resource.instruments) & set(result.item.resource.instruments)
                facts += 1
            if reason.field == "variables":
                assert reason.count > 0
                facts += 1
    assert facts


def test_like_as_a_search_gives_the_same_first(service: SearchService) -> None:
    item = service.find("mhc/teds")
    similar = [result.item.id for result in service.similar(item.id, limit=5)]
    found = service.search(Query(like=item.uuid, scope="study", size=5))
    assert [result.item.id for result in found.results] == similar
    assert {reason.kind for result in found.results for reason in result.reasons} <= {"meaning", "like"}


def test_shared_variables_are_shared(service: SearchService) -> None:
    variables = service.discovery().index.variables
    checked = 0
    for item in service._corpus.walk(("study",)):
        for other, count in variables.sharing(item.id, 5):
            assert other != item.id
            assert dict(variables.sharing(other, 10_000))[item.id] == count
            checked += 1
    assert checked
