"""The tables of the page on performance are those of the frozen figures."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("speed_tables", ROOT / "bench" / "speed" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_shows_what_is_frozen(tables: ModuleType) -> None:
    frozen = ROOT / "bench" / "speed" / "frozen"
    if not list(frozen.glob("serving-*.json")):
        pytest.skip("Nothing is frozen yet: `make bench-speed` measures.")
    page = (ROOT / "docs" / "explanation" / "performance.md").read_text(encoding="utf-8")
    for name, table in tables.made(frozen).items():
        assert tables.replaced(page, name, table) == page, name


def test_a_bar_that_is_missed_is_said(tables: ModuleType, tmp_path: Path) -> None:
    times = {"n": 9, "p50": 20.0, "p95": 60.0, "worst": 70.0, "cpu50": 10.0, "cpu95": 30.0}
    for scale, factor in (("1k", 1), ("10k", 10)):
        inside = {
            "variables": 1000 * factor, "catalogue": 10, "model": "none", "index_mb": 5 * factor, "corpus_mb": 4,
            "times": {"search": times | {"cpu50": 10.0 * factor}, "search, three filters": times}, "recall": None,
            "largest_list": 10, "largest_study": 20,
        }  # fmt: skip
        memory = {"private": 100, "files": 50, "resident": 150}
        http = {
            "first_bytes": {"home": times}, "load": [{"clients": 1, "a_second": 9.5, "times": times}], "cold_seconds": 1.5,
            "memory": memory, "whole_kb": 90.0, "compressed_kb": 12.0,
        }  # fmt: skip
        path = tmp_path / f"serving-{scale}.json"
        path.write_text(json.dumps({"inside": inside, "http": http}), encoding="utf-8")
    made = tables.made(tmp_path)
    assert "20.0 / 60.0 **over**" in made["serving"].split("three filters")[0]
    assert "**over**" not in made["serving"].split("three filters")[1]
    assert "| search | 1.00 |" in made["growth"]
    assert "Not measured yet." in made["peers"]
