"""The variables next to a variable in its file."""

from __future__ import annotations

import pytest

from reperio.corpus.model import Item
from reperio.query.service import SearchService


@pytest.fixture(scope="module")
def files(words_service: SearchService) -> dict[str, list[Item]]:
    """The variables of some files, in their order."""
    entries = [entry for entry in words_service.walk() if entry.kind == "dataset"][:12]
    every = {one.id: words_service.variables(one.id, sort="position", limit=500).hits for one in entries}
    held = {one: [hit.item for hit in hits] for one, hits in every.items() if len(hits) > 2}
    assert held
    return held


def test_one_walks_through_a_file_from_end_to_end(words_service: SearchService, files: dict[str, list[Item]]) -> None:
    for file, items in files.items():
        told = [words_service.beside(item, file) for item in items]
        assert [before for before, _ in told] == [None, *items[:-1]]
        assert [after for _, after in told] == [*items[1:], None]


def test_where_the_place_is_not_known_nothing_stands_beside(
    words_service: SearchService, files: dict[str, list[Item]]
) -> None:
    (_, items), *others = files.items()
    study = words_service.find(items[0].resource.part_of[0])
    assert words_service.beside(study, study.id) == (None, None)
    assert others
    assert words_service.beside(items[0], others[0][0]) == (None, None)
