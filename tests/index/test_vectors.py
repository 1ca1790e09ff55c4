from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from reperio.index.meaning import Entry, Meaning, add_segment
from reperio.index.vectors import CHUNK, TextVectors


class Letters:
    """An encoder whose vectors count letters, and which counts its own work."""

    name, dimensions, max_tokens, related, close_match = "letters", 26, 99, 0.1, 0.9

    def __init__(self) -> None:
        self.texts = 0

    def encode(self, texts: Sequence[str], *, purpose: str = "passage") -> np.ndarray:
        self.texts += len(texts)
        rows = np.zeros((len(texts), 26), np.float32)
        for row, text in enumerate(texts):
            for letter in text.lower():
                if "a" <= letter <= "z":
                    rows[row, ord(letter) - 97] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def encoder() -> Letters:
    return Letters()


def test_a_text_is_encoded_once(tmp_path: Path, encoder: Letters) -> None:
    store = TextVectors(tmp_path, 26)
    assert store.ensure(["abc", "abc", "xyz"], encoder) == 2
    assert store.ensure(["xyz", "abc"], encoder) == 0
    assert TextVectors(tmp_path, 26).ensure(["abc"], encoder) == 0
    assert encoder.texts == 2


def test_vectors_come_back_as_they_were(tmp_path: Path, encoder: Letters) -> None:
    store = TextVectors(tmp_path, 26)
    store.ensure(["abc", "xyz"], encoder)
    again = TextVectors(tmp_path, 26)
    np.testing.assert_allclose(again.vectors(again.rows(["xyz"])), encoder.encode(["xyz"]), atol=1e-3)


def test_a_text_without_a_vector_has_no_row(tmp_path: Path, encoder: Letters) -> None:
    store = TextVectors(tmp_path, 26)
    store.ensure(["abc"], encoder)
    assert store.rows(["abc", "never seen"]).tolist() == [0, -1]
    assert not store.vectors(store.rows(["never seen"])).any()


@pytest.mark.parametrize("cut", [1, 15, 17])
def test_a_write_cut_short_costs_only_itself(tmp_path: Path, encoder: Letters, cut: int) -> None:
    TextVectors(tmp_path, 26).ensure(["abc", "xyz"], encoder)
    keys = tmp_path / "keys.bin"
    keys.write_bytes(keys.read_bytes()[:-cut])
    mended = TextVectors(tmp_path, 26)
    assert len(mended) == 2 - (cut + 15) // 16
    mended.ensure(["abc", "xyz"], encoder)
    np.testing.assert_allclose(mended.vectors(mended.rows(["xyz"])), encoder.encode(["xyz"]), atol=1e-3)


def test_a_build_that_was_stopped_goes_on(tmp_path: Path, encoder: Letters) -> None:
    texts = [f"text {number:06d} {'abcdefgh'[number % 8] * (number % 50)}" for number in range(CHUNK + 10)]

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TextVectors(tmp_path, 26).ensure(texts, encoder, stop)
    assert TextVectors(tmp_path, 26).ensure(texts, encoder) == 10


@pytest.fixture
def store(tmp_path: Path, encoder: Letters) -> TextVectors:
    store = TextVectors(tmp_path / "cache", 26)
    store.ensure(["aaa", "aab", "abb", "bbb", "ccc", "zzz"], encoder)
    return store


def entries() -> list[Entry]:
    return [
        Entry("v/1", ("aaa",), "s/1", "d/1"),
        Entry("v/2", ("aab", "zzz"), "s/1", "d/1"),
        Entry("v/3", ("aaa",), "s/2", "d/2"),
        Entry("v/4", ("ccc",), "s/3", "d/3"),
        Entry("v/5", (), "s/3", "d/3"),
    ]


def vector(text: str) -> np.ndarray:
    return Letters().encode([text])[0]


def test_nearest_first_ties_by_id(tmp_path: Path, store: TextVectors) -> None:
    add_segment(tmp_path / "m", entries(), [], store)
    near = Meaning(tmp_path / "m").nearest(vector("aaa"), 10, floor=0.1)
    assert [(one.id, one.root, one.parent) for one in near] == [
        ("v/1", "s/1", "d/1"),
        ("v/3", "s/2", "d/2"),
        ("v/2", "s/1", "d/1"),
    ]
    assert near[0].cosine == pytest.approx(1.0, abs=1e-3)


def test_each_root_once_by_its_best(tmp_path: Path, store: TextVectors) -> None:
    add_segment(tmp_path / "m", entries(), [], store)
    near = Meaning(tmp_path / "m").nearest_roots(vector("aaa"), 10, floor=0.1)
    assert [(one.root, one.id) for one in near] == [("s/1", "v/1"), ("s/2", "v/3")]


def test_within_some_roots(tmp_path: Path, store: TextVectors) -> None:
    add_segment(tmp_path / "m", entries(), [], store)
    near = Meaning(tmp_path / "m").nearest_within(vector("aaa"), ["s/2", "s/3"], 5)
    assert {root: [one.id for one in ones] for root, ones in near.items()} == {"s/2": ["v/3"], "s/3": ["v/4"]}


def test_a_change_hides_what_it_replaces(tmp_path: Path, store: TextVectors) -> None:
    add_segment(tmp_path / "m", entries(), [], store)
    add_segment(tmp_path / "m", [Entry("v/1", ("bbb",), "s/1", "d/1")], ["v/3"], store)
    meaning = Meaning(tmp_path / "m")
    assert [one.id for one in meaning.nearest(vector("aaa"), 10, floor=0.1)] == ["v/2"]
    assert meaning.nearest(vector("bbb"), 1)[0].id == "v/1"
    assert meaning.cosines(["v/1", "v/3", "v/5", "no"], vector("bbb")) == {"v/1": pytest.approx(1.0, abs=1e-3)}


def test_what_was_removed_can_return(tmp_path: Path, store: TextVectors) -> None:
    add_segment(tmp_path / "m", entries(), [], store)
    add_segment(tmp_path / "m", [], ["v/3"], store)
    assert "v/3" not in [one.id for one in Meaning(tmp_path / "m").nearest(vector("aaa"), 10)]
    add_segment(tmp_path / "m", [Entry("v/3", ("aaa",), "s/2", "d/2")], [], store)
    assert "v/3" in [one.id for one in Meaning(tmp_path / "m").nearest(vector("aaa"), 10)]


def test_an_unfinished_segment_does_not_count(tmp_path: Path, store: TextVectors) -> None:
    add_segment(tmp_path / "m", entries(), [], store)
    (tmp_path / "m" / "segment-000001.part").mkdir()
    assert len(Meaning(tmp_path / "m").segments) == 1


def test_an_empty_directory_finds_nothing(tmp_path: Path) -> None:
    assert Meaning(tmp_path / "none").nearest(vector("aaa"), 5) == []
    assert Meaning(tmp_path / "none").vector("v/1") is None


@pytest.mark.parametrize("listed_from", [200, 5_000])
def test_codes_find_what_the_exact_search_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: Letters, listed_from: int
) -> None:
    random = np.random.default_rng(1)
    texts = ["".join(chr(97 + letter) for letter in random.integers(0, 26, 30)) for _ in range(3000)]
    store = TextVectors(tmp_path / "cache", 26)
    store.ensure(texts, encoder)
    many = [Entry(f"v/{number}", (text,), "s", "d") for number, text in enumerate(texts)]
    add_segment(tmp_path / "exact", many, [], store)
    monkeypatch.setattr("reperio.index.coarse.CODED_FROM", 100)
    monkeypatch.setattr("reperio.index.coarse.LISTED_FROM", listed_from)
    add_segment(tmp_path / "coarse", many, [], store)
    assert (tmp_path / "coarse" / "segment-000000" / "cache" / "ivf.faiss").exists()
    exact, coarse = Meaning(tmp_path / "exact"), Meaning(tmp_path / "coarse")
    shared = 0
    for text in texts[:20]:
        truth = {one.id for one in exact.nearest(vector(text), 10)}
        shared += len(truth & {one.id for one in coarse.nearest(vector(text), 10)})
    assert shared >= 170  # of 200; letters at random are the hardest case there is


def test_texts_of_one_entry_do_not_keep_others_out(tmp_path: Path, encoder: Letters) -> None:
    many = [
        Entry(f"v/{one:02}", tuple("a" * 30 + "bc" * one + "d" * each for each in range(3)), "s") for one in range(20)
    ]
    store = TextVectors(tmp_path / "cache", 26)
    store.ensure([text for entry in many for text in entry.texts], encoder)
    add_segment(tmp_path / "m", many, [], store)
    found = [near.id for near in Meaning(tmp_path / "m").nearest(vector("a"), 8)]
    assert found == [f"v/{one:02}" for one in range(8)]


def test_the_nearest_below_roots_are_those_of_comparing_each(tmp_path: Path, encoder: Letters) -> None:
    random = np.random.default_rng(4)
    words = ["".join(chr(97 + letter) for letter in random.integers(0, 8, 6)) for _ in range(60)]
    many = [
        Entry(f"v/{number:03}", tuple(random.choice(words, 1 + number % 2, replace=False).tolist()), f"s{number % 5}")
        for number in range(300)
    ]
    store = TextVectors(tmp_path / "cache", 26)
    store.ensure(words, encoder)
    add_segment(tmp_path / "m", many, [], store)
    gone = {"v/007", "v/021", "v/100"}
    add_segment(tmp_path / "m", [], sorted(gone), store)
    asked = vector("abcabd")
    found = Meaning(tmp_path / "m").nearest_within(asked, ["s1", "none", "s2"], 4, floor=0.3)
    assert found.keys() == {"s1", "s2"}
    for root, nears in found.items():
        best = {
            entry.id: max(float(vector(text) @ asked) for text in entry.texts)
            for entry in many
            if entry.root == root and entry.id not in gone
        }
        assert [near.root for near in nears] == [root] * len(nears)
        assert 1 <= len(nears) <= 4
        for near, cosine in zip(nears, sorted(best.values(), reverse=True), strict=False):
            assert near.cosine == pytest.approx(best[near.id], abs=2e-3)
            assert near.cosine == pytest.approx(cosine, abs=2e-3)
