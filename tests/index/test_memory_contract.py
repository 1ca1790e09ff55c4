"""The memory backend keeps the contract."""

from __future__ import annotations

import pytest

from contracts.backend import BackendContract, MakeBackend
from reperio.index.memory import MemoryBackend


class TestMemoryBackend(BackendContract):
    @pytest.fixture
    def make_backend(self) -> MakeBackend:
        return MemoryBackend
