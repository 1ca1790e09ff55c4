"""Search by questionnaire: items pasted or uploaded, the studies that hold most of them. Nothing that is sent is kept."""

from __future__ import annotations

import threading
import time

import msgspec
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import Response

from reperio.errors import QueryError
from reperio.query.questionnaire.model import ITEMS_MAX, Questionnaire
from reperio.query.questionnaire.rank import Answered
from reperio.query.questionnaire.read import BYTES_MAX, read_file, read_text
from reperio.web.site import Site, site_of
from reperio.web.status import status_of
from reperio.web.upload import Sent, read_body, read_form

AT_ONCE = threading.BoundedSemaphore(2)
"""Files read at once: each may cost a core for its time."""
PATIENCE = 20.0
TEXT_MAX = 60_000
TICKED = 4
"""Studies whose matches are ticked for the crosswalk at first."""


class Result(msgspec.Struct, frozen=True):
    """A questionnaire as read, the studies that hold its items, and the seconds it took."""

    read: Questionnaire
    answer: Answered
    seconds: float


def questionnaire(request: Request) -> Response:
    """The form."""
    return _page(site_of(request))


async def search_posted(request: Request) -> Response:
    """The studies that hold the items of what was sent."""
    site = site_of(request)
    text = ""
    try:
        body = await read_body(request, BYTES_MAX + TEXT_MAX * 4)
        form = read_form(request.headers.get("content-type", ""), body)
        text = form.get("text", Sent(b"")).text[:TEXT_MAX]
        result = await run_sync(ask, site, form.get("file", Sent(b"")), text)
    except QueryError as error:
        return _page(site, text=text, error=error, status=status_of(error))
    return _page(site, text="\n".join(item.text for item in result.read.items), result=result)


def ask(site: Site, file: Sent, text: str) -> Result:
    """Read what was sent (the file, when there is one) and find the studies.

    Raises:
        QueryError: it cannot be read, holds no item, or too many are at it.
    """
    started = time.perf_counter()
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise QueryError("Too many questionnaires are being read now.", hint="Try again in a minute.")
    try:
        read = read_file(file.body, file.name) if file.body.strip() else read_text(text[:TEXT_MAX])
        if not read.items:
            raise QueryError("No item was found in what was sent.", hint="Put each item on a line of its own.")
        answer = site.service.questionnaire(read.items)
    finally:
        AT_ONCE.release()
    return Result(read, answer, time.perf_counter() - started)


def _page(
    site: Site, *, text: str = "", result: Result | None = None, error: QueryError | None = None, status: int = 200
) -> Response:
    return site.page(
        "questionnaire.html",
        status=status,
        headers={"Cache-Control": "no-store"} if result or error else None,
        text=text,
        result=result,
        error=error,
        ticked=TICKED,
        items_max=ITEMS_MAX,
        megabytes=BYTES_MAX // 1_000_000,
    )
