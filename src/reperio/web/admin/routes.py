"""Addresses of the pages for operators, below the prefix of the site."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from reperio.web.admin import gate, inbox, overview, review
from reperio.web.admin.gate import behind, done_by
from reperio.web.site import site_of


def _to_home(request: Request) -> Response:
    return RedirectResponse(site_of(request).links.page(f"{gate.FOLDER}/"), status_code=308)


PAGES: tuple[tuple[str, Callable[[Request], Response]], ...] = (
    ("/admin", _to_home),
    ("/admin/", behind(overview.home)),
    ("/admin/sign-in", gate.sign_in_page),
    ("/admin/sources/{key}", behind(overview.source_page)),
    ("/admin/sources/{key}/issues", behind(overview.issues_page)),
    ("/admin/health", behind(overview.health_page)),
    ("/admin/review", behind(review.queue)),
    ("/admin/review/pair", behind(review.pair)),
    ("/admin/review/history", behind(review.history)),
    ("/admin/feedback", behind(inbox.feedback)),
    ("/admin/feedback.csv", behind(inbox.feedback_file)),
    ("/admin/missed", behind(inbox.missed)),
)
ACTS: tuple[tuple[str, Callable[[Request], Awaitable[Response]]], ...] = (
    ("/admin/sign-in", gate.sign_in),
    ("/admin/sign-out", done_by(gate.sign_out)),
    ("/admin/index", done_by(overview.begin_index)),
    ("/admin/review/judge", done_by(review.judge)),
    ("/admin/feedback", done_by(inbox.act_on_feedback)),
    ("/admin/missed", done_by(inbox.forget_missed)),
)
