"""Vectors of a segment: found exactly or nearly so, with filters, while they grow."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from reperio.index.coarse import Coarse, trained
from reperio.index.rows import COARSE, Rows, RowsWriter, products

TEXTS, DIMENSIONS = 4_000, 48


@pytest.fixture
def vectors() -> np.ndarray:
    random = np.random.default_rng(3)
    centres = random.normal(size=(60, DIMENSIONS))
    rows = centres[random.integers(0, 60, TEXTS)] + 0.6 * random.normal(size=(TEXTS, DIMENSIONS))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.index.coarse.CODED_FROM", 500)
    monkeypatch.setattr("reperio.index.coarse.LISTED_FROM", 900)
    monkeypatch.setattr("reperio.index.rows.DIRECT", 50)


def written(path: Path, vectors: np.ndarray, upto: int = TEXTS, *, publish: bool = True) -> RowsWriter:
    writer = RowsWriter(path, "encoder", TEXTS, DIMENSIONS)
    writer.add(vectors[writer.count : upto])
    if publish:
        writer.publish()
    return writer


def recall(rows: Rows, vectors: np.ndarray, among: np.ndarray | None = None, *, thorough: bool = False) -> float:
    held = np.arange(rows.count) if among is None else np.flatnonzero(among[: rows.count])
    found = []
    for vector in vectors[:: TEXTS // 60]:
        truth = held[np.argsort(-(vectors[held] @ vector), kind="stable")[:10]]
        numbers, cosines = rows.nearest(vector, 10, among=among, thorough=thorough)
        assert (np.diff(cosines) <= 0).all()
        assert among is None or among[numbers].all()
        found.append(len(np.intersect1d(truth, numbers)) / len(truth))
    return float(np.mean(found))


def test_the_inverted_file_finds_nearly_all(tmp_path: Path, vectors: np.ndarray) -> None:
    assert written(tmp_path, vectors).is_done
    assert (tmp_path / "encoder" / COARSE).is_file()
    assert recall(Rows(tmp_path, "encoder", TEXTS), vectors) >= 0.95


@pytest.mark.parametrize("share", [0.005, 0.05, 0.5])
def test_a_filter_costs_no_recall(tmp_path: Path, vectors: np.ndarray, share: float) -> None:
    written(tmp_path, vectors)
    among = np.random.default_rng(5).random(TEXTS) < share
    assert recall(Rows(tmp_path, "encoder", TEXTS), vectors, among, thorough=True) >= 0.95


def test_what_is_not_in_the_inverted_file_yet_is_found_too(tmp_path: Path, vectors: np.ndarray) -> None:
    written(tmp_path, vectors, 2_000)
    written(tmp_path, vectors, 2_700, publish=False)
    rows = Rows(tmp_path, "encoder", TEXTS)
    assert rows.count == 2_700
    assert rows.nearest(vectors[2_650], 1)[0].tolist() == [2_650]
    assert recall(rows, vectors) >= 0.95
    assert not RowsWriter(tmp_path, "encoder", TEXTS, DIMENSIONS).is_done


def test_growing_in_steps_gives_what_one_step_gives(tmp_path: Path, vectors: np.ndarray) -> None:
    for upto in (300, 900, 2_000, TEXTS):
        last = written(tmp_path, vectors, upto)
    assert last.is_done
    assert recall(Rows(tmp_path, "encoder", TEXTS), vectors) >= 0.9  # its lists were found from the first 900


def test_texts_in_one_list_are_found_once_all_are_there(
    tmp_path: Path, vectors: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reperio.index.coarse.LISTED_FROM", TEXTS + 1)
    written(tmp_path, vectors, 3_000)
    assert not (tmp_path / "encoder" / COARSE).exists()
    assert written(tmp_path, vectors).is_done
    rows = Rows(tmp_path, "encoder", TEXTS)
    assert recall(rows, vectors) >= 0.99
    assert recall(rows, vectors, np.arange(TEXTS) % 3 == 0) >= 0.99


def test_a_file_with_a_byte_for_each_number_is_used_as_it_is(tmp_path: Path, vectors: np.ndarray) -> None:
    """Homes of earlier versions have one, and what is added to them is added to it."""
    written(tmp_path, vectors, 2_000, publish=False)
    earlier = trained(vectors[:2_000], TEXTS)
    earlier.add(vectors[:2_000])
    faiss.write_index(earlier, str(tmp_path / "encoder" / COARSE))
    assert written(tmp_path, vectors).is_done
    assert isinstance(faiss.read_index(str(tmp_path / "encoder" / COARSE)), faiss.IndexIVFScalarQuantizer)
    assert recall(Rows(tmp_path, "encoder", TEXTS), vectors) >= 0.95


@pytest.mark.parametrize("share", [0.05, 1.0])
def test_what_is_below_the_floor_changes_nothing_above(tmp_path: Path, vectors: np.ndarray, share: float) -> None:
    written(tmp_path, vectors)
    rows = Rows(tmp_path, "encoder", TEXTS)
    among = np.random.default_rng(5).random(TEXTS) < share
    for vector in vectors[:20]:
        every, cosines = rows.nearest(vector, 60, among=among, thorough=True)
        assert (
            rows.nearest(vector, 60, floor=0.6, among=among, thorough=True)[0].tolist()
            == every[cosines >= 0.6].tolist()
        )


@pytest.mark.parametrize("dimensions", [5, 6])
def test_vectors_of_any_length_have_codes(tmp_path: Path, dimensions: int) -> None:
    vectors = np.random.default_rng(2).normal(size=(TEXTS, dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    writer = RowsWriter(tmp_path, "encoder", TEXTS, dimensions)
    writer.add(vectors)
    writer.publish()
    assert recall(Rows(tmp_path, "encoder", TEXTS), vectors) >= 0.95


def test_a_torn_row_is_cut_off(tmp_path: Path, vectors: np.ndarray) -> None:
    written(tmp_path, vectors, 100)
    with (tmp_path / "encoder" / "vectors.f16").open("ab") as file:
        file.write(b"half")
    assert Rows(tmp_path, "encoder", TEXTS).count == 100
    assert RowsWriter(tmp_path, "encoder", TEXTS, DIMENSIONS).count == 100


def test_vectors_of_another_encoder_are_not_seen(tmp_path: Path, vectors: np.ndarray) -> None:
    written(tmp_path, vectors)
    other = Rows(tmp_path, "other", TEXTS)
    assert other.count == 0
    assert len(other.nearest(vectors[0], 10)[0]) == 0


def test_nothing_below_the_floor(tmp_path: Path, vectors: np.ndarray) -> None:
    written(tmp_path, vectors)
    _, cosines = Rows(tmp_path, "encoder", TEXTS).nearest(vectors[0], 50, floor=0.9)
    assert len(cosines) >= 1
    assert (cosines >= 0.9).all()


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001, TEXTS])
def test_products_in_blocks_are_those_of_the_whole(vectors: np.ndarray, count: int) -> None:
    assert np.allclose(products(vectors[:count], vectors[7]), vectors[:count] @ vectors[7], atol=1e-6)


def test_cosines_are_compared_once_for_a_query(tmp_path: Path, vectors: np.ndarray) -> None:
    """Where all are compared, the answers among some are those of the whole, for each of two queries in turn."""
    written(tmp_path, vectors, 400)
    rows = Rows(tmp_path, "encoder", TEXTS)
    among = np.arange(TEXTS) % 3 == 0
    for query in (vectors[3], vectors[9], vectors[3]):
        numbers, cosines = rows.nearest(query, 5, among=among)
        expected = np.flatnonzero(among[:400])
        best = expected[np.argsort(-(vectors[expected] @ query), kind="stable")[:5]]
        assert numbers.tolist() == best.tolist()
        assert np.allclose(cosines, vectors[best] @ query, atol=1e-3)


def test_a_file_is_opened_once_and_anew_when_it_was_replaced(tmp_path: Path, vectors: np.ndarray) -> None:
    path = tmp_path / COARSE
    index = trained(vectors, len(vectors))
    index.add(vectors[:100])
    faiss.write_index(index, str(path))
    first, second = Coarse(path), Coarse(path)
    assert first._index is second._index
    index.add(vectors[100:150])
    faiss.write_index(index, str(tmp_path / "aside"))
    (tmp_path / "aside").replace(path)
    assert (first.count, Coarse(path).count) == (100, 150)
