"""Whatever changes, the index brought up to date in place holds what a new one would, and writes no more than it must."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.corpus import resource
from reperio.corpus.model import Statement
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.index.change import write_changes
from reperio.index.document import Document
from reperio.index.fill import Spool, fill
from reperio.index.memory import MemoryBackend
from reperio.index.shelves import Shelves
from reperio.resource.fields import Resource
from reperio.resource.model import CATALOGUE_KINDS
from reperio.text.places import Place

SERIES, STUDY, OTHER, FILE, TABLE = "a/series", "a/study", "a/other", "a/study/f1", "b/table"


class House:
    """A corpus, its index, and how many documents the last change wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = Corpus(open_database(f"sqlite:///{folder / 'corpus.sqlite'}"))
        self.backend = MemoryBackend()
        self.seq = 0
        (folder / "generation").mkdir()

    def spools(self) -> dict[str, Spool]:
        return {name: Spool(self.folder / f"{name}.jsonl") for name in ("catalogue", "variables")}

    def state(self, record: str, resources: Sequence[Resource]) -> None:
        source = resources[0].source if resources else record.partition("/")[0]
        self.corpus.replace_many([Statement(source=source, record=record, resources=resources)])

    def update(self) -> int:
        self.corpus.settle()
        changes = self.corpus.changes(self.seq, 10_000)
        self.seq = self.corpus.last_seq()
        shelves, spools = Shelves(self.folder / "generation"), self.spools()
        try:
            return write_changes(self.corpus, self.backend, shelves, spools, changes)
        finally:
            shelves.close()
            for spool in spools.values():
                spool._file.close()

    def held(self) -> dict[str, object]:
        return shapes(self.backend)

    def anew(self) -> dict[str, object]:
        with tempfile.TemporaryDirectory(dir=self.folder) as aside:
            backend, shelves = MemoryBackend(), Shelves(Path(aside))
            walk = self.corpus.walk(CATALOGUE_KINDS), self.corpus.walk(("variable",))
            fill(*walk, backend, self.spools(), shelves)
            shelves.close()
        return shapes(backend)


def shapes(backend: MemoryBackend) -> dict[str, object]:
    """Documents by id, the order of gathered values apart."""
    return {identity: _shape(entry.document) for identity, entry in backend._entries.items()}


def _shape(document: Document) -> object:
    return (
        document.root, document.parent, document.ancestors, document.ranges, document.texts, document.language,
        {name: sorted(values) for name, values in document.facets.items()}, sorted(document.inherited),
        document.position, document.seq, document.published,
    )  # fmt: skip


def place(code: str) -> tuple[Place, ...]:
    return (Place(code, code, None),)


def tree(
    *, series: bool = True, country: str = "GB", keyword: str = "sleep", labels: Sequence[str] = ("one", "two"),
    homes: tuple[str, ...] = (FILE,), title: str = "A file",
) -> list[Resource]:  # fmt: skip
    """A study of a series, with a file of some variables."""
    top = [resource(SERIES, "series", title="A series", keyword="waves")] if series else []
    return [
        *top,
        resource(STUDY, title="A study", keyword=keyword, spatial=place(country), part_of=(SERIES,) if series else ()),
        resource(FILE, "dataset", title=title, part_of=(STUDY,)),
        *(
            resource(f"{FILE}/v{at}", "variable", name=f"v{at}", title=label, part_of=homes, position=at)
            for at, label in enumerate(labels, 1)
        ),
    ]


def test_a_label_costs_its_variable_and_what_stands_above(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.state("r", tree(labels=[f"label {number}" for number in range(300)]))
    house.update()
    house.state("r", tree(labels=["changed", *(f"label {number}" for number in range(1, 300))]))
    assert house.update() == 4  # the variable, its file, study and series
    assert house.held() == house.anew()


@pytest.mark.parametrize(
    ("title", "seen"),
    [
        ("A file", [(True, False), (True, True)]),  # only a variable changed: nothing above it is waited for
        (
            "Another file",
            [(True, False), (True, True)],
        ),  # the file itself changed, too: only the large study comes later
    ],
)
def test_what_changed_is_found_before_the_words_above_it_are_cut_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, title: str, seen: list[tuple[bool, bool]]
) -> None:
    if title != "A file":
        monkeypatch.setattr("reperio.index.change.LARGE", 3)
    house = House(tmp_path)
    house.state("r", tree(labels=("one", "two", "three", "four")))
    house.update()
    found: list[tuple[bool, bool]] = []

    commit_before = house.backend.commit

    def commit() -> None:
        commit_before()
        held = {identity: entry.document.texts for identity, entry in house.backend._entries.items()}
        found.append(("changed" in repr(held[f"{FILE}/v1"]), "changed" in repr(held[STUDY]["contents"])))

    monkeypatch.setattr(house.backend, "commit", commit)
    house.state("r", tree(labels=("changed", "two", "three", "four"), title=title))
    assert house.update() == 4
    assert found == seen
    assert house.held() == house.anew()


def test_words_of_a_study_alone_leave_its_variables_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.state("r", tree(labels=["x"] * 100))
    house.update()
    house.state("r", tree(keyword="dreams", labels=["x"] * 100))
    assert house.update() == 103, "a keyword is a topic, which variables inherit"
    house.state("r", tree(keyword="dreams", labels=["x"] * 100, country="NL"))
    assert house.update() == 103, "so is a country"
    changed = tree(keyword="dreams", labels=["x"] * 100, country="NL")
    changed[1] = resource(STUDY, title="Another title", keyword="dreams", spatial=place("NL"), part_of=(SERIES,))
    house.state("r", changed)
    assert house.update() == 2, "a title is not"
    assert house.held() == house.anew()


def test_parents_may_come_later_and_go(tmp_path: Path) -> None:
    house = House(tmp_path)
    table = [
        resource(f"{TABLE}/v{at}", "variable", name=f"v{at}", title="late", part_of=(FILE,), position=at)
        for at in range(1, 5)
    ]
    house.state("b/r", table)
    house.update()
    assert house.held() == house.anew()
    house.state("a/r", tree())
    house.update()
    assert house.held() == house.anew()
    house.state("a/r", [])
    house.update()
    assert house.held() == house.anew()
    assert len(house.held()) == 4


class Dying(Shelves):
    """Dies before it keeps anything."""

    def commit(self) -> None:
        raise KeyboardInterrupt


def test_a_killed_change_is_done_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.state("a/r", tree())
    house.update()
    house.state("a/r", tree(country="NL", labels=["two", "three"]))
    house.corpus.settle()
    shelves = Dying(tmp_path / "generation")
    with pytest.raises(KeyboardInterrupt):
        write_changes(house.corpus, house.backend, shelves, house.spools(), house.corpus.changes(house.seq, 1000))
    shelves.close()
    assert house.held() == house.anew()
    house.update()
    assert house.held() == house.anew()


records = st.fixed_dictionaries({
    "series": st.booleans(),
    "country": st.sampled_from(["GB", "NL"]),
    "keyword": st.sampled_from(["sleep", "dreams"]),
    "labels": st.lists(st.sampled_from(["one", "two", "three"]), max_size=4),
    "homes": st.sampled_from([(FILE,), (STUDY,), (FILE, OTHER), (OTHER,), ()]),
})  # fmt: skip
others = st.lists(st.sampled_from(["uno", "dos"]), max_size=3)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("a/r"), st.none() | records),
        st.tuples(st.just("b/r"), st.none() | st.tuples(st.sampled_from([FILE, OTHER, STUDY, TABLE]), others)),
        st.tuples(st.just("a/other"), st.booleans()),
    ),
    min_size=1,
    max_size=5,
)


def stated(record: str, said: Any) -> list[Resource]:
    if not said:
        return []
    if record == "a/r":
        return tree(**said)
    if record == "a/other":
        return [resource(OTHER, title="Another study", keyword="other", spatial=place("DE"))]
    home, labels = said
    return [
        resource(f"{TABLE}/v{at}", "variable", name=f"w{at}", title=label, part_of=(home,), position=at)
        for at, label in enumerate(labels, 1)
    ]


@settings(max_examples=25, deadline=None)
@given(steps)
def test_it_ends_where_a_new_index_would(made: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        for record, said in made:
            house.state(record, stated(record, said))
            house.update()
            assert house.held() == house.anew()


@settings(max_examples=15, deadline=None)
@given(steps, st.integers(1, 3))
def test_it_ends_there_too_when_it_is_killed_after_a_commit(made: list[tuple[str, object]], commits: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        house = House(Path(folder))
        patch.setattr("reperio.index.change.LARGE", 2)
        for record, said in made:
            house.state(record, stated(record, said))
            seq = house.seq
            with suppress(KeyboardInterrupt), pytest.MonkeyPatch.context() as dying:
                dying.setattr(house.backend, "commit", Deadly(house.backend, commits))
                house.update()
            house.backend._pending.clear()
            house.seq = seq
            house.update()
            assert house.held() == house.anew()


class Deadly:
    """Commits of a process that is killed right after so many of them."""

    def __init__(self, backend: MemoryBackend, left: int) -> None:
        self.commit, self.left = backend.commit, left

    def __call__(self) -> None:
        self.commit()
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt
