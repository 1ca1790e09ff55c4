"""Numbers that are counted once, or not at all: as the oracle in memory counts them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contracts.backend import filled, study, variable
from reperio.index.ask import AllOf, AnyOf, Ask, Clause, FacetAsk, Ids, In, Page, Word
from reperio.index.document import Document
from reperio.index.memory import MemoryBackend
from reperio.index.tantivy_backend import TantivyBackend
from reperio.index.tantivy_tally import Tally

WORDS: tuple[Clause, ...] = tuple(map(Word, ("sleep", "diet", "income", "housing")))
LABELS = (
    "sleep diet income",
    "sleep diet",
    "sleep",
    "diet housing",
    "weather",
    "income",
    "sleep income housing",
    "sea",
)


def documents() -> list[Document]:
    parts = [
        Document(
            id=f"source/{number}/d",
            kind="dataset",
            root=f"source/{number}",
            parent=f"source/{number}",
            texts={"title": (label,)},
            facets={"kind": ("dataset",), "ancestor": (f"source/{number}",)},
        )
        for number, label in enumerate(LABELS)
        if number % 2
    ]
    studies = [
        study(number, label, facets={"kind": ("study",), "topic": ("a", "b")[: number % 3]})
        for number, label in enumerate(LABELS)
    ]
    variables = [variable(number, label, facets={"ancestor": ("source/1",)}) for number, label in enumerate(LABELS)]
    return [*studies, *parts, *variables]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TantivyBackend]:
    made = TantivyBackend(tmp_path_factory.mktemp("tally"))
    filled(made, documents())
    yield made
    made.close()


@pytest.fixture(scope="module")
def oracle() -> MemoryBackend:
    made = MemoryBackend()
    filled(made, documents())
    return made


def counted(page: Page) -> tuple[int, dict[str, object]]:
    return page.total, dict(page.facets)


@pytest.mark.parametrize("needed", [1, 2, 3, 4])
def test_ids_beside_most_of_several_words(backend: TantivyBackend, oracle: MemoryBackend, needed: int) -> None:
    beside = Ids(("source/1/v0", "source/1/v2", "source/1/v4", "source/1/v7", "source/1/absent"))
    ask = Ask(collection="variables", clause=AnyOf((AnyOf(WORDS, at_least=needed), beside)), limit=0)
    assert backend.search(ask).total == oracle.search(ask).total > 0


@pytest.mark.parametrize("kinds", [("study",), ("dataset",), ("study", "dataset"), ("series",)])
@pytest.mark.parametrize("chosen", [(), (In("topic", ("a",)),), (In("kind", ("study",)),)])
def test_kinds_of_what_has_words_or_is_near(
    backend: TantivyBackend, oracle: MemoryBackend, kinds: tuple[str, ...], chosen: tuple[In, ...]
) -> None:
    clause = AnyOf((AllOf(WORDS[:2]), Ids(("source/5", "source/5/d"))))
    ask = Ask(clause=clause, filters=(*chosen, In("kind", kinds)), limit=0)
    assert backend.search(ask).total == oracle.search(ask).total


def test_facets_nobody_has_a_value_of(backend: TantivyBackend, oracle: MemoryBackend) -> None:
    facets = tuple(map(FacetAsk, ("topic", "licence", "sample_size", "kind")))
    ask = Ask(clause=Word("sleep"), filters=(In("topic", ("a",)),), facets=facets, limit=0)
    assert counted(backend.search(ask)) == counted(oracle.search(ask))


def test_what_has_most_is_counted_where_it_is_found(backend: TantivyBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    assert backend.most(WORDS, "variables") == 3
    monkeypatch.setattr(Tally, "count", _uncalled)
    monkeypatch.setattr(Tally, "_counted", _uncalled)
    assert backend.search(Ask(collection="variables", clause=AnyOf(WORDS, at_least=3), limit=0)).total == 2


def test_groups_seen_whole_are_not_counted(backend: TantivyBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tally, "_counted", _uncalled)
    below = (In("ancestor", ("source/1", "source/3")),)
    page = backend.search(Ask(collection="variables", clause=Word("housing"), filters=below, group="root", limit=5))
    assert (page.total, page.total_groups) == (2, 1)
    assert [(group.key, group.total, len(group.hits)) for group in page.groups] == [("source/1", 2, 2)]


def test_those_that_have_all_words_score_as_ever(backend: TantivyBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = [
        Ask(collection="variables", clause=AllOf((*some, Word("of")))) for some in (WORDS[:2], WORDS[2:], WORDS[::2])
    ]
    before = [[(hit.id, round(hit.score, 4)) for hit in backend.search(ask).hits] for ask in asks]
    compiler = backend._shelf("variables").reading().compiler
    compiler._known_tree.cache_clear()
    monkeypatch.setattr("reperio.index.tantivy_query.LARGE", 0)
    after = [[(hit.id, round(hit.score, 4)) for hit in backend.search(ask).hits] for ask in asks]
    assert all(before)
    assert after == before


def test_what_is_near_scores_by_its_words(backend: TantivyBackend) -> None:
    near = Ids(("source/1/v0", "source/1/v4"))
    page = backend.search(Ask(collection="variables", clause=AnyOf((AllOf((near, AnyOf(WORDS))), near))))
    alone = backend.search(Ask(collection="variables", clause=AnyOf(WORDS)))
    scores = {hit.id: hit.score for hit in alone.hits}
    assert [(hit.id, hit.score) for hit in page.hits] == [
        ("source/1/v0", pytest.approx(scores["source/1/v0"])),
        ("source/1/v4", 0.0),
    ]


def _uncalled(*_: object, **__: object) -> None:
    raise AssertionError("this was counted already")
