"""Forms: what people send, read with its limits."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import Request

from reperio.errors import QueryError

FORM_MAX = 40_000
FIELDS_MAX = 40


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form; of several of one name the last counts.

    Raises:
        QueryError: it is no such form, or too large.
    """
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise QueryError("A form was expected.")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_MAX:
            raise QueryError("The form is too long.", hint="Write less.")
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise QueryError("The form has too many fields.") from None
    return dict(pairs)


def from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site sent this."""
    return request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}


def address_of(request: Request) -> str:
    """Who asks, for counting tries only."""
    return request.client.host if request.client else ""
