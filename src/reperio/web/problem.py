"""Errors as RFC 9457 problem documents and as pages."""

from __future__ import annotations

import msgspec
from fastapi import Request
from fastapi.responses import Response

from reperio.errors import MovedError, ReperioError
from reperio.log import get_logger
from reperio.web.site import site_of
from reperio.web.status import status_of, title_of

MEDIA_TYPE = "application/problem+json"
MACHINE_PATHS = ("/api/", "/discover/", "/info/", "/health-check", "/health/")


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error, in the form of RFC 9457.

    Attributes:
        type: always `about:blank`: the status says what kind of problem it is.
        title: the kind in words.
        status: the HTTP status.
        detail: what happened this time.
        instance: the path asked for.
        hint: what to do about it.
        location: where the thing asked for lives now.
    """

    title: str
    status: int
    detail: str
    instance: str
    type: str = msgspec.field(default="about:blank")
    hint: str = ""
    location: str = ""

    def body(self) -> bytes:
        """As JSON, with `type` always written out."""
        return msgspec.json.encode({"type": self.type, **msgspec.to_builtins(self)})


def wants_json(request: Request) -> bool:
    """Whether the asker is a machine: the path is one of the API's."""
    return request.url.path.startswith(MACHINE_PATHS)


def answer_error(request: Request, error: Exception) -> Response:
    """Answer one of our own errors."""
    if not isinstance(error, ReperioError):
        raise error
    status = status_of(error)
    if status >= 500:
        get_logger("web").error("request.failed", path=request.url.path, status=status, error=str(error))
    target = error.target if isinstance(error, MovedError) else ""
    return answer_problem(request, status, error.detail if status != 500 else "", error.hint, target)


def answer_problem(
    request: Request,
    status: int,
    detail: str = "",
    hint: str = "",
    target: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer with a problem document to machines, a page to people, a redirection where something moved."""
    site = site_of(request)
    title = title_of(status)
    sent = dict(headers or {})
    if target:
        sent["Location"] = f"{site.links.api}/items/{target}" if wants_json(request) else site.links.key(target)
    if status == 503:
        sent.setdefault("Retry-After", "30")
    if wants_json(request):
        problem = Problem(
            title=title,
            status=status,
            detail=detail or title,
            instance=request.url.path,
            hint=hint,
            location=sent.get("Location", ""),
        )
        return Response(problem.body(), status_code=status, media_type=MEDIA_TYPE, headers=sent)
    return site.page("error.html", status=status, headers=sent, code=status, title=title, detail=detail, hint=hint)
