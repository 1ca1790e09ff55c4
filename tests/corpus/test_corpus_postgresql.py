"""The corpus contract on PostgreSQL, where its server and the driver psycopg are installed."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

pytest.register_assert_rewrite("contracts.corpus")

from contracts.corpus import CorpusContract  # noqa: E402 - after its assertions are made to explain themselves
from postgresql import postgresql, postgresql_engine  # noqa: E402

__all__ = ["postgresql", "postgresql_engine"]

pytestmark = pytest.mark.server


@pytest.fixture
def engine(postgresql_engine: Engine) -> Engine:
    return postgresql_engine


class TestPostgresqlCorpus(CorpusContract):
    """On PostgreSQL."""
