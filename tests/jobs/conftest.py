"""Fixtures of the tests of the stages: homes and a sample of one's own, to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from homes import SAMPLE, copy_of, read_home, sample_home

__all__ = ["read_home", "sample_home"]


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the sample catalogue whose records may be changed or removed."""
    copied = tmp_path / "sample"
    shutil.copytree(SAMPLE, copied)
    for path in (copied / "sources").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("records_min: 34", "records_min: 30"), encoding="utf-8")
    return copied


@pytest.fixture
def home(tmp_path: Path, sample_home: Path) -> Path:
    """An indexed home to change."""
    return copy_of(sample_home, tmp_path / "home")
