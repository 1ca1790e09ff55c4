"""Generations are built aside, verified, swapped and cleared away."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reperio.errors import BackendError, NotReadyError
from reperio.index.generation import (
    SCHEMA_VERSION,
    Generation,
    Generations,
    Manifest,
    load_manifest,
    model_name,
    write_manifest,
)


def published(generations: Generations, seq: int, model: str = "minilm") -> Path:
    path = generations.begin(model, seq)
    generations.publish(path, {"catalogue": 1})
    return path


@given(
    st.builds(
        Generation,
        st.integers(0, 999_999),
        st.text(max_size=100).map(model_name),
        st.integers(0, 10**18 - 1),
        st.integers(0, 999_999),
    )
)
def test_a_name_says_what_it_was_made_of(generation: Generation) -> None:
    assert Generation.parse(generation.name) == generation


@pytest.mark.parametrize("name", ["", "current", "v1-x", "v1-x-12", "../v1-x-000000000001", "v1-X-000000000001"])
def test_other_names_are_not_generations(name: str) -> None:
    assert Generation.parse(name) is None


def test_nothing_indexed_yet(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="Nothing is indexed"):
        Generations(tmp_path / "index").current()


def test_a_begun_generation_is_not_in_use_until_published(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "index")
    path = generations.begin("minilm/v2 (int8)", 7)
    with pytest.raises(NotReadyError):
        generations.current()
    assert load_manifest(path) == Manifest(schema=SCHEMA_VERSION, model="minilm/v2 (int8)", seq=7)
    generations.publish(path, {"catalogue": 3, "variables": 0})
    assert generations.current() == path
    assert load_manifest(path).finished
    assert load_manifest(path).counts == {"catalogue": 3, "variables": 0}


def test_the_one_before_is_kept_and_others_removed(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first, second = published(generations, 1), published(generations, 2)
    unfinished = generations.begin("minilm", 3)
    (tmp_path / "notes").mkdir()
    third = published(generations, 4)
    assert generations.current() == third
    assert [path.exists() for path in (first, second, unfinished, third)] == [False, True, False, True]
    assert (tmp_path / "notes").is_dir()


def test_the_same_corpus_can_be_indexed_again(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first, second = published(generations, 1), published(generations, 1)
    assert first != second
    assert generations.current() == second


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"catalogue": 0, "variables": 0}, None),
        ({}, None),
        ({"catalogue": 2}, {"catalogue": 3}),
        ({}, {"variables": 1}),
    ],
)
def test_what_fails_verification_is_not_used(
    tmp_path: Path, counts: dict[str, int], expected: dict[str, int] | None
) -> None:
    generations = Generations(tmp_path)
    before = published(generations, 1)
    with pytest.raises(BackendError, match="stays in use"):
        generations.publish(generations.begin("minilm", 2), counts, expected)
    assert generations.current() == before


def test_an_empty_index_may_be_expected(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    path = generations.begin("none", 0)
    generations.publish(path, {"catalogue": 0}, {"catalogue": 0})
    assert generations.current() == path


def test_another_schema_is_refused_with_a_hint(tmp_path: Path) -> None:
    published(Generations(tmp_path, schema=1), 1)
    with pytest.raises(NotReadyError, match="schema 1; this version needs 2") as caught:
        Generations(tmp_path, schema=2).current()
    assert "reperio index" in caught.value.hint


def test_an_unfinished_or_broken_manifest_is_refused(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    path = published(generations, 1)
    write_manifest(path, Manifest(schema=SCHEMA_VERSION, model="minilm", seq=1))
    with pytest.raises(NotReadyError, match="not finished"):
        generations.current()
    (path / "manifest.json").write_bytes(b"{")
    with pytest.raises(NotReadyError, match="manifest"):
        generations.current()


@pytest.mark.parametrize("content", [b"../../etc", b"\xff\xfe", b"", b"v1-minilm-000000000009"])
def test_a_pointer_to_nowhere_is_no_index(tmp_path: Path, content: bytes) -> None:
    generations = Generations(tmp_path)
    published(generations, 1)
    (tmp_path / "current").write_bytes(content)
    with pytest.raises(NotReadyError):
        generations.current()


def test_discarding_never_takes_the_one_in_use(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    used = published(generations, 1)
    begun = generations.begin("minilm", 2)
    generations.discard(begun)
    generations.discard(used)
    assert not begun.exists()
    assert generations.current() == used


def test_no_leftovers_beside_what_is_written(tmp_path: Path) -> None:
    path = published(Generations(tmp_path), 1)
    assert {file.name for file in tmp_path.iterdir()} == {"current", path.name}
    assert {file.name for file in path.iterdir()} == {"manifest.json"}
