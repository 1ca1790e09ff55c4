"""Fixtures of the index tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("contracts.backend")
pytest.register_assert_rewrite("contracts.congruence")
