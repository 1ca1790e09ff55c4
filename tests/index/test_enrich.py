"""Meaning in steps: words first, a static encoder in between, killed and gone on with, never two encoders mixed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from reperio.corpus.model import Statement
from reperio.corpus.store import Corpus
from reperio.database import open_database
from reperio.index.build import build, update
from reperio.index.encoder import Purpose, Vectors
from reperio.index.generation import load_manifest
from reperio.index.library import COLLECTIONS, Library, meaning_path
from reperio.index.meaning import Meaning
from reperio.index.segments import segment_paths
from reperio.query.model import Query
from reperio.query.service import SearchService
from reperio.resource.fields import Resource
from reperio.resource.model import Text

STUDIES, EACH = 6, 40
WORDS = [
    "sleep",
    "worry",
    "income",
    "school",
    "diet",
    "smoking",
    "asthma",
    "reading",
    "exercise",
    "friends",
    "mood",
    "pain",
]


class Axes:
    """An encoder with a direction for each word, whose number of dimensions tells it from others."""

    max_tokens, related, close_match = 64, 0.3, 0.8

    def __init__(self, name: str, dimensions: int, fails_after: int | None = None) -> None:
        self.name, self.dimensions = name, dimensions
        self._fails_after = fails_after
        self.encoded: list[str] = []
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], *, purpose: Purpose = "passage") -> Vectors:
        if purpose == "query":
            self.asked += texts
        else:
            if self._fails_after is not None and len(self.encoded) + len(texts) > self._fails_after:
                raise KeyboardInterrupt
            self.encoded += texts
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[sum(map(ord, word)) * 7 % self.dimensions] += 1
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


class Quick:
    name = "quick"

    def __init__(self) -> None:
        self.made = Axes("quick", 32)

    def encoder(self) -> Axes:
        return self.made


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    engine = open_database(f"sqlite:///{tmp_path / 'reperio.sqlite'}")
    corpus = Corpus(engine)
    for study in range(STUDIES):
        stated(corpus, study, f"Study of {WORDS[study]}")
    yield corpus
    engine.dispose()


def stated(corpus: Corpus, study: int, title: str) -> None:
    top = Resource(id=f"s/{study}", kind="study", source="s", titles=(Text(title),))
    below = [
        Resource(
            id=f"s/{study}/v{number}",
            kind="variable",
            source="s",
            part_of=(f"s/{study}",),
            titles=(Text(f"{WORDS[number % len(WORDS)]} asked {number} {title}"),),
        )
        for number in range(EACH)
    ]
    corpus.replace_many([Statement(source="s", record=f"r{study}", resources=(top, *below), issues=())])
    corpus.settle()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "index")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.index.growing.AT_ONCE", 16)
    monkeypatch.setattr("reperio.index.growing.ANNOUNCED", 0.0)
    monkeypatch.setattr("reperio.index.growing.SHARE_OF_TIME", 0.0)
    monkeypatch.setattr("reperio.index.enrich.STAND_IN_FROM", 50)


def current(library: Library) -> Path:
    return library.generations.current()


def service(corpus: Corpus, library: Library, encoder: Axes, quick: Quick | None = None) -> SearchService:
    return SearchService(corpus, library, encoder, {}, stand_in=quick)


def texts_held(library: Library) -> int:
    return sum(Meaning(meaning_path(current(library), name)).held for name in COLLECTIONS)


def test_words_answer_first_and_meaning_joins_in_place(corpus: Corpus, library: Library, tmp_path: Path) -> None:
    encoder = Axes("wanted", 64)
    report = build(corpus, library, encoder, tmp_path / "cache", mode="none")
    before = current(library)
    assert report.left == texts_held(library) > STUDIES * EACH
    assert not encoder.encoded
    answer = service(corpus, library, encoder).search(Query(text="sleep"))
    assert answer.total > 0
    assert "meaning_off" in [note.code for note in answer.notes]
    report = update(corpus, library, encoder, tmp_path / "cache")
    assert report is not None
    assert (report.rebuilt, report.left, report.finished, report.written) == (False, 0, True, 0)
    assert current(library) == before
    asked = service(corpus, library, encoder)
    assert asked.search(Query(text="sleep")).notes == ()
    assert asked.discovery().index.covered == 1.0


def test_a_killed_build_goes_on_where_it_was_and_tells_how_far(
    corpus: Corpus, library: Library, tmp_path: Path
) -> None:
    killed = Axes("wanted", 64, fails_after=100)
    with pytest.raises(KeyboardInterrupt):
        build(corpus, library, killed, tmp_path / "cache")
    done = len(killed.encoded)
    assert done == 6 + 5 * 16
    asked = service(corpus, library, Axes("wanted", 64))
    share = asked.discovery().index.covered
    assert 0.2 < share < 0.9
    note = next(note for note in asked.search(Query(text="sleep")).notes if note.code == "meaning_partial")
    assert note.values == {"percent": str(int(100 * share))}
    coming = load_manifest(current(library)).coming
    assert coming is not None
    assert (coming.model, coming.total) == ("wanted", texts_held(library))
    assert 0 < coming.done <= done
    again = Axes("wanted", 64)
    assert update(corpus, library, again, tmp_path / "cache") is not None
    assert not set(again.encoded) & set(killed.encoded)
    assert load_manifest(current(library)).coming is None
    assert service(corpus, library, again).discovery().index.covered == 1.0


def test_a_torn_write_is_cut_off(corpus: Corpus, library: Library, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        build(corpus, library, Axes("wanted", 64, fails_after=100), tmp_path / "cache")
    (rows,) = current(library).glob("meaning/variables/*/wanted/vectors.f16")
    with rows.open("ab") as file:
        file.write(b"half a row")
    again = Axes("wanted", 64)
    assert update(corpus, library, again, tmp_path / "cache") is not None
    meaning = Meaning(meaning_path(current(library), "variables"), "wanted")
    title = corpus.item("s/3/v5").resource.titles[0].value
    assert meaning.cosines(["s/3/v5"], again.encode([title])[0])["s/3/v5"] == pytest.approx(1.0, abs=1e-3)


def test_the_static_encoder_stands_in_until_the_other_is_complete(
    corpus: Corpus, library: Library, tmp_path: Path
) -> None:
    quick, killed = Quick(), Axes("wanted", 64, fails_after=100)
    with pytest.raises(KeyboardInterrupt):
        build(corpus, library, killed, tmp_path / "cache", stand_in=quick)
    manifest = load_manifest(current(library))
    assert manifest.model == "quick"
    assert manifest.coming is not None
    assert manifest.coming.model == "wanted"
    wanted = Axes("wanted", 64)
    asked = service(corpus, library, wanted, quick)
    assert asked.search(Query(text="worry")).total > 0
    assert asked.status().model == "quick"
    assert quick.made.asked
    assert not wanted.asked  # a query never meets vectors of another encoder
    assert asked.discovery().index.variables.dimensions == 32
    assert asked.discovery().index.covered == 1.0
    before = current(library)
    assert update(corpus, library, wanted, tmp_path / "cache", stand_in=quick) is not None
    assert current(library) == before
    assert load_manifest(before).model == "wanted"
    assert not list(before.glob("meaning/*/*/quick"))
    after = service(corpus, library, wanted, quick)
    assert after.search(Query(text="worry")).total > 0
    assert wanted.asked
    assert after.discovery().index.variables.dimensions == 64


def test_what_changes_meanwhile_gets_vectors_of_the_encoder_in_force(
    corpus: Corpus, library: Library, tmp_path: Path
) -> None:
    quick, wanted = Quick(), Axes("wanted", 64)
    build(corpus, library, wanted, tmp_path / "cache", stand_in=quick, mode="static")
    stated(corpus, 1, "Study of mountains")
    report = update(corpus, library, wanted, tmp_path / "cache", stand_in=quick, mode="static")
    assert report is not None
    assert report.left > 0
    meaning = Meaning(meaning_path(current(library), "variables"), "quick")
    vector = quick.made.encode(["sleep asked 0 Study of mountains"])[0]
    assert meaning.nearest(vector, 1)[0].id == "s/1/v0"
    assert not wanted.encoded


def test_making_vectors_is_left_when_something_waits(
    corpus: Corpus, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reperio.index.growing.LOOKED", 0.0)
    encoder = Axes("wanted", 64)
    report = build(corpus, library, encoder, tmp_path / "cache", waits=lambda: len(encoder.encoded) > 40)
    assert not report.finished
    assert report.left > 0
    more = update(corpus, library, encoder, tmp_path / "cache")
    assert more is not None
    assert (more.finished, more.left) == (True, 0)


def test_another_encoder_takes_over_in_place(corpus: Corpus, library: Library, tmp_path: Path) -> None:
    build(corpus, library, Axes("one", 64), tmp_path / "cache")
    before, other = current(library), Axes("other", 48)
    report = update(corpus, library, other, tmp_path / "cache")
    assert report is not None
    assert not report.rebuilt
    assert report.written == 0
    assert current(library) == before
    assert load_manifest(before).model == "other"
    assert service(corpus, library, other).discovery().index.variables.dimensions == 48


def test_an_index_of_words_alone_is_laid_out_from_the_corpus(corpus: Corpus, library: Library, tmp_path: Path) -> None:
    build(corpus, library, None, tmp_path / "cache")
    for name in COLLECTIONS:
        shutil.rmtree(meaning_path(current(library), name))  # as an earlier version left it
    encoder = Axes("wanted", 64)
    report = update(corpus, library, encoder, tmp_path / "cache")
    assert report is not None
    assert (report.rebuilt, report.written) == (False, 0)
    assert Meaning(meaning_path(current(library), "variables")).encoded >= EACH * STUDIES


def test_changes_of_an_index_that_lacks_its_texts_are_found_first_and_all_is_laid_out_after(
    corpus: Corpus, library: Library, tmp_path: Path
) -> None:
    build(corpus, library, None, tmp_path / "cache")
    for name in COLLECTIONS:
        shutil.rmtree(meaning_path(current(library), name))
    encoder = Axes("wanted", 64)
    told: list[str] = []
    for number, wanted in enumerate((None, encoder)):
        stated(corpus, number, f"Study of {WORDS[number]} again")
        report = update(corpus, library, wanted, tmp_path / "cache", lambda stage, _: told.append(stage))
        assert report is not None
        assert not report.rebuilt
        assert report.written > 0
        if wanted is None:
            assert len(told) == report.written, "nothing is laid out that nobody wants"
    meaning = Meaning(meaning_path(current(library), "variables"), "wanted")
    assert meaning.encoded >= EACH * STUDIES
    for study in range(2):
        title = corpus.item(f"s/{study}/v7").resource.titles[0].value
        assert meaning.nearest(encoder.encode([title])[0], 1)[0].id == f"s/{study}/v7"
    assert not (current(library) / "unused").exists()


def test_many_changes_are_joined_and_nothing_is_lost(corpus: Corpus, library: Library, tmp_path: Path) -> None:
    encoder = Axes("wanted", 64)
    build(corpus, library, encoder, tmp_path / "cache")
    for number in range(9):
        stated(corpus, number % 3, f"Study of {WORDS[number]} again")
        report = update(corpus, library, encoder, tmp_path / "cache")
        assert report is not None
        assert not report.rebuilt
    directory = meaning_path(current(library), "variables")
    assert len(segment_paths(directory)) < 7
    meaning = Meaning(directory, "wanted")
    for study in range(STUDIES):
        title = corpus.item(f"s/{study}/v7").resource.titles[0].value
        best = meaning.nearest(encoder.encode([title])[0], 1)[0]
        assert (best.id, best.cosine) == (f"s/{study}/v7", pytest.approx(1.0, abs=1e-3))
    everything = meaning.nearest(encoder.encode(["asked"])[0], 1_000)
    assert len(everything) == len({near.id for near in everything}) == STUDIES * EACH
