"""What is asked of one item or of the whole: its list of variables, what is like it, how many there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from homes import copy_of, workshop
from reperio.corpus.model import Item
from reperio.query import service as serving
from reperio.query.held import Held
from reperio.query.service import SearchService
from reperio.query.similar import Likeness


def test_a_list_is_searched_by_the_likely_spelling(words_service: SearchService) -> None:
    item = words_service.find("cessda/ess8")
    right = [hit.item.id for hit in words_service.variables(item.id, text="education").hits]
    assert right
    assert [hit.item.id for hit in words_service.variables(item.id, text="eduction").hits] == right


def test_what_is_counted_is_counted_anew_when_the_corpus_changed(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "STATUS_SECONDS", -1.0)
    made = workshop(copy_of(sample_home, tmp_path / "home"), None)
    service = made.service()
    before = service.status()
    assert service.status() == before
    gone = service.find("mhc/teds")
    for origin in gone.resource.origins:
        made.corpus.replace(origin.source, origin.record, [])
    made.corpus.settle()
    after = service.status()
    assert after.revision > before.revision
    assert after.counts == made.corpus.counts()
    assert after.counts != before.counts
    made.engine.dispose()


def test_what_stands_below_the_same_study_is_not_similar_however_it_was_found(
    service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waves of a study share its instruments; those are looked for apart from meaning."""
    corpus = service._corpus
    siblings = [
        (one, others)
        for study in corpus.walk(("study",))
        if (below := [child for child in corpus.children(study.id) if child.kind == "dataset"]) and len(below) > 1
        for one, others in [(below[0], {child.id for child in below[1:]})]
    ]
    assert siblings
    one, others = siblings[0]
    monkeypatch.setattr(Likeness, "_of_same_instruments", lambda *_: others)
    item: Item = service.find(one.id)
    likeness = Likeness(Held(corpus), service.discovery().index, 0.0)
    assert not others & {alike.id for alike in likeness.to(item, 1_000)}
