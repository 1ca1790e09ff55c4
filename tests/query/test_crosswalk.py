"""Crosswalks: same wordings meet, near ones join only what they are near to, nothing stands in two rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reperio.corpus.model import Item
from reperio.query.crosswalk import Row, align, wording
from reperio.resource.fields import Resource
from reperio.resource.model import Text

PLACES = {"sad": (1.0, 0.0), "low in mood": (0.9, 0.436), "depressed": (0.62, 0.785), "income": (-1.0, 0.1)}


def variable(study: int, number: int, text: str, *, question: bool = True) -> Item:
    said = (Text(text),)
    resource = Resource(
        id=f"s{study}/v{number}",
        kind="variable",
        source=f"s{study}",
        titles=() if question else said,
        question=said if question else (),
    )
    return Item(resource=resource, slug=resource.uuid, members=(resource.id,), sources=(resource.source,))


def study(number: int, *texts: str) -> list[Item]:
    return [variable(number, place, text) for place, text in enumerate(texts)]


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    rows = np.array([PLACES[text] for text in texts], np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def shown(rows: Sequence[Row]) -> list[tuple[str | None, ...]]:
    return [tuple(wording(cell.item.resource) if cell else None for cell in row.cells) for row in rows]


def test_the_same_words_meet_whatever_their_case_accents_and_stops() -> None:
    rows = align([study(0, "How often are you sad?"), study(1, "how often  are you SAD"), study(2, "Other")], None)
    assert shown(rows) == [("How often are you sad?", "how often  are you SAD", None)]
    assert rows[0].same
    assert rows[0].likeness == 1.0


def test_labels_meet_questions() -> None:
    rows = align([[variable(0, 0, "Sad", question=False)], [variable(1, 0, "Sad")]], None)
    assert len(rows) == 1


def test_waves_of_one_wording_are_one_cell() -> None:
    rows = align([study(0, "sad", "sad", "sad"), study(1, "sad")], None)
    assert [len(cell.items) for cell in rows[0].cells if cell] == [3, 1]


def test_near_meanings_meet_and_rows_do_not_drift() -> None:
    rows = align([study(0, "sad"), study(1, "low in mood"), study(2, "depressed")], encode, floor=0.85)
    assert shown(rows) == [("sad", "low in mood", None)] or shown(rows) == [(None, "low in mood", "depressed")]
    assert rows[0].likeness >= 0.85
    assert not rows[0].same


def test_the_nearest_are_joined_first() -> None:
    rows = align([study(0, "sad", "income"), study(1, "depressed", "low in mood")], encode, floor=0.5)
    assert shown(rows) == [("sad", "low in mood")]


def test_rows_of_more_studies_come_first() -> None:
    rows = align([study(0, "income", "sad"), study(1, "income", "sad"), study(2, "sad")], None)
    assert shown(rows) == [("sad", "sad", "sad"), ("income", "income", None)]


def test_one_study_alone_shares_nothing() -> None:
    assert align([study(0, "sad", "sad")], None) == ()
    assert align([study(0, "sad"), []], None) == ()
    assert align([], None) == ()


TEXTS = st.lists(st.text("ab ", max_size=4), max_size=8)


@given(st.lists(TEXTS, min_size=2, max_size=4), st.integers(0, 2**32 - 1), st.floats(0.2, 0.95))
@settings(max_examples=80, deadline=None)
def test_every_row_is_near_in_all_its_cells_and_no_variable_stands_twice(
    texts: list[list[str]], seed: int, floor: float
) -> None:
    vectors: dict[str, NDArray[np.float32]] = {}
    random = np.random.default_rng(seed)

    def at_random(asked: Sequence[str]) -> NDArray[np.float32]:
        for text in asked:
            vectors.setdefault(text, random.normal(size=3).astype(np.float32))
        rows = np.array([vectors[text] for text in asked])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    studies = [study(number, *held) for number, held in enumerate(texts)]
    rows = align(studies, at_random, floor=floor)
    seen = [item.id for row in rows for cell in row.cells if cell for item in cell.items]
    assert len(seen) == len(set(seen))
    for row in rows:
        cells = [cell for cell in row.cells if cell]
        assert len(cells) >= 2
        assert row.likeness == min(cell.likeness for cell in cells)
        assert row.likeness >= floor - 0.001
        for place, cell in enumerate(row.cells):
            assert cell is None or all(item.resource.source == f"s{place}" for item in cell.items)
