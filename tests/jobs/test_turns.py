"""Indexing while another process makes vectors, which may take hours: it goes first, and the vectors go on after it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from homes import WordsEncoder, workshop
from reperio.index.build import BuildReport
from reperio.index.encoder import Vectors
from reperio.query.model import Query


class SlowEncoder(WordsEncoder):
    """Another encoder than that of the home, which takes its time and counts what it has done."""

    name = "beginnings-2"
    done = 0

    def encode(self, texts: Sequence[str], *, purpose: str = "passage") -> Vectors:
        time.sleep(0.01)
        self.done += len(texts)
        return super().encode(texts, purpose=purpose)


def test_who_comes_while_vectors_are_made_goes_first(home: Path, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reperio.index.growing.LOOKED", 0.0)
    monkeypatch.setattr("reperio.index.growing.AT_ONCE", 8)
    monkeypatch.setattr("reperio.index.enrich.STAND_IN_FROM", 10**9)
    slow, reports = SlowEncoder(), list[BuildReport]()
    maker = workshop(home, slow, sample / "sources")
    making = threading.Thread(target=lambda: reports.append(maker.index()))
    making.start()
    while slow.done < 16 and making.is_alive():
        time.sleep(0.01)
    other = workshop(home, SlowEncoder(), sample / "sources")
    record = sample / "records/icpsr/2760.json"
    record.write_text(record.read_text(encoding="utf-8").replace("MIDUS", "QUOKKA MIDUS"), encoding="utf-8")
    list(other.harvest())
    list(other.read())
    other.index()
    assert making.is_alive(), "who came first is not done yet"
    assert not other.is_index_behind()
    making.join()
    assert [(report.finished, report.left) for report in reports] == [(True, 0)]
    assert other.service().search(Query(text="quokka", meaning=False)).total
