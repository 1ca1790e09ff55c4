"""Most of several words, found by every choice of so many: the same documents as when each one's words are counted."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from contracts.backend import filled, variable
from reperio.index import tantivy_query
from reperio.index.ask import AnyOf, Ask, Clause, Phrase, Without, Word
from reperio.index.document import Document
from reperio.index.tantivy_backend import TantivyBackend

WORDS = ("sleep", "diet", "income", "housing", "smoking")
CLAUSES: tuple[Clause, ...] = tuple(map(Word, WORDS))


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TantivyBackend:
    monkeypatch.setattr(tantivy_query, "LARGE", 0)
    return TantivyBackend(tmp_path / "index")


def every_choice() -> list[Document]:
    """A variable for every choice of words, that of all five left out."""
    choices = [some for size in range(1, len(WORDS)) for some in combinations(WORDS, size)]
    return [variable(number, " and ".join(some)) for number, some in enumerate(choices)]


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@pytest.mark.parametrize("needed", [1, 2, 3, 4, 5])
def test_as_many_as_are_counted(backend: TantivyBackend, size: int, needed: int) -> None:
    documents = every_choice()
    filled(backend, documents)
    clause = AnyOf(CLAUSES[:size], at_least=needed)
    have = [sum(word in one.texts["label"][0] for word in WORDS[:size]) for one in documents]
    ask = Ask(collection="variables", clause=clause, limit=0)
    assert backend.search(ask).total == sum(count >= needed for count in have)


def test_what_has_most(backend: TantivyBackend) -> None:
    filled(backend, every_choice())
    assert backend.most(CLAUSES, "variables") == 4
    without = tuple(Without(clause, Word("income")) for clause in CLAUSES)
    assert backend.most(without, "variables") == 4
    assert backend.most((Word("absent"), Word("missing")), "variables") == 0
    assert backend.most((Phrase("sleep and diet"), Word("absent"), Word("housing")), "variables") == 2


def test_choices_are_few_and_of_single_words(backend: TantivyBackend) -> None:
    filled(backend, every_choice())
    compiler = backend._shelf("variables").reading().tally._matching
    assert compiler.is_quick_by_choices(AnyOf(CLAUSES, at_least=4))
    assert not compiler.is_quick_by_choices(AnyOf((*CLAUSES, Word("walking")), at_least=3))
    assert not compiler.is_quick_by_choices(AnyOf((*CLAUSES[:3], Phrase("long walk")), at_least=3))
    assert not compiler.is_quick_by_choices(AnyOf((*CLAUSES[:3], Word("follow-up")), at_least=3))
    assert not compiler.is_quick_by_choices(AnyOf((*CLAUSES[:3], Word("smok", prefix=True)), at_least=3))
