"""Fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("REPERIO_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory of shared material beside the repository; the test skips where it is absent."""
    path = ROOT.parent / "shared"
    if not path.is_dir():
        pytest.skip(f"the development data is not beside the repository ({path.name}/ is absent)")
    return path


@pytest.fixture(scope="session")
def shared_data(shared: Path) -> Path:
    """Real records, vocabularies and judged sets; the test skips where they are absent."""
    path = shared / "data"
    if not path.is_dir():
        pytest.skip("the development data is not beside the repository (shared/data is absent)")
    return path


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT
