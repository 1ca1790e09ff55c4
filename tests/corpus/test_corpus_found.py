"""Items are found by their DOI, and what belongs to several studies follows changes in each of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.errors import NotFoundError, QueryError
from reperio.index.ask import Ask, Hit, In, Word
from reperio.index.build import build, update
from reperio.index.library import Library, words_path
from reperio.index.tantivy_backend import TantivyBackend
from reperio.resource.fields import Resource
from reperio.resource.model import Kind, Text
from reperio.text.identifiers import Identifier


@pytest.fixture
def corpus() -> Iterator[Corpus]:
    made = Corpus(open_database("sqlite://"))
    yield made
    made.engine.dispose()


def stated(identity: str, title: str, doi: str = "", kind: Kind = "study", part_of: tuple[str, ...] = ()) -> Resource:
    return Resource(
        id=identity, kind=kind, source=identity[0], titles=(Text(title),), part_of=part_of,
        identifiers=(Identifier("doi", doi),) if doi else (),
    )  # fmt: skip


def fill(corpus: Corpus, *resources: Resource) -> None:
    for resource in resources:
        corpus.replace(resource.source, resource.id, [resource])
    corpus.settle()
    corpus.resolve()
    corpus.settle()


DOI = "10.5255/ukda-sn-6614-18"


@pytest.mark.parametrize("written", [DOI, DOI.upper(), f"doi:{DOI}", f"https://doi.org/{DOI}", f" {DOI} "])
def test_a_doi_finds_its_item_however_it_is_written(corpus: Corpus, written: str) -> None:
    fill(corpus, stated("a/1", "Household Panel", DOI), stated("a/2", "Other"))
    assert corpus.find(written).id == "a/1"
    with pytest.raises(NotFoundError):
        corpus.find(written.replace("6614", "6615"))


def test_a_doi_of_what_merged_finds_the_merged_item(corpus: Corpus) -> None:
    fill(corpus, stated("a/1", "Household Panel", DOI), stated("b/1", "Household Panel", DOI))
    assert corpus.find(DOI).members == ("a/1", "b/1")


def test_a_study_is_meant_rather_than_its_parts(corpus: Corpus) -> None:
    part = stated("a/1/f", "File", DOI, "dataset", ("a/1",))
    fill(corpus, stated("a/1", "Household Panel", DOI), part)
    assert corpus.find(DOI).id == "a/1"
    fill(corpus, stated("a/1", "Household Panel"))
    assert corpus.find(DOI).id == "a/1/f"


def test_a_doi_of_several_things_lists_them(corpus: Corpus) -> None:
    titles = ("Deaths in Wales", "Knee replacements", "Bathymetry of the North Sea", "Prices of bread")
    fill(corpus, *(stated(f"a/{at}", title, DOI) for at, title in enumerate(titles)))
    with pytest.raises(QueryError, match="Several things") as raised:
        corpus.find(DOI)
    assert raised.value.context["ids"] == ["a/0", "a/1", "a/2", "a/3"]
    assert "a/3" in raised.value.hint


def test_what_is_of_several_studies_follows_changes_in_each(corpus: Corpus, tmp_path: Path) -> None:
    shared = stated("a/v", "zebra", kind="variable", part_of=("a/1", "a/2"))
    fill(corpus, stated("a/1", "First study"), stated("a/2", "Second study"), shared)
    library = Library(tmp_path / "index")
    build(corpus, library, None, tmp_path / "cache")
    assert _with_word(library, "zebra") == {"a/1", "a/2"}
    fill(corpus, stated("a/v", "giraffe", kind="variable", part_of=("a/1", "a/2")))
    assert update(corpus, library, None, tmp_path / "cache") is not None
    assert (_with_word(library, "zebra"), _with_word(library, "giraffe")) == (set(), {"a/1", "a/2"})
    assert _roots(library) == {"a/v": "a/1"}
    fill(corpus, stated("a/v", "giraffe", kind="variable", part_of=("a/2",)))
    update(corpus, library, None, tmp_path / "cache")
    assert _with_word(library, "giraffe") == {"a/2"}
    assert _roots(library) == {"a/v": "a/2"}


@pytest.mark.parametrize(("gone", "left"), [("a/1", "a/2"), ("a/2", "a/1")])
def test_when_one_of_several_studies_goes_the_rest_keeps_the_variable(
    corpus: Corpus, tmp_path: Path, gone: str, left: str
) -> None:
    shared = stated("a/v", "zebra", kind="variable", part_of=("a/1", "a/2"))
    fill(corpus, stated("a/1", "First study"), stated("a/2", "Second study"), shared)
    library = Library(tmp_path / "index")
    build(corpus, library, None, tmp_path / "cache")
    corpus.withdraw("a", gone)
    corpus.settle()
    update(corpus, library, None, tmp_path / "cache")
    assert _with_word(library, "zebra") == {left}
    assert _roots(library) == {"a/v": left}
    assert _inside(library, gone) == set()
    assert _inside(library, left) == {"a/v"}


def test_variables_of_a_study_come_by_dataset_and_then_by_place(corpus: Corpus, tmp_path: Path) -> None:
    places = {"a/1/w2": (3, 1), "a/1/w10": (1, 2), "a/1/a": (2, 900)}
    fill(corpus, stated("a/1", "A study"), *(stated(name, name, kind="dataset", part_of=("a/1",)) for name in places))
    for dataset, (first, second) in places.items():
        for place in (first, second, None):
            variable = stated(f"{dataset}/{place}", "v", kind="variable", part_of=(dataset,))
            corpus.replace("a", variable.id, [msgspec.structs.replace(variable, position=place)])
    corpus.settle()
    library = Library(tmp_path / "index")
    build(corpus, library, None, tmp_path / "cache")
    found = [hit.id for hit in _asked(library, Ask(collection="variables", sort="position"))]
    datasets = [name.rpartition("/")[0] for name in found]
    assert next(dataset for dataset, _ in itertools.groupby(datasets)) == "a/1/a"
    assert len(list(itertools.groupby(datasets))) == 3
    assert [name for name in found if name.startswith("a/1/a/")] == ["a/1/a/2", "a/1/a/900", "a/1/a/None"]


def _asked(library: Library, ask: Ask) -> list[Hit]:
    backend = TantivyBackend(words_path(library.generations.current()))
    try:
        return list(backend.search(ask).hits)
    finally:
        backend.close()


def _with_word(library: Library, word: str) -> set[str]:
    return {hit.id for hit in _asked(library, Ask(clause=Word(word, ("contents",))))}


def _roots(library: Library) -> dict[str, str]:
    return {hit.id: hit.root for hit in _asked(library, Ask(collection="variables"))}


def _inside(library: Library, identity: str) -> set[str]:
    return {hit.id for hit in _asked(library, Ask(collection="variables", filters=(In("ancestor", (identity,)),)))}
