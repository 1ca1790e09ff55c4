"""The static encoder: the contract of encoders, and that it is made once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reperio.index import static
from reperio.index.encoder import OnnxEncoder, load_encoder, minilm_vocabulary
from reperio.index.static import STATIC, Static, StaticEncoder, distil

TOKENS = 2_600
"""Of the vocabulary: signs, letters, and the commonest words."""


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    full = load_encoder("minilm", threads=1)
    assert isinstance(full, OnnxEncoder)
    table = np.zeros((30_522, STATIC.dimensions), np.float32)
    table[:TOKENS] = distil(full, static._vocabulary()[:TOKENS])
    return StaticEncoder(table, minilm_vocabulary())


def test_rows_are_of_unit_length_and_nothing_gives_zeros(encoder: StaticEncoder) -> None:
    rows = encoder.encode(["the mother and the child", "", "   ", "[CLS] [SEP]", "\x00"])
    assert rows.dtype == np.float32
    assert rows.shape == (5, encoder.dimensions)
    assert np.linalg.norm(rows[0]) == pytest.approx(1.0, abs=1e-5)
    assert not rows[1:3].any()
    assert np.isfinite(rows).all()


def test_a_text_does_not_depend_on_its_company(encoder: StaticEncoder) -> None:
    texts = ["the old man", "young woman", "the old man and his son", "a city near the river", "city"]
    together = encoder.encode(texts)
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], row, atol=1e-6)


def test_queries_and_passages_are_read_alike(encoder: StaticEncoder) -> None:
    np.testing.assert_array_equal(encoder.encode(["old age"], purpose="query"), encoder.encode(["old age"]))


def test_what_means_alike_is_nearer(encoder: StaticEncoder) -> None:
    mother, father, river = encoder.encode(["mother", "father", "river"])
    assert mother @ father > mother @ river + 0.1


def test_rare_tokens_count_more() -> None:
    weights = static._rarity(np.array([False, True, True, True]))
    assert weights[0] == 0
    assert 0 < weights[1] < weights[2] < weights[3]


def test_a_long_text_is_cut(encoder: StaticEncoder) -> None:
    long = "river " * encoder.max_tokens
    np.testing.assert_array_equal(encoder.encode([long + "mother " * 500]), encoder.encode([long]))


def test_it_is_made_once_and_named_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: StaticEncoder
) -> None:
    made: list[int] = []

    def quickly(_full: OnnxEncoder, vocabulary: list[str]) -> np.ndarray:
        made.append(len(vocabulary))
        return encoder._table

    monkeypatch.setattr(static, "distil", quickly)
    stand_in = Static(tmp_path)
    assert not made
    first = stand_in.encoder()
    assert first.name == stand_in.name != "minilm"
    again = Static(tmp_path).encoder()
    assert made == [30_522]
    np.testing.assert_allclose(again.encode(["river"]), encoder.encode(["river"]), atol=1e-3)


def test_making_it_twice_gives_the_same() -> None:
    full = load_encoder("minilm", threads=1)
    assert isinstance(full, OnnxEncoder)
    vocabulary = static._vocabulary()[:1_600]
    np.testing.assert_allclose(distil(full, vocabulary, 32), distil(full, vocabulary, 32), atol=1e-6)
