"""Groups of hits whose ids a filter names: the same hits as each group has alone, however deep they lie."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from reperio.index.ask import AllOf, AnyOf, Ask, Clause, Group, In, Page, Word
from reperio.index.document import Document
from reperio.index.tantivy_backend import TantivyBackend

SIZES = (90, 12, 5, 3, 1, 1, 0)
NAMES = tuple(f"s/{number}" for number in range(len(SIZES)))
WORDS = ("sleep", "sleeping", "diet", "walk", "late", "night")


def variables() -> Iterator[Document]:
    chance = random.Random(5)
    for root, size in zip(NAMES, SIZES, strict=True):
        for number in range(size):
            label = "sleep " + " ".join(chance.choices(WORDS, k=chance.randint(0, 2)))
            yield Document(
                id=f"{root}/v{number:02}", kind="variable", root=root, parent=root, texts={"label": (label,)},
                facets={"ancestor": (root,)},
            )  # fmt: skip


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TantivyBackend]:
    made = TantivyBackend(tmp_path_factory.mktemp("groups"))
    documents = list(variables())
    random.Random(1).shuffle(documents)
    for start in range(0, len(documents), 40):  # several segments
        made.upsert(documents[start : start + 40])
        made.commit()
    yield made
    made.close()


def alone(backend: TantivyBackend, clause: Clause, name: str, most: int) -> Page:
    return backend.search(Ask(collection="variables", clause=clause, filters=(In("ancestor", (name,)),), limit=most))


@pytest.mark.parametrize(
    "clause", [Word("sleep"), AnyOf((Word("diet"), Word("late"))), AllOf((Word("sleep"), Word("walk")))]
)
@pytest.mark.parametrize("depth", [1, 3, 500])
@pytest.mark.parametrize("tie", [2, 1000])
def test_groups_hold_what_each_has_alone(
    backend: TantivyBackend, monkeypatch: pytest.MonkeyPatch, clause: Clause, depth: int, tie: int
) -> None:
    monkeypatch.setattr("reperio.index.tantivy_groups.DEPTH", depth)
    monkeypatch.setattr("reperio.index.tantivy_hits.LARGEST_TIE", tie)
    ask = Ask(
        collection="variables", clause=clause, filters=(In("ancestor", NAMES),), group="root", group_size=4, limit=20
    )
    page = backend.search(ask)
    expected = {name: alone(backend, clause, name, 4) for name in NAMES}
    found = {group.key: group for group in page.groups}
    assert found.keys() == {name for name, each in expected.items() if each.total}
    for name, group in found.items():
        assert group.total == expected[name].total
        if tie == 1000:
            assert [hit.id for hit in group.hits] == [hit.id for hit in expected[name].hits]
        assert [hit.score for hit in group.hits] == [hit.score for hit in expected[name].hits]
    assert list(page.groups) == sorted(page.groups, key=_by_best)


def _by_best(group: Group) -> tuple[float, str]:
    return -group.hits[0].score, group.hits[0].id


def test_counts_below_some_roots_are_those_of_the_filter(backend: TantivyBackend) -> None:
    ask = Ask(collection="variables", clause=Word("walk"), group="root", group_size=0, limit=20)
    every = {group.key: group.total for group in backend.search(ask).groups}
    assert backend.search(Ask(collection="variables", clause=Word("walk"), limit=0)).total == sum(every.values())
    for names in ((NAMES[0], NAMES[6]), ("s/0", "s/1", "none"), ("s/0/v00",)):
        some = backend.search(Ask(
            collection="variables", clause=Word("walk"), filters=(In("ancestor", names),), group="root", group_size=0
        ))  # fmt: skip
        assert {group.key: group.total for group in some.groups} == {
            name: every[name] for name in names if name in every
        }
