"""The embedded backend keeps the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.backend import BackendContract, MakeBackend
from reperio.index.tantivy_backend import TantivyBackend


class TestTantivyBackend(BackendContract):
    @pytest.fixture
    def make_backend(self, tmp_path: Path) -> MakeBackend:
        return lambda: TantivyBackend(tmp_path / "index")
