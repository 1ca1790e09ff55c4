"""The tree of errors: what happened, what to do, the facts."""

from __future__ import annotations

import pytest

from reperio.errors import (
    ConfigError,
    MovedError,
    NotFoundError,
    NotReadyError,
    QueryError,
    ReperioError,
    SourceError,
)
from reperio.web.status import status_of


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = SourceError("It is wrong.", hint="Put it right.", path="a.yml")
    assert str(error) == "It is wrong. Put it right."
    assert (error.detail, error.hint, error.context) == ("It is wrong.", "Put it right.", {"path": "a.yml"})
    assert str(ReperioError("Alone.")) == "Alone."


def test_a_move_says_where_to() -> None:
    assert MovedError("It moved.", target="b/1").target == "b/1"


@pytest.mark.parametrize(
    ("error", "status"),
    [(QueryError("x"), 400), (NotFoundError("x"), 404), (MovedError("x", target="y"), 308), (NotReadyError("x"), 503)],
)
def test_statuses(error: ReperioError, status: int) -> None:
    assert status_of(error) == status


def test_an_error_unknown_to_the_table_has_the_status_of_its_parent() -> None:
    class FilterError(QueryError):
        pass

    class OwnError(ConfigError):
        pass

    assert status_of(FilterError("x")) == 400
    assert status_of(OwnError("x")) == 500
