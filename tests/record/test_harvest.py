"""A harvest of files ends in the archive, says what went wrong, and never deletes on doubt."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reperio.database import open_database
from reperio.record.archive import Archive, Outcome
from reperio.record.harvest import HarvestReport, harvest
from reperio.record.http import Fetcher
from reperio.source.model import Files, Source

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    engine = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    yield Archive(engine)
    engine.dispose()


def declare(path: Path, **more: Any) -> Source:
    names = ("split", "key", "at")
    files = {"protocol": "files", "path": str(path), **{name: more.pop(name) for name in names if name in more}}
    return Source.model_validate({"key": "s", "title": "S", "harvest": Files.model_validate(files), **more})


def run(archive: Archive, path: Path, **more: Any) -> HarvestReport:
    with Fetcher() as fetcher:
        return harvest(declare(path, **more), archive, fetcher, now=NOW)


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    directory = tmp_path / "studies"
    directory.mkdir()
    for n in range(5):
        (directory / f"{n}.xml").write_bytes(b"<codeBook>%d</codeBook>" % n)
    return directory


def test_files_are_met_once_and_then_cost_nothing(archive: Archive, studies: Path) -> None:
    first = run(archive, studies)
    assert (first.outcome, first.counts, first.held, first.full) == ("ok", Outcome(new=5), 5, True)
    last = archive.last_seq("s")
    assert run(archive, studies).counts == Outcome(unchanged=5)
    assert archive.last_seq("s") == last
    assert [entry.outcome for entry in archive.runs("s")] == ["ok", "ok"]


def test_what_changed_and_what_vanished_is_told(archive: Archive, studies: Path) -> None:
    run(archive, studies)
    (studies / "1.xml").unlink()
    (studies / "2.xml").write_bytes(b"<codeBook>new</codeBook>")
    report = run(archive, studies)
    assert report.counts == Outcome(unchanged=3, changed=1, deleted=1)
    assert report.held == 4
    gone = archive.get("s", "1.xml")
    assert gone is not None
    assert (gone.deleted, gone.fetched) == (True, "2026-01-01T00:00:00+00:00")
    assert run(archive, studies).counts == Outcome(unchanged=4)


def test_a_file_that_cannot_be_read_deletes_nothing(archive: Archive, tmp_path: Path) -> None:
    directory = tmp_path / "lines"
    directory.mkdir()
    (directory / "a.jsonl").write_bytes(b'{"id":1}\n{"id":2}\n')
    (directory / "b.jsonl").write_bytes(b'{"id":3}\n')
    run(archive, directory, split="lines", key="/id")
    (directory / "b.jsonl").write_bytes(b"\x1f\x8b damaged")
    (directory / "a.jsonl").write_bytes(b'{"id":1}\n')
    report = run(archive, directory, split="lines", key="/id")
    assert (report.outcome, report.held, report.counts) == ("partial", 3, Outcome(unchanged=1))
    assert [problem.place for problem in report.problems] == ["b.jsonl"]
    assert "b.jsonl" in archive.runs("s")[0].detail


def test_files_that_are_all_gone_are_an_error_and_delete_nothing(archive: Archive, studies: Path) -> None:
    run(archive, studies)
    for path in studies.iterdir():
        path.unlink()
    report = run(archive, studies)
    assert (report.outcome, report.held) == ("failed", 5)
    assert "No file is at" in str(report.error)


def test_files_without_records_delete_nothing(archive: Archive, studies: Path) -> None:
    run(archive, studies)
    for path in studies.iterdir():
        path.write_bytes(b" ")
    report = run(archive, studies)
    assert (report.outcome, report.held) == ("failed", 5)
    assert "nothing is called deleted" in report.detail


@pytest.mark.parametrize(
    ("expect", "outcome"),
    [
        ({}, "ok"),
        ({"records_min": 5, "records_max": 5}, "ok"),
        ({"records_min": 6}, "failed"),
        ({"records_max": 4}, "failed"),
    ],
)
def test_expectations_are_checked(archive: Archive, studies: Path, expect: dict[str, int], outcome: str) -> None:
    report = run(archive, studies, expect=expect)
    assert (report.outcome, bool(report.failed_expectations)) == (outcome, outcome == "failed")
    assert (archive.runs("s")[0].outcome, report.held) == (outcome, 5)


def test_fewer_than_expected_delete_nothing(archive: Archive, studies: Path) -> None:
    run(archive, studies)
    for n in range(3):
        (studies / f"{n}.xml").unlink()
    report = run(archive, studies, expect={"records_min": 4})
    assert (report.outcome, report.held, report.counts.deleted) == ("failed", 5, 0)


def test_progress_is_told_in_batches(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(b'{"n":%d}\n' % n for n in range(1200)))
    told: list[tuple[int, int | None]] = []
    with Fetcher() as fetcher:
        harvest(declare(path, split="lines"), archive, fetcher, progress=lambda *said: told.append(said))
    assert told == [(500, None), (1000, None), (1200, None)]


def test_an_interrupted_harvest_is_logged_as_such(archive: Archive, studies: Path) -> None:
    def stop(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with Fetcher() as fetcher, pytest.raises(KeyboardInterrupt):
        harvest(declare(studies), archive, fetcher, progress=stop)
    assert [(entry.outcome, entry.counts) for entry in archive.runs("s")] == [("interrupted", Outcome(new=5))]


HARVESTER = textwrap.dedent("""
    import sys
    from reperio.database import open_database
    from reperio.record import harvest as module
    from reperio.record.archive import Archive
    from reperio.record.http import Fetcher
    from reperio.source.model import Source
    module.BATCH_RECORDS = 5
    module.harvest(Source.model_validate_json(sys.argv[2]), Archive(open_database(sys.argv[1])), Fetcher())
""")


@pytest.mark.parametrize("after", [1, 200, 1000])
def test_a_killed_harvest_ends_like_an_unbroken_one(tmp_path: Path, after: int) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(b'{"id":"r%d"}\n' % n for n in range(4000)))
    source = declare(path, split="lines", key="/id")
    url = f"sqlite:///{tmp_path / 'killed.sqlite'}"
    engine = open_database(url)
    archive = Archive(engine)
    process = subprocess.Popen(
        [sys.executable, "-c", HARVESTER, url, source.model_dump_json()], stdout=subprocess.DEVNULL
    )
    while archive.count("s") < after:
        assert process.poll() is None, "the harvest ended too soon"
        time.sleep(0.005)
    process.kill()
    process.wait(timeout=10)
    kept = archive.count("s")
    assert after <= kept < 4000
    assert kept % 5 == 0
    with Fetcher() as fetcher:
        report = harvest(source, archive, fetcher)
    assert (report.outcome, report.counts) == ("ok", Outcome(new=4000 - kept, unchanged=kept))
    numbers = [seq for seq, _ in archive.records("s")]
    assert numbers == list(range(1, 4001))
    assert [entry.outcome for entry in archive.runs("s")] == ["ok", "interrupted"]
    engine.dispose()
