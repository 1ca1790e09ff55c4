"""The corpus contract on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

pytest.register_assert_rewrite("contracts.corpus")

from contracts.corpus import CorpusContract  # noqa: E402 - after its assertions are made to explain themselves
from reperio.corpus.store import Corpus  # noqa: E402
from reperio.corpus.tables import METADATA, MIGRATION  # noqa: E402
from reperio.database import open_database  # noqa: E402
from reperio.errors import BackendError  # noqa: E402


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'corpus.sqlite'}")
    yield engine
    engine.dispose()


class TestSqliteCorpus(CorpusContract):
    """On SQLite."""


def test_tables_are_strict_and_wal(engine: Engine) -> None:
    Corpus(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        strict = {row[1] for row in connection.exec_driver_sql("PRAGMA table_list") if row[5]}
    assert strict >= set(METADATA.tables)


def test_a_corpus_of_a_later_version_is_refused(engine: Engine) -> None:
    Corpus(engine)
    with engine.begin() as connection:
        connection.execute(insert(MIGRATION), {"number": 99, "name": "from the future", "at": 0})
    with pytest.raises(BackendError, match="schema 99"):
        Corpus(engine)


def test_errors_of_the_database_are_ours(engine: Engine) -> None:
    corpus = Corpus(engine)
    METADATA.drop_all(engine)
    with pytest.raises(BackendError):
        corpus.counts()
