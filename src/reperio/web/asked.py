"""What a request asks, read with its limits."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Request

from reperio.errors import QueryError
from reperio.query.model import Query
from reperio.query.url import from_params
from reperio.settings import Settings

DEPTH_MAX = 100_000
"""Results that can be paged through. What lies deeper is reached by narrowing the search."""


def pairs_of(request: Request) -> list[tuple[str, str]]:
    """Parameters of a request in their order, null characters taken out."""
    return [(name, value.replace("\x00", "")) for name, value in request.query_params.multi_items()]


def read_query(pairs: Iterable[tuple[str, str]], settings: Settings) -> Query:
    """The query that parameters describe.

    Raises:
        QueryError: a value is not allowed, the text is too long or the page too deep.
    """
    query = from_params(pairs)
    check_text(query.text, settings)
    if query.page * query.size > DEPTH_MAX:
        raise QueryError(
            f"Only the first {DEPTH_MAX:,} results can be paged through.",
            hint="Add words or filters, or sort the other way round.",
        )
    return query


def check_text(text: str, settings: Settings) -> str:
    """The text, when it is not too long.

    Raises:
        QueryError: it is.
    """
    if len(text) > settings.query_max_chars:
        raise QueryError(f"The query is longer than {settings.query_max_chars:,} characters.", hint="Shorten it.")
    return text


def read_count(request: Request, name: str, default: int, highest: int, lowest: int = 0) -> int:
    """A whole number of the parameters.

    Raises:
        QueryError: it is none, or not between `lowest` and `highest`.
    """
    raw = request.query_params.get(name, "").strip()
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9 and lowest <= int(raw) <= highest):
        raise QueryError(f"{name} cannot be {raw[:40]!r}.", hint=f"It is a whole number from {lowest} to {highest}.")
    return int(raw)
