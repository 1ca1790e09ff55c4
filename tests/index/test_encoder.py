from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reperio.errors import ConfigError
from reperio.index.encoder import Encoder, load_encoder


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    loaded = load_encoder("minilm", threads=1)
    assert loaded is not None
    return loaded


def test_rows_have_unit_length(encoder: Encoder) -> None:
    rows = encoder.encode(["household income", "How often do you feel lonely?"])
    assert rows.shape == (2, encoder.dimensions)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_what_means_alike_lies_close(encoder: Encoder) -> None:
    income, earnings, sleep = encoder.encode(["household income", "family earnings", "hours of sleep at night"])
    assert income @ earnings > income @ sleep + 0.2


def test_company_does_not_change_a_vector(encoder: Encoder) -> None:
    text = "Has a doctor ever told you that you have asthma?"
    others = ["word", "a rather longer text about something else altogether " * 8, "income"]
    np.testing.assert_allclose(encoder.encode([text])[0], encoder.encode([*others, text])[-1], atol=1e-4)


def test_an_empty_text_has_no_direction(encoder: Encoder) -> None:
    assert not encoder.encode(["", "  "]).any()


def test_no_texts_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_a_megabyte_is_cut_not_refused(encoder: Encoder) -> None:
    assert np.isfinite(encoder.encode(["word " * 200_000])).all()


def test_the_name_names_the_weights(encoder: Encoder) -> None:
    assert encoder.name.startswith("minilm-")


def test_none_is_no_encoder() -> None:
    assert load_encoder("none") is None


def test_a_directory_that_is_no_model_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"model\.onnx"):
        load_encoder(tmp_path)
