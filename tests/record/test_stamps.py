"""Files that look as before are not read again; whatever changed, came or went is met."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from reperio.database import open_database
from reperio.record import files as reading
from reperio.record import unpack
from reperio.record.archive import Archive
from reperio.record.harvest import HarvestReport, harvest
from reperio.record.http import Fetcher
from reperio.source.model import Files, Politeness, Source

Harvest = Callable[..., HarvestReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("one.xml", "two.xml", "three.xml"):
        (folder / name).write_text(f"<a>{name}</a>")
    return folder


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were opened."""
    found: list[str] = []
    real = unpack.open_bytes

    def noting(path: Path, limit: int) -> object:
        found.append(path.name)
        return real(path, limit)

    monkeypatch.setattr(reading, "open_bytes", noting)
    return found


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(open_database(f"sqlite:///{tmp_path / 'archive.sqlite'}"))


def source(folder: Path, split: Literal["document", "lines"] = "document") -> Source:
    files = Files(protocol="files", path=str(folder), split=split)
    return Source(key="s", title="S", harvest=files, reader="ddi_codebook")


def run(archive: Archive, declared: Source, *, full: bool = False) -> HarvestReport:
    return harvest(declared, archive, Fetcher(Politeness()), full=full)


def test_what_looks_the_same_is_not_opened_and_stays(folder: Path, archive: Archive, opened: list[str]) -> None:
    assert run(archive, source(folder)).counts.new == 3
    opened.clear()
    report = run(archive, source(folder))
    assert (opened, report.counts.unchanged, report.counts.deleted, report.held) == ([], 3, 0, 3)


def test_what_changed_came_or_went_is_met(folder: Path, archive: Archive, opened: list[str]) -> None:
    run(archive, source(folder))
    opened.clear()
    (folder / "one.xml").write_text("<a>another</a>")
    (folder / "four.xml").write_text("<a>four</a>")
    (folder / "two.xml").unlink()
    counts = run(archive, source(folder)).counts
    assert sorted(opened) == ["four.xml", "one.xml"]
    assert (counts.new, counts.changed, counts.unchanged, counts.deleted) == (1, 1, 1, 1)
    record = archive.get("s", "one.xml")
    assert record is not None
    assert record.body == b"<a>another</a>"


def test_a_change_of_the_same_size_is_met(folder: Path, archive: Archive) -> None:
    run(archive, source(folder))
    before = (folder / "one.xml").stat().st_mtime_ns
    (folder / "one.xml").write_text("<a>one.XML</a>")
    os.utime(folder / "one.xml", ns=(before + 1, before + 1))
    assert run(archive, source(folder)).counts.changed == 1


def test_a_full_harvest_and_another_declaration_read_everything(
    folder: Path, archive: Archive, opened: list[str]
) -> None:
    run(archive, source(folder))
    opened.clear()
    run(archive, source(folder), full=True)
    assert len(opened) == 3
    opened.clear()
    run(archive, source(folder).model_copy(update={"reader": "schema_org"}))
    assert len(opened) == 3


def test_a_file_that_could_not_be_read_is_tried_again(folder: Path, archive: Archive, opened: list[str]) -> None:
    (folder / "bad.xml.gz").write_bytes(b"\x1f\x8b\x08 no gzip")
    assert run(archive, source(folder)).problems
    opened.clear()
    assert run(archive, source(folder)).problems
    assert opened == ["bad.xml.gz"]


def test_files_of_one_name_are_read_again(folder: Path, archive: Archive, opened: list[str]) -> None:
    (folder / "lines.jsonl").write_text('{"a": 1}\n')
    (folder / "lines.jsonl.gz").write_bytes(gzip.compress(b'{"a": 2}\n'))
    run(archive, source(folder))
    opened.clear()
    assert run(archive, source(folder)).counts.unchanged == 5
    assert sorted(opened) == ["lines.jsonl", "lines.jsonl.gz"]


def test_files_of_many_records_are_always_read(tmp_path: Path, archive: Archive, opened: list[str]) -> None:
    (tmp_path / "some.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    declared = source(tmp_path / "some.jsonl", split="lines")
    run(archive, declared)
    opened.clear()
    assert run(archive, declared).counts.unchanged == 2
    assert opened == ["some.jsonl"]
