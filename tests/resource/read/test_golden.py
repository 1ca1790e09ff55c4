"""Golden cases: folders of a record and what must be read from it; add a folder, get a test.

`tests/golden/<format>/<case>/` holds `record.<ext>`, `expected.json` (the resources), `issues.txt` (one issue a line) and,
when the source matters, `source.yml`. `REPERIO_GOLDEN=write` rewrites what is expected.
"""

from __future__ import annotations

import difflib
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ruamel.yaml import YAML

from reperio.record.model import Record
from reperio.resource.read.reading import Reading
from reperio.resource.read.registry import READERS, read_record
from reperio.source.model import Source

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
WRITE = os.environ.get("REPERIO_GOLDEN") == "write"  # read before the fixture that clears the environment
CASES = sorted(path.parent for path in GOLDEN.glob("*/*/record.*"))
FORMATS = sorted({case.parent.name for case in CASES})
MEDIA_TYPES = {
    ".xml": "application/xml", ".json": "application/json", ".jsonld": "application/ld+json", ".html": "text/html",
    ".csv": "text/csv", ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def declared(case: Path) -> Source:
    """The source of a case: its `source.yml`, with the rest filled in."""
    path = case / "source.yml"
    given: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8")) if path.exists() else {}
    rest = {"key": "golden", "title": "Golden", "harvest": {"protocol": "files", "path": "."}}
    return Source.model_validate({**rest, **given})


def read_case(case: Path) -> Reading:
    [path] = case.glob("record.*")
    source = declared(case)
    record = Record(
        source=source.key, identifier=case.name, body=path.read_bytes(), media_type=MEDIA_TYPES[path.suffix],
        format=case.parent.name, fetched="2026-01-02T03:04:05Z",
    )  # fmt: skip
    return read_record(record, source)


def as_json(reading: Reading) -> str:
    resources = [msgspec.to_builtins(resource) for resource in reading.resources]
    return json.dumps(resources, indent=2, ensure_ascii=False) + "\n"


def as_lines(reading: Reading) -> str:
    return "".join(
        f"{each.level} {each.code} {each.path} | {each.value!r} | {each.message}\n" for each in reading.issues
    )


def difference(expected: str, got: str) -> str:
    lines = difflib.unified_diff(expected.splitlines(), got.splitlines(), "expected", "got", lineterm="", n=2)
    return "\n".join(list(lines)[:80])


def compare(path: Path, got: str, case: Path) -> None:
    if WRITE:
        path.write_text(got, encoding="utf-8")
        return
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    command = f"REPERIO_GOLDEN=write pytest -p no:xdist tests/resource/read/test_golden.py -k {case.name}"
    assert got == expected, f"{difference(expected, got)}\n\nIf this is right, rewrite it: {command}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_golden(case: Path) -> None:
    reading = read_case(case)
    compare(case / "expected.json", as_json(reading), case)
    compare(case / "issues.txt", as_lines(reading), case)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_has_four_cases(format_: str) -> None:
    assert len([case for case in CASES if case.parent.name == format_]) >= 4


def test_cases_are_of_known_formats() -> None:
    assert FORMATS
    assert set(FORMATS) <= set(READERS)
    assert {"ddi_codebook", "schema_org", "harmony"} <= set(FORMATS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_reading_twice_gives_the_same(case: Path) -> None:
    assert as_json(read_case(case)) == as_json(read_case(case))
