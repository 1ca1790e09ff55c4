"""What people reported and what they searched in vain."""

from __future__ import annotations

from fastapi.responses import Response

from reperio.desk import Report
from reperio.errors import QueryError
from reperio.web.admin.gate import UNKEPT, Form, Visit
from reperio.web.export.spreadsheets import csv_pieces

PAGE = 30
MISSED = 200
EXPORT_PAGE = 500
REASONS = {
    "wrong": "something stated is wrong",
    "missing": "something is missing",
    "apart": "several studies are shown as one",
    "twice": "the same study is shown twice",
    "link": "a link does not work",
    "order": "the best results are too far down",
    "foreign": "results have nothing to do with the search",
    "understood": "words were misunderstood",
    "access": "something cannot be used (accessibility)",
    "broken": "something does not work",
    "source": "a catalogue should be added",
    "other": "something else",
}
"""What people chose on the form, for those who run the site."""
COLUMNS = ("key", "at", "kind", "subject", "title", "reason", "useful", "text", "contact", "generation", "state")


def feedback(visit: Visit) -> Response:
    """Reports, the new ones first of all."""
    state = visit.asked("state") if visit.asked("state") in {"new", "done", "all"} else "new"
    found = visit.office.desk.reports("" if state == "all" else state, before=visit.number("before"), limit=PAGE + 1)
    return visit.page(
        "admin_feedback.html", reports=found[:PAGE], state=state, reasons=REASONS,
        counts={"new": visit.office.desk.count("new"), "done": visit.office.desk.count("done"), "all": visit.office.desk.count()},
        before=found[PAGE - 1].key if len(found) > PAGE else None,
    )  # fmt: skip


def act_on_feedback(visit: Visit, form: Form) -> Response:
    """Put a report away, take it up again, or delete it."""
    raw, act = form.get("key", ""), form.get("act", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 16):
        raise QueryError("Which report?")
    if act == "delete":
        visit.office.desk.forget(int(raw))
    elif act in {"done", "new"}:
        visit.office.desk.put(int(raw), "done" if act == "done" else "new")
    else:
        raise QueryError("What is to be done with the report?")
    state = form.get("state", "")
    return visit.to(f"feedback?state={state}" if state in {"new", "done", "all"} else "feedback")


def feedback_file(visit: Visit) -> Response:
    """Every report as CSV (RFC 4180), in UTF-8; no cell can act as a formula."""
    lines = ([str(getattr(report, name)) for name in COLUMNS] for report in _each(visit))
    headers = UNKEPT | {"Content-Disposition": 'attachment; filename="reperio-feedback.csv"'}
    return Response(b"".join(csv_pieces(COLUMNS, lines)), media_type="text/csv; charset=utf-8", headers=headers)


def _each(visit: Visit) -> list[Report]:
    found: list[Report] = []
    before = None
    while page := visit.office.desk.reports(before=before, limit=EXPORT_PAGE):
        found += page
        before = page[-1].key
    return found


def missed(visit: Visit) -> Response:
    """Searches that found nothing."""
    return visit.page(
        "admin_missed.html",
        missed=visit.office.desk.missed(MISSED),
        days=visit.office.settings.missed_days,
        most=MISSED,
    )


def forget_missed(visit: Visit, _: Form) -> Response:
    """Delete all of them."""
    visit.office.desk.forget_missed()
    return visit.to("missed")
