"""Items that are remembered between questions, and what they belong to."""

from __future__ import annotations

from pathlib import Path

import pytest

from homes import workshop
from reperio.corpus.model import Item
from reperio.corpus.store import Corpus
from reperio.query.held import Held


@pytest.fixture(scope="module")
def corpus(sample_home: Path) -> Corpus:
    return workshop(sample_home, None).corpus


@pytest.fixture(scope="module")
def items(corpus: Corpus) -> list[Item]:
    """A file, a variable of it, and others of everywhere."""
    some = [item for item in corpus.walk(["variable"]) if len(corpus.ancestors(item.id)) > 1][::40]
    files = corpus.items(item.resource.part_of[0] for item in some)
    assert files
    return [*files.values(), *some]


def test_many_lines_are_those_of_each(corpus: Corpus, items: list[Item]) -> None:
    each = {item.id: tuple(corpus.ancestors(item.id)) for item in items}
    assert Held(corpus).lines(items) == each


def test_a_file_and_what_stands_in_it_are_told_apart(corpus: Corpus, items: list[Item]) -> None:
    """Both begin at the file; the file itself belongs to the line of the variable alone."""
    file = items[0]
    inside = next(item for item in items if file.id in item.resource.part_of)
    held = Held(corpus)
    assert held.ancestors(file) == tuple(corpus.ancestors(file.id))
    assert held.ancestors(inside) == (*corpus.ancestors(file.id), file)


def test_lines_are_read_in_one_go_and_once(corpus: Corpus, items: list[Item], monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(corpus)
    asked: list[int] = []
    read = corpus.lineages
    monkeypatch.setattr(corpus, "lineages", lambda starts: asked.append(len(starts)) or read(starts))
    held.lines(items)
    held.lines(items)
    assert len(asked) == 1


def test_items_are_read_once_until_the_corpus_changes(
    corpus: Corpus, items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(corpus)
    held.look()
    asked: list[str] = []
    read = corpus.items
    monkeypatch.setattr(corpus, "items", lambda ids, variables: asked.extend(ids) or read(ids, variables=variables))
    ids = [item.id for item in reversed(items)]
    assert list(held.items(ids)) == ids
    assert held.items(ids, variables=True) == {item.id: item for item in items}
    assert asked == ids
    monkeypatch.setattr(corpus, "last_seq", lambda: -5)
    held.look()
    held.items(ids[:1])
    assert asked == [*ids, ids[0]]


def test_variables_do_not_push_out_studies(corpus: Corpus, items: list[Item], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.query.held.VARIABLES_KEPT", 1)
    files = [item.id for item in items if item.kind != "variable"]
    variables = [item.id for item in items if item.kind == "variable"]
    assert len(variables) > 1
    held = Held(corpus)
    held.look()
    held.items([*files, *variables])
    asked: list[str] = []
    read = corpus.items
    monkeypatch.setattr(corpus, "items", lambda ids, variables: asked.extend(ids) or read(ids, variables=variables))
    held.items(files)
    held.items(variables[-1:])
    assert asked == []
    held.items(variables[:1])
    assert asked == variables[:1]
