"""Declarations of the real sets: each loads, names a reader, and the declared options of dictionaries hold."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reperio.record.files import fetch_files
from reperio.resource.read.registry import READERS, read_record
from reperio.source.load import load_sources
from reperio.source.model import Source

SOURCES = Path(__file__).resolve().parents[3] / "bench" / "real" / "sources"
WITHOUT_A_SET = {"adruk", "colectica", "dcat", "redcap"}
"""Readers of formats of which the development data hold no declared set."""


@pytest.fixture(scope="module")
def sources() -> dict[str, Source]:
    return load_sources(SOURCES)


def test_all_load_and_name_a_reader(sources: dict[str, Source]) -> None:
    assert len(sources) >= 30
    assert {source.reader for source in sources.values()} == set(READERS) - WITHOUT_A_SET
    assert {source.schedule for source in sources.values()} == {"never"}


@pytest.mark.real
def test_first_records_of_each_are_read(sources: dict[str, Source], shared_data: Path) -> None:
    assert shared_data.is_dir()
    now = datetime(2026, 1, 2, tzinfo=UTC)
    for key, source in sources.items():
        if key in ("alspac", "phenx", "molgenis", "understanding_society", "eurobarometer", "issp"):
            continue  # one large file each; read in parts elsewhere
        readings = [read_record(record, source) for record in itertools.islice(fetch_files(source, now=now), 20)]
        assert any(reading.resources for reading in readings), key
        assert "reader.failed" not in [issue.code for reading in readings for issue in reading.issues], key
