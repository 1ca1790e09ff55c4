"""Deep pages of long lists are those that reading the list from its beginning gives."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from reperio.index.ask import Ask, Clause, Everything, Sort, Word
from reperio.index.document import Document
from reperio.index.tantivy_backend import TantivyBackend

COUNT = 1500


def _documents() -> list[Document]:
    return [
        Document(
            id=f"s/{number * 7919 % COUNT:05}",
            kind="variable",
            root="s",
            parent="s",
            ancestors=("s",),
            texts={"label": (f"How often {'rarely' if number % 3 else 'daily'}",)},
            title=f"How often {number % 211}",
            published=f"{1990 + number % 13}-01-01",
            size=number % 17 * 10,
            position=number,
        )
        for number in range(COUNT)
    ]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> TantivyBackend:
    made = TantivyBackend(Path(tmp_path_factory.mktemp("deep")))
    documents = _documents()
    made.upsert(documents[:900])
    made.commit()
    made.upsert(documents[900:])
    made.commit()
    return made


@pytest.mark.parametrize("sort", ["title", "position", "newest", "oldest", "size"])
@pytest.mark.parametrize("clause", [Everything(), Word("daily")])
def test_deep_pages(backend: TantivyBackend, sort: Sort, clause: Clause) -> None:
    ask = Ask(collection="variables", clause=clause, sort=sort)
    whole = backend.search(msgspec.structs.replace(ask, limit=COUNT))
    every = [hit.id for hit in whole.hits]
    assert len(set(every)) == whole.total > 400
    for offset in (90, 150, 420, 510, 700, 1200, 1470, COUNT + 10):
        page = backend.search(msgspec.structs.replace(ask, offset=offset, limit=50))
        assert [hit.id for hit in page.hits] == every[offset : offset + 50], offset
        assert page.total == whole.total
