"""The same question over the sample, by the default encoder: found again, and a hidden study found by its other wave."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from reperio.corpus.model import Item
from reperio.query.crosswalk import wording
from reperio.query.questionnaire.model import Asked
from reperio.query.service import SearchService


@pytest.fixture(scope="module")
def by_root(minilm_service: SearchService) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for entry in minilm_service.walk():
        item = minilm_service.find(entry.id)
        if not item.resource.part_of and item.variables >= 8:
            found[item.id] = [hit.item for hit in minilm_service.variables(item.id, sort="position", limit=400).hits]
    return found


def test_every_variable_of_the_index_is_known(minilm_service: SearchService, by_root: dict[str, list[Item]]) -> None:
    for variables in list(by_root.values())[:6]:
        assert minilm_service.elsewhere(variables[0].id).known


def test_identical_wordings_find_each_other(minilm_service: SearchService, by_root: dict[str, list[Item]]) -> None:
    stands = defaultdict(list)
    for variables in by_root.values():
        for item in variables:
            stands[wording(item.resource)].append(item.id)
    pairs = [ids for ids in stands.values() if 2 <= len(ids) <= 10][:8]
    assert pairs
    for one, *others in pairs:
        found = minilm_service.elsewhere(one)
        assert set(others) <= {again.item.id for again in found.close}
        assert {again.right for again in found.close if again.item.id in others} == {None}


def test_what_neighbours_belong_to_is_read_once(
    minilm_service: SearchService, by_root: dict[str, list[Item]], monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = max(by_root.values(), key=len)
    wanted = next(one for one in variables if any(again.ancestors for again in minilm_service.elsewhere(one.id).close))
    before = minilm_service.elsewhere(wanted.id)
    read: list[str] = []
    for way in ("ancestors", "lineages"):
        monkeypatch.setattr(minilm_service.discovery().corpus, way, read.append)
    assert minilm_service.elsewhere(wanted.id) == before
    assert not read


def test_a_study_holds_its_own_questionnaire(minilm_service: SearchService, by_root: dict[str, list[Item]]) -> None:
    root, variables = max(by_root.items(), key=lambda pair: len(pair[1]))
    asked = [Asked(text) for text in dict.fromkeys(wording(item.resource) for item in variables)][:12]
    answer = minilm_service.questionnaire(asked)
    assert answer.by_meaning
    assert answer.studies[0].study.id == root
    assert answer.studies[0].close == len(asked)


def test_a_hidden_study_is_answered_by_the_one_that_shares_most(
    minilm_service: SearchService, by_root: dict[str, list[Item]]
) -> None:
    """Where another study has most of the same wordings, it comes first once the study itself is hidden."""
    texts = {root: {wording(item.resource) for item in variables} for root, variables in by_root.items()}
    tried = 0
    for root, own in texts.items():
        shared = Counter({other: len(own & theirs) for other, theirs in texts.items() if other != root})
        (sister, most), (_, next_most) = shared.most_common(2)
        common = sorted(own & texts[sister])
        if most >= 5 and most > next_most * 1.5:
            answer = minilm_service.questionnaire([Asked(text) for text in common[:15]], without=[root])
            assert answer.studies[0].study.id == sister
            tried += 1
    assert tried


def test_without_an_encoder_shared_words_answer(words_service: SearchService, by_root: dict[str, list[Item]]) -> None:
    root, variables = max(by_root.items(), key=lambda pair: len(pair[1]))
    answer = words_service.questionnaire([Asked(wording(item.resource)) for item in variables[:6]])
    assert not answer.by_meaning
    assert root in [one.study.id for one in answer.studies[:3]]
