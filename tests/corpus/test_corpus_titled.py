"""Which texts are titles of what is held."""

from __future__ import annotations

from pathlib import Path

import pytest

from reperio.corpus.titled import titles_among
from reperio.database import open_database
from reperio.errors import BackendError


def test_a_database_that_does_not_answer_is_told_as_such(tmp_path: Path) -> None:
    """A question in a sentence asks for titles: people must get 503, not 500."""
    engine = open_database(f"sqlite:///{tmp_path / 'without-tables.sqlite'}")
    with pytest.raises(BackendError, match="cannot do this now"):
        titles_among(engine, ["Sleep in childhood"])
    engine.dispose()
