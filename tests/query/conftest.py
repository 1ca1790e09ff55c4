"""Fixtures of the query tests: the sample catalogue, indexed, asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from homes import SAMPLE, WordsEncoder, minilm_home, read_home, sample_home, workshop
from reperio.jobs import Workshop
from reperio.query.service import SearchService
from reperio.settings import Settings

__all__ = ["minilm_home", "read_home", "sample_home"]


@pytest.fixture(scope="session")
def service(sample_home: Path) -> SearchService:
    """The sample by words and by the quick encoder's meaning."""
    return workshop(sample_home, WordsEncoder()).service()


@pytest.fixture(scope="session")
def words_service(sample_home: Path) -> SearchService:
    """The sample without an encoder."""
    return workshop(sample_home, None).service()


@pytest.fixture(scope="session")
def minilm_service(minilm_home: Path) -> SearchService:
    """The sample with the default encoder."""
    return Workshop(Settings(home=minilm_home, sources=SAMPLE / "sources", log_level="error")).service()
