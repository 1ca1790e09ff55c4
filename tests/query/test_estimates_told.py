"""What an index estimates is said to be an estimate; nothing else is."""

from __future__ import annotations

import msgspec
import pytest

from reperio.index.ask import Ask, Page
from reperio.index.backend import Backend
from reperio.query.model import Query
from reperio.query.service import SearchService


@pytest.mark.parametrize("of", ["facets", "total"])
def test_an_estimate_is_told(words_service: SearchService, monkeypatch: pytest.MonkeyPatch, of: str) -> None:
    backend: Backend = words_service.discovery().index.backend
    search = backend.search

    def estimated(ask: Ask) -> Page:
        page = search(ask)
        return msgspec.structs.replace(page, exact=False) if bool(ask.facets) == (of == "facets") else page

    before = words_service.search(Query(text="health"))
    assert (before.exact, [note.code for note in before.notes if note.code == "estimated"]) == (True, [])
    monkeypatch.setattr(backend, "search", estimated)
    answer = words_service.search(Query(text="health"))
    assert answer.total == before.total
    assert answer.exact is (of == "facets")
    assert [note.code for note in answer.notes if note.code == "estimated"] == ["estimated"] * (of == "facets")
