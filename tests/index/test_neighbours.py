"""Neighbours of wordings: found, scored, added to later, and told apart from not known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from reperio.index.alike import ALIKE, extend
from reperio.index.encoder import Purpose, Vectors
from reperio.index.growing import Pace
from reperio.index.meaning import Entry, add_segment
from reperio.index.neighbours import Neighbours
from reperio.index.vectors import TextVectors
from reperio.index.wordings import CLOSE, MatterEncoder, Wordings, share_right

WORRY, WORRY_CAPS, SLEEP = "Felt worried or anxious", "FELT WORRIED OR ANXIOUS?", "Trouble falling asleep"
LATER = "felt anxious or worried"
NOWHERE = "Owns a caravan"


class Bag:
    """An encoder of letters' trigrams: near where words are shared."""

    name, dimensions, max_tokens, related, close_match = "bag", 256, 64, 0.3, 0.8

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], *, purpose: Purpose = "passage") -> Vectors:
        del purpose
        self.encoded += texts
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().replace("?", "").split():
                row[sum(map(ord, word)) * 31 % self.dimensions] += 1
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def made(tmp_path: Path, encoder: Bag, *segments: dict[str, tuple[str, ...]]) -> Path:
    directory, cache = tmp_path / "variables", tmp_path / "cache"
    for entries in segments:
        store = TextVectors(cache / encoder.name, encoder.dimensions)
        texts = [text for some in entries.values() for text in some]
        store.ensure(texts, encoder)
        add_segment(directory, [Entry(identity, some, "root", "root") for identity, some in entries.items()], (), store)
        extend(directory, Wordings(encoder, cache, store))
    return directory


FIRST = {"s/1": (WORRY,), "s/2": (WORRY,), "s/3": (WORRY_CAPS,), "s/4": (SLEEP,), "s/5": (NOWHERE,)}


def test_a_wording_finds_itself_and_what_is_near(tmp_path: Path) -> None:
    found = Neighbours(made(tmp_path, Bag(), FIRST)).of([WORRY])
    assert found is not None
    assert [(one.text, one.ids, one.count) for one in found[:2]] == [
        (WORRY, ("s/1", "s/2"), 2),
        (WORRY_CAPS, ("s/3",), 1),
    ]
    assert found[0].score == 1.0
    assert found[1].score >= CLOSE
    assert SLEEP not in [one.text for one in found]


def test_no_close_match_is_told_apart_from_not_known(tmp_path: Path) -> None:
    neighbours = Neighbours(made(tmp_path, Bag(), FIRST))
    alone = neighbours.of([NOWHERE])
    assert alone is not None
    assert [one.text for one in alone] == [NOWHERE]
    assert neighbours.of(["never indexed"]) is None
    assert not Neighbours(tmp_path / "nothing").is_known


def test_what_is_added_later_is_found_from_both_sides(tmp_path: Path) -> None:
    encoder = Bag()
    neighbours = Neighbours(made(tmp_path, encoder, FIRST, {"t/1": (LATER,), "t/2": (SLEEP,)}))
    from_new, from_old = neighbours.of([LATER]), neighbours.of([WORRY])
    assert from_new is not None
    assert from_old is not None
    assert {WORRY, WORRY_CAPS} <= {one.text for one in from_new}
    assert "t/1" in [identity for one in from_old for identity in one.ids]
    asleep = neighbours.of([SLEEP])
    assert asleep is not None
    assert asleep[0].ids == ("s/4", "t/2")


def test_only_new_wordings_are_encoded(tmp_path: Path) -> None:
    encoder = Bag()
    made(tmp_path, encoder, FIRST)
    encoder.encoded.clear()
    made(tmp_path, encoder, {"t/1": (LATER,), "t/2": (SLEEP,)})
    assert LATER in encoder.encoded
    assert SLEEP not in encoder.encoded


def test_a_step_that_was_killed_is_done_again_and_once(tmp_path: Path) -> None:
    encoder = Bag()
    directory = made(tmp_path, encoder, FIRST)
    store = TextVectors(tmp_path / "cache" / encoder.name, encoder.dimensions)
    wordings = Wordings(encoder, tmp_path / "cache", store)
    leaving = Pace(seconds=0)
    assert extend(directory, wordings, pace=leaving)
    (directory / "segment-000000" / ALIKE).rename(directory / "segment-000000" / f"{ALIKE}.part")
    assert not Neighbours(directory).is_known
    assert not extend(directory, wordings, pace=leaving)
    assert extend(directory, wordings)
    assert Neighbours(directory).is_known


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.5), (0.5, 0.6), (0.6, 0.9)])
def test_higher_scores_are_more_often_right(low: float, high: float) -> None:
    assert 0 < share_right(low) < share_right(high) < 1


def test_who_is_asked_counts_for_less() -> None:
    seen = MatterEncoder(Bag())
    assert np.allclose(seen.encode(["I am worried"]), seen.encode(["She is worried".replace("is", "am")]))
